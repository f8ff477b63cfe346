package main

import (
	"fmt"
	"io"
	"math"
)

// region: drift

// atLeast is the chance of k or more wrong answers among n, if each is
// wrong with the given chance.
func atLeast(k, n int, share float64) float64 {
	fewer := 0.0
	for i := range k {
		// Logarithms, since the number of ways overflows.
		ways, _ := math.Lgamma(float64(n + 1))
		a, _ := math.Lgamma(float64(i + 1))
		b, _ := math.Lgamma(float64(n - i + 1))
		wrong := float64(i) * math.Log(share)
		right := float64(n-i) * math.Log1p(-share)
		fewer += math.Exp(ways - a - b + wrong + right)
	}
	return 1 - fewer
}

// limit is the smallest number of wrong answers that a set of n reaches by
// chance in less than one run of a hundred, while the usual share is wrong.
func limit(n int, usual float64) int {
	k := 1
	for atLeast(k, n, usual) >= 0.01 {
		k++
	}
	return k
}

// endregion: drift

const usualWrong = 0.02

var sizes = []int{20, 100, 400}

func printDrift(w io.Writer) error {
	fmt.Fprintf(w, "%-9s  %8s   notices if wrong are\n", "", "")
	fmt.Fprintf(w, "%-9s  %8s %7s %7s %7s\n", "questions", "alarm at", "4%", "8%", "16%")
	for _, n := range sizes {
		k := limit(n, usualWrong)
		fmt.Fprintf(w, "%-9d  %8d", n, k)
		for _, share := range []float64{0.04, 0.08, 0.16} {
			fmt.Fprintf(w, " %6.0f%%", 100*atLeast(k, n, share))
		}
		fmt.Fprintln(w)
	}
	return nil
}
