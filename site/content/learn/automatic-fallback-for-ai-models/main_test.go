// Package fallback_test holds the article to what its programs do.
package fallback_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/sony/gobreaker/v2"

	resilient "aiperformanceoptimization.com/plansync/site/reference/go"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// The lines to copy do the same in the three languages: A is asked six times, then passed over, and
// each request has an answer of B.
func TestSamples(t *testing.T) {
	for _, file := range []string{"fallback.py", "fallback.ts", "fallback.go"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			a := fault.New(fault.Config{Name: "A", Plan: fault.Overloaded()})
			b := fault.New(fault.Config{Name: "B", Text: "Yes."})
			cmd := sample.Command(t, file, sample.Env{
				"OPENAI_BASE_URL":    fault.Start(t, a) + "/v1",
				"ANTHROPIC_BASE_URL": fault.Start(t, b),
			}, "1?", "2?", "3?", "4?", "5?", "6?", "7?", "8?")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s%s", err, out, stderr.String())
			}
			golden.Compare(t, "testdata/fallback.golden", string(out))
			if got := a.Stats().Calls; got != 6 {
				t.Errorf("A was asked %d times, want 6", got)
			}
		})
	}
}

const (
	from = 2 * time.Minute // the outage
	to   = 12 * time.Minute
	ends = 14 * time.Minute
)

var seeds = []uint64{1, 2, 3, 4, 5}

// TestOutages measures what a breaker adds to a chain: nobody fails either way, so it is waiting
// that it saves, and only where failures are slow; what it costs is traffic at B.
func TestOutages(t *testing.T) {
	outages := []struct {
		name string
		plan fault.Plan
	}{
		{"25% are 503", fault.Rate(0.25, fault.Overloaded())},
		{"25% are silent", fault.Rate(0.25, fault.Hang())},
		{"all are 503", fault.Overloaded()},
		{"all are silent", fault.Hang()},
	}
	designs := []design{alone, inARow, share}
	text := "outage,chain alone,6 in a row,share or run\n"
	mean, toB := map[string][3]float64{}, map[string][3]float64{}
	for _, o := range outages {
		var m, b [3]float64
		for _, seed := range seeds {
			var w, n [3]float64
			for i, d := range designs {
				plan := fault.Schedule(fault.Phase{For: from}, fault.Phase{For: to - from, Plan: o.plan})
				r, err := drive{plan, ends, d.breaker, seed}.run()
				if err != nil {
					t.Fatal(err)
				}
				ill := r.between(from, to)
				if n := r.count(failed); n > 0 {
					t.Errorf("%s, %s, seed %d: %d requests failed", o.name, d.name, seed, n)
				}
				w[i], n[i] = ill.mean(), float64(ill.count(byB))/float64(len(ill.trips))
				m[i] += w[i] / float64(len(seeds))
				b[i] += n[i] / float64(len(seeds))
			}
			switch o.name {
			case "25% are 503":
				if w[2] < 0.95*w[0] || n[2] < 2.5*n[0] {
					t.Errorf("%s, seed %d: wait %v, to B %v", o.name, seed, w, n)
				}
			case "25% are silent":
				if w[2] > 0.65*w[0] || w[1] < 0.85*w[0] {
					t.Errorf("%s, seed %d: wait %v", o.name, seed, w)
				}
			case "all are silent":
				if w[1] > w[2] || w[2] > 0.4*w[0] {
					t.Errorf("%s, seed %d: wait %v", o.name, seed, w)
				}
			}
		}
		mean[o.name], toB[o.name] = m, b
		text += fmt.Sprintf("%s,%.1f,%.1f,%.1f\n", o.name, m[0], m[1], m[2])
	}
	golden.Compare(t, "testdata/outages.csv", text)
	silent, fast := mean["25% are silent"], toB["25% are 503"]
	facts := [][]string{
		{"value", "label"},
		{fmt.Sprintf("%.1f s", silent[2]), fmt.Sprintf(
			"mean wait while a quarter of A's calls is silent, %.1f s without a breaker", silent[0])},
		{fmt.Sprintf("%.0f%%", 100*fast[2]), fmt.Sprintf(
			"of the traffic at B while a quarter of A's calls fails, %.0f%% without", 100*fast[0])},
		{"0 failed", "requests, with or without: the chain takes each one to B"},
	}
	var out bytes.Buffer
	if err := csv.NewWriter(&out).WriteAll(facts); err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "testdata/facts.csv", out.String())
	golden.Page(t, "value = '"+facts[1][0]+"'", fmt.Sprintf(
		"takes %.1f seconds, six in a row %.1f and the rule of this article %.1f",
		mean["all are silent"][0], mean["all are silent"][1], mean["all are silent"][2]))
}

// Where failures come in clusters, a run finds them as well.
func TestClusters(t *testing.T) {
	var phases []fault.Phase
	for range 10 { // a quarter of the calls, in a quarter of each minute
		phases = append(phases, fault.Phase{For: 15 * time.Second, Plan: fault.Hang()},
			fault.Phase{For: 45 * time.Second})
	}
	var wait [3]float64
	for i, d := range []design{alone, inARow, share} {
		r, err := drive{fault.Schedule(phases...), 10 * time.Minute, d.breaker, 1}.run()
		if err != nil {
			t.Fatal(err)
		}
		wait[i] = r.mean()
	}
	golden.Page(t, fmt.Sprintf("%.1f, %.1f and %.1f seconds", wait[0], wait[1], wait[2]))
}

// A cooldown without an answer costs ten requests their patience, however many requests there are.
func TestProbesCostTen(t *testing.T) {
	r, err := drive{fault.Hang(), 4 * time.Minute, share.breaker, 1}.run()
	if err != nil {
		t.Fatal(err)
	}
	slow := func(t trip) bool { return t.wait > limit }
	later := r.between(2*time.Minute, 4*time.Minute) // about three cooldowns of 38 s
	if n := later.count(slow); n < 20 || n > 40 {
		t.Errorf("%d of %d requests waited out the limit", n, len(later.trips))
	}
	three := func() *resilient.Breaker {
		b := resilient.NewBreaker()
		b.Probes = 3
		return b
	}
	fewer, err := drive{fault.Hang(), 4 * time.Minute, three, 1}.run()
	if err != nil || fewer.mean() > 0.75*r.mean() {
		t.Errorf("%v; three probes: %.1f s on average, ten: %.1f s", err, fewer.mean(), r.mean())
	}
}

// TestOwn shows troubles that are not A's. B refuses the malformed requests, too.
func TestOwn(t *testing.T) {
	out := fmt.Sprintf("%-15s %11s %11s\n", "", "all count", "judged")
	out += fmt.Sprintf("%-15s %5s %5s %5s %5s\n", "of 180", "fail", "to B", "fail", "to B")
	malformed := func(c fault.Call) bool { return strings.Contains(c.Prompt, "malformed") }
	bad := fault.When(malformed, fault.Status(400))
	for _, trouble := range []struct {
		name string
		a, b fault.Plan
	}{
		{"30% are 400", bad, bad},
		{"30% are 429", fault.Rate(0.3, fault.RateLimited(20*time.Second)), nil},
		{"credit is spent", fault.QuotaExhausted(), nil},
	} {
		var sum [4]int
		for _, seed := range seeds {
			var got [4]int
			for i, naive := range []bool{true, false} {
				failed, toB, err := route(trouble.a, trouble.b, naive, seed)
				if err != nil {
					t.Fatal(err)
				}
				got[2*i], got[2*i+1] = failed, toB
			}
			if got[0] != got[2] || trouble.name != "credit is spent" && got[1] < 2*got[3] {
				t.Errorf("%s, seed %d: %v", trouble.name, seed, got)
			}
			for i, n := range got {
				sum[i] += n
			}
		}
		out += fmt.Sprintf("%-15s", trouble.name)
		for _, n := range sum {
			out += fmt.Sprintf(" %5.0f", float64(n)/float64(len(seeds)))
		}
		out += "\n"
	}
	golden.Compare(t, "testdata/own.golden", out)

	// What the page warns of: with a B that accepts what A refuses, counting everything looks better.
	all, _, err1 := route(bad, nil, true, 1)
	judged, _, err2 := route(bad, nil, false, 1)
	if err := errors.Join(err1, err2); err != nil || all >= judged {
		t.Errorf("%v; with a lenient B %d fail where all count, %d judged", err, all, judged)
	}
}

// route asks A where its breaker lets it, and B after a failure that may go there. A naive breaker
// counts all that is not good.
func route(planA, planB fault.Plan, naive bool, seed uint64) (failed, toB int, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		a := env.Start(fault.Config{Name: "a", Seed: seed, Plan: planA})
		b := env.Start(fault.Config{Name: "b", Seed: seed, Plan: planB})
		first, second := models(env, a, b)
		breaker := resilient.NewBreaker()
		rng := rand.New(rand.NewPCG(seed, 0))
		for i := range 180 {
			prompt := fmt.Sprintf("Question %d?", i)
			if rng.Float64() < 0.3 {
				prompt += " malformed"
			}
			v := resilient.Verdict{Action: "switch"}
			if permit := breaker.Allow(); permit > 0 {
				answer, err := first(context.Background(), resilient.Prompt(prompt), nil)
				v = resilient.Classify(answer, err, nil)
				if naive && v.Counts != "good" {
					breaker.Record(permit, "yes")
				} else {
					breaker.Record(permit, v.Counts)
				}
			}
			if v.Action == "switch" || v.Action == "retry" {
				toB++
				answer, err := second(context.Background(), resilient.Prompt(prompt), nil)
				v = resilient.Classify(answer, err, nil)
			}
			if v.Action != "use" {
				failed++
			}
			time.Sleep(time.Second)
		}
		return nil
	})
	return failed, toB, err
}

// A window trips when at least this share of its last calls has failed.
type window struct{ calls, percent int }

// until returns how many calls it takes on average until the window trips, at most so many.
func (w window) until(fails float64, most, runs int, rng *rand.Rand) float64 {
	total := 0
	for range runs {
		last := make([]bool, w.calls)
		failed := 0
		for n := 1; ; n++ {
			i := n % w.calls
			if last[i] {
				failed--
			}
			if last[i] = rng.Float64() < fails; last[i] {
				failed++
			}
			if total++; n == most || n >= w.calls && 100*failed >= w.percent*w.calls {
				break
			}
		}
	}
	return float64(total) / float64(runs)
}

// TestThreshold holds what the page says of windows, on several draws: on a bad day with 5% of
// errors later is better, and in an outage with 25% sooner.
func TestThreshold(t *testing.T) {
	const most = 200_000
	for _, seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 99))
		if n := (window{60, 20}).until(0.05, most, 10, rng); n < 50_000 {
			t.Errorf("seed %d: a bad day trips 20%% of 60 after %.0f calls", seed, n)
		}
		if n := (window{60, 20}).until(0.25, most, 50, rng); n > 70 {
			t.Errorf("seed %d: 20%% of 60 takes %.0f calls to see an outage", seed, n)
		}
		if n := (window{60, 50}).until(0.25, most, 5, rng); n < 100_000 {
			t.Errorf("seed %d: 50%% of 60 takes %.0f calls to see an outage", seed, n)
		}
		if n := (window{60, 10}).until(0.05, most, 200, rng); n < 200 || n > 500 {
			t.Errorf("seed %d: a bad day trips 10%% of 60 after %.0f calls", seed, n)
		}
	}
}

// closes is the share of cooldowns after which a breaker closes, while so many calls fail.
func closes(probes int, fails float64, seed uint64) float64 {
	const cooldowns = 4000
	closed := 0
	err := virtual.Run(func(*virtual.Env) error {
		b := resilient.NewBreaker()
		b.Probes = probes
		b.Log = func(_, to, _ string) {
			if to == "closed" {
				closed++
			}
		}
		rng := rand.New(rand.NewPCG(seed, 5))
		for range cooldowns {
			b.Record(b.Allow(), "at once")
			time.Sleep(b.Cooldown)
			for permit := b.Allow(); permit > 0; permit = b.Allow() {
				counts := "good"
				if rng.Float64() < fails {
					counts = "yes"
				}
				before := closed
				if b.Record(permit, counts); closed > before {
					break
				}
			}
			time.Sleep(b.Cooldown)
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
	return float64(closed) / cooldowns
}

// TestProbes holds the text's chances against the breaker itself.
func TestProbes(t *testing.T) {
	for _, seed := range seeds[:3] {
		for _, c := range []struct {
			probes int
			fails  float64
			says   string
		}{
			{1, 0.25, "75%"}, {10, 0.25, "5.6%"}, {10, 0.01, "90%"},
		} {
			want := math.Pow(1-c.fails, float64(c.probes))
			if got := closes(c.probes, c.fails, seed); math.Abs(got-want) > 0.02 {
				t.Errorf("seed %d: with %d probes and %g failing it closes in %.3f of the cooldowns, not %.3f",
					seed, c.probes, c.fails, got, want)
			}
			golden.Page(t, c.says)
		}
	}
}

// TestRun pins how rare six failures in a row are.
func TestRun(t *testing.T) {
	const p, run = 0.25, 6
	calls := (1 - math.Pow(p, run)) / (math.Pow(p, run) * (1 - p))
	golden.Page(t, "5,460 calls")
	if math.Round(calls) != 5460 {
		t.Errorf("six in a row take %.0f calls", calls)
	}
}

// TestGobreaker holds what the page says of a library's defaults against the library.
func TestGobreaker(t *testing.T) {
	b := gobreaker.NewCircuitBreaker[int](gobreaker.Settings{})
	fail := func() (int, error) { return 0, errors.New("no") }
	for i := range 6 {
		if b.State() != gobreaker.StateClosed {
			t.Errorf("open after %d failures", i)
		}
		_, _ = b.Execute(fail)
	}
	if b.State() != gobreaker.StateOpen {
		t.Error("closed after 6 failures")
	}
	var begun uint32
	busy := gobreaker.NewCircuitBreaker[int](gobreaker.Settings{})
	_, _ = busy.Execute(func() (int, error) {
		begun = busy.Counts().Requests
		return 1, nil
	})
	if begun != 1 {
		t.Errorf("while a call runs, it counts %d requests", begun)
	}
	never := gobreaker.NewCircuitBreaker[int](gobreaker.Settings{})
	err := virtual.Run(func(*virtual.Env) error {
		_, _ = never.Execute(func() (int, error) { return 1, nil })
		time.Sleep(24 * time.Hour)
		return nil
	})
	if err != nil || never.Counts().Requests != 1 {
		t.Errorf("%v; a day later it counts %d requests", err, never.Counts().Requests)
	}
}

// TestTable holds the page's table against faults.toml: every kind of verdict, and what the breaker
// makes of it.
func TestTable(t *testing.T) {
	var faults struct {
		Fault []struct{ Kind, Caller, Counts string }
	}
	if _, err := toml.DecodeFile("../../../reference/faults.toml", &faults); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("index.md")
	if err != nil {
		t.Fatal(err)
	}
	says := map[string]string{"good": "counts as good", "yes": "counts", "no": "ignores",
		"at once": "opens at once, alert a person"}
	for _, f := range faults.Fault {
		if f.Kind == "ok" || f.Caller == "share" { // the text tells of the share
			continue
		}
		line := "(?m)^\\| [^|]*`" + f.Kind + "`[^|]*\\|[^|]*\\| (.*) \\|$"
		row := regexp.MustCompile(line).FindSubmatch(page)
		if row == nil || string(row[1]) != says[f.Counts] {
			t.Errorf("%s: the page says %q, want %q", f.Kind, row, says[f.Counts])
		}
	}
}
