package fault

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// messagesWire is Anthropic's Messages.
type messagesWire struct {
	server *Server
}

// samplingRemoved is the first API version that refuses temperature, top_p and top_k.
const samplingRemoved = "2026-10-21"

type messagesRequest struct {
	Model        string            `json:"model"`
	MaxTokens    int               `json:"max_tokens"`
	Stream       bool              `json:"stream"`
	System       json.RawMessage   `json:"system"`
	Messages     []anthropicTurn   `json:"messages"`
	Temperature  *float64          `json:"temperature"`
	TopP         *float64          `json:"top_p"`
	TopK         *int              `json:"top_k"`
	Tools        []json.RawMessage `json:"tools"`
	OutputConfig struct {
		Format struct {
			Schema map[string]any `json:"schema"`
		} `json:"format"`
	} `json:"output_config"`
	ToolChoice struct {
		Type string `json:"type"`
	} `json:"tool_choice"`
}

type anthropicTurn struct {
	Role    string          `json:"role"`
	Content json.RawMessage `json:"content"`
}

type anthropicBlock struct {
	Type      string          `json:"type"`
	Text      string          `json:"text"`
	ID        string          `json:"id"`
	ToolUseID string          `json:"tool_use_id"`
	Thinking  string          `json:"thinking"`
	Signature string          `json:"signature"`
	Content   json.RawMessage `json:"content"`

	message, index int // where the request has it
}

func (messagesWire) api() API { return Messages }

func itoa(i int) string { return strconv.Itoa(i) }

var toolUseID = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

func (w messagesWire) parse(r *http.Request, body []byte) (request, *apiError) {
	var in messagesRequest
	if err := json.Unmarshal(body, &in); err != nil {
		return request{}, invalid("", "The request body is not valid JSON: %v", err)
	}
	req := request{model: in.Model, stream: in.Stream, maxTokens: in.MaxTokens,
		schema: in.OutputConfig.Format.Schema}
	req.read(contentText(in.System))
	for _, raw := range in.Tools {
		var t struct {
			Name        string         `json:"name"`
			InputSchema map[string]any `json:"input_schema"`
		}
		if err := json.Unmarshal(raw, &t); err != nil {
			return req, invalid("", "tools: %v", err)
		}
		req.tools = append(req.tools, tool{t.Name, t.InputSchema})
	}
	version := r.Header.Get("anthropic-version")
	switch {
	case version == "":
		return req, invalid("", "anthropic-version: header is required")
	case in.Model == "":
		return req, invalid("", "model: Field required")
	case in.MaxTokens == 0:
		return req, invalid("", "max_tokens: Field required")
	case len(in.Messages) == 0:
		return req, invalid("", "messages: at least one message is required")
	}
	if version >= samplingRemoved {
		switch {
		case in.Temperature != nil:
			return req, unexpected("temperature")
		case in.TopP != nil:
			return req, unexpected("top_p")
		case in.TopK != nil:
			return req, unexpected("top_k")
		}
	}

	for _, m := range in.Messages {
		req.read(contentText(m.Content))
	}
	turns, e := mergeTurns(in.Messages)
	if e != nil {
		return req, e
	}
	var open []anthropicBlock // tool uses of the previous turn
	lastIsResult := false
	for _, m := range turns {
		answered := map[string]bool{}
		for _, b := range m.blocks {
			if e := w.checkBlock(b, open); e != nil {
				return req, e
			}
			answered[b.ToolUseID] = true
		}
		for _, use := range open {
			if !answered[use.ID] {
				return req, unansweredUse(use)
			}
		}
		open, lastIsResult = nil, false
		for _, b := range m.blocks {
			switch b.Type {
			case "tool_use":
				open = append(open, b)
			case "tool_result":
				lastIsResult = true
			}
		}
		if m.role == "user" && !lastIsResult {
			req.prompt = m.text
		}
	}
	if len(open) > 0 {
		return req, unansweredUse(open[0])
	}
	req.toolCall = len(req.tools) > 0 && !lastIsResult && in.ToolChoice.Type != "none"
	return req, nil
}

// A mergedTurn is all that one side says before the other side does.
type mergedTurn struct {
	role   string
	text   string // of its last message
	blocks []anthropicBlock
}

// mergeTurns combines consecutive turns of one role, as the API does. A system message belongs to the turn of the
// user that it must follow, and nothing but the assistant may come after it.
func mergeTurns(messages []anthropicTurn) ([]mergedTurn, *apiError) {
	var turns []mergedTurn
	before := "" // the role of the message before
	for i, m := range messages {
		switch {
		case m.Role == "system" && i == 0:
			return nil, invalid("", "messages.0: use the top-level 'system' parameter for the initial system prompt")
		case m.Role == "system" && before != "user", m.Role == "user" && before == "system":
			return nil, invalid("", "messages.%d: a 'system' message must follow a 'user' turn, and be the last or precede an 'assistant' turn", i)
		case m.Role != "user" && m.Role != "assistant" && m.Role != "system":
			return nil, invalid("", "messages: Unexpected role %q. Allowed roles are \"user\", \"assistant\" and \"system\".", m.Role)
		}
		text := contentText(m.Content)
		var blocks []anthropicBlock
		if json.Unmarshal(m.Content, &blocks) != nil {
			blocks = []anthropicBlock{{Type: "text", Text: text}}
		}
		for j := range blocks {
			blocks[j].message, blocks[j].index = i, j
		}
		if m.Role == before || m.Role == "system" {
			last := &turns[len(turns)-1]
			if m.Role != "system" {
				last.text = text
			}
			last.blocks = append(last.blocks, blocks...)
		} else {
			turns = append(turns, mergedTurn{m.Role, text, blocks})
		}
		before = m.Role
	}
	return turns, nil
}

func unansweredUse(use anthropicBlock) *apiError {
	return invalid("", "messages.%d: `tool_use` ids were found without `tool_result` blocks immediately after: %s. Each `tool_use` block must have a corresponding `tool_result` block in the next message.", use.message, use.ID)
}

func unexpected(name string) *apiError {
	return invalid("", "%s: Extra inputs are not permitted", name)
}

// checkBlock refuses a content block that another provider may have made.
func (w messagesWire) checkBlock(b anthropicBlock, open []anthropicBlock) *apiError {
	at := fmt.Sprintf("messages.%d.content.%d", b.message, b.index)
	switch b.Type {
	case "text":
		if strings.TrimSpace(b.Text) == "" {
			return invalid("", "messages: text content blocks must be non-empty")
		}
	case "tool_use":
		if !toolUseID.MatchString(b.ID) {
			return invalid("", "%s.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'", at)
		}
	case "tool_result":
		for _, use := range open {
			if use.ID == b.ToolUseID {
				return nil
			}
		}
		return invalid("", "%s: unexpected `tool_use_id` found in `tool_result` blocks: %s. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.", at, b.ToolUseID)
	case "thinking":
		if b.Signature == "" || w.server.sign(b.Thinking) != b.Signature {
			return invalid("", "%s: Invalid `signature` in `thinking` block", at)
		}
	case "image", "document", "redacted_thinking":
	default:
		return invalid("", "%s: Input tag '%s' found using 'type' does not match any of the expected tags", at, b.Type)
	}
	return nil
}

func (messagesWire) headers(h http.Header, requestID string, l limitState) {
	h.Set("Request-Id", requestID)
	h.Set("Anthropic-Organization-Id", "00000000-0000-4000-8000-000000000000")
	if l.requests == 0 {
		return
	}
	reset := time.Now().Add(l.reset).UTC().Format(time.RFC3339)
	set := func(what string, limit, left int) {
		h.Set("Anthropic-Ratelimit-"+what+"-Limit", fmt.Sprint(limit))
		h.Set("Anthropic-Ratelimit-"+what+"-Remaining", fmt.Sprint(left))
		h.Set("Anthropic-Ratelimit-"+what+"-Reset", reset)
	}
	set("Requests", l.requests, l.requestsLeft)
	set("Tokens", l.tokens, l.tokensLeft)
	set("Input-Tokens", l.tokens, l.tokensLeft)
}

// anthropicTypes are the error types by status.
var anthropicTypes = map[int]string{
	400: "invalid_request_error", 401: "authentication_error", 402: "billing_error", 403: "permission_error",
	404: "not_found_error", 409: "conflict_error", 413: "request_too_large", 429: "rate_limit_error",
	500: "api_error", 504: "timeout_error", 529: "overloaded_error",
}

var anthropicMessages = map[int]string{
	401: "invalid x-api-key",
	402: "Your credit balance is too low to access the API.",
	403: "Your API key does not have permission to use the specified resource.",
	409: "The request conflicts with the current state of the resource.",
	413: "Request exceeds the maximum allowed number of bytes.",
	429: "This request would exceed your organization's rate limit. Please reduce your rate of requests and try again later.",
	504: "The request timed out while processing.",
	529: "Overloaded",
}

func (messagesWire) errorFor(f Fault, model string) apiError {
	e := apiError{status: f.status, message: f.message, details: f.details}
	if e.status == 0 {
		e.status = 529
	}
	e.typ = anthropicTypes[e.status]
	if e.typ == "" {
		e.typ = "api_error"
	}
	if e.message == "" {
		e.message = anthropicMessages[e.status]
	}
	if e.message == "" && e.status == 404 {
		e.message = "model: " + model
	}
	if e.message == "" {
		e.message = "Internal server error"
	}
	return e
}

func (messagesWire) errorBody(e apiError, requestID string) any {
	err := object{"type": e.typ, "message": e.message}
	if e.details != "" {
		err["details"] = object{"error_code": e.details}
	}
	return object{"type": "error", "error": err, "request_id": requestID}
}

func (g *generation) anthropicStop() string {
	switch g.stop {
	case stopLength:
		return "max_tokens"
	case stopTools:
		return "tool_use"
	case stopRefusal, stopFilter:
		return "refusal"
	case stopOther:
		return g.fault.stopReason
	}
	return "end_turn"
}

func (g *generation) stopDetails() any {
	if g.stop == stopRefusal || g.stop == stopFilter {
		return object{"type": "refusal", "category": nil, "explanation": nil}
	}
	return nil
}

func (g *generation) anthropicUsage(output int) object {
	return object{"input_tokens": g.req.inputTokens - g.req.cachedTokens, "output_tokens": output, "cache_creation_input_tokens": 0,
		"cache_read_input_tokens": g.req.cachedTokens, "service_tier": "standard"}
}

func (messagesWire) answer(g *generation) any {
	content := []any{}
	if t := g.text(inThinking); t != "" {
		content = append(content, object{"type": "thinking", "thinking": t, "signature": g.thinkingSignature})
	}
	if t := g.text(inText); t != "" {
		content = append(content, object{"type": "text", "text": t, "citations": nil})
	}
	for i := range g.reply.ToolCalls {
		var input any = json.RawMessage(g.text(i))
		if !json.Valid([]byte(g.text(i))) {
			input = object{} // whole answers hold parsed input, so broken JSON cannot be shown
		}
		content = append(content, object{"type": "tool_use", "id": g.toolCallID(i), "name": g.reply.ToolCalls[i].Name, "input": input})
	}
	return object{"id": g.call.id("msg_"), "type": "message", "role": "assistant", "model": g.req.model, "content": content,
		"stop_reason": g.anthropicStop(), "stop_sequence": nil, "stop_details": g.stopDetails(), "usage": g.anthropicUsage(g.outputTokens())}
}

func (messagesWire) encoder(g *generation) encoder {
	return &messagesEncoder{g: g, index: -1, part: -9}
}

type messagesEncoder struct {
	g     *generation
	index int // of the open content block, -1 before the first
	part  int // that it holds
}

func (e *messagesEncoder) begin() []frame {
	return []frame{
		{"message_start", object{"type": "message_start", "message": object{"id": e.g.call.id("msg_"), "type": "message",
			"role": "assistant", "model": e.g.req.model, "content": []any{}, "stop_reason": nil, "stop_sequence": nil,
			"stop_details": nil, "usage": e.g.anthropicUsage(1)}}},
		{"ping", object{"type": "ping"}},
	}
}

func (e *messagesEncoder) closeBlock() []frame {
	if e.index < 0 {
		return nil
	}
	var out []frame
	if e.part == inThinking {
		out = append(out, e.delta(object{"type": "signature_delta", "signature": e.g.thinkingSignature}))
	}
	return append(out, frame{"content_block_stop", object{"type": "content_block_stop", "index": e.index}})
}

func (e *messagesEncoder) delta(d object) frame {
	return frame{"content_block_delta", object{"type": "content_block_delta", "index": e.index, "delta": d}}
}

func (e *messagesEncoder) token(t token) []frame {
	var out []frame
	if t.tool != e.part {
		out = e.closeBlock()
		e.index++
		e.part = t.tool
		var block object
		switch t.tool {
		case inThinking:
			block = object{"type": "thinking", "thinking": "", "signature": ""}
		case inText:
			block = object{"type": "text", "text": ""}
		default:
			block = object{"type": "tool_use", "id": e.g.toolCallID(t.tool), "name": e.g.reply.ToolCalls[t.tool].Name, "input": object{}}
		}
		out = append(out, frame{"content_block_start", object{"type": "content_block_start", "index": e.index, "content_block": block}})
	}
	switch t.tool {
	case inThinking:
		return append(out, e.delta(object{"type": "thinking_delta", "thinking": t.text}))
	case inText:
		return append(out, e.delta(object{"type": "text_delta", "text": t.text}))
	}
	return append(out, e.delta(object{"type": "input_json_delta", "partial_json": t.text}))
}

func (e *messagesEncoder) end() []frame {
	return append(e.closeBlock(),
		frame{"message_delta", object{"type": "message_delta", "usage": e.g.anthropicUsage(e.g.outputTokens()),
			"delta": object{"stop_reason": e.g.anthropicStop(), "stop_sequence": nil, "stop_details": e.g.stopDetails()}}},
		frame{"message_stop", object{"type": "message_stop"}})
}

func (e *messagesEncoder) fail(err apiError, requestID string) []frame {
	return []frame{{"error", messagesWire{}.errorBody(err, requestID)}}
}
