// Command ai-model-failover-strategies sends the same requests through six
// failover designs while their providers fail in different ways, and prints
// how many were answered, when, and for how much. It runs in virtual time, so
// that each run prints the same.
package main

import (
	"fmt"
	"io"
	"os"
	"slices"
)

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run prints the outcome of the weathers that names lists, or of all of them.
func run(w io.Writer, names []string) error {
	for _, name := range names {
		if !slices.ContainsFunc(weathers, func(x Weather) bool { return x.name == name }) {
			return fmt.Errorf("unknown weather %q", name)
		}
	}
	printed := 0
	for _, weather := range weathers {
		if len(names) > 0 && !slices.Contains(names, weather.name) {
			continue
		}
		if printed > 0 {
			fmt.Fprintln(w)
		}
		printed++
		if err := printWeather(w, weather, measure); err != nil {
			return err
		}
	}
	return nil
}

func printWeather(w io.Writer, weather Weather, measure func(Shape, Weather) (Outcome, error)) error {
	fmt.Fprintf(w, "%-28s %8s %8s %7s %7s %6s\n", weather.title, "answers", "no model", "p50 s", "p95 s", "bill")
	for _, s := range shapes {
		o, err := measure(s, weather)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%-28s %7.1f%% %7.1f%% %7.1f %7.1f %6.2f\n", s.name,
			100*o.Answered, 100*o.Degraded, o.P50.Seconds(), o.P95.Seconds(), o.Bill)
	}
	return nil
}
