package fault

import (
	"encoding/json"
	"net/http"
	"slices"
)

// responsesWire is OpenAI's Responses.
type responsesWire struct{}

type responsesRequest struct {
	Model           string          `json:"model"`
	Stream          bool            `json:"stream"`
	Instructions    string          `json:"instructions"`
	Input           json.RawMessage `json:"input"`
	MaxOutputTokens int             `json:"max_output_tokens"`
	ToolChoice      any             `json:"tool_choice"`
	Tools           []struct {
		Type       string         `json:"type"`
		Name       string         `json:"name"`
		Parameters map[string]any `json:"parameters"`
	} `json:"tools"`
	Text struct {
		Format struct {
			Type   string         `json:"type"`
			Schema map[string]any `json:"schema"`
		} `json:"format"`
	} `json:"text"`
}

type responsesItem struct {
	Type    string          `json:"type"`
	Role    string          `json:"role"`
	Content json.RawMessage `json:"content"`
	CallID  string          `json:"call_id"`
	Output  json.RawMessage `json:"output"`
}

func (responsesWire) api() API { return Responses }

func (responsesWire) headers(h http.Header, requestID string, l limitState) {
	openAIHeaders(h, requestID, l)
}

func (responsesWire) errorFor(f Fault, model string) apiError { return openAIError(f, model) }

func (responsesWire) errorBody(e apiError, _ string) any {
	return object{"error": openAIErrorObject(e)}
}

func (responsesWire) parse(_ *http.Request, body []byte) (request, *apiError) {
	var in responsesRequest
	if err := json.Unmarshal(body, &in); err != nil {
		return request{}, invalid("", "We could not parse the JSON body of your request: %v", err)
	}
	req := request{model: in.Model, stream: in.Stream, maxTokens: in.MaxOutputTokens, schema: in.Text.Format.Schema,
		jsonMode: in.Text.Format.Type == "json_object"}
	req.read(in.Instructions)
	for _, t := range in.Tools {
		if t.Type == "function" {
			req.tools = append(req.tools, tool{t.Name, t.Parameters})
		}
	}
	if in.Model == "" {
		return req, invalid("model", "Missing required parameter: 'model'.")
	}
	if len(in.Input) == 0 {
		return req, invalid("input", "Missing required parameter: 'input'.")
	}
	var text string
	if json.Unmarshal(in.Input, &text) == nil {
		req.prompt = text
		req.read(text)
		req.toolCall = len(req.tools) > 0 && in.ToolChoice != "none"
		return req, nil
	}
	var items []responsesItem
	if err := json.Unmarshal(in.Input, &items); err != nil {
		return req, invalid("input", "Invalid type for 'input': expected a string or an array of input items.")
	}
	var open []string // function calls that wait for their output
	lastIsOutput := false
	for _, it := range items {
		text := contentText(it.Content) + contentText(it.Output)
		req.read(text)
		lastIsOutput = it.Type == "function_call_output"
		switch {
		case it.Type == "function_call":
			open = append(open, it.CallID)
		case lastIsOutput && !slices.Contains(open, it.CallID):
			return req, invalid("input", "No tool call found for function call output with call_id %s.", it.CallID)
		case lastIsOutput:
			open = slices.DeleteFunc(open, func(id string) bool { return id == it.CallID })
		case it.Role == "user":
			req.prompt = text
		}
	}
	if len(open) > 0 {
		return req, invalid("input", "No tool output found for function call %s.", open[0])
	}
	req.toolCall = len(req.tools) > 0 && !lastIsOutput && in.ToolChoice != "none"
	return req, nil
}

// response builds the response object with what has been sent so far.
func (g *generation) response(status string) object {
	out := object{"id": g.call.id("resp_"), "object": "response", "created_at": g.created, "status": status, "model": g.req.model,
		"error": nil, "incomplete_details": nil, "instructions": nil, "metadata": object{}, "output": []any{},
		"parallel_tool_calls": true, "temperature": 1, "tool_choice": "auto", "tools": []any{}, "top_p": 1}
	if status == "in_progress" {
		return out
	}
	out["output"] = g.outputItems()
	n := g.outputTokens()
	out["usage"] = object{"input_tokens": g.req.inputTokens, "output_tokens": n, "total_tokens": g.req.inputTokens + n,
		"input_tokens_details": object{"cached_tokens": g.req.cachedTokens}, "output_tokens_details": object{"reasoning_tokens": 0}}
	switch g.stop {
	case stopLength:
		out["incomplete_details"] = object{"reason": "max_output_tokens"}
	case stopFilter:
		out["incomplete_details"] = object{"reason": "content_filter"}
	case stopOther:
		out["incomplete_details"] = object{"reason": g.fault.stopReason}
	case stopFailed:
		out["output"] = []any{}
		out["error"] = object{"code": "server_error", "message": "The model failed to generate a response."}
	}
	return out
}

func (g *generation) responseStatus() string {
	switch g.stop {
	case stopLength, stopFilter, stopOther:
		return "incomplete"
	case stopFailed:
		return "failed"
	}
	return "completed"
}

func (g *generation) contentPart() object {
	if g.refusal != "" {
		return object{"type": "refusal", "refusal": g.refusal}
	}
	return object{"type": "output_text", "text": g.text(inText), "annotations": []any{}, "logprobs": []any{}}
}

func (g *generation) messageItem(status string, content []any) object {
	return object{"type": "message", "id": g.call.id("msg_"), "status": status, "role": "assistant", "content": content}
}

func (g *generation) functionItem(i int, status, arguments string) object {
	return object{"type": "function_call", "id": g.call.id("fc_" + itoa(i)), "call_id": g.toolCallID(i),
		"name": g.reply.ToolCalls[i].Name, "arguments": arguments, "status": status}
}

func (g *generation) outputItems() []any {
	items := []any{}
	if g.text(inText) != "" || g.refusal != "" {
		status := "completed"
		if g.responseStatus() == "incomplete" {
			status = "incomplete"
		}
		items = append(items, g.messageItem(status, []any{g.contentPart()}))
	}
	for i := range g.reply.ToolCalls {
		items = append(items, g.functionItem(i, "completed", g.text(i)))
	}
	return items
}

func (responsesWire) answer(g *generation) any { return g.response(g.responseStatus()) }

func (responsesWire) encoder(g *generation) encoder {
	return &responsesEncoder{g: g, index: -1, part: -9}
}

type responsesEncoder struct {
	g     *generation
	seq   int
	index int // of the open output item, -1 before the first
	part  int // that it holds
}

func (e *responsesEncoder) event(name string, data object) frame {
	data["type"], data["sequence_number"] = name, e.seq
	e.seq++
	return frame{name, data}
}

func (e *responsesEncoder) begin() []frame {
	return []frame{
		e.event("response.created", object{"response": e.g.response("in_progress")}),
		e.event("response.in_progress", object{"response": e.g.response("in_progress")}),
	}
}

func (e *responsesEncoder) open(part int) []frame {
	out := e.closeItem()
	e.index++
	e.part = part
	if part >= 0 {
		return append(out, e.event("response.output_item.added", object{"output_index": e.index, "item": e.g.functionItem(part, "in_progress", "")}))
	}
	empty := object{"type": "output_text", "text": "", "annotations": []any{}}
	if e.g.refusal != "" {
		empty = object{"type": "refusal", "refusal": ""}
	}
	return append(out,
		e.event("response.output_item.added", object{"output_index": e.index, "item": e.g.messageItem("in_progress", []any{})}),
		e.event("response.content_part.added", e.inItem(object{"part": empty})))
}

// inItem adds where an event belongs.
func (e *responsesEncoder) inItem(data object) object {
	data["output_index"], data["content_index"], data["item_id"] = e.index, 0, e.g.call.id("msg_")
	return data
}

func (e *responsesEncoder) inFunction(data object) object {
	data["output_index"], data["item_id"] = e.index, e.g.call.id("fc_"+itoa(e.part))
	return data
}

func (e *responsesEncoder) closeItem() []frame {
	if e.index < 0 {
		return nil
	}
	g := e.g
	if e.part >= 0 {
		return []frame{
			e.event("response.function_call_arguments.done", e.inFunction(object{"arguments": g.text(e.part), "name": g.reply.ToolCalls[e.part].Name})),
			e.event("response.output_item.done", object{"output_index": e.index, "item": g.functionItem(e.part, "completed", g.text(e.part))}),
		}
	}
	done := e.event("response.output_text.done", e.inItem(object{"text": g.text(inText), "logprobs": []any{}}))
	if g.refusal != "" {
		e.seq--
		done = e.event("response.refusal.done", e.inItem(object{"refusal": g.refusal}))
	}
	return []frame{
		done,
		e.event("response.content_part.done", e.inItem(object{"part": g.contentPart()})),
		e.event("response.output_item.done", object{"output_index": e.index, "item": g.messageItem("completed", []any{g.contentPart()})}),
	}
}

func (e *responsesEncoder) token(t token) []frame {
	if t.tool == inThinking {
		return nil // its reasoning is not shown
	}
	var out []frame
	if t.tool != e.part {
		out = e.open(t.tool)
	}
	if t.tool >= 0 {
		return append(out, e.event("response.function_call_arguments.delta", e.inFunction(object{"delta": t.text})))
	}
	return append(out, e.event("response.output_text.delta", e.inItem(object{"delta": t.text, "logprobs": []any{}})))
}

func (e *responsesEncoder) end() []frame {
	var out []frame
	if e.g.refusal != "" {
		out = append(e.open(inText), e.event("response.refusal.delta", e.inItem(object{"delta": e.g.refusal})))
	}
	out = append(out, e.closeItem()...)
	status := e.g.responseStatus()
	return append(out, e.event("response."+status, object{"response": e.g.response(status)}))
}

func (e *responsesEncoder) fail(err apiError, _ string) []frame {
	return []frame{e.event("error", object{"code": orNull(err.code), "message": err.message, "param": nil})}
}
