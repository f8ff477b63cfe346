package main

import (
	"context"
	"errors"
	"io"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/openai/openai-go/v3"
)

// region: model

// A Request is what every model in the chain can be asked.
type Request struct {
	Prompt    string
	MaxTokens int64
}

// A Model asks one provider once: it has no retries of its own.
type Model interface {
	// Stream calls emit with each piece of the answer, and with "" when
	// the model works but has nothing to show. It returns why the answer
	// stopped, or an error if the provider never said that it did.
	Stream(
		ctx context.Context, r Request, emit func(string),
	) (stop string, err error)
}

// whole turns the end of a stream into the end of an answer. A stream that
// stops without a reason has broken off, even if the SDK saw no error.
func whole(stop string, err error) (string, error) {
	switch {
	case stop != "":
		return stop, nil
	case err == nil:
		return "", io.ErrUnexpectedEOF
	}
	return "", err
}

// endregion: model

// region: openai

// OpenAI is a model that is asked through Chat Completions.
type OpenAI struct {
	Client openai.Client // with option.WithMaxRetries(0)
	Model  string
}

func (m OpenAI) params(r Request) openai.ChatCompletionNewParams {
	return openai.ChatCompletionNewParams{
		Model:               m.Model,
		MaxCompletionTokens: openai.Int(r.MaxTokens),
		Messages: []openai.ChatCompletionMessageParamUnion{
			openai.UserMessage(r.Prompt),
		},
	}
}

// Stream implements Model.
func (m OpenAI) Stream(
	ctx context.Context, r Request, emit func(string),
) (stop string, err error) {
	stream := m.Client.Chat.Completions.NewStreaming(ctx, m.params(r))
	defer stream.Close()
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			if text := choice.Delta.Content; text != "" {
				emit(text)
			}
			if choice.FinishReason != "" {
				stop = choice.FinishReason
			}
		}
	}
	return whole(stop, stream.Err())
}

// endregion: openai

// region: anthropic

// Anthropic is a model that is asked through Messages.
type Anthropic struct {
	Client anthropic.Client // with option.WithMaxRetries(0)
	Model  string
}

// Stream implements Model.
func (m Anthropic) Stream(
	ctx context.Context, r Request, emit func(string),
) (stop string, err error) {
	stream := m.Client.Messages.NewStreaming(ctx, anthropic.MessageNewParams{
		Model:     m.Model,
		MaxTokens: r.MaxTokens,
		Messages: []anthropic.MessageParam{
			anthropic.NewUserMessage(anthropic.NewTextBlock(r.Prompt)),
		},
	})
	defer stream.Close()
	for stream.Next() {
		switch event := stream.Current().AsAny().(type) {
		case anthropic.ContentBlockDeltaEvent:
			emit(event.Delta.Text) // "" while the model thinks
		case anthropic.MessageDeltaEvent:
			stop = string(event.Delta.StopReason)
		}
	}
	return whole(stop, stream.Err())
}

// endregion: anthropic

// region: follows

// follows reports whether an error would follow the request to every
// provider, because the request itself is at fault.
func follows(err error) bool {
	var status int
	if e, ok := errors.AsType[*openai.Error](err); ok {
		status = e.StatusCode
	}
	if e, ok := errors.AsType[*anthropic.Error](err); ok {
		status = e.StatusCode
	}
	return status == 400 || status == 413 || status == 422
}

// endregion: follows
