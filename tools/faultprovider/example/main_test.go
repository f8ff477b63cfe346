package main

import (
	"os/exec"
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
)

// What a reader runs prints what the test has compared.
func TestGoRun(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "run", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "testdata/example.golden", string(out))
}

func TestExample(t *testing.T) {
	golden.Sections(t, outputs)
	if out := golden.Print(t, printExample); !strings.Contains(out, "primary 16, backup 4") { // what the article claims
		t.Errorf("the claim does not hold:\n%s", out)
	}
}
