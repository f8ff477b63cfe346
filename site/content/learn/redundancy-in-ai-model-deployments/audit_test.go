package redundancy

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	resilient "aiperformanceoptimization.com/plansync/site/reference/go"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// printed is what the programs print of a deployment.
func printed(title string, paths []Path) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%-15s quota  left\n", title)
	for _, loss := range Audit(paths, Peak) {
		left := strings.Join(loss.Left, " ")
		if left == "" {
			left = "nobody"
		}
		fmt.Fprintf(&out, "%-15s %4.0f%%  %s\n", loss.Cause, 100*loss.Share, left)
	}
	return out.String()
}

// The audit says the same in all three languages, and the page shows it.
func TestThreeLanguagesAgree(t *testing.T) {
	before, after := printed("before", Before), printed("after", After)
	golden.Compare(t, "testdata/before.golden", before)
	for file, got := range map[string]func() string{
		"audit.py": func() string { return sample.Python(t, "audit.py", nil) },
		"audit.ts": func() string { return sample.TypeScript(t, "audit.ts", nil) },
	} {
		if out := got(); out != before+after {
			t.Errorf("%s prints\n%sin Go it is\n%s", file, out, before+after)
		}
	}
}

// Four of our own things and one model were what three providers shared; afterwards one is left.
func TestClaims(t *testing.T) {
	// Half as much again every 15 minutes.
	ramp := func(share float64) float64 { return 15 * math.Ceil(math.Log(1/share)/math.Log(1.5)) }
	fatal := func(paths []Path) (none, short []string) {
		for _, loss := range Audit(paths, Peak) {
			if len(loss.Left) == 0 {
				none = append(none, loss.Cause)
			} else if loss.Share < 1 {
				short = append(short, loss.Cause)
			}
		}
		return none, short
	}
	none, short := fatal(Before)
	if !slices.Equal(none, ours) || !slices.Equal(short, []string{"model A"}) {
		t.Errorf("before: %q stop everything, %q leave too little", none, short)
	}
	last, few := fatal(After)
	if !slices.Equal(last, []string{"client release"}) || few != nil {
		t.Errorf("after: %q stop everything, %q leave too little", last, few)
	}
	total := 0.0
	for _, p := range Before {
		total += p.Quota
	}
	modelA := without("model A", Before, Peak).Share
	golden.Compare(t, "testdata/facts.csv", fmt.Sprintf("value,label\n"+
		"%d of %d,\"things stop all three providers; all of them are our own\"\n"+
		"%.0f%%,\"of the peak is left when model A is gone, with quotas of %.0f%%\"\n"+
		"%d of %d,\"things stop everything after the audit, without a fourth provider\"\n",
		len(none), len(Audit(Before, Peak)), 100*modelA, 100*total/Peak, len(last), len(Audit(After,
			Peak))))
	golden.Page(t,
		fmt.Sprintf("value = '%d of %d'", len(none), len(Audit(Before, Peak))),
		fmt.Sprintf("%d of the %d stop every path", len(none), len(Audit(Before, Peak))),
		fmt.Sprintf("carries %.0f%% of the peak", 100*modelA),
		"twice the peak",
		fmt.Sprintf("from 5%% to all of it takes %.0f minutes, and from half, %.0f",
			ramp(0.05), ramp(0.5)),
	)
	if total != 2*Peak {
		t.Errorf("the quotas are %g", total)
	}

	// The opposite purchase: a fourth provider by the same gateway removes none of the five.
	fourth := append(slices.Clone(Before), Path{"C", append(slices.Clone(ours), "C account",
		"model C"), 60})
	if still, _ := fatal(fourth); !slices.Equal(still, ours) {
		t.Errorf("with a fourth provider %q stop everything", still)
	}
	// Each change counts: without one of them, its cause is back.
	for _, undo := range []struct{ own, shared string }{
		{"gateway 2", "gateway"}, {"egress 2", "egress"}, {"last release", "prompt release"},
	} {
		paths := slices.Clone(After)
		for i := range paths {
			paths[i].Needs = slices.Clone(paths[i].Needs)
			for j, need := range paths[i].Needs {
				if need == undo.own {
					paths[i].Needs[j] = undo.shared
				}
			}
		}
		if still, _ := fatal(paths); !slices.Contains(still, undo.shared) {
			t.Errorf("without %q, %q stop everything", undo.own, still)
		}
	}

	var csv strings.Builder
	csv.WriteString("taken away,before,after\n")
	for _, cause := range append(slices.Clone(ours), "model A") {
		fmt.Fprintf(&csv, "%s,%.0f,%.0f\n", cause, 100*min(1, without(cause, Before, Peak).Share),
			100*min(1, without(cause, After, Peak).Share))
	}
	golden.Compare(t, "testdata/left.csv", csv.String())
}

// answered takes a cause away from running servers and returns the share of the peak's requests
// that the reference client still gets answered, after a minute in which saved-up quota is spent.
func answered(t *testing.T, cause string, paths []Path) (share float64) {
	t.Helper()
	err := virtual.Run(func(env *virtual.Env) error {
		var links []resilient.Link
		for _, path := range paths {
			p := env.Start(fault.Config{Name: path.Name,
				Limits: fault.Limits{RequestsPerMinute: int(path.Quota)}})
			if slices.Contains(path.Needs, cause) {
				p.Kill()
			}
			client := openai.NewClient(option.WithBaseURL(p.URL+"/v1"), option.WithAPIKey("any"),
				option.WithHTTPClient(env.Client), option.WithMaxRetries(0))
			link := resilient.NewLink(path.Name, resilient.Chat(client, "m"), resilient.NewBreaker())
			link.Tries = 1
			links = append(links, link)
		}
		chain := resilient.NewChain(links...)
		asked, good := 0, 0
		for env.Elapsed() < 2*time.Minute {
			_, err := chain.Ask(env.Context, resilient.Prompt("Is anybody there?"), nil)
			if env.Elapsed() >= time.Minute {
				asked++
				if err == nil {
					good++
				}
			}
			time.Sleep(time.Minute / Peak)
		}
		share = float64(good) / float64(asked)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return share
}

// What is answered by real servers is what the audit forecasts, give or take one request.
func TestAuditForecastsTheKill(t *testing.T) {
	for name, paths := range map[string][]Path{"before": Before, "after": After} {
		for _, loss := range Audit(paths, Peak) {
			got, want := answered(t, loss.Cause, paths), min(1, loss.Share)
			if math.Abs(got-want) > 1.5/Peak {
				t.Errorf("%s, without %s: %.1f%% answered, the audit says %.1f%%", name, loss.Cause, 100*got,
					100*want)
			}
		}
	}
}

// The ceilings of the page: how busy n copies may be so that the others carry all when some are
// lost.
func TestSpare(t *testing.T) {
	busiest := func(n, lost int) int { return 100 * (n - lost) / n }
	for _, n := range []int{2, 4, 8, 16} {
		two := "–"
		if n > 2 {
			two = fmt.Sprintf("%d%%", busiest(n, 2))
		}
		golden.Page(t, fmt.Sprintf("| %d | %d%% | %s |", n, busiest(n, 1), two))
	}
	golden.Page(t,
		fmt.Sprintf("95%% busy goes to %.0f%%", 95*8.0/7),
		fmt.Sprintf("%.0f%% for eight replicas", 0.8*100*7/8))
}
