package live

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// A run is one call of Check.
type run struct {
	*fetcher
	opts  Options
	known map[string]Verdict // verdicts of an earlier run that still hold
	done  int                // verdicts reported so far
	idle  func()             // closes connections that are kept open

	// What lookAround finds, read-only after it.
	listed      map[string]bool // keys of wanted pages in the sitemap
	unlisted    string          // why some of the sitemap could not be read; empty when it was
	reachable   map[string]bool // keys of wanted pages that a list page links to
	unreachable string          // why some list page could not be read; empty when all were
	missing     *document       // what the site shows for a page that does not exist; nil if unknown
	silent      *failure        // why the site could not be asked anything; nil when it answered
}

// newRun returns an error if the options do not name a site.
func newRun(opts Options) (*run, error) {
	s, err := newSite(opts)
	if err != nil {
		return nil, err
	}
	opts = opts.withDefaults()
	r := &run{opts: opts, known: make(map[string]Verdict), idle: func() {},
		listed: make(map[string]bool), reachable: make(map[string]bool)}
	transport := opts.Transport
	if transport == nil {
		t := newTransport(s.asked, net.Dialer{Timeout: 10 * time.Second}, nil, opts.AllowPrivate)
		transport, r.idle = t, t.CloseIdleConnections
	}
	start := opts.Now()
	r.fetcher = &fetcher{
		site: s, transport: transport, userAgent: opts.UserAgent,
		attempts: opts.Attempts, perRequest: opts.PerRequest,
		random: opts.Rand, now: opts.Now, sleep: opts.Sleep,
		slots: make(chan struct{}, opts.Concurrency),
		pace: &pacer{now: opts.Now, sleep: opts.Sleep,
			interval: interval(opts.Rate), end: start.Add(opts.Total)},
	}
	for _, v := range opts.Known {
		if age := start.Sub(v.Time); v.State == Live && age >= 0 && age <= opts.KnownFor {
			r.known[v.Permalink] = v
		}
	}
	return r, nil
}

func (r *run) close() { r.idle() }

func (r *run) progress(total int, v Verdict) {
	r.done++
	if r.opts.Progress != nil {
		r.opts.Progress(r.done, total, v)
	}
}

// ended is why the run ended early.
func (r *run) ended(ctx context.Context) error {
	if ctx.Err() != nil {
		return cause(ctx)
	}
	return errNoTime
}

// maxSitemap is the protocol's own limit for one sitemap, unpacked.
const maxSitemap = 50 << 20

// lookAround reads what the pages are held against: the sitemap, the list
// pages, and the page that the site shows for an address that does not exist.
func (r *run) lookAround(ctx context.Context, pages []page) {
	wanted := make(map[string]bool, len(pages))
	for _, p := range pages {
		wanted[p.key] = true
	}
	var lists *failure
	var wg sync.WaitGroup
	wg.Go(func() { r.readSitemaps(ctx, wanted) })
	wg.Go(func() { r.missing = r.probe(ctx) })
	wg.Go(func() { lists = r.readLists(ctx, wanted) })
	wg.Wait()
	if !r.heard.Load() {
		r.silent = lists
	}
}

// readSitemaps notes which of the wanted pages the sitemap lists, or one that
// robots.txt names.
func (r *run) readSitemaps(ctx context.Context, wanted map[string]bool) {
	w := &sitemapWalk{run: r, wanted: wanted, queue: []*url.URL{r.site.sitemap},
		seen: map[string]bool{r.site.sitemap.String(): true},
		most: 100 + len(wanted)} // an index may name as many as its pages can fill, and some
	w.readQueue(ctx)
	if len(r.listed) < len(wanted) && r.heard.Load() {
		w.readRobots(ctx)
		w.readQueue(ctx)
	}
	if w.absent != "" {
		r.doubtSitemap("%s", w.absent)
	}
}

// doubtSitemap notes why some of the sitemap could not be read.
func (r *run) doubtSitemap(format string, args ...any) {
	if r.unlisted == "" {
		r.unlisted = fmt.Sprintf(format, args...)
	}
}

// A sitemapWalk reads sitemaps, and those that they name, until every wanted
// page is found.
type sitemapWalk struct {
	*run
	wanted map[string]bool
	queue  []*url.URL      // to be read
	seen   map[string]bool // read, or in the queue
	most   int             // the walk ends at so many
	absent string          // why the site's own sitemap is not there; no matter if robots.txt names another
}

// add puts a sitemap into the queue that something names.
func (w *sitemapWalk) add(namer string, from *url.URL, loc string) {
	u, err := from.Parse(loc)
	if err == nil {
		u, err = w.site.onHost(u)
	}
	switch {
	case err != nil:
		w.doubtSitemap("%s names %q, which is not on this site", namer, shorten(loc))
	case w.seen[u.String()]:
	case len(w.seen) >= w.most:
		w.doubtSitemap("%s names more than %d sitemaps", namer, w.most)
	default:
		w.seen[u.String()] = true
		w.queue = append(w.queue, u)
	}
}

func (w *sitemapWalk) readQueue(ctx context.Context) {
	for len(w.queue) > 0 && len(w.listed) < len(w.wanted) {
		u := w.queue[0]
		w.queue = w.queue[1:]
		a, fail := w.fetch(ctx, u, maxSitemap, func(a *answer) error {
			if a.status != http.StatusOK {
				return nil
			}
			body := &tail{r: a.body}
			err := readSitemap(body, func(loc string) {
				if u, err := a.url.Parse(loc); err == nil && u.RawQuery == "" {
					if key, ok := w.site.key(u); ok && w.wanted[key] {
						w.listed[key] = true
					}
				}
			}, func(loc string) { w.add("the sitemap index", a.url, loc) })
			if err != nil && body.err == nil {
				// Not the network's fault, so another attempt would not help.
				return &failure{fault: SitemapUnread, status: a.status, reason: "cannot be read: " + oneLine(err)}
			}
			return err
		})
		switch {
		case fail != nil:
			w.doubtSitemap("%s: %s", u, fail.reason)
		case a.status != http.StatusOK && u == w.site.sitemap:
			w.absent = fmt.Sprintf("%s: answered %s", u, statusText(a.status))
		case a.status != http.StatusOK:
			w.doubtSitemap("%s: answered %s", u, statusText(a.status))
		}
	}
}

// readRobots puts the sitemaps into the queue that robots.txt names, which
// lies at the root of the host (RFC 9309, section 2.3).
func (w *sitemapWalk) readRobots(ctx context.Context) {
	u := w.site.asked.ResolveReference(&url.URL{Path: "/robots.txt"})
	var named []string
	_, fail := w.fetch(ctx, u, w.opts.MaxBytes, func(a *answer) (err error) {
		named = nil
		if a.status == http.StatusOK {
			named, err = readRobots(a.body)
		}
		return err
	})
	if fail != nil {
		w.doubtSitemap("%s: %s", u, fail.reason)
	}
	for _, loc := range named {
		w.add("robots.txt", u, loc)
	}
	if len(w.queue) > 0 {
		w.absent = ""
	}
}

// A tail remembers the error that a reader ended with, other than its end.
type tail struct {
	r   io.Reader
	err error
}

func (t *tail) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if err != nil && err != io.EOF {
		t.err = err
	}
	return n, err
}

// readLists walks the section's and the categories' list pages from the
// section's first, level by level, until every wanted page is found. It
// returns why the first one could not be read.
func (r *run) readLists(ctx context.Context, wanted map[string]bool) *failure {
	// Every useful list page shows an article; most show up in two. The limit
	// ends a walk through pages that make up new ones for ever.
	most := 100 + 2*len(wanted)
	first := r.site.asked.JoinPath(r.site.section + "/")
	level := []*url.URL{first}
	seen := map[string]bool{r.site.section: true}
	if wanted[r.site.section] {
		r.reachable[r.site.section] = true
	}
	var (
		mu    sync.Mutex
		start *failure
	)
	for len(level) > 0 && len(r.reachable) < len(wanted) {
		var next []*url.URL
		each(len(level), r.opts.Concurrency, func(i int) {
			links, fail := r.list(ctx, level[i], wanted)
			mu.Lock()
			defer mu.Unlock()
			if fail != nil {
				if level[i] == first {
					start = fail
				}
				if r.unreachable == "" {
					r.unreachable = fmt.Sprintf("%s: %s", level[i], fail.reason)
				}
			}
			for _, key := range slices.Sorted(maps.Keys(links)) {
				if wanted[key] {
					r.reachable[key] = true
				}
				if !r.site.isList(key) || seen[key] {
					continue
				}
				if len(seen) >= most {
					if r.unreachable == "" {
						r.unreachable = fmt.Sprintf("there are more than %d list pages", most)
					}
					continue
				}
				seen[key] = true
				if here, err := r.site.here(links[key]); err == nil {
					here.RawQuery = ""
					next = append(next, here)
				}
			}
		})
		level = next
	}
	return start
}

// list returns the links of one list page that lead to wanted pages or to
// other list pages, each once, by key. A list page that is gone has none, but
// the section's first must be there.
func (r *run) list(ctx context.Context, u *url.URL, wanted map[string]bool) (map[string]*url.URL, *failure) {
	var links map[string]*url.URL
	a, fail := r.fetch(ctx, u, r.opts.MaxBytes, func(a *answer) error {
		links = make(map[string]*url.URL)
		if a.status != http.StatusOK {
			return nil
		}
		if !isHTML(a.header) {
			return &failure{fault: ListsUnread, status: a.status, reason: "is no HTML page"}
		}
		return readLinks(a.body, a.header, a.url, func(link *url.URL) {
			if key, ok := r.site.key(link); ok && (wanted[key] || r.site.isList(key)) {
				links[key] = link
			}
		})
	})
	if fail != nil {
		return nil, fail
	}
	key, _ := r.site.key(u)
	at, ok := r.site.key(a.url)
	switch {
	case a.status != http.StatusOK && key == r.site.section:
		return nil, &failure{fault: ListsUnread, status: a.status, reason: "answered " + statusText(a.status)}
	case a.status != http.StatusOK:
		return nil, nil
	case !ok || at != key:
		return nil, &failure{fault: ListsUnread, status: a.status, reason: fmt.Sprintf("leads to %q", shorten(a.url.Path))}
	}
	return links, nil
}

// probe asks for a page that cannot exist and returns what the site shows.
func (r *run) probe(ctx context.Context) *document {
	name := fmt.Sprintf("plansync-no-such-page-%013x/", int64(r.opts.Rand()*(1<<52)))
	var d *document
	_, fail := r.fetch(ctx, r.site.asked.JoinPath(r.site.section, name), r.opts.MaxBytes, readInto(&d))
	if fail != nil {
		return nil
	}
	return d
}

// readInto reads an answer into d, or sets d to nil when it is no HTML.
func readInto(d **document) func(*answer) error {
	return func(a *answer) (err error) {
		*d = nil
		if isHTML(a.header) {
			*d, err = readDocument(a.body, a.header)
		}
		return err
	}
}

// judge asks for one page and weighs the answer.
func (r *run) judge(ctx context.Context, p page) Verdict {
	v := Verdict{Permalink: p.permalink, URL: p.url.String()}
	var d *document
	a, fail := (*answer)(nil), r.silent
	if fail == nil {
		a, fail = r.fetch(ctx, p.url, r.opts.MaxBytes, readInto(&d))
	}
	if fail != nil {
		v.Fault, v.Reason, v.Status = fail.fault, fail.reason, fail.status
		if fail.fault != NotAsked {
			v.Time = r.now()
		}
		return v
	}
	v.Time, v.Status = r.now(), a.status
	if a.status != http.StatusOK {
		v.State, v.Fault, v.Reason = Gone, PageGone, "answered "+statusText(a.status)
		return v
	}
	var w weighing
	if r.weighPage(&w, p, a, d) {
		r.weighSite(&w, p)
	}
	v.State, v.Fault, v.Reason = w.result()
	return v
}
