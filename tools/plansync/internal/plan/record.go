package plan

// A Record is a place where the plan says that an article is published.
type Record struct {
	Slug string
	Span Span   // what names the article there
	URL  string // of the link there; empty without one
}

// Records returns the places where the plan says that articles are published, in the order of the text
// of phases, completed section and summary.
func (p *Plan) Records() []Record {
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
				r.URL = p.slice(item.Link.URL)
			}
			records = append(records, r)
		}
	}
	if p.summary == nil {
		return records
	}
	byTitle := p.slugsByTitle()
	for _, g := range p.summary.groups {
		for _, e := range g.entries {
			if !e.hasLink {
				continue
			}
			r := Record{Slug: e.slug, Span: e.span, URL: p.slice(e.link.URL)}
			if slug, ok := byTitle[plainName(e.title)]; ok {
				r.Slug = slug
			}
			records = append(records, r)
		}
	}
	return records
}

// slugsByTitle returns the slugs of the queries by the plain form of their titles.
func (p *Plan) slugsByTitle() map[string]string {
	slugs := make(map[string]string, len(p.Queries))
	for _, q := range p.Queries {
		slugs[plainName(q.Title)] = q.Slug
	}
	return slugs
}

// Heading returns the span of the phase's heading.
func (p Phase) Heading() Span { return p.heading.text }

// Recorded reports whether the completed section has the phase; without the section nothing is amiss.
func (p *Plan) Recorded(phase Phase) bool {
	if p.completed == nil {
		return true
	}
	for _, c := range p.completed.phases {
		if plainName(c.Name) == plainName(phase.Name) {
			return true
		}
	}
	return false
}
