package main

import (
	"cmp"
	"fmt"
	"slices"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/overlap"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/searchconsole"
)

// searches are what the searches that one article answers earned together.
type searches struct {
	Clicks      int     `json:"clicks"`
	Impressions int     `json:"impressions"`
	Position    float64 `json:"position"` // the average over all impressions
}

func (s *searches) add(row searchconsole.Row) {
	if all := s.Impressions + row.Impressions; all > 0 {
		s.Position = (s.Position*float64(s.Impressions) + row.Position*float64(row.Impressions)) / float64(all)
		s.Impressions = all
	}
	s.Clicks += row.Clicks
}

// addSearches gives each search to the article whose query is most like it, if one article would
// serve both, and returns the searches that no query answers, the most seen first.
func (p *project) addSearches(statuses []planStatus, rows []searchconsole.Row) (others []searchconsole.Row) {
	bySlug := make(map[string]*searches)
	for _, s := range statuses {
		for a := range s.articles() {
			if bySlug[a.Slug] == nil {
				bySlug[a.Slug] = &searches{}
			}
			a.Searches = bySlug[a.Slug]
		}
	}
	var texts, slugs []string
	for _, read := range p.plans {
		for _, q := range read.Queries {
			texts, slugs = append(texts, q.Text), append(slugs, q.Slug)
		}
	}
	for _, row := range rows {
		texts = append(texts, row.Query)
	}
	answered := make(map[int]bool)
	for _, pair := range overlap.Find(texts, overlap.Threshold) { // most alike first
		if row := pair.B - len(slugs); pair.A < len(slugs) && row >= 0 && !answered[row] {
			answered[row] = true
			bySlug[slugs[pair.A]].add(rows[row])
		}
	}
	for i, row := range rows {
		if !answered[i] {
			others = append(others, row)
		}
	}
	slices.SortStableFunc(others, func(a, b searchconsole.Row) int { return cmp.Compare(b.Impressions, a.Impressions) })
	return others
}

// maxOthers is how many searches without an article are shown.
const maxOthers = 20

// demand writes what searches earn, and what to write next: the articles that are most searched for.
func (r *report) demand(statuses []planStatus, others []searchconsole.Row) {
	var published, next []*articleStatus
	for _, s := range statuses {
		for a := range s.articles() {
			if a.URL != "" {
				published = append(published, a)
			} else {
				next = append(next, a)
			}
		}
	}
	heading := func(text string) {
		fmt.Fprintf(r.out, "%s\n  clicks  impressions  position\n", paint(r.colorOut, bold, text))
	}
	line := func(s searches, state, name string) {
		position := "-"
		if s.Impressions > 0 {
			position = fmt.Sprintf("%.1f", s.Position)
		}
		if state != "" {
			name = fmt.Sprintf("%-9s  %s", state, name)
		}
		fmt.Fprintf(r.out, "  %6d  %11d  %8s  %s\n", s.Clicks, s.Impressions, position, printable(name))
	}
	for _, group := range []struct {
		name     string
		articles []*articleStatus
	}{{"What published articles earn", published}, {"What to write next", next}} {
		heading(group.name)
		slices.SortStableFunc(group.articles, func(a, b *articleStatus) int { return cmp.Compare(b.Searches.Impressions, a.Searches.Impressions) })
		for _, a := range group.articles {
			line(*a.Searches, a.State, a.Slug)
		}
		fmt.Fprintln(r.out)
	}
	shown := others[:min(maxOthers, len(others))]
	heading(fmt.Sprintf("Searches that no query of a plan answers, %d of %d", len(shown), len(others)))
	for _, row := range shown {
		line(searches{row.Clicks, row.Impressions, row.Position}, "", row.Query)
	}
}
