package reference_test

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// TestAsAReader runs the files as they are published, in an empty folder, with the public packages.
func TestAsAReader(t *testing.T) {
	commands := []struct {
		name string
		make func(t *testing.T, env sample.Env) *exec.Cmd
	}{
		{"Python", func(t *testing.T, env sample.Env) *exec.Cmd {
			return sample.Command(t, "python/resilient.py", env, "hello")
		}},
		{"TypeScript", func(t *testing.T, env sample.Env) *exec.Cmd {
			return sample.Command(t, "typescript/resilient.ts", env, "hello")
		}},
		{"Go", func(t *testing.T, env sample.Env) *exec.Cmd {
			return sample.Command(t, "go/hello/main.go", env, "hello")
		}},
	}
	for _, way := range []struct {
		name string
		plan fault.Plan
		want string
		says string
	}{
		{"A answers", fault.OK(), answerA, "A ok use"},
		{"A is overloaded", fault.Overloaded(), answerB, "A overloaded switch\nB ok use"},
	} {
		for _, command := range commands {
			t.Run(way.name+"/"+command.name, func(t *testing.T) {
				a := fault.New(fault.Config{Name: "A", Plan: way.plan, Text: answerA})
				b := fault.New(fault.Config{Name: "B", Text: answerB})
				cmd := command.make(t, sample.Env{
					"OPENAI_BASE_URL":    fault.Start(t, a) + "/v1",
					"ANTHROPIC_BASE_URL": fault.Start(t, b),
				})
				var stdout, stderr bytes.Buffer
				cmd.Stdout, cmd.Stderr = &stdout, &stderr
				if err := cmd.Run(); err != nil {
					t.Fatalf("%v\n%s%s", err, stdout.String(), stderr.String())
				}
				if got := stdout.String(); got != way.want+"\n" {
					t.Errorf("prints %q, not %q", got, way.want)
				}
				if got := strings.TrimSpace(stderr.String()); got != way.says {
					t.Errorf("says %q, not %q", got, way.says)
				}
			})
		}
	}
}

// TestRegions holds what articles show to the size of a telephone, and the languages to the same names.
func TestRegions(t *testing.T) {
	only := map[string][]string{ // what one language needs and the others do not
		"go/resilient.go":         {"statuses", "trip", "probed"},
		"python/resilient.py":     {},
		"typescript/resilient.ts": {"time-up"},
	}
	marker := regexp.MustCompile(`^\s*(?://|#) (end)?region: ([\w-]+)$`)
	var names [][]string
	for _, file := range []string{"python/resilient.py", "typescript/resilient.ts", "go/resilient.go"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var list, lines []string
		open := ""
		for _, line := range strings.Split(string(data), "\n") {
			switch m := marker.FindStringSubmatch(line); {
			case m != nil && m[1] == "":
				open, lines = m[2], nil
			case m != nil:
				if m[2] != open {
					t.Errorf("%s: region %q ends in %q", file, m[2], open)
				}
				checkRegion(t, file, open, lines)
				if !slices.Contains(only[file], open) {
					list = append(list, open)
				}
				open = ""
			case open != "":
				lines = append(lines, strings.ReplaceAll(line, "\t", "    "))
			}
		}
		slices.Sort(list)
		names = append(names, list)
	}
	for i := range names {
		want := slices.DeleteFunc(slices.Clone(names[0]), func(s string) bool { return i == 2 && s == "main" })
		if !slices.Equal(names[i], want) {
			t.Errorf("the regions are\n%v, and not\n%v", names[i], want)
		}
	}
}

func checkRegion(t *testing.T, file, name string, lines []string) {
	t.Helper()
	if name == "models" || name == "race" || name == "deadline" { // linked, or shown in parts
		return
	}
	if n := len(strings.Split(strings.Trim(strings.Join(lines, "\n"), "\n"), "\n")); n > 40 {
		t.Errorf("%s: region %q has %d lines", file, name, n)
	}
	indent := 100
	for _, line := range lines {
		if line != "" {
			indent = min(indent, len(line)-len(strings.TrimLeft(line, " ")))
		}
	}
	for _, line := range lines {
		if len(line)-indent > 50 {
			t.Errorf("%s: region %q has a line of %d columns: %s", file, name, len(line)-indent, line)
		}
	}
}
