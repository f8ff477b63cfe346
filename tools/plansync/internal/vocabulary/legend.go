package vocabulary

import (
	"maps"
	"strings"
)

// A LegendEntry is what a plan's legend says of one mark: "🟢 **Live**".
type LegendEntry struct {
	Text  string // as written, to be written again: "🟢 **Live**"
	Mark  string // "🟢"
	Word  string // "Live"
	State State  // by the word, else by the mark
}

// maxLegendWords is how long the meaning of a mark may be: more words are prose.
const maxLegendWords = 6

// Legend reads a line or a list item that explains marks: "Legend: 🔴 Not started, 🟢 **Live**",
// "✅ = published", "Live (🟢) | Draft (🟡)". It returns nil where the line is none: where a mark
// has no short meaning, or none of them is a state.
func (v *Vocabulary) Legend(line string) []LegendEntry {
	type span struct{ start, end int }
	var marks []span
	for i := 0; i < len(line); {
		n := v.markLength(line[i:])
		if n == 0 {
			i++
			for i < len(line) && line[i]&0xC0 == 0x80 { // within a rune
				i++
			}
			continue
		}
		marks = append(marks, span{i, i + n})
		i += n
	}
	if len(marks) == 0 {
		return nil
	}
	before := line[:marks[0].start]
	if n := strings.IndexAny(before, ":："); n >= 0 {
		before = before[n:] // "Legend:"
	}
	wordsFirst := Key(before) != "" && Key(line[marks[len(marks)-1].end:]) == ""
	if Key(before) != "" && !wordsFirst && len(marks) > 1 && !legendLabels[Key(before)] {
		return nil
	}
	if Key(before) != "" && len(marks) == 1 && !wordsFirst {
		return nil
	}
	var entries []LegendEntry
	known := false
	for i, m := range marks {
		start, end := m.start, len(line)
		if i+1 < len(marks) {
			end = marks[i+1].start
		}
		if wordsFirst {
			start, end = len(line)-len(strings.TrimLeft(line, " -*")), m.end
			if i > 0 {
				start = marks[i-1].end
			} else if n := strings.IndexAny(line[:m.start], ":："); n >= 0 {
				start = n + 1
			}
		}
		entry := v.legendEntry(line[start:end], line[m.start:m.end])
		if len(strings.Fields(entry.Word)) > maxLegendWords || entry.Word == "" {
			return nil
		}
		known = known || entry.State != Unknown
		entries = append(entries, entry)
	}
	if !known {
		return nil
	}
	return entries
}

var legendLabels = wordSet("legendLabels")

func (v *Vocabulary) legendEntry(text, mark string) LegendEntry {
	text = strings.TrimRight(strings.Trim(text, " \t\r\n"), ",;|·/ ，、；-—–")
	text = strings.TrimLeft(text, ",;|·/ ，、；")
	word := clean(strings.ReplaceAll(text, mark, " "))
	word = strings.Trim(word, " =:：—–-()（）*_`\"“”|")
	entry := LegendEntry{Text: balanced(text), Mark: mark, Word: word, State: v.phrase(word)}
	if entry.State == Unknown {
		if r := v.stateOfWords(word); r.State != Unstated {
			entry.State = r.State
		}
	}
	if entry.State == Unknown {
		entry.State = v.mark(mark)
	}
	return entry
}

// balanced removes a closing delimiter of emphasis that has no opening one, and the reverse.
func balanced(s string) string {
	for _, delimiter := range []string{"**", "__", "`"} {
		if strings.Count(s, delimiter)%2 == 1 {
			s = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s, delimiter), delimiter))
		}
	}
	return s
}

// WithLegend returns the vocabulary of a plan that has this legend: its marks mean what their words
// say, and a word that we do not know means what its mark does.
func (v *Vocabulary) WithLegend(entries []LegendEntry) *Vocabulary {
	if len(entries) == 0 {
		return v
	}
	of := &Vocabulary{v.columns, maps.Clone(v.states), maps.Clone(v.marks)}
	for _, entry := range entries {
		if entry.State == Unknown {
			continue
		}
		if mark := bareMark(entry.Mark); mark != "" {
			of.marks[mark] = entry.State
		}
		if key := Key(entry.Word); key != "" {
			if _, ok := of.states[key]; !ok {
				of.states[key] = entry.State
			}
		}
	}
	return of
}
