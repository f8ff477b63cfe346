package main

import (
	"fmt"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
)

func TestGolden(t *testing.T) { golden.Sections(t, outputs) }

var verdicts = map[string]string{
	"usual":           "as usual",
	"small pool":      "connection: pool or network",
	"rate limits":     "retries: look at the errors",
	"clock in prompt": "prompt: the cache missed",
	"provider queue":  "provider: slow to start",
	"slow decoding":   "provider: slow tokens",
	"long answers":    "answer: more tokens",
	"stalled stream":  "provider: the stream stalled",
}

// timings keeps what measure found.
var timings = map[string]Timing{}

func timing(t *testing.T, c Case) Timing {
	t.Helper()
	if _, ok := timings[c.name]; !ok {
		got, err := measure(c)
		if err != nil {
			t.Fatal(err)
		}
		timings[c.name] = got
	}
	return timings[c.name]
}

// Each cause is named, and the parts of a call add up to what a watch shows.
func TestEachCauseIsNamed(t *testing.T) {
	usual := timing(t, healthy)
	for _, c := range cases {
		timing := timing(t, c)
		if got := diagnose(timing, usual); got != verdicts[c.name] {
			t.Errorf("%s: %q, want %q (%+v)", c.name, got, verdicts[c.name], timing)
		}
		for _, part := range []time.Duration{timing.Failed, timing.Queued, timing.First, timing.Rest} {
			if part < 0 {
				t.Errorf("%s: a part is negative: %+v", c.name, timing)
			}
		}
		if want := map[string]int{"rate limits": 3}[c.name]; timing.Attempts != max(want, 1) {
			t.Errorf("%s: %d attempts", c.name, timing.Attempts)
		}
	}
}

// The status of each attempt is kept, and a stream that breaks off is an error, timed until then.
func TestAttemptsAndErrorsAreKept(t *testing.T) {
	limited, err := measure(cases[2])
	if err != nil || fmt.Sprint(limited.Statuses) != "[429 429 200]" {
		t.Errorf("statuses %v, %v", limited.Statuses, err)
	}
	for name, plan := range map[string]fault.Fault{"cut": fault.Cut(20), "error in the stream": fault.StreamError(20)} {
		broken, err := measure(Case{name: name, plan: plan})
		if err == nil || broken.Rest <= 0 || broken.Attempts != 1 {
			t.Errorf("%s: %v, %+v", name, err, broken)
		}
	}
}

// The questions that no case asks.
func TestDiagnose(t *testing.T) {
	usual := Timing{First: time.Second, Rest: time.Second, Input: 1000, Cached: 500, Output: 50}
	longer := usual
	longer.First, longer.Input = 5*time.Second, 9000
	if got := diagnose(longer, usual); got != "prompt: more input" {
		t.Errorf("a long prompt: %q", got)
	}
	slightly := usual
	slightly.First += 900 * time.Millisecond
	if got := diagnose(slightly, usual); got != "as usual" {
		t.Errorf("a little slower: %q", got)
	}
}

// The page says what the program measures.
func TestPageShowsItsSums(t *testing.T) {
	low, high := time.Hour, time.Duration(0)
	got := map[string]Timing{}
	for _, c := range cases {
		timing := timing(t, c)
		got[c.name] = timing
		if c.name != "usual" && c.name != "stalled stream" {
			low, high = min(low, timing.Total()), max(high, timing.Total())
		}
	}
	golden.Page(t,
		fmt.Sprintf("Totals between %.2f and %.2f seconds hide %s causes", low.Seconds(), high.Seconds(), "six"),
		fmt.Sprintf("goes from %.2f to %.2f seconds", got["usual"].First.Seconds(), got["clock in prompt"].First.Seconds()),
		fmt.Sprintf("would have found it after %.2f",
			(got["stalled stream"].First+19*20*time.Millisecond+2*time.Second).Seconds()),
		fmt.Sprintf("deadline of %.0f seconds", deadline.Seconds()),
		fmt.Sprintf("Answers of 50 and of 2,000 tokens differ by %s times", map[int]string{40: "forty"}[2000/50]),
	)
	if n := len(cases) - 2; n != 6 {
		t.Errorf("%d causes, the page says six and a stall", n)
	}
	if failed := got["rate limits"].Failed; failed != 5*time.Second {
		t.Errorf("the page says 2 and 3 seconds of waiting, failed attempts took %v", failed)
	}
}
