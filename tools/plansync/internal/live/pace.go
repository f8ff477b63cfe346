package live

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A pacer spaces requests evenly and holds all of them back while the site
// asks for a pause.
type pacer struct {
	now      func() time.Time
	sleep    func(context.Context, time.Duration) error
	interval time.Duration // between two requests
	end      time.Time     // of the run

	mu      sync.Mutex
	next    time.Time // when the next request may be sent
	resume  time.Time // when the pause that the site asked for ends
	refused int       // pauses beyond the end of the run, asked for in a row
}

// mostRefusals is how many times in a row a site may ask for a pause that
// the run has no time for before nothing more is asked of it. One such
// answer may be the quirk of one page.
const mostRefusals = 5

var errNoTime = errors.New("the site asked for a pause longer than the time that was left")

// wait returns when the next request may be sent.
func (p *pacer) wait(ctx context.Context) error {
	for {
		p.mu.Lock()
		if p.refused >= mostRefusals {
			p.mu.Unlock()
			return errNoTime
		}
		now := p.now()
		at := latest(now, p.next, p.resume)
		p.next = at.Add(p.interval)
		p.mu.Unlock()
		if at.After(now) {
			if err := p.sleep(ctx, at.Sub(now)); err != nil {
				return err
			}
		}
		p.mu.Lock()
		paused := p.resume.After(p.now()) // asked for while this one slept
		p.mu.Unlock()
		if !paused {
			return ctx.Err()
		}
	}
}

// pause holds every request back for d and reports whether that fits into
// the time that is left.
func (p *pacer) pause(d time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	until := p.now().Add(d)
	if until.After(p.end) {
		p.refused++
		return false
	}
	p.resume = latest(p.resume, until)
	return true
}

// answered says that the site gave an answer that asks for no pause.
func (p *pacer) answered() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = 0
}

func latest(times ...time.Time) time.Time {
	var last time.Time
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}

// interval is the time between two requests at a rate per second.
func interval(rate float64) time.Duration {
	// A nanosecond more than MaxInt64 would overflow; a year is as good.
	return time.Duration(math.Min(float64(time.Second)/rate, float64(maxPause)))
}

const (
	firstBackoff = 500 * time.Millisecond
	mostBackoff  = 15 * time.Second
	maxPause     = 365 * 24 * time.Hour
)

// backoff is the wait after the given failed attempt, counted from 1: full
// jitter, a random time between nothing and an exponentially growing limit.
// It is chosen over a fixed or half-random wait because clients that failed
// together then do not come back together.
func backoff(attempt int, random float64) time.Duration {
	limit := mostBackoff
	if shift := attempt - 1; shift < 10 {
		limit = min(limit, firstBackoff<<shift)
	}
	return time.Duration(random * float64(limit))
}

// retryAfter reads a Retry-After header: seconds or a date (RFC 9110,
// section 10.2.3). It is zero when there is none that can be read.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(text, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(seconds, uint64(maxPause/time.Second))) * time.Second
	}
	if date, err := http.ParseTime(text); err == nil {
		return min(max(date.Sub(now), 0), maxPause)
	}
	return 0
}
