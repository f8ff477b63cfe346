package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
)

// The page shows the golden files, so it shows what the program prints. Each
// weather is measured once, and one of them again.
func TestGolden(t *testing.T) {
	golden.Sections(t, outputs(cached))
	again := golden.Print(t, func(w io.Writer) error { return outputs(measure).Run(w, "hang") })
	golden.Compare(t, "testdata/hang.golden", again)
}

// outcomes keeps what measure found.
var outcomes = map[[2]string]Outcome{}

func cached(s Shape, w Weather) (Outcome, error) {
	key := [2]string{s.name, w.name}
	o, ok := outcomes[key]
	if ok {
		return o, nil
	}
	o, err := measure(s, w)
	if err == nil {
		outcomes[key] = o
	}
	return o, err
}

func outcome(t *testing.T, shape, weather string) Outcome {
	t.Helper()
	for _, s := range shapes {
		for _, w := range weathers {
			if s.name == shape && w.name == weather {
				o, err := cached(s, w)
				if err != nil {
					t.Fatal(err)
				}
				return o
			}
		}
	}
	t.Fatalf("no shape %q or no weather %q", shape, weather)
	return Outcome{}
}

// A provider that hangs is survived by those who have a second one, and by nobody else.
func TestOnlyASecondProviderSurvivesAHang(t *testing.T) {
	for _, s := range shapes {
		o := outcome(t, s.name, "hang")
		if second := s.name != "retry in place" && s.name != "degraded"; (o.Answered > 0.99) != second || !second && o.Answered > 0 {
			t.Errorf("%s answered %g", s.name, o.Answered)
		}
	}
}

// Scattered errors need no second provider: three attempts miss 0.25 cubed, within four standard deviations.
func TestRetriesSurviveScatteredErrors(t *testing.T) {
	missed := 1 - outcome(t, "retry in place", "errors").Answered
	want := math.Pow(0.25, 3)
	if math.Abs(missed-want) > 4*math.Sqrt(want/requests) {
		t.Errorf("retries missed %g, want about %g", missed, want)
	}
}

// A breaker takes the delay of a hang from nearly all requests, and most of its bill.
func TestBreakerRemembers(t *testing.T) {
	without, with := outcome(t, "active-passive", "hang"), outcome(t, "+ breaker", "hang")
	fair := outcome(t, "active-passive", "fair")
	if with.P50 > fair.P50+time.Second/5 || without.P50 < fair.P50+4*time.Second {
		t.Errorf("p50 %v without a breaker, %v with one, %v when all is well", without.P50, with.P50, fair.P50)
	}
	if with.Bill > 1.1 || without.Bill < 1.4 {
		t.Errorf("bill %g without a breaker, %g with one", without.Bill, with.Bill)
	}
}

// A hedge halves the delay that a stall adds at the 95th percentile and costs next to nothing when all is well.
func TestHedgeIsCheapAndEarly(t *testing.T) {
	if o := outcome(t, "hedged", "fair"); o.Bill > 1.02 {
		t.Errorf("a hedged answer costs %g when all is well", o.Bill)
	}
	fair := outcome(t, "active-passive", "slow").P95 - outcome(t, "active-passive", "fair").P95
	hedged := outcome(t, "hedged", "slow").P95 - outcome(t, "hedged", "fair").P95
	if hedged > fair/2 {
		t.Errorf("a stall adds %v with a hedge and %v without", hedged, fair)
	}
}

// An answer that was cut off is none, in every shape, although its status is 200.
func TestCutOffIsNoAnswer(t *testing.T) {
	cut := Weather{"cut", "A and B cut off", fault.Truncated(3), fault.Truncated(3)}
	for _, s := range shapes {
		s.ask = func(ask func(*Service, context.Context, string) (string, error)) func(
			*Service, context.Context, string) (string, error) {
			return func(svc *Service, ctx context.Context, q string) (string, error) {
				answer, err := ask(svc, ctx, q)
				if err == nil {
					t.Errorf("%s answered %q", s.name, answer)
				}
				return answer, err
			}
		}(s.ask)
		if _, err := measure(s, cut); err != nil {
			t.Fatal(err)
		}
	}
}

// When both are down, only the shape that needs no model says anything.
func TestOnlyDegradedSurvivesBoth(t *testing.T) {
	for _, s := range shapes {
		o := outcome(t, s.name, "both")
		if o.Answered > 0 || (o.Degraded == 1) != (s.name == "degraded") {
			t.Errorf("%s: %+v", s.name, o)
		}
	}
}

// cell says what the decision table says of a shape in a weather.
func cell(o Outcome) string {
	share := func(x float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", 100*x), ".0") + "%" }
	switch {
	case o.Answered == 0 && o.Degraded == 0:
		return "none"
	case o.Answered == 0:
		return fmt.Sprintf("fallback, %.1f&nbsp;s", o.P95.Seconds())
	}
	return fmt.Sprintf("%s, %.1f&nbsp;s", share(o.Answered), o.P95.Seconds())
}

func TestPageShowsTheTable(t *testing.T) {
	page, err := os.ReadFile("index.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range shapes {
		cells := ""
		for _, w := range []string{"errors", "hang", "slow"} {
			cells += " | " + cell(outcome(t, s.name, w))
		}
		row := `(?mi)^\| [^|]*` + regexp.QuoteMeta(s.name) + ` \| [^|]+` + regexp.QuoteMeta(cells+" |") + `$`
		if !regexp.MustCompile(row).Match(page) {
			t.Errorf("index.md has no row for %s with%s", s.name, cells)
		}
	}
}

func TestPageShowsItsSums(t *testing.T) {
	// The share of first tokens later than d, by the log-normal distribution.
	later := func(d time.Duration) float64 {
		return 0.5 * math.Erfc(math.Log(d.Seconds()/0.8)/0.5/math.Sqrt2)
	}
	golden.Page(t,
		fmt.Sprintf("miss %.1f%% of requests", 100*math.Pow(0.25, 3)),
		fmt.Sprintf("takes %.1f seconds in the median", outcome(t, "degraded", "fair").P50.Seconds()),
		fmt.Sprintf("bill falls from %.2f to %.2f", outcome(t, "active-passive", "hang").Bill,
			outcome(t, "+ breaker", "hang").Bill),
		fmt.Sprintf("B answers at %.1f. With a breaker that is open, B answers at %.1f seconds",
			outcome(t, "active-passive", "hang").P50.Seconds(), outcome(t, "+ breaker", "hang").P50.Seconds()),
		fmt.Sprintf("B answers at %.1f. Degraded", outcome(t, "hedged", "hang").P50.Seconds()),
		fmt.Sprintf("%.0f%% of first tokens come later", 100*later(hedgeAt)),
		fmt.Sprintf("a prompt alone costs %.0f%% of a whole answer", 100*promptTokens/(promptTokens+answerTokens*float64(outputPrice)/inputPrice)),
		fmt.Sprintf("hedging at the median would ask twice for %.0f%%", 100*later(800*time.Millisecond)),
	)
}
