package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
)

// The page shows the golden files, so it shows what the program prints.
func TestGolden(t *testing.T) { golden.Sections(t, outputs) }

// What is answered is what the audit forecasts: the quota that is left, as far
// as there is traffic for it, give or take one request and the rounding.
func TestAuditForecastsTheKill(t *testing.T) {
	for name, paths := range map[string][]Path{"paper": onPaper, "fact": inFact} {
		text, err := os.ReadFile("testdata/" + name + ".golden")
		if err != nil {
			t.Fatal(err)
		}
		rows := strings.Split(strings.TrimSpace(string(text)), "\n")[1:]
		if len(rows) != len(causes(paths)) {
			t.Fatalf("%s has %d rows", name, len(rows))
		}
		for i, cause := range causes(paths) {
			_, quota := without(cause, paths)
			want := 100 * min(1, float64(quota)/peak)
			numbers := strings.Fields(strings.TrimPrefix(rows[i], cause))
			got, err := strconv.Atoi(strings.TrimSuffix(numbers[1], "%"))
			if err != nil || math.Abs(float64(got)-want) > 100.0/peak+0.5 {
				t.Errorf("%s: the audit says %.0f%%: %s (%v)", name, want, rows[i], err)
			}
		}
	}
}

// fatal returns the causes that leave nobody, and short those that leave too
// little.
func fatal(paths []Path) (none, short []string) {
	for _, cause := range causes(paths) {
		left, quota := without(cause, paths)
		if len(left) == 0 {
			none = append(none, cause)
		} else if quota < peak {
			short = append(short, cause)
		}
	}
	return none, short
}

func TestThreeProvidersShareFourCauses(t *testing.T) {
	none, short := fatal(onPaper)
	if !slices.Equal(none, []string{"prompt release", "gateway", "key store", "egress"}) || !slices.Equal(short, []string{"model A"}) {
		t.Errorf("on paper: %q stop everything, %q leave too little", none, short)
	}
	none, short = fatal(inFact)
	if !slices.Equal(none, []string{"prompt release"}) || len(short) > 0 {
		t.Errorf("in fact: %q stop everything, %q leave too little", none, short)
	}
}

// Every figure of the prose that no output shows is computed here.
func TestPageShowsItsSums(t *testing.T) {
	paper, _ := fatal(onPaper)
	causesOnPaper := len(causes(onPaper))
	_, quota := without("model A", onPaper)
	total := 0
	for _, p := range onPaper {
		total += p.Quota
	}
	golden.Page(t,
		fmt.Sprintf("%d things to lose", causesOnPaper),
		fmt.Sprintf("Four of the %d", causesOnPaper),
		fmt.Sprintf("twice the peak of %d", peak),
		fmt.Sprintf("answers %.0f%% of the requests", 100*float64(quota)/peak),
		fmt.Sprintf("Eight replicas may be %d%% busy", busiest(8, 1)),
		fmt.Sprintf("goes to %.0f%% of what is left", 100*0.95*8/7),
		fmt.Sprintf("80%% of it: %.0f%% for eight replicas", 0.8*100*7/8),
	)
	if len(paper) != 4 || total != 2*peak {
		t.Errorf("the page counts wrongly: %d fatal causes, quota %d", len(paper), total)
	}
}
