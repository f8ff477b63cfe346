package main

import (
	"os"
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// The Python audit prints what the Go one does, but for what was answered, since
// it asks nobody.
func TestPython(t *testing.T) {
	text, err := os.ReadFile("testdata/paper.golden")
	if err != nil {
		t.Fatal(err)
	}
	header, rows, _ := strings.Cut(string(text), "\n")
	before, _, _ := strings.Cut(header, " answered")
	from, to := len(before), len(before+" answered")
	var want strings.Builder
	for row := range strings.Lines(rows) {
		want.WriteString(row[:from] + row[to:])
	}
	if got := sample.Python(t, "audit.py", nil); got != want.String() {
		t.Errorf("got\n%swant\n%s", got, &want)
	}
}
