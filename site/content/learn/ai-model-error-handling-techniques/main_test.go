// Package errorhandling_test holds the article to what its programs do.
package errorhandling_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/BurntSushi/toml"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// A meeting is a fault, under the prompt by which the programs ask for it.
type meeting struct {
	name string
	plan fault.Fault
}

var meetings = []meeting{
	{"bad request", fault.Status(400)},
	{"prompt too long", fault.ContextTooLong()},
	{"wrong key", fault.Status(401)},
	{"not allowed", fault.Status(403)},
	{"no such model", fault.Status(404)},
	{"conflict", fault.Status(409)},
	{"rate limit", fault.RateLimited(0)},
	{"credit is spent", fault.QuotaExhausted()},
	{"server error", fault.Status(500)},
	{"gateway's page", fault.Raw(502, "text/html", "<h1>Bad Gateway</h1>")},
	{"overloaded", fault.Overloaded()},
	{"gateway timeout", fault.Status(504)},
	{"no connection", fault.Refuse()},
	{"answer lost", fault.Lost()},
	{"no answer", fault.Hang()},
	{"page for JSON", fault.Raw(200, "text/html", "<h1>Welcome</h1>")},
	{"error in stream", fault.StreamError(3)},
	{"stream cut", fault.Cut(3)},
	{"stream just ends", fault.EndEarly(3)},
	{"cut off", fault.Truncated(3)},
	{"refusal", fault.Refusal()},
	{"good answer", fault.OK()},
}

func names(except ...string) []string {
	var list []string
	for _, m := range meetings {
		if !slices.Contains(except, m.name) {
			list = append(list, m.name)
		}
	}
	return list
}

// start starts a provider that does to each call what its prompt names, and returns where it is and
// the calls that it has had, by model and prompt.
func start(t *testing.T) (url string, calls func(model, prompt string) int) {
	t.Helper()
	var mu sync.Mutex
	had := map[string]int{}
	s := fault.New(fault.Config{Plan: fault.PlanFunc(func(c fault.Call) fault.Fault {
		mu.Lock()
		had[c.Model+": "+c.Prompt]++
		mu.Unlock()
		for _, m := range meetings {
			if m.name == c.Prompt {
				return m.plan
			}
		}
		return fault.OK()
	})})
	return fault.Start(t, s), func(model, prompt string) int {
		mu.Lock()
		defer mu.Unlock()
		return had[model+": "+prompt]
	}
}

func run(t *testing.T, file, a, b string, args ...string) string {
	t.Helper()
	env := sample.Env{"OPENAI_BASE_URL": a + "/v1", "ANTHROPIC_BASE_URL": b}
	cmd := sample.Command(t, file, env, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", file, err, stdout.String(), stderr.String())
	}
	return stdout.String()
}

// The lines to copy say the same in the three languages, about every fault but silence, which takes
// the time limit that they leave to their caller.
func TestHandle(t *testing.T) {
	for _, file := range []string{"handle.py", "handle.ts", "handle.go"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			a, _ := start(t)
			ask := names("no answer")
			out := strings.Split(run(t, file, a, a, ask...), "\n")
			var text strings.Builder
			for i, name := range ask {
				fmt.Fprintf(&text, "%-16s %s\n", name, out[i])
			}
			golden.Compare(t, "testdata/handle.golden", text.String())
		})
	}
}

// TestClasses holds the page's table of exception classes against what the SDKs raise.
func TestClasses(t *testing.T) {
	a, _ := start(t)
	out := run(t, "classes.py", a, a, names("answer lost", "good answer")...)
	golden.Compare(t, "testdata/classes.golden", out)
	raised := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		cells := strings.Split(line, "\t")
		raised[cells[0]] = cells[1:]
	}
	silent := 0
	for _, sdks := range raised {
		if sdks[0] == "nothing" && sdks[1] == "nothing" {
			silent++
		}
	}
	number := []string{"no", "one", "two", "three", "four", "five"}[silent]
	golden.Page(t, "And "+number+" failures raise nothing")
	rows := table(t, "| What happened |")
	for _, row := range rows {
		for _, name := range strings.Split(row[0], ", ") {
			said, ok := raised[name]
			if !ok {
				t.Errorf("the page has %q, which no test meets", name)
				continue
			}
			for i, sdk := range said {
				class, status, _ := strings.Cut(sdk, " ")
				class = strings.TrimPrefix(strings.TrimPrefix(class, "openai."), "anthropic.")
				if !strings.Contains(row[i+1], class) {
					t.Errorf("%s: the page says %q, the SDK raises %s", name, row[i+1], class)
				}
				shown := regexp.MustCompile(`\d{3}`).FindString(row[i+1])
				if shown != "" && shown != status {
					t.Errorf("%s: the page says %q, the status is %q", name, row[i+1], status)
				}
			}
			delete(raised, name)
		}
	}
	if len(raised) > 0 {
		t.Errorf("the page lacks %v", slices.Sorted(maps.Keys(raised)))
	}
}

// TestCalls counts what a request costs at a provider that fails, with the SDK's own retries and
// with the chain of the reference.
func TestCalls(t *testing.T) {
	faults := []string{"credit is spent", "overloaded", "no answer", "gateway timeout",
		"server error", "answer lost", "wrong key", "bad request"}
	a, calls := start(t)
	b := fault.Start(t, fault.New(fault.Config{Name: "B"}))
	run(t, "calls.py", a, b, faults...)
	text := "fault,SDK alone,judged\n"
	for _, f := range faults {
		text += fmt.Sprintf("%s,%d,%d\n", f, calls("as it comes", f), calls("judged", f))
	}
	golden.Compare(t, "testdata/calls.csv", text)
}

// table returns the cells of the page's table that begins so.
func table(t *testing.T, head string) [][]string {
	t.Helper()
	page, err := os.ReadFile("index.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(page), "\n"+head)
	if !ok {
		t.Fatalf("the page has no table %q", head)
	}
	var rows [][]string
	for _, line := range strings.Split(rest, "\n")[2:] {
		if !strings.HasPrefix(line, "|") {
			break
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	return rows
}

// TestMap holds the page's map against the table that the clients are tested with: every kind, with
// its action, and no other.
func TestMap(t *testing.T) {
	var faults struct {
		Fault []struct{ Name, Appears, Kind, Action string }
	}
	if _, err := toml.DecodeFile("../../../reference/faults.toml", &faults); err != nil {
		t.Fatal(err)
	}
	actions := map[string][]string{}
	with200, all := 0, 0
	for _, f := range faults.Fault {
		if f.Kind == "ok" {
			continue
		}
		all++
		if strings.HasPrefix(f.Appears, "200") {
			with200++
		}
		if !slices.Contains(actions[f.Kind], f.Action) {
			actions[f.Kind] = append(actions[f.Kind], f.Action)
		}
	}
	for _, row := range table(t, "| Kind |") {
		kind := strings.Trim(row[0], "`")
		want := strings.Join(actions[kind], ", or ")
		if row[1] != want {
			t.Errorf("the page says %q to %s, faults.toml %q", row[1], kind, want)
		}
		delete(actions, kind)
	}
	if len(actions) > 0 {
		t.Errorf("the page lacks %v", slices.Sorted(maps.Keys(actions)))
	}
	facts := [][]string{
		{"value", "label"},
		{fmt.Sprintf("%d of %d", with200, all), "faults in our table arrive with status 200"},
		{"3 calls", "for each request to an account without credit, by the SDK's default retries"},
		{"0", "exceptions from either Python SDK when a stream just ends in the middle of an answer"},
	}
	var text bytes.Buffer
	if err := csv.NewWriter(&text).WriteAll(facts); err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "testdata/facts.csv", text.String())
}
