package main

import (
	"fmt"
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// The Python model prints the uptimes of the Go one.
func TestPython(t *testing.T) {
	var want strings.Builder
	for _, r := range ladder() {
		fmt.Fprintf(&want, "%-44s %s\n", r.change, percent(r.Failing()))
	}
	if got := sample.Python(t, "uptime.py", nil); got != want.String() {
		t.Errorf("got\n%swant\n%s", got, &want)
	}
}
