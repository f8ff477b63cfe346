// Package vocabulary says what the words in people's plans mean: the names of columns, the words
// and marks of a state, headings that are stages or times, and what in a cell is title, slug or
// search query. It knows no Markdown document and no site: strings in, meanings out.
//
// Its word lists are closed and hold several languages. A site adds its own words with
// [params.plansync.columns] and [params.plansync.states]; what is in neither list is unknown, and
// an unknown word is for the caller to report, never for this package to guess.
package vocabulary

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Vocabulary is what words mean in one site. It is not changed after it was made.
type Vocabulary struct {
	columns map[string]columnName // by key
	states  map[string]State      // by key
	marks   map[string]State      // by the mark without variation selectors
}

// Default is the vocabulary of a site that adds nothing to it.
var Default = &Vocabulary{columns: columnNames(), states: stateWords(), marks: stateMarks()}

// New returns the default vocabulary with a site's own words. The keys of columns are the names of
// the columns that [Column.String] gives, those of states the names of [State.String]; a state's
// word may be a mark, such as an emoji. A site's word overrides ours.
func New(columns, states map[string][]string) (*Vocabulary, error) {
	v := &Vocabulary{maps.Clone(Default.columns), maps.Clone(Default.states),
		maps.Clone(Default.marks)}
	said := map[string]string{} // the meaning that the site gives to a key
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		column, ok := columnByName(name)
		if !ok {
			return nil, fmt.Errorf("unknown column %q: the columns are %s", name,
				nameList(firstColumn, lastColumn))
		}
		for _, word := range columns[name] {
			key := Key(word)
			if key == "" {
				return nil, fmt.Errorf("column %q: %q has no letter and no digit", name, word)
			}
			if other, ok := said[key]; ok && other != name {
				return nil, fmt.Errorf("column %q: %q is already a name of %q", name, word, other)
			}
			said[key] = name
			v.columns[key] = columnName{column, 0}
		}
	}
	clear(said)
	for _, name := range slices.Sorted(maps.Keys(states)) {
		state, ok := stateByName(name)
		if !ok {
			return nil, fmt.Errorf("unknown state %q: the states are %s", name,
				nameList(NotBegun, lastState))
		}
		for _, word := range states[name] {
			key, words := Key(word), v.states
			if key == "" {
				key, words = bareMark(word), v.marks
			}
			if key == "" {
				return nil, fmt.Errorf("state %q: %q is no word and no mark", name, word)
			}
			if other, ok := said[key]; ok && other != name {
				return nil, fmt.Errorf("state %q: %q is already a word for %q", name, word, other)
			}
			said[key] = name
			words[key] = state
		}
	}
	return v, nil
}

// nameList returns the names from first to last, for a message.
func nameList[T interface {
	~int
	fmt.Stringer
}](first, last T) string {
	var names []string
	for n := first; n <= last; n++ {
		names = append(names, n.String())
	}
	return strings.Join(names, ", ")
}
