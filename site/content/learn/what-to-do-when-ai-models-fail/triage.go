package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"sort"
	"time"
)

// region: call

// A Call is one line of the log: one attempt of one request.
type Call struct {
	At       time.Duration // since the log began
	Provider string        // "a", or "b" for the probes of the spare
	Feature  string
	Release  string
	Attempt  int
	Status   int    // 0: no answer came
	Code     string // of the error, or why the client gave up
	Finish   string // of a 200: stop, length, content_filter, or unreadable
}

// Failed reports whether the user got nothing usable from the call.
func (c Call) Failed() bool { return c.Status != 200 || c.Finish != "stop" }

// endregion: call

// A Finding says whose failure a log shows and what to do first.
type Finding struct {
	Whose    string
	Evidence string
	Do       string
}

// region: triage

// Triage asks the questions in the order that saves most time: what you
// can undo at once comes first, and the provider is blamed last.
func Triage(log []Call) Finding {
	a := filter(log, func(c Call) bool { return c.Provider == "a" })
	b := filter(log, func(c Call) bool { return c.Provider == "b" })
	bad := filter(a, Call.Failed)
	if share(a, Call.Failed) < 0.05 {
		return Finding{"nobody's", "under 5% of the calls fail",
			"watch, and look at delays"}
	}
	if release, worse := skew(a, byRelease); worse {
		return Finding{"yours", "only release " + release + " fails",
			"roll it back, now"}
	}
	if feature, worse := skew(a, byFeature); worse {
		return Finding{"yours", "only the feature " + feature + " fails",
			"undo its last change, or turn it off"}
	}
	if len(b) > 0 && share(b, Call.Failed) > 0.5 && mostly(bad, noAnswer) {
		return Finding{"yours", "no answer from either provider",
			"check egress, DNS, proxy, certificates"}
	}
	switch {
	case mostly(bad, money):
		return Finding{"your account", "refused for want of credit",
			"stop retries, pay or switch"}
	case mostly(bad, status(401, 403)):
		return Finding{"your account", "a key that worked is refused",
			"look for a rotated key, then switch"}
	case mostly(bad, status(404)):
		return Finding{"your account", "a model's name is unknown",
			"look for a retirement, then switch"}
	case mostly(bad, status(429)) && attempts(a) > 1.5:
		many := fmt.Sprintf("429, and %.1f attempts a request", attempts(a))
		return Finding{"yours and theirs", many,
			"stop retries, then shed load"}
	case mostly(bad, status(429)):
		return Finding{"yours", "429, and hardly a retry",
			"shed load, then ask for quota"}
	case mostly(bad, func(c Call) bool { return c.Status == 200 }):
		return Finding{"theirs", "200 without a usable answer",
			"stop retries, pin the model or switch"}
	case mostly(bad, noAnswer):
		return Finding{"theirs", "a answers nobody in time, b does",
			"shorten the timeout, switch"}
	case mostly(bad, func(c Call) bool { return c.Status >= 500 }):
		return Finding{"theirs", "5xx in every release and feature",
			"cap retries, switch"}
	}
	return Finding{"unknown", "no cause has most of the failures",
		"switch first, ask later"}
}

// endregion: triage

// region: skew

// skew finds the one value of a label that fails while the others are well
// at the same time. "At the same time" is what makes it evidence.
func skew(log []Call, label func(Call) string) (worst string, found bool) {
	groups := map[string][]Call{}
	for _, c := range log {
		groups[label(c)] = append(groups[label(c)], c)
	}
	for _, name := range sorted(groups) {
		calls := groups[name]
		others := filter(log, func(c Call) bool {
			return label(c) != name && c.At >= calls[0].At
		})
		enough := min(len(calls), len(others)) >= 10
		if enough && share(calls, Call.Failed) > 0.25 &&
			share(others, Call.Failed) < 0.05 {
			return name, true
		}
	}
	return "", false
}

// endregion: skew

func filter(log []Call, keep func(Call) bool) (out []Call) {
	for _, c := range log {
		if keep(c) {
			out = append(out, c)
		}
	}
	return out
}

func share(log []Call, is func(Call) bool) float64 {
	if len(log) == 0 {
		return 0
	}
	return float64(len(filter(log, is))) / float64(len(log))
}

func mostly(bad []Call, is func(Call) bool) bool { return share(bad, is) > 0.6 }

func noAnswer(c Call) bool { return c.Status == 0 }

func status(codes ...int) func(Call) bool {
	return func(c Call) bool { return slices.Contains(codes, c.Status) }
}

func byRelease(c Call) string { return c.Release }

func byFeature(c Call) string { return c.Feature }

// money reports whether a call was refused for want of credit: a wait does not help.
func money(c Call) bool {
	return c.Status == 402 || slices.Contains([]string{"insufficient_quota", "credit_balance_exhausted",
		"organization_spend_limit_exceeded", "project_spend_limit_exceeded",
		"organization_usage_limit_exceeded", "enforced_spend_limit_reached", "contract_spend_limit_reached"}, c.Code)
}

// attempts is the mean number of attempts of a request.
func attempts(log []Call) float64 {
	first := filter(log, func(c Call) bool { return c.Attempt == 1 })
	return float64(len(log)) / float64(max(1, len(first)))
}

// readLog reads a log of one JSON object a line.
func readLog(file string) (log []Call, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for s.Scan() {
		var c Call
		if err := json.Unmarshal(s.Bytes(), &c); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		log = append(log, c)
	}
	return log, s.Err()
}

// report prints how a log splits, and the finding.
func report(w io.Writer, log []Call) error {
	for _, split := range []struct {
		name  string
		label func(Call) string
	}{
		{"provider", func(c Call) string { return c.Provider }},
		{"release", byRelease},
		{"feature", byFeature},
		{"attempt", func(c Call) string { return fmt.Sprint(c.Attempt) }},
	} {
		calls := log
		if split.name != "provider" {
			calls = filter(log, func(c Call) bool { return c.Provider == "a" })
		}
		groups := map[string][]Call{}
		for _, c := range calls {
			groups[split.label(c)] = append(groups[split.label(c)], c)
		}
		for _, name := range sorted(groups) {
			fmt.Fprintf(w, "%-9s %-8s %4d calls, %5.1f%% fail\n", split.name, name,
				len(groups[name]), 100*share(groups[name], Call.Failed))
		}
	}
	kinds := map[string][]Call{}
	for _, c := range filter(log, func(c Call) bool { return c.Provider == "a" && c.Failed() }) {
		kind := fmt.Sprintf("%d %s", c.Status, c.Code+c.Finish)
		if c.Status == 0 {
			kind = c.Code
		}
		kinds[kind] = append(kinds[kind], c)
	}
	for _, kind := range sorted(kinds) {
		fmt.Fprintf(w, "failure   %-24s %4d\n", kind, len(kinds[kind]))
	}
	f := Triage(log)
	_, err := fmt.Fprintf(w, "whose     %s: %s\ndo        %s\n", f.Whose, f.Evidence, f.Do)
	return err
}

func sorted(m map[string][]Call) (names []string) {
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
