package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/ssestream"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// A failing is a fault and the way in which it is met.
type failing struct {
	name string
	plan fault.Fault
	json bool // the answer should be {"ok": …}
}

// Failures with an error status, failures with status 200, and failures of a
// stream that has begun.
var (
	refused = []failing{
		{name: "bad request", plan: fault.Status(400)},
		{name: "prompt too long", plan: fault.ContextTooLong()},
		{name: "bad key", plan: fault.Status(401)},
		{name: "model gone", plan: fault.Status(404)},
		{name: "rate limit, 1 s", plan: fault.RateLimited(time.Second)},
		{name: "rate limit, 20 s", plan: fault.RateLimited(20 * time.Second)},
		{name: "credit spent", plan: fault.QuotaExhausted()},
		{name: "server error", plan: fault.Status(500)},
		{name: "gateway's page", plan: fault.Raw(502, "text/html", "<h1>Bad Gateway</h1>")},
		{name: "overloaded", plan: fault.Overloaded()},
		{name: "gateway timeout", plan: fault.Status(504)},
		{name: "no answer", plan: fault.Hang()},
		{name: "connection lost", plan: fault.Lost()},
	}
	answered = []failing{
		{name: "good", plan: fault.OK()},
		{name: "refusal", plan: fault.Refusal()},
		{name: "content filter", plan: fault.ContentFilter(3)},
		{name: "cut at the limit", plan: fault.Truncated(3)},
		{name: "empty", plan: fault.Empty()},
		{name: "broken JSON", plan: fault.BadJSON(), json: true},
		{name: "wrong JSON", plan: fault.SchemaViolation(), json: true},
	}
	broken = []failing{
		{name: "error event", plan: fault.StreamError(3)},
		{name: "connection cut", plan: fault.Cut(3)},
		{name: "silence", plan: fault.Stall(3)},
		{name: "no end", plan: fault.EndEarly(3)},
	}
)

// hasOK is what the answers in JSON must satisfy.
func hasOK(text string) bool {
	var v map[string]any
	return json.Unmarshal([]byte(text), &v) == nil && v["ok"] != nil
}

// region: results

// askOpenAI streams an answer, because the end of a stream says the most.
func askOpenAI(ctx context.Context, c openai.Client, prompt string) (r Result) {
	stream := c.Chat.Completions.NewStreaming(ctx, openai.ChatCompletionNewParams{
		Model:    "model-a",
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(prompt)},
	})
	defer stream.Close()
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			r.Text += choice.Delta.Content
			r.Refusal += choice.Delta.Refusal
			if choice.FinishReason != "" {
				r.Stop = choice.FinishReason
			}
		}
	}
	r.Err = stream.Err()
	return r
}

func askAnthropic(ctx context.Context, c anthropic.Client, prompt string) (r Result) {
	stream := c.Messages.NewStreaming(ctx, anthropic.MessageNewParams{
		Model:     "model-b",
		MaxTokens: 400,
		Messages: []anthropic.MessageParam{
			anthropic.NewUserMessage(anthropic.NewTextBlock(prompt)),
		},
	})
	defer stream.Close()
	for stream.Next() {
		switch event := stream.Current().AsAny().(type) {
		case anthropic.ContentBlockDeltaEvent:
			r.Text += event.Delta.Text
		case anthropic.MessageDeltaEvent:
			r.Stop = string(event.Delta.StopReason)
		}
	}
	r.Err = stream.Err()
	return r
}

// endregion: results

// meet lets both SDKs meet a fault.
func meet(f failing) (a, b Result, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		p := env.Start(fault.Config{Plan: f.plan, PerToken: fault.Fixed(50 * time.Millisecond)})
		ctx, cancel := context.WithTimeout(env.Context, 10*time.Second)
		defer cancel()
		a = askOpenAI(ctx, openai.NewClient(
			openaioption.WithBaseURL(p.URL+"/v1"), openaioption.WithAPIKey("any"),
			openaioption.WithHTTPClient(env.Client), openaioption.WithMaxRetries(0)), "Is it done?")
		ctx, cancel = context.WithTimeout(env.Context, 10*time.Second)
		defer cancel()
		b = askAnthropic(ctx, anthropic.NewClient(
			anthropicoption.WithBaseURL(p.URL), anthropicoption.WithAPIKey("any"),
			anthropicoption.WithHTTPClient(env.Client), anthropicoption.WithMaxRetries(0)), "Is it done?")
		if f.json {
			a.Valid, b.Valid = hasOK, hasOK
		}
		return nil
	})
	return a, b, err
}

// seen is what a result looks like to the program.
func seen(r Result) string {
	switch {
	case errors.Is(r.Err, context.DeadlineExceeded):
		return "deadline exceeded"
	case errors.Is(r.Err, io.EOF):
		return "EOF"
	case errors.Is(r.Err, io.ErrUnexpectedEOF):
		return "unexpected EOF"
	case r.Err == nil && r.Stop == "":
		return "no error, no reason"
	case r.Err == nil && r.Refusal != "":
		return r.Stop + ", refusal"
	case r.Err == nil:
		return r.Stop
	}
	if e, ok := errors.AsType[*openai.Error](r.Err); ok {
		if e.Code != "" {
			return fmt.Sprintf("%d %s", e.StatusCode, e.Code)
		}
		return fmt.Sprintf("%d %s", e.StatusCode, e.Type)
	}
	if e, ok := errors.AsType[*anthropic.Error](r.Err); ok {
		if code := e.ErrorCode(); len(code) > 20 {
			return fmt.Sprintf("%d %.20s…", e.StatusCode, code)
		}
		return strings.TrimSpace(fmt.Sprintf("%d %s", e.StatusCode, e.Type()))
	}
	if _, ok := errors.AsType[*ssestream.StreamError](r.Err); ok {
		return "StreamError"
	}
	return fmt.Sprintf("%T", r.Err)
}

func (d Decision) String() string {
	s := string(d.Action)
	if d.Wait > 0 {
		s += " " + d.Wait.String()
	}
	if d.Page {
		s += "*"
	}
	return s
}

func printTable(w io.Writer, failings []failing) error {
	fmt.Fprintf(w, "%-16s %-10s %-27s %s\n", "", "do", "openai-go", "anthropic-sdk-go")
	for _, f := range failings {
		a, b, err := meet(f)
		if err != nil {
			return err
		}
		do := Classify(a).String()
		if other := Classify(b).String(); other != do {
			do += " / " + other
		}
		fmt.Fprintf(w, "%-16s %-10s %-27s %s\n", f.name, do, seen(a), seen(b))
	}
	return nil
}
