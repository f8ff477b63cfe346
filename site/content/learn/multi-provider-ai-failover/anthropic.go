package main

import (
	"strings"

	"github.com/anthropics/anthropic-sdk-go/v2"
)

// region: anthropic

// toAnthropic renders a history for the model that will read it.
func toAnthropic(reader string, history []Turn) []anthropic.MessageParam {
	var out []anthropic.MessageParam
	ids := map[string]string{}
	for i, t := range history {
		var blocks []anthropic.ContentBlockParamUnion
		add := func(b anthropic.ContentBlockParamUnion) {
			blocks = append(blocks, b)
		}
		for _, r := range t.Reasoning {
			if t.By == reader {
				add(anthropic.NewThinkingBlock(r.Signature, r.Text))
			}
		}
		for _, r := range t.Results {
			add(anthropic.NewToolResultBlock(ids[r.Call], r.Text, r.Failed))
		}
		if strings.TrimSpace(t.Text) != "" {
			add(anthropic.NewTextBlock(t.Text))
		}
		for j, c := range t.Calls {
			ids[c.ID] = idFor(reader, history, i, j)
			add(anthropic.NewToolUseBlock(ids[c.ID], c.Args, c.Name))
		}
		switch {
		case len(blocks) == 0: // an answer with nothing in it
		case t.Role == "user":
			out = append(out, anthropic.NewUserMessage(blocks...))
		default:
			out = append(out, anthropic.NewAssistantMessage(blocks...))
		}
	}
	return out
}

// endregion: anthropic

// fromAnthropic stores an answer.
func fromAnthropic(m *anthropic.Message) Turn {
	t := Turn{Role: "assistant", By: string(m.Model)}
	for _, b := range m.Content {
		switch b.Type {
		case "thinking":
			t.Reasoning = append(t.Reasoning, Reasoning{Text: b.Thinking, Signature: b.Signature})
		case "text":
			t.Text += b.Text
		case "tool_use":
			t.Calls = append(t.Calls, Call{ID: b.ID, Name: b.Name, Args: b.Input})
		}
	}
	return t
}

func anthropicTools(tools []Tool) []anthropic.ToolUnionParam {
	var out []anthropic.ToolUnionParam
	for _, t := range tools {
		required := []string{}
		for _, r := range t.Schema["required"].([]any) {
			required = append(required, r.(string))
		}
		p := anthropic.ToolUnionParamOfTool(anthropic.ToolInputSchemaParam{
			Properties:  t.Schema["properties"],
			Required:    required,
			ExtraFields: map[string]any{"additionalProperties": false},
		}, t.Name)
		p.OfTool.Description = anthropic.String(t.Description)
		out = append(out, p)
	}
	return out
}
