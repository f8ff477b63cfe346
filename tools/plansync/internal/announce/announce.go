// Package announce decides what search engines are to be told: which articles are newly live.
package announce

import (
	"slices"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/cache"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

// An Announcement is what is due. What a run could not announce is noted, and due in the next one.
type Announcement struct {
	URLs []string // what to announce, in the order of the slugs

	due     []string // the slugs of URLs
	waiting []string // noted, and this run does not know whether they are live
	note    cache.File
}

// Of returns what is due for the site at baseURL: what is live in this run, and recorded by a plan
// only now or noted by an earlier run. What was noted and is known not to be live is due no more.
func Of(baseURL string, before, after map[string]bool, live map[string]plan.Published, unknown map[string]bool) *Announcement {
	a := &Announcement{note: cache.Of("indexnow", baseURL)}
	var slugs []string
	a.note.Read(&slugs)
	for slug := range after {
		if !before[slug] {
			slugs = append(slugs, slug)
		}
	}
	slices.Sort(slugs)
	for _, slug := range slices.Compact(slugs) {
		if page, ok := live[slug]; ok {
			a.due, a.URLs = append(a.due, slug), append(a.URLs, page.URL)
		} else if unknown[slug] {
			a.waiting = append(a.waiting, slug)
		}
	}
	return a
}

// Note notes what the next run has to announce once the first taken of URLs are announced.
func (a *Announcement) Note(taken int) error {
	if rest := slices.Concat(a.due[taken:], a.waiting); len(rest) > 0 {
		return a.note.Write(rest)
	}
	a.note.Remove()
	return nil
}
