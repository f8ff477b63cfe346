// Whose failure is it? Judges the calls of the last ten minutes.
//
//	go run triage.go calls.jsonl
//
// It needs no modules. The log has a line for each attempt, with the kinds of
// https://aiperformanceoptimization.com/reference/ for how it ended.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// region: log

// A Call is a line of the log: an attempt. Kind
// is that of a Try, in the Answer or in Failed.
type Call struct {
	At      float64 `json:"at"` // seconds
	Request string  `json:"request"`
	Model   string  `json:"model"` // Link
	Kind    string  `json:"kind"`
	Feature string  `json:"feature"`
	Release string  `json:"release"`
}

// endregion: log

var causes = map[string]string{
	"quota": "account", "auth": "account", "forbidden": "account", "model_not_found": "account",
	"rate_limit": "limit",
	"overloaded": "service", "server_error": "service", "connection": "service",
	"timeout": "service", "deadline": "service", "conflict": "service",
	"bad_request": "request", "not_found": "request", "too_long": "request",
	"refusal": "answer", "cut_off": "answer", "unfinished": "answer", "empty": "answer", "invalid": "answer",
}

var do = map[string]string{
	"account": "check bill, key, name; switch",
	"limit":   "retries off, drop batch work",
	"service": "retries off, switch 10%",
	"request": "undo the change to the request",
	"answer":  "read ten, then pin or switch",
}

// made: else a breaker was open, or nobody waited for the answer.
func made(c Call) bool { return c.Kind != "open" && c.Kind != "cancelled" }

func failed(c Call) bool { return causes[c.Kind] != "" }

func model(c Call) string   { return c.Model }
func release(c Call) string { return c.Release }
func feature(c Call) string { return c.Feature }
func cause(c Call) string   { return causes[c.Kind] }

// region: triage

// Triage asks first what you can undo yourself.
func Triage(log []Call) (whose, what string) {
	log = filter(log, made)
	name, _ := top(filter(log, failed), model)
	a, others := split(log, name)
	if len(a) < 20 || share(a) < 0.05 {
		return "nobody", "few failures"
	}
	if r := alone(a, release); r != "" {
		return "yours", "undo release " + r
	}
	if f := alone(a, feature); f != "" {
		return "yours", "undo feature " + f
	}
	bad := filter(a, failed)
	why, n := top(bad, cause)
	switch {
	case 5*n < 3*len(bad):
		return "unclear", "switch 10%, look"
	case why == "request":
		return "yours", do[why]
	case len(others) >= 5 && share(others) > 0.5:
		return "shared", "check DNS, proxy, key"
	case why == "account" || why == "limit":
		return "your account's", do[why]
	case len(others) < 5:
		return "unclear", "call by hand; " + do[why]
	}
	return name + "'s", do[why]
}

// endregion: triage

// alone finds the one name that fails while the others, at the same time, do not.
func alone(calls []Call, label func(Call) string) string {
	for _, name := range names(calls, label) {
		its := filter(calls, func(c Call) bool { return label(c) == name })
		others := filter(calls, func(c Call) bool { return label(c) != name && c.At >= its[0].At })
		if min(len(its), len(others)) >= 10 && share(its) > 0.25 && share(others) < 0.05 {
			return name
		}
	}
	return ""
}

func filter(calls []Call, keep func(Call) bool) (out []Call) {
	for _, c := range calls {
		if keep(c) {
			out = append(out, c)
		}
	}
	return out
}

// split has the calls of a model, and those of the others.
func split(log []Call, model string) (its, others []Call) {
	its = filter(log, func(c Call) bool { return c.Model == model })
	return its, filter(log, func(c Call) bool { return c.Model != model })
}

func share(calls []Call) float64 {
	return float64(len(filter(calls, failed))) / float64(max(1, len(calls)))
}

func names(calls []Call, label func(Call) string) []string {
	return slices.Sorted(maps.Keys(count(calls, label)))
}

func count(calls []Call, label func(Call) string) map[string]int {
	n := map[string]int{}
	for _, c := range calls {
		n[label(c)]++
	}
	return n
}

// top is the commonest, and how often it is there.
func top(calls []Call, label func(Call) string) (string, int) {
	n := count(calls, label)
	if len(n) == 0 {
		return "", 0
	}
	best := byCount(n)[0]
	return best, n[best]
}

func byCount(n map[string]int) []string {
	return slices.SortedFunc(maps.Keys(n), func(a, b string) int {
		return cmp.Or(cmp.Compare(n[b], n[a]), strings.Compare(a, b))
	})
}

func report(w io.Writer, log []Call) {
	for _, label := range []struct {
		name string
		of   func(Call) string
	}{{"model", model}, {"release", release}, {"feature", feature}} {
		for _, name := range names(log, label.of) {
			calls := filter(log, func(c Call) bool { return label.of(c) == name })
			fmt.Fprintf(w, "%-8s %-8s %4d %4.0f%% fail\n", label.name, name, len(calls), 100*share(calls))
		}
	}
	kinds := count(log, func(c Call) string { return fmt.Sprintf("%-8s %-13s", c.Model, c.Kind) })
	for _, row := range byCount(kinds) {
		fmt.Fprintf(w, "%s%4d\n", row, kinds[row])
	}
	whose, what := Triage(log)
	fmt.Fprintf(w, "whose    %s\ndo       %s\n", whose, what)
}

func read(r io.Reader) (log []Call, err error) {
	s := bufio.NewScanner(r)
	for s.Scan() {
		var c Call
		if strings.TrimSpace(s.Text()) == "" {
			continue
		}
		if err := json.Unmarshal(s.Bytes(), &c); err != nil {
			return nil, err
		}
		log = append(log, c)
	}
	slices.SortStableFunc(log, func(a, b Call) int { return cmp.Compare(a.At, b.At) })
	return log, s.Err()
}

func main() {
	file, err := os.Open(os.Args[1])
	if err == nil {
		var log []Call
		if log, err = read(file); err == nil {
			report(os.Stdout, log)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
