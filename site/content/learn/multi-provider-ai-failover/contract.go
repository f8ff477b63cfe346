package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/anthropics/anthropic-sdk-go/v2"
	aoption "github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/openai/openai-go/v3"
	ooption "github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// region: contract

// A clause is one thing that the product relies on. It fails with what
// broke.
type clause struct {
	name  string
	check func(context.Context, Model, Conversation) error
}

var contract = []clause{
	{"text", func(ctx context.Context, m Model, c Conversation) error {
		return expect(ctx, m, c.ask("Say hello."), "done")
	}},
	{"tool", func(ctx context.Context, m Model, c Conversation) error {
		r := c.ask("Cancel order 8.")
		r.Tools = c.Tools
		return expectCall(ctx, m, r, "cancel_order", "order")
	}},
	{"history", func(ctx context.Context, m Model, c Conversation) error {
		r := c.ask("")
		// Another model made these tool calls.
		r.History, r.Tools = c.Turns, c.Tools
		return expectCall(ctx, m, r, "cancel_order", "order")
	}},
	{"schema", func(ctx context.Context, m Model, c Conversation) error {
		r := c.ask("Sort this mail: my parcel is late.")
		r.Schema = mailSchema
		return expectFields(ctx, m, r, "topic", "urgent")
	}},
	{"length", func(ctx context.Context, m Model, c Conversation) error {
		r := c.ask("Count to one hundred.")
		r.MaxTokens = 5 // must be reported, not passed off as an answer
		return expect(ctx, m, r, "length")
	}},
	{"room", func(ctx context.Context, m Model, c Conversation) error {
		r := c.ask(strings.Repeat("word ", longestPrompt))
		return expect(ctx, m, r, "done")
	}},
	{"burst", func(ctx context.Context, m Model, c Conversation) error {
		for i := range peakPerMinute {
			r := c.ask(fmt.Sprint("Hello ", i))
			if err := expect(ctx, m, r, "done"); err != nil {
				return err
			}
		}
		return nil
	}},
}

// endregion: contract

// What the product needs at its busiest; take yours from the logs.
const (
	longestPrompt = 20_000 // words
	peakPerMinute = 30
)

var mailSchema = map[string]any{
	"type": "object",
	"properties": map[string]any{
		"topic":  map[string]any{"type": "string", "enum": []string{"delivery", "payment", "other"}},
		"urgent": map[string]any{"type": "boolean"},
	},
	"required":             []string{"topic", "urgent"},
	"additionalProperties": false,
}

func (c Conversation) ask(question string) Request {
	return Request{System: c.System, MaxTokens: 300, History: []Turn{{Role: "user", Text: question}}}
}

// expect asks and wants the answer to stop for this reason.
func expect(ctx context.Context, m Model, r Request, stop string) error {
	answer, err := m.Complete(ctx, r)
	if err == nil && answer.Stop != stop {
		return errors.New(answer.Stop)
	}
	return err
}

// expectCall wants a call of the tool with this argument.
func expectCall(ctx context.Context, m Model, r Request, tool, argument string) error {
	answer, err := m.Complete(ctx, r)
	if err != nil {
		return err
	}
	if len(answer.Turn.Calls) != 1 || answer.Turn.Calls[0].Name != tool {
		return errors.New("no call")
	}
	return hasFields(answer.Turn.Calls[0].Args, argument)
}

// expectFields wants a JSON object with these fields and no others.
func expectFields(ctx context.Context, m Model, r Request, fields ...string) error {
	answer, err := m.Complete(ctx, r)
	if err != nil {
		return err
	}
	return hasFields([]byte(answer.Turn.Text), fields...)
}

func hasFields(text []byte, fields ...string) error {
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		return errors.New("no JSON")
	}
	for _, f := range fields {
		if _, ok := got[f]; !ok {
			return errors.New("fields")
		}
	}
	if len(got) != len(fields) {
		return errors.New("fields")
	}
	return nil
}

func prompted(word string) func(fault.Call) bool {
	return func(c fault.Call) bool { return strings.Contains(c.Prompt, word) }
}

// spares are providers that B may turn out to be.
var spares = []struct {
	name   string
	config fault.Config
}{
	{"B, as tested in June", fault.Config{}},
	{"B, model retired", fault.Config{Models: []string{"model-c"}}},
	{"B, small quota", fault.Config{Limits: fault.Limits{RequestsPerMinute: 20}}},
	{"B, small window", fault.Config{Plan: fault.When(
		func(c fault.Call) bool { return len(c.Prompt) > 50_000 }, fault.ContextTooLong())}},
	{"B, schema not enforced", fault.Config{Plan: fault.When(prompted("mail"), fault.SchemaViolation())}},
	{"B, cuts off silently", fault.Config{Plan: fault.When(prompted("Count"), fault.StopReason("end_turn"))}},
}

// printContract runs the contract test against A and against all that B may be.
func printContract(w io.Writer) error {
	return virtual.Run(func(env *virtual.Env) error {
		c, err := load()
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%-23s", "")
		for _, cl := range contract {
			fmt.Fprintf(w, " %7s", cl.name)
		}
		fmt.Fprintln(w)

		a := env.Start(fault.Config{Name: "a", Seed: 1})
		judge(w, env, c, "A", openAIModel{name: "model-a", client: openai.NewClient(
			ooption.WithBaseURL(a.URL+"/v1"), ooption.WithAPIKey("any"),
			ooption.WithHTTPClient(env.Client), ooption.WithMaxRetries(0))})
		for i, s := range spares {
			s.config.Name, s.config.Seed = fmt.Sprint("b", i), 1
			b := env.Start(s.config)
			judge(w, env, c, s.name, anthropicModel{name: "model-b", client: anthropic.NewClient(
				aoption.WithBaseURL(b.URL), aoption.WithAPIKey("any"),
				aoption.WithHTTPClient(env.Client), aoption.WithMaxRetries(0))})
		}
		return nil
	})
}

// judge prints a line with the outcome of each clause.
func judge(w io.Writer, env *virtual.Env, c Conversation, name string, m Model) {
	fmt.Fprintf(w, "%-23s", name)
	for _, cl := range contract {
		fmt.Fprintf(w, " %7s", verdict(cl.check(env.Context, m, c)))
	}
	fmt.Fprintln(w)
}

func verdict(err error) string {
	var a *anthropic.Error
	var o *openai.Error
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &a):
		return fmt.Sprint(a.StatusCode)
	case errors.As(err, &o):
		return fmt.Sprint(o.StatusCode)
	}
	return err.Error()
}
