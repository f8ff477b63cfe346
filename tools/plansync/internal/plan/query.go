package plan

import (
	"bytes"
	"fmt"
	"strings"
)

// separators stand between a slug and its title.
var separators = []string{"—", "–", "-", ":"}

// readQuery reads the content of a list item of the queries section: "**slug** — Title", or a
// quoted search text that slug and title derive from.
func (p *parser) readQuery(content Span) {
	if inside, _, ok := quotation(p.text, content); ok {
		q, err := NewQuery(words(p.slice(inside)), p.options.KeepCase)
		if err != nil {
			p.problem(content, Error, "bad-query", "a query needs a letter or a digit of the Latin alphabet", "%v", err)
			return
		}
		q.Span = content
		p.Queries = append(p.Queries, q)
		return
	}
	name, after, ok := bold(p.text, content)
	if !ok {
		return
	}
	slug := p.slice(name)
	rest := strings.Trim(p.slice(Span{after, content.End}), " \t")
	title, found := "", false
	for _, separator := range separators {
		if title, found = strings.CutPrefix(rest, separator); found {
			break
		}
	}
	title = strings.Trim(title, " \t")
	if !found && rest == "" && strings.HasSuffix(slug, ":") {
		return // a category's name in bold, as some plans group their queries
	}
	if err := checkSlug(slug); err != nil {
		p.problem(name, Error, "bad-slug", "write it as "+suggestion(slug), "query %q: %v", slug, err)
		return
	}
	if title == "" {
		p.problem(name, Error, "no-title", "write the title behind the slug: **"+slug+"** — Title", "query %q: no title", slug)
		return
	}
	p.Queries = append(p.Queries, Query{Slug: slug, Title: title, Text: strings.ReplaceAll(slug, "-", " "), Span: name})
}

func suggestion(slug string) string {
	if s := Slugify(slug); checkSlug(s) == nil {
		return "**" + s + "**"
	}
	return "**lower-case-words**"
}

// NewQuery derives slug and title from a search text; keepCase is as in Options.
func NewQuery(text string, keepCase []string) (Query, error) {
	q := Query{Slug: Slugify(text), Title: Title(text, keepCase), Text: text}
	if err := checkSlug(q.Slug); err != nil {
		return Query{}, fmt.Errorf("query %q: %w", text, err)
	}
	return q, nil
}

// SearchText returns the search in a line of a list, such as one that was pasted: without the list
// marker before it and the quotation marks around it.
func SearchText(line string) string {
	text := []byte(strings.TrimLeft(line, "•◦▪‣·–— \t"))
	s := trim(text, Span{listMarker(text), len(text)})
	if inside, whole, ok := quotation(text, s); ok && whole == s {
		s = trim(text, inside)
	}
	return string(text[s.Start:s.End])
}

// quotation reads quoted text at the start of s: its inside, and the whole with the marks.
func quotation(text []byte, s Span) (inside, whole Span, ok bool) {
	content := text[s.Start:s.End]
	for _, pair := range [][2]string{{`"`, `"`}, {"“", "”"}, {"„", "“"}, {"«", "»"}} {
		if !bytes.HasPrefix(content, []byte(pair[0])) {
			continue
		}
		start := s.Start + len(pair[0])
		if n := bytes.Index(text[start:s.End], []byte(pair[1])); n > 0 {
			return Span{start, start + n}, Span{s.Start, start + n + len(pair[1])}, true
		}
	}
	return inside, whole, false
}

// words folds the blanks of s.
func words(s string) string { return strings.Join(strings.Fields(s), " ") }

// checkNames reports the names that the plan gives twice or not at all.
func (p *Plan) checkNames() {
	p.bySlug = make(map[string]int, len(p.Queries))
	for i, q := range p.Queries {
		if first, ok := p.Query(q.Slug); ok {
			p.problem(q.Span, Error, "duplicate-slug", "one article answers one query: remove one, or give it a slug of its own",
				"query %q: duplicate slug (first at line %d)", q.Slug, p.Position(first.Span.Start).Line)
			continue
		}
		p.bySlug[q.Slug] = i
	}
	items := make(map[string]Item, len(p.Queries))
	for _, phase := range p.Phases {
		for _, item := range phase.Items {
			if item.Slug == "" {
				continue
			}
			if first, ok := items[item.Slug]; ok {
				p.problem(item.Span, Error, "duplicate-item", "an article belongs to one phase: remove one of the two items",
					"item %q: already in the phases (first at line %d)", item.Slug, p.Position(first.Span.Start).Line)
				continue
			}
			items[item.Slug] = item
			if _, ok := p.Query(item.Slug); !ok && len(p.Queries) > 0 {
				p.problem(item.Span, Warning, "item-without-query", "add it to the list of search queries, or correct the slug",
					"item %q: no such query in the plan", item.Slug)
			}
		}
	}
	if len(p.Phases) == 0 {
		return
	}
	for i, q := range p.Queries {
		if _, ok := items[q.Slug]; !ok && p.bySlug[q.Slug] == i {
			p.problem(q.Span, Warning, "query-without-phase", "add an item for it to a phase",
				"query %q: in no phase", q.Slug)
		}
	}
}
