package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

const sdkRetries = 2 // the default of both SDKs

// troubles say when they want to be asked again, so that the SDK's wait is not
// left to its jitter.
var troubles = []struct {
	name string
	plan fault.Plan
}{
	{"503, retry in 0.8 s", fault.Overloaded().RetryAfter(800 * time.Millisecond).Millis()},
	{"429, retry in 5 s", fault.RateLimited(5 * time.Second)},
	{"429, retry in 20 s", fault.RateLimited(20 * time.Second)},
	{"A is silent", fault.Hang()},
}

// A setting is how a chain waits for A.
type setting struct {
	name    string
	retries int
	first   time.Duration
}

var settings = []setting{
	{"2 retries", sdkRetries, noLimit},
	{"2 retries, 2 s", sdkRetries, first},
	{"0 retries, 2 s", 0, first},
}

// trouble asks the chain once and says when the first text came, 0 if never.
func trouble(plan fault.Plan, s setting) (text time.Duration, callsA int, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		a, b := twoProviders(env, fault.Config{Plan: plan}, fault.Config{FirstToken: fault.Fixed(500 * time.Millisecond)})
		chain := newChain(a.URL, b.URL, env.Client, s.retries)
		chain.Links[0].First = s.first
		chain.Links[1].Need = 0
		ctx, cancel := context.WithTimeout(env.Context, deadline)
		defer cancel()
		_, _ = chain.Stream(ctx, Request{"Why?", 100}, func(string) {
			if text == 0 {
				text = env.Elapsed()
			}
		})
		callsA = a.Stats().Calls
		return nil
	})
	return text, callsA, err
}

func printRetries(w io.Writer) error {
	fmt.Fprintf(w, "%-21s", "A fails with")
	for _, s := range settings {
		fmt.Fprintf(w, " %16s", s.name)
	}
	fmt.Fprintln(w)
	for _, t := range troubles {
		fmt.Fprintf(w, "%-21s", t.name)
		for _, s := range settings {
			text, calls, err := trouble(t.plan, s)
			if err != nil {
				return err
			}
			when := "never"
			if text > 0 {
				when = fmt.Sprintf("%.1f s", text.Seconds())
			}
			fmt.Fprintf(w, " %16s", fmt.Sprintf("%s, %d", when, calls))
		}
		fmt.Fprintln(w)
	}
	return nil
}
