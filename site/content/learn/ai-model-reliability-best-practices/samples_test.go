package main

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// In an outage the Python client makes as many calls as the Go one, and when
// every other call fails, it answers every question.
func TestPython(t *testing.T) {
	const asked = 100
	outage := 0
	budget := &Budget{saved: 10}
	fail := Retried(budget, func(string, int) float64 { return 0 }, func(context.Context, string) (string, error) {
		outage++
		return "", errors.New("down")
	})
	for range asked {
		fail(t.Context(), "")
	}
	for _, c := range []struct {
		name            string
		plan            fault.Plan
		answered, calls int
	}{
		{"outage", fault.Status(503), 0, outage},
		{"one failure in ten", fault.Every(10, fault.Status(503)), asked, asked + asked/9},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := fault.New(fault.Config{Plan: c.plan})
			got := sample.Python(t, "retry.py", sample.Env{
				"OPENAI_BASE_URL": fault.Start(t, p) + "/v1", "REQUESTS": fmt.Sprint(asked),
			})
			if want := fmt.Sprintf("%d answered\n", c.answered); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if n := p.Stats().Calls; n != c.calls {
				t.Errorf("%d calls, want %d", n, c.calls)
			}
		})
	}
}
