package plan

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
)

// A heading is an ATX or setext heading (CommonMark 0.31.2, sections 4.2 and 4.3).
type heading struct {
	level int
	text  Span // without marker, closing sequence and outer blanks
	block Span // the whole lines, with their endings
}

// atxHeading reads l as "## text".
func atxHeading(text []byte, l line) (h heading, ok bool) {
	if l.indent > 3 {
		return h, false
	}
	start := skipBlanks(text, l.Span)
	at := start
	for at < l.End && text[at] == '#' {
		at++
	}
	level := at - start
	if level < 1 || level > 6 || at < l.End && text[at] != ' ' && text[at] != '\t' {
		return h, false
	}
	return heading{level, withoutClosing(text, trim(text, Span{at, l.End})), Span{l.Start, l.next}}, true
}

// withoutClosing narrows s, which has no blanks at its ends, by the closing sequence of an ATX heading.
func withoutClosing(text []byte, s Span) Span {
	end := s.End
	for end > s.Start && text[end-1] == '#' {
		end--
	}
	if end < s.End && (end == s.Start || isBlank(text[end-1])) {
		return trim(text, Span{s.Start, end})
	}
	return s
}

// setextUnderline returns the level of the setext underline l, or 0.
func setextUnderline(text []byte, l line) int {
	s := trim(text, l.Span)
	content := text[s.Start:s.End]
	switch {
	case l.indent > 3 || len(content) == 0:
		return 0
	case len(bytes.Trim(content, "=")) == 0:
		return 1
	case len(bytes.Trim(content, "-")) == 0:
		return 2
	}
	return 0
}

// isThematicBreak reports whether a line without blanks at its ends is "---", "***" or "___", or longer.
func isThematicBreak(content []byte) bool {
	return len(content) >= 3 && bytes.IndexByte([]byte("-*_"), content[0]) >= 0 && len(bytes.Trim(content, string(content[0]))) == 0
}

// isParagraph reports whether the line can be the text of a setext heading.
func isParagraph(text []byte, l line) bool {
	content := text[skipBlanks(text, l.Span):l.End]
	return len(content) > 0 && l.indent <= 3 && listMarker(content) == 0 &&
		content[0] != '>' && content[0] != '#' && content[0] != '|' && setextUnderline(text, l) == 0
}

// trim narrows s by the blanks at its ends.
func trim(text []byte, s Span) Span {
	s.Start = skipBlanks(text, s)
	for s.End > s.Start && isBlank(text[s.End-1]) {
		s.End--
	}
	return s
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// plainName reduces a heading's text to its words: letters and digits in lower case, one space
// between words. Emphasis, emoji, marks, comments and punctuation do not matter.
func plainName(text string) string {
	if before, after, ok := strings.Cut(text, "<!--"); ok {
		_, after, _ = strings.Cut(after, "-->")
		text = before + after
	}
	var name strings.Builder
	name.Grow(len(text))
	apart := false // from a word before
	for _, r := range text {
		r = unicode.ToLower(r)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			apart = name.Len() > 0
			continue
		}
		if apart {
			name.WriteByte(' ')
		}
		name.WriteRune(r)
		apart = false
	}
	return name.String()
}

// doneMarks are the signs that teams put behind a finished phase. Longer forms come first.
var doneMarks = []string{":white_check_mark:", ":heavy_check_mark:", "✅", "✔️", "✔", "☑️", "☑", "✓"}

// doneMark returns where the done mark at the end of a heading's text stands, with the blanks before it. More than one
// is one.
func doneMark(text []byte, s Span) (mark Span, ok bool) {
	mark = Span{s.End, s.End}
	for {
		n := slices.IndexFunc(doneMarks, func(m string) bool { return bytes.HasSuffix(text[s.Start:mark.Start], []byte(m)) })
		if n < 0 {
			return mark, mark.End > mark.Start
		}
		mark.Start -= len(doneMarks[n])
		for mark.Start > s.Start && isBlank(text[mark.Start-1]) {
			mark.Start--
		}
	}
}
