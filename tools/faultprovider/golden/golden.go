// Package golden compares what a program prints with files that are kept beside it, and with the
// page that tells of it.
package golden

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/sections"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// Run calls run twice, checks that it prints the same both times, compares that with the file (as
// in "testdata/sim.golden"), and returns it for further checks. With the flag -update
// it writes the file.
func Run(t testing.TB, file string, run func(io.Writer) error) string {
	t.Helper()
	first, second := Print(t, run), Print(t, run)
	if first != second {
		t.Fatalf("the program does not print the same twice:\n%s\nand then:\n%s", first, second)
	}
	Compare(t, file, first)
	return first
}

// Compare compares a text with the file. With the flag -update it writes the file.
func Compare(t testing.TB, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run the test with -update to write it)", err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run the test with -update to accept):\n--- got\n%s\n--- want\n%s", file, got, want)
	}
}

// Sections compares each output of a program with testdata/NAME.golden, and checks that the program
// prints the same again, one after the other, when it is not asked for any in particular.
func Sections(t testing.TB, list sections.List) {
	t.Helper()
	var each []string
	for _, s := range list {
		out := Print(t, s.Print)
		Compare(t, "testdata/"+s.Name+".golden", out)
		each = append(each, out)
	}
	all := Print(t, func(w io.Writer) error { return list.Run(w) })
	if want := strings.Join(each, "\n"); all != want {
		t.Errorf("without arguments the program prints\n%s\nand not\n%s", all, want)
	}
}

// Print returns what print prints.
func Print(t testing.TB, print func(io.Writer) error) string {
	t.Helper()
	var out strings.Builder
	if err := print(&out); err != nil {
		t.Fatalf("the program failed: %v\nafter printing:\n%s", err, out.String())
	}
	return out.String()
}

// Page checks that index.md says each of these, in one line or broken into several.
func Page(t testing.TB, wants ...string) {
	t.Helper()
	data, err := os.ReadFile("index.md")
	if err != nil {
		t.Fatal(err)
	}
	page := strings.Join(strings.Fields(string(data)), " ")
	for _, want := range wants {
		if !strings.Contains(page, want) {
			t.Errorf("index.md does not say %q", want)
		}
	}
}
