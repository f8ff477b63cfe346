package plan

import (
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
	byLevel := make(map[int][]int)
	for i := 0; i < len(k.doc.Blocks); i = k.doc.Blocks[i].Next {
		if b := &k.doc.Blocks[i]; b.Kind == markdown.Heading && b.Level > 1 && k.partAt(b.Lines.Start) == otherPart {
			byLevel[b.Level] = append(byLevel[b.Level], i)
		}
	}
	for level := 2; level <= 6; level++ {
		var named []int
		for _, i := range byLevel[level] {
			if k.addressIn(Span(k.doc.Blocks[i].Text)).text != "" || len(k.fields(i)) > 0 {
				named = append(named, i)
			}
		}
		if len(named) >= 2 && 2*len(named) > len(byLevel[level]) {
			for _, i := range named {
				k.headed[i] = true
			}
			return
		}
	}
}

// fields returns the fields below a heading, by its index: lines of paragraphs and items of lists
// that start with a known name in bold. One alone must be more than a state.
func (k *kept) fields(index int) []field {
	var fields []field
	telling := false
	for i := k.doc.Blocks[index].Next; i < len(k.doc.Blocks) && k.doc.Blocks[i].Kind != markdown.Heading; i++ {
		b := &k.doc.Blocks[i]
		if b.Kind != markdown.Paragraph {
			continue
		}
		for in := range k.inlines(Span(b.Text)) {
			if in.Kind != markdown.Strong || !k.startsLine(in.Whole.Start) {
				continue
			}
			name := strings.TrimSpace(k.plain(Span(in.Inner)))
			value := Span{in.Whole.End, b.Text.End}
			if n := strings.IndexAny(k.slice(value), "\r\n"); n >= 0 {
				value.End = value.Start + n
			}
			if !strings.HasSuffix(name, ":") && !strings.HasPrefix(k.slice(value), ":") {
				continue
			}
			column := k.words.Column(strings.TrimSuffix(name, ":"))
			if column == vocabulary.ColumnOther {
				continue
			}
			value = trim(k.text, value)
			if strings.HasPrefix(k.slice(value), ":") {
				value = trim(k.text, Span{value.Start + 1, value.End})
			}
			telling = telling || column != vocabulary.ColumnCategory
			fields = append(fields, field{column, value})
		}
	}
	if !telling {
		return nil
	}
	return fields
}

// startsLine reports whether nothing but a list marker and blanks stands before an offset in its
// line.
func (p *Plan) startsLine(at int) bool {
	start := strings.LastIndexAny(p.shared[:at], "\r\n") + 1
	return strings.Trim(p.shared[start:at], " \t>-*+0123456789.)") == ""
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
		a.slot, a.state = slot{markSlot, mark}, vocabulary.StateReading{State: vocabulary.Published, By: vocabulary.ByMark}
	}
	a.title, _ = vocabulary.ReadTitle(k.plain(text), "", address.text)
	for _, f := range k.fields(index) {
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
	k.add(a, c)
}
