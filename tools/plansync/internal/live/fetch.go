package live

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// A fetcher gets things from one site, politely: it bounds what is under way
// at one time, the rate, the size and time of each answer, and the attempts.
type fetcher struct {
	site       *site
	transport  http.RoundTripper
	userAgent  string
	attempts   int
	perRequest time.Duration
	random     func() float64
	now        func() time.Time
	sleep      func(context.Context, time.Duration) error
	pace       *pacer
	slots      chan struct{}
	heard      atomic.Bool // the site has answered something, whatever it was
}

// An answer is the last one of a chain of redirects.
type answer struct {
	url    *url.URL // where it came from
	status int
	header http.Header
	body   io.Reader // unpacked; only valid while it is being read
}

// A failure is why there is no answer that proves anything.
type failure struct {
	fault  Fault
	reason string
	status int
	again  bool          // another attempt may help
	pause  time.Duration // what the site asked for
}

func (f *failure) Error() string { return f.reason }

const mostRedirects = 5

var (
	errPerRequest = errors.New("per-request time-out")
	errTooLarge   = errors.New("too large")
)

// fetch gets u. The read function is handed every answer with status 200,
// 404 or 410, once an attempt, so it must start afresh each time. At most
// limit bytes of a body are read, as sent and again when unpacked. Any other
// status is a failure, and so is a 200 that is too long, breaks off, or that
// read gives an error for.
func (f *fetcher) fetch(ctx context.Context, u *url.URL, limit int64, read func(*answer) error) (*answer, *failure) {
	for attempt := 1; ; attempt++ {
		a, err := f.chain(ctx, u, limit, read)
		if err == nil {
			f.pace.answered()
			return a, nil
		}
		fail := f.explain(ctx, err)
		if !fail.again {
			return nil, fail
		}
		if fail.pause > 0 && !f.pace.pause(fail.pause) {
			fail.reason += fmt.Sprintf(", and asked for a pause of %v, longer than the time that was left", fail.pause)
			return nil, fail
		}
		if attempt == f.attempts {
			if attempt > 1 {
				fail.reason += fmt.Sprintf(" (%d attempts)", attempt)
			}
			return nil, fail
		}
		// The pacer holds everyone until the site's pause is over; the jitter
		// on top keeps those who wait from coming back together.
		if f.sleep(ctx, fail.pause+backoff(attempt, f.random())) != nil {
			return nil, f.explain(ctx, ctx.Err())
		}
	}
}

// chain follows redirects within the site to the answer at their end.
func (f *fetcher) chain(ctx context.Context, u *url.URL, limit int64, read func(*answer) error) (*answer, error) {
	seen := map[string]bool{u.String(): true}
	for {
		a, err := f.exchange(ctx, u, limit, read)
		if err != nil || a.status < 300 || a.status > 399 {
			return a, err
		}
		target, err := u.Parse(a.header.Get("Location"))
		if err != nil || a.header.Get("Location") == "" {
			return nil, &failure{fault: BadRedirect, status: a.status, reason: fmt.Sprintf("answered %s without a target that can be read", statusText(a.status))}
		}
		target.User, target.Fragment, target.RawFragment = nil, "", ""
		switch {
		case origin(target) != origin(f.site.asked):
			return nil, &failure{fault: ForeignRedirect, status: a.status, reason: fmt.Sprintf("redirects out of the site to %q, which was not followed", shorten(target.String()))}
		case seen[target.String()]:
			return nil, &failure{fault: BadRedirect, status: a.status, reason: fmt.Sprintf("redirects in a loop through %q", shorten(target.String()))}
		case len(seen) > mostRedirects:
			return nil, &failure{fault: BadRedirect, status: a.status, reason: fmt.Sprintf("redirects more than %d times", mostRedirects)}
		}
		seen[target.String()] = true
		u = target
	}
}

// exchange sends one request and has its answer read.
func (f *fetcher) exchange(ctx context.Context, u *url.URL, limit int64, read func(*answer) error) (*answer, error) {
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := f.pace.wait(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, f.perRequest, errPerRequest)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", f.userAgent)
	req.Header.Set("Accept", "text/html, application/xml;q=0.9, */*;q=0.1")
	req.Header.Set("Accept-Encoding", "gzip")
	if user := f.site.user; user != nil {
		password, _ := user.Password()
		req.SetBasicAuth(user.Username(), password)
	}
	resp, err := f.transport.RoundTrip(req)
	if err == nil {
		defer resp.Body.Close()
		f.heard.Store(true)
		var a *answer
		if a, err = f.receive(resp, u, limit, read); err == nil {
			return a, nil
		}
	}
	// The transport reports a cancelled context in many ways.
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return nil, err
}

// receive judges the status, and reads the body where it matters.
func (f *fetcher) receive(resp *http.Response, u *url.URL, limit int64, read func(*answer) error) (*answer, error) {
	a := &answer{url: u, status: resp.StatusCode, header: resp.Header}
	switch status := resp.StatusCode; status {
	case http.StatusOK:
		if err := readBody(resp, a, limit, read); err != nil {
			return nil, err
		}
		return a, nil
	case http.StatusNotFound, http.StatusGone:
		// The status says it all, so a body that breaks off is no failure.
		_ = readBody(resp, a, limit, read)
		return a, nil
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		// What is left unread costs the connection, so a little is read.
		_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
		return a, nil
	default:
		fail := &failure{fault: Status, status: status, reason: "answered " + statusText(status)}
		switch status {
		case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
			fail.again = true
		case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		default:
			fail.again = status >= 500
		}
		if fail.again {
			fail.pause = retryAfter(resp.Header, f.now())
		}
		return nil, fail
	}
}

// readBody unpacks the body, has it read, and reads the rest of it.
func readBody(resp *http.Response, a *answer, limit int64, read func(*answer) error) error {
	if resp.ContentLength > limit {
		return errTooLarge
	}
	raw := &limited{r: resp.Body, left: limit}
	a.body = raw
	switch coding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding"))); coding {
	case "", "identity":
	case "gzip", "x-gzip":
		unpacked, err := gzip.NewReader(raw)
		if err != nil {
			return brokenBody(err)
		}
		a.body = &limited{r: unpacked, left: limit}
	default:
		return &failure{fault: Network, status: a.status, reason: fmt.Sprintf("answered in the content coding %q, which was not asked for", shorten(coding))}
	}
	if err := read(a); err != nil {
		return brokenBody(err)
	}
	// To the end: a page that breaks off is not a page, and a body that is
	// read whole frees its connection for the next request.
	if _, err := io.Copy(io.Discard, a.body); err != nil {
		return brokenBody(err)
	}
	return nil
}

// brokenBody tells a body that broke off or was too long from the failures
// that carry their own words.
func brokenBody(err error) error {
	var fail *failure
	if errors.As(err, &fail) || errors.Is(err, errTooLarge) {
		return err
	}
	return fmt.Errorf("the answer broke off: %w", err)
}

// limited reads at most left bytes and fails on the next one.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, errTooLarge
	}
	if int64(len(p)) > l.left+1 { // one more, to tell "just enough" from "too much"
		p = p[:l.left+1]
	}
	n, err := l.r.Read(p)
	l.left -= int64(n)
	if l.left < 0 {
		return n - 1, errTooLarge
	}
	return n, err
}

// explain puts what went wrong into words, and says whether to try again.
func (f *fetcher) explain(ctx context.Context, err error) *failure {
	var (
		fail        *failure
		private     *privateAddressError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		alert       tls.AlertError
		network     net.Error
	)
	switch {
	case ctx.Err() != nil:
		return &failure{fault: NotAsked, reason: fmt.Sprintf("the run ended first: %v", cause(ctx))}
	case errors.Is(err, errNoTime):
		return &failure{fault: NotAsked, reason: "the run ended first: " + errNoTime.Error()}
	case errors.As(err, &fail):
		return fail
	case errors.Is(err, errTooLarge):
		return &failure{fault: TooLarge, status: http.StatusOK, reason: "its answer is larger than the limit"}
	case errors.Is(err, errPerRequest):
		return &failure{fault: TimedOut, again: true, reason: fmt.Sprintf("no whole answer within %v", f.perRequest)}
	case errors.As(err, &private):
		return &failure{fault: Network, reason: private.Error()}
	case errors.As(err, &certificate), errors.As(err, &record), errors.As(err, &alert):
		return &failure{fault: TLS, reason: "no connection that can be trusted: " + oneLine(err)}
	case errors.As(err, &network) && network.Timeout():
		return &failure{fault: TimedOut, again: true, reason: "no connection: " + oneLine(err)}
	}
	return &failure{fault: Network, again: true, reason: oneLine(err)}
}

// cause is why ctx ended, in the words of whoever ended it.
func cause(ctx context.Context) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return ctx.Err()
}

// oneLine is an error as a part of a message: the other side's words may
// hold line breaks and terminal controls.
func oneLine(err error) string {
	quoted := strconv.Quote(shorten(err.Error()))
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}

func statusText(status int) string {
	if text := http.StatusText(status); text != "" {
		return fmt.Sprintf("%d %s", status, text)
	}
	return strconv.Itoa(status)
}
