package main

import (
	"os"
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// The Python audit prints what the Go one does, but for the last column, since
// it asks nobody.
func TestPython(t *testing.T) {
	text, err := os.ReadFile("testdata/paper.golden")
	if err != nil {
		t.Fatal(err)
	}
	header, rows, _ := strings.Cut(string(text), "\n")
	width := strings.Index(header, "   answered")
	var want strings.Builder
	for row := range strings.Lines(rows) {
		want.WriteString(row[:width] + "\n")
	}
	if got := sample.Python(t, "audit.py", nil); got != want.String() {
		t.Errorf("got\n%swant\n%s", got, &want)
	}
}
