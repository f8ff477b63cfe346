package fault

import (
	"encoding/json"
	"net/http"
	"strings"
)

// chatWire is OpenAI's Chat Completions.
type chatWire struct{}

type chatRequest struct {
	Model               string        `json:"model"`
	Stream              bool          `json:"stream"`
	MaxTokens           int           `json:"max_tokens"`
	MaxCompletionTokens int           `json:"max_completion_tokens"`
	Messages            []chatMessage `json:"messages"`
	StreamOptions       struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
	Tools []struct {
		Function struct {
			Name       string         `json:"name"`
			Parameters map[string]any `json:"parameters"`
		} `json:"function"`
	} `json:"tools"`
	ToolChoice     any `json:"tool_choice"`
	ResponseFormat struct {
		Type       string `json:"type"`
		JSONSchema struct {
			Schema map[string]any `json:"schema"`
		} `json:"json_schema"`
	} `json:"response_format"`
}

type chatMessage struct {
	Role       string          `json:"role"`
	Content    json.RawMessage `json:"content"`
	ToolCallID string          `json:"tool_call_id"`
	ToolCalls  []struct {
		ID string `json:"id"`
	} `json:"tool_calls"`
}

func (chatWire) api() API { return Chat }

func (chatWire) headers(h http.Header, requestID string, l limitState) {
	openAIHeaders(h, requestID, l)
}

func (chatWire) errorFor(f Fault, model string) apiError { return openAIError(f, model) }

func (chatWire) errorBody(e apiError, _ string) any { return object{"error": openAIErrorObject(e)} }

func (chatWire) parse(_ *http.Request, body []byte) (request, *apiError) {
	var in chatRequest
	if err := json.Unmarshal(body, &in); err != nil {
		return request{}, invalid("", "We could not parse the JSON body of your request: %v", err)
	}
	req := request{model: in.Model, stream: in.Stream, includeUsage: in.StreamOptions.IncludeUsage,
		maxTokens: max(in.MaxTokens, in.MaxCompletionTokens),
		schema:    in.ResponseFormat.JSONSchema.Schema, jsonMode: in.ResponseFormat.Type == "json_object"}
	for _, t := range in.Tools {
		req.tools = append(req.tools, tool{t.Function.Name, t.Function.Parameters})
	}
	if in.Model == "" {
		return req, invalid("model", "you must provide a model parameter")
	}
	if len(in.Messages) == 0 {
		return req, invalid("messages", "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.")
	}
	open := map[string]bool{} // tool calls that wait for their result
	for i, m := range in.Messages {
		text := contentText(m.Content)
		req.read(text)
		if len(open) > 0 && m.Role != "tool" {
			return req, unanswered(i)
		}
		switch m.Role {
		case "user":
			req.prompt = text
		case "assistant":
			for _, c := range m.ToolCalls {
				open[c.ID] = true
			}
		case "tool":
			if !open[m.ToolCallID] {
				return req, invalid("messages.["+itoa(i)+"].role", "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.")
			}
			delete(open, m.ToolCallID)
		case "system", "developer":
		default:
			return req, invalid("messages["+itoa(i)+"].role", "Invalid value: '%s'. Supported values are: 'system', 'assistant', 'user', 'tool', and 'developer'.", m.Role)
		}
	}
	if len(open) > 0 {
		return req, unanswered(len(in.Messages))
	}
	last := in.Messages[len(in.Messages)-1].Role
	req.toolCall = len(req.tools) > 0 && last != "tool" && in.ToolChoice != "none"
	return req, nil
}

func unanswered(i int) *apiError {
	return invalid("messages.["+itoa(i)+"].role", "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.")
}

// contentText returns the text of a message's content, a string or a list of parts.
func contentText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var parts []struct {
		Text    string          `json:"text"`
		Content json.RawMessage `json:"content"` // of a tool result
	}
	if json.Unmarshal(raw, &parts) != nil {
		return ""
	}
	var texts []string
	for _, p := range parts {
		texts = append(texts, p.Text+contentText(p.Content))
	}
	return strings.Join(texts, "\n")
}

func (g *generation) chatFinish() string {
	switch g.stop {
	case stopLength:
		return "length"
	case stopTools:
		return "tool_calls"
	case stopFilter:
		return "content_filter"
	case stopOther:
		return g.fault.stopReason
	}
	return "stop"
}

func (g *generation) chatUsage() object {
	out := g.outputTokens()
	return object{"prompt_tokens": g.req.inputTokens, "completion_tokens": out, "total_tokens": g.req.inputTokens + out,
		"prompt_tokens_details": object{"cached_tokens": g.req.cachedTokens}}
}

func (g *generation) toolCallID(i int) string {
	if id := g.reply.ToolCalls[i].ID; id != "" {
		return id
	}
	switch g.call.API {
	case Messages:
		return g.call.id("toolu_" + itoa(i))
	}
	return g.call.id("call_" + itoa(i))
}

func (chatWire) answer(g *generation) any {
	msg := object{"role": "assistant", "content": g.text(inText), "refusal": nil, "annotations": []any{}}
	if g.stop == stopRefusal {
		msg["content"], msg["refusal"] = nil, g.refusal
	}
	if n := len(g.reply.ToolCalls); n > 0 {
		calls := []any{}
		for i := range n {
			calls = append(calls, object{"id": g.toolCallID(i), "type": "function",
				"function": object{"name": g.reply.ToolCalls[i].Name, "arguments": g.text(i)}})
		}
		msg["tool_calls"] = calls
		if msg["content"] == "" {
			msg["content"] = nil
		}
	}
	return object{"id": g.call.id("chatcmpl-"), "object": "chat.completion", "created": g.created, "model": g.req.model,
		"choices": []any{object{"index": 0, "message": msg, "logprobs": nil, "finish_reason": g.chatFinish()}},
		"usage":   g.chatUsage(), "service_tier": "default", "system_fingerprint": "fp_faultprovider"}
}

func (chatWire) encoder(g *generation) encoder { return &chatEncoder{g: g, tool: inText} }

type chatEncoder struct {
	g    *generation
	tool int // the part of the latest token
}

func (e *chatEncoder) chunk(delta object, finish any) frame {
	return frame{data: object{"id": e.g.call.id("chatcmpl-"), "object": "chat.completion.chunk", "created": e.g.created,
		"model": e.g.req.model, "service_tier": "default", "system_fingerprint": "fp_faultprovider",
		"choices": []any{object{"index": 0, "delta": delta, "logprobs": nil, "finish_reason": finish}}}}
}

// OpenAI sends its first event with the first token, so that there is nothing to begin with.
func (e *chatEncoder) begin() []frame { return nil }

func (e *chatEncoder) role() []frame {
	if len(e.g.sent) <= 1 {
		return []frame{e.chunk(object{"role": "assistant", "content": "", "refusal": nil}, nil)}
	}
	return nil
}

func (e *chatEncoder) token(t token) []frame {
	out := e.role()
	switch {
	case t.tool == inThinking:
		return out // Chat Completions does not show it
	case t.tool == inText:
		return append(out, e.chunk(object{"content": t.text}, nil))
	}
	call := object{"index": t.tool, "function": object{"arguments": t.text}}
	if t.tool != e.tool {
		e.tool = t.tool
		call["id"], call["type"] = e.g.toolCallID(t.tool), "function"
		call["function"] = object{"name": e.g.reply.ToolCalls[t.tool].Name, "arguments": t.text}
	}
	return append(out, e.chunk(object{"tool_calls": []any{call}}, nil))
}

func (e *chatEncoder) end() []frame {
	var out []frame
	if len(e.g.sent) == 0 {
		out = e.role()
	}
	if e.g.refusal != "" {
		out = append(out, e.chunk(object{"refusal": e.g.refusal}, nil))
	}
	out = append(out, e.chunk(object{}, e.g.chatFinish()))
	if e.g.req.includeUsage {
		f := e.chunk(nil, nil)
		f.data.(object)["choices"] = []any{}
		f.data.(object)["usage"] = e.g.chatUsage()
		out = append(out, f)
	}
	return append(out, frame{data: rawData("[DONE]")})
}

func (e *chatEncoder) fail(err apiError, _ string) []frame {
	return []frame{{data: object{"error": openAIErrorObject(err)}}}
}
