package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// The page shows the golden files, so it shows what the program prints.
func TestGolden(t *testing.T) { golden.Sections(t, outputs) }

// Six failures in a row do not happen while a quarter of the calls fails; a
// share of the calls does. Both notice silence.
func TestOnlyTheRateNoticesAPartialOutage(t *testing.T) {
	var rides []ride
	for _, p := range policies {
		r, err := drive{illness(), lasts, p.breaker}.run()
		if err != nil {
			t.Fatal(err)
		}
		rides = append(rides, r)
	}
	inRow, rate := rides[1], rides[2]
	if n := count(inRow.passed, 0, partialTo); n != 0 {
		t.Errorf("six in a row: %d calls went to B in the partial outage", n)
	}
	if got, none := count(rate.failed, partialFrom, partialTo), count(rides[0].failed, partialFrom, partialTo); 2*got > none {
		t.Errorf("rate: %d of %d failures remain", got, none)
	}
	for i, r := range rides[1:] {
		if n := count(r.failed, silentFrom, silentTo); n > 20 {
			t.Errorf("policy %d: %d calls failed in the silence", i+1, n)
		}
	}
	for i, r := range rides {
		if n := count(r.failed, 0, partialFrom); n != 0 {
			t.Errorf("policy %d: %d calls failed while all was well", i, n)
		}
	}
	if last := rate.log[len(rate.log)-1]; !strings.Contains(last, "-> closed") {
		t.Errorf("did not switch back: %s", last)
	}
}

// Errors of the sender's own making switch nothing, and one that is certain
// switches at once.
func TestOwnErrorsDoNotSwitch(t *testing.T) {
	for i, tr := range troubles {
		r, err := drive{tr.plan, ownLasts, newBreaker}.run()
		if err != nil {
			t.Fatal(err)
		}
		if i < 2 && len(r.log) > 0 {
			t.Errorf("%s: %s", tr.name, r.log[0])
		}
		if i == 2 && (!r.failed[0] || !r.passed[1]) {
			t.Errorf("%s: did not switch after the first call", tr.name)
		}
		r, err = drive{tr.plan, ownLasts, naive}.run()
		if err != nil {
			t.Fatal(err)
		}
		if r.callsB == 0 {
			t.Errorf("%s: counting every error did not switch", tr.name)
		}
	}
}

// tooEarly is the share of cooldowns after which an ill provider gets the
// traffic back.
func tooEarly(probes int, rng *rand.Rand) float64 {
	n := 0
	for range episodes {
		if comesBack(probes, ill, rng) {
			n++
		}
	}
	return float64(n) / episodes
}

// The chance of a lucky return is that of so many lucky draws, within four
// standard deviations.
func TestReturnsTooEarly(t *testing.T) {
	for i, n := range probeCounts {
		got := tooEarly(n, rand.New(rand.NewPCG(seed, uint64(i))))
		want := early(n)
		if sigma := math.Sqrt(want * (1 - want) / episodes); math.Abs(got-want) > 4*sigma {
			t.Errorf("%d probes: %g, want %g", n, got, want)
		}
	}
}

// untilRow is how many calls it takes on average until so many in a row fail.
func untilRow(row int, fails float64) float64 {
	p := math.Pow(fails, float64(row))
	return (1 - p) / ((1 - fails) * p)
}

// hoursToTrip is how long an outage lasts until its failures are a fifth of all
// calls since the start, a day ago, at a call a second.
func hoursToTrip() float64 {
	day := (24 * time.Hour).Seconds()
	return 0.2 * day / (ill - 0.2) / time.Hour.Seconds()
}

func TestPageShowsItsSums(t *testing.T) {
	calls := math.Round(untilRow(6, ill))
	none, err := drive{illness(), lasts, never}.run()
	if err != nil {
		t.Fatal(err)
	}
	rate, err := drive{illness(), lasts, newBreaker}.run()
	if err != nil {
		t.Fatal(err)
	}
	lost := count(none.failed, partialFrom, partialTo)
	left := count(rate.failed, partialFrom, partialTo)
	turnedDown := strings.Count(strings.Join(rate.log, "\n"), "a probe failed")
	returned := strings.Count(strings.Join(rate.log, "\n"), "-> closed")
	if turnedDown != 10 || returned != 2 {
		t.Errorf("%d attempts to return were turned down, %d not; the page says ten and both", turnedDown, returned)
	}
	golden.Page(t,
		fmt.Sprintf("%d,%03.0f calls", int(calls)/1000, math.Mod(calls, 1000)),
		fmt.Sprintf("%.0f minutes at one call a second", calls/60),
		fmt.Sprintf("%.0f hours", hoursToTrip()),
		fmt.Sprintf("%.0f hours at one call a second", patience/2/time.Hour.Seconds()),
		fmt.Sprintf("%.1f%%", 100*early(10)),
		fmt.Sprintf("%.2f cooldowns until it is back, instead of %.2f",
			cooldowns(10, rand.New(rand.NewPCG(seed, 103))), cooldowns(1, rand.New(rand.NewPCG(seed, 100)))),
		fmt.Sprintf("keeps %d of its %d failures", lost-left, lost),
		fmt.Sprintf("%.0f%% of the time", 100*early(1)),
		fmt.Sprintf("the %.1f%% that all three lose", 100*math.Pow(ill, 3)),
	)
}

// In the other languages, too, the breaker notices a partial outage, is not fooled by a lucky probe, and comes back.
func TestOtherLanguages(t *testing.T) {
	for _, lang := range []struct {
		name, file string
		run        func(testing.TB, string, sample.Env) string
	}{
		{"TypeScript", "fallback.ts", sample.TypeScript},
		{"Python", "fallback.py", sample.Python},
	} {
		t.Run(lang.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 0)) // by the call's number: each language writes the body its own way
			a := fault.New(fault.Config{Name: "a", Text: "Yes.", Plan: fault.When(
				func(c fault.Call) bool { return 60 < c.N && c.N <= 96 && rng.Float64() < ill },
				fault.Overloaded(),
			)})
			b := fault.New(fault.Config{Name: "b", Text: "Yes."})
			out := lang.run(t, lang.file, sample.Env{
				"OPENAI_BASE_URL":    fault.Start(t, a) + "/v1",
				"ANTHROPIC_BASE_URL": fault.Start(t, b),
			})
			golden.Compare(t, "testdata/fallback.golden", out)
			if a.Stats().Calls+b.Stats().Calls != 300 {
				t.Errorf("%d calls to A, %d to B: want 300 in all", a.Stats().Calls, b.Stats().Calls)
			}
			for _, want := range []string{"closed -> open", "half-open -> open: a probe failed", "half-open -> closed"} {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
		})
	}
}
