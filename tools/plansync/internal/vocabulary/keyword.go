package vocabulary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Keywords returns the search queries in the source of a cell: each code span one, else what stands
// between commas, semicolons, bars, line breaks, or slashes with blanks around them ("CI/CD" is one
// word). Quotation marks, emphasis and a bracket with figures ("(1,200/mo)") are no part of a
// query; "N/A", "TBD" and a dash are none.
func Keywords(cell string) []string {
	if Nothing(cell) {
		return nil
	}
	parts, ok := codeSpans(cell)
	if !ok {
		parts = splitKeywords(cell)
	}
	var keywords []string
	seen := map[string]bool{}
	for _, part := range parts {
		keyword := keywordOf(part)
		if key := strings.ToLower(keyword); !Nothing(keyword) && !seen[key] {
			seen[key] = true
			keywords = append(keywords, keyword)
		}
	}
	return keywords
}

// codeSpans returns the code spans of a cell that holds nothing else that reads as a keyword.
func codeSpans(cell string) (spans []string, ok bool) {
	var outside strings.Builder
	for {
		before, rest, found := strings.Cut(cell, "`")
		outside.WriteString(before)
		outside.WriteByte(' ')
		if !found {
			break
		}
		inside, after, closed := strings.Cut(rest, "`")
		if !closed {
			return nil, false
		}
		spans = append(spans, inside)
		cell = after
	}
	words, _ := withoutBrackets(outside.String())
	return spans, len(spans) > 0 && Key(words) == ""
}

func splitKeywords(cell string) []string {
	var parts []string
	start, depth := 0, 0
	cut := func(end, next int) {
		parts = append(parts, cell[start:end])
		start = next
	}
	for i := 0; i < len(cell); {
		r, size := utf8.DecodeRuneInString(cell[i:])
		switch {
		case closingBracket(r) != 0:
			if strings.ContainsRune(prefix(cell[i+size:], maxSpan), closingBracket(r)) {
				depth++
			}
		case depth > 0 && strings.ContainsRune(closingBrackets, r):
			depth--
		case depth > 0:
		case strings.ContainsRune(",;\n、，；|•", r) && !isDecimalComma(cell, i):
			cut(i, i+size)
		case (r == '/' || r == '·' || r == '／') && (surrounded(cell, i, size) || r == '／'):
			cut(i, i+size)
		case r == '<' && strings.HasPrefix(strings.ToLower(prefix(cell[i:], 3)), "<br"):
			if n := strings.IndexByte(prefix(cell[i:], maxSpan), '>'); n > 0 {
				cut(i, i+n+1)
				size = n + 1
			}
		}
		i += size
	}
	return append(parts, cell[start:])
}

// isDecimalComma reports whether the comma at i stands in a number, such as 1,200.
func isDecimalComma(s string, i int) bool {
	return s[i] == ',' && i > 0 && i+1 < len(s) && isDigit(s[i-1]) && isDigit(s[i+1])
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// surrounded reports whether there is a blank on either side of the size bytes at i.
func surrounded(s string, i, size int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+size:])
	return i > 0 && i+size < len(s) && (unicode.IsSpace(before) || unicode.IsSpace(after))
}

func keywordOf(s string) string {
	s = trimSymbols(trimMarkup(collapse(s)))
	if before, tail, ok := trailingBracket(s); ok && isFigure(tail) {
		s = trimMarkup(before)
	}
	if inside, after, ok := quotation(s); ok && !isTitleText(after) {
		s = inside
	}
	return trimMarkup(strings.Trim(trimMarkup(s), `"“”„«»'‘’`+"\\"))
}

// isFigure reports whether a remark gives a keyword's volume or rank: "1.2k/mo", "KD 12", "main".
func isFigure(s string) bool {
	for _, word := range strings.Fields(Key(s)) {
		switch rest := strings.TrimRight(strings.TrimLeft(word, "0123456789"), "km"); {
		case isNumber(word) || rest == "":
		case figureWords[word]:
		default:
			return false
		}
	}
	return true // "(?)", too
}

var figureWords = wordSet("figureWords")
