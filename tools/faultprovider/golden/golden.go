// Package golden compares what a program prints with a file that is kept beside it.
package golden

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// Run calls run twice, checks that it prints the same both times, compares that with the file (as
// in "testdata/sim.golden"), and returns it for further checks. With the flag -update
// it writes the file.
func Run(t testing.TB, file string, run func(io.Writer) error) string {
	t.Helper()
	var outs [2]bytes.Buffer
	for i := range outs {
		if err := run(&outs[i]); err != nil {
			t.Fatalf("the program failed: %v\nafter printing:\n%s", err, outs[i].String())
		}
	}
	first, second := outs[0].String(), outs[1].String()
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
