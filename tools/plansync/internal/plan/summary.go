package plan

import "strings"

// readEntry reads the content of a list item of the summary section: "**Title**: [path](URL) - highlights".
func (p *parser) readEntry(l line, content Span) {
	title, after, ok := bold(p.text, content)
	if !ok {
		return
	}
	e := entry{title: strings.TrimSuffix(p.plain(title), ":"), span: title, after: after, line: l, end: l.next}
	p.readEntryLink(&e, Slugify(e.title))
	p.group.entries = append(p.group.entries, e)
	p.group.end = l.next
}

// readEntryLink reads what stands behind the title of an entry about the article with the slug.
func (p *Plan) readEntryLink(e *entry, slug string) {
	rest := trim(p.text, Span{e.after, e.line.End})
	if e.link, e.hasLink = p.publishedLink(rest, slug, true); e.hasLink {
		e.slug = slugOfURL(p.slice(e.link.URL))
		rest.Start = e.link.Whole.End
	}
	e.highlights = p.afterSeparator(rest)
}

// resolveEntries reads entries again whose query has another slug than their title lets expect, if it matters.
func (p *Plan) resolveEntries() {
	if p.summary == nil {
		return
	}
	var slugs titles
	for _, g := range p.summary.groups {
		for i := range g.entries {
			e := &g.entries[i]
			if e.hasLink && isSeparator(p.slice(Span{e.after, e.link.Whole.Start})) {
				continue
			}
			if slugs == nil {
				slugs = p.slugsByTitle()
			}
			if slug := slugs[plainName(e.title)]; slug != "" && slug != Slugify(e.title) {
				e.slug = ""
				p.readEntryLink(e, slug)
			}
		}
	}
}

// afterSeparator returns what follows the blanks and the dash or colon at the start of s.
func (p *Plan) afterSeparator(s Span) Span {
	s = trim(p.text, s)
	for _, separator := range separators {
		if strings.HasPrefix(p.slice(s), separator) {
			return trim(p.text, Span{s.Start + len(separator), s.End})
		}
	}
	return s
}
