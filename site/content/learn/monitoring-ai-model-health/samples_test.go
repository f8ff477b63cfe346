package main

import (
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// The canary's TypeScript and Python judge as the Go does: one golden file is for both.
func TestCanaryInOtherLanguages(t *testing.T) {
	for _, c := range []struct {
		file string
		run  func(testing.TB, string, sample.Env) string
	}{{"canary.ts", sample.TypeScript}, {"canary.py", sample.Python}} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			p := fault.New(fault.Config{
				Plan: fault.Script(fault.OK(), fault.Status(503), fault.QuotaExhausted(),
					fault.Stall(3), fault.Truncated(3), fault.EndEarly(3), fault.OK()),
				Reply: func(c fault.Call) fault.Reply {
					if c.N == 7 {
						return fault.Reply{Text: wrong}
					}
					return fault.Reply{Text: right}
				},
			})
			out := c.run(t, c.file, sample.Env{"OPENAI_BASE_URL": fault.Start(t, p) + "/v1"})
			golden.Compare(t, "testdata/canary.golden", out)
		})
	}
}
