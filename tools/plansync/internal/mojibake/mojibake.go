// Package mojibake finds and undoes one accident: UTF-8 text that was once decoded as Windows-1252
// and saved as UTF-8 again, so that a dash reads "â€”" and a check mark "âœ…".
//
// Windows-1252 is taken as the WHATWG Encoding Standard has it (https://encoding.spec.whatwg.org/#windows-1252):
// its five unassigned bytes stand for the C1 control characters of the same number.
package mojibake

import (
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/edit"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
)

// Find returns the edits that turn the garbled sequences of src into the characters they were, one edit
// for each character, in order. It is empty for text that is not garbled.
//
// One sequence alone can be honest text ("CAFÉ—" holds the bytes of "ɗ"), so a sequence counts only
// if the whole document decodes and some sequence is evident, or if it is evident itself and
// stands outside of code.
func Find(src []byte) []edit.Edit {
	var evident, all []edit.Edit
	whole := true
	for i := 0; i < len(src); {
		if src[i] < utf8.RuneSelf {
			i++
			continue
		}
		n, char, ok := sequence(src[i:])
		if !ok {
			whole = false
			_, size := utf8.DecodeRune(src[i:])
			i += size
			continue
		}
		e := edit.Edit{Start: i, End: i + n, New: string(char)}
		all = append(all, e)
		if isEvident(char) {
			evident = append(evident, e)
		}
		i += n
	}
	if whole && len(evident) > 0 {
		return all
	}
	return outsideCode(src, evident)
}

// outsideCode drops the edits inside Markdown's code: in a document that is mostly clean, what is
// garbled there is quoted on purpose.
func outsideCode(src []byte, edits []edit.Edit) []edit.Edit {
	if len(edits) == 0 {
		return nil
	}
	code := codeIn(src)
	return slices.DeleteFunc(edits, func(e edit.Edit) bool { return code.has(e.Start) })
}

// code are the spans of a document's code, in order.
type code []markdown.Span

// codeIn returns the code in a document. One that is beyond what can be read is code as a whole:
// nobody knows where in it there is none.
func codeIn(src []byte) (c code) {
	doc, err := markdown.Parse(src)
	if err != nil {
		return code{{Start: 0, End: len(src)}}
	}
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		if b.Kind == markdown.Code {
			c = append(c, b.Lines)
			continue
		}
		for _, in := range doc.InlinesOf(b) {
			if in.Kind == markdown.CodeSpan {
				c = append(c, in.Whole)
			}
		}
	}
	return c
}

// has reports whether an offset is in code. Offsets are asked for in order.
func (c *code) has(offset int) bool {
	for len(*c) > 0 && (*c)[0].End <= offset {
		*c = (*c)[1:]
	}
	return len(*c) > 0 && (*c)[0].Start <= offset
}

// Garble does the accident to s: each byte is read as Windows-1252.
func Garble(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		out = utf8.AppendRune(out, charmap1252(s[i]))
	}
	return string(out)
}

// Escape returns what reads as s once its garbled sequences are undone, in a document that is not garbled as a whole:
// what Find would take for garbled there is garbled once more.
func Escape(s string) string {
	edits := Find([]byte(s + " é")) // which is not garbled
	for i, e := range edits {
		edits[i].New = ""
		for _, char := range s[e.Start:e.End] {
			if isEvident(char) { // as one of them is, at least
				edits[i].New += Garble(string(char))
			} else {
				edits[i].New += string(char)
			}
		}
	}
	escaped, err := edit.Apply([]byte(s), edits)
	if err != nil {
		panic(err) // Find's edits are ordered and apart
	}
	return string(escaped)
}

// charmap1252 decodes one byte of Windows-1252.
func charmap1252(b byte) rune {
	if r := charmap.Windows1252.DecodeByte(b); r != utf8.RuneError {
		return r
	}
	return rune(b)
}

// byte1252 encodes r in Windows-1252; ok reports whether it can.
func byte1252(r rune) (b byte, ok bool) {
	if b, ok := charmap.Windows1252.EncodeRune(r); ok {
		return b, true
	}
	switch r {
	case 0x81, 0x8d, 0x8f, 0x90, 0x9d:
		return byte(r), true
	}
	return 0, false
}

// sequence reads one garbled character at the start of src: the number of bytes that it takes
// there and the character that it was.
func sequence(src []byte) (n int, char rune, ok bool) {
	var was [utf8.UTFMax]byte
	need := 0
	for i := 0; ; i++ {
		r, size := utf8.DecodeRune(src[n:])
		if r == utf8.RuneError && size <= 1 {
			return 0, 0, false
		}
		b, ok := byte1252(r)
		if !ok {
			return 0, 0, false
		}
		was[i] = b
		n += size
		if i == 0 {
			if need = length(b); need == 0 {
				return 0, 0, false
			}
		}
		if i+1 == need {
			char, size = utf8.DecodeRune(was[:need])
			return n, char, size == need
		}
	}
}

// length returns how many bytes a character of UTF-8 has that starts with b; 0 if none of several does.
func length(b byte) int {
	switch {
	case b >= 0xc2 && b <= 0xdf:
		return 2
	case b >= 0xe0 && b <= 0xef:
		return 3
	case b >= 0xf0 && b <= 0xf4:
		return 4
	}
	return 0
}

// isEvident reports whether the garbled form of char is no honest text in any language: its
// second character is neither a quotation mark, a dash, an ellipsis nor a space.
func isEvident(char rune) bool {
	var was [utf8.UTFMax]byte
	utf8.EncodeRune(was[:], char)
	lead, second := was[0], was[1]
	switch lead {
	case 0xc2, 0xc3: // "Â" or "Ã" and a sign: "Ã©"
		return second > 0xa0 && second != 0xab && second != 0xad && second != 0xb7 && second != 0xbb
	case 0xe2: // "â" and a sign: dashes, quotation marks, arrows, check marks
		return second != 0x85 && (second < 0x91 || second > 0x97) && second != 0xa0 && second != 0xab && second != 0xbb
	case 0xef: // byte order mark, variation selectors
		return char == 0xfeff || char >= 0xfe00 && char <= 0xfe0f
	case 0xf0: // "ðŸ": emoji
		return second == 0x9f
	}
	return false
}
