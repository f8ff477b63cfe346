package reference_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// TestRivals shows the same faults to what readers would pick instead, by Chat Completions: the retries of the plain SDK,
// tenacity around it, and Vercel's AI SDK, each with one retry and without another provider.
func TestRivals(t *testing.T) {
	type rivalCase struct {
		Model  string `json:"model"`
		Stream bool   `json:"stream"`
		Rival  string `json:"rival"`
	}
	rivals := []struct {
		name string
		file string
	}{
		{"SDK", "rivals/rivals.py"},
		{"tenacity", "rivals/rivals.py"},
		{"AI SDK", "rivals/rivals.ts"},
	}
	var list []testCase
	for _, c := range cases(readTable(t)) {
		if c.API == "chat" && (c.row.Caller == "" || c.row.Caller == "json") {
			list = append(list, c)
		}
	}
	said := map[string]map[string]string{}
	for _, rival := range rivals {
		plans := map[string]fault.Plan{}
		var ask []rivalCase
		for _, c := range list {
			plans[c.Model] = c.row.plan(t)
			ask = append(ask, rivalCase{c.Model, c.Stream, rival.name})
		}
		a := fault.New(fault.Config{Text: answerA, Plan: fault.PlanFunc(func(c fault.Call) fault.Fault {
			return plans[c.Model].Decide(c)
		})})
		input, err := json.Marshal(map[string]any{"a": fault.Start(t, a), "cases": ask})
		if err != nil {
			t.Fatal(err)
		}
		cmd := sample.Command(t, rival.file, nil)
		if strings.HasSuffix(rival.file, ".ts") {
			useRivals(t, cmd)
		}
		cmd.Stdin = strings.NewReader(string(input))
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s", rival.name, err, out)
		}
		a.WaitIdle()
		calls := a.Stats().Models
		said[rival.name] = map[string]string{}
		dec := json.NewDecoder(strings.NewReader(string(out)))
		for dec.More() {
			var r struct{ Model, Text, Error string }
			if err := dec.Decode(&r); err != nil {
				t.Fatal(err)
			}
			said[rival.name][r.Model] = fmt.Sprintf("%s, %d", outcome(r.Text, r.Error), calls[r.Model])
		}
	}
	var table strings.Builder
	table.WriteString("| Fault | Way | Table | OpenAI SDK | tenacity | AI SDK |\n|---|---|---|---|---|---|\n")
	useless, hopeless := map[string]int{}, 0 // second calls that cannot help, and the rows that have none
	for _, c := range list {
		odd := false
		for _, rival := range rivals {
			got := said[rival.name][c.Model]
			odd = odd || c.row.Action != "use" && !strings.HasPrefix(got, "error")
			if c.row.Action == "fix" || c.row.Action == "stop" || c.row.Counts == "at once" {
				useless[rival.name] += strings.Count(got, ", 2")
			}
		}
		if c.row.Action == "fix" || c.row.Action == "stop" || c.row.Counts == "at once" {
			hopeless++
		}
		if !odd {
			continue
		}
		fmt.Fprintf(&table, "| %s | %s | %s |", c.row.Name, map[bool]string{false: "whole", true: "stream"}[c.Stream], c.row.Action)
		for _, rival := range rivals {
			what, _, _ := strings.Cut(said[rival.name][c.Model], ",")
			fmt.Fprintf(&table, " %s |", what)
		}
		table.WriteString("\n")
	}
	fmt.Fprintf(&table, "| asked again in vain, of %d | | 0 | %d | %d | %d |\n",
		hopeless, useless["SDK"], useless["tenacity"], useless["AI SDK"])
	golden.Compare(t, "testdata/rivals.golden", table.String())
	page, err := os.ReadFile("../content/reference/index.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), table.String()) {
		t.Error("site/content/reference/index.md does not have the table of testdata/rivals.golden")
	}
}

// outcome is what a caller has who takes a text that is returned for the answer.
func outcome(text, failure string) string {
	switch {
	case failure == "waits":
		return "waits"
	case failure != "":
		return "error"
	case text == answerA:
		return "whole"
	case text == "":
		return "empty"
	}
	return "half"
}

// useRivals has a TypeScript program find the packages of the folder rivals.
func useRivals(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	modules, err := filepath.Abs("rivals/node_modules")
	if err == nil {
		_, err = os.Stat(filepath.Join(modules, "ai"))
	}
	if err != nil {
		if os.Getenv("PLANSYNC_TEST_REQUIRE") == "all" {
			t.Fatalf("%v; run npm ci in site/reference/rivals", err)
		}
		t.Skipf("%v; run npm ci in site/reference/rivals", err)
	}
	link := filepath.Join(cmd.Dir, "node_modules")
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(modules, link); err != nil {
		t.Fatal(err)
	}
}
