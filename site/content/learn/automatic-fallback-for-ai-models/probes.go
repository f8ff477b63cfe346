package main

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
)

const episodes = 100_000

// comesBack reports whether so many probes in a row are well at a provider of
// which a share of the calls fails.
func comesBack(probes int, fails float64, rng *rand.Rand) bool {
	for range probes {
		if rng.Float64() < fails {
			return false
		}
	}
	return true
}

// cooldowns is how many of them it takes until a provider that is well again
// gets the traffic back.
func cooldowns(probes int, rng *rand.Rand) float64 {
	n := episodes
	for range episodes {
		for !comesBack(probes, scattered, rng) {
			n++
		}
	}
	return float64(n) / episodes
}

// ill and scattered are the shares that fail in an outage and on a usual day.
const (
	ill       = 0.25
	scattered = 0.01
)

var probeCounts = []int{1, 3, 5, 10, 20}

func printProbes(w io.Writer) error {
	fmt.Fprintf(w, "%6s %14s %14s\n", "", "25% fail:", "1% fail:")
	fmt.Fprintf(w, "%6s %14s %14s\n", "probes", "back too early", "cooldowns")
	for i, n := range probeCounts {
		wait := cooldowns(n, rand.New(rand.NewPCG(seed, uint64(100+i))))
		fmt.Fprintf(w, "%6d %13.1f%% %14.2f\n", n, 100*early(n), wait)
	}
	return nil
}

// early is the chance that all probes of an ill provider are well.
func early(probes int) float64 {
	return math.Pow(1-ill, float64(probes))
}
