package fault_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/ssestream"
	"github.com/openai/openai-go/v3/responses"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// faults are all faults, with what builds them.
var faults = []struct {
	code  string
	fault fault.Fault
}{
	{"OK()", fault.OK()},
	{"Status(400)", fault.Status(400)},
	{"Status(401)", fault.Status(401)},
	{"Status(403)", fault.Status(403)},
	{"Status(404)", fault.Status(404)},
	{"Status(408)", fault.Status(408)},
	{"Status(409)", fault.Status(409)},
	{"Status(413)", fault.Status(413)},
	{"Status(429)", fault.Status(429)},
	{"Status(500)", fault.Status(500)},
	{"Status(503)", fault.Status(503)},
	{"Status(504)", fault.Status(504)},
	{"RateLimited(20s)", fault.RateLimited(20 * time.Second)},
	{"SlowDown(5s)", fault.SlowDown(5 * time.Second)},
	{"QuotaExhausted()", fault.QuotaExhausted()},
	{"Overloaded()", fault.Overloaded()},
	{"ContextTooLong()", fault.ContextTooLong()},
	{"Raw(502, html)", fault.Raw(502, "text/html", "<h1>Bad Gateway</h1>")},
	{"Slow(2s)", fault.Slow(2 * time.Second)},
	{"SlowFirstToken(5s)", fault.SlowFirstToken(5 * time.Second)},
	{"SlowTokens(500ms)", fault.SlowTokens(500 * time.Millisecond)},
	{"Hang()", fault.Hang()},
	{"Stall(3)", fault.Stall(3)},
	{"Refuse()", fault.Refuse()},
	{"Cut(3)", fault.Cut(3)},
	{"Lost()", fault.Lost()},
	{"StreamError(3)", fault.StreamError(3)},
	{"Failed()", fault.Failed()},
	{"Truncated(3)", fault.Truncated(3)},
	{"Refusal()", fault.Refusal()},
	{"ContentFilter(3)", fault.ContentFilter(3)},
	{"Empty()", fault.Empty()},
	{"BadJSON()", fault.BadJSON()},
	{"SchemaViolation()", fault.SchemaViolation()},
	{"BadBody()", fault.BadBody()},
	{"EndEarly(3)", fault.EndEarly(3)},
	{`StopReason("pause_turn")`, fault.StopReason("pause_turn")},
}

// A seen is what a client has seen of one call.
type seen struct {
	text string
	end  string // finish reason and the like
	err  error
}

// clients are the ways to ask: each API, whole and streamed, by its official SDK.
var clients = []struct {
	name string
	ask  func(ctx context.Context, env *virtual.Env, url string) seen
}{
	{"chat", askChat}, {"chat stream", streamChat},
	{"responses", askResponses}, {"responses stream", streamResponses},
	{"messages", askMessages}, {"messages stream", streamMessages},
}

const question = "What is the answer?"

func openAI(env *virtual.Env, url string) openai.Client {
	return openai.NewClient(openaioption.WithBaseURL(url+"/v1"), openaioption.WithAPIKey("k"),
		openaioption.WithHTTPClient(env.Client), openaioption.WithMaxRetries(0))
}

func anthropicClient(env *virtual.Env, url string) anthropic.Client {
	return anthropic.NewClient(anthropicoption.WithBaseURL(url), anthropicoption.WithAPIKey("k"),
		anthropicoption.WithHTTPClient(env.Client), anthropicoption.WithMaxRetries(0))
}

var answerSchema = map[string]any{"type": "object", "additionalProperties": false, "required": []string{"answer", "sure"},
	"properties": map[string]any{"answer": map[string]any{"type": "string"}, "sure": map[string]any{"type": "boolean"}}}

func chatParams() openai.ChatCompletionNewParams {
	return openai.ChatCompletionNewParams{Model: "m", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(question)}}
}

func askChat(ctx context.Context, env *virtual.Env, url string) seen {
	c := openAI(env, url)
	r, err := c.Chat.Completions.New(ctx, chatParams())
	if err != nil {
		return seen{err: err}
	}
	m := r.Choices[0].Message
	return seen{text: m.Content, end: end(r.Choices[0].FinishReason, m.Refusal)}
}

func end(reason, refusal string) string {
	if refusal != "" {
		return reason + ", refusal set"
	}
	return reason
}

func streamChat(ctx context.Context, env *virtual.Env, url string) seen {
	c := openAI(env, url)
	s := c.Chat.Completions.NewStreaming(ctx, chatParams())
	defer s.Close()
	var out seen
	var refusal string
	for s.Next() {
		for _, choice := range s.Current().Choices {
			out.text += choice.Delta.Content
			refusal += choice.Delta.Refusal
			if choice.FinishReason != "" {
				out.end = end(choice.FinishReason, refusal)
			}
		}
	}
	out.err = s.Err()
	return out
}

func responsesParams() responses.ResponseNewParams {
	return responses.ResponseNewParams{Model: "m", Input: responses.ResponseNewParamsInputUnion{OfString: openai.String(question)}}
}

func describeResponse(r responses.Response) string {
	out := string(r.Status)
	if r.IncompleteDetails.Reason != "" {
		out += ", " + r.IncompleteDetails.Reason
	}
	if r.Error.Code != "" {
		out += ", " + string(r.Error.Code)
	}
	for _, item := range r.Output {
		for _, c := range item.Content {
			if c.Refusal != "" {
				out += ", refusal item"
			}
		}
	}
	return out
}

func askResponses(ctx context.Context, env *virtual.Env, url string) seen {
	c := openAI(env, url)
	r, err := c.Responses.New(ctx, responsesParams())
	if err != nil {
		return seen{err: err}
	}
	return seen{text: r.OutputText(), end: describeResponse(*r)}
}

func streamResponses(ctx context.Context, env *virtual.Env, url string) seen {
	c := openAI(env, url)
	s := c.Responses.NewStreaming(ctx, responsesParams())
	defer s.Close()
	var out seen
	for s.Next() {
		switch e := s.Current(); e.Type {
		case "response.output_text.delta":
			out.text += e.Delta
		case "response.completed", "response.incomplete", "response.failed":
			out.end = describeResponse(e.Response)
		case "error":
			out.end = "event error, code " + e.Code
		}
	}
	out.err = s.Err()
	return out
}

func messagesParams() anthropic.MessageNewParams {
	return anthropic.MessageNewParams{Model: "m", MaxTokens: 100,
		Messages: []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(question))}}
}

func describeMessage(m anthropic.Message) seen {
	var out seen
	for _, b := range m.Content {
		out.text += b.Text
	}
	out.end = string(m.StopReason)
	if len(m.Content) == 0 {
		out.end += ", content empty"
	}
	return out
}

func askMessages(ctx context.Context, env *virtual.Env, url string) seen {
	c := anthropicClient(env, url)
	m, err := c.Messages.New(ctx, messagesParams())
	if err != nil {
		return seen{err: err}
	}
	return describeMessage(*m)
}

func streamMessages(ctx context.Context, env *virtual.Env, url string) seen {
	c := anthropicClient(env, url)
	s := c.Messages.NewStreaming(ctx, messagesParams())
	defer s.Close()
	var m anthropic.Message
	for s.Next() {
		if err := m.Accumulate(s.Current()); err != nil {
			return seen{err: err}
		}
	}
	out := describeMessage(m)
	if m.StopReason == "" {
		out.end = ""
	}
	out.err = s.Err()
	return out
}

// describe names an error by what a program can tell about it.
func describe(err error) string {
	var oe *openai.Error
	var ae *anthropic.Error
	var se *ssestream.StreamError
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &oe):
		return fmt.Sprintf("*openai.Error %d %s", oe.StatusCode, strings.TrimSpace(oe.Type+" "+oe.Code)) + retryAfter(oe.Response.Header)
	case errors.As(err, &ae):
		return fmt.Sprintf("*anthropic.Error %d %s", ae.StatusCode, strings.TrimSpace(string(ae.Type())+" "+string(ae.ErrorCode()))) + retryAfter(ae.Response.Header)
	case errors.As(err, &se):
		return "*ssestream.StreamError"
	case errors.Is(err, context.DeadlineExceeded):
		return "context.DeadlineExceeded"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "io.ErrUnexpectedEOF"
	case errors.Is(err, io.EOF):
		return "io.EOF"
	case errors.As(err, &syntax):
		return "*json.SyntaxError"
	}
	return fmt.Sprintf("%T: %v", err, err)
}

func retryAfter(h map[string][]string) string {
	if v := h["Retry-After"]; v != nil {
		return ", retry-after " + v[0]
	}
	return ""
}

// TestSDKs shows every fault to every API of every SDK. The golden file is the reference of what
// clients see; README.md refers to it.
func TestSDKs(t *testing.T) {
	golden.Run(t, "testdata/sdks.golden", func(w io.Writer) error {
		for _, f := range faults {
			fmt.Fprintln(w, f.code)
			for _, c := range clients {
				err := virtual.Run(func(env *virtual.Env) error {
					p := env.Start(fault.Config{Plan: f.fault, FirstToken: fault.Fixed(500 * time.Millisecond), PerToken: fault.Fixed(100 * time.Millisecond)})
					ctx, cancel := context.WithTimeout(env.Context, 10*time.Second)
					defer cancel()
					got := c.ask(ctx, env, p.URL)
					took := env.Elapsed()
					s := p.Stats()
					line := fmt.Sprintf("  %-17s %6.3fs  tokens %2d  billed %d+%-2d  %s",
						c.name, took.Seconds(), len(strings.Fields(got.text)), s.InputTokens, s.OutputTokens,
						strings.Join(notEmpty(got.end, describe(got.err)), "; "))
					fmt.Fprintln(w, strings.TrimRight(line, " "))
					return nil
				})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func notEmpty(texts ...string) []string {
	var out []string
	for _, s := range texts {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
