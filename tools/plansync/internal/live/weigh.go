package live

import (
	"fmt"
	"net/url"
	"strings"
	"time"
)

// A weighing collects what speaks against a page being live: faults, which
// settle it, and doubts, which only leave it unsettled.
type weighing struct{ faults, doubts []finding }

type finding struct {
	fault  Fault
	reason string
}

func (w *weighing) fault(f Fault, format string, args ...any) {
	w.faults = append(w.faults, finding{f, fmt.Sprintf(format, args...)})
}

func (w *weighing) doubt(f Fault, format string, args ...any) {
	w.doubts = append(w.doubts, finding{f, fmt.Sprintf(format, args...)})
}

// result is the state, the first fault, and all reasons.
func (w *weighing) result() (State, Fault, string) {
	state, findings := NotLive, w.faults
	if len(findings) == 0 {
		state, findings = Unknown, w.doubts
	}
	if len(findings) == 0 {
		return Live, "", ""
	}
	reasons := make([]string, len(findings))
	for i, f := range findings {
		reasons[i] = f.reason
	}
	return state, findings[0].fault, strings.Join(reasons, "; ")
}

// weighPage weighs what a page that answered 200 says about itself. The
// document is nil when the answer is no HTML. It reports whether there is a
// page at all that could be listed and linked to.
func (r *run) weighPage(w *weighing, p page, a *answer, d *document) bool {
	if key, ok := r.site.key(a.url); !ok || key != p.key {
		w.fault(LeadsElsewhere, "redirects to %q", shorten(a.url.String()))
		return false
	}
	if d == nil {
		w.fault(NotHTML, "is no HTML page: its content type is %q", shorten(a.header.Get("Content-Type")))
		return false
	}
	base := a.url
	if u, err := a.url.Parse(d.base); err == nil {
		base = u
	}
	refresh := d.refresh
	if header := refreshTarget(a.header.Get("Refresh")); header != "" {
		refresh = header
	}
	if refresh != "" && !r.names(p, base, refresh) {
		w.fault(LeadsElsewhere, "sends its readers on to %q", shorten(refresh))
	}
	if m := r.missing; m != nil && d.heading != "" && d.heading == m.heading && d.title == m.title {
		w.fault(SoftNotFound, "shows the page for addresses that do not exist (%q)", shorten(d.heading))
	}
	r.weighCanonicals(w, p, a, d, base)
	noindex := d.noindex
	if noindex == "" {
		noindex = headerNoindex(a.header.Values("X-Robots-Tag"))
	}
	for _, date := range []time.Time{d.unavailable, headerUnavailableAfter(a.header.Values("X-Robots-Tag"))} {
		if noindex == "" && !date.IsZero() && r.now().After(date) {
			noindex = "unavailable_after " + date.Format(time.DateOnly)
		}
	}
	if noindex != "" && !r.site.preview() {
		w.fault(NoIndex, "asks search engines to stay away (%s)", noindex)
	}
	return true
}

// weighCanonicals holds every canonical link, of the head and the headers,
// against the page's own address. Search engines believe none when they
// disagree.
func (r *run) weighCanonicals(w *weighing, p page, a *answer, d *document, base *url.URL) {
	header := linkCanonicals(a.header.Values("Link"))
	for _, c := range d.canonicals {
		if c == "" || !r.names(p, base, c) {
			w.fault(WrongCanonical, "its canonical link names %q", shorten(c))
			return
		}
	}
	for _, c := range header {
		if c == "" || !r.names(p, a.url, c) {
			w.fault(WrongCanonical, "its Link header names %q as canonical", shorten(c))
			return
		}
	}
	switch {
	case len(d.canonicals)+len(header) > 0:
	case d.bodyCanonical:
		w.fault(NoCanonical, "its canonical link stands outside the head, where it does not count")
	default:
		w.fault(NoCanonical, "has no canonical link")
	}
}

// names reports whether the address, resolved against base, is the page's
// own, modulo the final slash.
func (r *run) names(p page, base *url.URL, address string) bool {
	u, err := base.Parse(address)
	if err != nil || u.RawQuery != "" || u.User != nil {
		return false
	}
	key, ok := r.site.key(u)
	return ok && key == p.key
}

// weighSite weighs whether the rest of the site knows the page.
func (r *run) weighSite(w *weighing, p page) {
	switch {
	case r.listed[p.key]:
	case r.unlisted == "":
		w.fault(NotInSitemap, "is not listed in the sitemap")
	default:
		w.doubt(SitemapUnread, "the sitemap was not read whole: %s", r.unlisted)
	}
	switch {
	case r.reachable[p.key]:
	case r.unreachable == "":
		w.fault(NotReachable, "no list page from /%s/ on links to it", r.listStart)
	default:
		w.doubt(ListsUnread, "the list pages were not all read: %s", r.unreachable)
	}
}
