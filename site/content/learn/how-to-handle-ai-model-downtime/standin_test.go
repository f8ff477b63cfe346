package standin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
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
func program(t *testing.T, file, input string, env sample.Env, beside []string,
	args ...string) string {
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
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &complaints
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", file, err, out.String(), complaints.String())
	}
	return out.String()
}

// The page shows what outage.py prints.
func TestOutputs(t *testing.T) {
	during := program(t, "outage.py", "", nil, []string{"standin.py"}, "during")
	golden.Compare(t, "testdata/during.golden", during)
	after := program(t, "outage.py", "", nil, []string{"standin.py"}, "after")
	golden.Compare(t, "testdata/after.golden", after)

	d, a := numbers(during, 23), numbers(after, 11)
	golden.Compare(t, "testdata/during.csv", fmt.Sprintf(
		"outage,no breaker,default,last link\n1 in 4 fails,%g,%g,%g\n1 in 2 fails,%g,%g,%g\n",
		d["1 in 4 fails none"][0], d["1 in 4 fails default"][0], d["1 in 4 fails last link"][0],
		d["1 in 2 fails none"][0], d["1 in 2 fails default"][0], d["1 in 2 fails last link"][0]))
	fact := d["hangs last link"][1]
	golden.Compare(t, "testdata/facts.csv", fmt.Sprintf("value,label\n"+
		"%g,\"of 300 people wait out a timeout when the model hangs, all %g without a breaker\"\n"+
		"%g,\"of 300 queued jobs are done in time with an expiry, %g without\"\n"+
		"%g%%,\"of the chats fail when the queue is emptied at once, none with 4 workers\"\n",
		fact, d["hangs none"][1], a["+ expiry"][2], a["4 workers"][2], 100-a["all at once"][0]))
	if a["4 workers"][0] != 100 {
		t.Errorf("4 workers: %g%% of the chats were answered", a["4 workers"][0])
	}
	golden.Page(t,
		fmt.Sprintf("value = '%g of 300'", fact),
		fmt.Sprintf("%g people of 300 wait", d["hangs default"][1]),
		fmt.Sprintf("answers %g of 300 people where no breaker at all answers %g",
			d["1 in 4 fails default"][0], d["1 in 4 fails none"][0]),
		fmt.Sprintf("waits %g seconds instead of %g", a["2, expiry"][5], a["+ expiry"][5]),
		fmt.Sprintf("loses %g more jobs", a["+ newest"][4]-a["+ expiry"][4]),
		fmt.Sprintf("%g of 300 come too late", a["4 workers"][3]),
	)
}

// numbers has the numbers of each row of an output, by the name in its first columns.
func numbers(out string, width int) map[string][]float64 {
	rows := map[string][]float64{}
	for line := range strings.Lines(out) {
		name := strings.Join(strings.Fields(line[:width]), " ")
		for _, word := range strings.Fields(line[width:]) {
			if v, err := strconv.ParseFloat(strings.TrimSuffix(word, "%"), 64); err == nil {
				rows[name] = append(rows[name], v)
			}
		}
	}
	return rows
}

// What the page says of the outputs holds for other seeds, and for a provider with less and with
// more room.
func TestOtherSeedsAndAssumptions(t *testing.T) {
	got := map[string][][]float64{}
	dec := json.NewDecoder(strings.NewReader(
		program(t, "testdata/seeds.py", "", nil, []string{"standin.py", "outage.py"})))
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
		at := func(run string, column int) float64 { return got[run][i][column] }
		if at("hangs, none", 1) != 300 || at("hangs, last link", 1) > 40 || at("hangs, default", 1) < 50 {
			t.Errorf("run %d: waits of %g, %g and %g people", i, at("hangs, none", 1), at("hangs, default",
				1),
				at("hangs, last link", 1))
		}
		for _, outage := range []string{"1 in 4 fails", "1 in 2 fails"} {
			none, usual, last := at(outage+", none", 0), at(outage+", default", 0),
				at(outage+", last link", 0)
			if usual > 0.75*none || last < 0.95*none {
				t.Errorf("run %d, %s: %g are answered without a breaker, %g with the default, %g with ours",
					i, outage, none, usual, last)
			}
		}
		if none, last := at("3 in 4 fail, none", 0), at("3 in 4 fail, last link", 0); last > none {
			t.Errorf("run %d, 3 in 4 fail: %g without a breaker, %g with ours", i, none, last)
		}
		if at("all at once", 0) > 90 || at("4 workers", 0) < 98 || at("+ expiry", 0) < 98 {
			t.Errorf("run %d: %g%%, %g%% and %g%% of the chats", i,
				at("all at once", 0), at("4 workers", 0), at("+ expiry", 0))
		}
		if at("+ expiry", 2) < at("4 workers", 2)+10 || at("+ expiry", 3) > 2 {
			t.Errorf("run %d: %g jobs in time and %g late with expiry, %g in time without", i,
				at("+ expiry", 2), at("+ expiry", 3), at("4 workers", 2))
		}
		if at("+ newest", 2) > at("+ expiry", 2) {
			t.Errorf("run %d: newest first does %g jobs in time, oldest first %g", i,
				at("+ newest", 2), at("+ expiry", 2))
		}
		if at("2, expiry", 5) < at("+ expiry", 5)*1.5 {
			t.Errorf("run %d: jobs are %g s old with 2 workers, %g s with 4", i,
				at("2, expiry", 5), at("+ expiry", 5))
		}
	}
}

// The same with the official SDK and real HTTP: how many people wait for a model that hangs, and
// how many are answered by one that fails one call in four.
func TestRealServers(t *testing.T) {
	for _, tt := range []struct {
		name             string
		plan             fault.Plan
		breaker          bool
		answered, waited int
	}{
		{"hangs", fault.Hang(), false, 0, 300},
		{"hangs, last link", fault.Hang(), true, 0, 32},
		{"fails", fault.Rate(0.25, fault.Status(500).After(time.Second/2)), false, 251, 0},
		{"fails, last link", fault.Rate(0.25, fault.Status(500).After(time.Second/2)), true, 251, 0},
	} {
		answered, waited, err := during(tt.plan, tt.breaker)
		if err != nil {
			t.Fatal(err)
		}
		if abs(answered-tt.answered) > 20 || abs(waited-tt.waited) > 2 {
			t.Errorf("%s: %d answered and %d waited, in Python %d and %d", tt.name,
				answered, waited, tt.answered, tt.waited)
		}
	}
}

func abs(n int) int { return max(n, -n) }

func during(plan fault.Plan, breaker bool) (answered, waited int, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		p := env.Start(fault.Config{Name: "model", Seed: 1, Plan: plan,
			FirstToken: fault.Fixed(2 * time.Second)})
		client := openai.NewClient(option.WithBaseURL(p.URL+"/v1"), option.WithAPIKey("any"),
			option.WithHTTPClient(env.Client), option.WithMaxRetries(0))
		chain := ChainOf(resilient.Chat(client, "model"))
		if !breaker {
			chain.Links[0].Breaker = nil
		}
		desk := NewDesk(chain, &Queue{Limit: 100})
		var all sync.WaitGroup
		var mu sync.Mutex
		for i := range 300 {
			all.Go(func() {
				begin := time.Now()
				r, err := desk.Reply(env.Context, Chat, "", fmt.Sprintf("Hello %d?", i))
				mu.Lock()
				defer mu.Unlock()
				if err == nil && r.Source == "model" {
					answered++
				}
				if time.Since(begin) >= 6*time.Second {
					waited++
				}
			})
			time.Sleep(time.Second)
		}
		all.Wait()
		return nil
	})
	return answered, waited, err
}

// A step is a question to a model whose name says how it fares, and what has to come of it.
type step struct {
	Model    string `json:"model"`
	Feature  string `json:"feature"`
	User     string `json:"user"`
	Question string `json:"question"`
	want     string // status and source
}

type testCase struct {
	name  string
	Steps []step `json:"steps"`
}

// plan: the model's name is its fault, except for a question that says "fine".
var plan = fault.PlanFunc(func(c fault.Call) fault.Fault {
	if strings.Contains(c.Prompt, "fine") {
		return fault.OK()
	}
	return map[string]fault.Fault{
		"ok": fault.OK(), "down": fault.Overloaded(), "refuses": fault.Refusal(),
		"cuts":    fault.Truncated(1),
		"limited": fault.RateLimited(20 * time.Second), "full": fault.ContextTooLong(),
		"no money": fault.QuotaExhausted(), "empty": fault.Empty(),
	}[c.Model]
})

func cases() []testCase {
	limited := testCase{name: "a rate limit takes the model away from nobody else"}
	for i := range 15 {
		limited.Steps = append(limited.Steps,
			step{"limited", "chat", "ann", fmt.Sprint("question ", i), "503 none"})
	}
	limited.Steps = append(limited.Steps, step{"limited", "chat", "bob", "fine", "200 model"})
	return []testCase{
		limited,
		{"a refusal is no answer, and is not stored", []step{
			{"refuses", "search", "ann", "q", "422 none"}, {"down", "search", "ann", "q", "503 none"}}},
		{"half an answer is not stored", []step{
			{"cuts", "search", "ann", "q", "422 none"}, {"down", "search", "ann", "q", "503 none"}}},
		{"a question that is too long will not fit later", []step{{"full", "summary", "ann", "q",
			"422 none"}}},
		{"a stored answer is its user's alone", []step{
			{"ok", "search", "ann", "q", "200 model"}, {"down", "search", "ann", "q", "200 stored"},
			{"down", "search", "bob", "q", "503 none"}}},
		{"chats are not stored", []step{
			{"ok", "chat", "ann", "q", "200 model"}, {"down", "chat", "ann", "q", "503 none"}}},
		{"the store is bounded", []step{
			{"ok", "search", "ann", "1", "200 model"}, {"ok", "search", "ann", "2", "200 model"},
			{"ok", "search", "ann", "3", "200 model"}, {"down", "search", "ann", "1", "503 none"},
			{"down", "search", "ann", "3", "200 stored"}}},
		{"the queue is bounded", []step{
			{"down", "summary", "ann", "1", "202 queue"}, {"down", "summary", "ann", "2", "202 queue"},
			{"down", "summary", "ann", "3", "503 none"}}},
		{"without money nobody is asked again", []step{
			{"no money", "chat", "ann", "q", "503 none"}, {"no money", "chat", "ann", "fine", "503 none"}}},
		{"an empty answer is none", []step{{"empty", "search", "ann", "q", "503 none"}}},
	}
}

// Users get the same in all three languages, by real HTTP.
func TestThreeLanguagesAgree(t *testing.T) {
	list := cases()
	input, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	check := func(t *testing.T, lines []string) {
		t.Helper()
		for _, c := range list {
			for i, s := range c.Steps {
				if len(lines) == 0 {
					t.Fatal("too few lines")
				}
				var got []any
				if err := json.Unmarshal([]byte(lines[0]), &got); err != nil || len(got) != 4 {
					t.Fatalf("%q: %v", lines[0], err)
				}
				lines = lines[1:]
				if said := fmt.Sprintf("%v %v", got[0], got[1]); said != s.want {
					t.Errorf("%s, step %d: %s, want %s", c.name, i+1, said, s.want)
				}
				if text, wait := got[2], got[3]; text != (s.want != "202 queue") ||
					wait != (s.want == "503 none") {
					t.Errorf("%s, step %d: text %v, time to return %v", c.name, i+1, text, wait)
				}
			}
		}
		// In Go, tests of their own hold these.
		want := []string{`[0]`, `["long","middle",null,["short"]]`}
		if len(lines) > 0 && strings.ReplaceAll(strings.Join(lines, "\n"), " ", "") !=
			strings.Join(want, "\n") {
			t.Errorf("the queue: %q, want %q", lines, want)
		}
	}
	env := sample.Env{"OPENAI_BASE_URL": fault.Start(t, fault.New(fault.Config{Plan: plan})) + "/v1"}
	for language, program := range map[string]func(t *testing.T) string{
		"Python": func(t *testing.T) string {
			return program(t, "testdata/cases.py", string(input), env, []string{"standin.py"})
		},
		"TypeScript": func(t *testing.T) string {
			return program(t, "testdata/cases.ts", string(input), env, []string{"standin.ts"})
		},
		"Go": func(t *testing.T) string { return runGo(t, list, env["OPENAI_BASE_URL"]) },
	} {
		t.Run(language, func(t *testing.T) {
			check(t, strings.Split(strings.TrimSpace(program(t)),
				"\n"))
		})
	}
}

func runGo(t *testing.T, list []testCase, url string) string {
	var out strings.Builder
	client := openai.NewClient(option.WithBaseURL(url), option.WithAPIKey("any"),
		option.WithMaxRetries(0))
	features := map[string]Feature{"search": Search, "summary": Summary, "chat": Chat}
	for _, c := range list {
		desk, model := NewDesk(nil, &Queue{Limit: 2}), ""
		desk.Room = 2
		for _, s := range c.Steps {
			if s.Model != model {
				model = s.Model
				desk.Chain = ChainOf(resilient.Chat(client, model))
			}
			r, err := desk.Reply(t.Context(), features[s.Feature], s.User, s.Question)
			if err != nil {
				t.Fatal(err)
			}
			wait := r.RetryAfter >= 30*time.Second && r.RetryAfter <= time.Minute
			fmt.Fprintf(&out, "[%d,%q,%v,%v]\n", r.Status, r.Source, r.Text != "", wait)
		}
	}
	return out.String()
}

// A user who has left gets no place in the queue.
func TestNobodyQueuesForThoseWhoLeft(t *testing.T) {
	err := virtual.Run(func(env *virtual.Env) error {
		p := env.Start(fault.Config{Name: "model", Plan: fault.Hang()})
		client := openai.NewClient(option.WithBaseURL(p.URL+"/v1"), option.WithAPIKey("any"),
			option.WithHTTPClient(env.Client), option.WithMaxRetries(0))
		desk := NewDesk(ChainOf(resilient.Chat(client, "model")), &Queue{Limit: 1})
		ctx, cancel := context.WithCancel(env.Context)
		defer time.AfterFunc(time.Second, cancel).Stop()
		if _, err := desk.Reply(ctx, Summary, "ann", "q"); err == nil {
			t.Error("no error")
		}
		if job, ok := desk.Queue.Take(); ok {
			t.Errorf("queued %q", job.Question)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A queue hands out what is wanted, the oldest first, whatever the order in which jobs expire,
// keeps to its limit, and tells of everything that it drops.
func TestQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 0))
		for range 200 {
			told := 0
			q := &Queue{Limit: 1 + rng.IntN(10), Tell: func(j Job) {
				told++
				if time.Now().Before(j.Expires) {
					t.Fatal("dropped a job that was wanted")
				}
			}}
			added, taken, last := 0, 0, -1
			for i := range 50 {
				if rng.IntN(2) == 0 {
					life := time.Duration(1+rng.IntN(60)) * time.Second
					if q.Add(Job{"", fmt.Sprint(i), time.Now().Add(life)}) {
						added++
					}
				} else if j, ok := q.Take(); ok {
					taken++
					var n int
					fmt.Sscan(j.Question, &n)
					if !time.Now().Before(j.Expires) || n < last {
						t.Fatalf("job %d was handed out after job %d, %v after its end", n, last,
							time.Since(j.Expires))
					}
					last = n
				}
				if len(q.jobs) > q.Limit || added != taken+told+len(q.jobs) {
					t.Fatalf("%d added, %d taken, %d told, %d left, limit %d", added, taken, told, len(q.jobs),
						q.Limit)
				}
				time.Sleep(time.Duration(rng.IntN(4)) * time.Second)
			}
		}
	})
}

// The page's sums.
func TestPageShowsItsSums(t *testing.T) {
	at := func(clock string) time.Time {
		v, err := time.Parse("2 15:04", clock)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	cause := at("20 02:40").Sub(at("19 23:48"))
	after := at("20 14:20").Sub(at("20 02:40"))
	spare := 4/2.0 - 0.5 // four workers, an answer in two seconds, a new job every two
	golden.Page(t,
		fmt.Sprintf("%d hours %d minutes", int(cause.Hours()), int(cause.Minutes())%60),
		fmt.Sprintf("another %d hours %d minutes", int(after.Hours()), int(after.Minutes())%60),
		fmt.Sprintf("90 / %.1f, or %.0f seconds", spare, 90/spare),
	)
}
