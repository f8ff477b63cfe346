package overlap

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

func TestFind(t *testing.T) {
	queries := []string{
		"ai model failover strategies",
		"strategies for AI model failover", // the same words
		"ai model failover strategy",       // another ending
		"how to handle ai model downtime",
		"handling downtime of ai models",
		"ai model reliability best practices",
		"gpus for llms", // a short word and its plural
		"gpu for an llm",
		"what is it", // nothing but stop words
		"how do i",
	}
	var got [][2]int
	for _, p := range Find(queries, Threshold) {
		got = append(got, [2]int{p.A, p.B})
	}
	if want := [][2]int{{0, 1}, {0, 2}, {1, 2}, {3, 4}, {6, 7}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The filter leaves no pair out.
func TestFindComparesAllThatMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	queries := make([]string, 300)
	for i := range queries {
		for range 2 + r.IntN(5) {
			queries[i] += fmt.Sprintf("w%d ", r.IntN(12))
		}
	}
	for _, threshold := range []float64{0.5, 0.75, 1} {
		want := make(map[[2]int]bool)
		for b := range queries {
			for a := range b {
				x, y := Words(queries[a]), Words(queries[b])
				common := 0
				for _, word := range x {
					if slices.Contains(y, word) {
						common++
					}
				}
				if float64(common)/float64(len(x)+len(y)-common) >= threshold {
					want[[2]int{a, b}] = true
				}
			}
		}
		got := Find(queries, threshold)
		if len(want) == 0 || len(got) != len(want) {
			t.Errorf("threshold %v: %d pairs, want %d", threshold, len(got), len(want))
		}
		for _, p := range got {
			if !want[[2]int{p.A, p.B}] {
				t.Errorf("threshold %v: pair %v", threshold, p)
			}
		}
	}
}

func TestGroups(t *testing.T) {
	queries := []string{"llm cache cost", "llm cache hit rate", "llm monitoring tools", "monitor llm latency", "llm vendors"}
	got := Groups(queries)
	want := []Group{{"cache", []int{0, 1}}, {"monitoring", []int{2, 3}}, {"", []int{4}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func BenchmarkFind(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			queries := make([]string, n)
			for i := range queries {
				for range 4 + r.IntN(4) {
					queries[i] += fmt.Sprintf("w%d ", int(float64(n)*r.Float64()*r.Float64()*r.Float64()))
				}
			}
			for b.Loop() {
				Find(queries, Threshold)
			}
		})
	}
}
