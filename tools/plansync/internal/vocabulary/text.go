package vocabulary

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Key returns what is compared of a name: its letters and digits in lower case and without
// accents, with one blank between words. Markup, brackets, emoji and punctuation are no part of
// it, nor are the addresses of links. Two names with one key are the same name.
func Key(name string) string {
	if !isASCII(name) {
		name = withoutAccents(name)
	}
	var key strings.Builder
	key.Grow(len(name))
	apart := false // from a word before
	for i := 0; i < len(name); {
		if n := unseen(name[i:]); n > 0 {
			apart = key.Len() > 0
			i += n
			continue
		}
		r, size := utf8.DecodeRuneInString(name[i:])
		i += size
		switch r = unicode.ToLower(r); {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if apart {
				key.WriteByte(' ')
			}
			key.WriteRune(r)
			apart = false
		case r == '\'' || r == '’' || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r):
			// "don't" is one word, and so is one with a soft hyphen
		default:
			apart = key.Len() > 0
		}
	}
	return key.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// withoutAccents also folds letters that differ in form only, such as full-width ones.
func withoutAccents(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToValidUTF8(s, "\ufffd")))
	return norm.NFC.String(s)
}

// unseen returns the length of what s starts with and a reader does not see: an HTML tag or
// comment, the address of an inline link, a shortcode of an emoji.
func unseen(s string) int {
	s = prefix(s, maxSpan)
	switch {
	case strings.HasPrefix(s, "<!--"):
		if n := strings.Index(s, "-->"); n > 0 {
			return n + len("-->")
		}
	case len(s) > 1 && s[0] == '<' && (s[1] == '/' || isASCIILetter(s[1])):
		if n := strings.IndexByte(s, '>'); n > 0 {
			return n + 1
		}
	case strings.HasPrefix(s, "]("):
		if n := strings.IndexByte(s, ')'); n > 0 {
			return n + 1
		}
	case s[0] == ':':
		return shortcode(s)
	}
	return 0
}

// shortcode returns the length of the shortcode that s starts with, such as ":white_check_mark:".
func shortcode(s string) int {
	for n := 1; n < len(s); n++ {
		switch c := s[n]; {
		case c == ':' && n > 1:
			return n + 1
		case isASCIILetter(c) || c >= '0' && c <= '9' && n > 1 || c == '_':
		default:
			return 0
		}
	}
	return 0
}

func isASCIILetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// symbol returns the length of the pictograph that s starts with, with its modifiers, or 0. Signs
// that belong to names, such as ™ and ©, are none.
func symbol(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	if keycap := strings.TrimPrefix(s[size:], "\ufe0f"); strings.HasPrefix(keycap, "\u20e3") {
		return len(s) - len(keycap) + len("\u20e3")
	}
	if !isPictograph(r) {
		return 0
	}
	n := size
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		switch {
		case r == '\u200d': // joins two pictographs into one
			n += size
			if r, size = utf8.DecodeRuneInString(s[n:]); isPictograph(r) {
				n += size
			}
		case r == '\ufe0f' || r == '\ufe0e' || r >= 0x1F3FB && r <= 0x1F3FF,
			r >= 0xE0020 && r <= 0xE007F:
			n += size
		default:
			return n
		}
	}
	return n
}

func isPictograph(r rune) bool {
	isLetterlike := r >= 0x3200 && r < 0x3400 // circled and squared East Asian letters
	isStandIn := r == '\ufffc' || r == utf8.RuneError
	return r >= 0x2190 && unicode.Is(unicode.So, r) && !isLetterlike && !isStandIn
}

// bareMark returns the mark that s is, without variation selectors, or "".
func bareMark(s string) string {
	s = strings.TrimSpace(s)
	if n := symbol(s); n == 0 || n < len(s) {
		return ""
	}
	return strings.NewReplacer("\ufe0f", "", "\ufe0e", "").Replace(s)
}

// maxSpan is how far a bracket, a tag or an address may reach, in bytes, so that the time for a long
// text grows with its length only.
const maxSpan = 1000

// maxWords is how much of a cell or a heading is looked at, in bytes: more is prose.
const maxWords = 400

// prefix returns at most n bytes of s, whole runes.
func prefix(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

const (
	openingBrackets = "([{（［【"
	closingBrackets = ")]}）］】"
)

// closingBracket returns what closes r, or 0 where r opens no remark.
func closingBracket(r rune) rune {
	switch r {
	case '(':
		return ')'
	case '[':
		return ']'
	case '{':
		return '}'
	case '（':
		return '）'
	case '［':
		return '］'
	case '【':
		return '】'
	}
	return 0
}

// trailingBracket parts s before its last bracket, which ends it.
func trailingBracket(s string) (before, inside string, ok bool) {
	last, size := utf8.DecodeLastRuneInString(s)
	if !strings.ContainsRune(closingBrackets, last) {
		return s, "", false
	}
	for at, r := range s {
		if closingBracket(r) == last && !strings.ContainsRune(s[at+utf8.RuneLen(r):], r) {
			return strings.TrimSpace(s[:at]), s[at+utf8.RuneLen(r) : len(s)-size], at > 0
		}
	}
	return s, "", false
}

// withoutBrackets parts s from what stands in its brackets. An opening bracket that is never closed
// is text.
func withoutBrackets(s string) (outside string, inside []string) {
	if !strings.ContainsAny(s, openingBrackets) {
		return s, nil
	}
	var out strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if closing := closingBracket(r); closing != 0 {
			if n := strings.IndexRune(prefix(s[i+size:], maxSpan), closing); n >= 0 {
				inside = append(inside, s[i+size:i+size+n])
				out.WriteByte(' ')
				i += size + n + utf8.RuneLen(closing)
				continue
			}
		}
		out.WriteString(s[i : i+size])
		i += size
	}
	return out.String(), inside
}

// trimMarkup removes blanks and the delimiters of emphasis and code from both ends of s.
func trimMarkup(s string) string { return strings.Trim(s, " \t\r\n\u00a0\u3000*_~`") }

// trimSymbols removes blanks, pictographs and their shortcodes from both ends of s.
func trimSymbols(s string) string {
	for {
		s = strings.TrimSpace(strings.Trim(s, "\ufe0f\u200d"))
		if n := symbol(s); n > 0 {
			s = s[n:]
			continue
		}
		if n := shortcode(s); n > 0 && s[0] == ':' {
			s = s[n:]
			continue
		}
		if n := trailingSymbol(s); n > 0 {
			s = s[:len(s)-n]
			continue
		}
		return s
	}
}

// trailingSymbol returns the length of the pictograph or shortcode at the end of s, or 0.
func trailingSymbol(s string) int {
	if strings.HasSuffix(s, ":") {
		n := strings.LastIndexByte(s[:len(s)-1], ':')
		if n >= 0 && shortcode(s[n:]) == len(s)-n && (n == 0 || s[n-1] == ' ') {
			return len(s) - n
		}
	}
	r, size := utf8.DecodeLastRuneInString(s)
	switch {
	case isPictograph(r) || r == '\u20e3' && len(s) > size:
		return size
	case r >= 0x1F3FB && r <= 0x1F3FF:
		return size
	}
	return 0
}

// Nothing reports whether a cell says that it has no content: it is empty, a dash, or words such
// as "N/A" and "TBD".
func Nothing(cell string) bool { return nothing[Key(cell)] && pictographs(cell) == 0 }

func pictographs(s string) int {
	n := 0
	for _, r := range s {
		if isPictograph(r) {
			n++
		}
	}
	return n
}

var nothing = wordSet("nothing")
