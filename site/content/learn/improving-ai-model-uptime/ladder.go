package main

import (
	"fmt"
	"io"
)

// A rung is one more change on the way from 99% up. Each includes all before it.
type rung struct {
	change string
	Setup
}

// region: ladder

// ladder starts from a client that loses 1% of its requests: 0.9% to scattered
// errors and 0.1% to outages.
func ladder() []rung {
	s := Setup{Scattered: 0.009, Outages: 0.001, Shared: 0.1, Attempts: 1}
	rungs := []rung{{"One provider, one attempt", s}}
	add := func(change string, edit func(*Setup)) {
		edit(&s)
		rungs = append(rungs, rung{change, s})
	}
	add("Two retries", func(s *Setup) { s.Attempts = 3 })
	add("Spare provider, a person switches in 15 min", func(s *Setup) { s.Spare, s.Detect = true, 15 })
	add("A breaker switches in 1 min instead", func(s *Setup) { s.Detect = 1 })
	add("Each failed request tries the spare at once", func(s *Setup) { s.Detect = 0 })
	add("70% of requests can do without a model", func(s *Setup) { s.Optional = 0.7 })
	add("All that, behind your own service at 99.95%", func(s *Setup) { s.Own = 0.0005 })
	return rungs
}

// endregion: ladder

func printLadder(w io.Writer) error {
	fmt.Fprintf(w, "%-44s %8s %7s %12s %9s\n",
		"change, on top of those above", "misses", "uptime", "lost/30 days", "failed/1M")
	for i, r := range ladder() {
		fmt.Fprintf(w, "%-44s %8s %7s %12s %9.0f\n",
			r.change, misses(i), percent(r.Failing()), lost(r.Failing()), r.Failing()*1e6)
	}
	return nil
}

// misses returns which share of the failures that were left rung i does not
// catch, or a dash for a rung that catches none.
func misses(i int) string {
	rungs := ladder()
	if i == 0 || rungs[i].Failing() > rungs[i-1].Failing() {
		return "-"
	}
	return fmt.Sprintf("%.2f", rungs[i].Failing()/rungs[i-1].Failing())
}

// percent returns the uptime that belongs to a share of failing requests.
func percent(failing float64) string {
	return fmt.Sprintf("%.3f%%", 100*(1-failing))
}

// lost returns a share of failing requests as time in a month of 30 days.
func lost(failing float64) string {
	m := failing * monthMinutes
	if m >= 60 {
		return fmt.Sprintf("%d h %02.0f min", int(m)/60, m-float64(int(m)/60*60))
	}
	return fmt.Sprintf("%.1f min", m)
}
