package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	resilient "aiperformanceoptimization.com/plansync/site/reference/go"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// An incident is what happens to two providers, and what triage has to make of it.
type incident struct {
	name, whose, do string
	a, b            fault.Plan
	unprobed        bool // nobody asks B
}

// from has the plan begin after two minutes.
func from(p fault.Plan) fault.Plan {
	return fault.Schedule(fault.Phase{For: 2 * time.Minute}, fault.Phase{Plan: p})
}

// header is the plan for calls whose header has the value.
func header(name, value string, p fault.Plan) fault.Plan {
	return fault.When(func(c fault.Call) bool { return c.Header.Get(name) == value }, p)
}

var badGateway = fault.Raw(502, "text/html", "<h1>Bad Gateway</h1>")

var incidents = []incident{
	{name: "provider overloaded", whose: "openai's", do: do["service"], a: from(fault.Rate(0.9, fault.Overloaded()))},
	{name: "provider hangs", whose: "openai's", do: do["service"], a: from(fault.Hang())},
	{name: "rate limit", whose: "your account's", do: do["limit"], a: from(fault.Rate(0.8, fault.RateLimited(time.Second)))},
	{name: "credit used up", whose: "your account's", do: do["account"], a: from(fault.QuotaExhausted())},
	{name: "key revoked", whose: "your account's", do: do["account"], a: from(fault.Status(401))},
	{name: "bad release", whose: "yours", do: "undo release r42", a: header("X-Release", "r42", fault.Status(400))},
	{name: "summaries too long", whose: "yours", do: "undo feature summary",
		a: from(header("X-Feature", "summary", fault.ContextTooLong()))},
	{name: "own gateway down", whose: "shared", do: "check DNS, proxy, key", a: from(badGateway), b: from(badGateway)},
	{name: "answers cut short", whose: "openai's", do: do["answer"], a: from(fault.Mix(
		fault.Share{Share: 0.4, Plan: fault.Truncated(3)}, fault.Share{Share: 0.3, Plan: fault.ContentFilter(2)}))},
	{name: "502, no spare asked", whose: "unclear", do: "call by hand; " + do["service"], a: from(badGateway), unprobed: true},
}

// record runs a service through ten minutes of an incident, with the reference client, and returns
// its log.
func record(in incident) (log []Call, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		models := map[string]openai.Client{}
		for name, plan := range map[string]fault.Plan{"openai": in.a, "spare": in.b} {
			p := env.Start(fault.Config{Name: name, Seed: 1, Plan: plan, FirstToken: fault.Fixed(600 * time.Millisecond)})
			models[name] = openai.NewClient(option.WithBaseURL(p.URL+"/v1"), option.WithAPIKey("any"),
				option.WithHTTPClient(env.Client), option.WithMaxRetries(0))
		}
		ask := func(model string, c Call, tries int) error {
			edit := func(p *openai.ChatCompletionNewParams) {}
			client := openai.NewClient(append(models[model].Options,
				option.WithHeader("X-Release", c.Release), option.WithHeader("X-Feature", c.Feature))...)
			link := resilient.NewLink(model, resilient.Chat(client, "any", edit), nil)
			link.Limit, link.Tries = 8*time.Second, tries
			chain := resilient.NewChain(link)
			chain.Budget = resilient.NewBudget(1, 100)
			chain.Backoff = func(int) time.Duration { return time.Second / 2 }
			answer, err := chain.Ask(env.Context, resilient.Prompt(c.Request), nil)
			tried := answer.Tried
			var failed *resilient.Failed
			if errors.As(err, &failed) {
				tried = failed.Tried
			} else if err != nil {
				return err
			}
			for _, t := range tried {
				c.Model, c.Kind = t.Link, t.Kind
				log = append(log, c)
			}
			return nil
		}
		for i := 0; env.Elapsed() < 10*time.Minute; i++ {
			c := Call{At: env.Elapsed().Seconds(), Request: fmt.Sprintf("Question %d?", i), Feature: "chat", Release: "r41"}
			if i%3 == 2 {
				c.Feature = "summary"
			}
			if i%4 == 3 && env.Elapsed() > 2*time.Minute { // a gradual rollout
				c.Release = "r42"
			}
			if err := ask("openai", c, 3); err != nil {
				return err
			}
			if i%5 == 0 && !in.unprobed {
				c.Feature = "probe"
				if err := ask("spare", c, 1); err != nil {
					return err
				}
			}
			time.Sleep(4 * time.Second)
		}
		return nil
	})
	return log, err
}
