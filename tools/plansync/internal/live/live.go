// Package live asks a deployed site which of its pages are really live.
//
// A page is live when it answers 200 with HTML at its own address, names
// itself as its canonical page, does not ask search engines to stay away,
// is listed in the site's sitemap or in one that its robots.txt names, and
// can be reached from the section's list pages, directly or through a
// category. 404 and 410 mean that it is gone. Whatever proves neither is
// unknown: a busy server, a broken connection and a time-out say nothing
// about a page.
//
// Before any page is asked, the site shows that it can tell a page from none:
// its home page, its section, its sitemap and an address that does not exist
// have to differ. A maintenance page, a log-in page or an outage proves
// nothing, whatever its status. After the last page the site is asked again.
//
// Nothing here prints, exits, or keeps state between calls. The clock,
// chance and the network are [Options] with good defaults.
package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// A State is what the site says about one page. Its zero value is Unknown,
// so that a verdict nobody reached proves nothing.
type State int

const (
	Unknown State = iota // nothing is proven: 403, 429, 5xx, time-out, network, TLS
	Live                 // all of it is proven
	NotLive              // it answers 200 and still is not a published page
	Gone                 // it answers 404 or 410
)

var stateNames = [...]string{"unknown", "live", "not live", "gone"}

// String gives the state's name as people read it.
func (s State) String() string {
	if s < 0 || int(s) >= len(stateNames) {
		return fmt.Sprintf("State(%d)", int(s))
	}
	return stateNames[s]
}

// MarshalText gives the state's name, so that JSON is readable.
func (s State) MarshalText() ([]byte, error) {
	if s < 0 || int(s) >= len(stateNames) {
		return nil, fmt.Errorf("no state has the number %d", int(s))
	}
	return []byte(stateNames[s]), nil
}

// UnmarshalText is the inverse of [State.MarshalText].
func (s *State) UnmarshalText(text []byte) error {
	for i, name := range stateNames {
		if name == string(text) {
			*s = State(i)
			return nil
		}
	}
	return fmt.Errorf("no state is called %q", shorten(string(text)))
}

// A Fault names what keeps a page from being live, for programs. Its text
// does not change between versions.
type Fault string

// Faults that make a page NotLive or Gone.
const (
	PageGone       Fault = "gone"            // 404 or 410
	LeadsElsewhere Fault = "leads-elsewhere" // a redirect or a refresh within the site to another page
	NotHTML        Fault = "not-html"        // 200, and no HTML
	SoftNotFound   Fault = "soft-404"        // 200, with the title and heading of the site's "not found" page
	NoCanonical    Fault = "no-canonical"    // no canonical link in the head
	WrongCanonical Fault = "wrong-canonical" // a canonical link that names another page
	NoIndex        Fault = "noindex"         // by meta element or by header
	NotInSitemap   Fault = "not-in-sitemap"  // the whole sitemap was read
	NotReachable   Fault = "not-reachable"   // every list page was read
)

// Faults that leave a page Unknown.
const (
	BadPermalink    Fault = "bad-permalink"    // not an address of this site; it was not asked
	Status          Fault = "status"           // a status that proves nothing
	TimedOut        Fault = "time-out"         // no whole answer within the time for one request
	Network         Fault = "network"          // no connection, a reset, a truncated or corrupt body
	TLS             Fault = "tls"              // a certificate or protocol that cannot be trusted
	TooLarge        Fault = "too-large"        // more than MaxBytes, as sent or unpacked
	BadRedirect     Fault = "bad-redirect"     // a loop, too many, or no readable target
	ForeignRedirect Fault = "foreign-redirect" // to another scheme, host or port; it was not followed
	SitemapUnread   Fault = "sitemap-unread"   // so absence from it proves nothing
	ListsUnread     Fault = "lists-unread"     // so absence from them proves nothing
	Unreadable      Fault = "unreadable"       // HTML that no reader of HTML takes
	SiteDown        Fault = "site-down"        // the site cannot tell a page from none; the page was not asked
	SiteUnsure      Fault = "site-unsure"      // the page is not live, but something of the site is not in order
	NotAsked        Fault = "not-asked"        // the run ended first
)

// A Verdict is what the site says about one page, and why.
type Verdict struct {
	Permalink string    `json:"permalink"`        // as given to Check
	URL       string    `json:"url,omitempty"`    // the address that was asked, without user and password
	State     State     `json:"state"`            //
	Fault     Fault     `json:"fault,omitempty"`  // the first fault; empty when live
	Reason    string    `json:"reason,omitempty"` // every fault in words, one line; empty when live
	Status    int       `json:"status,omitempty"` // the HTTP status after redirects; 0 without an answer
	Time      time.Time `json:"time,omitzero"`    // when it was reached; zero when it was not asked
}

// ErrIncomplete is wrapped by the error of a run that ended before every
// page was asked. The verdicts that came with it hold all the same, and can
// be handed to the next run as [Options.Known].
var ErrIncomplete = errors.New("not every page was asked")

// Check asks the site about every permalink and returns one verdict for
// each, in their order. A permalink is the absolute URL of a page in
// production, as Hugo lists it, or its path from the root of the host.
//
// The error is nil when the run came to its end, whatever the verdicts say.
// It wraps [ErrIncomplete], and the verdicts are whole, when ctx or the
// total time-out ended the run early, and [ErrNoProof] when the site could
// not tell a page from none. With any other error nothing was asked
// and there are no verdicts.
func Check(ctx context.Context, opts Options, permalinks []string) ([]Verdict, error) {
	r, err := newRun(opts)
	if err != nil {
		return nil, err
	}
	defer r.close()
	ctx, cancel := context.WithTimeoutCause(ctx, r.opts.Total,
		fmt.Errorf("the total time-out of %v", r.opts.Total))
	defer cancel()

	verdicts := make([]Verdict, len(permalinks))
	var pages []page
	for i, permalink := range permalinks {
		p, err := r.site.page(permalink)
		switch known, ok := r.known[permalink]; {
		case err != nil:
			verdicts[i] = Verdict{Permalink: permalink, Fault: BadPermalink, Reason: err.Error()}
		case ok && known.URL == p.url.String():
			verdicts[i] = known
		default:
			p.index = i
			pages = append(pages, p)
			continue
		}
		r.progress(len(permalinks), verdicts[i])
	}

	if len(pages) > 0 {
		r.lookAround(ctx, pages)
	}
	var against, unasked bool
	var mu sync.Mutex
	each(len(pages), r.opts.Concurrency, func(n int) {
		v := r.judge(ctx, pages[n])
		mu.Lock()
		defer mu.Unlock()
		verdicts[pages[n].index] = v
		against = against || v.State == NotLive || v.State == Gone
		unasked = unasked || v.Fault == NotAsked
		r.progress(len(permalinks), v)
	})
	if against {
		r.lookAgain(ctx)
		for i, v := range verdicts {
			verdicts[i] = r.doubted(v)
		}
	}
	switch {
	case r.down != "":
		return verdicts, fmt.Errorf("%w: %s", ErrNoProof, r.down)
	case unasked:
		return verdicts, fmt.Errorf("%w: %w", ErrIncomplete, r.ended(ctx))
	}
	return verdicts, nil
}

// each calls do with 0 to n-1, at most width of them at a time, and returns
// when all have returned.
func each(n, width int, do func(int)) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(n, width) {
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// ReadFile returns the text of a file of the site, which lies at the path
// below the base. It is asked for as carefully as the pages are. The error
// says why there is none.
func ReadFile(ctx context.Context, opts Options, path string) ([]byte, error) {
	r, err := newRun(opts)
	if err != nil {
		return nil, err
	}
	defer r.close()
	u := r.site.asked.JoinPath(path)
	var text []byte
	a, fail := r.fetch(ctx, u, r.opts.MaxBytes, func(a *answer) (err error) {
		text, err = io.ReadAll(a.body)
		return err
	})
	switch {
	case fail != nil && (fail.fault == BadRedirect || fail.fault == ForeignRedirect), fail == nil && a.url != u:
		return nil, errors.New("leads elsewhere")
	case fail != nil:
		return nil, fail
	case a.status != http.StatusOK:
		return nil, errors.New("answered " + statusText(a.status))
	}
	return text, nil
}
