package golden_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sections"
)

// A recorder is a test that keeps its failures.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	panic(r)
}

// failures returns what a check reports.
func failures(t *testing.T, check func(testing.TB)) string {
	r := &recorder{TB: t}
	func() {
		defer func() {
			if p := recover(); p != nil && p != any(r) {
				panic(p)
			}
		}()
		check(r)
	}()
	return strings.Join(r.failures, "\n")
}

func prints(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.golden")
	write(t, file, "one\n")
	calls := 0
	tests := []struct {
		name, file string
		run        func(io.Writer) error
		want       string
	}{
		{"same", file, prints("one\n"), ""},
		{"other", file, prints("two\n"), "differs"},
		{"no file", file + "x", prints("one\n"), "-update"},
		{"an error", file, func(io.Writer) error { return errors.New("broken") }, "broken"},
		{"not twice the same", file, func(w io.Writer) error { calls++; _, err := fmt.Fprintln(w, calls); return err }, "not print the same twice"},
	}
	for _, tt := range tests {
		got := failures(t, func(r testing.TB) { golden.Run(r, tt.file, tt.run) })
		if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}

	update := flag.Lookup("update")
	old := update.Value.String()
	defer update.Value.Set(old)
	update.Value.Set("true")
	made := filepath.Join(t.TempDir(), "testdata", "new.golden")
	if got := failures(t, func(r testing.TB) { golden.Run(r, made, prints("three\n")) }); got != "" {
		t.Error(got)
	}
	if data, err := os.ReadFile(made); err != nil || string(data) != "three\n" {
		t.Errorf("%q, %v", data, err)
	}
}

func TestSections(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("testdata", 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, "testdata/one.golden", "1\n")
	write(t, "testdata/two.golden", "2\n")
	calls := 0
	for want, list := range map[string]sections.List{
		"":                  {{Name: "one", Print: prints("1\n")}, {Name: "two", Print: prints("2\n")}},
		"differs":           {{Name: "one", Print: prints("1\n")}, {Name: "two", Print: prints("3\n")}},
		"-update":           {{Name: "three", Print: prints("3\n")}},
		"without arguments": {{Name: "one", Print: func(w io.Writer) error { calls++; _, err := fmt.Fprintln(w, calls); return err }}},
	} {
		got := failures(t, func(r testing.TB) { golden.Sections(r, list) })
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestPage(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "index.md", "It takes five\nseconds.\n")
	for want, says := range map[string]string{"": "takes five seconds", `does not say "six"`: "six"} {
		got := failures(t, func(r testing.TB) { golden.Page(r, "It", says) })
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", says, got, want)
		}
	}
}
