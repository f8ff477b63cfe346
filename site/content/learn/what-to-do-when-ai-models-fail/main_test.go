package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// program runs a sample with other files of the folder beside it.
func program(t *testing.T, file, input string, env sample.Env, beside []string, args ...string) string {
	t.Helper()
	cmd := sample.Command(t, file, env, args...)
	for _, name := range beside {
		data, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(cmd.Dir, filepath.Base(name)), data, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var out, complaints bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &complaints
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", file, err, out.String(), complaints.String())
	}
	return out.String()
}

// calls makes a log of one call every two seconds, of which every nth fails with the kind.
func calls(model, kind string, n, every int) (log []Call) {
	for i := range n {
		c := Call{At: float64(2 * i), Request: fmt.Sprint(model, i), Model: model, Kind: "ok", Feature: "chat", Release: "r41"}
		if i%every == 0 {
			c.Kind = kind
		}
		log = append(log, c)
	}
	return log
}

type testCase struct {
	name, whose string
	log         []Call
}

// cases are the recorded incidents, and logs that the recording does not reach.
func cases(t *testing.T) (list []testCase) {
	t.Helper()
	for _, in := range incidents {
		log, err := record(in)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, testCase{in.name, in.whose + ": " + in.do, log})
	}
	nobody := "nobody: few failures"
	mixed := append(append(calls("A", "auth", 100, 3), calls("A", "rate_limit", 100, 3)...), calls("A", "timeout", 100, 3)...)
	return append(list,
		testCase{"no log", nobody, []Call{}},
		testCase{"ten calls", nobody, calls("A", "overloaded", 10, 1)},
		testCase{"4% fail", nobody, calls("A", "server_error", 100, 25)},
		testCase{"a breaker is open, and users leave", nobody,
			append(calls("A", "open", 100, 1), calls("A", "cancelled", 100, 2)...)},
		testCase{"three causes", "unclear: switch 10%, look", mixed},
		// Most calls are good, because the spare answers, and the primary is down nevertheless.
		testCase{"the spare hides it", "A's: " + do["service"],
			append(calls("A", "overloaded", 30, 1), calls("B", "ok", 1000, 1)...)},
		testCase{"both refuse the keys", "shared: check DNS, proxy, key",
			append(calls("A", "auth", 100, 1), calls("B", "auth", 20, 1)...)},
		testCase{"both refuse the request", "yours: " + do["request"],
			append(calls("A", "bad_request", 100, 1), calls("B", "bad_request", 20, 1)...)},
	)
}

// The three languages report the same of each log, and name whose failure it is.
func TestThreeLanguagesAgree(t *testing.T) {
	list := cases(t)
	var logs [][]Call
	var want []string
	for _, c := range list {
		logs = append(logs, c.log)
		var out strings.Builder
		report(&out, c.log)
		want = append(want, out.String())
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		got := strings.TrimPrefix(lines[len(lines)-2], "whose    ") + ": " + strings.TrimPrefix(lines[len(lines)-1], "do       ")
		if got != c.whose {
			t.Errorf("%s: %q, want %q\n%s", c.name, got, c.whose, out.String())
		}
		if c.name == "own gateway down" {
			golden.Compare(t, "testdata/triage.golden", out.String())
			file := &strings.Builder{}
			for _, call := range c.log {
				line, err := json.Marshal(call)
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(file, "%s\n", line)
			}
			golden.Compare(t, "incident.jsonl", file.String())
		}
	}
	input, err := json.Marshal(logs)
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"py", "ts"} {
		t.Run(language, func(t *testing.T) {
			out := program(t, "testdata/each."+language, string(input), nil, []string{"triage." + language})
			got := strings.Split(out, "--\n")
			for i, c := range list {
				if got[i] != want[i] {
					t.Errorf("%s:\n%s\nin Go:\n%s", c.name, got[i], want[i])
				}
			}
		})
	}
}

// Every kind of the reference client that can end a call has a cause, in all three languages.
func TestEveryKindHasACause(t *testing.T) {
	data, err := os.ReadFile("../../../reference/faults.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^kind = "(\w+)"`).FindAllStringSubmatch(string(data), -1) {
		if kind := m[1]; kind != "ok" && kind != "cancelled" && causes[kind] == "" {
			t.Errorf("%s has no cause", kind)
		}
	}
	for _, file := range []string{"triage.py", "triage.ts"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for kind, cause := range causes {
			if !regexp.MustCompile(`\b` + kind + `"?: "` + cause + `"`).Match(text) {
				t.Errorf("%s: %s is not %s", file, kind, cause)
			}
		}
	}
}

// The page says that a release to a quarter of the requests goes out with each incident, and that a
// person who reads the deploy log would be right once.
func TestReleaseCoincides(t *testing.T) {
	undone := 0
	for _, in := range incidents {
		log, err := record(in)
		if err != nil {
			t.Fatal(err)
		}
		started := filter(log, func(c Call) bool { return c.Release == "r42" })[0].At
		if started < 120 || started > 180 {
			t.Errorf("%s: the release starts at %v", in.name, started)
		}
		before := filter(log, func(c Call) bool { return c.At < 120 })
		if share(before) > 0 {
			t.Errorf("%s: calls fail before", in.name)
		}
		if in.do == "undo release r42" {
			undone++
		}
	}
	if undone != 1 || len(incidents) != 10 {
		t.Errorf("%d of %d incidents are the release's", undone, len(incidents))
	}
}

// A bad release hides in an outage, and shows when the outage has passed.
func TestOutageHidesARelease(t *testing.T) {
	bad := header("X-Release", "r42", fault.Status(400))
	both, err := record(incident{a: from(fault.All(bad, fault.Rate(0.9, fault.Overloaded())))})
	if err != nil {
		t.Fatal(err)
	}
	if whose, what := Triage(both); whose != "openai's" {
		t.Errorf("outage and bad release: %s, %s", whose, what)
	}
}

// A log that the reference client made is one that triage reads.
func TestLogLines(t *testing.T) {
	env := sample.Env{
		"OPENAI_BASE_URL":    fault.Start(t, fault.New(fault.Config{Plan: fault.Overloaded()})) + "/v1",
		"ANTHROPIC_BASE_URL": fault.Start(t, fault.New(fault.Config{})),
	}
	for _, language := range []string{"py", "ts"} {
		log, err := read(strings.NewReader(program(t, "testdata/lines."+language, "", env, []string{"triage." + language})))
		if err != nil || len(log) != 2 {
			t.Fatalf("%s: %v, %v", language, log, err)
		}
		for i, want := range []Call{{Model: "A", Kind: "overloaded"}, {Model: "B", Kind: "ok"}} {
			want.At, want.Request, want.Feature, want.Release = log[i].At, "r1", "chat", "r41"
			if log[i] != want || time.Since(time.Unix(int64(log[i].At), 0)) > time.Hour {
				t.Errorf("%s: %+v, want %+v", language, log[i], want)
			}
		}
	}
}

// The files run as the page says, and the one-liner counts.
func TestCommands(t *testing.T) {
	for _, file := range []string{"triage.py", "triage.ts"} {
		golden.Compare(t, "testdata/triage.golden",
			program(t, file, "", nil, []string{"incident.jsonl"}, "incident.jsonl"))
	}
	log, err := os.ReadFile("incident.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	cmd := sample.Command(t, "count.sh", nil)
	if err := os.WriteFile(filepath.Join(cmd.Dir, "calls.jsonl"), log, 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	calls, err := read(bytes.NewReader(log))
	if err != nil {
		t.Fatal(err)
	}
	n := len(filter(calls, func(c Call) bool {
		return c.Model == "openai" && c.Release == "r41" && c.Feature == "chat" && c.Kind == "server_error"
	}))
	if first, _, _ := strings.Cut(string(out), "\n"); strings.Join(strings.Fields(first), " ") !=
		fmt.Sprintf("%d openai r41 chat server_error", n) {
		t.Errorf("count.sh begins with %q, want %d", first, n)
	}
}

// The call by hand shows the answer's words, how it ended, and how long it took; or the error.
func TestCallByHand(t *testing.T) {
	p := fault.New(fault.Config{Plan: fault.Script(fault.OK(), fault.RateLimited(time.Second))})
	env := sample.Env{"OPENAI_BASE_URL": fault.Start(t, p) + "/v1"}
	for _, want := range [][]string{
		{"200 OK", `"finish_reason":"stop"`, "data: [DONE]", "first 0."},
		{"429 Too Many Requests", "Retry-After: 1", "rate_limit_exceeded"},
	} {
		out := sample.Shell(t, "call.sh", env)
		for _, w := range want {
			if !strings.Contains(out, w) {
				t.Errorf("no %q in:\n%s", w, out)
			}
		}
	}
}

type storm struct {
	Run, Design, Back string
	Calls             float64
	Share             []float64
}

// What the page says of retries holds for other seeds, loads and providers, and ends where it says.
func TestStorm(t *testing.T) {
	golden.Compare(t, "testdata/storm.golden", program(t, "storm.py", "", nil, nil))
	runs := map[string]map[string]storm{}
	dec := json.NewDecoder(strings.NewReader(program(t, "testdata/storms.py", "", nil, []string{"storm.py"})))
	for dec.More() {
		var s storm
		if err := dec.Decode(&s); err != nil {
			t.Fatal(err)
		}
		if runs[s.Run] == nil {
			runs[s.Run] = map[string]storm{}
		}
		runs[s.Run][s.Design] = s
	}
	last := func(s storm) float64 { return s.Share[len(s.Share)-1] }
	mean := func(s storm) (m float64) {
		for _, v := range s.Share {
			m += v / float64(len(s.Share))
		}
		return m
	}
	for run, by := range runs {
		none, two, off, budget := by["no retries"], by["2 retries"], by["off at 4:00"], by["budget"]
		switch {
		case strings.HasPrefix(run, "errors"):
			if mean(none) > 92 || mean(two) < 99 || mean(budget) < 97 {
				t.Errorf("%s: %.0f%%, %.0f%%, %.0f%%", run, mean(none), mean(two), mean(budget))
			}
		case run == "1 0.3 false":
			if two.Back == "never" {
				t.Errorf("%s: the storm stays at a load that three times over fits", run)
			}
		default:
			if two.Back != "never" || last(two) > 10 || two.Calls < 2.5 {
				t.Errorf("%s: with 2 retries back %s, %.0f%%, %.1f calls", run, two.Back, last(two), two.Calls)
			}
			for _, s := range []storm{none, off, budget} {
				if s.Back == "never" {
					t.Errorf("%s, %s: never back", run, s.Design)
				}
			}
			if none.Back >= off.Back || budget.Back >= off.Back {
				t.Errorf("%s: back at %s, %s and %s", run, none.Back, budget.Back, off.Back)
			}
		}
	}
	shown := runs["1 0.8 false"]
	csv := "minute,no retries,2 retries,off at 4:00,budget\n"
	for i := range 20 {
		csv += fmt.Sprintf("%g,%.0f,%.0f,%.0f,%.0f\n", float64(i)/2, shown["no retries"].Share[i],
			shown["2 retries"].Share[i], shown["off at 4:00"].Share[i], shown["budget"].Share[i])
	}
	golden.Compare(t, "testdata/storm.csv", csv)
	golden.Compare(t, "testdata/facts.csv", fmt.Sprintf("value,label\n"+
		"%s,\"is when people get answers again with 2 retries each, after 30 slow seconds\"\n"+
		"%s,\"is when they do if retries are switched off at 4:00\"\n"+
		"%d of %d,\"recorded incidents are told apart, with a release in each\"\n",
		shown["2 retries"].Back, shown["off at 4:00"].Back, len(incidents), len(incidents)))
	golden.Page(t,
		"value = '"+shown["off at 4:00"].Back+"'",
		fmt.Sprintf("%.1f calls a person", shown["2 retries"].Calls),
		fmt.Sprintf("%.0f%% without retries, %.0f%% with two and %.0f%% with the budget", mean(runs["errors 1"]["no retries"]),
			mean(runs["errors 1"]["2 retries"]), mean(runs["errors 1"]["budget"])),
	)
}
