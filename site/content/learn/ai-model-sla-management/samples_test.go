package main

import (
	"fmt"
	"path/filepath"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// The Python keeps the same three books of the shift.
func TestLedgerInPython(t *testing.T) {
	file, err := filepath.Abs("testdata/shift.log")
	if err != nil {
		t.Fatal(err)
	}
	calls, err := parse(shiftLog)
	if err != nil {
		t.Fatal(err)
	}
	out := sample.Python(t, "ledger.py", sample.Env{"LOG": file})
	want := fmt.Sprintf("%d %d %.0f\n", count(calls, failed), count(calls, serverError), downtime(calls).Minutes())
	if out != want {
		t.Errorf("%q, want %q", out, want)
	}
}
