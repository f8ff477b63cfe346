package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/sony/gobreaker/v2"
)

// region: evidence

// A Verdict is what a failed call says about the provider.
type Verdict int

// Verdicts, from nothing to everything.
const (
	Silent  Verdict = iota // nothing: the request or its sender is the cause
	Counts                 // something: enough of these are an outage
	Certain                // all: every further call will fail until a person acts
)

// judge weighs an error of a call to the OpenAI API.
func judge(err error) Verdict {
	if errors.Is(err, context.Canceled) {
		return Silent // the reader left; our own limit is DeadlineExceeded
	}
	e, ok := errors.AsType[*openai.Error](err)
	if !ok {
		return Counts // no connection, a broken stream, or no answer in time
	}
	switch {
	case slices.Contains([]int{401, 402, 403, 404}, e.StatusCode):
		return Certain // the key, the account or the model is gone
	case e.Type == "insufficient_quota", e.Code == "credit_balance_exhausted":
		return Certain // a 429 that no waiting cures
	case e.StatusCode == 429:
		return Silent // A is well; our share of it is used up
	case e.StatusCode == 408, e.StatusCode == 409:
		return Counts
	case e.StatusCode < 500:
		return Silent // the request is at fault, and would be at B too
	}
	return Counts
}

// endregion: evidence

// region: breaker

// newBreaker opens when six calls in a row or a fifth of the last minute's have
// failed, and closes when ten probes in a row have not.
func newBreaker(
	certain *atomic.Bool, log func(string),
) *gobreaker.CircuitBreaker[string] {
	var why string
	return gobreaker.NewCircuitBreaker[string](gobreaker.Settings{
		Name:         "A",
		Interval:     60 * time.Second, // the window, in which
		BucketPeriod: 5 * time.Second,  // a twelfth is forgotten at a time
		ReadyToTrip: func(c gobreaker.Counts) bool {
			ended := c.TotalSuccesses + c.TotalFailures // Requests has open ones too
			why = fmt.Sprintf("%d of %d failed, %d in a row",
				c.TotalFailures, ended, c.ConsecutiveFailures)
			return certain.Load() || c.ConsecutiveFailures >= 6 ||
				ended >= 40 && 5*c.TotalFailures >= ended
		},
		IsExcluded: func(err error) bool {
			return err != nil && judge(err) == Silent
		},
		Timeout:     30 * time.Second, // open for so long,
		MaxRequests: 10,               // then this many probes
		OnStateChange: func(name string, from, to gobreaker.State) {
			note := map[gobreaker.State]string{
				gobreaker.StateHalfOpen: "cooled down, probing",
				gobreaker.StateClosed:   "10 probes in a row were well",
			}[to]
			if to == gobreaker.StateOpen {
				note = why
				if from == gobreaker.StateHalfOpen {
					note = "a probe failed"
				}
			}
			log(fmt.Sprintf("%s %-9s -> %-9s  %s", name, from, to, note))
		},
	})
}

// endregion: breaker

// region: router

// A Router asks A as long as its breaker lets it, else B.
type Router struct {
	Breaker *gobreaker.CircuitBreaker[string]
	Certain *atomic.Bool
	A, B    func(ctx context.Context, prompt string) (string, error)
	Limit   time.Duration // for an answer of A: also what frees a stuck probe
}

// Ask returns the answer, and whether A was passed over. It returns a failure of
// A as it is: taking that request to B is the work of the chain around it.
func (r Router) Ask(
	ctx context.Context, prompt string,
) (text string, passed bool, err error) {
	text, err = r.Breaker.Execute(func() (string, error) {
		limited, cancel := context.WithTimeout(ctx, r.Limit)
		defer cancel()
		text, err := r.A(limited, prompt)
		r.Certain.Store(err != nil && judge(err) == Certain)
		return text, err
	})
	if errors.Is(err, gobreaker.ErrOpenState) ||
		errors.Is(err, gobreaker.ErrTooManyRequests) { // enough probes already
		text, err = r.B(ctx, prompt)
		return text, true, err
	}
	return text, false, err
}

// endregion: router
