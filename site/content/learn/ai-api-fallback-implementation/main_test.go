// Package implementation_test holds the article to what its programs do.
package implementation_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	resilient "aiperformanceoptimization.com/plansync/site/reference/go"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// Whatever two providers do, a reader sees the words of one model, all of them if there is no
// error, in time; and nobody is asked more than twice.
func TestReaderSeesOneModel(t *testing.T) {
	const questions = 200
	golden.Page(t, "We ask 600 questions", "fail in eighteen ways")
	ants := strings.TrimSpace(strings.Repeat("ant ", 20))
	bees := strings.TrimSpace(strings.Repeat("bee ", 20))
	for seed := range uint64(3) {
		a := fault.Config{Seed: seed, Plan: anything(), Text: ants}
		b := fault.Config{Seed: seed, Plan: anything(), Text: bees}
		with(t, a, b, 0, func(p pair) {
			p.chain.Deadline = 30 * time.Second
			for i := range questions {
				p.chain.Hold = i % 3 * 30
				r := p.ask(fmt.Sprint(i))
				if strings.Contains(r.text, "ant") && strings.Contains(r.text, "bee") {
					t.Errorf("seed %d, question %d: two models in %q", seed, i, r.text)
				}
				if r.err == nil && r.text != ants && r.text != bees {
					t.Errorf("seed %d, question %d: no error, but only %q", seed, i, r.text)
				}
				if r.took > p.chain.Deadline {
					t.Errorf("seed %d, question %d: took %v", seed, i, r.took)
				}
			}
			if n := max(p.a.Stats().Calls, p.b.Stats().Calls); n > 2*questions {
				t.Errorf("seed %d: asked %d times", seed, n)
			}
		})
	}
}

// anything is good in a third of the calls, and fails in every way in the rest.
func anything() fault.Plan {
	var shares []fault.Share
	faults := []fault.Plan{
		fault.Overloaded(), fault.RateLimited(9 * time.Second), fault.QuotaExhausted(),
		fault.Status(400), fault.Status(500), fault.Refuse(), fault.Hang(),
		fault.Stall(0), fault.Stall(7), fault.Cut(0), fault.Cut(7),
		fault.StreamError(0), fault.StreamError(7), fault.EndEarly(0),
		fault.EndEarly(7), fault.BadBody(), fault.Truncated(5), fault.Refusal(),
	}
	if len(faults) != 18 {
		panic("the page says that there are eighteen")
	}
	for _, f := range faults {
		shares = append(shares, fault.Share{Share: 2.0 / 3 / float64(len(faults)), Plan: f})
	}
	return fault.Mix(shares...)
}

// Text that comes when the limit is up is A's and whole, or B's: never a success without its text.
// The article's first chain dropped the text and reported success in 7 of 20 runs.
func TestFirstTextAtTheLimit(t *testing.T) {
	const textA, textB = "All of the answer of A.", "All of B's."
	for _, late := range []time.Duration{-time.Microsecond, 0, time.Microsecond} {
		for range 20 {
			with(t, fault.Config{}, fault.Config{Text: textB}, 0, func(p pair) {
				p.chain.Links[0].Limit = 2 * time.Second
				// All of it is there at once, as in a buffer, so nothing looks at the context.
				p.chain.Links[0].Model = func(
					_ context.Context, _ resilient.Request, show func(string),
				) (resilient.Answer, error) {
					time.Sleep(2*time.Second + late)
					show(textA)
					return resilient.Answer{Text: textA, Stop: "stop"}, nil
				}
				r := p.ask("Question?")
				want := map[string]string{"A": textA, "B": textB}[r.by]
				if r.err != nil || r.text != want {
					t.Errorf("%v from the limit: %q by %q, %v", late, r.text, r.by, r.err)
				}
			})
		}
	}
}

// A is asked however little time there is, for half of it: a good A answers within.
func TestLittleTime(t *testing.T) {
	good := fault.Config{FirstToken: fault.Fixed(500 * time.Millisecond)}
	with(t, good, good, 0, func(p pair) {
		p.chain.Deadline = 7 * time.Second
		if r := p.ask("Question?"); r.by != "A" {
			t.Errorf("answered by %q, %v", r.by, r.err)
		}
	})
	silent := fault.Config{Plan: fault.Hang()}
	with(t, silent, good, 0, func(p pair) {
		p.chain.Deadline = 7 * time.Second
		if r := p.ask("Question?"); r.by != "B" || r.took != 4*time.Second {
			t.Errorf("answered by %q after %v", r.by, r.took)
		}
	})
}

// A reader who takes long over a piece gets the rest.
func TestSlowReader(t *testing.T) {
	a := fault.Config{PerToken: fault.Fixed(50 * time.Millisecond), Text: "one two three"}
	with(t, a, fault.Config{}, 0, func(p pair) {
		p.chain.Links[0].Limit = time.Second
		p.chain.Links[0].Idle = time.Second
		shown := 0
		r := p.askSlowly("Question?", func() {
			if shown++; shown == 1 {
				time.Sleep(5 * time.Second)
			}
		})
		if r.by != "A" || r.text != a.Text {
			t.Errorf("%q by %q, %v", r.text, r.by, r.err)
		}
	})
}

// The clients in the other languages keep the limits in real time: late text is not shown, and a
// stall ends with the request's time. What ends a request may go to B where the chain is told so.
func TestLimits(t *testing.T) {
	for _, file := range []string{"testdata/limits.py", "testdata/limits.ts"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			plan := fault.PlanFunc(func(c fault.Call) fault.Fault {
				switch c.Prompt {
				case "late":
					return fault.SlowFirstToken(700 * time.Millisecond)
				case "stall":
					return fault.Stall(2)
				case "too_long":
					return fault.ContextTooLong()
				case "refusal":
					return fault.Refusal()
				}
				return fault.OK()
			})
			a := fault.New(fault.Config{Text: "This is A.", Plan: plan})
			b := fault.New(fault.Config{Text: "This is B."})
			cmd := sample.Command(t, file, sample.Env{
				"OPENAI_BASE_URL":    fault.Start(t, a) + "/v1",
				"ANTHROPIC_BASE_URL": fault.Start(t, b),
			})
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			want := "late text: B, \"This is B.\", in time\n" +
				"stall: deadline, \"This is\", in time\n" +
				"little time: A, \"This is A.\", in time\n" +
				"too_long: too_long, \"\", in time\n" +
				"switch on it: B, \"This is B.\", in time\n" +
				"refusal: refusal, \"\", in time\n" +
				"switch on it: B, \"This is B.\", in time\n"
			if string(out) != want {
				t.Errorf("prints\n%s\nand not\n%s", out, want)
			}
		})
	}
}

// TestBreaks shows what a reader has after an answer of A broke in its middle.
func TestBreaks(t *testing.T) {
	const textA, textB = "Restart it, then watch.", "Do not restart it."
	out := ""
	for _, c := range []struct {
		name     string
		plan     fault.Plan
		careless string
	}{
		{"error in stream", fault.StreamError(3), "B"},
		{"connection cut", fault.Cut(3), "B"},
		{"silence", fault.Stall(3), "B"},
	} {
		a := fault.Config{Plan: c.plan, Text: textA, PerToken: fault.Fixed(50 * time.Millisecond)}
		b := fault.Config{Text: textB, PerToken: fault.Fixed(50 * time.Millisecond)}
		with(t, a, b, 0, func(p pair) {
			r := p.careless("Restart it?")
			glued := "Restart it, then" + textB
			switch {
			case c.name == "silence" && (r.err == nil || r.text != "Restart it, then"):
				t.Errorf("%s: careless has %q, %v", c.name, r.text, r.err)
			case c.name != "silence" && r.text != glued:
				t.Errorf("%s: careless has %q", c.name, r.text)
			}
			if out == "" {
				out = fmt.Sprintf("careless: by %s, no error\n  %s\n", r.by, r.text)
			}
		})
		for _, hold := range []int{0, math.MaxInt} {
			with(t, a, b, 0, func(p pair) {
				p.chain.Hold = hold
				r := p.ask("Restart it?")
				if hold == 0 && (r.err == nil || r.text != "Restart it, then") ||
					hold > 0 && (r.by != "B" || r.text != textB) {
					t.Errorf("%s, hold %d: %q by %q, %v", c.name, hold, r.text, r.by, r.err)
				}
				if c.name == "error in stream" && hold == 0 {
					out += fmt.Sprintf("hold 0: fails, %s\n  %s\n", r.kind(), r.text)
				} else if c.name == "error in stream" {
					out += fmt.Sprintf("hold all: by %s\n  %s\n", r.by, r.text)
				}
			})
		}
	}
	golden.Compare(t, "testdata/breaks.golden", out)
}

// firstText is when a reader has B's first text, with so many retries of the SDK in the chain.
// What A asks for is exact, so no jitter is in the figures.
func firstText(t *testing.T, plan fault.Plan, retries int, limit time.Duration) string {
	t.Helper()
	text := ""
	b := fault.Config{FirstToken: fault.Fixed(500 * time.Millisecond)}
	with(t, fault.Config{Plan: plan}, b, retries, func(p pair) {
		p.chain.Links[0].Limit = limit
		r := p.ask("Why?")
		if r.by != "B" {
			t.Errorf("%d retries: answered by %q, %v", retries, r.by, r.err)
		}
		text = fmt.Sprintf("%.1f", r.first.Seconds())
	})
	return text
}

func TestRetries(t *testing.T) {
	out := "A says,SDK retries 2,and a limit of 2 s,SDK retries 0\n"
	for _, c := range []struct {
		name string
		plan fault.Plan
	}{
		{"503: retry in 0.8 s", fault.Overloaded().RetryAfter(800 * time.Millisecond).Millis()},
		{"429: retry in 5 s", fault.RateLimited(5 * time.Second)},
		{"429: retry in 20 s", fault.RateLimited(20 * time.Second)},
		{"nothing", fault.Hang()},
	} {
		out += fmt.Sprintf("%s,%s,%s,%s\n", c.name, firstText(t, c.plan, 2, 10*time.Second),
			firstText(t, c.plan, 2, 2*time.Second), firstText(t, c.plan, 0, 2*time.Second))
	}
	golden.Compare(t, "testdata/retries.csv", out)
}

// A spent is what 300 questions cost while A is silent in a tenth of the calls.
type spent struct{ late, healthyLeft, wasted int }

// spend asks with a limit that is for the first text, or for the whole answer.
func spend(t *testing.T, limit time.Duration, whole bool, seed uint64) (s spent) {
	words := func(c fault.Call) fault.Reply { // 8 to 55 words, whoever answers
		var n int
		fmt.Sscanf(c.Prompt, "Question %d", &n)
		return fault.Reply{Text: strings.TrimSpace(strings.Repeat("word ", 8+n*29%48))}
	}
	// The p99 of the time to the first text is 1.6 s.
	cfg := fault.Config{Seed: seed, FirstToken: fault.LogNormal(500*time.Millisecond, 0.5),
		PerToken: fault.Fixed(125 * time.Millisecond), Reply: words}
	a := cfg
	hangs := 0
	a.Plan = fault.PlanFunc(func(c fault.Call) fault.Fault {
		if c.Draw("silent") < 0.1 {
			hangs++
			return fault.Hang()
		}
		return fault.OK()
	})
	with(t, a, cfg, 0, func(p pair) {
		p.chain.Links[0].Limit, p.chain.Links[0].Tries = limit, 1
		p.chain.Links[1].Tries = 1
		p.chain.Deadline = 12 * time.Second
		p.chain.Hold = math.MaxInt
		got, byB := 0, 0
		for i := range 300 {
			var r reading
			if prompt := fmt.Sprintf("Question %d?", i); whole {
				r = p.askWhole(prompt)
			} else {
				r = p.ask(prompt)
			}
			if r.err != nil {
				s.late++
			}
			if r.by != "A" {
				byB++
			}
			got += len(strings.Fields(r.text))
		}
		s.healthyLeft = byB - hangs
		s.wasted = p.a.Stats().OutputTokens + p.b.Stats().OutputTokens - got
	})
	return s
}

// TestSplit holds what the page says of limits, on three seeds.
func TestSplit(t *testing.T) {
	var half, first, p99 spent
	add := func(sum *spent, s spent) {
		sum.late += s.late
		sum.healthyLeft += s.healthyLeft
		sum.wasted += s.wasted
	}
	for seed := range uint64(3) {
		h, f := spend(t, 6*time.Second, true, seed), spend(t, 2500*time.Millisecond, false, seed)
		l := spend(t, 1600*time.Millisecond, false, seed)
		if h.late < 5*max(f.late, 1) || f.healthyLeft > 3 || l.healthyLeft > 9 {
			t.Errorf("seed %d: half %+v, first text %+v, p99 %+v", seed, h, f, l)
		}
		add(&half, h)
		add(&first, f)
		add(&p99, l)
	}
	golden.Page(t,
		fmt.Sprintf("%d of 900 requests fail", half.late),
		fmt.Sprintf("%d tokens", half.wasted),
		fmt.Sprintf("%d of 900 fail", first.late),
		fmt.Sprintf("given up %d healthy calls", p99.healthyLeft),
	)
	wait := fault.RateLimited(5 * time.Second)
	off := firstText(t, wait, 0, 10*time.Second)
	golden.Page(t, "value = '"+off+" s'")
	facts := "value,label\n" + fmt.Sprintf(
		"%s s,\"to B's first text after a rate limit, %s s with the SDK's retries on\"\n"+
			"%.0f%%,\"of the requests fail with 6 s for a whole answer, "+
			"%d with 2.5 s for the first text\"\n"+
			"%.0f%%,of the healthy calls are given up when the limit is the p99\n",
		off, firstText(t, wait, 2, 10*time.Second), float64(half.late)/9, first.late,
		float64(p99.healthyLeft)/9)
	golden.Compare(t, "testdata/facts.csv", facts)
}
