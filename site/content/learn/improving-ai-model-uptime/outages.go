package main

import (
	"fmt"
	"io"
	"math/rand/v2"
)

const months = 1_000_000

type span struct{ start, end float64 } // minutes since the month began

func (a span) overlap(b span) float64 {
	return max(0, min(a.end, b.end)-max(a.start, b.start))
}

// region: outages

// outages draws the outages of one month that one cause makes. They begin at
// random and last 150 minutes on average; share is the part of time they take.
func outages(share float64, rng *rand.Rand) []span {
	var all []span
	gap := func() float64 { return rng.ExpFloat64() * meanOutage / share }
	for t := gap(); t < monthMinutes; t += gap() {
		all = append(all, span{t, t + rng.ExpFloat64()*meanOutage})
	}
	return all
}

// lostMinutes lives through one month and returns how long nobody answered.
func (s Setup) lostMinutes(rng *rand.Rand) float64 {
	own := (1 - s.Shared) * s.Outages
	first, spare := outages(own, rng), outages(own, rng)
	var lost float64
	for _, both := range outages(s.Shared*s.Outages, rng) {
		lost += both.end - both.start
	}
	for _, down := range first {
		moved := down.end
		if s.Spare {
			moved = min(down.end, down.start+s.Detect)
		}
		lost += moved - down.start
		for _, other := range spare {
			lost += other.overlap(span{moved, down.end})
		}
	}
	return lost
}

// endregion: outages

// Lived is what a setup came to over many months.
type Lived struct {
	Down  float64 // share of time without an answer
	Under float64 // share of months below 99.9%
}

func live(s Setup) Lived {
	rng := rand.New(rand.NewPCG(seed, 0))
	var lost float64
	under := 0
	for range months {
		m := s.lostMinutes(rng)
		lost += m
		if m > 0.001*monthMinutes {
			under++
		}
	}
	return Lived{lost / months / monthMinutes, float64(under) / months}
}

// A scenario is a setup to live through. Attempts never matter here: a retry
// meets the same outage.
type scenario struct {
	name string
	Setup
}

var (
	oneProvider = Setup{Outages: 0.001, Shared: 0.1}
	independent = Setup{Outages: 0.001, Spare: true}

	scenarios = []scenario{
		{"one provider", oneProvider},
		{"none shared, at once", independent},
		{"10% shared, at once", movedIn(0)},
		{"10% shared, 1 min", movedIn(1)},
		{"10% shared, 15 min", movedIn(15)},
		{"10% shared, 60 min", movedIn(60)},
	}
)

// movedIn is two providers that share 10% of their downtime.
func movedIn(minutes float64) Setup {
	return Setup{Outages: 0.001, Shared: 0.1, Spare: true, Detect: minutes}
}

func printOutages(w io.Writer) error {
	fmt.Fprintf(w, "%-20s %8s %9s %8s %10s\n",
		"each is up 99.9%", "formula", "simulated", "lost", "bad months")
	for _, sc := range scenarios {
		l := live(sc.Setup)
		fmt.Fprintf(w, "%-20s %7.4f%% %8.4f%% %8s %9.1f%%\n",
			sc.name, 100*(1-sc.outage()), 100*(1-l.Down), lost(l.Down), 100*l.Under)
	}
	return nil
}
