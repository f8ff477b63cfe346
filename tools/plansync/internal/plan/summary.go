package plan

import "strings"

// readEntry reads the content of a list item of the summary section: "**Title**: [path](URL) - highlights".
func (p *parser) readEntry(l line, content Span) {
	title, after, ok := bold(p.text, content)
	if !ok {
		return
	}
	e := entry{title: strings.TrimSuffix(p.slice(title), ":"), span: title, after: after, line: l, end: l.next}
	if e.link, e.hasLink = p.publishedLink(Span{after, content.End}, Slugify(e.title)); e.hasLink {
		e.slug = slugOfURL(p.slice(e.link.URL))
		after = e.link.Whole.End
	}
	e.highlights = p.afterSeparator(Span{after, content.End})
	p.group.entries = append(p.group.entries, e)
	p.group.end = l.next
}

// afterSeparator returns what follows the blanks and the dash or colon at the start of s.
func (p *parser) afterSeparator(s Span) Span {
	s = trim(p.text, s)
	for _, separator := range separators {
		if strings.HasPrefix(p.slice(s), separator) {
			return trim(p.text, Span{s.Start + len(separator), s.End})
		}
	}
	return s
}
