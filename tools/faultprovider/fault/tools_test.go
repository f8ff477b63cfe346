package fault_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/responses"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

var weatherSchema = map[string]any{"type": "object", "required": []string{"city"},
	"properties": map[string]any{"city": map[string]any{"type": "string"}}}

const weatherArguments = `{ "city": "text" }`

func sameJSON(a []byte, b string) bool {
	var x, y bytes.Buffer
	return json.Compact(&x, a) == nil && json.Compact(&y, []byte(b)) == nil && x.String() == y.String()
}

// A conversation with a tool: the model calls it, gets the result and answers. Each API, whole and
// streamed, by its official SDK.
func TestToolConversation(t *testing.T) {
	slow := fault.Config{PerToken: fault.Fixed(10 * time.Millisecond)}
	t.Run("chat", func(t *testing.T) {
		inVirtualTime(t, func(env *virtual.Env) {
			c := openAI(env, env.Start(slow).URL)
			params := chatParams()
			params.Tools = []openai.ChatCompletionToolUnionParam{openai.ChatCompletionFunctionTool(
				openai.FunctionDefinitionParam{Name: "weather", Parameters: weatherSchema})}
			r, err := c.Chat.Completions.New(env.Context, params)
			if err != nil {
				t.Fatal(err)
			}
			call := r.Choices[0].Message.ToolCalls[0]
			if r.Choices[0].FinishReason != "tool_calls" || call.Function.Name != "weather" || call.Function.Arguments != weatherArguments || !strings.HasPrefix(call.ID, "call_") {
				t.Errorf("%+v", r.Choices[0])
			}
			s := c.Chat.Completions.NewStreaming(env.Context, params)
			var acc openai.ChatCompletionAccumulator
			for s.Next() {
				if !acc.AddChunk(s.Current()) {
					t.Error("the accumulator refuses a chunk")
				}
			}
			if s.Err() != nil || acc.Choices[0].Message.ToolCalls[0].Function.Arguments != weatherArguments {
				t.Errorf("%v, %+v", s.Err(), acc.Choices)
			}
			params.Messages = append(params.Messages, r.Choices[0].Message.ToParam(), openai.ToolMessage("sunny", call.ID))
			r, err = c.Chat.Completions.New(env.Context, params)
			if err != nil || r.Choices[0].FinishReason != "stop" {
				t.Errorf("%v, %+v", err, r)
			}
		})
	})
	t.Run("responses", func(t *testing.T) {
		inVirtualTime(t, func(env *virtual.Env) {
			c := openAI(env, env.Start(slow).URL)
			params := responsesParams()
			params.Tools = []responses.ToolUnionParam{responses.ToolParamOfFunction("weather", weatherSchema, true)}
			r, err := c.Responses.New(env.Context, params)
			if err != nil {
				t.Fatal(err)
			}
			call := r.Output[0]
			if call.Type != "function_call" || call.Arguments.OfString != weatherArguments {
				t.Errorf("%s", r.RawJSON())
			}
			s := c.Responses.NewStreaming(env.Context, params)
			arguments, done := "", ""
			for s.Next() {
				switch e := s.Current(); e.Type {
				case "response.function_call_arguments.delta":
					arguments += e.Delta
				case "response.function_call_arguments.done":
					done = e.Arguments
				}
			}
			if s.Err() != nil || arguments != weatherArguments || done != weatherArguments {
				t.Errorf("%v, %q, %q", s.Err(), arguments, done)
			}
			output := responses.ResponseInputItemParamOfFunctionCallOutput("sunny")
			output.OfFunctionCallOutput.CallID = openai.String(call.CallID)
			params.Input = responses.ResponseNewParamsInputUnion{OfInputItemList: responses.ResponseInputParam{
				responses.ResponseInputItemParamOfMessage("weather?", responses.EasyInputMessageRoleUser),
				responses.ResponseInputItemParamOfFunctionCall(call.Arguments.OfString, call.CallID, call.Name),
				output,
			}}
			r, err = c.Responses.New(env.Context, params)
			if err != nil || r.Status != "completed" || r.OutputText() == "" {
				t.Errorf("%v, %+v", err, r)
			}
		})
	})
	t.Run("messages", func(t *testing.T) {
		inVirtualTime(t, func(env *virtual.Env) {
			c := anthropicClient(env, env.Start(slow).URL)
			params := messagesParams()
			params.Tools = []anthropic.ToolUnionParam{{OfTool: &anthropic.ToolParam{Name: "weather",
				InputSchema: anthropic.ToolInputSchemaParam{Properties: weatherSchema["properties"], Required: []string{"city"}}}}}
			m, err := c.Messages.New(env.Context, params)
			if err != nil {
				t.Fatal(err)
			}
			if m.StopReason != "tool_use" || m.Content[0].Name != "weather" || !sameJSON(m.Content[0].Input, weatherArguments) {
				t.Errorf("%s", m.RawJSON())
			}
			s := c.Messages.NewStreaming(env.Context, params)
			var acc anthropic.Message
			for s.Next() {
				if err := acc.Accumulate(s.Current()); err != nil {
					t.Error(err)
				}
			}
			if s.Err() != nil || !sameJSON(acc.Content[0].Input, weatherArguments) {
				t.Errorf("%v, %s", s.Err(), acc.RawJSON())
			}
			params.Messages = append(params.Messages, m.ToParam(),
				anthropic.NewUserMessage(anthropic.NewToolResultBlock(m.Content[0].ID, "sunny", false)))
			m, err = c.Messages.New(env.Context, params)
			if err != nil || m.StopReason != "end_turn" {
				t.Errorf("%v, %+v", err, m)
			}
		})
	})
}

// A provider takes its own thinking back and refuses another's.
func TestThinkingSignatures(t *testing.T) {
	inVirtualTime(t, func(env *virtual.Env) {
		reply := func(fault.Call) fault.Reply { return fault.Reply{Thinking: "Let me think.", Text: "Yes."} }
		a := env.Start(fault.Config{Name: "a", Reply: reply})
		b := env.Start(fault.Config{Name: "b", Reply: reply})
		ca, cb := anthropicClient(env, a.URL), anthropicClient(env, b.URL)
		s := ca.Messages.NewStreaming(env.Context, messagesParams())
		var m anthropic.Message
		for s.Next() {
			if err := m.Accumulate(s.Current()); err != nil {
				t.Fatal(err)
			}
		}
		if s.Err() != nil || m.Content[0].Thinking != "Let me think." || m.Content[1].Text != "Yes." {
			t.Fatalf("%v, %+v", s.Err(), m.Content)
		}
		params := messagesParams()
		params.Messages = append(params.Messages, m.ToParam(), anthropic.NewUserMessage(anthropic.NewTextBlock("Sure?")))
		if _, err := ca.Messages.New(env.Context, params); err != nil {
			t.Errorf("its own thinking: %v", err)
		}
		_, err := cb.Messages.New(env.Context, params)
		if describe(err) != "*anthropic.Error 400 invalid_request_error" || !strings.Contains(err.Error(), "Invalid `signature` in `thinking` block") {
			t.Errorf("another's thinking: %v", err)
		}
	})
}
