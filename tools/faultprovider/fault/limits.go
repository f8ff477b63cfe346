package fault

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"
)

// Limits are the quotas of each API key and the capacity of the server. Zero is no limit.
type Limits struct {
	RequestsPerMinute int
	TokensPerMinute   int // input tokens plus max_tokens (or the default answer), charged on arrival
	Concurrency       int // answers being generated at once; more wait their turn
	Queue             int // how many may wait for their turn; more are told that the server is overloaded
}

// buckets are the token buckets of one API key.
type buckets struct {
	at               time.Time
	requests, tokens float64
}

// A limitState is what the rate-limit headers tell.
type limitState struct {
	requests, requestsLeft int
	tokens, tokensLeft     int
	reset                  time.Duration
}

// The limits that the headers tell when none are set.
const defaultRequests, defaultTokens = 10_000, 2_000_000

// admit charges a call to its key's quota and decides how it fares.
func (s *Server) admit(c Call, req request) (Fault, limitState) {
	l := s.cfg.Limits
	state := limitState{requests: defaultRequests, requestsLeft: defaultRequests - 1,
		tokens: defaultTokens, tokensLeft: defaultTokens - req.inputTokens, reset: 6 * time.Millisecond}
	f := decide(s.cfg.Plan, c)
	if l.RequestsPerMinute > 0 || l.TokensPerMinute > 0 {
		wait, left := s.charge(c.APIKey, req)
		state = left
		if wait > 0 {
			f = RateLimited(wait).Named("quota").Millis()
		}
	}
	if f.kind == kindError && f.status == http.StatusTooManyRequests {
		state.requestsLeft = 0
		state.reset = max(f.retryAfter, state.reset)
	}
	return f, state
}

// charge takes one request from the quota, or reports how long until there is one.
func (s *Server) charge(key string, req request) (time.Duration, limitState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rpm, tpm := s.cfg.Limits.RequestsPerMinute, s.cfg.Limits.TokensPerMinute
	if rpm == 0 {
		rpm = defaultRequests
	}
	if tpm == 0 {
		tpm = defaultTokens
	}
	b, ok := s.buckets[key]
	if !ok {
		b = &buckets{at: time.Now(), requests: float64(rpm), tokens: float64(tpm)}
		s.buckets[key] = b
	}
	minutes := time.Since(b.at).Minutes()
	b.at = time.Now()
	b.requests = min(float64(rpm), b.requests+minutes*float64(rpm))
	b.tokens = min(float64(tpm), b.tokens+minutes*float64(tpm))

	cost := float64(req.inputTokens + max(req.maxTokens, 1))
	short := max((1-b.requests)/float64(rpm), (cost-b.tokens)/float64(tpm))
	state := limitState{requests: rpm, tokens: tpm}
	// A request needs whole units; the tolerance forgives the rounding of the refill.
	if short > 1e-9 {
		wait := time.Duration(math.Ceil(short*float64(time.Minute)/float64(time.Millisecond))) * time.Millisecond
		state.requestsLeft, state.tokensLeft = int(b.requests), int(b.tokens)
		state.reset = wait
		return wait, state
	}
	b.requests--
	b.tokens -= cost
	state.requestsLeft, state.tokensLeft = int(b.requests), int(b.tokens)
	state.reset = time.Duration((float64(rpm) - b.requests) / float64(rpm) * float64(time.Minute)).Round(time.Millisecond)
	return 0, state
}

// cached reports how many tokens of a prompt are in the cache, and puts it there.
func (s *Server) cached(req request) int {
	n := s.cfg.Cache.Tokens
	words := strings.Fields(req.text)
	if n == 0 || len(words) < n {
		return 0
	}
	prefix := hash(append([]string{req.model}, words[:n]...)...)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen[prefix] {
		return n
	}
	s.seen[prefix] = true
	return 0
}

// slot waits for capacity. It returns false when the queue is full or the client has left.
func (s *Server) slot(ctx context.Context) (free func(), ok bool) {
	if s.slots == nil {
		return func() {}, true
	}
	free = func() { <-s.slots }
	select {
	case s.slots <- struct{}{}:
		return free, true
	default:
	}
	s.mu.Lock()
	full := s.cfg.Limits.Queue > 0 && s.waiting >= s.cfg.Limits.Queue
	if !full {
		s.waiting++
	}
	s.mu.Unlock()
	if full {
		return nil, false
	}
	defer func() {
		s.mu.Lock()
		s.waiting--
		s.mu.Unlock()
	}()
	select {
	case s.slots <- struct{}{}:
		return free, true
	case <-ctx.Done():
		return nil, false
	}
}

// retryHeaders sets what the fault says about trying again.
func (f Fault) retryHeaders(h http.Header) {
	if f.retryAfter > 0 {
		h.Set("Retry-After", fmt.Sprint(int(math.Ceil(f.retryAfter.Seconds()))))
		if f.retryMillis {
			h.Set("Retry-After-Ms", fmt.Sprint(f.retryAfter.Milliseconds()))
		}
	}
	if f.shouldRetry != "" {
		h.Set("X-Should-Retry", f.shouldRetry)
	}
}
