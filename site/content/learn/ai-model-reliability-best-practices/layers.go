package main

import (
	"context"
	"encoding/json"
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/openai/openai-go/v3"
	"github.com/sony/gobreaker/v2"
)

// region: success

// An Ask gets the answer to a question. Every protection is a function that
// takes one and returns a better one.
type Ask func(ctx context.Context, question string) (answer string, err error)

var errUnusable = errors.New("unusable answer")

// Checked turns an answer that nobody can use into an error, so that all
// other layers treat it as one.
func Checked(ask Ask) Ask {
	return func(ctx context.Context, question string) (string, error) {
		answer, err := ask(ctx, question)
		if err == nil && !usable(answer) {
			err = errUnusable
		}
		return answer, err
	}
}

func usable(answer string) bool {
	var reply struct{ Label string }
	return json.Unmarshal([]byte(answer), &reply) == nil && reply.Label != ""
}

// endregion: success

// region: deadline

// Within gives up after a while.
func Within(limit time.Duration, ask Ask) Ask {
	return func(ctx context.Context, question string) (string, error) {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		return ask(ctx, question)
	}
}

// endregion: deadline

// region: retry

// A Budget lets retries be at most a tenth of the requests, and ten at once.
type Budget struct {
	mu    sync.Mutex
	saved float64
}

func (b *Budget) Request() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.saved = min(b.saved+0.1, 10)
}

func (b *Budget) Retry() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.saved < 1 {
		return false
	}
	b.saved--
	return true
}

// Retried asks up to three times, after random waits that grow. Jitter is a
// number below 1 for each try at a question. A nil budget is no limit.
func Retried(budget *Budget, jitter Jitter, ask Ask) Ask {
	return func(ctx context.Context, question string) (string, error) {
		if budget != nil {
			budget.Request()
		}
		for try := 0; ; try++ {
			answer, err := ask(ctx, question)
			if err == nil || try == 2 || ctx.Err() != nil || !worthRetrying(err) {
				return answer, err
			}
			if budget != nil && !budget.Retry() {
				return answer, err
			}
			longest := 500 * time.Millisecond << try
			wait := time.Duration(jitter(question, try) * float64(longest))
			select {
			case <-time.After(wait):
			case <-ctx.Done():
				return answer, err
			}
		}
	}
}

// endregion: retry

// A Jitter returns rand.Float64() in production, whatever the question.
type Jitter func(question string, try int) float64

// repeatable draws the same for the same try at the same question.
func repeatable(question string, try int) float64 {
	h := fnv.New64a()
	h.Write([]byte(question))
	return rand.New(rand.NewPCG(h.Sum64(), uint64(try))).Float64()
}

// worthRetrying excludes what would fail in the same way again.
func worthRetrying(err error) bool {
	code, reason := status(err)
	if errors.Is(err, errFull) || reason == "insufficient_quota" || reason == "enforced_spend_limit_reached" {
		return false
	}
	return code == 0 || code == 408 || code == 429 || code >= 500
}

// invalid reports whether the request is at fault, so that no provider would answer it.
func invalid(err error) bool {
	code, _ := status(err)
	return code == 400 || code == 413 || code == 422
}

// status returns the status of a provider's error, or 0, and what tells spent
// money from a rate limit: OpenAI's type, Anthropic's code.
func status(err error) (status int, reason string) {
	if e, ok := errors.AsType[*openai.Error](err); ok {
		return e.StatusCode, e.Type
	}
	if e, ok := errors.AsType[*anthropic.Error](err); ok {
		return e.StatusCode, string(e.ErrorCode())
	}
	return 0, ""
}

// region: limit

var errFull = errors.New("too many calls in flight")

// Limited lets n calls be in flight and refuses more at once.
func Limited(n int, ask Ask) Ask {
	slots := make(chan struct{}, n)
	return func(ctx context.Context, question string) (string, error) {
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
			return ask(ctx, question)
		default:
			return "", errFull
		}
	}
}

// endregion: limit

// region: fallback

// Backed asks the spare when the first fails, and leaves the first alone
// while half of its recent requests fail.
func Backed(first, spare Ask) Ask {
	breaker := gobreaker.NewCircuitBreaker[string](gobreaker.Settings{
		Interval: 10 * time.Second,
		Timeout:  15 * time.Second,
		ReadyToTrip: func(n gobreaker.Counts) bool {
			ended := n.TotalSuccesses + n.TotalFailures
			return ended >= 10 && n.TotalFailures*2 >= ended
		},
		IsExcluded: func(err error) bool {
			// The user left, the limit refused, or the request is wrong.
			return errors.Is(err, context.Canceled) || errors.Is(err, errFull) || invalid(err)
		},
	})
	return func(ctx context.Context, question string) (string, error) {
		answer, err := breaker.Execute(func() (string, error) {
			return first(ctx, question)
		})
		if err == nil || ctx.Err() != nil || invalid(err) {
			return answer, err
		}
		return spare(ctx, question)
	}
}

// endregion: fallback

// Layers says which protections a client has.
type Layers struct {
	Check, Deadline, Retry, Budget, Limit, Fallback bool
}

// region: stack

const (
	inTime      = 10 * time.Second // what users wait for
	forFirst    = 6 * time.Second  // of which the first provider gets so much
	forAttempt  = 3 * time.Second
	maxInFlight = 8
)

// client puts the layers around a provider, the innermost first.
func client(l Layers, first, spare Ask) Ask {
	ask := first
	if l.Check {
		ask, spare = Checked(ask), Checked(spare)
	}
	if l.Limit {
		ask = Limited(maxInFlight, ask)
	}
	if l.Deadline {
		ask = Within(forAttempt, ask)
	}
	if l.Retry {
		budget := &Budget{saved: 10}
		if !l.Budget {
			budget = nil
		}
		ask = Retried(budget, repeatable, ask) // repeatable: so that each run prints the same
	}
	if l.Fallback && l.Deadline {
		ask = Within(forFirst, ask)
	}
	if l.Fallback {
		ask = Backed(ask, spare)
	}
	if l.Deadline {
		ask = Within(inTime, ask)
	}
	return ask
}

// endregion: stack
