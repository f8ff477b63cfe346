package balance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
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

// program runs a sample with other files of the folder beside it.
func program(t *testing.T, file string, env sample.Env, beside []string, args ...string) string {
	t.Helper()
	cmd := sample.Command(t, file, env, args...)
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
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", file, err, out.String(), complaints.String())
	}
	return out.String()
}

// The page shows what fleet.py prints, and quotes it.
func TestOutputs(t *testing.T) {
	out := program(t, "fleet.py", nil, []string{"balance.py"}, "rules", "prefix", "failing", "quota",
		"gateways")
	tables, lines, _ := strings.Cut(out, "gateways")
	rules, _, _ := strings.Cut(tables, "wait, s     ")
	golden.Compare(t, "testdata/rules.golden", rules)
	lines, polled, _ := strings.Cut("gateways"+lines, "polled")
	golden.Compare(t, "testdata/gateways.csv", lines)
	rows := numbers(tables, 12)
	eight := strings.Split(strings.Split(lines, "\n")[4], ",")
	poll := strings.Split(polled, "\n")
	stale, own := strings.Split(poll[1], ","), strings.Split(poll[2], ",")
	least, turns := rows["least open"], rows["round robin"]
	golden.Compare(t, "testdata/facts.csv", fmt.Sprintf("value,label\n"+
		"%.1f s,\"p99 wait by fewest open requests, %.1f s by round robin\"\n"+
		"%s s,\"with eight gateways that count their own, %s s by two random choices\"\n"+
		"%.0f%%,\"of prompts hit the cache with bounded affinity, %.0f%% without\"\n",
		least[1], turns[1], eight[1], eight[2], rows["bound 1.5"][0], least[3]))
	golden.Page(t,
		fmt.Sprintf("value = '%.1f s'", least[1]),
		fmt.Sprintf("p99 wait %.1f s, %.1f s by round robin", least[1], turns[1]),
		fmt.Sprintf("%s s, %s s by two random", eight[1], eight[2]),
		fmt.Sprintf("%s s as polled, %s s with own picks added", stale[1], own[1]),
		fmt.Sprintf("two random choices: %s s and %s s", stale[2], own[2]),
		fmt.Sprintf("%.0f%% hits, p99 %.1f s; %.0f%% and %.1f s by fewest open",
			rows["bound 1.5"][0], rows["bound 1.5"][2], least[3], least[5]),
		fmt.Sprintf("waits %.0f minutes", math.Floor(rows["no bound"][2]/60)),
		fmt.Sprintf("%.0f%% of the requests, instead of %.1f%%", least[7], turns[7]),
		fmt.Sprintf("%.1f%% with a penalty of 10 seconds", least[8]),
		fmt.Sprintf("%.1f%% find no room, %.1f%% by equal round robin", rows["most room"][0],
			rows["1 to 1"][0]),
		fmt.Sprintf("equal round robin goes from %.1f%% to %.0f%%", rows["1 to 1"][0], rows["1 to 1"][1]),
		fmt.Sprintf("%.0f%% find no room", rows["asks 8,000"][0]),
		fmt.Sprintf("p99 %.1f s against %.1f s", turns[0], least[0]),
	)
	if turns[0] > least[0] || least[1] > rows["two random"][1] {
		t.Errorf("even: %g s in turns, %g s by fewest open", turns[0], least[0])
	}
}

// numbers has the numbers of each row, by the name in its first columns; rows of one name follow
// on.
func numbers(out string, width int) map[string][]float64 {
	rows := map[string][]float64{}
	for line := range strings.Lines(out) {
		name := strings.TrimSpace(line[:width])
		for _, word := range strings.Fields(line[width:]) {
			if v, err := strconv.ParseFloat(strings.TrimSuffix(word, "%"), 64); err == nil {
				rows[name] = append(rows[name], v)
			}
		}
	}
	return rows
}

// What the page says of the outputs holds for other seeds, and at loads of 75% and 90%.
func TestOtherSeedsAndLoads(t *testing.T) {
	got := map[string][][]float64{}
	dec := json.NewDecoder(strings.NewReader(
		program(t, "testdata/seeds.py", nil, []string{"balance.py", "fleet.py"})))
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
	for i := range 3 {
		at := func(run string) float64 { return got[run][i][0] }
		if at("one, least open") > at("one, two random") ||
			at("one, two random") > at("one, round robin") {
			t.Errorf("run %d, one gateway: %g, %g and %g s", i, at("one, least open"), at("one, two random"),
				at("one, round robin"))
		}
		for _, n := range []string{"2, ", "8, ", "own True, "} {
			slack := 1.0
			if n == "own True, " {
				slack = 1.1 // at 90% they are even
			}
			if at(n+"least open") > slack*at(n+"two random") {
				t.Errorf("run %d, %sleast open: %g s, two random: %g s", i, n, at(n+"least open"),
					at(n+"two random"))
			}
		}
		if at("own False, least open") < 2*at("own False, two random") {
			t.Errorf("run %d: as polled, least open %g s, two random %g s", i, at("own False, least open"),
				at("own False, two random"))
		}
	}
	for i := range 2 {
		at := func(run string, column int) float64 { return got[run][i][column] }
		for _, bound := range []string{"1.25", "1.5", "1.75"} {
			hits, wait := at("prefix, bound "+bound, 0), at("prefix, bound "+bound, 2)
			if hits < 80 || wait > at("prefix, least open", 2) {
				t.Errorf("run %d, bound %s: %g%% hits, p99 %g s, without affinity %g s", i, bound,
					hits, wait, at("prefix, least open", 2))
			}
		}
		if at("prefix, no bound", 2) < 60 {
			t.Errorf("run %d: without a bound only %g s", i, at("prefix, no bound", 2))
		}
		if at("no prefix", 3) > 15 || at("no prefix", 2) > 2 {
			t.Errorf("run %d: prompts without a prefix: busiest %g%%, p99 %g s", i, at("no prefix", 3),
				at("no prefix", 2))
		}
		if at("failing, least open", 0) < 50 || at("failing, least open", 1) > 12.5 {
			t.Errorf("run %d: %g%% fail, %g%% with a penalty", i, at("failing, least open", 0),
				at("failing, least open", 1))
		}
		equal, mostRoom := at("quota, 1 to 1", 0), at("quota, most room", 0)
		if weighted := at("quota, 3 to 1", 0); mostRoom > weighted || weighted > equal ||
			at("quota, 1 to 1", 1) < 2*equal || at("quota, most room", 1) > 2 ||
			at("quota, asks 8,000", 0) < 50 {
			t.Errorf("run %d: quotas %v %v %v %v", i, got["quota, 1 to 1"][i], got["quota, 3 to 1"][i],
				got["quota, most room"][i], got["quota, asks 8,000"][i])
		}
	}
}

// fleet is eight model servers, reached by the official SDK.
func fleet(env *virtual.Env, config func(i int) fault.Config) (members []*Member) {
	for i := range 8 {
		c := config(i)
		c.Name = fmt.Sprintf("gpu-%d", i)
		p := env.Start(c)
		members = append(members, &Member{Name: c.Name, Model: resilient.Chat(openai.NewClient(
			option.WithBaseURL(p.URL+"/v1"), option.WithAPIKey("any"),
			option.WithHTTPClient(env.Client), option.WithMaxRetries(0)), "model")})
	}
	return members
}

// The simulation forecasts what the balancer and real model servers do, for rules without chance.
func TestSimulationIsTheFleet(t *testing.T) {
	var forecast struct {
		Jobs []struct {
			At     float64
			Tokens int
			Prefix string
		}
		Waits map[string][]float64
	}
	text := program(t, "testdata/jobs.py", nil, []string{"balance.py", "fleet.py"})
	if err := json.Unmarshal([]byte(text), &forecast); err != nil {
		t.Fatal(err)
	}
	next := -1
	for name, rule := range map[string]Rule{"affinity": Affinity, "round robin": func(ms []*Member,
		_ string) *Member {
		next++
		return ms[next%len(ms)]
	}} {
		var waits []float64
		err := virtual.Run(func(env *virtual.Env) error {
			number := func(prompt string) (i int) {
				fmt.Sscanf(prompt, "Job %d", &i)
				return i
			}
			pool := &Pool{Rule: rule, Prefix: func(r resilient.Request) string {
				return forecast.Jobs[number(r[0].Text)].Prefix
			}}
			pool.Set(fleet(env, func(int) fault.Config {
				return fault.Config{FirstToken: fault.Fixed(200 * time.Millisecond),
					PerToken: fault.Fixed(20 * time.Millisecond),
					Limits:   fault.Limits{Concurrency: 4}, Reply: func(c fault.Call) fault.Reply {
						return fault.Reply{Text: strings.TrimSpace(strings.Repeat("word ",
							forecast.Jobs[number(c.Prompt)].Tokens))}
					}}
			})...)
			var all sync.WaitGroup
			var mu sync.Mutex
			for i, job := range forecast.Jobs {
				time.Sleep(time.Duration(job.At*float64(time.Second)) - env.Elapsed())
				all.Go(func() {
					begin := time.Now()
					_, err := pool.Ask(env.Context, resilient.Prompt(fmt.Sprintf("Job %d", i)), nil)
					mu.Lock()
					defer mu.Unlock()
					if err != nil {
						t.Error(err)
					}
					waits = append(waits, time.Since(begin).Seconds()-0.2-float64(job.Tokens-1)*0.02)
				})
			}
			all.Wait()
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(waits)
		for i, want := range forecast.Waits[name] {
			if math.Abs(waits[i]-want) > 1e-3 {
				t.Fatalf("%s: wait %d of the fleet is %g s, of the simulation %g s", name, i, waits[i], want)
			}
		}
		if waits[len(waits)-1] < 1 {
			t.Errorf("%s: nobody waits, so nothing is compared", name)
		}
	}
}

// All three languages choose the same, count until the last token, and let failures count longer.
func TestThreeLanguagesAgree(t *testing.T) {
	good := fault.New(fault.Config{Text: "one two three",
		PerToken: fault.Fixed(20 * time.Millisecond)})
	broken := fault.New(fault.Config{Plan: fault.ByModel(map[string]fault.Plan{
		"broken": fault.Overloaded(), "bad": fault.Status(400)})})
	env := sample.Env{"GOOD": fault.Start(t, good) + "/v1", "BROKEN": fault.Start(t, broken) + "/v1"}
	want := choices() + `["stream",true,0]
["broken",1]
["broken",0]
["bad",0]
["bad",0]
`
	for language, file := range map[string]string{"Python": "balance.py", "TypeScript": "balance.ts"} {
		t.Run(language, func(t *testing.T) {
			got := program(t, "testdata/cases"+filepath.Ext(file), env, []string{file})
			if got = strings.ReplaceAll(got, ", ", ","); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// choices are those of the cases, in Go.
func choices() string {
	var out strings.Builder
	say := func(parts ...any) {
		text, _ := json.Marshal(parts)
		fmt.Fprintf(&out, "%s\n", text)
	}
	var members []*Member
	for i := range 8 {
		members = append(members, &Member{Name: fmt.Sprintf("gpu-%d", i)})
	}
	for _, load := range [][]int{{0, 0, 0, 0, 0, 0, 0, 0}, {9, 0, 1, 0, 2, 0, 9, 0}, {5, 5, 5, 5, 5,
		5, 5, 4}} {
		chosen := []any{"affinity"}
		for i, m := range members {
			m.open = load[i]
		}
		for i := range 10 {
			chosen = append(chosen, Affinity(members, fmt.Sprintf("doc %d", i)).Name)
		}
		say(chosen...)
	}
	say("least", LeastOpen(members, "").Name)
	say("one", TwoRandom(members[:1], "").Name)
	for _, m := range members {
		m.open = 0
	}
	for _, rule := range []struct {
		name string
		Rule
	}{{"least", LeastOpen}, {"affinity", Affinity}} {
		seen := map[*Member]bool{}
		for range 200 {
			seen[rule.Rule(members, "")] = true
		}
		say(rule.name, "spreads", len(seen) == 8)
	}
	quotas := []*Quota{{PerMinute: 60_000}, {PerMinute: 20_000}}
	at := func(second int64) time.Time { return time.Unix(second, 0) }
	chosen := []any{"quota"}
	for range 12 {
		chosen = append(chosen, slices.Index(quotas, MostRoom(quotas, 8000, at(100))))
	}
	say(chosen...)
	say("quota", slices.Index(quotas, MostRoom(quotas, 8000, at(110))))
	return out.String()
}

// The pool in Go: a stream counts until it ends, members may change meanwhile, failures count
// longer.
func TestPool(t *testing.T) {
	err := virtual.Run(func(env *virtual.Env) error {
		members := fleet(env, func(i int) fault.Config {
			c := fault.Config{Text: "one two three", PerToken: fault.Fixed(time.Second)}
			if i == 1 {
				c.Plan = fault.Overloaded()
			}
			if i == 2 {
				c.Plan = fault.Status(400)
			}
			return c
		})
		pool := &Pool{Rule: LeastOpen, Penalty: 10 * time.Second}
		open := func(i int) int {
			pool.mu.Lock()
			defer pool.mu.Unlock()
			return members[i].open
		}
		ask := func(show func(string)) error {
			_, err := pool.Ask(env.Context, resilient.Prompt("hello"), show)
			time.Sleep(time.Millisecond)
			return err
		}
		pool.Set(members[0])
		err := ask(func(text string) {
			if open(0) != 1 {
				t.Errorf("%q: %d open", text, open(0))
			}
			pool.Set(members[1])
		})
		if err != nil || open(0) != 0 {
			t.Errorf("after the stream: %d open, %v", open(0), err)
		}
		if ask(nil) == nil || open(1) != 1 {
			t.Errorf("after a failure: %d open", open(1))
		}
		time.Sleep(10 * time.Second)
		if open(1) != 0 {
			t.Errorf("after the penalty: %d open", open(1))
		}
		pool.Set(members[2])
		if ask(nil) == nil || open(2) != 0 {
			t.Errorf("after a bad request: %d open", open(2))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
