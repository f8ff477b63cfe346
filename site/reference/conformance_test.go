// Package reference_test holds the three reference clients against the table of faults.
package reference_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/anthropics/anthropic-sdk-go/v2"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	resilient "aiperformanceoptimization.com/plansync/site/reference/go"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// A row of faults.toml.
type row struct {
	Name    string
	Appears string
	API     []string
	Stream  *bool
	Shown   bool
	Caller  string
	Rule    map[string]any
	Kind    string
	Action  string
	Counts  string
	Wait    float64
}

func readTable(t *testing.T) []row {
	t.Helper()
	var table struct{ Fault []row }
	md, err := toml.DecodeFile("faults.toml", &table)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range md.Undecoded() {
		if key[1] != "rule" {
			t.Errorf("faults.toml: unknown key %q", key)
		}
	}
	return table.Fault
}

// plan makes the fault of a row.
func (r row) plan(t *testing.T) fault.Plan {
	t.Helper()
	var text strings.Builder
	if err := toml.NewEncoder(&text).Encode(map[string]any{"rule": []any{r.Rule}}); err != nil {
		t.Fatal(err)
	}
	cfg, err := fault.ParseScenario(r.Name, text.String())
	if err != nil {
		t.Fatal(err)
	}
	return cfg.Plan
}

// A testCase is a row by one API, whole or streamed. Its model names it, at both providers.
type testCase struct {
	Model    string  `json:"model"`
	API      string  `json:"api"`
	Spare    string  `json:"spare"` // the API of B
	Stream   bool    `json:"stream"`
	Limit    float64 `json:"limit"`    // seconds
	Deadline float64 `json:"deadline"` // seconds
	Leave    float64 `json:"leave"`    // seconds, then the caller cancels; 0: never
	Alone    bool    `json:"alone"`    // without B
	JSON     bool    `json:"json"`     // must be the answer
	Hold     int     `json:"hold"`     // see Chain
	Hedge    float64 `json:"hedge"`    // seconds, then B is asked as well; 0: B is the next link
	Hedges   float64 `json:"hedges"`   // that the budget has
	row      row
}

var apis = []string{"chat", "responses", "messages"}

func cases(table []row) []testCase {
	var out []testCase
	for _, r := range table {
		for _, api := range apis {
			if r.API != nil && !slices.Contains(r.API, api) {
				continue
			}
			for _, stream := range []bool{false, true} {
				if r.Stream != nil && *r.Stream != stream {
					continue
				}
				c := testCase{API: api, Stream: stream, Spare: "messages", Limit: 20, Deadline: 60, row: r}
				c.Model = fmt.Sprintf("%s, %s, %s", r.Name, api, map[bool]string{false: "whole", true: "streamed"}[stream])
				if api == "messages" {
					c.Spare = "chat"
				}
				switch r.Caller {
				case "limit":
					c.Limit = 1
				case "share":
					c.Deadline = 4
				case "deadline":
					c.Deadline, c.Alone = 1, true
				case "leaves":
					c.Leave = 0.5
				case "json":
					c.JSON = true
				}
				out = append(out, c)
			}
		}
	}
	return out
}

// A result is what a client made of a case.
type result struct {
	Model string   `json:"model"`
	Text  string   `json:"text"`
	By    string   `json:"by"`
	Stop  string   `json:"stop"`
	Shown string   `json:"shown"`
	Tried []try    `json:"tried"`
	Log   []string `json:"log"` // of a breaker

	askedA, askedB int
}

type try struct {
	Link   string  `json:"link"`
	Kind   string  `json:"kind"`
	Action string  `json:"action"`
	Counts string  `json:"counts"`
	Wait   float64 `json:"wait"`
}

func (t try) String() string {
	return fmt.Sprintf("%s: %s, %s, %s, %gs", t.Link, t.Kind, t.Action, t.Counts, t.Wait)
}

// A job is what a program of another language is to do.
type job struct {
	A       string     `json:"a"`
	B       string     `json:"b"`
	Cases   []testCase `json:"cases"`
	Breaker []script   `json:"breaker"`
}

const (
	answerA = "This is the answer of A, and it is whole."
	answerB = `{"from": "B", "whole": true}`
)

// run has a client do all cases, each language with providers of its own.
func run(t *testing.T, client func(*testing.T, job) []result, list []testCase) map[string]result {
	t.Helper()
	plans := map[string]fault.Plan{}
	for _, c := range list {
		plans[c.Model] = c.row.plan(t)
	}
	a := fault.New(fault.Config{Name: "A", Text: answerA, Plan: fault.PlanFunc(func(c fault.Call) fault.Fault {
		return plans[c.Model].Decide(c)
	})})
	b := fault.New(fault.Config{Name: "B", Text: answerB})
	out := map[string]result{}
	for _, r := range client(t, job{A: fault.Start(t, a), B: fault.Start(t, b), Cases: list, Breaker: []script{}}) {
		out[r.Model] = r
	}
	a.WaitIdle()
	b.WaitIdle()
	askedA, askedB := a.Stats().Models, b.Stats().Models
	for _, c := range list {
		r, ok := out[c.Model]
		if !ok {
			t.Fatalf("%s: no result", c.Model)
		}
		r.askedA, r.askedB = askedA[c.Model], askedB[c.Model]
		out[c.Model] = r
	}
	return out
}

// clients are the reference, by the names on the page.
var clients = []struct {
	name string
	run  func(*testing.T, job) []result
}{
	{"Python", runPython},
	{"TypeScript", runTypeScript},
	{"Go", runGo},
}

// TestConformance shows every fault to every client and demands what the table says.
func TestConformance(t *testing.T) {
	list := cases(readTable(t))
	var mu sync.Mutex
	verdicts := map[string]map[string]string{} // by language and case
	t.Run("clients", func(t *testing.T) {
		for _, client := range clients {
			t.Run(client.name, func(t *testing.T) {
				t.Parallel()
				got := run(t, client.run, list)
				said := map[string]string{}
				for _, c := range list {
					c.check(t, got[c.Model])
					said[c.Model] = got[c.Model].verdict()
				}
				mu.Lock()
				defer mu.Unlock()
				verdicts[client.name] = said
			})
		}
	})
	if len(verdicts) < len(clients) || t.Failed() {
		t.Skip("the table needs all languages")
	}
	text := matrix(readTable(t), list, verdicts)
	golden.Compare(t, "testdata/conformance.golden", text)
	page, err := os.ReadFile("../content/reference/index.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), text) {
		t.Error("site/content/reference/index.md does not have the table of testdata/conformance.golden")
	}
}

// TestHedgeAndHold shows what the table has no rows for.
func TestHedgeAndHold(t *testing.T) {
	hang := map[string]any{"fault": "hang"}
	slow := map[string]any{"fault": "ok", "delay": "1s"}
	cases := []struct {
		testCase
		by, text string
		askedB   int
	}{
		{testCase{Model: "A is silent", Hedge: 0.2, Hedges: 1, row: row{Rule: hang}}, "A", answerB, 1},
		{testCase{Model: "A answers in time", Hedge: 15, Hedges: 1, row: row{Rule: slow}}, "A", answerA, 0},
		{testCase{Model: "A is slow and the budget empty", Hedge: 0.2, row: row{Rule: slow}}, "A", answerA, 0},
		{testCase{Model: "A fails at once", Hedge: 15, Hedges: 1, row: row{Rule: map[string]any{"fault": "overloaded"}}}, "", "", 0},
		{testCase{Model: "the beginning is held back", Hold: 100, row: row{Rule: map[string]any{
			"fault": "stream_error", "tokens": 3, "stream": true}}}, "B", answerB, 1},
	}
	for _, client := range clients {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			var list []testCase
			for _, c := range cases {
				for _, api := range apis {
					c.testCase.API, c.Spare, c.Stream, c.Limit, c.Deadline = api, "messages", true, 20, 60
					one := c.testCase
					one.Model += ", " + api
					list = append(list, one)
				}
			}
			got := run(t, client.run, list)
			for _, c := range cases {
				for _, api := range apis {
					r := got[c.Model+", "+api]
					if r.By != c.by || r.Text != c.text || r.Shown != c.text || r.askedB != c.askedB {
						t.Errorf("%s, %s: by %q, text %q, shown %q, asked B %d times; want %q, %q, %d",
							c.Model, api, r.By, r.Text, r.Shown, r.askedB, c.by, c.text, c.askedB)
					}
				}
			}
		})
	}
}

// check compares a result with its row.
func (c testCase) check(t *testing.T, got result) {
	t.Helper()
	r := c.row
	first := try{"A", r.Kind, r.Action, r.Counts, r.Wait}
	want := []try{first}
	goesOn := !r.Shown && !c.Alone && (r.Action == "retry" || r.Action == "switch")
	if r.Action == "retry" && !r.Shown {
		want = append(want, first)
	}
	asked := len(want)
	askedB := 0
	by, text, shown := "", "", ""
	switch {
	case goesOn:
		askedB, by, text = 1, "B", answerB
		want = append(want, try{"B", "ok", "use", "good", 0})
	case r.Action == "use":
		by, text = "A", answerA
	}
	if c.Stream {
		shown = text
	}
	if !slices.EqualFunc(got.Tried, want, sameTry) {
		t.Errorf("%s: tried\n%v, not\n%v", c.Model, got.Tried, want)
	}
	if got.By != by {
		t.Errorf("%s: answered by %q, not %q", c.Model, got.By, by)
	}
	if by != "" && (got.Text != text || got.Shown != shown) {
		t.Errorf("%s: text %q, shown %q; not %q, %q", c.Model, got.Text, got.Shown, text, shown)
	}
	if by == "" && c.Stream && got.Text != got.Shown {
		t.Errorf("%s: the part that is returned, %q, is not what was shown, %q", c.Model, got.Text, got.Shown)
	}
	if r.Shown && (got.Shown == "" || strings.Contains(got.Shown, "from")) {
		t.Errorf("%s: shown %q", c.Model, got.Shown)
	}
	if got.askedA != asked || got.askedB != askedB {
		t.Errorf("%s: asked A %d times and B %d times, not %d and %d", c.Model, got.askedA, got.askedB, asked, askedB)
	}
}

// sameTry compares without the rounding of Retry-After.
func sameTry(a, b try) bool {
	near := a.Wait-b.Wait < 0.01 && b.Wait-a.Wait < 0.01
	a.Wait, b.Wait = 0, 0
	return a == b && near
}

// verdict is how the first attempt was judged.
func (r result) verdict() string {
	v := r.Tried[0]
	return fmt.Sprintf("%s, %s", v.Kind, v.Action)
}

// matrix writes the table of the page: each fault with its verdict, and where all clients were shown it.
func matrix(table []row, list []testCase, verdicts map[string]map[string]string) string {
	var out strings.Builder
	out.WriteString("| Fault | How it appears | Kind | Action | Breaker | Chat | Responses | Messages |\n")
	out.WriteString("|---|---|---|---|---|---|---|---|\n")
	for _, r := range table {
		fmt.Fprintf(&out, "| %s | %s | `%s` | %s | %s |", r.Name, r.Appears, r.Kind, r.Action, r.Counts)
		for _, api := range apis {
			ways := 0
			way := ""
			for _, c := range list {
				if c.row.Name != r.Name || c.API != api {
					continue
				}
				for _, client := range clients {
					if verdicts[client.name][c.Model] != r.Kind+", "+r.Action {
						return fmt.Sprintf("%s differs in %s", c.Model, client.name)
					}
				}
				ways++
				way = map[bool]string{false: "whole", true: "stream"}[c.Stream]
			}
			if ways == 2 {
				way = "both"
			}
			fmt.Fprintf(&out, " %s |", way)
		}
		out.WriteString("\n")
	}
	return out.String()
}

func runGo(t *testing.T, j job) []result {
	out := make([]result, len(j.Cases))
	room := make(chan struct{}, 12)
	var wait sync.WaitGroup
	for i, c := range j.Cases {
		wait.Go(func() {
			room <- struct{}{}
			defer func() { <-room }()
			out[i] = runGoCase(c, j.A, j.B)
		})
	}
	wait.Wait()
	return out
}

func runGoCase(c testCase, a, b string) result {
	model := func(api, url string) resilient.Model {
		o := openai.NewClient(option.WithBaseURL(url+"/v1"), option.WithAPIKey("any"), option.WithMaxRetries(0))
		switch api {
		case "chat":
			return resilient.Chat(o, c.Model)
		case "responses":
			return resilient.Responses(o, c.Model)
		}
		return resilient.Messages(anthropic.NewClient(anthropicoption.WithBaseURL(url),
			anthropicoption.WithAPIKey("any"), anthropicoption.WithMaxRetries(0)), c.Model)
	}
	first := resilient.NewLink("A", model(c.API, a), resilient.NewBreaker())
	first.Limit, first.Idle = seconds(c.Limit), seconds(c.Limit)
	links := []resilient.Link{first}
	if !c.Alone {
		links = append(links, resilient.NewLink("B", model(c.Spare, b), nil))
	}
	if c.Hedge > 0 {
		links = []resilient.Link{resilient.NewLink("A", resilient.Hedge(model(c.API, a), model(c.Spare, b),
			seconds(c.Hedge), resilient.NewBudget(0.05, c.Hedges)), nil)}
	}
	chain := resilient.NewChain(links...)
	chain.Deadline, chain.Hold = seconds(c.Deadline), c.Hold
	chain.Backoff = func(int) time.Duration { return time.Millisecond }
	if c.JSON {
		chain.Valid = func(text string) bool { return json.Valid([]byte(text)) }
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if c.Leave > 0 {
		time.AfterFunc(seconds(c.Leave), cancel)
	}
	out := result{Model: c.Model}
	var show func(string)
	if c.Stream {
		show = func(text string) { out.Shown += text }
	}
	answer, err := chain.Ask(ctx, resilient.Prompt("What is the answer?"), show)
	tried := answer.Tried
	out.Text, out.By, out.Stop = answer.Text, answer.By, answer.Stop
	if failed, ok := errors.AsType[*resilient.Failed](err); ok {
		tried, out.Text = failed.Tried, failed.Text
	}
	for _, v := range tried {
		out.Tried = append(out.Tried, try{v.Link, v.Kind, v.Action, v.Counts, v.Wait.Seconds()})
	}
	return out
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

func runPython(t *testing.T, j job) []result { return runProgram(t, "testdata/conformance.py", j) }

func runTypeScript(t *testing.T, j job) []result {
	return runProgram(t, "testdata/conformance.ts", j)
}

// runProgram gives a program its job, and reads the results that it prints, one a line.
func runProgram(t *testing.T, file string, j job) []result {
	t.Helper()
	input, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	cmd := sample.Command(t, file, nil)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", file, err, out, stderr.String())
	}
	if stderr.Len() > 0 {
		t.Errorf("%s complains:\n%s", file, stderr.String())
	}
	var list []result
	dec := json.NewDecoder(bytes.NewReader(out))
	for dec.More() {
		var r result
		if err := dec.Decode(&r); err != nil {
			t.Fatalf("%v in\n%s", err, out)
		}
		list = append(list, r)
	}
	return list
}
