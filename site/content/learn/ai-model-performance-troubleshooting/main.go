// Command ai-model-performance-troubleshooting makes one slow call for each of
// seven causes, splits its time into four parts, and lets a function name the
// cause from them. It runs in virtual time, so that each run prints the same.
package main

import (
	"fmt"
	"io"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/sections"
)

// outputs are the parts of the output: there is one.
var outputs = sections.List{{Name: "cases", Print: printCases}}

func main() { outputs.Main() }

func printCases(w io.Writer) error {
	usual, err := measure(healthy)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%-15s %5s %6s %6s %5s %5s  %s\n", "seconds", "total", "failed", "queued", "first", "rest", "verdict")
	for _, c := range cases {
		t, err := measure(c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		fmt.Fprintf(w, "%-15s %5.2f %6.2f %6.2f %5.2f %5.2f  %s\n", c.name, t.Total().Seconds(),
			t.Failed.Seconds(), t.Queued.Seconds(), t.First.Seconds(), t.Rest.Seconds(), diagnose(t, usual))
	}
	return nil
}
