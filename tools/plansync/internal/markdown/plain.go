package markdown

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/util"
)

// Plain returns the text of a span as a reader sees it: without marks, comments, tags and images,
// with escapes and entities resolved, and one blank for the end of a line. The span lies in the
// text of one block.
func (d *Document) Plain(s Span) string {
	first := sort.Search(len(d.Inlines), func(i int) bool {
		return d.Inlines[i].Whole.Start >= s.Start
	})
	for first > 0 && d.Inlines[first-1].Whole.End > s.Start { // inlines that go on into the span
		first--
	}
	var parts strings.Builder
	written := ""
	add := func(part string) {
		switch {
		case part == "":
		case written == "" && parts.Len() == 0:
			written = part
		default:
			parts.WriteString(written)
			written = ""
			parts.WriteString(part)
		}
	}
	for _, in := range d.Inlines[first:] {
		if in.Whole.Start >= s.End {
			break
		}
		cut := Span{max(in.Inner.Start, s.Start), min(in.Inner.End, s.End)}
		switch {
		case in.Kind == Break, in.Kind == RawHTML && isLineBreak(d.text[in.Whole.Start:in.Whole.End]):
			add(" ")
		case cut.Start >= cut.End:
		case in.Kind == Text && in.Bare: // nothing is escaped in an address
			add(d.text[cut.Start:cut.End])
		case in.Kind == Text:
			add(resolve(d.text[cut.Start:cut.End]))
		case in.Kind == CodeSpan:
			add(code(d.text[cut.Start:cut.End], in.cell))
		}
	}
	text := written
	if parts.Len() > 0 {
		text = parts.String() + written
	}
	return strings.ReplaceAll(text, "\x00", "\ufffd")
}

// isLineBreak reports whether a tag is "<br>".
func isLineBreak(tag string) bool {
	name := strings.Trim(tag, "</> \t")
	return len(name) == 2 && strings.EqualFold(name, "br")
}

// Target returns the address of a link as a program follows it.
func (d *Document) Target(link *Inline) string {
	if link.Bare {
		return link.Scheme + d.text[link.Address.Start:link.Address.End]
	}
	return resolve(d.text[link.Address.Start:link.Address.End])
}

// code returns the text of a code span.
func code(text string, inCell bool) string {
	text = strings.NewReplacer("\r\n", " ", "\n", " ").Replace(text)
	if inCell {
		text = strings.ReplaceAll(text, `\|`, "|")
	}
	if len(text) > 2 && text[0] == ' ' && text[len(text)-1] == ' ' && strings.Trim(text, " ") != "" {
		return text[1 : len(text)-1]
	}
	return text
}

// resolve returns a text with its escapes and entities resolved (CommonMark 0.31.2, sections 2.4
// and 2.5).
func resolve(text string) string {
	if !strings.ContainsAny(text, `\&`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		switch {
		case text[i] == '\\' && i+1 < len(text) && util.IsPunct(text[i+1]):
			b.WriteByte(text[i+1])
			i += 2
			continue
		case text[i] == '&':
			if char, n := entity(text[i:]); n > 0 {
				b.WriteString(char)
				i += n
				continue
			}
		}
		b.WriteByte(text[i])
		i++
	}
	return b.String()
}

// maxEntity is longer than the name of any entity, with its signs.
const maxEntity = 36

// entity reads an entity at the start of a text: what it stands for, and how long it is, or 0.
func entity(text string) (char string, n int) {
	end := strings.IndexByte(text[:min(len(text), maxEntity)], ';')
	if end < 2 {
		return "", 0
	}
	name := text[1:end]
	if name[0] != '#' {
		if entity, ok := util.LookUpHTML5EntityByName(name); ok {
			return string(entity.Characters), end + 1
		}
		return "", 0
	}
	resolved := string(util.ResolveNumericReferences([]byte(text[:end+1])))
	if resolved == text[:end+1] || !utf8.ValidString(resolved) {
		return "", 0
	}
	return resolved, end + 1
}
