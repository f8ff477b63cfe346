package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// An incident is what happens to the provider and its spare.
type incident struct {
	name string
	a, b fault.Plan
}

// from has the plan begin after two minutes.
func from(p fault.Plan) fault.Plan {
	return fault.Schedule(fault.Phase{For: 2 * time.Minute}, fault.Phase{Plan: p})
}

// header is the plan for calls whose header has the value.
func header(name, value string, p fault.Plan) fault.Plan {
	return fault.When(func(c fault.Call) bool { return c.Header.Get(name) == value }, p)
}

var incidents = []incident{
	{"provider outage", from(fault.Rate(0.9, fault.Overloaded())), nil},
	{"provider hangs", from(fault.Hang()), nil},
	{"rate limit, retried", from(fault.Rate(0.8, fault.RateLimited(time.Second))), nil},
	{"credit used up", from(fault.QuotaExhausted()), nil},
	{"key revoked", from(fault.Status(401)), nil},
	{"bad release", header("X-Release", "r42", fault.Status(400)), nil},
	{"summaries too long", from(header("X-Feature", "summary", fault.ContextTooLong())), nil},
	{"own proxy down", from(fault.Refuse()), from(fault.Refuse())},
	{"answers cut short", from(fault.Mix(
		fault.Share{Share: 0.4, Plan: fault.Truncated(3)},
		fault.Share{Share: 0.3, Plan: fault.ContentFilter(2)},
	)), nil},
}

// record runs a service through ten minutes of an incident and returns its log.
func record(in incident) (log []Call, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		clients := map[string]openai.Client{}
		for name, plan := range map[string]fault.Plan{"a": in.a, "b": in.b} {
			p := env.Start(fault.Config{Name: name, Seed: 1, Plan: plan,
				FirstToken: fault.Fixed(600 * time.Millisecond)})
			clients[name] = openai.NewClient(option.WithBaseURL(p.URL+"/v1"), option.WithAPIKey("any"),
				option.WithHTTPClient(env.Client), option.WithMaxRetries(0))
		}
		for i := 0; env.Elapsed() < 10*time.Minute; i++ {
			c := Call{Provider: "a", Feature: "chat", Release: "r41"}
			if i%3 == 2 {
				c.Feature = "summary"
			}
			if i%4 == 3 && env.Elapsed() > 2*time.Minute { // a gradual rollout
				c.Release = "r42"
			}
			for c.Attempt = 1; c.Attempt <= 3; c.Attempt++ {
				c := ask(env, clients["a"], c, fmt.Sprintf("Question %d?", i))
				log = append(log, c)
				if !c.Failed() || c.Status == 400 {
					break
				}
			}
			if i%5 == 0 {
				probe := Call{Provider: "b", Feature: "probe", Release: "r41", Attempt: 1}
				log = append(log, ask(env, clients["b"], probe, "ping"))
			}
			time.Sleep(4 * time.Second)
		}
		return nil
	})
	return log, err
}

// ask makes one call and fills in how it went.
func ask(env *virtual.Env, client openai.Client, c Call, question string) Call {
	c.At = env.Elapsed()
	ctx, cancel := context.WithTimeout(env.Context, 8*time.Second)
	defer cancel()
	answer, err := client.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
		Model:    "fault-large",
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(question)},
	}, option.WithHeader("X-Release", c.Release), option.WithHeader("X-Feature", c.Feature))
	var refused *openai.Error
	switch {
	case err == nil:
		c.Status, c.Finish = http.StatusOK, answer.Choices[0].FinishReason
	case errors.As(err, &refused):
		c.Status, c.Code = refused.StatusCode, refused.Code
	case errors.Is(err, context.DeadlineExceeded):
		c.Code = "timeout"
	default:
		c.Code = "no connection"
	}
	return c
}

func printIncidents(w io.Writer) error {
	fmt.Fprintf(w, "%-20s %6s  %-16s  %s\n", "what was broken", "failed", "whose", "do first")
	for _, in := range incidents {
		log, err := record(in)
		if err != nil {
			return err
		}
		f := Triage(log)
		a := filter(log, func(c Call) bool { return c.Provider == "a" })
		fmt.Fprintf(w, "%-20s %5.0f%%  %-16s  %s\n", in.name, 100*share(a, Call.Failed), f.Whose, f.Do)
	}
	return nil
}

func printTriage(w io.Writer) error {
	log, err := record(incidents[2])
	if err != nil {
		return err
	}
	return report(w, log)
}
