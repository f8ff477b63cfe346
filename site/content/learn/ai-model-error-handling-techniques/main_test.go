package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// The page shows the golden files, so it shows what the program prints.
func TestGolden(t *testing.T) { golden.Sections(t, outputs) }

// want is what the page teaches, for both providers.
var want = map[string]string{
	"bad request": "stop", "bad key": "switch*", "model gone": "switch*",
	"rate limit, 1 s": "retry 1s", "rate limit, 20 s": "switch",
	"credit spent": "switch*", "server error": "retry", "gateway's page": "retry",
	"overloaded": "switch", "gateway timeout": "switch", "no answer": "switch",
	"connection lost": "retry",
	"good":            "use", "refusal": "stop", "content filter": "stop", "cut at the limit": "fix",
	"empty": "fix", "broken JSON": "fix", "wrong JSON": "fix",
	"error event": "switch", "connection cut": "retry", "silence": "switch", "no end": "retry",
}

func all() []failing {
	return append(append(append([]failing{}, refused...), answered...), broken...)
}

func TestClassify(t *testing.T) {
	for _, f := range all() {
		a, b, err := meet(f)
		if err != nil {
			t.Fatal(err)
		}
		if f.name == "prompt too long" { // only OpenAI has a code for it
			if Classify(a).Action != Fix || Classify(b).Action != Stop {
				t.Errorf("%s: %v, %v", f.name, Classify(a), Classify(b))
			}
			continue
		}
		if got := Classify(a).String(); got != want[f.name] {
			t.Errorf("OpenAI, %s: %s, want %s", f.name, got, want[f.name])
		}
		if got := Classify(b).String(); got != want[f.name] {
			t.Errorf("Anthropic, %s: %s, want %s", f.name, got, want[f.name])
		}
	}
}

// A reason that nobody knows is not a good one, and a tool call needs no text.
func TestOnlyKnownReasonsAreGood(t *testing.T) {
	for reason, want := range map[string]Action{
		"stop": Use, "stop_sequence": Use, "length": Fix, "pause_turn": Fix, "invented_tomorrow": Fix,
	} {
		if got := Classify(Result{Stop: reason, Text: "Yes."}).Action; got != want {
			t.Errorf("%s: %s, want %s", reason, got, want)
		}
	}
	for _, reason := range []string{"tool_calls", "tool_use"} {
		if got := Classify(Result{Stop: reason}).Action; got != Use {
			t.Errorf("%s: %s, want use", reason, got)
		}
	}
}

// By status alone, a spent credit is a rate limit and a broken stream a success.
func TestStatusIsNotEnough(t *testing.T) {
	statuses := map[string]int{"credit spent": 429, "error event": 200}
	for _, f := range all() {
		if _, ok := statuses[f.name]; !ok {
			continue
		}
		_, b, err := meet(f)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(seen(b), fmt.Sprint(statuses[f.name])) || Classify(b).Action != Switch {
			t.Errorf("%s: %s, %v", f.name, seen(b), Classify(b))
		}
	}
}

// The other classifiers decide as the Go one does. Silence takes real time
// there, and JSON needs a schema, so these are left to the Go one; the Python
// one does not stream.
func TestOtherLanguages(t *testing.T) {
	const dated = "rate limit until a date"
	inGoOnly := func(f failing) bool { return f.name == "no answer" || f.name == "silence" || f.json }
	for _, lang := range []struct {
		name     string
		file     string
		failings []failing
		meets    int
		run      func(testing.TB, string, sample.Env) string
	}{
		{"TypeScript", "classify.ts", all(), 19, sample.TypeScript},
		{"Python", "classify.py", append(append([]failing{}, refused...), answered...), 16, sample.Python},
	} {
		t.Run(lang.name, func(t *testing.T) {
			plans := map[string]fault.Plan{}
			var names []string
			for _, f := range lang.failings {
				if !inGoOnly(f) {
					plans[f.name] = f.plan
					names = append(names, f.name)
				}
			}
			if got := len(names) - 1; got != lang.meets { // all but the good one
				t.Errorf("meets %d failures, the page says %d", got, lang.meets)
			}
			// A limit may end at a date instead of after seconds.
			plans[dated] = fault.RateLimited(0).WithHeader("Retry-After",
				time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
			names = append(names, dated)
			url := fault.Start(t, fault.New(fault.Config{Plan: fault.ByModel(plans)}))
			out := lang.run(t, lang.file, sample.Env{
				"OPENAI_BASE_URL": url + "/v1", "ANTHROPIC_BASE_URL": url,
				"MODELS": strings.Join(names, "|"),
			})
			for _, name := range names {
				decided := want[name]
				switch name {
				case "prompt too long":
					decided = "fix / stop"
				case dated:
					decided = "switch"
				}
				if line := name + ": " + decided + "\n"; !strings.Contains(out, line) {
					t.Errorf("no %q in\n%s", line, out)
				}
			}
		})
	}
}

func TestPageShowsItsSums(t *testing.T) {
	golden.Page(t,
		fmt.Sprintf("%d failures", len(all())-1),
		fmt.Sprintf("%v seconds", patience.Seconds()),
	)
}
