package sample_test

import (
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

func TestTypeScript(t *testing.T) {
	primary := fault.New(fault.Config{Name: "primary",
		Plan: fault.Script(fault.OK(), fault.Overloaded(), fault.StreamError(3), fault.Status(500))})
	backup := fault.New(fault.Config{Name: "backup"})
	out := sample.TypeScript(t, "testdata/failover.ts", sample.Env{
		"OPENAI_BASE_URL":    fault.Start(t, primary) + "/v1",
		"ANTHROPIC_BASE_URL": fault.Start(t, backup),
	})
	golden.Compare(t, "testdata/failover-ts.golden", out)
	primary.WaitIdle()
	if s := primary.Stats(); s.Billed != 2 || s.OutputTokens != 14+3 {
		t.Errorf("billed %d calls and %d tokens, want the whole answer and the broken one", s.Billed, s.OutputTokens)
	}
	if p, b := primary.Stats().Calls, backup.Stats().Calls; p != 4 || b != 3 {
		t.Errorf("the primary saw %d calls and the backup %d, want 4 and 3", p, b)
	}
}

func TestPython(t *testing.T) {
	limited := fault.RateLimited(10 * time.Millisecond).Millis()
	s := fault.New(fault.Config{Plan: fault.Attempts(limited, limited)})
	out := sample.Python(t, "testdata/retry.py", sample.Env{"OPENAI_BASE_URL": fault.Start(t, s) + "/v1"})
	golden.Compare(t, "testdata/retry-py.golden", out)
}
