package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

const questions = 150

// A split is a way to divide the deadline among the links.
type split struct {
	name  string
	first time.Duration // for the first text
	share time.Duration // for the whole answer of the first link
}

var splits = []split{
	{"one deadline for both", noLimit, noLimit},
	{"half for each", noLimit, deadline / 2},
	{"2 s to the first text", first, noLimit},
}

// limited is a model that gets only a share of the deadline.
type limited struct {
	Model
	share time.Duration
}

func (l limited) Stream(ctx context.Context, r Request, emit func(string)) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, l.share)
	defer cancel()
	return l.Model.Stream(ctx, r, emit)
}

// spent is what a split made of the questions.
type spent struct {
	answered, fromB int
	wasted          int             // tokens billed for answers that nobody got
	took            []time.Duration // sorted
}

// spend asks all questions with one split. Answers are held back to the end, so
// that the chain may leave A at any time. A is silent in a tenth of the calls.
func spend(s split) (out spent, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		length := func(c fault.Call) fault.Reply { // 8 to 55 words, whoever answers
			var n int
			fmt.Sscanf(c.Prompt, "Question %d", &n)
			return fault.Reply{Text: strings.TrimSpace(strings.Repeat("word ", 8+n*29%48))}
		}
		a, b := twoProviders(env,
			fault.Config{
				Plan:       fault.Rate(0.1, fault.Hang()),
				FirstToken: fault.LogNormal(500*time.Millisecond, 0.5),
				PerToken:   fault.Fixed(125 * time.Millisecond),
				Reply:      length,
			},
			fault.Config{
				FirstToken: fault.LogNormal(500*time.Millisecond, 0.5),
				PerToken:   fault.Fixed(125 * time.Millisecond),
				Reply:      length,
			})
		chain := newChain(a.URL, b.URL, env.Client, 0)
		chain.Hold = math.MaxInt
		for i := range chain.Links {
			chain.Links[i].First = s.first
			chain.Links[i].Need = 0
		}
		chain.Links[0].Model = limited{chain.Links[0].Model, s.share}
		got := 0
		for i := range questions {
			ctx, cancel := context.WithTimeout(env.Context, deadline)
			began := env.Elapsed()
			answer, err := chain.Stream(ctx, Request{fmt.Sprintf("Question %d?", i), 400}, func(text string) {
				got += len(strings.Fields(text))
			})
			out.took = append(out.took, env.Elapsed()-began)
			cancel()
			if err == nil {
				out.answered++
				if answer.By == "B" {
					out.fromB++
				}
			}
		}
		out.wasted = a.Stats().OutputTokens + b.Stats().OutputTokens - got
		slices.Sort(out.took)
		return nil
	})
	return out, err
}

func (s spent) percentile(p float64) time.Duration {
	return s.took[int(p*float64(len(s.took)))]
}

func printBudget(w io.Writer) error {
	fmt.Fprintf(w, "%-22s %9s %7s %7s %7s %13s\n", "split of 12 s", "answered", "by B", "p50", "p99", "tokens wasted")
	for _, s := range splits {
		out, err := spend(s)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%-22s %8.1f%% %7d %5.1f s %5.1f s %13d\n", s.name,
			100*float64(out.answered)/questions, out.fromB,
			out.percentile(0.5).Seconds(), out.percentile(0.99).Seconds(), out.wasted)
	}
	return nil
}
