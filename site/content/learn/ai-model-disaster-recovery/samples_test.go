package main

import (
	"os"
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// The Python finds in each of the five copies what the Go finds.
func TestVerifyInPython(t *testing.T) {
	for _, c := range copies {
		copied, running, err := lastNight()
		if err != nil {
			t.Fatal(err)
		}
		c.spoil(copied)
		problems, err := Verify(copied, running)
		if err != nil {
			t.Fatal(err)
		}
		if len(problems) == 0 {
			problems = []string{"restore"}
		}
		folder := t.TempDir()
		if err := os.CopyFS(folder, copied); err != nil {
			t.Fatal(err)
		}
		out := sample.Python(t, "verify.py", sample.Env{"COPY": folder, "RUNNING": running})
		if got, want := strings.TrimSpace(out), strings.Join(problems, "\n"); got != want {
			t.Errorf("%s: %q, want %q", c.name, got, want)
		}
	}
}
