package implementation_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	resilient "aiperformanceoptimization.com/plansync/site/reference/go"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// A pair is two providers and the reference chain over them.
type pair struct {
	env   *virtual.Env
	a, b  *virtual.Provider
	chain *resilient.Chain
	first resilient.Model
	next  resilient.Model
}

// with runs f with two providers, of which the SDKs retry so often.
func with(t *testing.T, a, b fault.Config, retries int, f func(p pair)) {
	t.Helper()
	err := virtual.Run(func(env *virtual.Env) error {
		a.Name, b.Name = "a", "b"
		p := pair{env: env, a: env.Start(a), b: env.Start(b)}
		o := openai.NewClient(option.WithBaseURL(p.a.URL+"/v1"), option.WithAPIKey("any"),
			option.WithHTTPClient(env.Client), option.WithMaxRetries(retries))
		n := anthropic.NewClient(anthropicoption.WithBaseURL(p.b.URL), anthropicoption.WithAPIKey("any"),
			anthropicoption.WithHTTPClient(env.Client), anthropicoption.WithMaxRetries(retries))
		p.first, p.next = resilient.Chat(o, "a"), resilient.Messages(n, "b")
		p.chain = resilient.NewChain(
			resilient.NewLink("A", p.first, nil), resilient.NewLink("B", p.next, nil))
		f(p)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A reading is what a reader has in the end.
type reading struct {
	text  string
	first time.Duration // when the first text came; 0: never
	took  time.Duration
	by    string
	err   error
}

func (p pair) ask(prompt string) (r reading) {
	var shown strings.Builder
	began := p.env.Elapsed()
	answer, err := p.chain.Ask(context.Background(), resilient.Prompt(prompt), func(text string) {
		if shown.Len() == 0 {
			r.first = p.env.Elapsed() - began
		}
		shown.WriteString(text)
	})
	r.text, r.by, r.err, r.took = shown.String(), answer.By, err, p.env.Elapsed()-began
	return r
}

// kind is how the last attempt ended.
func (r reading) kind() string {
	if failed, ok := errors.AsType[*resilient.Failed](r.err); ok {
		return failed.Verdict.Kind
	}
	return "ok"
}

// careless is the fallback that a first version tends to be: show the text as it comes, and ask the
// next model if there is an error.
func (p pair) careless(prompt string) (r reading) {
	ctx, cancel := context.WithTimeout(context.Background(), p.chain.Deadline)
	defer cancel()
	var shown strings.Builder
	show := func(text string) { shown.WriteString(text) }
	r.by = "A"
	if _, r.err = p.first(ctx, resilient.Prompt(prompt), show); r.err != nil {
		r.by = "B"
		_, r.err = p.next(ctx, resilient.Prompt(prompt), show)
	}
	r.text = shown.String()
	return r
}

// askSlowly asks for a reader who does something at each piece.
func (p pair) askSlowly(prompt string, at func()) (r reading) {
	var shown strings.Builder
	answer, err := p.chain.Ask(context.Background(), resilient.Prompt(prompt), func(text string) {
		shown.WriteString(text)
		at()
	})
	return reading{text: shown.String(), by: answer.By, err: err}
}

// askWhole asks without a stream.
func (p pair) askWhole(prompt string) reading {
	answer, err := p.chain.Ask(context.Background(), resilient.Prompt(prompt), nil)
	return reading{text: answer.Text, by: answer.By, err: err}
}
