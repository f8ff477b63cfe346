package main

import (
	"fmt"
	"math"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// The page shows the golden files, so it shows what the program prints.
func TestGolden(t *testing.T) { golden.Sections(t, outputs) }

// percents returns the row of a section's output that begins with name.
func percents(t *testing.T, section, name string) (values []float64) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + section + ".golden")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		rest, ok := strings.CutPrefix(line, name+"  ")
		for _, field := range strings.Fields(rest) {
			value, err := strconv.ParseFloat(strings.TrimSuffix(field, "%"), 64)
			if err == nil && ok {
				values = append(values, value)
			}
		}
	}
	if len(values) != 2 {
		t.Fatalf("%s has %v for %q", section, values, name)
	}
	return values
}

// The simulation says, to the nanosecond, what the balancer and real model
// servers do.
func TestSimulationIsTheFleet(t *testing.T) {
	for _, r := range append(slices.Clone(rules), affine[3]) {
		list := about(200, 0.9)
		want := simulate(Experiment{Jobs: list, Rule: r.make()})
		served, err := serve(list, r.make(), 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		var waits []time.Duration
		for i, took := range served.Took {
			waits = append(waits, took-firstToken-time.Duration(list[i].Tokens-1)*perToken)
		}
		slices.Sort(waits)
		if !slices.Equal(waits, want.Waits) || served.Calls != want.Calls {
			t.Errorf("%s: the fleet gives p99 %v and calls %v, the simulation %v and %v",
				r.name, waits[197], served.Calls, want.Wait(0.99), want.Calls)
		}
		if want.Waits[len(want.Waits)-1] == 0 {
			t.Errorf("%s: nobody waits, so nothing is compared", r.name)
		}
	}
}

// p99 returns the wait in seconds of a rule on a workload, by their names.
func p99(t *testing.T, rule, workload string) float64 {
	t.Helper()
	for _, r := range rules {
		for _, l := range workloads {
			if r.name == rule && l.name == workload {
				return simulate(l.with(r.make())).Wait(0.99).Seconds()
			}
		}
	}
	t.Fatalf("no %q or no %q", rule, workload)
	return 0
}

const turnsRule, leastRule, twoRule = "round robin", "least open", "two random"

func TestTurnsAreBestOnlyWhileAnswersAreEven(t *testing.T) {
	if turns, least := p99(t, turnsRule, "even"), p99(t, leastRule, "even"); turns > least {
		t.Errorf("even answers: %g s in turns, %g s by least open", turns, least)
	}
	if turns, two := p99(t, turnsRule, "mixed"), p99(t, twoRule, "mixed"); turns < 3*two {
		t.Errorf("mixed answers: %g s in turns, %g s by two choices", turns, two)
	}
	if turns, two := p99(t, turnsRule, "slow"), p99(t, twoRule, "slow"); turns < 50*two {
		t.Errorf("slow replica: %g s in turns, %g s by two choices", turns, two)
	}
}

func TestStaleLoadsTurnTheBestRuleIntoTheWorst(t *testing.T) {
	live, stale := p99(t, leastRule, "mixed"), p99(t, leastRule, "stale")
	turns, two := p99(t, turnsRule, "stale"), p99(t, twoRule, "stale")
	if live > p99(t, twoRule, "mixed") {
		t.Errorf("least open is not the best on live counts: %g s", live)
	}
	if stale < 2*turns || two > turns {
		t.Errorf("stale: least open %g s, turns %g s, two choices %g s", stale, turns, two)
	}
}

func TestBoundedAffinityKeepsHitsAndSparesTheHotReplica(t *testing.T) {
	results := map[string]Result{}
	for _, r := range affine {
		results[r.name] = simulate(Experiment{Jobs: about(count, aboutLoad), Rule: r.make(), Remembers: remembers})
	}
	turns, least := results[turnsRule], results[leastRule]
	pinned, bounded := results["affinity, no bound"], results["affinity, bound 1.5"]
	if bounded.Hits < 17*turns.Hits/10 || bounded.Hits < pinned.Hits*9/10 {
		t.Errorf("hits: %d in turns, %d pinned, %d bounded", turns.Hits, pinned.Hits, bounded.Hits)
	}
	if bounded.Wait(0.99) > least.Wait(0.99) || pinned.Wait(0.99) < 10*turns.Wait(0.99) {
		t.Errorf("p99: %v in turns, %v least, %v pinned, %v bounded",
			turns.Wait(0.99), least.Wait(0.99), pinned.Wait(0.99), bounded.Wait(0.99))
	}
}

func TestFailingFastAttractsTraffic(t *testing.T) {
	fair := 100.0 / replicas
	if got := percents(t, "failing", turnsRule); got[0] != fair || got[1] != fair {
		t.Errorf("turns give the broken replica %v", got)
	}
	for _, rule := range []string{leastRule, twoRule} {
		if got := percents(t, "failing", rule); got[0] < 1.5*fair || got[1] > 0.8*fair {
			t.Errorf("%s gives the broken replica %v", rule, got)
		}
	}
}

// A streamed answer has its headers at once; its request stays open to the end.
func TestStreamStaysOpen(t *testing.T) {
	err := virtual.Run(func(env *virtual.Env) error {
		env.Start(fault.Config{Name: "replica-0", PerToken: fault.Fixed(perToken), Text: "one two three"})
		b := &Balancer{Hosts: []string{"replica-0"}, Rule: RoundRobin(), Next: env.Transport()}
		client := openai.NewClient(option.WithBaseURL("http://fleet/v1"), option.WithAPIKey("any"),
			option.WithHTTPClient(&http.Client{Transport: b}), option.WithMaxRetries(0))
		open := func() int {
			b.mu.Lock()
			defer b.mu.Unlock()
			return b.open[0]
		}
		for _, readToEnd := range []bool{true, false} {
			stream := client.Chat.Completions.NewStreaming(env.Context, openai.ChatCompletionNewParams{
				Model:    "fault-large",
				Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Count.")},
			})
			if !stream.Next() || open() != 1 {
				t.Errorf("%d requests are open in mid-stream", open())
			}
			for readToEnd && stream.Next() {
			}
			stream.Close()
			if open() != 0 {
				t.Errorf("read to the end %v: %d requests stay open", readToEnd, open())
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The page recommends a range of bounds: inside of it all beats having no
// affinity, and at 2 the tail no longer does.
func TestBoundsOfTheRange(t *testing.T) {
	least := simulate(Experiment{Jobs: about(count, aboutLoad), Rule: LeastOpen(fresh()), Remembers: remembers})
	for _, factor := range []float64{1.25, 1.5, 1.75} {
		got := simulate(Experiment{Jobs: about(count, aboutLoad), Rule: Affinity(names(), factor), Remembers: remembers})
		if got.Hits < 17*least.Hits/10 || got.Wait(0.99) > least.Wait(0.99) {
			t.Errorf("bound %g: %d hits and p99 %v, without affinity %d and %v",
				factor, got.Hits, got.Wait(0.99), least.Hits, least.Wait(0.99))
		}
	}
	wide := simulate(Experiment{Jobs: about(count, aboutLoad), Rule: Affinity(names(), 2), Remembers: remembers})
	if wide.Wait(0.99) <= least.Wait(0.99) {
		t.Errorf("bound 2: p99 %v, without affinity %v", wide.Wait(0.99), least.Wait(0.99))
	}
}

// When a host leaves, only the prefixes that ranked it first move.
func TestPreferenceIsConsistent(t *testing.T) {
	first := make([]int, replicas)
	for i := range 1000 {
		prefix := fmt.Sprint("prefix ", i)
		all, fewer := preference(prefix, names()), preference(prefix, names()[1:])
		first[all[0]]++
		if all[0] != 0 && all[0] != fewer[0]+1 {
			t.Fatalf("%s moved from %d to %d", prefix, all[0], fewer[0]+1)
		}
	}
	for i, n := range first {
		if n < 85 || n > 165 { // 125, within four standard deviations
			t.Errorf("host %d is first for %d of 1000 prefixes", i, n)
		}
	}
}

func TestWhatIsAskedForMattersMoreThanWhere(t *testing.T) {
	even, weighted := percents(t, "quota", splits[0].name), percents(t, "quota", splits[1].name)
	room, greedy := percents(t, "quota", splits[2].name), percents(t, "quota", splits[3].name)
	if !(even[1] > 10 && weighted[1] < even[1]/5 && room[1] < weighted[1]/2 && greedy[0] > 50) {
		t.Errorf("refused: %v, %v, %v and %v", even, weighted, room, greedy)
	}
}

// Every figure of the prose that no output shows is computed here.
func TestPageShowsItsSums(t *testing.T) {
	list := jobs(count, load, 1)
	lengths := make([]int, count)
	for i, j := range list {
		lengths[i] = j.Tokens
	}
	slices.Sort(lengths)
	serviceTime := firstToken + (meanTokens-1)*perToken
	slow := simulate(workloads[2].with(RoundRobin()))
	mean := promptSize + shortAnswer + longShare*(longAnswer-shortAnswer)
	var first float64
	for k := range documents {
		first += 1 / float64(k+1)
	}

	golden.Page(t,
		fmt.Sprintf("%d replicas", replicas),
		fmt.Sprintf("%d answers at once", slots),
		fmt.Sprintf("median %d tokens and p99 %s", lengths[count/2], thousands(lengths[count*99/100])),
		fmt.Sprintf("%.0f minutes of traffic", list[count-1].At.Minutes()),
		fmt.Sprintf("from %.1f to %.1f seconds", p99(t, turnsRule, "mixed"), p99(t, leastRule, "mixed")),
		fmt.Sprintf("p99 of %.0f minutes", math.Floor(slow.Wait(0.99).Minutes())),
		fmt.Sprintf("costs %.1f seconds", serviceTime.Seconds()/slots),
		fmt.Sprintf("%.0f in the queue", math.Floor(5/(serviceTime.Seconds()/slots))),
		fmt.Sprintf("%.0f open requests", slots+math.Floor(5/(serviceTime.Seconds()/slots))),
		fmt.Sprintf("%.0f%% of the prompts", 100/first),
		fmt.Sprintf("averages %s tokens", thousands(int(mean))),
		fmt.Sprintf("%.1f times the quota", quotaLoad*(promptSize+longAnswer)/mean),
	)
}

// The decision table quotes the outputs.
func TestTableQuotesTheOutputs(t *testing.T) {
	golden.Page(t,
		fmt.Sprintf("%.1f%% refused, %.1f%% in equal turns",
			percents(t, "quota", splits[2].name)[0], percents(t, "quota", splits[0].name)[0]),
		fmt.Sprintf("%.1f s against %.1f s", p99(t, leastRule, "mixed"), p99(t, turnsRule, "mixed")),
		fmt.Sprintf("%.1f s against %.1f s", p99(t, twoRule, "stale"), p99(t, leastRule, "stale")),
		fmt.Sprintf("%.1f s against %.1f s", p99(t, turnsRule, "even"), p99(t, leastRule, "even")),
	)
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}
