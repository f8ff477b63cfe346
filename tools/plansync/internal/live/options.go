package live

import (
	"context"
	"math/rand/v2"
	"net/http"
	"time"
)

// UserAgent is how plansync calls itself in requests.
const UserAgent = "plansync (+https://aiperformanceoptimization.com/)"

// Options say what to ask and how hard. Only BaseURL is required; the zero
// value of everything else means the default that its comment names.
type Options struct {
	// BaseURL is the base of the deployed site that is asked: Hugo's
	// baseURL, or that of a preview. A user and password in it are sent as
	// basic authentication and never shown.
	BaseURL string

	// CanonicalBase is the base of the production permalinks; BaseURL by
	// default. When it is another place than BaseURL, BaseURL is a preview:
	// see [Options.Preview].
	CanonicalBase string

	Section  string // where the list of all pages starts, below the base: "learn/"
	Taxonomy string // where the categories' pages lie, below the base: "categories/"
	Sitemap  string // the sitemap or sitemap index, below the base: "sitemap.xml"; those that robots.txt names are found, too

	Concurrency int           // requests under way at one time: 8
	Rate        float64       // requests a second, retries and redirects included: 20; math.Inf(1) for no limit
	Attempts    int           // requests for one thing before it is given up: 4
	PerRequest  time.Duration // from sending a request to the last byte of its answer: 20 s
	Total       time.Duration // for everything: 15 minutes
	MaxBytes    int64         // of one page, as sent and again when unpacked: 4 MiB

	UserAgent string // UserAgent

	// AllowPrivate lets the site's name stand for a loopback, private or
	// link-local address. It is not needed when BaseURL itself names
	// "localhost" or such an address.
	AllowPrivate bool

	// Known holds the verdicts of an earlier run that was interrupted. A
	// page that was live at the same address no longer than KnownFor ago is
	// not asked again; everything else is, since it may have been mended.
	Known    []Verdict
	KnownFor time.Duration // 15 minutes

	// Progress, if set, is called after every verdict, never twice at once.
	// done counts up to total.
	Progress func(done, total int, v Verdict)

	// Transport carries the requests. The default speaks HTTP/1.1 and
	// HTTP/2, verifies certificates, uses the environment's proxy, and
	// refuses to connect to addresses that AllowPrivate describes.
	Transport http.RoundTripper

	Now   func() time.Time                           // time.Now
	Sleep func(context.Context, time.Duration) error // returns early, with ctx's error, when ctx ends
	Rand  func() float64                             // a number in [0, 1): math/rand/v2
}

// Preview reports whether BaseURL is another place than CanonicalBase. On a
// preview a page may name its production address or its preview address as
// canonical, in the sitemap and in links, and "noindex" is no fault: previews
// are meant to carry it. A page that is live on a preview would be live in
// production; it is no proof that it is, so nothing should be recorded.
func (o Options) Preview() bool {
	s, err := newSite(o)
	return err == nil && s.preview()
}

func (o Options) withDefaults() Options {
	fallback(&o.Concurrency, 8)
	fallback(&o.Rate, 20)
	fallback(&o.Attempts, 4)
	fallback(&o.PerRequest, 20*time.Second)
	fallback(&o.Total, 15*time.Minute)
	fallback(&o.MaxBytes, 4<<20)
	fallback(&o.KnownFor, 15*time.Minute)
	if o.UserAgent == "" {
		o.UserAgent = UserAgent
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Rand == nil {
		o.Rand = rand.Float64
	}
	return o
}

// fallback replaces a number that is not positive.
func fallback[N int | int64 | float64 | time.Duration](n *N, value N) {
	if !(*n > 0) { // so written, it catches NaN too
		*n = value
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
