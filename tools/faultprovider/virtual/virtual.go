// Package virtual runs programs in virtual time: a clock that stands still while anybody works and
// jumps ahead when everybody waits. An hour of back-off takes a millisecond, and takes exactly
// an hour on the program's clock, on every machine.
//
// It is testing/synctest outside of tests: [Run] works in a main function as it does in a
// test, so what `go run` prints is what the test has compared. Inside of it the functions of package
// time are virtual, and real HTTP clients, the official SDKs among them, talk real HTTP to
// providers over pipes:
//
//	err := virtual.Run(func(env *virtual.Env) error {
//		primary := env.Start(fault.Config{Name: "primary", Seed: 1, Plan: fault.Hang()})
//		client := openai.NewClient(
//			option.WithBaseURL(primary.URL+"/v1"),
//			option.WithAPIKey("any"),
//			option.WithHTTPClient(env.Client),
//		)
//		...
//		fmt.Fprintln(w, env.Elapsed(), primary.Stats().Calls)
//		return nil
//	})
//
// # What makes the output the same every time
//
// Time is exact, so print it freely. Two things that happen at the same instant have no order,
// so start concurrent requests at different instants (a microsecond apart is enough), give
// them different prompts or an X-Fault-Key, and give answers a duration if you abandon them.
// The SDKs' own back-off has random jitter: set their retries to zero, let the provider say
// `retry-after-ms` ([fault.Fault.RetryAfter] and [fault.Fault.Millis]), or print no times.
//
// # What ends a run
//
// All goroutines started inside must have returned when the function does, or Run panics with a
// deadlock. So wait for them, and close response bodies and streams. Create providers,
// channels and clients inside.
package virtual

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
)

// Run calls f in virtual time and returns its error. It may be called from any goroutine that is not
// in virtual time already.
func Run(f func(*Env) error) error {
	var err error
	var panicked any
	// synctest.Test asks for a test only to report failures and cleanups of the
	// test that it hands to its function, which is not used here: a zero one will do,
	// inside of a test and outside.
	synctest.Test(new(testing.T), func(*testing.T) {
		env := New()
		defer env.Close()
		defer func() {
			if p := recover(); p != nil {
				panicked = fmt.Sprintf("%v\n\n%s", p, debug.Stack())
			}
		}()
		err = f(env)
	})
	if panicked != nil {
		panic(panicked)
	}
	return err
}

// An Env is a network of providers in virtual time.
type Env struct {
	// Client reaches the providers by name, and nothing else.
	Client *http.Client
	// Context is cancelled when the run ends.
	Context context.Context

	cancel context.CancelFunc
	begin  time.Time

	mu        sync.Mutex
	providers map[string]*Provider
	settling  chan struct{}
}

// New returns an Env for a goroutine that is in virtual time already, as in [synctest.Test]. Others
// use [Run]. Close it before the bubble ends.
func New() *Env {
	e := &Env{begin: time.Now(), providers: map[string]*Provider{}, settling: make(chan struct{}, 1)}
	e.Context, e.cancel = context.WithCancel(context.Background())
	e.Client = &http.Client{Transport: e.Transport()}
	return e
}

// Close ends all connections and providers.
func (e *Env) Close() {
	e.cancel()
	e.Client.CloseIdleConnections()
	for _, p := range e.providers {
		p.Kill()
	}
}

// Elapsed returns the virtual time since the run began.
func (e *Env) Elapsed() time.Duration { return time.Since(e.begin) }

// Settle waits until everything that can happen at this instant has happened.
// Package fault calls it before it counts.
func (e *Env) Settle() {
	e.settling <- struct{}{} // Wait may not be called twice at once
	synctest.Wait()
	<-e.settling
}

// Transport returns a new transport to the providers, for a client of your own.
func (e *Env) Transport() *http.Transport {
	return &http.Transport{DialContext: e.dial, MaxIdleConnsPerHost: 100}
}

func (e *Env) dial(ctx context.Context, _, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	p := e.providers[host]
	e.mu.Unlock()
	if p == nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
	}
	return p.dial(ctx)
}

// A Provider is a [fault.Server] that runs in an Env.
type Provider struct {
	*fault.Server
	URL string // without a slash at the end: OpenAI clients want URL+"/v1", Anthropic clients URL

	settle func()

	mu   sync.Mutex
	l    *listener
	stop func() error
}

// Start starts a provider under its name, "provider" if it has none. Its zero of time is now.
func (e *Env) Start(cfg fault.Config) *Provider {
	if cfg.Name == "" {
		cfg.Name = "provider"
	}
	p := &Provider{Server: fault.New(cfg), URL: "http://" + cfg.Name, settle: e.Settle}
	p.OnSettle(e.Settle)
	p.Revive()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.providers[cfg.Name] != nil {
		panic(fmt.Sprintf("virtual: two providers are named %q", cfg.Name))
	}
	e.providers[cfg.Name] = p
	return p
}

// Kill closes the provider's connections and refuses new ones, as when the machine is gone.
func (p *Provider) Kill() {
	p.mu.Lock()
	if p.stop != nil {
		p.stop()
		p.stop, p.l = nil, nil
	}
	p.mu.Unlock()
	p.settle() // so that no client takes a closed connection for an idle one
}

// Revive accepts connections again after [Provider.Kill].
func (p *Provider) Revive() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stop == nil {
		p.l = &listener{conns: make(chan net.Conn), done: make(chan struct{})}
		p.stop = fault.Serve(p.l, p.Server)
	}
}

var errRefused = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}

func (p *Provider) dial(ctx context.Context) (net.Conn, error) {
	p.mu.Lock()
	l := p.l
	p.mu.Unlock()
	if l == nil {
		return nil, errRefused
	}
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-l.done:
		return nil, errRefused
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// A listener hands out the server ends of pipes.
type listener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (l *listener) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }
