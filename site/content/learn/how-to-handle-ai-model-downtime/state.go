package main

import (
	"math/rand/v2"
	"sync"
	"time"
)

// A state is what the requests share, under one lock.
type state struct {
	mu     sync.Mutex
	rng    *rand.Rand
	cache  map[string]cached
	downTo time.Time // do not ask the model before; zero while it is well
}

type cached struct {
	text string
	at   time.Time
}

// mayAsk reports whether to ask the model. While it is down, one request after each pause may, for all.
func (s *state) mayAsk() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if now.Before(s.downTo) {
		return false
	}
	if !s.downTo.IsZero() {
		s.downTo = now.Add(patience)
	}
	return true
}

// learn remembers whether the model has answered.
func (s *state) learn(well bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if well {
		s.downTo = time.Time{}
	} else {
		s.downTo = time.Now().Add(recheck)
	}
}

// returnAfter is when a client should come back: after the next attempt, and not all at once.
func (s *state) returnAfter() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(0, time.Until(s.downTo)) + time.Duration(s.rng.Int64N(int64(recheck)))
}

func (s *state) store(key, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cache[key] = cached{text, time.Now()}
}

// stored returns an answer that is at most so old.
func (s *state) stored(key string, age time.Duration) (c cached, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok = s.cache[key]
	return c, ok && time.Since(c.at) <= age
}
