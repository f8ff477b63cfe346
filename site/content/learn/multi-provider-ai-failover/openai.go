package main

import (
	"encoding/json"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/shared"
)

// region: openai

// toOpenAI renders a history for a Chat Completions model, which takes no
// reasoning back and has no mark for a tool that failed.
func toOpenAI(reader, system string, history []Turn) []openai.ChatCompletionMessageParamUnion {
	out := []openai.ChatCompletionMessageParamUnion{openai.SystemMessage(system)}
	ids := map[string]string{}
	for i, t := range history {
		for _, r := range t.Results {
			text := r.Text
			if r.Failed {
				text = "The tool failed: " + text
			}
			out = append(out, openai.ToolMessage(text, ids[r.Call]))
		}
		if t.Role == "user" {
			if t.Text != "" {
				out = append(out, openai.UserMessage(t.Text))
			}
			continue
		}
		m := openai.AssistantMessage(t.Text)
		for j, c := range t.Calls {
			ids[c.ID] = idFor(reader, history, i, j)
			call := openai.ChatCompletionMessageFunctionToolCallParam{ID: ids[c.ID]}
			call.Function.Name, call.Function.Arguments = c.Name, string(c.Args)
			m.OfAssistant.ToolCalls = append(m.OfAssistant.ToolCalls,
				openai.ChatCompletionMessageToolCallUnionParam{OfFunction: &call})
		}
		out = append(out, m)
	}
	return out
}

// endregion: openai

// fromOpenAI stores an answer.
func fromOpenAI(model string, c *openai.ChatCompletion) Turn {
	m := c.Choices[0].Message
	t := Turn{Role: "assistant", By: model, Text: m.Content}
	for _, call := range m.ToolCalls {
		t.Calls = append(t.Calls, Call{ID: call.ID, Name: call.Function.Name, Args: json.RawMessage(call.Function.Arguments)})
	}
	return t
}

func openAITools(tools []Tool) []openai.ChatCompletionToolUnionParam {
	var out []openai.ChatCompletionToolUnionParam
	for _, t := range tools {
		out = append(out, openai.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{
			Name: t.Name, Description: openai.String(t.Description), Parameters: t.Schema, Strict: openai.Bool(true)}))
	}
	return out
}
