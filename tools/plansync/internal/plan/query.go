package plan

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

// separators stand between a slug and its title. Longer ones come first.
var separators = []string{"—", "–", "―", "‒", "--", "->", "=>", "→", "-", ":"}

// A queryList is a list in the section of the queries.
type queryList struct {
	last    bool   // the last item is a query
	queries bool   // an item is one
	others  []Span // the items that are neither a query nor a category's name
}

// readQueryItem reads an item of a list in the queries section, by its index. What stands in a list
// of queries and does not read as one is a finding; other text, other lists and what is nested in a
// query are the author's notes.
func (p *parser) readQueryItem(index int, content Span, list *queryList) {
	content = p.notMarked(content)
	p.checkEncoding(content)
	if name, after, ok := p.strongAt(content); ok && after == content.End &&
		p.doc.Blocks[index].Next > index+2 &&
		vocabulary.CheckSlug(p.slice(name)) != nil { // a category with its queries below it
		p.nestedQueries(index)
		return
	}
	list.last = p.readQuery(content, list)
	list.queries = list.queries || list.last
	if !list.last {
		p.nestedQueries(index)
	}
}

// nestedQueries reports what looks like a query below an item that is none.
func (p *parser) nestedQueries(index int) {
	blocks := p.doc.Blocks
	for i := index + 1; i < blocks[index].Next; i++ {
		if blocks[i].Kind != markdown.Item || i+1 >= blocks[i].Next ||
			blocks[i+1].Kind != markdown.Paragraph {
			continue
		}
		content := Span(blocks[i+1].Text)
		if _, whole, ok := quotation(p.text, content); ok && whole == content && p.searchGroups {
			p.readQuery(content, &queryList{})
		} else if p.looksLikeQuery(content) {
			p.nested = append(p.nested, content)
		}
	}
}

// notMarked reports what looks like a query in the lines of a paragraph, but for the blank after
// the list marker, and returns the text before it.
func (p *parser) notMarked(s Span) Span {
	first := Span{s.Start, s.End}
	for at := s.Start; at < s.End; {
		line := Span{at, s.End}
		if n := bytes.IndexAny(p.text[at:s.End], "\r\n"); n >= 0 {
			line.End = at + n
		}
		at = line.End + 1
		line = trim(p.text, line)
		rest := Span{line.End - len(bytes.TrimLeft(p.text[line.Start:line.End], "0123456789.)-+")),
			line.End}
		if rest.Start > line.Start && p.looksLikeQuery(rest) {
			p.notAQuery(line, "a list marker needs a blank after it")
			if first.End == s.End && line.Start > s.Start {
				first = trim(p.text, Span{s.Start, line.Start})
			}
		}
	}
	return first
}

// looksLikeQuery reports whether s is a quoted text, or a slug in bold with something after it.
func (p *parser) looksLikeQuery(s Span) bool {
	s = trim(p.text, s)
	if _, whole, ok := quotation(p.text, s); ok {
		return whole == s
	}
	for _, mark := range []string{"**", "__"} {
		if rest, ok := strings.CutPrefix(p.slice(s), mark); ok {
			name, after, closed := strings.Cut(rest, mark)
			return closed && after != "" && vocabulary.CheckSlug(strings.TrimSpace(name)) == nil
		}
	}
	return false
}

// endList reports what is not a query in a list of queries. Other lists matter only if there is no
// query at all.
func (p *parser) endList(list queryList) {
	if list.queries {
		p.notQueries(list.others)
	} else {
		p.unread = append(p.unread, list.others...)
	}
	for _, at := range p.nested {
		p.notAQuery(at, "a query is not nested: start its line at the left margin")
	}
	p.nested = nil
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
// quoted search text that slug and title derive from. It reports whether the item is a query, be it
// a wrong one.
func (p *parser) readQuery(content Span, list *queryList) (isQuery bool) {
	if inside, _, ok := quotation(p.text, content); ok {
		q, err := NewQuery(words(p.plain(inside)), p.options.KeepCase)
		if err != nil {
			p.problem(content, diag.Error, "bad-query",
				"write it with a slug of its own: **my-slug** — "+p.plain(inside), "%v", err)
			return true
		}
		q.Span, q.quoted = content, true
		p.Queries = append(p.Queries, q)
		return true
	}
	name, after, ok := p.strongAt(content)
	if before, _, closed := strings.Cut(strings.TrimPrefix(p.slice(content), "**"), "**"); !ok &&
		closed &&
		// "** **" is not bold
		strings.TrimSpace(before) == "" && strings.HasPrefix(p.slice(content), "**") {
		name, after, ok = Span{content.Start, content.Start}, content.Start+len(before)+len("****"), true
	}
	if !ok {
		list.others = append(list.others, content)
		return false
	}
	slug := p.slice(name)
	rest := strings.TrimSpace(p.titleOf(Span{after, content.End}))
	title, found := "", false
	for _, separator := range separators {
		if title, found = strings.CutPrefix(rest, separator); found {
			break
		}
	}
	title = strings.TrimSpace(title)
	if !found && rest == "" && strings.HasSuffix(slug, ":") {
		return false // a category's name in bold, as some plans group their queries
	}
	if err := vocabulary.CheckSlug(slug); err != nil {
		p.problem(name, diag.Error, "bad-slug", "write it as "+suggestion(p.plain(name)), "query %q: %v",
			slug, err)
		return true
	}
	if title == "" {
		p.problem(name, diag.Error, "no-title", "write the title behind the slug: **"+slug+"** — Title",
			"query %q: no title", slug)
		return true
	}
	p.Queries = append(p.Queries, Query{Slug: slug, Title: title, Text: strings.ReplaceAll(slug, "-",
		" "), Span: name})
	return true
}

func suggestion(slug string) string {
	if s := vocabulary.Slugify(slug); vocabulary.CheckSlug(s) == nil {
		return "**" + s + "**"
	}
	return "**lower-case-words**"
}

// NewQuery derives slug and title from a search text; keepCase is as in Options.
func NewQuery(text string, keepCase []string) (Query, error) {
	q := Query{Slug: vocabulary.Slugify(text), Title: Title(text, keepCase), Text: text}
	if err := vocabulary.CheckSlug(q.Slug); err != nil {
		return Query{}, fmt.Errorf("query %q: %w", text, err)
	}
	if _, err := vocabulary.TitleSlug(text); err != nil { // letters of another script would be lost
		return Query{}, fmt.Errorf("query %s", strings.TrimPrefix(err.Error(), "title "))
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

// listMarker returns the width of the list marker that text starts with, or 0.
func listMarker(text []byte) int {
	n := len(text) - len(bytes.TrimLeft(text, "0123456789"))
	switch {
	case n > 0 && n < len(text) && (text[n] == '.' || text[n] == ')'), n == 0 && len(text) > 0 &&
		bytes.IndexByte([]byte("-*+"), text[0]) >= 0:
		n++
	default:
		return 0
	}
	if n < len(text) && !isBlank(text[n]) {
		return 0
	}
	return n
}

// quotation reads quoted text at the start of s: its inside, and the whole with the marks.
func quotation(text []byte, s Span) (inside, whole Span, ok bool) {
	content := text[s.Start:s.End]
	for _, pair := range [][2]string{{`"`, `"`}, {"“", "”"}, {"„", "“"}, {"«", "»"}} {
		if !bytes.HasPrefix(content, []byte(pair[0])) {
			continue
		}
		start := s.Start + len(pair[0])
		if n := indexUnescaped(text[start:s.End], pair[1]); n > 0 {
			return Span{start, start + n}, Span{s.Start, start + n + len(pair[1])}, true
		}
	}
	return inside, whole, false
}

// indexUnescaped returns where sign stands in text without a backslash before it, or -1.
func indexUnescaped(text []byte, sign string) int {
	for at := 0; ; {
		n := bytes.Index(text[at:], []byte(sign))
		if n < 0 {
			return -1
		}
		if at += n; at == 0 || text[at-1] != '\\' {
			return at
		}
		at += len(sign)
	}
}

// words folds the blanks of s.
func words(s string) string {
	trimmed := strings.TrimSpace(s)
	if !strings.Contains(trimmed, "  ") && !strings.ContainsFunc(trimmed, isOtherSpace) {
		return trimmed
	}
	return strings.Join(strings.Fields(s), " ")
}

func isOtherSpace(r rune) bool { return r != ' ' && unicode.IsSpace(r) }

// checkNames reports the names that the plan gives twice or not at all.
func (p *Plan) checkNames() {
	p.bySlug = make(map[string]int, len(p.Queries))
	for i, q := range p.Queries {
		if first, ok := p.Query(q.Slug); ok {
			p.problem(q.Span, diag.Error, "duplicate-slug",
				"one article answers one query: remove one, or give it a slug of its own",
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
				p.problem(item.Span, diag.Error, "duplicate-item",
					"an article belongs to one phase: remove one of the two items",
					"item %q: already in the phases (first at line %d)", item.Slug, p.Position(first.Start).Line)
				continue
			}
			items[item.Slug] = item.Span
			if _, ok := p.Query(item.Slug); !ok && len(p.Queries) > 0 {
				p.problem(item.Span, diag.Warning, "item-without-query",
					"add it to the list of search queries, or correct the slug",
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
