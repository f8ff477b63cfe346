package fallback_test

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	resilient "aiperformanceoptimization.com/plansync/site/reference/go"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// A design is a rule by which traffic leaves A.
type design struct {
	name    string
	breaker func() *resilient.Breaker
}

var (
	alone = design{"chain alone", func() *resilient.Breaker { return nil }}
	// inARow has the defaults of gobreaker: six in a row, a minute, one probe.
	inARow = design{"6 in a row", func() *resilient.Breaker {
		b := resilient.NewBreaker()
		b.Minimum = 1 << 30
		b.Cooldown, b.Probes = time.Minute, 1
		return b
	}}
	share = design{"share or run", resilient.NewBreaker}
)

// No two of these end at the same instant, when either might be the first.
const (
	limit  = 8*time.Second + 700*time.Microsecond // for the first sign of A
	answer = time.Second + 300*time.Microsecond   // how long a good answer takes, at A and at B
	every  = time.Second                          // one request
)

// A drive is requests through a chain of A and B while A has a plan.
type drive struct {
	plan    fault.Plan
	lasts   time.Duration
	breaker func() *resilient.Breaker
	seed    uint64
}

// A trip is how a request fared.
type trip struct {
	wait   time.Duration
	by     string
	askedA bool
}

type ride struct {
	trips  []trip
	log    []string
	callsA int
}

func models(env *virtual.Env, a, b *virtual.Provider) (first, second resilient.Model) {
	o := openai.NewClient(option.WithBaseURL(a.URL+"/v1"), option.WithAPIKey("any"),
		option.WithHTTPClient(env.Client), option.WithMaxRetries(0))
	n := anthropic.NewClient(anthropicoption.WithBaseURL(b.URL), anthropicoption.WithAPIKey("any"),
		anthropicoption.WithHTTPClient(env.Client), anthropicoption.WithMaxRetries(0))
	return resilient.Responses(o, "a"), resilient.Messages(n, "b")
}

func (d drive) run() (r ride, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		good := fault.Fixed(answer)
		a := env.Start(fault.Config{Name: "a", Seed: d.seed, Plan: d.plan, FirstToken: good})
		b := env.Start(fault.Config{Name: "b", Seed: d.seed, FirstToken: good})
		first, second := models(env, a, b)
		link := resilient.NewLink("A", first, d.breaker())
		link.Limit = limit
		if link.Breaker != nil {
			link.Breaker.Log = func(from, to, why string) {
				r.log = append(r.log, fmt.Sprintf("%3.0f s %s -> %s: %s",
					env.Elapsed().Seconds(), from, to, why))
			}
		}
		chain := resilient.NewChain(link, resilient.NewLink("B", second, nil))
		r.trips = make([]trip, d.lasts/every)
		time.Sleep(100 * time.Microsecond) // after a phase has begun
		var wait sync.WaitGroup
		for i := range r.trips {
			wait.Go(func() {
				began := env.Elapsed()
				got, err := chain.Ask(context.Background(),
					resilient.Prompt(fmt.Sprintf("Question %d?", i)), nil)
				t := trip{wait: env.Elapsed() - began, by: got.By}
				if err == nil {
					t.askedA = got.Tried[0].Kind != "open"
				}
				r.trips[i] = t
			})
			time.Sleep(every)
		}
		wait.Wait()
		r.callsA = a.Stats().Calls
		return nil
	})
	return r, err
}

// between is the requests that began in a part of the ride.
func (r ride) between(from, to time.Duration) ride {
	return ride{trips: r.trips[from/every : to/every]}
}

func (r ride) mean() float64 {
	var sum time.Duration
	for _, t := range r.trips {
		sum += t.wait
	}
	return sum.Seconds() / float64(len(r.trips))
}

func (r ride) count(is func(trip) bool) (n int) {
	for _, t := range r.trips {
		if is(t) {
			n++
		}
	}
	return n
}

func byB(t trip) bool    { return t.by == "B" }
func failed(t trip) bool { return t.by == "" }
