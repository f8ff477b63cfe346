package fault

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// A Reply is the content of a good answer.
type Reply struct {
	Text      string
	Thinking  string // Anthropic: a signed thinking block before the text
	ToolCalls []ToolCall
}

// A ToolCall is a call of a tool in an answer. An ID that is empty is made up in the provider's form.
type ToolCall struct {
	ID        string
	Name      string
	Arguments string // a JSON object
}

const defaultText = "This is a complete answer from the local provider, one word for each token."

// A token is a unit of generation: a piece of the text or of a tool call's arguments.
// For simplicity a word, with the space before it, is a token; so it is in a prompt.
type token struct {
	text string
	tool int // which tool call it is part of; -1: the text; -2: the thinking
}

const (
	inText     = -1
	inThinking = -2
)

// reply decides what a call would be answered if all went well.
func (s *Server) reply(c Call, req request) Reply {
	if s.cfg.Reply != nil {
		return s.cfg.Reply(c)
	}
	switch {
	case req.toolCall:
		t := req.tools[0]
		return Reply{ToolCalls: []ToolCall{{Name: t.name, Arguments: spaced(example(t.schema))}}}
	case req.schema != nil:
		return Reply{Text: spaced(example(req.schema))}
	case s.cfg.Text != "":
		return Reply{Text: s.cfg.Text}
	case req.jsonMode:
		return Reply{Text: `{"answer": "a complete answer", "confidence": 1}`}
	}
	return Reply{Text: defaultText}
}

// spoil makes a good reply the bad one that the fault asks for.
func spoil(r Reply, f Fault, req request) Reply {
	switch f.kind {
	case kindRefusal:
		return Reply{}
	case kindEmpty:
		return Reply{}
	case kindBadJSON:
		text := r.Text
		if !strings.HasPrefix(text, "{") {
			text = `{"answer": "a complete answer", "confidence": 1}`
		}
		r.Text = text[:len(text)*2/3]
		for i := range r.ToolCalls {
			a := r.ToolCalls[i].Arguments
			r.ToolCalls[i].Arguments = a[:len(a)*2/3]
		}
	case kindSchema:
		r.Text = violate(r.Text, req.schema)
		for i := range r.ToolCalls {
			if i < len(req.tools) {
				r.ToolCalls[i].Arguments = violate(r.ToolCalls[i].Arguments, req.tools[i].schema)
			}
		}
	}
	return r
}

// violate removes the first required property of the schema from a JSON object.
func violate(text string, schema map[string]any) string {
	var v map[string]any
	if json.Unmarshal([]byte(text), &v) != nil {
		return `{"unexpected": true}`
	}
	required, _ := schema["required"].([]any)
	if len(required) > 0 {
		delete(v, required[0].(string))
	}
	v["unexpected"] = true
	return spaced(v)
}

// spaced encodes a value as JSON on one line with spaces in it, so that it has several tokens.
func spaced(v any) string {
	data, err := json.MarshalIndent(v, "", "")
	if err != nil {
		panic(err) // it was decoded from JSON
	}
	return strings.ReplaceAll(string(data), "\n", " ") // strings in JSON have no raw newlines
}

// example returns a value that matches a JSON schema of the plain kind that providers accept.
func example(schema map[string]any) any {
	if e, ok := schema["enum"].([]any); ok && len(e) > 0 {
		return e[0]
	}
	if c, ok := schema["const"]; ok {
		return c
	}
	typ, _ := schema["type"].(string)
	if list, ok := schema["type"].([]any); ok && len(list) > 0 {
		typ, _ = list[0].(string)
	}
	switch typ {
	case "string":
		return "text"
	case "integer", "number":
		return 1
	case "boolean":
		return true
	case "null":
		return nil
	case "array":
		items, _ := schema["items"].(map[string]any)
		return []any{example(items)}
	}
	out := map[string]any{}
	props, _ := schema["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(props)) {
		p, _ := props[name].(map[string]any)
		out[name] = example(p)
	}
	return out
}

// words cuts a text into words, each with the space before it.
func words(text string, tool int) []token {
	var out []token
	start, inWord := 0, false
	for i, r := range text {
		space := r == ' ' || r == '\n' || r == '\t'
		if space && inWord {
			out = append(out, token{text[start:i], tool})
			start = i
		}
		inWord = !space
	}
	switch {
	case inWord:
		out = append(out, token{text[start:], tool})
	case len(out) > 0:
		out[len(out)-1].text += text[start:]
	}
	return out
}

// read adds a text to the prompt.
func (r *request) read(text string) {
	r.inputTokens += countTokens(text)
	r.text += text + "\n"
}

func countTokens(texts ...string) int {
	n := 0
	for _, t := range texts {
		n += len(strings.Fields(t))
	}
	return n
}

func hash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))[:24]
}
