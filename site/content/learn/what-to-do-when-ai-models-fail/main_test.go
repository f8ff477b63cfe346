package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// The page shows the golden files, so it shows what the program prints.
func TestGolden(t *testing.T) { golden.Sections(t, outputs) }

// Every incident is found, although a release goes out at the same minute in each.
func TestTriageFindsWhoseItIs(t *testing.T) {
	want := map[string]string{
		"provider outage":     "theirs",
		"provider hangs":      "theirs",
		"rate limit, retried": "yours and theirs",
		"credit used up":      "your account",
		"key revoked":         "your account",
		"bad release":         "yours",
		"summaries too long":  "yours",
		"own proxy down":      "yours",
		"answers cut short":   "theirs",
	}
	out := golden.Print(t, printIncidents)
	lines := strings.Split(strings.TrimSpace(out), "\n")[1:]
	if len(lines) != len(want) || len(incidents) != len(want) {
		t.Fatalf("%d lines and %d incidents, not %d:\n%s", len(lines), len(incidents), len(want), out)
	}
	var actions []string
	for _, line := range lines {
		name, rest := strings.TrimSpace(line[:20]), strings.TrimSpace(line[27:])
		if !strings.HasPrefix(rest, want[name]+"  ") {
			t.Errorf("%s: want %s, got %q", name, want[name], rest)
		}
		actions = append(actions, strings.TrimSpace(rest[len(want[name]):]))
	}
	for i, a := range actions {
		for _, b := range actions[:i] {
			if a == b {
				t.Errorf("two incidents have the same first action %q", a)
			}
		}
	}
}

// The page says that a release to a quarter of the requests coincides with each incident.
func TestReleaseCoincides(t *testing.T) {
	for _, in := range incidents {
		log, err := record(in)
		if err != nil {
			t.Fatal(err)
		}
		started := filter(log, func(c Call) bool { return c.Release == "r42" })[0].At
		after := filter(log, func(c Call) bool { return c.Provider == "a" && c.Attempt == 1 && c.At >= started })
		rolled := share(after, func(c Call) bool { return c.Release == "r42" })
		before := filter(log, func(c Call) bool { return c.At < 2*time.Minute })
		if started-2*time.Minute > time.Minute || rolled < 0.2 || rolled > 0.3 || share(before, Call.Failed) > 0 {
			t.Errorf("%s: release after %v, at %.0f%%, %.0f%% failed before", in.name, started, 100*rolled, 100*share(before, Call.Failed))
		}
	}
}

// A bad release hides in an outage, and shows when the outage has passed.
func TestOutageHidesARelease(t *testing.T) {
	bad := header("X-Release", "r42", fault.Status(400))
	both, err := record(incident{"both", from(fault.All(bad, fault.Rate(0.9, fault.Overloaded()))), nil})
	if err != nil {
		t.Fatal(err)
	}
	if f := Triage(both); f.Whose != "theirs" {
		t.Errorf("outage and bad release: %s, %s", f.Whose, f.Evidence)
	}
}

// A service that is well, and one whose failures have no common cause.
func TestTriageDoesNotGuess(t *testing.T) {
	var log []Call
	for i := range 100 {
		log = append(log, Call{Provider: "a", Feature: "chat", Release: "r41", Attempt: 1, Status: 200, Finish: "stop"})
		if i%25 == 0 {
			log[i].Status, log[i].Finish = 500, ""
		}
	}
	if f := Triage(log); f.Whose != "nobody's" {
		t.Errorf("4%% failures are %s", f.Whose)
	}
	for status, whose := range map[int]string{402: "your account", 404: "your account", 429: "yours"} {
		for i := range log {
			log[i].Status = status
		}
		if f := Triage(log); f.Whose != whose {
			t.Errorf("%d without retries is %s: %s", status, f.Whose, f.Evidence)
		}
	}
	for i := range log {
		log[i].Finish = ""
		log[i].Status = []int{500, 401, 429}[i%3]
	}
	if f := Triage(log); f.Whose != "unknown" {
		t.Errorf("three causes at once are %s: %s", f.Whose, f.Evidence)
	}
}

// What was recorded and read back is judged the same.
func TestReadLog(t *testing.T) {
	log, err := record(incidents[0])
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "calls.jsonl")
	var lines strings.Builder
	for _, c := range log {
		line, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&lines, "%s\n", line)
	}
	if err := os.WriteFile(file, []byte(lines.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	direct := golden.Print(t, func(w io.Writer) error { return report(w, log) })
	if read := golden.Print(t, ofFile(file).Print); read != direct {
		t.Errorf("read back:\n%s\nwant:\n%s", read, direct)
	}
	if err := ofFile("none.jsonl").Print(io.Discard); err == nil {
		t.Error("no error for a log that does not exist")
	}
}

// The call by hand shows the answer's words, how it ended, and how long it took; or the error.
func TestCallByHand(t *testing.T) {
	p := fault.New(fault.Config{Plan: fault.Script(fault.OK(), fault.RateLimited(time.Second))})
	env := sample.Env{"OPENAI_BASE_URL": fault.Start(t, p) + "/v1"}
	for _, want := range [][]string{
		{"200 OK", `"finish_reason":"stop"`, "data: [DONE]", "first byte 0."},
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

// The lines that the page gives as an example are read as they are meant.
func TestReadsThePagesLines(t *testing.T) {
	log, err := readLog("testdata/calls.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	want := []Call{
		{At: 10, Provider: "a", Feature: "chat", Release: "r41", Attempt: 1, Status: 200, Finish: "stop"},
		{At: 20, Provider: "a", Feature: "chat", Release: "r42", Attempt: 1, Status: 429, Code: "slow_down"},
		{At: 30, Provider: "b", Feature: "probe", Attempt: 1, Code: "timeout"},
	}
	if !slices.Equal(log, want) {
		t.Errorf("read %+v", log)
	}
}

// The page's figures about the retried rate limit are the log's.
func TestPageShowsTheStorm(t *testing.T) {
	out := golden.Print(t, printTriage)
	if !strings.Contains(out, "attempts a request") {
		t.Errorf("no storm was found:\n%s", out)
	}
	log, err := record(incidents[2])
	if err != nil {
		t.Fatal(err)
	}
	a := filter(log, func(c Call) bool { return c.Provider == "a" })
	again := filter(a, func(c Call) bool { return c.Attempt > 1 })
	first := filter(a, func(c Call) bool { return c.Attempt == 1 })
	golden.Page(t,
		fmt.Sprintf("%d of the %d calls are retries", len(again), len(a)),
		fmt.Sprintf("%.0f%% of them fail, against %.0f%% of first attempts", 100*share(again, Call.Failed), 100*share(first, Call.Failed)),
		fmt.Sprintf("%.1f attempts", attempts(a)),
	)
}
