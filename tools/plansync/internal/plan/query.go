package plan

import (
	"bytes"
	"fmt"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
)

// separators stand between a slug and its title.
var separators = []string{"—", "–", "-", ":"}

// A queryList is a list in the section of the queries.
type queryList struct {
	marker  byte   // the last character of its markers; another one starts another list
	query   bool   // the last item is a query
	queries bool   // an item is one
	others  []Span // the items that are neither a query nor a category's name
}

// readQueryLine reads a line of the queries section. What stands in a list of queries and does not read as one is a
// finding; other text, other lists and what is nested in a query are the author's notes.
func (p *parser) readQueryLine(l line) {
	start := skipBlanks(p.text, l.Span)
	text := p.text[start:l.End]
	n := listMarker(text)
	content, isItem := listItem(p.text, l)
	unspaced := Span{l.End - len(bytes.TrimLeft(text, "0123456789.)-+")), l.End}
	switch {
	case isItem:
		if marker := bytes.TrimRight(text[:n], " \t"); marker[len(marker)-1] != p.list.marker {
			p.endList()
			p.list.marker = marker[len(marker)-1]
		}
		p.checkEncoding(content)
		p.list.query = p.readQuery(content)
		p.list.queries = p.list.queries || p.list.query
	case n > 0 && !p.list.query && p.looksLikeQuery(Span{start + n, l.End}):
		p.notAQuery(Span{start + n, l.End}, "a query is not nested: start its line at the left margin")
	case n == 0 && unspaced.Start > start && p.looksLikeQuery(unspaced):
		p.notAQuery(Span{start, l.End}, "a list marker needs a blank behind it")
	case len(text) > 0 && !l.nested:
		p.endList()
	}
}

// looksLikeQuery reports whether s is a quoted text, or a slug in bold with something behind it.
func (p *parser) looksLikeQuery(s Span) bool {
	s = trim(p.text, s)
	if _, whole, ok := quotation(p.text, s); ok {
		return whole == s
	}
	name, after, ok := bold(p.text, s)
	return ok && after < s.End && checkSlug(p.slice(name)) == nil
}

// endList reports what is not a query in a list of queries. Other lists matter only if there is no query at all.
func (p *parser) endList() {
	if p.list.queries {
		p.notQueries(p.list.others)
	} else {
		p.unread = append(p.unread, p.list.others...)
	}
	p.list = queryList{}
}

func (p *parser) notQueries(items []Span) {
	for _, item := range items {
		p.notAQuery(item, `write it as **slug** — Title or as "search text", or move it out of the list`)
	}
}

func (p *parser) notAQuery(at Span, hint string) {
	if !p.otherEncoding { // which can be why
		p.problem(at, diag.Warning, "not-a-query", hint, "line %q: not read as a query", p.slice(at))
	}
}

// readQuery reads the content of a list item of the queries section: "**slug** — Title", or a
// quoted search text that slug and title derive from. It reports whether the item is a query, be it a wrong one.
func (p *parser) readQuery(content Span) (isQuery bool) {
	if inside, _, ok := quotation(p.text, content); ok {
		q, err := NewQuery(words(p.plain(inside)), p.options.KeepCase)
		if err != nil {
			p.problem(content, diag.Error, "bad-query", "a query needs a letter or a digit of the Latin alphabet", "%v", err)
			return true
		}
		q.Span = content
		p.Queries = append(p.Queries, q)
		return true
	}
	name, after, ok := bold(p.text, content)
	if !ok {
		p.list.others = append(p.list.others, content)
		return false
	}
	slug := p.slice(name)
	rest := strings.Trim(p.plain(Span{after, content.End}), " \t")
	title, found := "", false
	for _, separator := range separators {
		if title, found = strings.CutPrefix(rest, separator); found {
			break
		}
	}
	title = strings.Trim(title, " \t")
	if !found && rest == "" && strings.HasSuffix(slug, ":") {
		return false // a category's name in bold, as some plans group their queries
	}
	if err := checkSlug(slug); err != nil {
		p.problem(name, diag.Error, "bad-slug", "write it as "+suggestion(p.plain(name)), "query %q: %v", slug, err)
		return true
	}
	if title == "" {
		p.problem(name, diag.Error, "no-title", "write the title behind the slug: **"+slug+"** — Title", "query %q: no title", slug)
		return true
	}
	p.Queries = append(p.Queries, Query{Slug: slug, Title: title, Text: strings.ReplaceAll(slug, "-", " "), Span: name})
	return true
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
			p.problem(q.Span, diag.Error, "duplicate-slug", "one article answers one query: remove one, or give it a slug of its own",
				"query %q: duplicate slug (first at line %d)", q.Slug, p.Position(first.Span.Start).Line)
			continue
		}
		p.bySlug[q.Slug] = i
	}
	items := make(map[string]Span, len(p.Queries)) // the first one of each slug
	for _, phase := range p.Phases {
		for _, item := range phase.Items {
			if item.Slug == "" {
				continue
			}
			if first, ok := items[item.Slug]; ok {
				p.problem(item.Span, diag.Error, "duplicate-item", "an article belongs to one phase: remove one of the two items",
					"item %q: already in the phases (first at line %d)", item.Slug, p.Position(first.Start).Line)
				continue
			}
			items[item.Slug] = item.Span
			if _, ok := p.Query(item.Slug); !ok && len(p.Queries) > 0 {
				p.problem(item.Span, diag.Warning, "item-without-query", "add it to the list of search queries, or correct the slug",
					"item %q: no such query in the plan", item.Slug)
			}
		}
	}
	if len(p.Phases) == 0 {
		return
	}
	for i, q := range p.Queries {
		if _, ok := items[q.Slug]; !ok && p.bySlug[q.Slug] == i {
			p.problem(q.Span, diag.Warning, "query-without-phase", "add an item for it to a phase",
				"query %q: in no phase", q.Slug)
		}
	}
}
