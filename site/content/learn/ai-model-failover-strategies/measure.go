package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/sony/gobreaker/v2"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

const (
	requests    = 100
	between     = 2 * time.Second // from the end of one request to the start of the next
	inputPrice  = 1               // for a million tokens; only the ratio matters here
	outputPrice = 5
)

// A prompt has 40 tokens and an answer 10, a tenth of what we have in mind, and
// each token takes ten times as long.
const promptTokens, answerTokens = 40, 10

var (
	system = strings.TrimSpace(strings.Repeat("instructions ", promptTokens-7))
	reply  = strings.TrimSpace(strings.Repeat("word ", answerTokens))
)

// region: weathers

// A Weather is how the providers fare.
type Weather struct {
	name, title string
	a, b        fault.Plan
}

var weathers = []Weather{
	{"fair", "all is well", nil, nil},
	{"errors", "A fails 25% of calls", fault.Rate(0.25, fault.Status(503)), nil},
	{"hang", "A hangs", fault.Hang(), nil},
	{"slow", "A stalls 10% of calls", fault.Rate(0.1, fault.SlowFirstToken(time.Minute)), nil},
	{"both", "A and B are down", fault.Status(503), fault.Status(503)},
}

// endregion: weathers

// An Outcome is what a shape made of a weather.
type Outcome struct {
	Answered, Degraded float64 // shares of the requests
	P50, P95           time.Duration
	Bill               float64 // per request, in whole answers
}

// measure sends all requests through a shape. Delays are those of all requests, failed ones too.
func measure(shape Shape, w Weather) (o Outcome, err error) {
	answered, degraded := 0, 0
	err = virtual.Run(func(env *virtual.Env) error {
		start := func(name string, plan fault.Plan) *Provider {
			return newProvider(env, env.Start(fault.Config{Name: name, Seed: 1, Plan: plan, Text: reply,
				FirstToken: fault.LogNormal(800*time.Millisecond, 0.5), PerToken: fault.Fixed(100 * time.Millisecond)}))
		}
		rng := rand.New(rand.NewPCG(1, 0))
		jitter := func(most time.Duration) time.Duration { return time.Duration(rng.Int64N(int64(most))) }
		s := &Service{a: start("a", w.a), b: start("b", w.b), jitter: jitter,
			breaker: gobreaker.NewCircuitBreaker[string](gobreaker.Settings{})}
		var delays []time.Duration
		for i := range requests {
			ctx, cancel := context.WithTimeout(env.Context, deadline)
			begin := time.Now()
			answer, err := shape.ask(s, ctx, fmt.Sprintf("How do I do thing number %d?", i))
			cancel()
			delays = append(delays, time.Since(begin))
			switch {
			case errors.Is(err, errDegraded):
				degraded++
			case err == nil && answer == reply:
				answered++
			}
			time.Sleep(between)
		}
		o.Answered, o.Degraded = float64(answered)/requests, float64(degraded)/requests
		slices.Sort(delays)
		o.P50, o.P95 = delays[requests/2], delays[requests*95/100]
		whole := fault.Stats{InputTokens: promptTokens, OutputTokens: answerTokens}.Cost(inputPrice, outputPrice)
		o.Bill = (s.a.Stats().Cost(inputPrice, outputPrice) + s.b.Stats().Cost(inputPrice, outputPrice)) / requests / whole
		return nil
	})
	return o, err
}
