package main

import (
	"fmt"
	"io"
	"time"
)

var objectives = []float64{0.999, 0.995}

// region: burn

// An Alert fires while both windows burn faster than Rate times the pace
// that would spend the month's budget exactly by the month's end.
type Alert struct {
	Name        string
	Long, Short time.Duration
	Rate        float64
}

// alerts are the SRE workbook's starting point for a 30-day objective.
var alerts = []Alert{
	{"page, 14.4x", time.Hour, 5 * time.Minute, 14.4},
	{"page, 6x", 6 * time.Hour, 30 * time.Minute, 6},
	{"ticket, 1x", 72 * time.Hour, 6 * time.Hour, 1},
}

// burn is how many times too fast the failures of a window are. Traffic is
// even here, and what lies before the log is clean; with real traffic,
// divide by the window's calls.
func burn(calls []Call, now, window time.Duration, slo float64) float64 {
	bad := count(between(calls, now-window, now), failed)
	share := float64(bad) / float64(window/interval)
	return share / (1 - slo)
}

func (a Alert) firing(calls []Call, now time.Duration, slo float64) bool {
	return burn(calls, now, a.Short, slo) >= a.Rate &&
		burn(calls, now, a.Long, slo) >= a.Rate
}

// endregion: burn

// A Firing is a time in which an alert was on, and the share of the month's
// budget that was spent when it began.
type Firing struct {
	From, To time.Duration
	Spent    float64
}

// firings replays the shift minute by minute.
func (a Alert) firings(calls []Call, slo float64) []Firing {
	budget := (1 - slo) * float64(monthCalls)
	var all []Firing
	on := false
	for now := time.Minute; now <= shift; now += time.Minute {
		was := on
		on = a.firing(calls, now, slo)
		if on && !was {
			spent := float64(count(between(calls, 0, now), failed)) / budget
			all = append(all, Firing{From: now, Spent: spent})
		}
		if on {
			all[len(all)-1].To = now
		}
	}
	return all
}

func printBurn(w io.Writer, calls []Call) {
	for i, slo := range objectives {
		if i > 0 {
			fmt.Fprintln(w)
		}
		budget := (1 - slo) * float64(monthCalls)
		fmt.Fprintf(w, "objective %.1f%%: %.0f calls a month may fail; the shift spent %.0f%% of them\n",
			100*slo, budget, 100*float64(count(calls, failed))/budget)
		fmt.Fprintf(w, "  %-12s %6s  %5s  %14s  %8s\n", "", "fired", "first", "spent by then", "on for")
		for _, a := range alerts {
			all := a.firings(calls, slo)
			var on time.Duration
			for _, f := range all {
				on += f.To - f.From + time.Minute
			}
			fmt.Fprintf(w, "  %-12s %6d  %5s  %13.1f%%  %4.0f min\n", a.Name, len(all),
				hourMinute(all[0].From), 100*all[0].Spent, on.Minutes())
		}
	}
}

func hourMinute(t time.Duration) string { return clock(t)[:5] }
