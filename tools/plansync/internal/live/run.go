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
	listed      map[string]bool     // keys of wanted pages in the sitemap
	unlisted    string              // why some of the sitemap could not be read; empty when it was
	hasSitemap  bool                // one was read
	others      map[string]*url.URL // what else is in the sitemap, by key; not all of it
	reachable   map[string]bool     // keys of wanted pages that a list page links to
	listStart   string              // key of the list page where the walk started
	unreachable string              // why some list page could not be read; empty when all were
	missing     *document           // what the site shows, with status 200, for a page that does not exist; nil if it says so
	down        string              // what the site does that cannot tell a page from none; empty when it can
	unsure      string              // what of the site is not in order, so that nothing is gone; empty when all is
}

// newRun returns an error if the options do not name a site.
func newRun(opts Options) (*run, error) {
	s, err := newSite(opts)
	if err != nil {
		return nil, err
	}
	opts = opts.withDefaults()
	r := &run{opts: opts, known: make(map[string]Verdict), idle: func() {},
		listed: make(map[string]bool), reachable: make(map[string]bool), others: make(map[string]*url.URL)}
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
					switch key, ok := w.site.key(u); {
					case ok && w.wanted[key]:
						w.listed[key] = true
					case ok && len(w.others) < w.most:
						w.others[key] = u
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
		case a.status == http.StatusOK:
			w.hasSitemap = true
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
// section's first, level by level, until every wanted page is found. Where
// the section is not at its place, it starts from the home page, and takes
// what that links to, and what else the sitemap lists, for lists.
func (r *run) readLists(ctx context.Context, wanted map[string]bool, around *surroundings) {
	// Every useful list page shows an article; most show up in two. The limit
	// ends a walk through pages that make up new ones for ever.
	most := 100 + 2*len(wanted)
	start := around.section
	switch {
	case start.isMissing() && around.home.shows():
		r.doubtLists("%s: %s", start.url, start.words(r.site))
		start = around.home
	case !start.shows(), start.leads(r.site) == r.site.asked.String():
		r.doubtLists("%s: %s", start.url, start.words(r.site))
		return
	}
	r.listStart, _ = r.site.key(start.answer.url)
	isList := r.site.listsFrom(r.listStart)
	seen := map[string]bool{r.listStart: true}
	if wanted[r.listStart] {
		r.reachable[r.listStart] = true
	}
	next := r.take(&start, wanted)
	if r.listStart == "" {
		maps.Copy(next, r.others)
		fromHome := r.site.listsFrom(slices.Sorted(maps.Keys(next))...)
		isList = func(key string) bool { return !wanted[key] && fromHome(key) }
	}
	var mu sync.Mutex
	for len(next) > 0 && len(r.reachable) < len(wanted) {
		var level []*url.URL
		for _, key := range slices.Sorted(maps.Keys(next)) {
			if !isList(key) || seen[key] {
				continue
			}
			if len(seen) >= most {
				r.doubtLists("there are more than %d list pages", most)
				break
			}
			seen[key] = true
			if here, err := r.site.here(next[key]); err == nil {
				here.RawQuery = ""
				level = append(level, here)
			}
		}
		next = make(map[string]*url.URL)
		each(len(level), r.opts.Concurrency, func(i int) {
			s := r.look(ctx, level[i])
			mu.Lock()
			defer mu.Unlock()
			if !s.shows() || s.leads(r.site) != "" {
				r.doubtLists("%s: %s", level[i], s.words(r.site))
				return
			}
			maps.Copy(next, r.take(&s, wanted))
		})
	}
}

// take notes which wanted pages a list page links to, and returns its links
// within the site by key.
func (r *run) take(s *sight, wanted map[string]bool) map[string]*url.URL {
	links := make(map[string]*url.URL)
	for _, link := range s.doc.resolved(s.answer.url) {
		if key, ok := r.site.key(link); ok {
			links[key] = link
			if wanted[key] {
				r.reachable[key] = true
			}
		}
	}
	return links
}

// doubtLists notes why some list page could not be read.
func (r *run) doubtLists(format string, args ...any) {
	if r.unreachable == "" {
		r.unreachable = fmt.Sprintf(format, args...)
	}
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
	if r.down != "" {
		v.Fault, v.Reason = SiteDown, r.down
		return v
	}
	var d *document
	a, fail := r.fetch(ctx, p.url, r.opts.MaxBytes, readInto(&d))
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
	} else {
		var w weighing
		if r.weighPage(&w, p, a, d) {
			r.weighSite(&w, p)
		}
		v.State, v.Fault, v.Reason = w.result()
	}
	return r.doubted(v)
}

// doubted takes a verdict against a page back while the site is not in order.
func (r *run) doubted(v Verdict) Verdict {
	if v.State != Gone && v.State != NotLive {
		return v
	}
	switch {
	case r.down != "":
		v.State, v.Fault, v.Reason = Unknown, SiteDown, r.down
	case r.unsure != "":
		v.State, v.Fault, v.Reason = Unknown, SiteUnsure, v.Reason+"; not proven, since "+r.unsure
	}
	return v
}
