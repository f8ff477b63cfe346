package status

import (
	"cmp"
	"slices"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/overlap"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/searchconsole"
)

// Searches are what the searches that one article answers earned together.
type Searches struct {
	Clicks      int     `json:"clicks"`
	Impressions int     `json:"impressions"`
	Position    float64 `json:"position"` // the average over all impressions
}

func (s *Searches) add(row searchconsole.Row) {
	if all := s.Impressions + row.Impressions; all > 0 {
		s.Position = (s.Position*float64(s.Impressions) + row.Position*float64(row.Impressions)) / float64(all)
		s.Impressions = all
	}
	s.Clicks += row.Clicks
}

// Weigh gives each search to the article whose query is most like it, if one article would serve
// both. It returns the searches that no query answers, the most seen first.
func Weigh(statuses []Plan, plans []*plan.Plan, rows []searchconsole.Row) (others []searchconsole.Row) {
	bySlug := make(map[string]*Searches)
	for _, s := range statuses {
		for a := range s.Articles() {
			if bySlug[a.Slug] == nil {
				bySlug[a.Slug] = &Searches{}
			}
			a.Searches = bySlug[a.Slug]
		}
	}
	var texts, slugs []string
	for _, p := range plans {
		for _, q := range p.Queries {
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

// Demand parts the articles into those that are published and those to write next, each the most
// searched for first.
func Demand(statuses []Plan) (published, next []*Article) {
	for _, s := range statuses {
		for a := range s.Articles() {
			if a.URL != "" {
				published = append(published, a)
			} else {
				next = append(next, a)
			}
		}
	}
	for _, articles := range [][]*Article{published, next} {
		slices.SortStableFunc(articles, func(a, b *Article) int {
			return cmp.Compare(b.Searches.Impressions, a.Searches.Impressions)
		})
	}
	return published, next
}
