// Command ai-model-failover-strategies sends the same requests through six
// failover designs while their providers fail in different ways, and prints
// how many were answered, when, and for how much. It runs in virtual time, so
// that each run prints the same.
package main

import (
	"fmt"
	"io"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/sections"
)

func main() { outputs(measure).Main() }

// outputs are a table for each weather, filled in by measure.
func outputs(measure func(Shape, Weather) (Outcome, error)) sections.List {
	var list sections.List
	for _, weather := range weathers {
		list = append(list, sections.Section{Name: weather.name, Print: func(w io.Writer) error {
			return printWeather(w, weather, measure)
		}})
	}
	return list
}

func printWeather(w io.Writer, weather Weather, measure func(Shape, Weather) (Outcome, error)) error {
	fmt.Fprintf(w, "%s\n%-14s %5s %5s %5s %5s %5s\n", weather.title, "", "model", "help", "p50 s", "p95 s", "bill")
	for _, s := range shapes {
		o, err := measure(s, weather)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%-14s %4.0f%% %4.0f%% %5.1f %5.1f %5.2f\n", s.name,
			100*o.Answered, 100*o.Degraded, o.P50.Seconds(), o.P95.Seconds(), o.Bill)
	}
	return nil
}
