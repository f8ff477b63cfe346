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

// failures returns what golden.Run reports.
func failures(t *testing.T, file string, run func(io.Writer) error) string {
	r := &recorder{TB: t}
	func() {
		defer func() { recover() }()
		golden.Run(r, file, run)
	}()
	return strings.Join(r.failures, "\n")
}

func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.golden")
	if err := os.WriteFile(file, []byte("one\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	prints := func(text string) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		}
	}
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
		got := failures(t, tt.file, tt.run)
		if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}

	update := flag.Lookup("update")
	old := update.Value.String()
	defer update.Value.Set(old)
	update.Value.Set("true")
	made := filepath.Join(t.TempDir(), "testdata", "new.golden")
	if got := failures(t, made, prints("three\n")); got != "" {
		t.Error(got)
	}
	if data, err := os.ReadFile(made); err != nil || string(data) != "three\n" {
		t.Errorf("%q, %v", data, err)
	}
}
