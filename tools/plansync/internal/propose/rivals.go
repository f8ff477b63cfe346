package propose

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/overlap"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

// A Rivalry is two queries of which one article would serve both. The first one is new; the other
// is new, too, or one of a plan or a page that is there.
type Rivalry struct {
	New, Other string  // the searches
	Place      string  // where the other one stands, such as "plan/p.md:7"; empty if it is new
	Slug       string  // which both have; empty if they have words in common
	Similarity float64 // how many of their words they have in common, from 0 to 1

	query int // the index of the new query
	rival int // that of the other one if it is new, else -1
}

func (r Rivalry) String() string {
	other := fmt.Sprintf("%q", r.Other)
	if r.Place != "" {
		other += " (" + r.Place + ")"
	}
	if r.Slug != "" {
		return fmt.Sprintf("%q and %s: both have the slug %s", r.New, other, r.Slug)
	}
	return fmt.Sprintf("%q and %s: one article would serve both (%.0f%% of the words in common)",
		r.New, other, 100*r.Similarity)
}

// Rivalries returns the pairs that compete, those of one slug first, then the most alike first.
func Rivalries(queries []plan.Query, plans []*plan.Plan, site *page.Site) []Rivalry {
	var texts, slugs, places []string
	add := func(text, slug, place string) {
		texts, slugs, places = append(texts, text), append(slugs, slug), append(places, place)
	}
	planned := make(map[string]bool)
	for _, p := range plans {
		for _, q := range p.Queries {
			planned[q.Slug] = true
			add(q.Text, q.Slug, fmt.Sprintf("%s:%d", p.Name, p.Position(q.Span.Start).Line))
		}
	}
	for _, slug := range slices.Sorted(maps.Keys(site.Articles)) {
		if article := site.Articles[slug]; !planned[slug] {
			add(cmp.Or(article.Front.Params.Query, article.Front.Title), "", article.Path)
		}
	}
	old := len(texts)
	for _, q := range queries {
		add(q.Text, q.Slug, "")
	}
	var list []Rivalry
	rivalry := func(a, b int) Rivalry { // of a, and b after it, which is new
		return Rivalry{New: texts[b], Other: texts[a], Place: places[a], query: b - old, rival: max(a-old, -1)}
	}
	bySlug := make(map[string][]int)
	for b, slug := range slugs {
		if b >= old { // the rest is an older matter
			for _, a := range bySlug[slug] {
				r := rivalry(a, b)
				r.Slug = slug
				list = append(list, r)
			}
		}
		bySlug[slug] = append(bySlug[slug], b)
	}
	for _, pair := range overlap.Find(texts, overlap.Threshold) {
		if pair.B >= old && slugs[pair.A] != slugs[pair.B] { // or it is in the list already
			r := rivalry(pair.A, pair.B)
			r.Similarity = pair.Similarity
			list = append(list, r)
		}
	}
	return list
}

// Clashes returns an error for each pair of new queries that have one slug: one plan cannot have
// both.
func Clashes(list []Rivalry) error {
	var errs []error
	for _, r := range list {
		if r.Slug != "" && r.rival >= 0 {
			errs = append(errs, diag.WithHint(errors.New(r.String()),
				"drop one of the two, or tell them apart in letters and digits"))
		}
	}
	return errors.Join(errs...)
}

// WithoutRivals returns the queries that compete with none that is there or is kept before them.
func WithoutRivals(queries []plan.Query, list []Rivalry) (kept []plan.Query) {
	rivals := make(map[int][]int)
	for _, r := range list {
		rivals[r.query] = append(rivals[r.query], r.rival)
	}
	dropped := make(map[int]bool)
	for i, q := range queries {
		dropped[i] = slices.ContainsFunc(rivals[i], func(rival int) bool { return !dropped[rival] })
		if !dropped[i] {
			kept = append(kept, q)
		}
	}
	return kept
}
