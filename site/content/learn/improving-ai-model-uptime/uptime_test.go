package uptime

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	resilient "aiperformanceoptimization.com/plansync/site/reference/go"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// program runs a sample with a file beside it, and with input.
func program(t *testing.T, file, beside, input string, args ...string) string {
	t.Helper()
	cmd := sample.Command(t, file, nil, args...)
	if beside != "" {
		data, err := os.ReadFile(beside)
		if err == nil {
			err = os.WriteFile(filepath.Join(cmd.Dir, beside), data, 0o666)
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

const minutes = 30 * 24 * 60.0

// lost is time in a month of 30 days, as the page says it.
func lost(share float64) string {
	m := share * minutes
	if m >= 60 {
		return fmt.Sprintf("%d h %.0f min", int(m)/60, m-float64(int(m)/60*60))
	}
	return fmt.Sprintf("%.1f min", m)
}

// steps are the ladder in Go.
func steps() (list []Setup) {
	s := Setup{Scattered: 0.009, Outages: 0.001, Shared: 0.1, Attempts: 1}
	for _, change := range []func(){
		func() {},
		func() { s.Attempts = 3 },
		func() { s.Spare, s.Minutes = true, 15 },
		func() { s.Minutes = 0 },
		func() { s.Optional = 0.7 },
		func() { s.Own = 0.0005 },
	} {
		change()
		list = append(list, s)
	}
	return list
}

// The model says the same in all three languages, and the page says what it says.
func TestLadder(t *testing.T) {
	py := program(t, "uptime.py", "", "", "ladder")
	ts := program(t, "uptime.ts", "", "", "ladder")
	lines := strings.Split(strings.TrimSpace(py), "\n")
	typed := strings.Split(strings.TrimSpace(ts), "\n")
	list := steps()
	if len(lines) != len(list) || len(typed) != len(list) {
		t.Fatalf("%d, %d and %d rows", len(lines), len(typed), len(list))
	}
	for i, s := range list {
		want := fmt.Sprintf("%.3f%%", 100*(1-s.Failing()))
		for _, line := range []string{lines[i], typed[i]} {
			if words := strings.Fields(line); words[len(words)-1] != want {
				t.Errorf("%q, in Go %s", line, want)
			}
		}
		golden.Page(t, fmt.Sprintf("| %s | %s |", want, lost(s.Failing())))
	}
	golden.Compare(t, "testdata/facts.csv", fmt.Sprintf("value,label\n"+
		"%s,\"lost in 30 days when each failed request tries a spare, %s with retries alone\"\n"+
		"%s,\"when a person switches within 15 minutes instead\"\n",
		lost(list[3].Failing()), lost(list[1].Failing()), lost(list[2].Failing())))
	golden.Page(t, fmt.Sprintf("value = '%s'", lost(list[3].Failing())))
}

// The page shows the other outputs.
func TestOutputs(t *testing.T) {
	golden.Compare(t, "testdata/retries.golden", program(t, "uptime.py", "", "", "retries"))
	golden.Compare(t, "testdata/outages.golden", program(t, "uptime.py", "", "", "outages"))
	shared := program(t, "uptime.py", "", "", "shared")
	for _, line := range strings.Split(strings.TrimSpace(shared), "\n") {
		_, between, _ := strings.Cut(line, "days, ")
		golden.Page(t, between)
	}
}

// A row is what seeds.py says of a run.
func rows(t *testing.T) map[string][][]float64 {
	got := map[string][][]float64{}
	dec := json.NewDecoder(strings.NewReader(program(t, "testdata/seeds.py", "uptime.py", "")))
	for dec.More() {
		var row struct {
			Run    string
			Values []float64
		}
		if err := dec.Decode(&row); err != nil {
			t.Fatal(err)
		}
		got[row.Run] = append(got[row.Run], row.Values)
	}
	return got
}

// What the page claims holds for other seeds, and where it depends on an assumption, the page says
// so.
func TestClaims(t *testing.T) {
	got := rows(t)
	for i, one := range got["one provider"] {
		for _, run := range []string{"0 min", "15 min", "60 min"} {
			if v := got[run][i]; math.Abs(v[0]-v[2]) > 0.05*v[2] {
				t.Errorf("run %d, %s: %g simulated, %g by the formula", i, run, v[0], v[2])
			}
		}
		slow, fast := got["60 min"][i][1], got["15 min"][i][1]
		if math.Abs(slow-one[1]) > 0.01 || fast > one[1]/5 {
			t.Errorf("run %d: bad months %g with one provider, %g after an hour, %g after 15 min", i,
				one[1], slow, fast)
		}
	}
	// What retries buy is a matter of how failures fall.
	for _, v := range got["part"] {
		part, retries, spare := v[0], v[2], v[4]
		switch part {
		case 0:
			if retries < 0.999998 {
				t.Errorf("scattered only: %g with retries", retries)
			}
		case 0.1:
			golden.Page(t, fmt.Sprintf("%.2f%% where outages cause a tenth", 100*retries))
		case 0.5:
			golden.Page(t, fmt.Sprintf("%.2f%% where they cause half", 100*retries))
		case 1:
			if math.Abs(retries-0.99) > 1e-9 || spare < 0.998 {
				t.Errorf("outages only: %g with retries, %g with a spare", retries, spare)
			}
			golden.Page(t, fmt.Sprintf("%.2f%% if they cause all", 100*retries))
		}
	}
	// A breaker after that changes the wait, not the uptime.
	if v := got["own breaker"][0]; v[1] < v[0] {
		t.Errorf("a switch after a minute loses %g, at once %g", v[1], v[0])
	}
	var csv strings.Builder
	csv.WriteString("shared,at once,after 15 min,after 60 min\n")
	for _, v := range got["shared"] {
		fmt.Fprintf(&csv, "%g,%.1f,%.1f,%.1f\n", 100*v[0], v[1], v[2], v[3])
	}
	golden.Compare(t, "testdata/shared.csv", csv.String())
	for _, v := range got["retry"] {
		time, fails := v[0], v[1]
		want := []float64{1 - time*fails, 1 - time*fails*fails, 1 - time*fails*fails*fails}
		for n, w := range want {
			if math.Abs(v[2+n]-w) > 1e-12 {
				t.Errorf("%g of the time %g fail: %g with %d retries, want %g", time, fails, v[2+n], n, w)
			}
		}
	}
	// A draw of attempts agrees with the formula for the partial outage.
	rng := rand.New(rand.NewPCG(1, 0))
	bad, n := 0, 400_000
	for range n {
		if rng.Float64() < 0.04 && rng.Float64() < 0.25 && rng.Float64() < 0.25 {
			bad++
		}
	}
	if got, want := float64(bad)/float64(n),
		0.04*0.25*0.25; math.Abs(got-want) > 4*math.Sqrt(want/float64(n)) {
		t.Errorf("drawn %g, formula %g", got, want)
	}
}

// The log of a real client, with the official SDKs: what is measured from it is what happened, in
// all three languages, and the two numbers split its failures into outages and scattered errors.
func TestMeasure(t *testing.T) {
	var log [][]Try
	answered, counted := 0, 0
	err := virtual.Run(func(env *virtual.Env) error {
		outage := fault.Phase{For: 5 * time.Minute, Plan: fault.Status(500)}
		flaky := fault.Phase{For: 95 * time.Minute, Plan: fault.Rate(0.1, fault.Status(500))}
		a := env.Start(fault.Config{Name: "a", Seed: 1, Plan: fault.When(func(c fault.Call) bool {
			return !strings.Contains(c.Prompt, "long")
		}, fault.Schedule(flaky, outage, flaky))})
		b := env.Start(fault.Config{Name: "b", Seed: 2, Plan: fault.Rate(0.2, fault.Status(500))})
		long := env.Start(fault.Config{Name: "long", Plan: fault.ContextTooLong()})
		model := func(p *virtual.Provider) resilient.Model {
			return resilient.Chat(openai.NewClient(option.WithBaseURL(p.URL+"/v1"), option.WithAPIKey("any"),
				option.WithHTTPClient(env.Client), option.WithMaxRetries(0)), "m")
		}
		links := []resilient.Link{resilient.NewLink("A", model(a), nil), resilient.NewLink("B",
			model(b), nil)}
		links[1].Tries = 1
		chain := resilient.NewChain(links...)
		chain.Budget = resilient.NewBudget(1, 10)
		for i := range 3000 {
			asked := chain
			if i%50 == 0 {
				asked = resilient.NewChain(resilient.NewLink("A", model(long), nil))
			}
			answer, err := asked.Ask(env.Context, resilient.Prompt(fmt.Sprint("question ", i)), nil)
			tried := answer.Tried
			if failed, ok := err.(*resilient.Failed); ok {
				tried = failed.Tried
			}
			var line []Try
			for _, v := range tried {
				line = append(line, Try{v.Link, v.Kind})
			}
			log = append(log, line)
			if i%50 > 0 {
				counted++
				if err == nil {
					answered++
				}
			}
			time.Sleep(2 * time.Second)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	gone, retries, spares := Measure(log)
	if want := 1 - float64(answered)/float64(counted); math.Abs(gone-want) > 1e-12 {
		t.Errorf("measured %g lost, happened %g", gone, want)
	}
	// 5 of 100 minutes are outage, 10% of attempts fail otherwise.
	first := 0.05 + 0.95*0.1
	outages, scattered := first*retries, first-first*retries
	if math.Abs(outages-0.05) > 0.02 || math.Abs(scattered-0.095) > 0.02 {
		t.Errorf("the retries say %g outages and %g scattered", outages, scattered)
	}
	if math.Abs(spares-0.2) > 0.07 {
		t.Errorf("measured that %g of the calls to B fail", spares)
	}
	var input strings.Builder
	for _, tried := range log {
		var pairs [][2]string
		for _, v := range tried {
			pairs = append(pairs, [2]string{v.Link, v.Kind})
		}
		line, _ := json.Marshal(map[string]any{"tried": pairs})
		fmt.Fprintf(&input, "%s\n", line)
	}
	var ts []float64
	if err := json.Unmarshal([]byte(program(t, "uptime.ts", "", input.String())), &ts); err != nil {
		t.Fatal(err)
	}
	if math.Abs(ts[0]-gone)+math.Abs(ts[1]-retries)+math.Abs(ts[2]-spares) > 1e-9 {
		t.Errorf("TypeScript measures %v, Go %g, %g, %g", ts, gone, retries, spares)
	}
	want := fmt.Sprintf("uptime %.3f%%, retries that fail %.1f%%, spares that fail %.1f%%\n",
		100*(1-gone), 100*retries, 100*spares)
	file := filepath.Join(t.TempDir(), "calls.jsonl")
	if err := os.WriteFile(file, []byte(input.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	if got := program(t, "uptime.py", "", "", "measure", file); got != want {
		t.Errorf("Python says %q, Go %q", got, want)
	}
}

// The page's sums.
func TestPageShowsItsSums(t *testing.T) {
	saved := 0.9e-3 * 1e6 // requests of a million between 99.9% and 99.99%
	golden.Page(t,
		fmt.Sprintf("three at 99.9%% make %.2f%%", 100*math.Pow(0.999, 3)),
		fmt.Sprintf("equivalent of %.0f minutes", 6*60*0.25),
		fmt.Sprintf("caps that month at %.2f%%", 100*(1-6*60*0.25/minutes)),
		fmt.Sprintf("about %.0f failures", saved),
		fmt.Sprintf("worth $%.0f a month", saved*0.05),
		fmt.Sprintf("$%.0f,000", saved*50/1000),
		fmt.Sprintf("leaves %.1f minutes in 30 days", 0.0001*minutes),
		fmt.Sprintf("about %.0f,000 requests in a row", math.Log(0.05)/math.Log(0.9999)/1000),
	)
}
