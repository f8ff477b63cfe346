package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"
	"github.com/sony/gobreaker/v2"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// limit for an answer of A. It is no multiple of a second, so that no answer
// ends in the instant in which another call begins.
const limit = 2100 * time.Millisecond

// A drive is a call every second through one breaker.
type drive struct {
	plan    fault.Plan // of A; B is always well
	lasts   time.Duration
	breaker func(certain *atomic.Bool, log func(string)) *gobreaker.CircuitBreaker[string]
}

// A ride is what came of a drive.
type ride struct {
	failed, passed []bool // by the second in which a call began
	log            []string
	callsA, callsB int
}

func (d drive) run() (r ride, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		a := env.Start(fault.Config{Name: "a", Seed: seed, Plan: d.plan, FirstToken: fault.Fixed(300 * time.Millisecond), Text: "Yes."})
		b := env.Start(fault.Config{Name: "b", Seed: seed, FirstToken: fault.Fixed(300 * time.Millisecond), Text: "Yes."})
		var certain atomic.Bool
		router := Router{
			Certain: &certain,
			A:       askOpenAI(env, a),
			B:       askAnthropic(env, b),
			Limit:   limit,
			Breaker: d.breaker(&certain, func(line string) {
				at := env.Elapsed()
				r.log = append(r.log, fmt.Sprintf("%02d:%04.1f  %s", int(at.Minutes()), (at%time.Minute).Seconds(), line))
			}),
		}
		n := int(d.lasts / time.Second)
		r.failed, r.passed = make([]bool, n), make([]bool, n)
		var calls sync.WaitGroup
		for i := range n {
			calls.Go(func() {
				_, passed, err := router.Ask(env.Context, fmt.Sprintf("Question %d?", i))
				r.failed[i], r.passed[i] = err != nil, passed
			})
			time.Sleep(time.Second)
		}
		calls.Wait()
		r.callsA, r.callsB = a.Stats().Calls, b.Stats().Calls
		return nil
	})
	return r, err
}

// count counts what holds between two times.
func count(holds []bool, from, to time.Duration) (n int) {
	for _, h := range holds[from/time.Second : to/time.Second] {
		if h {
			n++
		}
	}
	return n
}

func askOpenAI(env *virtual.Env, p *virtual.Provider) func(context.Context, string) (string, error) {
	client := openai.NewClient(
		openaioption.WithBaseURL(p.URL+"/v1"), openaioption.WithAPIKey("key of A"),
		openaioption.WithHTTPClient(env.Client), openaioption.WithMaxRetries(0))
	return func(ctx context.Context, prompt string) (string, error) {
		answer, err := client.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
			Model:    "model-a",
			Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(prompt)},
		})
		if err != nil {
			return "", err
		}
		return answer.Choices[0].Message.Content, nil
	}
}

func askAnthropic(env *virtual.Env, p *virtual.Provider) func(context.Context, string) (string, error) {
	client := anthropic.NewClient(
		anthropicoption.WithBaseURL(p.URL), anthropicoption.WithAPIKey("key of B"),
		anthropicoption.WithHTTPClient(env.Client), anthropicoption.WithMaxRetries(0))
	return func(ctx context.Context, prompt string) (string, error) {
		answer, err := client.Messages.New(ctx, anthropic.MessageNewParams{
			Model:     "model-b",
			MaxTokens: 100,
			Messages:  []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(prompt))},
		})
		if err != nil {
			return "", err
		}
		return answer.Content[0].Text, nil
	}
}
