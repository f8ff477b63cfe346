package main

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
)

// What A goes through.
const (
	partialFrom = 2 * time.Minute
	partialTo   = 7 * time.Minute
	silentFrom  = 9 * time.Minute
	silentTo    = 11 * time.Minute
	lasts       = 13 * time.Minute
)

func illness() fault.Plan {
	return fault.Schedule(
		fault.Phase{For: partialFrom},
		fault.Phase{For: partialTo - partialFrom, Plan: fault.Rate(0.25, fault.Overloaded())},
		fault.Phase{For: silentFrom - partialTo},
		fault.Phase{For: silentTo - silentFrom, Plan: fault.Hang()},
	)
}

// defaults is gobreaker as it comes: six failures in a row, a minute of
// cooldown, one probe.
func defaults(_ *atomic.Bool, log func(string)) *gobreaker.CircuitBreaker[string] {
	return gobreaker.NewCircuitBreaker[string](gobreaker.Settings{
		Name:          "A",
		OnStateChange: func(_ string, from, to gobreaker.State) { log(from.String() + to.String()) },
	})
}

// never is a breaker that does not trip.
func never(*atomic.Bool, func(string)) *gobreaker.CircuitBreaker[string] {
	return gobreaker.NewCircuitBreaker[string](gobreaker.Settings{
		ReadyToTrip: func(gobreaker.Counts) bool { return false },
	})
}

var policies = []struct {
	name    string
	breaker func(*atomic.Bool, func(string)) *gobreaker.CircuitBreaker[string]
}{
	{"no breaker", never},
	{"6 in a row", defaults},
	{"20%, or 6 in row", newBreaker},
}

func printOutage(w io.Writer) error {
	fmt.Fprintf(w, "%-16s %13s %13s\n", "", "25% fail", "silence")
	fmt.Fprintf(w, "%-16s %6s %6s %6s %6s\n", "switch after", "failed", "to B", "failed", "to B")
	for _, p := range policies {
		r, err := drive{illness(), lasts, p.breaker}.run()
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%-16s %6d %6d %6d %6d\n", p.name,
			count(r.failed, partialFrom, partialTo), count(r.passed, partialFrom, partialTo),
			count(r.failed, silentFrom, silentTo), count(r.passed, silentFrom, silentTo))
	}
	return nil
}

func printLog(w io.Writer) error {
	r, err := drive{illness(), lasts, newBreaker}.run()
	if err != nil {
		return err
	}
	for _, line := range r.log {
		fmt.Fprintln(w, line)
	}
	return nil
}
