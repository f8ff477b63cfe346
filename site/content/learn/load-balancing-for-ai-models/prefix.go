package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"
)

const (
	documents  = 40              // long prefixes that prompts share
	remembers  = 8               // of them, for each replica
	coldPrefix = 3 * time.Second // to read one that a replica does not remember
	bound      = 1.5
	aboutLoad  = 0.6 // without any cold prefix
)

// about returns jobs about documents, of which some are far more popular than
// others: the k-th is asked about in proportion to 1/k.
func about(n int, share float64) []Job {
	var total float64
	for k := range documents {
		total += 1 / float64(k+1)
	}
	rng := rand.New(rand.NewPCG(seed, 2))
	list := jobs(n, share, 1)
	for i := range list {
		k, at := 0, rng.Float64()*total
		for ; k < documents-1 && at > 1/float64(k+1); k++ {
			at -= 1 / float64(k+1)
		}
		list[i].Prefix = fmt.Sprintf("document %d", k)
	}
	return list
}

var affine = []named{
	rules[0],
	rules[1],
	{"affinity, no bound", func() Rule { return Affinity(names(), 0) }},
	{"affinity, bound 1.5", func() Rule { return Affinity(names(), bound) }},
}

func printPrefix(w io.Writer) error {
	fmt.Fprintf(w, "%-19s %4s %4s %5s %7s\n", "wait, seconds",
		"hits", "p50", "p99", "busiest")
	for _, r := range affine {
		seen := simulate(Experiment{Jobs: about(count, aboutLoad), Rule: r.make(), Remembers: remembers})
		fmt.Fprintf(w, "%-19s %3.0f%% %4.1f %5.1f %6.0f%%\n", r.name,
			percent(seen.Hits, count), seen.Wait(0.5).Seconds(),
			seen.Wait(0.99).Seconds(), percent(slices.Max(seen.Calls[:]), count))
	}
	return nil
}
