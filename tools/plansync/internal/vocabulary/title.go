package vocabulary

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ReadTitle returns the title that a text names, and the description that follows it. text is what
// a reader sees, without markup; strong is the bold part of it, address the slug, path or file in
// it, each "" where there is none. The title is the bold part, else what is quoted, else what
// stands before a dash with blanks around it. Labels ("Week 3 — Article:", "Post 14:"), emoji at
// the ends and the bracket that holds the address are no part of it; every other character, and
// every capital, stays. The title is "" where the text names none.
func ReadTitle(text, strong, address string) (title, description string) {
	return readTitle(text, strong, address, []string{" — ", " -- ", " ― "})
}

// CellTitle is ReadTitle for the cell of a title column. A description has a column of its own
// there, so that a dash is part of the title: "Price List — What a Roof Costs in 2026".
func CellTitle(text, strong, address string) (title, description string) {
	return readTitle(text, strong, address, nil)
}

func readTitle(text, strong, address string, dashes []string) (title, description string) {
	text = withoutAddress(collapse(text), address)
	if strong = collapse(strong); strong != "" {
		if before, after, ok := strings.Cut(text, strong); ok && !isTitleText(before) {
			name := titleOf(withoutAddress(strong, address))
			if name != "" && !isLabelBefore(strong, after) {
				return name, descriptionOf(after)
			}
			text = after // the bold part is a label: "**Week 3:** How to Lay Gravel"
		}
	}
	text = strings.TrimLeft(withoutTitleLabels(trimSymbols(text)), " -—–:")
	if quoted, after, ok := quotation(text); ok {
		return titleOf(quoted), descriptionOf(after)
	}
	for _, dash := range dashes {
		if before, after, ok := strings.Cut(text, dash); ok && isTitleText(before) {
			return titleOf(before), descriptionOf(after)
		}
	}
	return titleOf(text), ""
}

// isLabelBefore reports whether the bold part of a text labels what follows it: "**Week 3:** How to
// Lay Gravel", "**Tutorial**: Laying Gravel", `**New**: "Laying Gravel"`.
func isLabelBefore(strong, after string) bool {
	name := strings.TrimRight(strong, " :.—–-")
	after = trimSymbols(after)
	rest, colon := strings.CutPrefix(after, ":")
	colon = colon || strings.HasSuffix(strong, ":")
	_, _, quoted := quotation(strings.TrimSpace(rest))
	return isTitleLabel(name) || colon && isTitleText(rest) && (quoted || kinds[Key(name)])
}

// kinds are kinds of articles, which some plans put in bold before the title.
var kinds = wordSet("kinds")

// Titles counts the titles that a text quotes side by side, as in `"A" / "B"`. A caller refuses a
// cell with more than one.
func Titles(text string) int {
	n := 0
	for rest := strings.TrimSpace(text); rest != ""; {
		_, after, ok := quotationBefore(rest, func(after string) bool {
			return endsQuotation(after) || startsWithConjunction(after)
		})
		if !ok {
			break
		}
		n++
		rest = strings.TrimLeft(after, " ,;/+&|、\n")
		for _, word := range conjunctions {
			rest = strings.TrimSpace(strings.TrimPrefix(rest, word))
		}
	}
	return n
}

var conjunctions = []string{"and ", "or ", "und ", "oder ", "et ", "ou ", "y ", "o ", "e ", "en ",
	"i ", "и ", "<br>", "<br/>", "<br />"}

func startsWithConjunction(s string) bool {
	s = strings.TrimSpace(s)
	return slices.ContainsFunc(conjunctions, func(word string) bool {
		rest, ok := strings.CutPrefix(s, word)
		r, _ := utf8.DecodeRuneInString(strings.TrimSpace(rest))
		return ok && strings.ContainsRune("\"“„«「『《", r)
	})
}

func titleOf(s string) string {
	s = trimSymbols(s)
	if quoted, after, ok := quotation(s); ok && !isTitleText(after) {
		s = quoted
	}
	s = withoutTitleLabels(trimSymbols(s))
	if quoted, after, ok := quotation(s); ok && !isTitleText(after) {
		s = quoted
	}
	s = trimSymbols(strings.TrimRight(s, " :—–|"))
	if Nothing(s) || !isTitleText(s) || isOnlyRemark(s) {
		return ""
	}
	return s
}

// isOnlyRemark reports whether a text is a number or a remark about a title, and none itself: "#12",
// "(first of all)".
func isOnlyRemark(s string) bool {
	if number, ok := strings.CutPrefix(s, "#"); ok && isNumber(number) {
		return true
	}
	outside, inside := withoutBrackets(s)
	return len(inside) > 0 && !isTitleText(outside)
}

func descriptionOf(s string) string {
	s = trimSymbols(strings.TrimLeft(trimSymbols(s), " -—–:|"))
	if !isTitleText(s) {
		return ""
	}
	return s
}

func isTitleText(s string) bool {
	isWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	return strings.ContainsFunc(s, isWord)
}

// collapse makes one blank of each run of blanks and line ends.
func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }

// withoutAddress removes the address from s, with its bracket or the dash before it.
func withoutAddress(s, address string) string {
	if address = collapse(address); address == "" || !strings.Contains(s, address) {
		return s
	}
	for _, pair := range []string{"()", "[]", "{}", "（）", "［］", "【】", "<>", "``"} {
		opening, size := utf8.DecodeRuneInString(pair)
		if bracketed := string(opening) + address + pair[size:]; strings.Contains(s, bracketed) {
			before, after, _ := strings.Cut(s, bracketed)
			return joinParts(before, after)
		}
	}
	n := strings.LastIndex(s, address)
	before, after := s[:n], s[n+len(address):]
	isLast := Key(before) != "" && isWordEnd(before) && Key(after) == ""
	isFirst := Key(before) == "" && startsApart(after)
	if isLast || isFirst {
		const separators = " -—–:→>|`"
		return joinParts(strings.TrimRight(before, separators), strings.TrimLeft(after, separators))
	}
	return s
}

// isWordEnd reports whether a word may start after s.
func isWordEnd(s string) bool { return strings.HasSuffix(s, " ") || strings.HasSuffix(s, "`") }

func startsApart(s string) bool { return s == "" || s[0] == ' ' || s[0] == ':' || s[0] == '`' }

func joinParts(before, after string) string {
	return strings.TrimSpace(strings.TrimRight(before, " ") + " " + strings.TrimLeft(after, " "))
}

// quotation reads the quoted text that s starts with. What follows it must be no part of one
// sentence with it: `"Hello" in Ten Languages` is no quotation.
func quotation(s string) (inside, after string, ok bool) {
	return quotationBefore(s, endsQuotation)
}

// quotationBefore is quotation with another rule for what may follow.
func quotationBefore(s string, ends func(after string) bool) (inside, after string, ok bool) {
	for _, pair := range []string{`""`, "“”", "„“", "«»", "»«", "‘’", "‚‘", "''",
		"「」", "『』", "《》", "‹›"} {
		opening, size := utf8.DecodeRuneInString(pair)
		rest, ok := strings.CutPrefix(s, string(opening))
		if !ok {
			continue
		}
		closing := pair[size:]
		for at := 0; ; {
			n := strings.Index(rest[at:], closing)
			if n < 0 {
				break
			}
			inside, after = rest[:at+n], rest[at+n+len(closing):]
			if isTitleText(inside) && ends(after) {
				return inside, after, true
			}
			at += n + len(closing)
		}
	}
	return "", "", false
}

// endsQuotation reports whether a quoted title may be followed by s.
func endsQuotation(s string) bool {
	s = strings.TrimLeft(s, " ")
	r, _ := utf8.DecodeRuneInString(s)
	return s == "" || strings.ContainsRune("([{（—–-:,;/|→+&、\n<.", r) || isPictograph(r)
}

// titleLabels stand before a title, with or without a number.
var titleLabels = wordSet("titleLabels")

// numberedLabels stand before a title only with a number.
var numberedLabels = wordSet("numberedLabels")

// withoutTitleLabels removes the labels and numbers from the start of s.
func withoutTitleLabels(s string) string {
	const maxLabels = 4 // "3. Week 2 — Article 1:"
	for range maxLabels {
		rest, ok := withoutTitleLabel(s)
		if !ok {
			break
		}
		s = trimSymbols(rest)
	}
	return s
}

func withoutTitleLabel(s string) (rest string, ok bool) {
	if rest = withoutNumber(s); rest != s {
		return rest, isTitleText(rest)
	}
	for i, r := range s {
		size := utf8.RuneLen(r)
		switch r {
		case ':', '：', '—', '–', '-', '|', '.':
		case '?', '!', ',', '"', '“':
			return s, false
		default:
			continue
		}
		rest = s[i+size:]
		apart := r == '：' || rest == "" || rest[0] == ' ' || rest[0] == '"' ||
			strings.HasPrefix(rest, "“")
		if !apart || r != ':' && r != '：' && r != '.' && (i == 0 || s[i-1] != ' ') {
			continue
		}
		rest = strings.TrimLeft(rest, " -—–:")
		return rest, isTitleText(rest) && isTitleLabel(s[:i])
	}
	return s, false
}

// isTitleLabel reports whether s is a label: "Article", "Week 3", "Post #14", "#14", "第3週".
func isTitleLabel(s string) bool {
	outside, _ := withoutBrackets(s)
	key := Key(outside)
	if titleLabels[key] || isEastAsianDate(key) {
		return true
	}
	words := strings.Fields(key)
	if len(words) == 0 || len(words) > 4 {
		return false
	}
	last := words[len(words)-1]
	if !isNumber(last) {
		unit := strings.TrimRight(key, "0123456789")
		isShort := unit == "w" || unit == "d" || unit == "a" || unit == "b" // "W3", "A1"
		return len(words) == 1 && unit != key && (numberedLabels[unit] || isShort)
	}
	if len(words) == 1 {
		return strings.HasPrefix(strings.TrimSpace(s), "#")
	}
	name := strings.Join(words[:len(words)-1], " ")
	return numberedLabels[name] || titleLabels[name]
}
