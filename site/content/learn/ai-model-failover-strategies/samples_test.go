package main

import (
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// The hedge in TypeScript keeps to A while A is in time, and goes to B when A
// fails at once or says nothing. Half an answer is none: the SDK ends an aborted
// stream without an error.
func TestTypeScript(t *testing.T) {
	for _, c := range []struct {
		name     string
		plan     fault.Plan
		hedgeAt  string
		deadline string
		want     string
		asked    int // of B
	}{
		{"A fails once", fault.Script(fault.OK(), fault.Status(503)), "3600000", "3600000",
			"one: from A alone\ntwo: from B alone\n", 1},
		{"A hangs", fault.Hang(), "1", "3600000",
			"one: from B alone\ntwo: from B alone\n", 2},
		{"A stalls after its first token", fault.Stall(1), "3600000", "500",
			"one: no answer\ntwo: no answer\n", 0},
		{"A cuts its answers off", fault.Truncated(2), "3600000", "3600000",
			"one: no answer\ntwo: no answer\n", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := fault.New(fault.Config{Text: "from A alone", Plan: c.plan})
			b := fault.New(fault.Config{Text: "from B alone"})
			got := sample.TypeScript(t, "hedge.ts", sample.Env{
				"A_BASE_URL": fault.Start(t, a) + "/v1", "B_BASE_URL": fault.Start(t, b) + "/v1",
				"HEDGE_AT_MS": c.hedgeAt, "DEADLINE_MS": c.deadline, "QUESTIONS": "one|two",
			})
			if got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
			if n := b.Stats().Calls; n != c.asked {
				t.Errorf("B was asked %d times, want %d", n, c.asked)
			}
		})
	}
}
