package main

import (
	"container/heap"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"
)

// An Experiment is a fleet, what it has to do, and the rule that spreads it.
type Experiment struct {
	Jobs      []Job
	Rule      Rule
	Slow      float64       // how many times longer replica 0 takes for a token; 0: once
	Poll      time.Duration // how often the rule learns the open requests; 0: always
	Remembers int           // prefixes that each replica keeps; 0: prompts have none
}

// A Result is what users saw: Waits is sorted, and is what an answer took
// beyond its own generation on an idle replica that knows the prefix.
type Result struct {
	Waits []time.Duration
	Calls [replicas]int
	Hits  int
}

// Wait returns the wait that this share of the requests stayed below.
func (r Result) Wait(share float64) time.Duration {
	return r.Waits[int(share*float64(len(r.Waits)-1))]
}

// simulate serves the jobs in order of arrival. A replica generates a few
// answers at once and keeps the others waiting, first come, first served.
func simulate(e Experiment) Result {
	var r Result
	var ends ends                  // of the open requests, the soonest first
	var free [replicas][]time.Time // when each slot of each replica is free
	var known [replicas][]string   // prefixes, the last used first
	open := make([]int, replicas)
	var seen []int // what the rule is told of them
	var polled time.Time
	for i := range free {
		free[i] = make([]time.Time, slots)
	}
	for _, job := range e.Jobs {
		at := epoch.Add(job.At)
		for len(ends) > 0 && !ends[0].at.After(at) {
			open[heap.Pop(&ends).(end).replica]--
		}
		if seen == nil || at.Sub(polled) >= e.Poll {
			seen, polled = slices.Clone(open), at
		}
		i := e.Rule(seen, job.Prefix)
		own := firstToken + time.Duration(job.Tokens-1)*perToken
		takes := own
		if e.Slow > 0 && i == 0 {
			takes = firstToken + time.Duration(e.Slow*float64(takes-firstToken))
		}
		if e.Remembers > 0 {
			hit := remember(&known[i], job.Prefix, e.Remembers)
			if hit {
				r.Hits++
			} else {
				takes += coldPrefix
			}
		}
		slices.SortFunc(free[i], time.Time.Compare)
		start := later(at, free[i][0])
		free[i][0] = start.Add(takes)
		heap.Push(&ends, end{free[i][0], i})
		open[i]++
		r.Calls[i]++
		r.Waits = append(r.Waits, free[i][0].Sub(at)-own)
	}
	slices.Sort(r.Waits)
	return r
}

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// remember puts a prefix first in what a replica knows, forgets what no longer
// fits, and reports whether it was known.
func remember(known *[]string, prefix string, size int) bool {
	at := slices.Index(*known, prefix)
	if at >= 0 {
		*known = slices.Delete(*known, at, at+1)
	}
	*known = slices.Insert(*known, 0, prefix)
	*known = (*known)[:min(len(*known), size)]
	return at >= 0
}

type end struct {
	at      time.Time
	replica int
}

// ends is a heap.
type ends []end

func (e ends) Len() int           { return len(e) }
func (e ends) Less(i, j int) bool { return e[i].at.Before(e[j].at) }
func (e ends) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *ends) Push(x any)        { *e = append(*e, x.(end)) }
func (e *ends) Pop() any {
	last := len(*e) - 1
	x := (*e)[last]
	*e = (*e)[:last]
	return x
}

// A named rule starts anew for each experiment.
type named struct {
	name string
	make func() Rule
}

func fresh() *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

var rules = []named{
	{"round robin", RoundRobin},
	{"least open", func() Rule { return LeastOpen(fresh()) }},
	{"two random", func() Rule { return TwoChoices(fresh()) }},
}

const (
	count     = 10_000
	load      = 0.75 // of the fleet's capacity
	pollEvery = 5 * time.Second
)

// workloads are what the rules are compared on.
var workloads = []struct {
	name string
	with func(Rule) Experiment
}{
	{"even", func(r Rule) Experiment { return Experiment{Jobs: jobs(count, load, 0), Rule: r} }},
	{"mixed", func(r Rule) Experiment { return Experiment{Jobs: jobs(count, load, 1), Rule: r} }},
	{"slow", func(r Rule) Experiment { return Experiment{Jobs: jobs(count, load, 1), Rule: r, Slow: 3} }},
	{"stale", func(r Rule) Experiment {
		return Experiment{Jobs: jobs(count, load, 1), Rule: r, Poll: pollEvery}
	}},
}

func printRules(w io.Writer) error {
	fmt.Fprintf(w, "%-14s", "p99 wait, s")
	for _, l := range workloads {
		fmt.Fprintf(w, "%7s", l.name)
	}
	fmt.Fprintln(w)
	for _, r := range rules {
		fmt.Fprintf(w, "%-14s", r.name)
		for _, l := range workloads {
			seen := simulate(l.with(r.make()))
			fmt.Fprintf(w, "%7.1f", seen.Wait(0.99).Seconds())
		}
		fmt.Fprintln(w)
	}
	return nil
}
