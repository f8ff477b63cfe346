package vocabulary

import (
	"embed"
	"iter"
	"strings"
)

// wordFiles hold the closed lists. A line in brackets heads a list, whose words are separated by
// commas; case, accents and punctuation of a word do not matter.
//
//go:embed words/*.txt
var wordFiles embed.FS

// wordLists yields the lists of a file with their headings, in order.
func wordLists(name string) iter.Seq2[string, []string] {
	text, err := wordFiles.ReadFile("words/" + name + ".txt")
	if err != nil {
		panic(err)
	}
	return func(yield func(string, []string) bool) {
		for _, list := range strings.Split(strings.TrimPrefix(string(text), "["), "\n[") {
			heading, body, _ := strings.Cut(list, "]\n")
			var words []string
			for word := range strings.SplitSeq(body, ",") {
				if word = strings.TrimSpace(word); word != "" {
					words = append(words, word)
				}
			}
			if !yield(heading, words) {
				return
			}
		}
	}
}

// wordSets are the lists that are no more than sets of words, by their headings.
var wordSets = func() map[string]map[string]bool {
	sets := map[string]map[string]bool{}
	for _, file := range []string{"cells", "headings", "times", "titles"} {
		for heading, words := range wordLists(file) {
			set := make(map[string]bool, len(words))
			for _, word := range words {
				set[Key(word)] = true
			}
			sets[heading] = set
		}
	}
	return sets
}()

// wordSet returns one of them.
func wordSet(heading string) map[string]bool {
	set, ok := wordSets[heading]
	if !ok {
		panic("vocabulary: no list " + heading)
	}
	return set
}
