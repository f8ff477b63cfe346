package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

type object = map[string]any

// A repair mends one thing that provider B refuses.
type repair struct {
	name string
	do   func(body object)
}

// repairs are in the order in which B's refusals ask for them.
var repairs = []repair{
	{"without temperature", func(body object) { delete(body, "temperature") }},
	{"without A's reasoning", func(body object) { dropBlocks(body, func(b object) bool { return b["type"] == "thinking" }) }},
	{"without empty text", func(body object) {
		dropBlocks(body, func(b object) bool { return b["type"] == "text" && b["text"] == "" })
	}},
	{"with portable call ids", rewriteIDs},
}

func dropBlocks(body object, drop func(object) bool) {
	for _, m := range body["messages"].([]object) {
		if blocks, ok := m["content"].([]object); ok {
			kept := []object{}
			for _, b := range blocks {
				if !drop(b) {
					kept = append(kept, b)
				}
			}
			m["content"] = kept
		}
	}
}

func rewriteIDs(body object) {
	for _, m := range body["messages"].([]object) {
		blocks, _ := m["content"].([]object)
		for _, b := range blocks {
			for _, field := range []string{"id", "tool_use_id"} {
				if id, ok := b[field].(string); ok {
					b[field] = strings.NewReplacer(".", "_", ":", "_").Replace(id)
				}
			}
		}
	}
}

// copied is the request that a field-by-field copy of A's makes.
func copied(c Conversation) object {
	var messages []object
	for _, t := range c.Turns {
		blocks := []object{}
		for _, r := range t.Reasoning {
			blocks = append(blocks, object{"type": "thinking", "thinking": r.Text, "signature": r.Signature})
		}
		for _, r := range t.Results {
			blocks = append(blocks, object{"type": "tool_result", "tool_use_id": r.Call, "content": r.Text})
		}
		if len(t.Results) == 0 {
			blocks = append(blocks, object{"type": "text", "text": t.Text})
		}
		for _, call := range t.Calls {
			blocks = append(blocks, object{"type": "tool_use", "id": call.ID, "name": call.Name, "input": call.Args})
		}
		messages = append(messages, object{"role": t.Role, "content": blocks})
	}
	return object{"model": "model-b", "max_tokens": 300, "temperature": 0.2, "system": c.System, "messages": messages}
}

// printCopy sends the copied request to B, and mends what B refuses until it answers.
func printCopy(w io.Writer) error {
	return virtual.Run(func(env *virtual.Env) error {
		b := env.Start(fault.Config{Name: "b", Seed: 1})
		c, err := load()
		if err != nil {
			return err
		}
		body := copied(c)
		fmt.Fprintf(w, "%-24s%s\n", "A's request", "B answers")
		name := "copied"
		for i := 0; ; i++ {
			answer, err := post(env, b.URL, body)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "%-24s%s\n", name, answer)
			if i == len(repairs) {
				return nil
			}
			repairs[i].do(body)
			name = repairs[i].name
		}
	})
}

// post sends a raw request: the SDK's types would not let us make these mistakes.
func post(env *virtual.Env, url string, body object) (string, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(env.Context, "POST", url+"/v1/messages", bytes.NewReader(data))
	if err != nil {
		return "", err
	}
	req.Header.Set("X-Api-Key", "any")
	req.Header.Set("Anthropic-Version", "2026-10-21")
	resp, err := env.Client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var answer struct {
		StopReason string `json:"stop_reason"`
		Error      struct{ Message string }
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return "", err
	}
	if resp.StatusCode == http.StatusOK {
		return "200 " + answer.StopReason, nil
	}
	return fmt.Sprintf("%d %s", resp.StatusCode, shorten(answer.Error.Message, 55)), nil
}

func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.TrimRight(s[:n-3], " ,.") + "..."
}
