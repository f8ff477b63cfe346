package live

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// ErrNoProof is wrapped by the error of a run in which the site could not
// tell a page from none, so that every page is unknown. The error says what
// the site seems to be doing.
var ErrNoProof = errors.New("the site proves nothing")

// A sight is what the site shows at one address.
type sight struct {
	url    *url.URL  // that was asked
	answer *answer   // nil after a failure
	doc    *document // nil if there is no HTML
	fail   *failure
}

// look asks for an address that should show HTML.
func (r *run) look(ctx context.Context, u *url.URL) sight {
	s := sight{url: u}
	s.answer, s.fail = r.fetch(ctx, u, r.opts.MaxBytes, readInto(&s.doc))
	return s
}

// shows reports whether the address shows a page, there or where it leads.
func (s *sight) shows() bool {
	return s.fail == nil && s.answer.status == http.StatusOK && s.doc != nil
}

// isMissing reports whether the site says that there is no such page.
func (s *sight) isMissing() bool { return s.fail == nil && s.answer.status != http.StatusOK }

// leads returns where within the site the address leads, or "" if it is
// answered there.
func (s *sight) leads(site *site) string {
	if s.fail != nil {
		return ""
	}
	asked, _ := site.key(s.url)
	if at, ok := site.key(s.answer.url); ok && at == asked {
		return ""
	}
	return s.answer.url.String()
}

// words say what the address does, as the end of a sentence.
func (s *sight) words(site *site) string {
	switch {
	case s.fail == nil:
	case s.fail.fault == Status || s.fail.fault == BadRedirect || s.fail.fault == ForeignRedirect || s.fail.fault == Unreadable:
		return s.fail.reason
	default:
		return "cannot be read: " + s.fail.reason
	}
	switch {
	case s.isMissing():
		return "answered " + statusText(s.answer.status)
	case s.leads(site) != "":
		return fmt.Sprintf("leads to %q", shorten(s.leads(site)))
	case s.doc == nil:
		return "is no HTML page"
	}
	return fmt.Sprintf("shows %q", shorten(s.doc.name()))
}

// alike reports whether two addresses show what cannot be told apart.
func alike(site *site, a, b *sight) bool {
	switch {
	case a.fail != nil && b.fail != nil:
		return a.fail.fault == b.fail.fault && a.fail.status == b.fail.status
	case !a.shows() || !b.shows():
		return a.words(site) == b.words(site)
	}
	if to := a.leads(site); to != "" && to == b.leads(site) {
		return true
	}
	if a.doc.heading != "" || b.doc.heading != "" {
		return a.doc.heading == b.doc.heading
	}
	return a.doc.title == b.doc.title
}

// surroundings are what a working site shows: its home page, its section, and
// its way to say that there is no such page.
type surroundings struct{ home, section, nowhere sight }

// lookAround reads what the pages are held against: the sitemap, the list
// pages, and what the site shows for an address that does not exist. It finds
// out whether the site can tell a page from none at all.
func (r *run) lookAround(ctx context.Context, pages []page) {
	wanted := make(map[string]bool, len(pages))
	for _, p := range pages {
		wanted[p.key] = true
	}
	var around surroundings
	var wg sync.WaitGroup
	wg.Go(func() { r.readSitemaps(ctx, wanted) })
	wg.Go(func() { around = r.surroundings(ctx) })
	wg.Wait()
	if around.unasked() {
		return
	}
	r.down, r.unsure = r.weighAround(&around, r.hasSitemap)
	if r.down != "" {
		return
	}
	if around.nowhere.shows() {
		r.missing = around.nowhere.doc
	}
	r.readLists(ctx, wanted, &around)
}

// lookAgain asks whether the site still is what it was at the start: what it
// said of its pages since then counts only if it is.
func (r *run) lookAgain(ctx context.Context) {
	around := r.surroundings(ctx)
	if around.unasked() {
		r.unsure = "the run ended before the site was asked once more"
		return
	}
	// The sitemap is long; a section that does not show any more says as much.
	down, unsure := r.weighAround(&around, r.hasSitemap && around.section.shows())
	if down != "" {
		r.down = down
	}
	if unsure != "" {
		r.unsure = unsure
	}
}

// unasked reports whether the run ended before all of them were asked.
func (s *surroundings) unasked() bool {
	for _, one := range []*sight{&s.home, &s.section, &s.nowhere} {
		if one.fail != nil && one.fail.fault == NotAsked {
			return true
		}
	}
	return false
}

func (r *run) surroundings(ctx context.Context) (s surroundings) {
	name := fmt.Sprintf("plansync-no-such-page-%013x/", int64(r.opts.Rand()*(1<<52)))
	var wg sync.WaitGroup
	wg.Go(func() { s.home = r.look(ctx, r.site.asked) })
	wg.Go(func() { s.nowhere = r.look(ctx, r.site.asked.JoinPath(r.site.section, name)) })
	wg.Go(func() {
		for _, section := range r.site.sections {
			if s.section = r.look(ctx, r.site.asked.JoinPath(section+"/")); !s.section.isMissing() {
				break
			}
		}
	})
	wg.Wait()
	return s
}

// weighAround returns what the site seems to be doing, if it cannot tell a
// page from none; otherwise what is not in order, if something is: then the
// site still proves what is live, and nothing else.
func (r *run) weighAround(s *surroundings, hasSitemap bool) (down, unsure string) {
	home, section, nowhere := s.home.shows(), s.section.shows(), s.nowhere.shows()
	like := &s.home // what a page that does not exist is held against
	if section {
		like = &s.section
	}
	switch {
	case nowhere && (!hasSitemap || !like.shows() || alike(r.site, &s.nowhere, like)):
		return r.everything(&s.nowhere), ""
	case !section && !hasSitemap && alike(r.site, &s.home, &s.section):
		return r.everything(&s.home), ""
	case !section && !hasSitemap:
		down = fmt.Sprintf("its home page %s, its section /%s/ %s", s.home.words(r.site), r.site.section, s.section.words(r.site))
		if r.unlisted != "" {
			down += ", its sitemap: " + r.unlisted
		}
		return down, ""
	}
	var doubts []string
	if !home && !s.home.isMissing() { // a site may have none
		doubts = append(doubts, "its home page "+s.home.words(r.site))
	}
	if !section {
		doubts = append(doubts, fmt.Sprintf("its section /%s/ %s", r.site.section, s.section.words(r.site)))
	}
	if !hasSitemap {
		doubts = append(doubts, "its sitemap: "+r.unlisted)
	}
	if !nowhere && !s.nowhere.isMissing() {
		doubts = append(doubts, "a page that does not exist "+s.nowhere.words(r.site))
	}
	if len(doubts) == 0 {
		return "", ""
	}
	return "", "the site is not in order: " + strings.Join(doubts, "; ")
}

// everything says what the site does with every address.
func (r *run) everything(s *sight) string {
	switch {
	case s.fail != nil && !r.heard.Load():
		return "it does not answer: " + s.fail.reason
	case !s.shows():
		return "every address " + s.words(r.site)
	case s.leads(r.site) != "":
		return fmt.Sprintf("it sends every address on to %q, as for maintenance or to log in", shorten(s.leads(r.site)))
	}
	return fmt.Sprintf("it shows %q at addresses that do not exist, as for maintenance or to log in", shorten(s.doc.name()))
}
