package main

import (
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
)

func TestExample(t *testing.T) {
	out := golden.Run(t, "testdata/example.golden", run)
	if !strings.Contains(out, "primary 16, backup 4") { // what the article claims
		t.Errorf("the claim does not hold:\n%s", out)
	}
}
