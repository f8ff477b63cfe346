package main

import (
	"fmt"
	"io"
	"math/rand/v2"
)

// A window trips when at least this share of its last calls has failed.
type window struct {
	calls   int
	percent int
}

var windows = []window{
	{20, 10}, {20, 20}, {20, 50},
	{60, 10}, {60, 20}, {60, 50},
}

// until returns how many calls of a provider it takes on average until the
// window trips, at most max for each of the runs. Before the window is full it
// does not trip.
func (w window) until(fails float64, max, runs int, rng *rand.Rand) float64 {
	total := 0
	for range runs {
		last := make([]bool, w.calls)
		failed := 0
		for n := 1; ; n++ {
			i := n % w.calls
			if last[i] {
				failed--
			}
			if last[i] = rng.Float64() < fails; last[i] {
				failed++
			}
			if total++; n == max || n >= w.calls && 100*failed >= w.percent*w.calls {
				break
			}
		}
	}
	return float64(total) / float64(runs)
}

const patience = 200_000 // calls

func printThreshold(w io.Writer) error {
	fmt.Fprintf(w, "%6s %5s %9s %9s %9s\n", "window", "at", "1%", "5%", "25%")
	for i, win := range windows {
		fmt.Fprintf(w, "%6d %4d%%", win.calls, win.percent)
		for j, c := range []struct {
			fails float64
			runs  int
		}{{scattered, 5}, {0.05, 5}, {ill, 50}} {
			n := win.until(c.fails, patience, c.runs, rand.New(rand.NewPCG(seed, uint64(10*i+j))))
			text := fmt.Sprintf("%.0f", n)
			if n > patience/2 {
				text = fmt.Sprintf("> %d", patience/2)
			}
			fmt.Fprintf(w, " %9s", text)
		}
		fmt.Fprintln(w)
	}
	return nil
}
