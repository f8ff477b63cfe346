package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// A rule is a situation and what the chain must make of it.
type rule struct {
	name   string
	a, b   fault.Plan
	budget time.Duration // of the request; 0: the usual deadline
	leaves time.Duration // when the caller leaves; 0: never
	hold   int
}

var errLeft = errors.New("the reader left")

var rules = []rule{
	{name: "A is well"},
	{name: "A is overloaded, 503", a: fault.Overloaded()},
	{name: "A has no quota left, 429", a: fault.QuotaExhausted()},
	{name: "A accepts, then is silent", a: fault.Hang()},
	{name: "A breaks off before its first text", a: fault.StreamError(0)},
	{name: "A breaks off after 6 words", a: fault.Cut(6)},
	{name: "the same, 200 bytes held back", a: fault.Cut(6), hold: 200},
	{name: "A ends early without an error", a: fault.EndEarly(6), hold: 200},
	{name: "the request is malformed, 400", a: fault.Status(400)},
	{name: "the reader leaves after 1 s", a: fault.Hang(), leaves: time.Second},
	{name: "9 s were left, A is silent", a: fault.Hang(), budget: 9 * time.Second},
	{name: "A and B are overloaded", a: fault.Overloaded(), b: fault.Overloaded()},
}

// outcome is what became of a rule's request.
type outcome struct {
	answer         Answer
	err            error
	took           time.Duration
	callsA, callsB int
}

// play asks the chain once.
func play(r rule) (o outcome, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		a, b := twoProviders(env,
			fault.Config{Plan: r.a, FirstToken: fault.Fixed(500 * time.Millisecond), PerToken: fault.Fixed(50 * time.Millisecond)},
			fault.Config{Plan: r.b, FirstToken: fault.Fixed(800 * time.Millisecond), PerToken: fault.Fixed(50 * time.Millisecond)})
		chain := newChain(a.URL, b.URL, env.Client, 0)
		chain.Hold = r.hold
		budget := deadline
		if r.budget > 0 {
			budget = r.budget
		}
		ctx, cancel := context.WithTimeout(env.Context, budget)
		defer cancel()
		if r.leaves > 0 {
			withCause, leave := context.WithCancelCause(ctx)
			defer time.AfterFunc(r.leaves, func() { leave(errLeft) }).Stop()
			ctx = withCause
		}
		o.answer, o.err = chain.Stream(ctx, Request{Prompt: "Why is the queue long?", MaxTokens: 400}, func(string) {})
		o.took = env.Elapsed()
		o.callsA, o.callsB = a.Stats().Calls, b.Stats().Calls
		return nil
	})
	return o, err
}

func (o outcome) String() string {
	switch {
	case o.err == nil:
		return o.answer.By + " answers"
	case o.answer.Partial:
		return "stops: text was shown"
	case errors.Is(o.err, errLeft):
		return "stops: nobody is waiting"
	case errors.Is(o.err, errNoTime):
		return "stops: no time for B"
	case len(o.answer.Failed) == 1:
		return "stops: B would say the same"
	}
	return "both errors"
}

func printRules(w io.Writer) error {
	fmt.Fprintf(w, "%-35s %5s %5s %6s  %s\n", "what happens", "ask A", "ask B", "ends", "outcome")
	for _, r := range rules {
		o, err := play(r)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%-35s %5d %5d %4.1f s  %s\n", r.name, o.callsA, o.callsB, o.took.Seconds(), o)
	}
	return nil
}
