package vocabulary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A HeadingKind is what a heading says of the articles below it.
type HeadingKind int

// The kinds of headings.
const (
	HeadingCategory  HeadingKind = iota // a subject, or an article's own name
	HeadingStage                        // Ideas, Drafting, Published
	HeadingTime                         // Week 1, April, Q2 2026, Batch 3: an order, no category
	HeadingContainer                    // Articles, Content calendar: says that there are articles
)

// A Heading is what its text says.
type Heading struct {
	Kind  HeadingKind
	State State  // of a stage; else what a mark or a remark says: "Core posts (done)", "Week 1 ✅"
	Name  string // of a category, without its label: "Roofs" of "Cluster 2: Roofs (6 posts)"
}

// Heading reads the text of a heading.
func (v *Vocabulary) Heading(text string) Heading {
	if len(text) > maxWords {
		return Heading{Kind: HeadingCategory, Name: clean(text)}
	}
	name := categoryName(text)
	said := v.remarkedState(text)
	if isContainer(name) {
		return Heading{Kind: HeadingContainer, State: said}
	}
	if state := v.stage(text); state != Unknown {
		return Heading{Kind: HeadingStage, State: state}
	}
	if label, rest, ok := strings.Cut(text, ":"); ok && stageLabels[Key(label)] {
		if state := v.stage(rest); state != Unknown {
			return Heading{Kind: HeadingStage, State: state}
		}
	}
	if startsWithTime(text) || name == "" || isTime(name) {
		return Heading{Kind: HeadingTime, State: said}
	}
	if label, _, _ := strings.Cut(Key(text), " "); labels[label] { // "Tier 1 — Write next"
		if state := v.stage(name); state != Unknown {
			return Heading{Kind: HeadingStage, State: state}
		}
	}
	return Heading{Kind: HeadingCategory, State: said, Name: name}
}

// remarkedState returns the state that a bracket of the heading or a check mark gives. Other marks
// stand in headings for many things: 🔴 is difficult there, and 🚀 decorates.
func (v *Vocabulary) remarkedState(text string) State {
	words, marks := v.parts(text)
	_, remarks := withoutBrackets(words)
	for _, remark := range remarks {
		for _, segment := range segments(remark) {
			if key := Key(segment); !isTime(segment) && !ordinals[key] {
				if state := v.phrase(segment); state != Unknown {
					return state
				}
			}
		}
	}
	for _, m := range marks {
		if checkMarks[bareMark(m.text)] || checkMarks[m.text] {
			return Published
		}
	}
	return Unstated
}

var checkMarks = map[string]bool{
	"✅": true, "✔": true, "✓": true, "☑": true, ":white_check_mark:": true,
	":heavy_check_mark:": true, ":ballot_box_with_check:": true,
}

// isContainer reports whether a name, numbers in it left aside, only says that there are articles:
// "Content calendar 2026", "List of 20 articles", "Content calendar — 20 ideas".
func isContainer(name string) bool {
	for _, dash := range []string{" — ", " – ", " - ", ": "} {
		name, _, _ = strings.Cut(name, dash)
	}
	var words []string
	for word := range strings.FieldsSeq(Key(name)) {
		if !isNumber(word) {
			words = append(words, word)
		}
	}
	return containers[strings.Join(words, " ")]
}

// stage returns the state that a heading such as "Published articles (12)" gives, or Unknown.
func (v *Vocabulary) stage(text string) State {
	outside, _ := withoutBrackets(text)
	words, _ := v.parts(outside)
	words = withoutNumber(clean(words))
	if state := v.phrase(words); state != Unknown {
		return state
	}
	if before, after, ok := strings.Cut(words, "/"); ok { // "Backlog / Ideas"
		if state := v.phrase(before); state != Unknown && state == v.phrase(after) {
			return state
		}
	}
	fields := strings.Fields(Key(words))
	for len(fields) > 1 && articleNouns[fields[len(fields)-1]] {
		fields = fields[:len(fields)-1]
		if state, ok := v.states[strings.Join(fields, " ")]; ok {
			return state
		}
	}
	for len(fields) > 1 && articleNouns[fields[0]] { // "Articles published", "Posts to write"
		fields = fields[1:]
		if state, ok := v.states[strings.Join(fields, " ")]; ok {
			return state
		}
	}
	return Unknown
}

// articleNouns stand beside a state in the heading of a stage.
var articleNouns = wordSet("articleNouns")

// containers name what is listed and no subject of it.
var containers = wordSet("containers")

// categoryName returns what a heading names, without numbers, labels, counts and times around it.
func categoryName(text string) string {
	name := withoutTrailing(withoutNumber(trimSymbols(clean(text))))
	if isLabel(name) {
		return "" // "Phase 1" alone
	}
	for {
		rest, ok := withoutLabel(name)
		if !ok {
			return name
		}
		name = withoutTrailing(withoutNumber(trimSymbols(rest)))
		if before, _, ok := trailingBracket(name); ok {
			name = before // "Wave B — Prospects (background)"
		}
	}
}

// withoutNumber removes "2. ", "2) " and "1.2. " from the start of s, but no date and no year.
func withoutNumber(s string) string {
	n := 0
	for n < len(s) && (isDigit(s[n]) || (s[n] == '.' || s[n] == '-') && n > 0) { // "1.2.", "6-10."
		n++
	}
	rest := s[n:]
	switch {
	case n == 0 || n > 6:
		return s
	case s[n-1] == '.' && strings.HasPrefix(rest, " "):
	case strings.HasPrefix(rest, ") "):
		rest = rest[1:]
	case strings.HasPrefix(rest, "、"):
		rest = rest[len("、"):]
	default:
		return s
	}
	rest = strings.TrimSpace(rest)
	if first, _, _ := strings.Cut(Key(rest), " "); monthNames[first] {
		return s // "24. Dezember"
	}
	return rest
}

// withoutTrailing removes counts and times from the end: "(6 posts)", "— Weeks 1–4", "[P1]".
func withoutTrailing(s string) string {
	for {
		s = trimSymbols(strings.TrimRight(trimMarkup(s), " :：—–-"))
		before, tail, ok := trailingRemark(s)
		isRemark := strings.ContainsAny(tail, " /") && strings.HasPrefix(s[len(before):], " ") &&
			strings.ContainsAny(s[len(s)-1:], ")]") // "Costs (high intent, low competition)"
		if !ok || before == "" || !isRemark && !isCount(tail) && !isTime(tail) && !isRank(tail) {
			return s
		}
		s = before
	}
}

// trailingRemark parts s before its last bracket, or before its last dash.
func trailingRemark(s string) (before, tail string, ok bool) {
	if before, tail, ok = trailingBracket(s); ok {
		return before, tail, true
	}
	for _, dash := range []string{" — ", " – ", " - ", ", ", ": "} {
		if n := strings.LastIndex(s, dash); n >= 0 {
			return strings.TrimSpace(s[:n]), s[n+len(dash):], true
		}
	}
	return s, "", false
}

// isCount reports whether s counts articles: "12", "6 posts", "3/8 done".
func isCount(s string) bool {
	words := strings.Fields(Key(s))
	if len(words) == 0 || len(words) > 5 {
		return false
	}
	digits := false
	for _, word := range words {
		switch {
		case isNumber(word):
			digits = true
		case !articleNouns[word] && !countWords[word]:
			return false
		}
	}
	return digits || !digits && len(words) == 1 && countWords[words[0]]
}

var countWords = wordSet("countWords")

// isRank reports whether s ranks: "P1", "high priority", "Tier 2".
func isRank(s string) bool {
	words := strings.Fields(Key(s))
	if len(words) == 0 || len(words) > 3 {
		return false
	}
	for _, word := range words {
		if !ranks[word] {
			return false
		}
	}
	return true
}

var ranks = wordSet("ranks")

// withoutLabel removes "Cluster:", "Phase 3 —" and "First:" from the start of s.
func withoutLabel(s string) (rest string, ok bool) {
	for i, r := range s {
		size := utf8.RuneLen(r)
		switch r {
		case ':', '：', '|', '｜', '—', '–', '-', '.':
		default:
			continue
		}
		if r == '-' || r == '.' {
			if after, _ := utf8.DecodeRuneInString(s[i+size:]); !unicode.IsSpace(after) {
				continue
			}
		}
		if rest = strings.TrimLeft(s[i+size:], " \t-—–:"); rest != "" && isLabel(s[:i]) {
			return rest, true
		}
		return s, false
	}
	return s, false
}

// isLabel reports whether s is a label alone: "Cluster", "Phase 3", "First", "Pillar B", "P1".
func isLabel(s string) bool {
	outside, _ := withoutBrackets(s)
	words := strings.Fields(Key(outside))
	if len(words) == 0 || len(words) > 4 || isRank(outside) {
		return len(words) > 0 && len(words) <= 4
	}
	last := words[len(words)-1]
	if len(words) > 1 && (isNumber(last) || isNumeral(last)) {
		words = words[:len(words)-1]
	}
	name := strings.Join(words, " ")
	if labels[name] || ordinals[name] {
		return true
	}
	if rest, ok := strings.CutPrefix(name, "第"); ok { // 第1章
		return strings.Trim(strings.TrimRight(rest, "部章期段阶階弾回"), "0123456789一二三四五六七八九十") == ""
	}
	return len(words) == 1 && labels[strings.TrimRight(name, "0123456789一二三四五六七八九十")]
}

func isNumber(word string) bool { return word != "" && strings.Trim(word, "0123456789") == "" }

// isNumeral reports whether word is a single letter or a Roman or written number.
func isNumeral(word string) bool {
	return len(word) == 1 || strings.Trim(word, "ivx") == "" || numerals[word]
}

var (
	numerals    = wordSet("numerals")
	stageLabels = wordSet("stageLabels")
	ordinals    = wordSet("ordinals")
	labels      = wordSet("labels")
)
