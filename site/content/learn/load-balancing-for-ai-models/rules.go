package main

import "math/rand/v2"

// region: rules

// A Rule picks a host. It is told how many requests are open at each host and
// which prefix the prompt has, and is called by one goroutine at a time.
type Rule func(open []int, prefix string) int

// RoundRobin takes turns.
func RoundRobin() Rule {
	next := -1
	return func(open []int, _ string) int {
		next = (next + 1) % len(open)
		return next
	}
}

// LeastOpen takes a host that has the fewest open requests, ties at random.
func LeastOpen(rng *rand.Rand) Rule {
	return func(open []int, _ string) int {
		best := -1
		for _, i := range rng.Perm(len(open)) {
			if best < 0 || open[i] < open[best] {
				best = i
			}
		}
		return best
	}
}

// TwoChoices draws two hosts, of two or more, and takes the one with fewer open
// requests.
func TwoChoices(rng *rand.Rand) Rule {
	return func(open []int, _ string) int {
		a, b := rng.IntN(len(open)), rng.IntN(len(open)-1)
		if b >= a {
			b++ // a different one
		}
		if open[b] < open[a] {
			return b
		}
		return a
	}
}

// endregion: rules
