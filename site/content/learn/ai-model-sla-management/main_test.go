package main

import (
	"bytes"
	"fmt"
	"math"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
)

// The log is what the provider answered.
func TestLogIsRecorded(t *testing.T) {
	var log bytes.Buffer
	if err := record(&log); err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "testdata/shift.log", log.String())
}

func TestGolden(t *testing.T) { golden.Sections(t, outputs) }

func shiftCalls(t *testing.T) []Call {
	t.Helper()
	calls, err := parse(shiftLog)
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

func TestBadLine(t *testing.T) {
	if _, err := parse("00:00:15 500 maybe"); err == nil {
		t.Error("no error for a line that is not one")
	}
}

// minutely is a log with four calls in each minute, of which the given number
// fail with status 500.
func minutely(fails ...int) []Call {
	var calls []Call
	for m, n := range fails {
		for i := range 4 {
			c := Call{At: time.Duration(m)*time.Minute + time.Duration(i)*interval, Status: 200, Usable: true}
			if i < n {
				c.Status, c.Usable = 500, false
			}
			calls = append(calls, c)
		}
	}
	return calls
}

// Only runs of five minutes count, to their whole length, also at the end.
func TestDowntimeCountsRuns(t *testing.T) {
	for _, c := range []struct {
		fails []int
		want  int
	}{
		{[]int{4, 4, 4, 4}, 0},
		{[]int{0, 4, 4, 4, 4, 0, 4, 4}, 0},
		{[]int{0, 1, 1, 1, 1, 1, 0}, 5},
		{[]int{4, 4, 4, 4, 4, 4, 0, 4, 4, 4, 4, 4}, 11},
		{nil, 0},
	} {
		if got := downtime(minutely(c.fails...)); got != time.Duration(c.want)*time.Minute {
			t.Errorf("%v: %v, want %d min", c.fails, got, c.want)
		}
	}
}

// A service that fails 4% of its requests all the time has no downtime.
func TestFourPercentIsNoDowntime(t *testing.T) {
	var calls []Call
	for i := range 6000 { // one hour, a hundred in each minute
		c := Call{At: time.Duration(i) * time.Hour / 6000, Status: 200, Usable: true}
		if i%25 == 0 {
			c.Status, c.Usable = 500, false
		}
		calls = append(calls, c)
	}
	if got := count(calls, serverError); got != 240 {
		t.Fatalf("%d of 6000 fail", got)
	}
	if got := downtime(calls); got != 0 {
		t.Errorf("downtime %v", got)
	}
}

// Each ledger sees less than the one before; the contract sees only the last outage.
func TestLedgersDisagree(t *testing.T) {
	calls := shiftCalls(t)
	r := reading(calls)
	if !(r.Users < 0.999 && 0.999 < r.Server && r.Server < r.Contract) {
		t.Errorf("%+v", r)
	}
	for i, in := range incidents {
		part := between(calls, in.From, in.To)
		if count(part, failed) == 0 {
			t.Errorf("%s: nothing failed", in.Name)
		}
		if last := i == len(incidents)-1; (downtime(part) > 0) != last {
			t.Errorf("%s: %v of downtime", in.Name, downtime(part))
		}
	}
}

func TestCreditTiers(t *testing.T) {
	for _, c := range []struct{ availability, want float64 }{
		{1, 0}, {0.999, 0}, {0.99899, 10}, {0.99, 10}, {0.98999, 25}, {0.95, 25}, {0.94999, 100}, {0, 100},
	} {
		if got := credit(bedrock, c.availability, 100); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("at %g: %g, want %g", c.availability, got, c.want)
		}
	}
}

// An alert needs both windows, and holds no longer than its short one.
func TestAlertNeedsBothWindows(t *testing.T) {
	fast := alerts[0]
	start, end := incidents[5].From, incidents[5].To
	calls := between(shiftCalls(t), start, end) // an outage and nothing else
	for _, c := range []struct {
		now  time.Duration
		want bool
	}{
		{start, false}, {start + 2*time.Minute, true}, {end, true},
		{end + fast.Short - time.Minute, true}, {end + fast.Short, false},
	} {
		if got := fast.firing(calls, c.now, 0.999); got != c.want {
			t.Errorf("at %v: firing is %t", c.now, got)
		}
	}
	if fast.firing(minutely(1), time.Minute, 0.999) {
		t.Error("one failure pages")
	}
}

// The four-minute outage pages at 99.9% and is silent at 99.5%.
func TestObjectiveDecidesWhatPages(t *testing.T) {
	calls := shiftCalls(t)
	pages := func(slo float64, from, to time.Duration) bool {
		for _, a := range alerts[:2] {
			for _, f := range a.firings(calls, slo) {
				if from <= f.From && f.From < to {
					return true
				}
			}
		}
		return false
	}
	if short := incidents[0]; !pages(0.999, short.From, short.To) {
		t.Error("the short outage does not page at 99.9%")
	}
	if limits := incidents[2]; pages(0.995, 0, limits.From) || !pages(0.995, limits.From, limits.To) {
		t.Error("the first page at 99.5% does not come with the rate limits")
	}
}

// The page says what the program computes.
func TestPageShowsItsSums(t *testing.T) {
	calls := shiftCalls(t)
	r := reading(calls)
	users, server := count(calls, failed), count(calls, serverError)
	budget := func(slo float64) float64 { return (1 - slo) * float64(monthCalls) }
	short, slow := incidents[0], incidents[1]
	inHour := count(between(calls, short.From, short.From+time.Hour), failed)
	slowFails := count(between(calls, slow.From, slow.To), failed)
	slowCalls := len(between(calls, slow.From, slow.To))
	first := alerts[0].firings(calls, 0.999)
	perShort := int(alerts[0].Short / interval)

	golden.Page(t,
		fmt.Sprintf("a call every %.0f seconds, a deadline of %.0f seconds", interval.Seconds(), deadline.Seconds()),
		fmt.Sprintf("The users lost %d calls. The provider's counter shows %d", users, server),
		fmt.Sprintf("reads %.3f%%, %.3f%% or %.3f%%", 100*r.Users, 100*r.Server, 100*r.Contract),
		fmt.Sprintf("costs you %s while you are owed nothing", dollars(credit(bedrock, r.Users, revenue))),
		fmt.Sprintf("the credit would be %s", dollars(credit(bedrock, r.Users, modelBill))),
		fmt.Sprintf("costs you %s a month and your customers pay %s", dollars(modelBill), dollars(revenue)),
		fmt.Sprintf("fewer than %.0f%% of months", 100*(1-math.Pow(0.05, 1.0/12))),
		fmt.Sprintf("behind an application at 99.95%% makes %.2f%%", 100*0.999*0.9995),
		fmt.Sprintf("at 14.4 an hour costs %.0f%% of it", 100*14.4/(30*24)),
		fmt.Sprintf("with %.1f%% of the month spent", 100*first[0].Spent),
		fmt.Sprintf("overdraws the month, at %.0f%%", 100*float64(users)/budget(0.999)),
		fmt.Sprintf("%d failures in an hour of %.0f calls burn at %.1f",
			inHour, float64(time.Hour/interval), float64(inHour)/float64(time.Hour/interval)/0.005),
		fmt.Sprintf("burn at %.1f but do not last long enough to lift a six-hour window to 6, and take %.1f%% of the budget",
			float64(slowFails)/float64(slowCalls)/0.005, 100*float64(slowFails)/budget(0.995)),
		fmt.Sprintf("the shift costs %.0f%%", 100*float64(users)/budget(0.995)),
		fmt.Sprintf("it fired %d times. Five minutes hold %d calls here, so one failure is a burn of %.0f",
			len(first), perShort, 1/float64(perShort)/0.001),
		fmt.Sprintf("fewer than about %.0f calls in the short window", math.Round(1/(14.4*0.001)/10)*10),
		fmt.Sprintf("%d of the %d failures", users-server, users),
	)
}
