package main

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// PrefixHeader tells the balancer which prompts begin alike: a hash of system
// prompt and document, or the id of the conversation.
const PrefixHeader = "X-Prompt-Prefix"

// region: balancer

// A Balancer is an http.RoundTripper that sends each request to one of the
// hosts. A request is open until the last byte of its answer has been read.
type Balancer struct {
	Hosts   []string
	Rule    Rule
	Next    http.RoundTripper
	Penalty time.Duration // a refused request stays open for so long

	mu   sync.Mutex
	open []int // requests, by host
}

func (b *Balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	host, done := b.pick(r.Header.Get(PrefixHeader))
	r = r.Clone(r.Context())
	r.URL.Host, r.Host = host, ""
	resp, err := b.Next.RoundTrip(r)
	switch {
	case r.Context().Err() != nil: // the caller left: not the host's fault
		done()
	case err != nil || resp.StatusCode == 429 || resp.StatusCode >= 500:
		time.AfterFunc(b.Penalty, done)
	default:
		resp.Body = &body{resp.Body, done}
	}
	return resp, err
}

// pick opens a request and returns what closes it.
func (b *Balancer) pick(prefix string) (host string, done func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open == nil {
		b.open = make([]int, len(b.Hosts))
	}
	i := b.Rule(b.open, prefix)
	b.open[i]++
	return b.Hosts[i], sync.OnceFunc(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.open[i]--
	})
}

// endregion: balancer

// A body reports when the answer has ended, well or not.
type body struct {
	io.ReadCloser
	done func()
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.done()
	}
	return n, err
}

func (b *body) Close() error {
	b.done()
	return b.ReadCloser.Close()
}
