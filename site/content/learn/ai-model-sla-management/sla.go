// What a month's log is worth: your users' books, the provider's and a contract's.
//
//	go run sla.go shift.jsonl
//
// It needs no modules. A line is an attempt, with the kind and the HTTP status that it ended with:
//
//	{"at": 1800, "kind": "overloaded", "status": 503}
//
// Kinds: https://aiperformanceoptimization.com/reference/
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// A Call is a line of the log.
type Call struct {
	At     float64 `json:"at"` // seconds
	Kind   string  `json:"kind"`
	Status int     `json:"status"` // 0: no answer came
}

// region: failed

// Users: what was of no use to them.
func failed(c Call) bool {
	return c.Kind != "ok" && c.Kind != "cancelled"
}

// The provider: what it sees itself do.
func serverError(c Call) bool {
	return c.Status >= 500
}

// endregion: failed

// region: downtime

// A contract: minutes with a larger share of
// errors, if run of them are in a row.
func downtime(
	calls []Call, share float64, run int,
) (total int) {
	all, bad := map[int]int{}, map[int]int{}
	end, row := -1, 0
	for _, c := range calls {
		m := int(c.At / 60)
		end = max(end, m)
		all[m]++
		if serverError(c) {
			bad[m]++
		}
	}
	for m := 0; m <= end+1; m++ {
		limit := share * float64(all[m])
		if float64(bad[m]) > limit {
			row++
			continue
		}
		if row >= run {
			total += row
		}
		row = 0
	}
	return total // minutes
}

// endregion: downtime

type alert struct {
	name        string
	long, short float64 // seconds
	rate        float64
}

var alerts = []alert{
	{"wake, 14.4x", 3600, 300, 14.4},
	{"wake, 6x", 6 * 3600, 1800, 6},
	{"ticket, 1x", 72 * 3600, 6 * 3600, 1},
}

// region: burn

// burn: how much too fast the budget goes.
func burn(
	calls []Call, now, window, slo float64,
) float64 {
	n, bad := 0, 0
	for _, c := range calls {
		if now-window <= c.At && c.At < now &&
			c.Kind != "cancelled" {
			n++
			if failed(c) {
				bad++
			}
		}
	}
	share := float64(bad) / float64(max(1, n))
	return share / (1 - slo)
}

func (a alert) firing(
	calls []Call, now, slo float64,
) bool {
	return min(
		burn(calls, now, a.short, slo),
		burn(calls, now, a.long, slo),
	) >= a.rate
}

// endregion: burn

func count(calls []Call, rule func(Call) bool) (n int) {
	for _, c := range calls {
		if rule(c) {
			n++
		}
	}
	return n
}

func read(r io.Reader) (calls []Call, err error) {
	for s := bufio.NewScanner(r); s.Scan(); {
		var c Call
		if err := json.Unmarshal(s.Bytes(), &c); err != nil {
			return nil, fmt.Errorf("log line %q: %w", s.Text(), err)
		}
		calls = append(calls, c)
	}
	return calls, nil
}

func main() {
	file, err := os.Open(os.Args[1])
	if err == nil {
		var calls []Call
		if calls, err = read(file); err == nil {
			fmt.Println(count(calls, failed), count(calls, serverError), downtime(calls, 0.05, 5))
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
