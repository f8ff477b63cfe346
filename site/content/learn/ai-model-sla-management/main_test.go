package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

const (
	interval   = 15 * time.Second
	monthCalls = int(30 * 24 * time.Hour / interval)
)

func recorded(t *testing.T, seed uint64, interval time.Duration) []Call {
	t.Helper()
	calls, err := record(seed, interval)
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

func between(calls []Call, from, to time.Duration) (in []Call) {
	for _, c := range calls {
		if from.Seconds() <= c.At && c.At < to.Seconds() {
			in = append(in, c)
		}
	}
	return in
}

// program runs a sample with other files of the folder beside it.
func program(t *testing.T, file, input string, beside []string, args ...string) string {
	t.Helper()
	cmd := sample.Command(t, file, nil, args...)
	for _, name := range beside {
		data, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(cmd.Dir, name), data, 0o666)
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

// minutely is a log with so many calls in each minute, of which the given number fail with status 500.
func minutely(each int, fails ...int) (calls []Call) {
	for m, n := range fails {
		for i := range each {
			c := Call{At: float64(60*m) + float64(60*i)/float64(each), Kind: "ok", Status: 200}
			if i < n {
				c.Kind, c.Status = "server_error", 500
			}
			calls = append(calls, c)
		}
	}
	return calls
}

func repeat(n, times int) (list []int) {
	for range times {
		list = append(list, n)
	}
	return list
}

// The three languages keep the same books, of the shift and of logs at the edges.
func TestThreeLanguagesAgree(t *testing.T) {
	shiftCalls := recorded(t, 1, interval)
	golden.Compare(t, "shift.jsonl", lines(shiftCalls))
	list := []struct {
		name string
		log  []Call
		down int
	}{
		{"the shift", shiftCalls, 20},
		{"no log", []Call{}, 0},
		{"four minutes", minutely(4, 4, 4, 4, 4), 0},
		{"four, and two", minutely(4, 0, 4, 4, 4, 4, 0, 4, 4), 0},
		{"one of four calls, five minutes", minutely(4, 0, 1, 1, 1, 1, 1, 0), 5},
		{"six, and five at the end", minutely(4, 4, 4, 4, 4, 4, 4, 0, 4, 4, 4, 4, 4), 11},
		{"4% of 100 calls a minute", minutely(100, repeat(4, 60)...), 0},
		{"6% of 100 calls a minute", minutely(100, repeat(6, 60)...), 60},
		{"users who leave", []Call{{At: 1, Kind: "cancelled"}, {At: 2, Kind: "refusal", Status: 200}}, 0},
	}
	var logs [][]Call
	var want []string
	for _, c := range list {
		if got := downtime(c.log, 0.05, 5); got != c.down {
			t.Errorf("%s: %d minutes, want %d", c.name, got, c.down)
		}
		var burning []string
		for _, now := range []float64{0, 1810, 1980, 3600, 18600, 27000} {
			for _, a := range alerts {
				burning = append(burning, fmt.Sprintf("%.6f %t", burn(c.log, now, a.short, 0.999), a.firing(c.log, now, 0.999)))
			}
		}
		logs = append(logs, c.log)
		want = append(want, fmt.Sprintf("%d %d %d %s", count(c.log, failed), count(c.log, serverError),
			downtime(c.log, 0.05, 5), strings.Join(burning, " ")))
	}
	input, err := json.Marshal(logs)
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"py", "ts"} {
		t.Run(language, func(t *testing.T) {
			out := strings.TrimSpace(program(t, "testdata/each."+language, string(input), []string{"sla." + language}))
			for i, line := range strings.Split(out, "\n") {
				if line != want[i] {
					t.Errorf("%s: %s\nin Go: %s", list[i].name, line, want[i])
				}
			}
		})
	}
}

// The TypeScript runs as its first lines say, and prints the three readings.
func TestCommand(t *testing.T) {
	if out := program(t, "sla.ts", "", []string{"shift.jsonl"}, "shift.jsonl"); out != "210 123 20\n" {
		t.Errorf("%q", out)
	}
}

// What the page says of the shift holds for other seeds, and for ten times the traffic.
func TestBooksDisagree(t *testing.T) {
	for _, c := range []struct {
		seed  uint64
		every time.Duration
	}{{1, interval}, {2, interval}, {3, interval}, {1, interval / 10}} {
		calls := recorded(t, c.seed, c.every)
		month := float64(30*24*time.Hour) / float64(c.every)
		users, provider := 1-float64(count(calls, failed))/month, 1-float64(count(calls, serverError))/month
		contract := 1 - float64(downtime(calls, 0.05, 5))/(30*24*60)
		if !(users < 0.999 && 0.999 < provider && provider < contract) {
			t.Errorf("seed %d, every %v: %.5f, %.5f, %.5f", c.seed, c.every, users, provider, contract)
		}
		for i, in := range incidents {
			part := between(calls, in.from, in.to)
			if count(part, failed) == 0 || (downtime(part, 0.05, 5) > 0) != (i == len(incidents)-1) {
				t.Errorf("seed %d, every %v, %s: %d failed, %d minutes down", c.seed, c.every, in.name,
					count(part, failed), downtime(part, 0.05, 5))
			}
		}
	}
}

// firings replays the shift by the minute, after three clean days: when an alert began, and how many
// minutes it was on.
func firings(calls []Call, a alert, slo float64) (began []time.Duration, on int) {
	const before = 72 * time.Hour
	var log []Call
	for s := time.Duration(0); s < before; s += interval {
		log = append(log, Call{At: s.Seconds(), Kind: "ok", Status: 200})
	}
	for _, c := range calls {
		c.At += before.Seconds()
		log = append(log, c)
	}
	was := false
	for now := time.Minute; now <= shift; now += time.Minute {
		is := a.firing(log, (before + now).Seconds(), slo)
		if is {
			on++
		}
		if is && !was {
			began = append(began, now)
		}
		was = is
	}
	return began, on
}

// The page says what the programs compute.
func TestPage(t *testing.T) {
	golden.Compare(t, "testdata/books.golden", program(t, "sla.py", "", []string{"shift.jsonl"}, "shift.jsonl"))
	calls := recorded(t, 1, interval)
	csv := "incident,users,provider\n"
	for _, in := range incidents {
		part := between(calls, in.from, in.to)
		csv += fmt.Sprintf("\"%s\",%d,%d\n", in.name, count(part, failed), count(part, serverError))
	}
	golden.Compare(t, "testdata/lost.csv", csv)
	users, server := count(calls, failed), count(calls, serverError)
	golden.Compare(t, "testdata/facts.csv", fmt.Sprintf("value,label\n"+
		"%d,\"calls of a bad shift were of no use to users\"\n"+
		"%d,\"of them the provider's own error counter can see\"\n"+
		"$0,\"is due for them under a 99.9%% SLA by its own definition\"\n", users, server))

	bad := map[int]int{}
	all := between(calls, incidents[1].from, incidents[1].to)
	for _, c := range all {
		if serverError(c) {
			bad[int(c.At/60)]++
		}
	}
	budget := func(slo float64) float64 { return (1 - slo) * float64(monthCalls) }
	spent := func(until time.Duration, slo float64) float64 {
		return 100 * float64(count(between(calls, 0, until), failed)) / budget(slo)
	}
	strict, strictOn := firings(calls, alerts[0], 0.999)
	loose, _ := firings(calls, alerts[0], 0.995)
	six, _ := firings(calls, alerts[1], 0.995)
	first := min(loose[0], six[0])
	if first < incidents[2].from || first >= incidents[2].to {
		t.Errorf("at 99.5%% the first alert is at %v", first)
	}
	if strictOn == 0 || strict[0] < incidents[0].from || strict[0] > incidents[0].to {
		t.Errorf("at 99.9%% the first alert is at %v", strict)
	}
	short := count(between(calls, incidents[0].from, incidents[0].from+time.Hour), failed)
	rules, err := os.ReadFile("alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"[1h]", "[5m]", fmt.Sprintf("ratio_1h > %g * 0.001", alerts[0].rate),
		fmt.Sprintf("ratio_5m > %g * 0.001", alerts[0].rate)} {
		if !strings.Contains(string(rules), want) {
			t.Errorf("alerts.yaml has no %q", want)
		}
	}
	golden.Page(t,
		fmt.Sprintf("label = 'is due for a shift in which %d calls failed'", users),
		fmt.Sprintf("a call every %.0f seconds, a deadline of %.0f seconds", interval.Seconds(), deadline.Seconds()),
		fmt.Sprintf("Users lost %d calls. The provider's counter shows %d", users, server),
		fmt.Sprintf("%d failures fall into %d different minutes", count(all, serverError), len(bad)),
		fmt.Sprintf("fewer than %.0f%% of months", 100*(1-math.Pow(0.05, 1.0/12))),
		fmt.Sprintf("behind an application at 99.95%% makes %.2f%%", 100*0.999*0.9995),
		fmt.Sprintf("an hour at 14.4 costs %.0f%% of it", 100*14.4/(30*24)),
		fmt.Sprintf("with %.1f%% of the month's budget spent", spent(strict[0], 0.999)),
		fmt.Sprintf("the shift spends %.0f%% of the month", spent(shift, 0.999)),
		fmt.Sprintf("%d failures among %.0f calls burn at %.1f", short, float64(time.Hour/interval),
			float64(short)/float64(time.Hour/interval)/0.005),
		fmt.Sprintf("the shift spends %.0f%%.", spent(shift, 0.995)),
		fmt.Sprintf("began %d times", len(strict)),
		fmt.Sprintf("hold %.0f calls, and one failure among them is a burn of %.0f",
			float64(5*time.Minute/interval), 1/float64(5*time.Minute/interval)/0.001),
		fmt.Sprintf("fewer than about %.0f calls", math.Round(1/(14.4*0.001)/10)*10),
		fmt.Sprintf("%d of the %d failures", users-server, users),
	)
}
