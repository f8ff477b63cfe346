package plan

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
)

// A heading opens a section, a phase or a group.
type heading struct {
	level int
	text  Span // without marker, closing sequence and outer blanks
	block Span // the whole lines, with their endings
}

func headingOf(b *markdown.Block) heading { return heading{b.Level, Span(b.Text), Span(b.Lines)} }

// withoutClosing narrows s, which has no blanks at its ends, by the closing sequence of a heading:
// one that is followed by a done mark closes nothing, but is no part of a name.
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

// trim narrows s by the white space at its ends.
func trim(text []byte, s Span) Span {
	for s.Start < s.End && isSpace(text[s.Start]) {
		s.Start++
	}
	for s.End > s.Start && isSpace(text[s.End-1]) {
		s.End--
	}
	return s
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func isSpace(c byte) bool { return isBlank(c) || c == '\n' || c == '\r' }

func skipBlanks(text []byte, s Span) int {
	for s.Start < s.End && isBlank(text[s.Start]) {
		s.Start++
	}
	return s.Start
}

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

// emojiForm is a variation selector: it asks for the picture of the sign before it.
const emojiForm = "\ufe0f"

// doneMark returns where the done mark at the end of a heading's text stands, with the blanks
// before it. More than one is one.
func doneMark(text []byte, s Span) (mark Span, ok bool) {
	mark = Span{s.End, s.End}
	for {
		before := bytes.TrimSuffix(text[s.Start:mark.Start], []byte(emojiForm))
		n := slices.IndexFunc(doneMarks, func(m string) bool {
			return bytes.HasSuffix(before,
				[]byte(m))
		})
		if n < 0 {
			return mark, mark.End > mark.Start
		}
		mark.Start = s.Start + len(before)
		mark.Start -= len(doneMarks[n])
		for mark.Start > s.Start && isBlank(text[mark.Start-1]) {
			mark.Start--
		}
	}
}
