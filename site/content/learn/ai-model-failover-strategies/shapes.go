package main

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"
)

// What all shapes have in common.
const (
	deadline = 15 * time.Second        // after it the user is gone
	patience = 5 * time.Second         // for one attempt
	hedgeAt  = 2500 * time.Millisecond // without a first token by then, ask B too
)

// A Service is what a shape has to work with.
type Service struct {
	a, b    *Provider
	jitter  func(most time.Duration) time.Duration // rand.N in production
	breaker *gobreaker.CircuitBreaker[string]
	turn    atomic.Int64
}

// errDegraded is returned with an answer that no model wrote.
var errDegraded = errors.New("answered without a model")

// A Shape is a way to use the two providers.
type Shape struct {
	name string
	ask  func(*Service, context.Context, string) (string, error)
}

// shapes are the designs that are compared.
var shapes = []Shape{
	{"retry in place", (*Service).retry},
	{"active-passive", (*Service).activePassive},
	{"+ breaker", (*Service).guarded},
	{"active-active", (*Service).activeActive},
	{"hedged", (*Service).hedged},
	{"degraded", (*Service).degraded},
}

// region: sequential

// retry asks A up to three times.
func (s *Service) retry(ctx context.Context, q string) (answer string, err error) {
	for i := range 3 {
		if i > 0 {
			most := time.Second << i // 2 s, then 4 s
			if err := pause(ctx, s.jitter(most)); err != nil {
				return "", err
			}
		}
		if answer, err = s.a.ask(ctx, patience, q); err == nil {
			return answer, nil
		}
	}
	return "", err
}

// activePassive asks B when A has failed.
func (s *Service) activePassive(ctx context.Context, q string) (string, error) {
	if answer, err := s.a.ask(ctx, patience, q); err == nil {
		return answer, nil
	}
	return s.b.ask(ctx, patience, q)
}

// activeActive gives each provider every other request, and the other one a
// request that failed.
func (s *Service) activeActive(ctx context.Context, q string) (string, error) {
	first, second := s.a, s.b
	if s.turn.Add(1)%2 == 0 {
		first, second = second, first
	}
	if answer, err := first.ask(ctx, patience, q); err == nil {
		return answer, nil
	}
	return second.ask(ctx, patience, q)
}

// degraded asks A once and then does without.
func (s *Service) degraded(ctx context.Context, q string) (string, error) {
	if answer, err := s.a.ask(ctx, patience, q); err == nil {
		return answer, nil
	}
	return "Here are the help pages on your topic.", errDegraded
}

// endregion: sequential

// guarded is activePassive, but a breaker remembers that A has failed.
func (s *Service) guarded(ctx context.Context, q string) (string, error) {
	answer, err := s.breaker.Execute(func() (string, error) { return s.a.ask(ctx, patience, q) })
	if err == nil {
		return answer, nil
	}
	return s.b.ask(ctx, patience, q)
}

// region: hedged

// hedged asks B too when A has failed or shown no token in time. The first
// token wins, and the other call is cancelled before it has shown any.
func (s *Service) hedged(ctx context.Context, q string) (string, error) {
	opened := make(chan *Call, 2) // room for both, so that no sender waits
	stops := map[*Provider]context.CancelFunc{}
	ask := func(p *Provider) {
		ctx, stop := context.WithCancel(ctx)
		stops[p] = stop
		go func() { opened <- p.open(ctx, q) }()
	}
	defer func() {
		for _, stop := range stops {
			stop()
		}
	}()

	ask(s.a)
	late := time.After(hedgeAt)
	var lastErr error
	for running := 1; running > 0; {
		select {
		case call := <-opened:
			running--
			if call.err == nil {
				for p, stop := range stops {
					if p != call.from {
						stop()
					}
				}
				for ; running > 0; running-- {
					(<-opened).close() // at once, since it was stopped
				}
				return call.rest()
			}
			lastErr = call.err
		case <-late:
		}
		if stops[s.b] == nil { // B was not asked yet
			ask(s.b)
			running++
		}
	}
	return "", lastErr
}

// endregion: hedged

// pause waits, unless the user is gone before.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
