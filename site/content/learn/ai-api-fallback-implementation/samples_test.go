package main

import (
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// providers starts A, which has a fault for each question of the samples, and
// B, and returns where they are.
func providers(t *testing.T) (env sample.Env, a, b *fault.Server) {
	a = fault.New(fault.Config{Name: "a", Seed: seed, Plan: fault.Script(
		fault.OK(), fault.Overloaded(), fault.QuotaExhausted(), fault.Stall(0),
		fault.Status(400), fault.Cut(4), fault.EndEarly(4),
	)})
	b = fault.New(fault.Config{Name: "b", Seed: seed})
	return sample.Env{
		"OPENAI_BASE_URL":    fault.Start(t, a) + "/v1",
		"ANTHROPIC_BASE_URL": fault.Start(t, b),
	}, a, b
}

func TestTypeScript(t *testing.T) {
	t.Parallel()
	env, a, b := providers(t)
	out := sample.TypeScript(t, "fallback.ts", env)
	golden.Compare(t, "testdata/fallback-ts.golden", out)
	checkSample(t, out, a, b)
}

func TestPython(t *testing.T) {
	t.Parallel()
	env, a, b := providers(t)
	out := sample.Python(t, "fallback.py", env)
	golden.Compare(t, "testdata/fallback-py.golden", out)
	checkSample(t, out, a, b)
}

// Without retries A is asked once for each question, and B only when A said
// nothing and another provider may do better.
func checkSample(t *testing.T, out string, a, b *fault.Server) {
	t.Helper()
	if got := strings.Count(out, "B answered"); got != 3 || b.Stats().Calls != 3 {
		t.Errorf("B answered %d questions in %d calls, want 3 in 3:\n%s", got, b.Stats().Calls, out)
	}
	if got := a.Stats().Calls; got != 7 {
		t.Errorf("A was asked %d times, want 7", got)
	}
	if got := strings.Count(out, "broke off ("); got != 2 {
		t.Errorf("%d answers broke off before the reader's eyes, want 2:\n%s", got, out)
	}
}
