package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

const (
	seed     = 1
	every    = 500 * time.Millisecond // between requests
	phase    = 30 * time.Second
	phases   = 5
	requests = int(phases * phase / every)
	userWait = 120 * time.Second // when a user without a deadline closes the page
)

// region: trouble

// trouble is what happens to the first provider, in five phases of equal
// length. In all of them one answer in 25 is not the JSON that was asked for.
func trouble() fault.Plan {
	odd := func(p fault.Plan) fault.Plan {
		return fault.All(p, fault.RateLabelled("odd", 0.04, fault.BadJSON()))
	}
	soon := fault.LogNormal(150*time.Millisecond, 0.5)
	broken := fault.Status(500).AfterDelay(soon)
	overloaded := fault.Overloaded().AfterDelay(soon)
	return fault.Schedule(
		fault.Phase{For: phase, Plan: odd(fault.Rate(0.03, broken))},
		fault.Phase{For: phase, Plan: odd(fault.Rate(0.25, fault.Hang()))},
		fault.Phase{For: phase, Plan: odd(fault.Rate(0.50, overloaded))},
		fault.Phase{For: phase, Plan: overloaded},
		fault.Phase{For: phase, Plan: odd(fault.OK())},
	)
}

// spareTrouble is what happens to the spare: a little, all the time.
func spareTrouble() fault.Plan {
	return fault.Mix(
		fault.Share{Share: 0.02, Plan: fault.Status(500)},
		fault.Share{Share: 0.02, Plan: fault.BadJSON()},
	)
}

// endregion: trouble

// A Row is what a client made of the trouble.
type Row struct {
	Usable   int           // answers that are right and in time
	Wrong    int           // answers that were shown and are not usable
	P99      time.Duration // until the user had an answer or an error
	InFlight int           // calls to the first provider, at most
	Calls    int           // to both providers
	InOutage int           // to the first, while it was down
}

// measured keeps the rows, since several tables show the same ones.
var measured = map[Layers]Row{}

func measure(l Layers) (Row, error) {
	if row, ok := measured[l]; ok {
		return row, nil
	}
	row, err := live(l)
	if err == nil {
		measured[l] = row
	}
	return row, err
}

// live sends all requests through a client with these layers.
func live(l Layers) (row Row, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		answer := func(fault.Call) fault.Reply {
			return fault.Reply{Text: `{"label": "billing", "why": "the customer was charged twice for the same order"}`}
		}
		first := env.Start(fault.Config{Name: "first", Seed: seed, Plan: trouble(), Reply: answer,
			FirstToken: fault.LogNormal(700*time.Millisecond, 0.4), PerToken: fault.Fixed(20 * time.Millisecond)})
		spare := env.Start(fault.Config{Name: "spare", Seed: seed, Plan: spareTrouble(), Reply: answer,
			FirstToken: fault.LogNormal(1200*time.Millisecond, 0.4), PerToken: fault.Fixed(30 * time.Millisecond)})
		a := openai.NewClient(
			openaioption.WithBaseURL(first.URL+"/v1"), openaioption.WithAPIKey("any"),
			openaioption.WithHTTPClient(env.Client), openaioption.WithMaxRetries(0))
		b := anthropic.NewClient(
			anthropicoption.WithBaseURL(spare.URL), anthropicoption.WithAPIKey("any"),
			anthropicoption.WithHTTPClient(env.Client), anthropicoption.WithMaxRetries(0))

		var mu sync.Mutex
		inFlight := 0
		count := func(n int) {
			mu.Lock()
			defer mu.Unlock()
			inFlight += n
			row.InFlight = max(row.InFlight, inFlight)
		}
		ask := client(l,
			func(ctx context.Context, question string) (string, error) {
				count(1)
				defer count(-1)
				return askOpenAI(ctx, a, question)
			},
			func(ctx context.Context, question string) (string, error) {
				return askAnthropic(ctx, b, question)
			})

		rng := rand.New(rand.NewPCG(seed, 0))
		var took []time.Duration
		var all sync.WaitGroup
		for i := range requests {
			at := every*time.Duration(i) + time.Duration(rng.Int64N(int64(every)))
			time.Sleep(at - env.Elapsed())
			all.Go(func() {
				ctx, cancel := context.WithTimeout(env.Context, userWait)
				defer cancel()
				begin := time.Now()
				answer, err := ask(ctx, fmt.Sprintf("Ticket %d", i))
				mu.Lock()
				defer mu.Unlock()
				took = append(took, time.Since(begin))
				switch {
				case err != nil:
				case !usable(answer):
					row.Wrong++
				case time.Since(begin) <= inTime:
					row.Usable++
				}
			})
		}
		all.Wait()
		slices.Sort(took)
		row.P99 = took[len(took)*99/100]
		row.Calls = first.Stats().Calls + spare.Stats().Calls
		for _, c := range first.Calls() {
			if c.At >= 3*phase && c.At < 4*phase {
				row.InOutage++
			}
		}
		return nil
	})
	return row, err
}

func askOpenAI(ctx context.Context, c openai.Client, question string) (string, error) {
	r, err := c.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
		Model:    "fault-large",
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(question)},
	})
	if err != nil {
		return "", err
	}
	return r.Choices[0].Message.Content, nil
}

func askAnthropic(ctx context.Context, c anthropic.Client, question string) (string, error) {
	r, err := c.Messages.New(ctx, anthropic.MessageNewParams{
		Model:     "fault-small",
		MaxTokens: 100,
		Messages:  []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(question))},
	})
	if err != nil {
		return "", err
	}
	return r.Content[0].Text, nil
}

func header(w io.Writer, title string) {
	fmt.Fprintf(w, "%-19s %6s %5s %5s %6s %5s %6s\n", title,
		"usable", "wrong", "p99 s", "flight", "calls", "outage")
}

func (r Row) print(w io.Writer, name string) {
	fmt.Fprintf(w, "%-19s %5.1f%% %5d %5.1f %6d %5.2f %6d\n", name,
		share(r.Usable), r.Wrong, r.P99.Seconds(), r.InFlight,
		float64(r.Calls)/float64(requests), r.InOutage)
}

func share(n int) float64 { return 100 * float64(n) / float64(requests) }

// steps add one protection at a time.
var steps = []struct {
	name string
	with Layers
}{
	{"one bare call", Layers{}},
	{"+ check the answer", Layers{Check: true}},
	{"+ deadlines", Layers{Check: true, Deadline: true}},
	{"+ two retries", Layers{Check: true, Deadline: true, Retry: true}},
	{"+ retry budget", Layers{Check: true, Deadline: true, Retry: true, Budget: true}},
	{"+ limit in flight", Layers{Check: true, Deadline: true, Retry: true, Budget: true, Limit: true}},
	{"+ breaker and spare", full},
}

var full = Layers{true, true, true, true, true, true}

func printLadder(w io.Writer) error {
	header(w, "one layer at a time")
	for _, s := range steps {
		row, err := measure(s.with)
		if err != nil {
			return err
		}
		row.print(w, s.name)
	}
	return nil
}

// knocks take one protection away.
var knocks = []struct {
	name string
	with Layers
}{
	{"everything", full},
	{"- check", Layers{Deadline: true, Retry: true, Budget: true, Limit: true, Fallback: true}},
	{"- deadlines", Layers{Check: true, Retry: true, Budget: true, Limit: true, Fallback: true}},
	{"- deadlines, limit", Layers{Check: true, Retry: true, Budget: true, Fallback: true}},
	{"- retries", Layers{Check: true, Deadline: true, Limit: true, Fallback: true}},
	{"- retry budget", Layers{Check: true, Deadline: true, Retry: true, Limit: true, Fallback: true}},
	{"- breaker and spare", steps[5].with},
}

func printKnockout(w io.Writer) error {
	header(w, "one layer missing")
	for _, k := range knocks {
		row, err := measure(k.with)
		if err != nil {
			return err
		}
		row.print(w, k.name)
	}
	return nil
}
