package vocabulary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A State is how far an article is, by what its plan says.
type State int

// The states. A caller makes, changes and records nothing for an Unknown one, and reports its word.
const (
	Unstated State = iota // the plan does not say
	Unknown               // the plan says something that is in no list, or contradicts itself
	NotBegun
	InWork
	Published
	Dropped // nobody means to publish it: no article

	lastState = Dropped
)

var stateStrings = [...]string{"unstated", "unknown", "not-begun", "in-work", "published",
	"dropped"}

// String returns the name of s, as in [params.plansync.states].
func (s State) String() string { return stateStrings[s] }

func stateByName(name string) (State, bool) {
	for s := NotBegun; s <= lastState; s++ {
		if s.String() == name {
			return s, true
		}
	}
	return Unknown, false
}

// Evidence is what decided a state.
type Evidence int

// The kinds of evidence, weakest first. A word decides over a mark beside it.
const (
	NoEvidence Evidence = iota
	ByMark              // a pictograph, such as ✅ or 🟡
	ByBox               // [x] or [ ]
	ByWord
)

// A StateReading is a state and what decided it.
type StateReading struct {
	State State
	By    Evidence
	Word  string // as the plan has it, without markup: "In progress", "🟡", "[x]"
}

// State returns what a cell, a remark or a heading says of an article's state. Case, emphasis and
// brackets do not matter. What follows the word is a remark ("Live: since May", "DONE (pilot)"),
// unless it contradicts the word.
func (v *Vocabulary) State(text string) StateReading {
	text = trimMarkup(prefix(text, maxWords))
	if text == "" {
		return StateReading{}
	}
	words, marks := v.parts(text)
	box, boxWord, rest := readBox(words)
	if box != Unstated {
		words = rest
	}
	if len(marks) == 0 || !isTime(words) { // "✅ 2026-03-02"
		if r := v.stateOfWords(words); r.State != Unstated {
			return r
		}
	}
	switch {
	case box != Unstated:
		return StateReading{box, ByBox, boxWord}
	case len(marks) > 0:
		return stateOfMarks(marks)
	case Nothing(text):
		return StateReading{}
	}
	return StateReading{Unknown, ByWord, text}
}

// A mark is a pictograph in a text and what it means.
type mark struct {
	text  string
	state State
}

// parts takes the marks out of text.
func (v *Vocabulary) parts(text string) (words string, marks []mark) {
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= 0x2190 || r == ':' }) {
		return text, nil
	}
	var out strings.Builder
	for i := 0; i < len(text); {
		n := v.markLength(text[i:])
		if n == 0 {
			_, size := utf8.DecodeRuneInString(text[i:])
			out.WriteString(text[i : i+size])
			i += size
			continue
		}
		marks = append(marks, mark{text[i : i+n], v.mark(text[i : i+n])})
		out.WriteByte(' ')
		i += n
	}
	return out.String(), marks
}

// markLength returns the length of the mark that s starts with, or 0.
func (v *Vocabulary) markLength(s string) int {
	if n := symbol(s); n > 0 {
		return n
	}
	if s[0] == ':' {
		if n := shortcode(s); n > 0 && v.marks[s[:n]] != Unstated {
			return n
		}
	}
	return 0
}

// mark returns what a mark means, Unknown for one in no list.
func (v *Vocabulary) mark(s string) State {
	s = strings.TrimSpace(s)
	if state, ok := v.marks[s]; ok {
		return state
	}
	if state, ok := v.marks[bareMark(s)]; ok {
		return state
	}
	return Unknown
}

func stateOfMarks(marks []mark) StateReading {
	first := marks[0]
	for _, m := range marks {
		if m.state == Unknown {
			continue // a decoration, such as 📦
		}
		if first.state == Unknown {
			first = m
		} else if m.state != first.state {
			return StateReading{Unknown, ByMark, first.text}
		}
	}
	return StateReading{first.state, ByMark, first.text}
}

// boxes are what may stand in a box, by what it says.
var boxes = map[string]State{" ": NotBegun, "": NotBegun, "x": Published, "X": Published,
	"/": InWork, "~": InWork, "-": Dropped}

// readBox reads "[x] words".
func readBox(s string) (state State, word, rest string) {
	s = strings.TrimLeft(s, " -*+")
	if !strings.HasPrefix(s, "[") {
		return Unstated, "", s
	}
	n := strings.IndexByte(s, ']')
	if n < 0 {
		return Unstated, "", s
	}
	state, ok := boxes[s[1:n]]
	if !ok && Key(s[1:n]) == "" {
		state = Unknown // "[?]"
	}
	return state, s[:n+1], s[n+1:]
}

// stateOfWords returns Unstated where s has no words.
func (v *Vocabulary) stateOfWords(s string) StateReading {
	outside, remarks := withoutBrackets(s)
	if Key(outside) == "" {
		outside, remarks = strings.Join(remarks, " "), nil // "[Published]"
	}
	if Nothing(outside) {
		return StateReading{}
	}
	if state := v.phrase(outside); state != Unknown && len(remarks) == 0 {
		return StateReading{state, ByWord, clean(outside)}
	}
	segments := segments(outside)
	if len(segments) == 0 {
		return StateReading{}
	}
	first := StateReading{v.phrase(segments[0]), ByWord, clean(segments[0])}
	if isTime(segments[0]) && len(segments) > 1 { // "2026-03-02: published"
		segments = segments[1:]
		first = StateReading{v.phrase(segments[0]), ByWord, clean(segments[0])}
	}
	if first.State == Unknown {
		if state, ok := percent(outside); ok {
			return StateReading{state, ByWord, clean(outside)}
		}
		return StateReading{Unknown, ByWord, clean(outside)}
	}
	for _, remark := range append(segments[1:], remarks...) {
		state := v.phrase(remark)
		if strings.HasPrefix(Key(remark), "need") {
			continue // "Published: needs images"
		}
		isOther := state != Unknown && state != first.State
		if isOther && (state == Published || first.State == Published) {
			return StateReading{Unknown, ByWord, clean(s)}
		}
	}
	return first
}

// phrase returns the state that the words of s say, a date after them left aside.
func (v *Vocabulary) phrase(s string) State {
	key := Key(s)
	if state, ok := v.states[key]; ok {
		return state
	}
	key, _, _ = strings.Cut(key, " by ") // "in review by Anna"
	words := strings.Fields(key)
	for n := len(words); n > 0; n-- {
		if state, ok := v.states[strings.Join(words[:n], " ")]; ok {
			return state
		}
		if !isDateWord(words[n-1]) {
			break
		}
	}
	return Unknown
}

// percent reads "80%".
func percent(s string) (State, bool) {
	digits, ok := strings.CutSuffix(strings.TrimSpace(s), "%")
	digits = strings.TrimSpace(digits)
	if !ok || digits == "" || strings.Trim(digits, "0123456789") != "" {
		return Unknown, false
	}
	switch strings.TrimLeft(digits, "0") {
	case "":
		return NotBegun, true
	case "100":
		return Published, true
	}
	return InWork, true
}

// segments parts s where a remark begins.
func segments(s string) []string {
	s = remarkStarts.Replace(s)
	isSeparator := func(r rune) bool { return strings.ContainsRune("\n—–:,;→|/·+&：，；、。／", r) }
	parts := strings.FieldsFunc(s, isSeparator)
	kept := parts[:0]
	for _, part := range parts {
		if Key(part) != "" {
			kept = append(kept, part)
		}
	}
	return kept
}

var remarkStarts = strings.NewReplacer(" - ", "\n", " -- ", "\n", ". ", "\n", "->", "\n",
	"<br>", "\n", "<br/>", "\n", "<br />", "\n")

// clean returns s without the markup at its ends and around its words.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '*' || r == '`' || r == '\n' {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.FieldsFunc(trimMarkup(s), unicode.IsSpace), " ")
}

// stateWords reads the words of states: "[published]" heads those of one.
func stateWords() map[string]State {
	states := map[string]State{}
	for heading, words := range wordLists("states") {
		state, ok := stateByName(heading)
		if !ok {
			continue // marks
		}
		for _, word := range words {
			key := Key(word)
			if old, ok := states[key]; ok && old != state {
				panic("vocabulary: state " + word + " twice")
			}
			states[key] = state
			if strings.ContainsFunc(key, isHangul) { // written with and without blanks
				states[strings.ReplaceAll(key, " ", "")] = state
			}
		}
	}
	return states
}

func isHangul(r rune) bool { return unicode.Is(unicode.Hangul, r) }

// stateMarks reads the marks of states: "[published marks]" heads those of one.
func stateMarks() map[string]State {
	states := map[string]State{}
	for heading, marks := range wordLists("states") {
		name, isMarks := strings.CutSuffix(heading, " marks")
		if !isMarks {
			continue
		}
		state, ok := stateByName(name)
		if !ok {
			panic("vocabulary: states: " + heading)
		}
		for _, mark := range marks {
			if bare := bareMark(mark); bare != "" {
				mark = bare
			}
			if old, ok := states[mark]; ok && old != state {
				panic("vocabulary: mark " + mark + " twice")
			}
			states[mark] = state
		}
	}
	return states
}
