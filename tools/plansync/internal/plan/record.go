package plan

import (
	"cmp"
	"slices"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

// A Record is a place where the plan says that an article is published.
type Record struct {
	Slug string
	Span Span   // what names the article there
	URL  string // of the link there; empty without one
}

// Records returns the places where the plan says that articles are published, in the order of the
// text of phases, completed section and summary. What is published tells which article a link is
// of.
func (p *Plan) Records(published map[string]Published) []Record {
	var records []Record
	phases := p.Phases
	if p.completed != nil {
		phases = append(phases[:len(phases):len(phases)], p.completed.phases...)
	}
	for _, phase := range phases {
		for _, item := range phase.Items {
			if item.Slug == "" || !item.Done && !item.HasLink {
				continue
			}
			r := Record{Slug: item.Slug, Span: item.Span}
			if item.HasLink {
				r.URL = p.target(item.Link)
			}
			records = append(records, r)
		}
	}
	for _, at := range p.places {
		if !p.isPlan || at.state != vocabulary.Published {
			continue
		}
		r := Record{Slug: at.slug, Span: at.name}
		if p.options.inSection(at.url) {
			r.URL = at.url
		}
		records = append(records, r)
	}
	if p.summary == nil {
		return records
	}
	slugOf := p.entrySlugs(published)
	for _, g := range p.summary.groups {
		for _, e := range g.entries {
			if e.hasLink {
				records = append(records, Record{Slug: slugOf(e), Span: e.span, URL: p.target(e.link)})
			}
		}
	}
	return records
}

// Links returns the first link to a published page that the plan has for each article, by slug.
func (p *Plan) Links() map[string]string {
	links := make(map[string]string)
	add := func(slug, link string) {
		if links[slug] == "" && link != "" {
			links[slug] = link
		}
	}
	for _, at := range p.places {
		add(at.slug, at.url)
	}
	for _, phase := range p.Phases {
		for _, item := range phase.Items {
			if item.HasLink {
				add(item.Slug, p.target(item.Link))
			}
		}
	}
	return links
}

// slugsByTitle returns the slugs of the queries by the plain form of their titles.
func (p *Plan) slugsByTitle() titles {
	slugs := make(titles, len(p.Queries))
	for _, q := range p.Queries {
		slugs.add(q.Title, q.Slug)
	}
	return slugs
}

// titles are slugs by the plain form of their titles. A title of two articles tells nothing: its
// slug is empty.
type titles map[string]string

func (t titles) add(title, slug string) {
	title = plainName(title)
	if other, ok := t[title]; ok && other != slug {
		slug = ""
	}
	t[title] = slug
}

// entrySlugs returns a function that tells which article a summary line is about: the one with its
// title, or else the one at the address that it links to, or else the one that the address ends in.
func (p *Plan) entrySlugs(published map[string]Published) func(entry) string {
	byTitle := p.slugsByTitle()
	byPath := make(map[string]string, len(published))
	for slug, page := range published {
		byPath[pagePath(page.URL)] = slug
	}
	return func(e entry) string {
		linked := ""
		if e.hasLink {
			linked = byPath[pagePath(p.target(e.link))]
		}
		slug := byTitle[plainName(e.title)]
		if slug != "" && (linked == "" || plainName(p.title(linked)) != plainName(e.title)) {
			return slug
		}
		return cmp.Or(linked, e.slug)
	}
}

// Heading returns the span of the phase's heading.
func (p Phase) Heading() Span { return p.heading.text }

// Recorded reports whether the completed section has the phase; without the section nothing is
// amiss.
func (p *Plan) Recorded(phase Phase) bool {
	if p.completed == nil {
		return true
	}
	return len(p.recordsOf(phase)) > 0
}

// recordsOf returns the indexes of a phase's records in the completed section. Where phases share a
// name, their items tell.
func (p *Plan) recordsOf(phase Phase) []int {
	name := plainName(phase.Name)
	if p.named[name] == 1 {
		return p.recorded[recordKey{name, ""}]
	}
	var records []int
	for _, item := range phase.Items {
		if item.Slug != "" {
			records = append(records, p.recorded[recordKey{name, item.Slug}]...)
		}
	}
	slices.Sort(records)
	return slices.Compact(records)
}

// A recordKey is the plain name of a completed phase and the slug of one of its items, or none.
type recordKey struct{ name, slug string }

// indexPhases notes how often phases have a name, and which completed phases have a name and an
// item.
func (p *Plan) indexPhases() {
	p.named, p.recorded = make(map[string]int), make(map[recordKey][]int)
	for _, phase := range p.Phases {
		if !phase.Kept {
			p.named[plainName(phase.Name)]++
		}
	}
	if p.completed == nil {
		return
	}
	for i, phase := range p.completed.phases {
		name := plainName(phase.Name)
		p.recorded[recordKey{name, ""}] = append(p.recorded[recordKey{name, ""}], i)
		for _, item := range phase.Items {
			if item.Slug != "" {
				p.recorded[recordKey{name, item.Slug}] = append(p.recorded[recordKey{name, item.Slug}], i)
			}
		}
	}
}
