// Package status tells where every query of a plan stands, and what its searches earn.
package status

import (
	"iter"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/live"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/stub"
)

// Where a query can stand.
const (
	Planned   = "planned"   // it has no page
	Stub      = "stub"      // its page has only the outline
	Draft     = "draft"     // somebody is writing
	Published = "published" // Hugo publishes its page
	Live      = "live"      // the deployed site shows it
)

// states are where a query can stand, in the order of work.
var states = []string{Planned, Stub, Draft, Published, Live}

// An Input is all that a status is made from.
type Input struct {
	Plans     []*plan.Plan
	Site      *page.Site
	Published map[string]plan.Published // what Hugo publishes, by slug
	Verdicts  map[string]live.Verdict   // what the deployed site says, by slug; nil if it was not asked
	Outline   string                    // the text of stubs
}

// A Plan is where a plan stands. Its JSON form is what status --json writes.
type Plan struct {
	Plan   string         `json:"plan"`
	Title  string         `json:"title"`
	Totals map[string]int `json:"totals"` // by state, and "queries"
	Phases []Phase        `json:"phases"`
}

// A Phase is where the articles of a phase stand.
type Phase struct {
	Name     string    `json:"name"` // "More" for queries in no phase
	Category string    `json:"category,omitempty"`
	Articles []Article `json:"articles"`
}

// An Article is where a query stands.
type Article struct {
	Slug  string `json:"slug"`
	Title string `json:"title"`
	State string `json:"state"`
	Page  string `json:"page,omitempty"` // the content file
	URL   string `json:"url,omitempty"`  // where it is published

	Searches *Searches `json:"searches,omitempty"` // once Weigh was called
}

// Articles yields the articles of all phases.
func (p Plan) Articles() iter.Seq[*Article] {
	return func(yield func(*Article) bool) {
		for _, phase := range p.Phases {
			for i := range phase.Articles {
				if !yield(&phase.Articles[i]) {
					return
				}
			}
		}
	}
}

// Published counts the articles that are published, live or not.
func (p Phase) Published() (n int) {
	for _, a := range p.Articles {
		if a.URL != "" {
			n++
		}
	}
	return n
}

// Of joins plans, content and published pages.
func Of(in Input) ([]Plan, error) {
	var list []Plan
	for _, p := range in.Plans {
		s, err := in.plan(p)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

func (in Input) plan(p *plan.Plan) (Plan, error) {
	s := Plan{Plan: p.Name, Title: p.Title, Totals: map[string]int{"queries": 0}, Phases: []Phase{}}
	for _, state := range states {
		s.Totals[state] = 0
	}
	phases := make(map[string]int) // indexes into s.Phases, by category
	for _, phase := range p.Phases {
		if _, ok := phases[phase.Category]; !ok {
			phases[phase.Category] = len(s.Phases)
			s.Phases = append(s.Phases, Phase{Name: phase.Name, Category: phase.Category, Articles: []Article{}})
		}
	}
	for article := range stub.Articles(p) {
		i, ok := phases[article.Category]
		if !ok {
			i = len(s.Phases)
			phases[article.Category] = i
			s.Phases = append(s.Phases, Phase{Name: "More"})
		}
		a, err := in.article(article)
		if err != nil {
			return s, err
		}
		s.Phases[i].Articles = append(s.Phases[i].Articles, a)
		s.Totals[a.State]++
		s.Totals["queries"]++
	}
	return s, nil
}

func (in Input) article(article stub.Article) (Article, error) {
	a := Article{Slug: article.Query.Slug, Title: article.Query.Title, State: Planned}
	existing := in.Site.Articles[a.Slug]
	if existing == nil {
		return a, nil
	}
	a.Page, a.State = existing.Path, Draft
	if published, ok := in.Published[a.Slug]; ok {
		a.State, a.URL = Published, published.URL
		if in.Verdicts[a.Slug].State == live.Live {
			a.State = Live
		}
	} else if existing.Front.Draft {
		untouched, err := hasOnlyOutline(existing, in.Outline)
		if err != nil {
			return a, err
		}
		if untouched {
			a.State = Stub
		}
	}
	return a, nil
}

// hasOnlyOutline reports whether nobody has written on a page yet. A stub can be older than the
// site's archetype.
func hasOnlyOutline(existing *page.Page, outline string) (bool, error) {
	body, err := existing.Body()
	return stub.IsUntouched(string(body), outline) || stub.IsUntouched(string(body), stub.Outline), err
}
