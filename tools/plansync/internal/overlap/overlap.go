// Package overlap finds search queries that one article would serve, and groups queries by the
// words that they share.
package overlap

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Threshold is the share of common words from which two queries ask the same.
const Threshold = 0.75

// stopWords carry no meaning of their own in a query.
var stopWords = map[string]bool{"a": true, "an": true, "and": true, "are": true, "as": true, "at": true, "be": true, "by": true, "can": true,
	"do": true, "does": true, "for": true, "from": true, "how": true, "i": true, "in": true, "is": true, "it": true, "me": true, "my": true, "of": true,
	"on": true, "or": true, "our": true, "should": true, "the": true, "their": true, "to": true, "vs": true, "we": true, "what": true, "when": true,
	"why": true, "with": true, "you": true, "your": true}

// Words returns the words of a query that carry meaning, each once and in a form without endings,
// in alphabetical order.
func Words(query string) []string {
	var words []string
	for _, word := range strings.FieldsFunc(strings.ToLower(query), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if !stopWords[word] {
			words = append(words, stem(word))
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// stem cuts the endings that change a word and not what is searched for.
func stem(word string) string {
	for _, ending := range []struct {
		suffix, replacement string
		least               int // bytes that must be left: "GPUs" is a plural, "sing" no form of "s"
	}{{"ies", "y", 4}, {"sses", "ss", 4}, {"ing", "", 4}, {"s", "", 3}} {
		if rest, ok := strings.CutSuffix(word, ending.suffix); ok && len(rest) >= ending.least && !strings.HasSuffix(rest, "s") {
			word = rest + ending.replacement
			break
		}
	}
	if rest, ok := strings.CutSuffix(word, "e"); ok && len(rest) > 3 {
		return rest
	}
	return word
}

// A Pair is two queries that ask the same, by their indexes.
type Pair struct {
	A, B       int     // A < B
	Similarity float64 // common words divided by all words: Jaccard's index
}

// Find returns the pairs of queries whose similarity is at least the threshold, most alike first.
//
// Two sets that similar must share one of their rarest words, so that only queries that do are
// compared (the prefix filter of Chaudhuri, Ganti and Kaushik, "A Primitive Operator for
// Similarity Joins in Data Cleaning", ICDE 2006).
func Find(queries []string, threshold float64) []Pair {
	sets := ranked(queries)
	var pairs []Pair
	index := make(map[int][]int)          // the queries seen that have a word among their rarest
	compared := make([]int, len(queries)) // the query that each was compared with last
	for b, set := range sets {
		prefix := len(set) - int(math.Ceil(threshold*float64(len(set)))) + 1
		for _, word := range set[:min(prefix, len(set))] {
			for _, a := range index[word] {
				if compared[a] == b {
					continue
				}
				compared[a] = b
				if s := similarity(sets[a], set); s >= threshold {
					pairs = append(pairs, Pair{a, b, s})
				}
			}
			index[word] = append(index[word], b)
		}
	}
	slices.SortFunc(pairs, func(x, y Pair) int {
		return cmp.Or(-cmp.Compare(x.Similarity, y.Similarity), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	return pairs
}

// ranked returns the words of each query as their ranks among all words, from the rarest to the most common.
func ranked(queries []string) [][]int {
	words := make([][]string, len(queries))
	frequency := make(map[string]int)
	for i, query := range queries {
		words[i] = Words(query)
		for _, word := range words[i] {
			frequency[word]++
		}
	}
	rank := make(map[string]int, len(frequency))
	for i, word := range slices.SortedFunc(maps.Keys(frequency), func(a, b string) int {
		return cmp.Or(cmp.Compare(frequency[a], frequency[b]), strings.Compare(a, b))
	}) {
		rank[word] = i
	}
	sets := make([][]int, len(queries))
	for i, own := range words {
		sets[i] = make([]int, len(own))
		for j, word := range own {
			sets[i][j] = rank[word]
		}
		slices.Sort(sets[i])
	}
	return sets
}

// similarity compares two ascending sets.
func similarity(a, b []int) float64 {
	common, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			common++
			i++
			j++
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return float64(common) / float64(len(a)+len(b)-common)
}

// A Group is a set of queries that share words.
type Group struct {
	Word    string // the word that they share, as the first of them spells it; empty for the rest
	Queries []int
}

// Groups proposes groups of queries: again and again the word that most of the queries left share,
// unless nearly all queries have it. What shares nothing is the last group.
func Groups(queries []string) []Group {
	left := make(map[int]bool)
	words := make([][]string, len(queries))
	total := make(map[string]int)
	for i, query := range queries {
		left[i] = true
		words[i] = Words(query)
		for _, word := range words[i] {
			total[word]++
		}
	}
	var groups []Group
	for len(left) > 0 {
		count := make(map[string]int)
		for i := range left {
			for _, word := range words[i] {
				if 2*total[word] <= len(queries) {
					count[word]++
				}
			}
		}
		best := ""
		for word, n := range count {
			if n > 1 && (n > count[best] || n == count[best] && word < best) {
				best = word
			}
		}
		if best == "" {
			break
		}
		var group Group
		for i := range queries {
			if left[i] && slices.Contains(words[i], best) {
				group.Queries = append(group.Queries, i)
				delete(left, i)
			}
		}
		group.Word = spelling(queries[group.Queries[0]], best)
		groups = append(groups, group)
	}
	var rest Group
	for i := range queries {
		if left[i] {
			rest.Queries = append(rest.Queries, i)
		}
	}
	if len(rest.Queries) > 0 {
		groups = append(groups, rest)
	}
	return groups
}

// spelling returns the word of a query that has the stem.
func spelling(query, stemmed string) string {
	for _, word := range strings.FieldsFunc(query, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if stem(strings.ToLower(word)) == stemmed {
			return word
		}
	}
	return stemmed
}
