package main

import (
	"context"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/shared"
)

// region: model

// A Request is what the product needs, in no provider's words.
type Request struct {
	System    string
	History   []Turn
	Tools     []Tool
	Schema    map[string]any // of the answer; nil: free text
	MaxTokens int64
}

// An Answer is what came back, and whether it is whole.
type Answer struct {
	Turn Turn
	Stop string // done, tools, length or the provider's own word
}

// A Model is one model of one provider.
type Model interface {
	Complete(context.Context, Request) (Answer, error)
}

// endregion: model

type anthropicModel struct {
	client anthropic.Client
	name   string
}

func (m anthropicModel) Complete(ctx context.Context, r Request) (Answer, error) {
	p := anthropic.MessageNewParams{
		Model: anthropic.Model(m.name), MaxTokens: r.MaxTokens, Messages: toAnthropic(m.name, r.History),
		System: []anthropic.TextBlockParam{{Text: r.System}}, Tools: anthropicTools(r.Tools),
	}
	if r.Schema != nil {
		p.OutputConfig.Format.Schema = r.Schema
	}
	answer, err := m.client.Messages.New(ctx, p)
	if err != nil {
		return Answer{}, err
	}
	return Answer{fromAnthropic(answer), stopWord(string(answer.StopReason))}, nil
}

type openAIModel struct {
	client openai.Client
	name   string
}

func (m openAIModel) Complete(ctx context.Context, r Request) (Answer, error) {
	p := openai.ChatCompletionNewParams{
		Model: m.name, Messages: toOpenAI(m.name, r.System, r.History), Tools: openAITools(r.Tools),
		MaxCompletionTokens: openai.Int(r.MaxTokens),
	}
	if r.Schema != nil {
		p.ResponseFormat.OfJSONSchema = &shared.ResponseFormatJSONSchemaParam{
			JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{
				Name: "answer", Schema: r.Schema, Strict: openai.Bool(true)}}
	}
	answer, err := m.client.Chat.Completions.New(ctx, p)
	if err != nil {
		return Answer{}, err
	}
	return Answer{fromOpenAI(m.name, answer), stopWord(string(answer.Choices[0].FinishReason))}, nil
}

// stopWord gives the reasons that both providers have one name.
func stopWord(reason string) string {
	switch reason {
	case "stop", "end_turn":
		return "done"
	case "tool_calls", "tool_use":
		return "tools"
	case "length", "max_tokens":
		return "length"
	}
	return reason
}
