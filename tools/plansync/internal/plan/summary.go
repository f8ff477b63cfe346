package plan

import (
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

// readEntry reads an item of the summary section: "**Title**: [path](URL) - highlights".
func (p *parser) readEntry(b *markdown.Block, content, own Span) {
	title, after, ok := p.strongAt(content)
	if !ok {
		return
	}
	e := entry{title: strings.TrimSuffix(p.titleOf(title), ":"), span: title, after: after,
		content: content, own: own, end: b.Lines.End}
	p.readEntryLink(&e, vocabulary.Slugify(e.title))
	p.group.entries = append(p.group.entries, e)
	p.group.end = b.Lines.End
}

// readEntryLink reads what stands after the title of an entry about the article with the slug.
func (p *Plan) readEntryLink(e *entry, slug string) {
	rest := trim(p.text, Span{e.after, e.content.End})
	if e.link, e.hasLink = p.publishedLink(rest, slug, true); e.hasLink {
		e.slug = slugOfURL(p.target(e.link))
		rest.Start = e.link.Whole.End
	}
	e.highlights = p.afterSeparator(rest)
}

// resolveEntries reads entries again whose query has another slug than their title lets expect, if
// it matters.
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
			if slug := slugs[plainName(e.title)]; slug != "" && slug != vocabulary.Slugify(e.title) {
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
