package fault_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/responses"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

func inVirtualTime(t *testing.T, f func(env *virtual.Env)) {
	t.Helper()
	err := virtual.Run(func(env *virtual.Env) error {
		f(env)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestWire keeps the bytes of errors, answers and streams, headers included, for each API.
func TestWire(t *testing.T) {
	golden.Run(t, "testdata/wire.golden", func(w io.Writer) error {
		bearer := map[string]string{"Authorization": "Bearer k"}
		version := map[string]string{"x-api-key": "k", "anthropic-version": "2026-10-21"}
		requests := []struct {
			path    string
			headers map[string]string
			body    string
		}{
			{"/v1/chat/completions", bearer, `{"model":"m","stream":%v,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}]}`},
			{"/v1/responses", bearer, `{"model":"m","stream":%v,"input":"hi"}`},
			{"/v1/messages", version, `{"model":"m","max_tokens":9,"stream":%v,"messages":[{"role":"user","content":"hi"}]}`},
		}
		faults := []fault.Fault{fault.OK(), fault.StreamError(1), fault.RateLimited(1500 * time.Millisecond).Millis(), fault.QuotaExhausted(), fault.Refusal()}
		for _, f := range faults {
			for _, r := range requests {
				for _, stream := range []bool{false, true} {
					if stream && f.Name() != "ok" && f.Name() != "stream error" {
						continue
					}
					err := virtual.Run(func(env *virtual.Env) error {
						p := env.Start(fault.Config{Text: "Fine then.", Plan: f})
						status, h, body := exchange(env, p, r.path, r.headers, fmt.Sprintf(r.body, stream))
						fmt.Fprintf(w, "== %s, %s, stream %v\n%d\n", f.Name(), r.path, stream, status)
						return printExchange(w, h, body)
					})
					if err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

func printExchange(w io.Writer, h http.Header, body string) error {
	h.Del("Content-Length")
	if err := h.Write(w); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n", strings.TrimRight(body, "\n"))
	return err
}

const user = `{"role":"user","content":"hi"}`

func use(id string) string {
	return `{"role":"assistant","content":[{"type":"tool_use","id":"` + id + `","name":"f","input":{}}]}`
}

func result(id string) string {
	return `{"role":"user","content":[{"type":"tool_result","tool_use_id":"` + id + `","content":"x"}]}`
}

// What a provider accepts although it may look wrong.
func TestAcceptsUnevenTurns(t *testing.T) {
	bearer := map[string]string{"Authorization": "Bearer k"}
	version := map[string]string{"x-api-key": "k", "anthropic-version": "2026-10-21"}
	const system, developer, answer = `{"role":"system","content":"be brief"}`, `{"role":"developer","content":"be brief"}`, `{"role":"assistant","content":"x"}`
	for _, tt := range []struct {
		name, path string
		headers    map[string]string
		messages   []string
		input      int // words that are billed
	}{
		{"system", "/v1/chat/completions", bearer, []string{system, user, developer}, 5},
		{"user twice", "/v1/chat/completions", bearer, []string{user, user, answer, answer, user}, 5},
		{"user twice", "/v1/messages", version, []string{user, user, answer, answer, user}, 5},
		{"results in two messages", "/v1/messages", version, []string{use("c"), use("d"), result("c"), result("d"), user}, 3},
		{"system after the user", "/v1/messages", version, []string{user, system, answer, user, system}, 7},
	} {
		t.Run(tt.path+" "+tt.name, func(t *testing.T) {
			inVirtualTime(t, func(env *virtual.Env) {
				p := env.Start(fault.Config{})
				status, _, body := exchange(env, p, tt.path, tt.headers, `{"model":"m","max_tokens":9,"messages":[`+strings.Join(tt.messages, ",")+`]}`)
				if got := p.Stats().InputTokens; status != 200 || got != tt.input {
					t.Errorf("%d, %d words of input, want 200 and %d: %s", status, got, tt.input, body)
				}
			})
		})
	}
}

// What a provider refuses, and what it says.
func TestRefusesInvalidRequests(t *testing.T) {
	bearer := map[string]string{"Authorization": "Bearer k"}
	version := map[string]string{"x-api-key": "k", "anthropic-version": "2026-10-21"}
	old := map[string]string{"x-api-key": "k", "anthropic-version": "2023-06-01"}
	tests := []struct {
		name, path string
		headers    map[string]string
		body       string
		status     int
		message    string
	}{
		{"no key", "/v1/chat/completions", nil, `{"model":"m","messages":[` + user + `]}`, 401, "Incorrect API key"},
		{"wrong key", "/v1/messages", map[string]string{"x-api-key": "wrong", "anthropic-version": "2026-10-21"}, `{"model":"m","max_tokens":9,"messages":[` + user + `]}`, 401, "invalid x-api-key"},
		{"no such model", "/v1/chat/completions", bearer, `{"model":"gone","messages":[` + user + `]}`, 404, "`gone` does not exist"},
		{"no such model", "/v1/messages", version, `{"model":"gone","max_tokens":9,"messages":[` + user + `]}`, 404, "model: gone"},
		{"no model", "/v1/chat/completions", bearer, `{"messages":[` + user + `]}`, 400, "model"},
		{"not JSON", "/v1/chat/completions", bearer, `{`, 400, "could not parse"},
		{"no messages", "/v1/chat/completions", bearer, `{"model":"m"}`, 400, "empty array"},
		{"result without call", "/v1/chat/completions", bearer, `{"model":"m","messages":[{"role":"tool","tool_call_id":"c","content":"x"}]}`, 400, "must be a response"},
		{"call without result", "/v1/chat/completions", bearer, `{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"c"}]},` + user + `]}`, 400, "must be followed"},
		{"call without result at the end", "/v1/chat/completions", bearer, `{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"c"}]}]}`, 400, "must be followed"},
		{"no input", "/v1/responses", bearer, `{"model":"m"}`, 400, "input"},
		{"output without call", "/v1/responses", bearer, `{"model":"m","input":[{"type":"function_call_output","call_id":"c","output":"x"}]}`, 400, "No tool call found"},
		{"call without output", "/v1/responses", bearer, `{"model":"m","input":[{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}]}`, 400, "No tool output found"},
		{"no version", "/v1/messages", map[string]string{"x-api-key": "k"}, `{"model":"m","max_tokens":9,"messages":[` + user + `]}`, 400, "anthropic-version"},
		{"no max_tokens", "/v1/messages", version, `{"model":"m","messages":[` + user + `]}`, 400, "max_tokens"},
		{"system role first", "/v1/messages", version, `{"model":"m","max_tokens":9,"messages":[{"role":"system","content":"x"},` + user + `]}`, 400, "top-level 'system' parameter"},
		{"system role after the assistant", "/v1/messages", version, `{"model":"m","max_tokens":9,"messages":[` + user + `,{"role":"assistant","content":"x"},{"role":"system","content":"x"}]}`, 400, "must follow a 'user' turn"},
		{"system role before the user", "/v1/messages", version, `{"model":"m","max_tokens":9,"messages":[` + user + `,{"role":"system","content":"x"},` + user + `]}`, 400, "must follow a 'user' turn"},
		{"unknown role", "/v1/messages", version, `{"model":"m","max_tokens":9,"messages":[{"role":"developer","content":"x"}]}`, 400, "Unexpected role"},
		{"temperature", "/v1/messages", version, `{"model":"m","max_tokens":9,"temperature":1,"messages":[` + user + `]}`, 400, "temperature"},
		{"top_k", "/v1/messages", version, `{"model":"m","max_tokens":9,"top_k":1,"messages":[` + user + `]}`, 400, "top_k"},
		{"temperature in the old version", "/v1/messages", old, `{"model":"m","max_tokens":9,"temperature":1,"messages":[` + user + `]}`, 200, "complete"},
		{"foreign tool id", "/v1/messages", version, `{"model":"m","max_tokens":9,"messages":[` + user + `,{"role":"assistant","content":[{"type":"tool_use","id":"call.1|x","name":"f","input":{}}]}]}`, 400, "should match pattern"},
		{"tool_use without result", "/v1/messages", version, `{"model":"m","max_tokens":9,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":{}}]},` + user + `]}`, 400, "without `tool_result`"},
		{"tool_result without use", "/v1/messages", version, `{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"x"}]}]}`, 400, "unexpected `tool_use_id`"},
		{"tool round trip", "/v1/messages", version, `{"model":"m","max_tokens":99,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[{"type":"text","text":"x"}]}]}]}`, 200, "complete"},
		{"foreign thinking", "/v1/messages", version, `{"model":"m","max_tokens":9,"messages":[` + user + `,{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"foreign"}]},` + user + `]}`, 400, "Invalid `signature` in `thinking` block"},
		{"foreign block", "/v1/messages", version, `{"model":"m","max_tokens":9,"messages":[{"role":"assistant","content":[{"type":"reasoning"}]}]}`, 400, "reasoning"},
		{"result of a tool that the turn before the last used", "/v1/messages", version, `{"model":"m","max_tokens":9,"messages":[` + use("c") + `,` + result("c") + `,{"role":"assistant","content":"x"},` + result("c") + `]}`, 400, "unexpected `tool_use_id`"},
		{"no such path", "/v1/embeddings", bearer, `{}`, 404, "Unknown request URL"},
	}
	for _, tt := range tests {
		t.Run(tt.path+" "+tt.name, func(t *testing.T) {
			inVirtualTime(t, func(env *virtual.Env) {
				p := env.Start(fault.Config{Models: []string{"m"}, Keys: []string{"k"}})
				status, _, body := exchange(env, p, tt.path, tt.headers, tt.body)
				if status != tt.status || !strings.Contains(body, tt.message) {
					t.Errorf("got %d %s\nwant %d with %q", status, body, tt.status, tt.message)
				}
				if s := p.Stats(); status != 200 && s.Billed != 0 {
					t.Errorf("a refused request is billed: %+v", s)
				}
			})
		})
	}
}

func TestModelsStayGreen(t *testing.T) {
	inVirtualTime(t, func(env *virtual.Env) {
		ctx := env.Context
		p := env.Start(fault.Config{Plan: fault.Hang(), Models: []string{"a", "b"}})
		red := env.Start(fault.Config{Name: "red", ModelsPlan: fault.Status(500)})

		oc := openAI(env, p.URL)
		list, err := oc.Models.List(ctx)
		if err != nil || len(list.Data) != 2 || list.Data[1].ID != "b" {
			t.Errorf("OpenAI: %+v, %v", list, err)
		}
		ac := anthropicClient(env, p.URL)
		page, err := ac.Models.List(ctx, anthropic.ModelListParams{})
		if err != nil || len(page.Data) != 2 || page.Data[0].ID != "a" {
			t.Errorf("Anthropic: %+v, %v", page, err)
		}
		if s := p.Stats(); s.Calls != 0 || s.Lists != 2 {
			t.Errorf("the lists are counted as %+v", s)
		}
		oc = openAI(env, red.URL)
		if _, err := oc.Models.List(ctx); describe(err) != "*openai.Error 500 server_error" {
			t.Errorf("red: %v", err)
		}
	})
}

// A client that leaves a stream has paid for what was generated until then.
func TestAbandonedStreamIsBilled(t *testing.T) {
	inVirtualTime(t, func(env *virtual.Env) {
		p := env.Start(fault.Config{FirstToken: fault.Fixed(500 * time.Millisecond), PerToken: fault.Fixed(100 * time.Millisecond)})
		c := openAI(env, p.URL)
		s := c.Chat.Completions.NewStreaming(env.Context, chatParams())
		for text := ""; len(strings.Fields(text)) < 4 && s.Next(); {
			text += s.Current().Choices[0].Delta.Content
		}
		s.Close()
		st := p.Stats()
		if st.Abandoned != 1 || st.OutputTokens != 4 || st.OK != 0 || st.InFlight != 0 {
			t.Errorf("streamed: %+v", st)
		}

		p.Restart()
		ctx, cancel := context.WithTimeout(env.Context, 750*time.Millisecond)
		defer cancel()
		if _, err := c.Chat.Completions.New(ctx, chatParams()); describe(err) != "context.DeadlineExceeded" {
			t.Error(err)
		}
		if st := p.Stats(); st.Abandoned != 1 || st.OutputTokens != 3 || st.InputTokens != 4 || st.Statuses[0] != 1 {
			t.Errorf("whole: %+v", st)
		}
		if got := p.Stats().Cost(1e6, 2e6); got != 10 {
			t.Errorf("cost %v, want 4 + 2*3", got)
		}
	})
}

func TestMaxTokensIsHonoured(t *testing.T) {
	inVirtualTime(t, func(env *virtual.Env) {
		p := env.Start(fault.Config{})
		c := anthropicClient(env, p.URL)
		params := messagesParams()
		params.MaxTokens = 3
		m, err := c.Messages.New(env.Context, params)
		if err != nil || m.StopReason != "max_tokens" || m.Usage.OutputTokens != 3 {
			t.Errorf("%+v, %v", m, err)
		}
	})
}

func TestStructuredAnswers(t *testing.T) {
	valid := func(text string) bool {
		var v map[string]any
		if json.Unmarshal([]byte(text), &v) != nil {
			return false
		}
		_, hasAnswer := v["answer"].(string)
		_, hasSure := v["sure"].(bool)
		return hasAnswer && hasSure && len(v) == 2
	}
	for _, tt := range []struct {
		fault           fault.Fault
		isJSON, isValid bool
	}{{fault.OK(), true, true}, {fault.BadJSON(), false, false}, {fault.SchemaViolation(), true, false}, {fault.Truncated(3), false, false}} {
		inVirtualTime(t, func(env *virtual.Env) {
			p := env.Start(fault.Config{Plan: tt.fault})
			oc := openAI(env, p.URL)
			params := chatParams()
			params.ResponseFormat = openai.ChatCompletionNewParamsResponseFormatUnion{OfJSONSchema: &openai.ResponseFormatJSONSchemaParam{
				JSONSchema: openai.ResponseFormatJSONSchemaJSONSchemaParam{Name: "answer", Schema: answerSchema}}}
			r, err := oc.Chat.Completions.New(env.Context, params)
			if err != nil {
				t.Fatal(err)
			}
			ac := anthropicClient(env, p.URL)
			mp := messagesParams()
			mp.OutputConfig = anthropic.OutputConfigParam{Format: anthropic.JSONOutputFormatParam{Schema: answerSchema}}
			m, err := ac.Messages.New(env.Context, mp)
			if err != nil {
				t.Fatal(err)
			}
			rp := responsesParams()
			rp.Text = responses.ResponseTextConfigParam{Format: responses.ResponseFormatTextConfigParamOfJSONSchema("answer", answerSchema)}
			rr, err := oc.Responses.New(env.Context, rp)
			if err != nil {
				t.Fatal(err)
			}
			for api, text := range map[string]string{"chat": r.Choices[0].Message.Content, "messages": m.Content[0].Text, "responses": rr.OutputText()} {
				if json.Valid([]byte(text)) != tt.isJSON || valid(text) != tt.isValid {
					t.Errorf("%s, %s: %q", tt.fault.Name(), api, text)
				}
			}
		})
	}
}
