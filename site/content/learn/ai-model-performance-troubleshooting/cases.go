package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

const (
	deadline = 20 * time.Second
	onset    = time.Minute // when the fault begins; until then all is well
)

// A Case is one way to become slow.
type Case struct {
	name   string
	plan   fault.Plan
	words  int    // of the answer; 0: as usual
	stamp  string // what is put before the system prompt
	others int    // calls of yours at the same time, over one connection
}

var healthy = Case{name: "usual"}

var cases = []Case{
	healthy,
	{name: "small pool", others: 3},
	{name: "rate limits", plan: fault.Attempts(fault.RateLimited(2*time.Second), fault.RateLimited(3*time.Second))},
	{name: "clock in prompt", stamp: "It is 09:41:07. "},
	{name: "provider queue", plan: fault.SlowFirstToken(4 * time.Second)},
	{name: "slow decoding", plan: fault.SlowTokens(120 * time.Millisecond)},
	{name: "long answers", words: 200},
	{name: "stalled stream", plan: fault.Stall(20)},
}

// system is a long prompt that is the same in each call, so that it is cached.
var system = strings.Repeat("Answer in the tone of our handbook and cite the section that you used. ", 100)

func answer(words int) string { return strings.TrimSpace(strings.Repeat("word ", words)) }

// measure warms the cache and the connection, waits for the fault, and times a call.
func measure(c Case) (t Timing, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		p := env.Start(fault.Config{
			Name: "provider", Seed: 1,
			FirstToken: fault.Fixed(2500 * time.Millisecond), PerToken: fault.Fixed(20 * time.Millisecond),
			Cache: fault.Cache{Tokens: 256, FirstToken: fault.Fixed(400 * time.Millisecond)},
			Plan:  fault.Schedule(fault.Phase{For: onset}, fault.Phase{Plan: c.plan}),
			Reply: func(call fault.Call) fault.Reply {
				if call.At >= onset && c.words > 0 {
					return fault.Reply{Text: answer(c.words)}
				}
				return fault.Reply{Text: answer(50)}
			},
		})
		transport := env.Transport()
		if c.others > 0 {
			transport.MaxConnsPerHost = 1
		}
		client := openai.NewClient(option.WithBaseURL(p.URL+"/v1"), option.WithAPIKey("any"),
			option.WithHTTPClient(&http.Client{Transport: transport})) // the SDK retries twice
		defer transport.CloseIdleConnections()

		if _, err := ask(env.Context, client, prompt("", 0)...); err != nil {
			return err
		}
		time.Sleep(onset - env.Elapsed())
		done := make(chan error)
		for i := range c.others {
			go func() {
				_, err := ask(env.Context, client, prompt("", i+1)...)
				done <- err
			}()
			time.Sleep(time.Microsecond)
		}
		ctx, cancel := context.WithTimeout(env.Context, deadline)
		defer cancel()
		var err error
		t, err = ask(ctx, client, prompt(c.stamp, c.others+1)...)
		if errors.Is(err, context.DeadlineExceeded) {
			err = nil // the stall, timed until the deadline
		}
		for range c.others {
			if e := <-done; err == nil {
				err = e
			}
		}
		return err
	})
	return t, err
}

func prompt(stamp string, n int) []openai.ChatCompletionMessageParamUnion {
	return []openai.ChatCompletionMessageParamUnion{
		openai.SystemMessage(stamp + system),
		openai.UserMessage(fmt.Sprintf("Question %d?", n)),
	}
}
