package main

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
)

// troubles are not A's, except for the last.
var troubles = []struct {
	name string
	plan fault.Plan
}{
	{"30% are 400", fault.Rate(0.3, fault.Status(400))},
	{"30% are 429", fault.Rate(0.3, fault.RateLimited(20*time.Second))},
	{"all 429, spent", fault.QuotaExhausted()},
}

const ownLasts = 3 * time.Minute

// naive counts every error.
func naive(_ *atomic.Bool, log func(string)) *gobreaker.CircuitBreaker[string] {
	return gobreaker.NewCircuitBreaker[string](gobreaker.Settings{
		Interval:     60 * time.Second,
		BucketPeriod: 5 * time.Second,
		Timeout:      30 * time.Second,
		MaxRequests:  10,
		ReadyToTrip: func(c gobreaker.Counts) bool {
			ended := c.TotalSuccesses + c.TotalFailures
			return c.ConsecutiveFailures >= 6 || ended >= 40 && 5*c.TotalFailures >= ended
		},
	})
}

func printOwn(w io.Writer) error {
	fmt.Fprintf(w, "%-14s %13s %13s\n", "", "all count", "judged")
	fmt.Fprintf(w, "%-14s %6s %6s %6s %6s\n", "", "failed", "to B", "failed", "to B")
	for _, t := range troubles {
		fmt.Fprintf(w, "%-14s", t.name)
		for _, breaker := range []func(*atomic.Bool, func(string)) *gobreaker.CircuitBreaker[string]{naive, newBreaker} {
			r, err := drive{t.plan, ownLasts, breaker}.run()
			if err != nil {
				return err
			}
			fmt.Fprintf(w, " %6d %6d", count(r.failed, 0, ownLasts), r.callsB)
		}
		fmt.Fprintln(w)
	}
	return nil
}
