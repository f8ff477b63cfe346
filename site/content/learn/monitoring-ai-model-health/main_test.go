package main

import (
	"fmt"
	"math"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
)

func TestGolden(t *testing.T) { golden.Sections(t, outputs) }

// The shallow check notices nothing; the canary pages for each illness but the
// diluted one, within three checks, and not for health.
func TestCanarySeesWhatTheListDoesNot(t *testing.T) {
	sightings, err := watch()
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range sightings {
		name := spells[i].Name
		if s.Models != checks {
			t.Errorf("%s: GET /models was green %d times", name, s.Models)
		}
		total := spells[i].Wrong == 1 || spells[i].Wrong == 0 && i > 0
		if paged := s.PagedAt > 0; paged != total {
			t.Errorf("%s: paged at %v", name, s.PagedAt)
		}
		if s.PagedAt > 2*time.Minute+deadline {
			t.Errorf("%s: paged only at %v", name, s.PagedAt)
		}
		if total && s.Good > 0 || i == 0 && s.Good < checks {
			t.Errorf("%s: %d good canaries", name, s.Good)
		}
	}
	for i, want := range map[int]string{1: "503", 2: "429", 3: "-", 4: "timeout", 5: "incomplete", 6: "wrong_answer"} {
		if got := sightings[i].errors(); got != want {
			t.Errorf("%s: error.type %q, want %q", spells[i].Name, got, want)
		}
	}
	if stall, well := sightings[4].First, sightings[0].First; math.Abs(stall-well) > 0.5 {
		t.Errorf("a stall's first chunk took %g s, a healthy one %g", stall, well)
	}
	if diluted := sightings[7]; diluted.Good == checks || diluted.Good < checks-2 {
		t.Errorf("one in six wrong: %d of %d good", diluted.Good, checks)
	}
}

func TestPageNeedsThreeOfFive(t *testing.T) {
	bad, slow, good := Result{Error: "503"}, Result{First: firstLimit + 1}, Result{First: firstLimit}
	for _, c := range []struct {
		last []Result
		want bool
	}{
		{nil, false},
		{[]Result{bad, bad}, false},
		{[]Result{bad, slow, bad}, true},
		{[]Result{bad, good, bad, good, slow}, true},
		{[]Result{bad, good, good, bad, good, bad}, false},
	} {
		if got := page(c.last); got != c.want {
			t.Errorf("%v: %t", c.last, got)
		}
	}
}

// The SDK's default boundaries cannot tell a fast answer from a slow one.
func TestDefaultBucketsAreForMilliseconds(t *testing.T) {
	usual, err := placed()
	if err != nil {
		t.Fatal(err)
	}
	ours, err := placed(seconds)
	if err != nil {
		t.Fatal(err)
	}
	if usual[0] != usual[1] {
		t.Errorf("0.4 s in %q, 4.9 s in %q", usual[0], usual[1])
	}
	for i := 1; i < len(ours); i++ {
		if ours[i] == ours[i-1] {
			t.Errorf("%g s and %g s share %q", latencies[i-1], latencies[i], ours[i])
		}
	}
}

// The tail of the binomial agrees with sums done by hand.
func TestAtLeast(t *testing.T) {
	for _, c := range []struct {
		k, n        int
		share, want float64
	}{
		{0, 5, 0.3, 1}, {1, 2, 0.5, 0.75}, {3, 3, 0.5, 0.125}, {1, 373, 0.008, 1 - math.Pow(0.992, 373)},
		{3, 5, 0.25, 10*math.Pow(0.25, 3)*math.Pow(0.75, 2) + 5*math.Pow(0.25, 4)*0.75 + math.Pow(0.25, 5)},
	} {
		if got := atLeast(c.k, c.n, c.share); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%d of %d at %g: %g, want %g", c.k, c.n, c.share, got, c.want)
		}
	}
}

func TestLimitIsTheSmallest(t *testing.T) {
	for _, n := range sizes {
		k := limit(n, usualWrong)
		if atLeast(k, n, usualWrong) >= 0.01 || atLeast(k-1, n, usualWrong) < 0.01 {
			t.Errorf("%d questions: %d", n, k)
		}
	}
}

// medianPage is the number of canaries until page says yes, in half of all
// cases, if each is bad with the given chance.
func medianPage(share float64) int {
	bad, good := Result{Error: "503"}, Result{}
	chance := map[[4]Result]float64{{}: 1} // by the last four canaries
	for n, quiet := 1, 1.0; ; n++ {
		next := map[[4]Result]float64{}
		for last, c := range chance {
			quiet -= c
			for r, share := range map[Result]float64{bad: share, good: 1 - share} {
				if !page(append(last[:], r)) {
					next[[4]Result{last[1], last[2], last[3], r}] += c * share
					quiet += c * share
				}
			}
		}
		if quiet <= 0.5 {
			return n
		}
		chance = next
	}
}

// The page says what the program computes.
func TestPageShowsItsSums(t *testing.T) {
	sure := func(share float64) int { return int(math.Ceil(math.Log(0.05) / math.Log1p(-share))) }
	const perDay = 24 * 60
	falseDays := func(share float64) float64 { return 1 / (perDay * atLeast(3, 5, share)) }
	if missed := 1 - atLeast(limit(20, usualWrong), 20, 0.16); math.Abs(missed-1.0/3) > 0.04 {
		t.Errorf("20 questions miss 16%% in %g of runs, the page says one of three", missed)
	}
	if missed := 1 - atLeast(limit(400, usualWrong), 400, 0.04); missed < 0.4 || missed > 0.5 {
		t.Errorf("400 questions miss 4%% in %g of runs, the page says nearly every second", missed)
	}
	golden.Page(t,
		fmt.Sprintf("green %d times out of %d", len(spells)*checks, len(spells)*checks),
		"A canary a minute is 1,440 calls a day",
		fmt.Sprintf("takes %d samples at 16%%, and %d at 0.8%%", sure(0.16), sure(0.008)),
		fmt.Sprintf("at most once in %.0f days; at 2%%, once in %.0f", falseDays(0.01), falseDays(0.02)),
		fmt.Sprintf("half of the pages come only after %d checks; with one in six failing, after %d", medianPage(0.25), medianPage(1.0/6)),
	)
}
