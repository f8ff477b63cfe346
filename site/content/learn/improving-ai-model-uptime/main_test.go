package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
)

// The page shows the golden files, so it shows what the program prints.
func TestGolden(t *testing.T) { golden.Sections(t, outputs) }

// The page tells readers to split the failing share f of their first calls by
// the share r of first retries that fail: f*r are outages, the rest scattered.
func TestRetriesTellOutagesFromScatteredErrors(t *testing.T) {
	for _, s := range []Setup{
		{Scattered: 0.009, Outages: 0.001},
		{Scattered: 0.002, Outages: 0.008},
		{Scattered: 0.005, Outages: 0.005},
	} {
		s.Attempts = 1
		f := s.Failing()
		s.Attempts = 2
		r := s.Failing() / f
		if !near(f*r, s.Outages, 0.1) {
			t.Errorf("scattered %g, outages %g: f*r is %g", s.Scattered, s.Outages, f*r)
		}
	}
}

// With a spare that takes over at once, the model is b*u + ((1-b)*u)^2.
func TestModelIsTheClosedForm(t *testing.T) {
	for _, b := range []float64{0, 0.02, 0.1, 0.5, 1} {
		for _, u := range []float64{0.0001, 0.001, 0.02} {
			got := Setup{Outages: u, Shared: b, Attempts: 1, Spare: true}.Failing()
			want := b*u + (1-b)*u*(1-b)*u
			if !near(got, want, 1e-9) {
				t.Errorf("u=%g b=%g: got %g, want %g", u, b, got, want)
			}
		}
	}
}

// lived keeps what live found, because a million months take a while.
var lived = map[Setup]Lived{}

func liveOnce(s Setup) Lived {
	if _, ok := lived[s]; !ok {
		lived[s] = live(s)
	}
	return lived[s]
}

// The months that were lived through agree with the arithmetic: two percent of
// the downtime, or one part in a million where hardly any downtime is left.
func TestSimulationAgreesWithModel(t *testing.T) {
	for _, sc := range scenarios {
		got, want := liveOnce(sc.Setup).Down, sc.outage()
		if !near(got, want, 0.02) && math.Abs(got-want) > 1e-6 {
			t.Errorf("%s: simulated %g, formula %g", sc.name, got, want)
		}
	}
}

// An hour of detection lifts the average and rescues hardly a month: an outage
// that reaches the switch has already spent the 43 minutes that 99.9% allows.
func TestSlowSwitchSavesNoMonths(t *testing.T) {
	one, slow, fast := liveOnce(oneProvider), liveOnce(movedIn(60)), liveOnce(movedIn(15))
	if slow.Down > one.Down/2 {
		t.Errorf("average downtime only fell from %g to %g", one.Down, slow.Down)
	}
	if !near(slow.Under, one.Under, 0.02) {
		t.Errorf("months under 99.9%%: %g with a slow switch, %g without", slow.Under, one.Under)
	}
	if fast.Under > one.Under/5 {
		t.Errorf("months under 99.9%%: %g with a fast switch, %g without", fast.Under, one.Under)
	}
}

// A retry multiplies what is failing by the chance that it fails too, within
// four standard deviations of the count.
func TestRetriesHelpByShape(t *testing.T) {
	for _, s := range shapes {
		r := retry(s, rand.New(rand.NewPCG(seed, 0)))
		for n := 1; n <= maxAttempts; n++ {
			want := s.Time * math.Pow(s.Fails, float64(n))
			if got := 1 - r.OK[n]; math.Abs(got-want) > 4*math.Sqrt(want/requests) {
				t.Errorf("%s, %d attempts: %g fail, want %g", s.Name, n, got, want)
			}
		}
		if !near(r.Refail, s.Fails, 0.05) {
			t.Errorf("%s: %g of the retries fail, want %g", s.Name, r.Refail, s.Fails)
		}
	}
}

// The ends of the interval are where the data become a one-in-forty surprise,
// and swapping hits and misses mirrors it.
func TestInterval(t *testing.T) {
	low, high := interval(1, 25)
	if !near(low, 0.00101, 0.01) || !near(high, 0.2035, 0.01) {
		t.Errorf("1 of 25: got %g to %g, want 0.00101 to 0.2035 from published tables", low, high)
	}
	if got := atMost(1, 25, high); !near(got, 0.025, 1e-6) {
		t.Errorf("at the high end 1 or fewer of 25 have chance %g", got)
	}
	for _, c := range []struct{ common, total int }{{0, 10}, {1, 25}, {7, 30}, {10, 10}} {
		low, high := interval(c.common, c.total)
		mirrorLow, mirrorHigh := interval(c.total-c.common, c.total)
		if math.Abs(low-(1-mirrorHigh)) > 1e-9 || math.Abs(high-(1-mirrorLow)) > 1e-9 {
			t.Errorf("%d of %d: [%g, %g] is not the mirror of [%g, %g]",
				c.common, c.total, low, high, mirrorLow, mirrorHigh)
		}
	}
}

// near reports whether got is within a share of want.
func near(got, want, share float64) bool {
	return math.Abs(got-want) <= share*want
}

// The decision table on the page holds the figures that the program computes.
func TestPageShowsTheLadder(t *testing.T) {
	for i, r := range ladder() {
		row := fmt.Sprintf("| %s | %s | %s | %s |",
			r.change, strings.Replace(misses(i), "-", "–", 1), percent(r.Failing()), lost(r.Failing()))
		golden.Page(t, row)
	}
}

// So do the figures in the prose that no output block shows.
func TestPageShowsItsSums(t *testing.T) {
	rng := func() *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }
	none, hour := liveOnce(oneProvider), liveOnce(movedIn(60))
	steps := ladder()
	minutes := func(i int) float64 { return steps[i].Failing() * monthMinutes }
	shown := func(i int) float64 { return math.Round(10*minutes(i)) / 10 } // so that readers can subtract
	saved := 0.9e-3 * 1e6                                                  // requests of a million between 99.9% and 99.99%

	golden.Page(t,
		fmt.Sprintf("three at 99.9%% make %.2f%%", 100*math.Pow(0.999, 3)),
		fmt.Sprintf("1,%d calls a day", 24*60-1000),
		fmt.Sprintf("equivalent of %.0f minutes", 6*60*0.25),
		fmt.Sprintf("caps that month at %.2f%%", 100*(1-6*60*0.25/monthMinutes)),
		fmt.Sprintf("left %.1f minutes", 6*60*math.Pow(0.25, 3)),
		fmt.Sprintf("add %.0f%% to the calls in the partial outage and %.0f%% in the full one",
			100*(retry(shapes[1], rng()).Load-1), 100*(retry(shapes[2], rng()).Load-1)),
		fmt.Sprintf("costs %.1f minutes a month", shown(2)-shown(3)),
		fmt.Sprintf("from %.0f minutes to %.0f", none.Down*monthMinutes, hour.Down*monthMinutes),
		fmt.Sprintf("takes %.0f minutes to %.0f; automation takes it to %.1f",
			minutes(1), minutes(2), minutes(3)),
		fmt.Sprintf("about %.0f failures", saved),
		fmt.Sprintf("worth $%.0f a month", saved*0.05),
		fmt.Sprintf("$%.0f,000", saved*50/1000),
		fmt.Sprintf("leaves %.1f minutes in 30 days", 0.0001*monthMinutes),
		fmt.Sprintf("about %.0f,000 requests in a row", math.Log(0.05)/math.Log(0.9999)/1000),
	)
}
