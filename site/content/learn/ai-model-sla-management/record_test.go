package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	resilient "aiperformanceoptimization.com/plansync/site/reference/go"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

const (
	shift    = 8 * time.Hour
	deadline = 10 * time.Second // after which the user is gone
)

// An incident is a part of the shift in which something is wrong.
type incident struct {
	name     string
	from, to time.Duration
	plan     fault.Plan
}

var incidents = []incident{
	{"outage, 4 min", at(0, 30), at(0, 34), fault.Status(503)},
	{"4% errors, 3 h", at(1, 30), at(4, 30), fault.Rate(0.04, fault.Status(500))},
	{"rate limit, 20 min", at(5, 0), at(5, 20), fault.Rate(0.5, fault.RateLimited(time.Second))},
	{"stalls, 20 min", at(5, 45), at(6, 5), fault.Rate(0.4, fault.Hang())},
	{"cut short, 20 min", at(6, 30), at(6, 50), fault.Rate(0.25, fault.Truncated(8))},
	{"outage, 20 min", at(7, 15), at(7, 35), fault.Status(503)},
}

func at(hours, minutes int) time.Duration {
	return time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
}

// record sends a call at each interval through the shift, with the reference client, and logs how it ended.
func record(seed uint64, interval time.Duration) (calls []Call, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		var phases []fault.Phase
		var end time.Duration
		for _, i := range incidents {
			phases = append(phases, fault.Phase{For: i.from - end}, fault.Phase{For: i.to - i.from, Plan: i.plan})
			end = i.to
		}
		p := env.Start(fault.Config{Name: "provider", Seed: seed, FirstToken: fault.Fixed(time.Second), Plan: fault.Schedule(phases...)})
		client := openai.NewClient(option.WithBaseURL(p.URL+"/v1"), option.WithAPIKey("any"),
			option.WithHTTPClient(env.Client), option.WithMaxRetries(0))
		model := resilient.Chat(client, "model")
		for t := time.Duration(0); t < shift; t += interval {
			time.Sleep(t - env.Elapsed())
			ctx, cancel := context.WithTimeoutCause(env.Context, deadline, resilient.ErrTimeout)
			answer, err := model(ctx, resilient.Prompt(fmt.Sprintf("Question %d?", t/interval)), nil)
			cancel()
			c := Call{At: t.Seconds(), Status: http.StatusOK}
			var refused *openai.Error
			switch {
			case errors.As(err, &refused):
				c.Status = refused.StatusCode
			case errors.Is(err, context.DeadlineExceeded):
				c.Status, err = 0, resilient.ErrTimeout
			case err != nil:
				return err
			}
			c.Kind = resilient.Classify(answer, err, nil).Kind
			calls = append(calls, c)
		}
		return nil
	})
	return calls, err
}

func lines(calls []Call) string {
	var out strings.Builder
	for _, c := range calls {
		line, _ := json.Marshal(c)
		fmt.Fprintf(&out, "%s\n", line)
	}
	return out.String()
}
