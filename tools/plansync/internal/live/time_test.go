package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections are pipes in memory, so that a real
// client and a real server run in a bubble where time passes only when both
// wait.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	close func()
}

func newPipes() *pipes {
	p := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	p.close = sync.OnceFunc(func() { close(p.done) })
	return p
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.close(); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

const bubble = "http://site.example/"

// inBubble runs the test against the handler in a bubble. The options have
// their defaults, but for the transport.
func inBubble(t *testing.T, handler http.Handler, test func(t *testing.T, opts Options)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := newPipes()
		server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
		go func() { _ = server.Serve(l) }()
		u, err := url.Parse(bubble)
		if err != nil {
			t.Fatal(err)
		}
		transport := newTransport(u, net.Dialer{}, nil, false)
		transport.Proxy, transport.DialContext = nil, l.dial
		test(t, Options{BaseURL: bubble, Transport: transport})
		transport.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		synctest.Wait()
	})
}

// silent never answers.
func silent(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// slowly sends a byte a second.
func slowly(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		for i := range len(text) {
			if _, err := io.WriteString(w, text[i:i+1]); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			select {
			case <-time.After(time.Second):
			case <-r.Context().Done():
				return
			}
		}
	}
}

// after answers when the time has passed.
func after(d time.Duration, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(d):
			next(w, r)
		case <-r.Context().Done():
		}
	}
}

// Slowness of every kind, and how long it is borne.
func TestSlowSites(t *testing.T) {
	page := article(bubble+"learn/alpha/", "About alpha")
	for _, c := range []struct {
		name    string
		page    http.HandlerFunc
		opts    func(*Options)
		state   State
		fault   Fault
		reason  string
		longest time.Duration // that the run may have taken
	}{
		{"no headers", silent, nil, Unknown, TimedOut, "no whole answer within 20s (4 attempts)", 4*20*time.Second + time.Minute},
		{"headers, then nothing", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, page[:50])
			_ = http.NewResponseController(w).Flush()
			silent(w, r)
		}, nil, Unknown, TimedOut, "no whole answer within 20s (4 attempts)", 4*20*time.Second + time.Minute},
		{"a byte a second", slowly(page), nil, Unknown, TimedOut, "within 20s", 4*20*time.Second + time.Minute},
		{"a byte a second, with patience", slowly(page), func(o *Options) { o.PerRequest = 10 * time.Minute }, Live, "", "", 11 * time.Minute},
		{"19 seconds", after(19*time.Second, shows(page)), nil, Live, "", "", 30 * time.Second},
		{"21 seconds", after(21*time.Second, shows(page)), nil, Unknown, TimedOut, "within 20s", 4*20*time.Second + time.Minute},
		{"21 seconds, then quick", inTurn(after(21*time.Second, shows(page)), shows(page)), nil, Live, "", "", time.Minute},
		{"404 that stalls", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			_ = http.NewResponseController(w).Flush()
			silent(w, r)
		}, nil, Gone, PageGone, "404", 30 * time.Second},
		{"redirect after redirect, each slow", func(w http.ResponseWriter, r *http.Request) {
			after(15*time.Second, redirects(302, r.URL.Path+"?"+r.URL.RawQuery+"x"))(w, r)
		}, nil, Unknown, BadRedirect, "more than 5", 6*20*time.Second + time.Minute},
		{"pause in seconds", inTurn(answers(503, "", "Retry-After", "300"), shows(page)), nil, Live, "", "", 6 * time.Minute},
		{"pause that does not fit", answers(503, "", "Retry-After", "900"), nil, Unknown, Status, "a pause of 15m0s, longer than the time that was left", time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			handler := on("/learn/alpha/", c.page, newDeploy(bubble))
			inBubble(t, handler, func(t *testing.T, opts Options) {
				if c.opts != nil {
					c.opts(&opts)
				}
				began := time.Now()
				verdicts, err := Check(t.Context(), opts, permalinks(opts, "alpha", "beta"))
				if err != nil {
					t.Fatal(err)
				}
				want(t, verdicts[0], c.state, c.fault, c.reason)
				want(t, verdicts[1], Live, "", "")
				if took := time.Since(began); took > c.longest {
					t.Errorf("took %v, longer than %v", took, c.longest)
				}
			})
		})
	}
}

// The total time-out ends everything at its time, and what was found out
// until then is handed over.
func TestTotalTimeOut(t *testing.T) {
	stalls := on("/learn/gamma/", silent, newDeploy(bubble))
	for _, c := range []struct {
		name    string
		handler http.Handler
		alpha   State
		gamma   string
	}{
		{"one page stalls", stalls, Live, "the run ended first: the total time-out of 1m30s"},
		{"the sitemap stalls", on("/sitemap.xml", silent, newDeploy(bubble)), Unknown, "the total time-out of 1m30s"},
		{"everything stalls", http.HandlerFunc(silent), Unknown, "the total time-out of 1m30s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, c.handler, func(t *testing.T, opts Options) {
				opts.Total, opts.PerRequest = 90*time.Second, 50*time.Second
				began := time.Now()
				verdicts, err := Check(t.Context(), opts, permalinks(opts, "alpha", "gamma"))
				if !errors.Is(err, ErrIncomplete) || !strings.Contains(err.Error(), "the total time-out of 1m30s") {
					t.Errorf("got %v", err)
				}
				if took := time.Since(began); took != opts.Total {
					t.Errorf("took %v", took)
				}
				if verdicts[0].State != c.alpha {
					t.Errorf("alpha: %+v", verdicts[0])
				}
				want(t, verdicts[1], Unknown, NotAsked, c.gamma)
			})
		})
	}
}

func TestCanceledBeforeTheStart(t *testing.T) {
	inBubble(t, newDeploy(bubble), func(t *testing.T, opts Options) {
		verdicts, err := Check(canceled(t), opts, permalinks(opts, "alpha"))
		if !errors.Is(err, ErrIncomplete) || !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		want(t, verdicts[0], Unknown, NotAsked, "context canceled")
	})
}

// A gauge notes when requests come and how many are under way.
type gauge struct {
	http.Handler
	mu        sync.Mutex
	now, most int
	times     []time.Time
}

func (g *gauge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	g.now++
	g.most = max(g.most, g.now)
	g.times = append(g.times, time.Now())
	g.mu.Unlock()
	g.Handler.ServeHTTP(w, r)
	g.mu.Lock()
	g.now--
	g.mu.Unlock()
}

// No two requests come closer than the rate allows, whatever they are for,
// and never more are under way than allowed.
func TestRateAndConcurrency(t *testing.T) {
	for _, c := range []struct {
		rate        float64
		concurrency int
		pause       time.Duration // that the site takes for each page
	}{
		{20, 8, 10 * time.Second}, {5, 3, 0}, {1, 1, 100 * time.Millisecond}, {1000, 16, time.Second}, {math.Inf(1), 4, time.Second},
	} {
		t.Run(fmt.Sprint(c.rate, c.concurrency), func(t *testing.T) {
			var busy http.Handler = http.HandlerFunc(after(c.pause, answers(503, "")))
			mux := http.NewServeMux()
			mux.Handle("/", newDeploy(bubble))
			mux.Handle("/learn/busy/", busy)
			g := &gauge{Handler: mux}
			inBubble(t, g, func(t *testing.T, opts Options) {
				opts.Rate, opts.Concurrency, opts.Total = c.rate, c.concurrency, 10*time.Hour
				var pages []string
				for i := range 60 {
					pages = append(pages, fmt.Sprintf("%slearn/busy/%d/", bubble, i))
				}
				if _, err := Check(t.Context(), opts, pages); err != nil {
					t.Fatal(err)
				}
				if want := 60 * 4; len(g.times) < want {
					t.Errorf("%d requests, want at least %d", len(g.times), want)
				}
				if g.most > c.concurrency {
					t.Errorf("%d requests at one time", g.most)
				}
				if c.pause >= time.Second && g.most < c.concurrency {
					t.Errorf("only %d requests at one time", g.most)
				}
				for i := 1; i < len(g.times); i++ {
					if gap := g.times[i].Sub(g.times[i-1]); gap < interval(c.rate) {
						t.Fatalf("request %d came %v after the one before", i, gap)
					}
				}
			})
		})
	}
}

// A pause that one page asks for is a pause for all, and Retry-After is
// never undercut.
func TestPauseIsForEveryone(t *testing.T) {
	for name, header := range map[string]func() string{
		"seconds": func() string { return "60" },
		// A date has whole seconds, rounded down here.
		"date": func() string { return time.Now().Add(61 * time.Second).UTC().Format(http.TimeFormat) },
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			var asked time.Time // when the pause was asked for
			g := &gauge{}
			g.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				first := asked.IsZero() && r.URL.Path == "/learn/beta/"
				if first {
					asked = time.Now()
				}
				mu.Unlock()
				if first {
					answers(429, "", "Retry-After", header())(w, r)
					return
				}
				newDeploy(bubble).ServeHTTP(w, r)
			})
			inBubble(t, g, func(t *testing.T, opts Options) {
				opts.Concurrency = 2
				verdicts, err := Check(t.Context(), opts, permalinks(opts, "beta", "alpha", "gamma", "alpha", "alpha", "gamma"))
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range verdicts {
					want(t, v, Live, "", "")
				}
				late := 0
				for _, at := range g.times {
					switch since := at.Sub(asked); {
					case since >= 60*time.Second:
						late++
					case since > interval(20):
						t.Errorf("a request came %v after the site asked for a minute's pause", since)
					}
				}
				if late < 4 {
					t.Errorf("only %d requests came after the pause", late)
				}
			})
		})
	}
}

// Waits are spread over the whole of a limit that doubles up to its top.
func TestFullJitter(t *testing.T) {
	for attempt, limit := range map[int]time.Duration{1: 500 * time.Millisecond, 2: time.Second, 3: 2 * time.Second, 5: 8 * time.Second, 6: 15 * time.Second, 7: 15 * time.Second, 1000: 15 * time.Second} {
		for _, random := range []float64{0, 0.25, 0.5, 0.999} {
			if got, want := backoff(attempt, random), time.Duration(random*float64(limit)); got != want {
				t.Errorf("backoff(%d, %v) = %v, want %v", attempt, random, got, want)
			}
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "0": 0, "7": 7 * time.Second, " 7 ": 7 * time.Second, "-7": 0, "7.5": 0, "soon": 0, "1e3": 0,
		"99999999999":                    maxPause,
		"99999999999999999999999999":     maxPause,
		"Sun, 22 Nov 2026 12:01:30 GMT":  90 * time.Second,
		"Sunday, 22-Nov-26 12:01:30 GMT": 90 * time.Second,
		"Sun Nov 22 12:01:30 2026":       90 * time.Second,
		"Sun, 22 Nov 2026 11:59:59 GMT":  0,
		"Sun, 22 Nov 9999 11:59:59 GMT":  maxPause,
	} {
		if got := retryAfter(http.Header{"Retry-After": {text}}, now); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestInterval(t *testing.T) {
	for rate, want := range map[float64]time.Duration{20: 50 * time.Millisecond, 0.5: 2 * time.Second, math.Inf(1): 0, 1e-300: maxPause} {
		if got := interval(rate); got != want {
			t.Errorf("interval(%v) = %v, want %v", rate, got, want)
		}
	}
}

func TestDefaults(t *testing.T) {
	for _, o := range []Options{{}, {Concurrency: -1, Rate: math.NaN(), Attempts: -1, PerRequest: -1, Total: -1, MaxBytes: -1}} {
		o = o.withDefaults()
		if o.Concurrency != 8 || o.Rate != 20 || o.Attempts != 4 || o.PerRequest != 20*time.Second || o.Total != 15*time.Minute || o.MaxBytes != 4<<20 || o.KnownFor != 15*time.Minute {
			t.Errorf("%+v", o)
		}
		if r := o.Rand(); r < 0 || r >= 1 {
			t.Error(r)
		}
	}
}
