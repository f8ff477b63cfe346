package main

import (
	"context"
	"fmt"
	"testing"

	"github.com/openai/openai-go/v3"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
)

// The page shows the golden files, so it shows what the program prints, also
// when it measures everything anew.
func TestGolden(t *testing.T) {
	for range 2 {
		clear(measured)
		golden.Sections(t, outputs)
	}
}

// row measures a client, by its name in one of the tables.
func row(t *testing.T, name string) Row {
	t.Helper()
	for _, s := range append(steps, knocks...) {
		if s.name == name {
			r, err := measure(s.with)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
	}
	t.Fatalf("no %q", name)
	return Row{}
}

func TestCheckChangesNothingButWhatIsShown(t *testing.T) {
	bare, checked := row(t, "one bare call"), row(t, "+ check the answer")
	if bare.Wrong == 0 || checked.Wrong != 0 || bare.Usable != checked.Usable || bare.Calls != checked.Calls {
		t.Errorf("bare %+v, checked %+v", bare, checked)
	}
}

func TestDeadlinesFreeWhatHangsHold(t *testing.T) {
	before, after := row(t, "+ check the answer"), row(t, "+ deadlines")
	if before.Usable != after.Usable || before.P99 != userWait || after.P99 != forAttempt || after.InFlight*3 > before.InFlight {
		t.Errorf("before %+v, after %+v", before, after)
	}
}

func TestBudgetTradesAnswersForLoad(t *testing.T) {
	free, held := row(t, "+ two retries"), row(t, "+ retry budget")
	phaseRequests := int(phase / every)
	if free.InOutage < 29*phaseRequests/10 || held.InOutage > 11*phaseRequests/10 {
		t.Errorf("calls while down: %d without a budget, %d with", free.InOutage, held.InOutage)
	}
	if free.Usable <= held.Usable {
		t.Errorf("usable: %d without a budget, %d with", free.Usable, held.Usable)
	}
}

func TestLimitIsIdleWhileDeadlinesHold(t *testing.T) {
	before, after := row(t, "+ retry budget"), row(t, "+ limit in flight")
	if before != after {
		t.Errorf("without a limit %+v, with %+v", before, after)
	}
	limited, open := row(t, "- deadlines"), row(t, "- deadlines, limit")
	if limited.InFlight != maxInFlight || open.InFlight < 2*maxInFlight || limited.Usable <= open.Usable {
		t.Errorf("without deadlines: limited %+v, open %+v", limited, open)
	}
}

func TestEverythingTogether(t *testing.T) {
	all := row(t, "everything")
	if share(all.Usable) < 98 || all.Wrong != 0 || all.P99 > inTime {
		t.Errorf("%+v", all)
	}
	for _, k := range knocks[1:] {
		r := row(t, k.name)
		if r.Usable >= all.Usable && r.Wrong <= all.Wrong && r.P99 <= all.P99 && r.InOutage <= all.InOutage {
			t.Errorf("%s is as good as everything: %+v", k.name, r)
		}
	}
}

// A budget is a share of the requests, however long the trouble lasts.
func TestBudget(t *testing.T) {
	b := &Budget{saved: 10}
	retries := 0
	for range 1000 {
		b.Request()
		for b.Retry() {
			retries++
		}
	}
	if retries < 100 || retries > 110 {
		t.Errorf("%d retries for 1000 requests", retries)
	}
}

// A request that is wrong goes to no spare and counts against nobody.
func TestInvalidRequestsAreNotTheProvidersFault(t *testing.T) {
	var next error
	calls, spared := 0, 0
	ask := Backed(
		Retried(nil, repeatable, func(context.Context, string) (string, error) { calls++; return "", next }),
		func(context.Context, string) (string, error) { spared++; return "", nil })
	next = &openai.Error{StatusCode: 400}
	for range 20 {
		ask(t.Context(), "")
	}
	if calls != 20 || spared != 0 {
		t.Errorf("invalid: %d calls, %d of the spare", calls, spared)
	}
	next = &openai.Error{StatusCode: 429, Type: "insufficient_quota"}
	for range 20 {
		ask(t.Context(), "")
	}
	if calls != 30 || spared != 20 {
		t.Errorf("no quota: %d calls, %d of the spare; want 10 that trip the breaker, and all spared", calls-20, spared)
	}
}

func TestUsable(t *testing.T) {
	for answer, want := range map[string]bool{
		`{"label": "billing"}`: true,
		`{"label": "bil`:       false,
		`{"reason": "x"}`:      false,
		`I cannot help.`:       false,
		``:                     false,
	} {
		if usable(answer) != want {
			t.Errorf("usable(%q) is %v", answer, !want)
		}
	}
}

// Every figure of the prose that no output shows is computed here.
func TestPageShowsItsSums(t *testing.T) {
	bare, retried, held := row(t, "one bare call"), row(t, "+ two retries"), row(t, "+ retry budget")
	all := row(t, "everything")
	golden.Page(t,
		fmt.Sprintf("%d requests", requests),
		fmt.Sprintf("two a second for %.0f seconds", (phases*phase).Seconds()),
		fmt.Sprintf("five phases of %.0f seconds", phase.Seconds()),
		fmt.Sprintf("showed %d people", bare.Wrong),
		fmt.Sprintf("the same %.1f%% as the first", share(row(t, "+ deadlines").Usable)),
		fmt.Sprintf("from %d calls in flight to %d", row(t, "+ check the answer").InFlight, row(t, "+ deadlines").InFlight),
		fmt.Sprintf("from %.0f%% to %.0f%%", share(row(t, "+ deadlines").Usable), share(retried.Usable)),
		fmt.Sprintf("from %d calls to %d", retried.InOutage, held.InOutage),
		fmt.Sprintf("back to %.0f%%", share(held.Usable)),
		fmt.Sprintf("%.1f%% usable", share(all.Usable)),
		fmt.Sprintf("%d calls instead of %d", all.InOutage, held.InOutage),
		fmt.Sprintf("holds the damage at %d", row(t, "- deadlines").InFlight),
		fmt.Sprintf("costs %.1f points", share(all.Usable)-share(row(t, "- retries").Usable)),
	)
}
