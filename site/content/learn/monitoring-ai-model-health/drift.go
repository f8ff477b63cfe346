package main

import (
	"fmt"
	"io"
	"math"
)

// region: drift

// atLeast is the chance of k or more wrong answers among n, if each is wrong
// with the given chance.
func atLeast(k, n int, share float64) float64 {
	fewer := 0.0
	for i := range k {
		ways, _ := math.Lgamma(float64(n + 1))
		a, _ := math.Lgamma(float64(i + 1))
		b, _ := math.Lgamma(float64(n - i + 1))
		wrong, right := float64(i)*math.Log(share), float64(n-i)*math.Log1p(-share)
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
	fmt.Fprintf(w, "%-10s %9s %18s %18s %18s\n", "questions", "alarm at", "notices 4% wrong", "notices 8% wrong", "notices 16% wrong")
	for _, n := range sizes {
		k := limit(n, usualWrong)
		fmt.Fprintf(w, "%-10d %9d", n, k)
		for _, share := range []float64{0.04, 0.08, 0.16} {
			fmt.Fprintf(w, " %17.0f%%", 100*atLeast(k, n, share))
		}
		fmt.Fprintln(w)
	}
	return nil
}
