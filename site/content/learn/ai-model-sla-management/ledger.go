package main

import (
	"fmt"
	"io"
	"sort"
	"time"
)

const (
	month      = 30 * 24 * time.Hour
	monthCalls = int(month / interval)
)

// region: rules

// failed is your users' ledger: whatever they could not use.
func failed(c Call) bool { return !c.Usable }

// serverError is what a provider can see itself do: no 429, no request that
// the client gave up on, no bad answer at status 200.
func serverError(c Call) bool { return c.Status >= 500 }

// downtime is a contract's ledger: minutes with more than 5% server errors,
// of which only runs of five or more in a row count.
func downtime(calls []Call) time.Duration {
	minutes := map[time.Duration][]Call{}
	var end time.Duration
	for _, c := range calls {
		m := c.At / time.Minute
		minutes[m] = append(minutes[m], c)
		end = max(end, m)
	}
	var total, inARow time.Duration
	for m := time.Duration(0); m <= end+1; m++ {
		if in := minutes[m]; count(in, serverError)*20 > len(in) {
			inARow++
			continue
		}
		if inARow >= 5 {
			total += inARow * time.Minute
		}
		inARow = 0
	}
	return total
}

// endregion: rules

func count(calls []Call, is func(Call) bool) int {
	n := 0
	for _, c := range calls {
		if is(c) {
			n++
		}
	}
	return n
}

func between(calls []Call, from, to time.Duration) []Call {
	before := func(t time.Duration) int {
		return sort.Search(len(calls), func(i int) bool { return calls[i].At >= t })
	}
	return calls[before(from):before(to)]
}

// A Reading is one month's availability by each ledger, if the rest of the
// month was clean.
type Reading struct{ Users, Server, Contract float64 }

func reading(calls []Call) Reading {
	share := func(bad int) float64 { return 1 - float64(bad)/float64(monthCalls) }
	return Reading{
		Users:    share(count(calls, failed)),
		Server:   share(count(calls, serverError)),
		Contract: 1 - float64(downtime(calls))/float64(month),
	}
}

func printLedger(w io.Writer, calls []Call) {
	fmt.Fprintf(w, "%-20s %6s  %12s  %13s  %17s\n", "", "calls", "users failed", "server errors", "contract downtime")
	row := func(name string, in []Call) {
		fmt.Fprintf(w, "%-20s %6d  %12d  %13d  %13.0f min\n", name, len(in),
			count(in, failed), count(in, serverError), downtime(in).Minutes())
	}
	for _, i := range incidents {
		row(i.Name, between(calls, i.From, i.To))
	}
	row("whole shift, 8 h", calls)
	r := reading(calls)
	fmt.Fprintf(w, "%-20s %6d  %11.3f%%  %12.3f%%  %16.3f%%\n", "30 days, rest clean", monthCalls,
		100*r.Users, 100*r.Server, 100*r.Contract)
}
