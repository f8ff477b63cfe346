package main

import (
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// The TypeScript sees each attempt that the SDK makes by itself.
func TestTypeScript(t *testing.T) {
	t.Parallel()
	limited := fault.RateLimited(20 * time.Millisecond).Millis()
	p := fault.New(fault.Config{Plan: fault.Script(
		fault.OK(), limited, limited, fault.OK(), fault.Status(503), fault.OK(), fault.Refuse(), fault.OK(),
	)})
	out := sample.TypeScript(t, "timing.ts", sample.Env{"OPENAI_BASE_URL": fault.Start(t, p) + "/v1"})
	golden.Compare(t, "testdata/timing-ts.golden", out)
}
