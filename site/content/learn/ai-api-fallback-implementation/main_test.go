package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// The page shows the golden files, so it shows what the program prints.
func TestGolden(t *testing.T) { golden.Sections(t, outputs) }

// region: property

// Whatever two providers do, a reader sees the words of one model, sees all of
// them if there is no error, and nobody is asked twice.
func TestReaderSeesOneModel(t *testing.T) {
	err := virtual.Run(func(env *virtual.Env) error {
		const questions = 300
		ants := strings.TrimSpace(strings.Repeat("ant ", 20))
		bees := strings.TrimSpace(strings.Repeat("bee ", 20))
		a := env.Start(fault.Config{Name: "a", Plan: anything(), Text: ants})
		b := env.Start(fault.Config{Name: "b", Plan: anything(), Text: bees})
		chain := newChain(a.URL, b.URL, env.Client, 0)
		for i := range questions {
			chain.Hold = i % 3 * 30
			ctx, cancel := context.WithTimeout(env.Context, deadline)
			var got strings.Builder
			_, err := chain.Stream(ctx, Request{fmt.Sprint(i), 100},
				func(text string) { got.WriteString(text) })
			cancel()
			text := got.String()
			if strings.Contains(text, "ant") && strings.Contains(text, "bee") {
				t.Errorf("question %d: two models in %q", i, text)
			}
			if err == nil && text != ants && text != bees {
				t.Errorf("question %d: no error, but only %q", i, text)
			}
		}
		for name, p := range map[string]*virtual.Provider{"A": a, "B": b} {
			if n := p.Stats().Calls; n > questions {
				t.Errorf("%s was asked %d times", name, n)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// endregion: property

// anything is well in a third of the calls, and fails in every way in the rest.
func anything() fault.Plan {
	var shares []fault.Share
	faults := []fault.Plan{
		fault.Overloaded(), fault.RateLimited(9 * time.Second), fault.QuotaExhausted(),
		fault.Status(400), fault.Status(500), fault.Refuse(), fault.Hang(),
		fault.Stall(0), fault.Stall(7), fault.Cut(0), fault.Cut(7),
		fault.StreamError(0), fault.StreamError(7), fault.EndEarly(0),
		fault.EndEarly(7), fault.BadBody(),
	}
	for _, f := range faults {
		shares = append(shares, fault.Share{Share: 2.0 / 3 / float64(len(faults)), Plan: f})
	}
	return fault.Mix(shares...)
}

// The property would not hold for the careless fallback.
func TestCarelessShowsTwoModels(t *testing.T) {
	text, end, err := read(fault.Cut(4), askCareless)
	if err != nil {
		t.Fatal(err)
	}
	if end != "B answered" || !strings.HasSuffix(text, answerB) || text == answerB {
		t.Errorf("%s: %q", end, text)
	}
	text, end, err = read(fault.EndEarly(4), askCareless)
	if err != nil {
		t.Fatal(err)
	}
	if end != "A answered" || text == answerA {
		t.Errorf("an answer that ended early: %s: %q", end, text)
	}
}

// A reader who takes long over a piece of A's answer gets the rest of it.
func TestSlowReaderIsNoSilence(t *testing.T) {
	err := virtual.Run(func(env *virtual.Env) error {
		a, b := twoProviders(env, fault.Config{}, fault.Config{})
		ctx, cancel := context.WithTimeout(env.Context, deadline)
		defer cancel()
		slow := true
		answer, err := newChain(a.URL, b.URL, env.Client, 0).Stream(ctx, Request{"Question?", 100},
			func(string) {
				if slow {
					time.Sleep(2 * idle)
				}
				slow = false
			})
		if err != nil || answer.By != "A" {
			t.Errorf("%+v, %v", answer, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// B is asked when there is time, nothing was shown, and the error is A's own.
func TestRules(t *testing.T) {
	asked := map[string]bool{
		"A is overloaded, 503": true, "A has no quota left, 429": true,
		"A accepts, then is silent": true, "A breaks off before its first text": true,
		"the same, 200 bytes held back": true, "A ends early without an error": true,
		"A and B are overloaded": true,
	}
	for _, r := range rules {
		o, err := play(r)
		if err != nil {
			t.Fatal(err)
		}
		if (o.callsB == 1) != asked[r.name] || o.callsA != 1 {
			t.Errorf("%s: %d calls to A, %d to B", r.name, o.callsA, o.callsB)
		}
		if o.took > first+need {
			t.Errorf("%s: took %v, more than a first text of A and an answer of B", r.name, o.took)
		}
	}
}

// spentBy keeps what spend found, because it takes a while.
var spentBy = map[string]spent{}

func spendOnce(t *testing.T, s split) spent {
	t.Helper()
	if _, ok := spentBy[s.name]; !ok {
		out, err := spend(s)
		if err != nil {
			t.Fatal(err)
		}
		spentBy[s.name] = out
	}
	return spentBy[s.name]
}

// A limit for the first text saves what one deadline loses to silence; a limit
// for the whole answer loses more than it saves.
func TestSplitByFirstText(t *testing.T) {
	var got []spent
	for _, s := range splits {
		got = append(got, spendOnce(t, s))
	}
	one, half, text := got[0], got[1], got[2]
	if !(half.answered < one.answered && one.answered < text.answered && text.answered == questions) {
		t.Errorf("answered: one deadline %d, half each %d, by first text %d", one.answered, half.answered, text.answered)
	}
	if half.wasted == 0 || text.wasted != 0 {
		t.Errorf("tokens wasted: half each %d, by first text %d", half.wasted, text.wasted)
	}
}

// The SDK's retries delay B in every case where A says anything at all, and
// with one deadline may keep it from being asked.
func TestRetriesDelayTheFallback(t *testing.T) {
	for _, tr := range troubles {
		var text [3]time.Duration
		var calls [3]int
		for i, s := range settings {
			var err error
			if text[i], calls[i], err = trouble(tr.plan, s); err != nil {
				t.Fatal(err)
			}
		}
		if calls[2] != 1 || text[2] == 0 || text[2] > text[1] {
			t.Errorf("%s: without retries %d calls, first text at %v, with them at %v", tr.name, calls[2], text[2], text[1])
		}
	}
}

// The page's own figures.
func TestPageShowsItsSums(t *testing.T) {
	text, _, err := trouble(troubles[1].plan, settings[0])
	if err != nil {
		t.Fatal(err)
	}
	one, half := spendOnce(t, splits[0]), spendOnce(t, splits[1])
	golden.Page(t,
		fmt.Sprintf("%d + %d = %d s", first/time.Second, need/time.Second, (first+need)/time.Second),
		fmt.Sprintf("%.1f s", text.Seconds()),
		fmt.Sprintf("%.1f%%", 100*float64(half.answered)/questions),
		fmt.Sprintf("%.1f%%", 100*float64(one.answered)/questions),
		fmt.Sprintf("%d,%03d tokens", half.wasted/1000, half.wasted%1000),
		fmt.Sprintf("%.1f seconds", 55*0.125+0.5),
	)
}
