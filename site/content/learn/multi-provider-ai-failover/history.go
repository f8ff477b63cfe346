package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

// region: history

// A Turn is one step of a conversation, stored in no provider's format.
type Turn struct {
	Role      string      `json:"role"` // user or assistant
	By        string      `json:"by"`   // the model that wrote it
	Text      string      `json:"text"`
	Reasoning []Reasoning `json:"reasoning"`
	Calls     []Call      `json:"calls"`   // of tools, by the assistant
	Results   []Result    `json:"results"` // of the last turn's calls
}

// Reasoning is opaque: only the model that signed it can take it back.
type Reasoning struct{ Text, Signature string }

// A Call asks for a tool. Its ID is whatever the provider made up.
type Call struct {
	ID   string          `json:"id"`
	Name string          `json:"name"`
	Args json.RawMessage `json:"args"`
}

// A Result answers the call with the ID.
type Result struct {
	Call, Text string
	Failed     bool
}

// endregion: history

// A Conversation is what a service has stored.
type Conversation struct {
	System string `json:"system"`
	Tools  []Tool `json:"tools"`
	Turns  []Turn `json:"turns"`
}

// A Tool is a function that the model may call.
type Tool struct {
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Schema      map[string]any `json:"schema"`
}

//go:embed testdata/conversation.json
var stored []byte

func load() (c Conversation, err error) {
	err = json.Unmarshal(stored, &c)
	return c, err
}

// region: ids

// idFor returns the ID under which a reader sees a call: the writer's own
// ID if the reader wrote the turn, else one that every provider accepts. It
// depends on the place in the history alone, so later requests repeat it.
func idFor(reader string, history []Turn, turn, call int) string {
	if t := history[turn]; t.By == reader {
		return t.Calls[call].ID
	}
	return fmt.Sprintf("turn%d_call%d", turn, call)
}

// endregion: ids

// A tally counts what a translation has changed.
type tally struct{ messages, rewritten, withheld, kept int }

// tallyOf counts for a reader, who may be of a kind that takes its own reasoning back.
func tallyOf(reader string, takesReasoning bool, history []Turn, messages int) tally {
	n := tally{messages: messages}
	for i, t := range history {
		for j, c := range t.Calls {
			if idFor(reader, history, i, j) != c.ID {
				n.rewritten++
			}
		}
		if t.By == reader && takesReasoning {
			n.kept += len(t.Reasoning)
		} else {
			n.withheld += len(t.Reasoning)
		}
	}
	return n
}

func (n tally) String() string {
	return fmt.Sprintf("%d messages, %d ids rewritten, reasoning %d kept and %d withheld",
		n.messages, n.rewritten, n.kept, n.withheld)
}
