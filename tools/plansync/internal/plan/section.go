package plan

import (
	"iter"
	"slices"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

// A field is a line such as "**Target:** shed base options" below the heading of an article.
type field struct {
	column vocabulary.Column
	value  Span
}

// findSections finds the headings that name an article each: those of one level of which most carry
// a slug or a file, or are followed by fields.
func (k *kept) findSections() {
	byLevel, under := make(map[int][]int), make(map[int]int)
	var open []int // the headings that what follows stands under
	for i := 0; i < len(k.doc.Blocks); i = k.doc.Blocks[i].Next {
		b := &k.doc.Blocks[i]
		if b.Kind != markdown.Heading {
			continue
		}
		for len(open) > 0 && k.doc.Blocks[open[len(open)-1]].Level >= b.Level {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			under[i] = open[len(open)-1]
		}
		open = append(open, i)
		if b.Level > 1 && k.partAt(b.Lines.Start) == otherPart {
			byLevel[b.Level] = append(byLevel[b.Level], i)
		}
	}
	for level := 2; level <= 6; level++ {
		var named []int
		for _, i := range byLevel[level] {
			if !k.belowArticle(i, under) && (k.hasAddress(i) || k.hasFields(i)) {
				named = append(named, i)
			}
		}
		if len(named) < 2 || 2*len(named) <= len(byLevel[level]) {
			continue
		}
		for _, i := range named {
			k.headed[i] = true
		}
		if !k.isQuoted(named) {
			continue
		}
		for _, i := range byLevel[level] { // one of the same form, without fields
			if !k.belowArticle(i, under) && k.isQuoted([]int{i}) {
				k.headed[i] = true
			}
		}
	}
}

// hasAddress reports whether a heading, by its index, carries the address of a page: "/en/*" is not
// one but many.
func (k *kept) hasAddress(index int) bool {
	address := k.addressIn(Span(k.doc.Blocks[index].Text))
	_, found, err := vocabulary.ReadAddress(address.text)
	return found && (err == nil || strings.Trim(address.text, "` ") == "/")
}

// isQuoted reports whether every one of some headings, by their indexes, quotes a title.
func (k *kept) isQuoted(headings []int) bool {
	return !slices.ContainsFunc(headings, func(i int) bool {
		return vocabulary.Titles(k.plain(Span(k.doc.Blocks[i].Text))) != 1
	})
}

// belowArticle reports whether a heading, by its index, stands in the text of an article that a
// heading names. The others are the headings that it stands under, by their indexes.
func (k *kept) belowArticle(index int, under map[int]int) bool {
	for i, ok := under[index]; ok; i, ok = under[i] {
		if k.headed[i] {
			return true
		}
	}
	return false
}

// hasFields reports whether fields below a heading, by its index, tell an article: below a time,
// one of them must name it.
func (k *kept) hasFields(index int) bool {
	fields := k.fields(index)
	titles := 0
	for _, f := range fields {
		if f.column == vocabulary.ColumnTitle {
			titles++
		}
	}
	if len(fields) == 0 || titles > 1 { // "**Tutorial:** A", "**Guide:** B" are articles each
		return false
	}
	return !k.isTime(k.plain(Span(k.doc.Blocks[index].Text))) || slices.ContainsFunc(fields,
		field.names)
}

// isTime reports whether a heading names a time and no article: Day 1: "A Title" names one.
func (k *kept) isTime(heading string) bool {
	return k.words.Heading(heading).Kind == vocabulary.HeadingTime && !strings.ContainsAny(heading,
		quotes)
}

// quotes open a quoted title.
const quotes = "\"“„«「"

// names reports whether the field tells which article it is.
func (f field) names() bool {
	return f.column == vocabulary.ColumnSlug || f.column == vocabulary.ColumnPath ||
		f.column == vocabulary.ColumnTitle
}

// fields returns the fields below a heading, by its index: lines of paragraphs and items of lists
// that start with a known name, in bold or with a colon after it. They tell an article only if they
// are more than one, name it, or stand below a quoted title.
func (k *kept) fields(index int) []field {
	var fields []field
	named, columns := false, make(map[vocabulary.Column]bool)
	for i := k.doc.Blocks[index].Next; i < len(k.doc.Blocks) &&
		k.doc.Blocks[i].Kind != markdown.Heading; i++ {
		b := &k.doc.Blocks[i]
		if b.Kind != markdown.Paragraph || k.isNested(i) || b.Parent >= 0 &&
			k.doc.Blocks[b.Parent].Box > 0 { // a task is no field
			continue
		}
		for line := range k.lines(Span(b.Text)) {
			f, ok := k.field(line)
			if !ok {
				continue
			}
			named = named || f.names()
			columns[f.column] = true
			fields = append(fields, f)
		}
	}
	heading := k.plain(Span(k.doc.Blocks[index].Text))
	if named || len(columns) > 1 || len(columns) == 1 && strings.ContainsAny(heading, quotes) {
		return fields
	}
	return nil
}

// isNested reports whether a block, by its index, stands in an item of a list that is in an item
// itself: what it says is of that one.
func (k *kept) isNested(index int) bool {
	depth := 0
	for i := k.doc.Blocks[index].Parent; i >= 0; i = k.doc.Blocks[i].Parent {
		if k.doc.Blocks[i].Kind == markdown.Item {
			depth++
		}
	}
	return depth > 1
}

// lines yields the lines of a paragraph, without the blanks around them.
func (p *Plan) lines(s Span) iter.Seq[Span] {
	return func(yield func(Span) bool) {
		for s.Start < s.End {
			line := s
			if n := strings.IndexAny(p.slice(s), "\r\n"); n >= 0 {
				line.End = s.Start + n
			}
			s.Start = min(line.End+1, s.End)
			if line = trim(p.text, line); line.Len() > 0 && !yield(line) {
				return
			}
		}
	}
}

// maxFieldName is how many words the name of a field has at most.
const maxFieldName = 3

// field reads a line as a field: "**Target keyword:** x", "**id** `x`", "- Status: x".
func (k *kept) field(line Span) (f field, ok bool) {
	name, value := "", line
	if inside, after, strong := k.strongAt(line); strong {
		name, value.Start = k.plain(inside), after
	} else if before, _, colon := strings.Cut(k.slice(line), ":"); colon {
		name, value.Start = before, line.Start+len(before)
	}
	name = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(name), ":"))
	if name == "" || len(strings.Fields(name)) > maxFieldName {
		return f, false
	}
	if f.column = k.words.Field(name); f.column == vocabulary.ColumnOther {
		return f, false
	}
	value = trim(k.text, value)
	if strings.HasPrefix(k.slice(value), ":") {
		value = trim(k.text, Span{value.Start + 1, value.End})
	}
	if before, _, more := strings.Cut(k.slice(value), " · "); more { // another field in the same line
		value.End = value.Start + len(strings.TrimRight(before, " "))
	}
	if f.column == vocabulary.ColumnTitle { // "Page: x.html" names a file
		if address, found, err := vocabulary.ReadAddress(k.slice(value)); found &&
			(err == nil || strings.Contains(k.slice(value), ".")) && address.Form != vocabulary.Bare {
			f.column = vocabulary.ColumnPath
		}
	}
	f.value = value
	return f, value.Len() > 0
}

// readSection reads an article that a heading names, by its index.
func (k *kept) readSection(index int) {
	b := &k.doc.Blocks[index]
	text := Span(b.Text)
	k.declared = nil
	c := k.carry(Span(b.Lines))
	a := article{name: text, lines: Span(b.Lines)}
	address := k.addressIn(text)
	if address.text != "" {
		a.addresses = []string{address.text}
	}
	if mark, done := doneMark(k.text, text); done {
		text.End = mark.Start
		a.slot, a.state = slot{markSlot, mark}, vocabulary.StateReading{State: vocabulary.Published,
			By: vocabulary.ByMark}
	}
	if !k.isTime(k.plain(text)) { // "Monday, March 17" is no title
		a.title, _ = vocabulary.ReadTitle(k.plain(text), "", address.text)
	}
	for _, f := range k.fields(index) {
		k.readField(&a, f, c)
	}
	k.add(a, c)
}

// readField takes what a field says of its article.
func (k *kept) readField(a *article, f field, c *carrier) {
	switch f.column {
	case vocabulary.ColumnTitle:
		a.title, _ = vocabulary.ReadTitle(k.plain(f.value), k.strongIn(f.value), "")
	case vocabulary.ColumnState:
		a.state, a.slot = k.state(f.value, c), slot{textSlot, f.value}
		c.learn(f.value, a.state)
	case vocabulary.ColumnSlug:
		a.addresses = slices.Insert(a.addresses, 0, k.slice(f.value))
	case vocabulary.ColumnPath:
		a.addresses = append(a.addresses, k.slice(f.value))
	case vocabulary.ColumnLink:
		a.link = slot{textSlot, f.value}
		if address, ok, _ := vocabulary.ReadAddress(k.slice(f.value)); ok {
			a.linked = address.Text
			a.addresses = append(a.addresses, k.slice(f.value))
		}
	case vocabulary.ColumnKeyword, vocabulary.ColumnSecondary:
		a.keywords = append(a.keywords, vocabulary.Keywords(k.slice(f.value))...)
	case vocabulary.ColumnCategory:
		a.category = k.titleOf(f.value)
	}
}
