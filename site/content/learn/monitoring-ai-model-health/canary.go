package main

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/openai/openai-go/v3"
)

// region: canary

const (
	deadline   = 10 * time.Second // for the whole answer
	firstLimit = 2 * time.Second  // for its first chunk
)

// A Result is what one canary found out.
type Result struct {
	Took   time.Duration
	First  time.Duration // 0: no chunk came
	Output int64         // tokens
	Model  string        // that answered, by its own account; "": none
	Error  string        // a short class for error.type; "": usable
}

// Bad also counts an answer that was right and too slow to begin.
func (r Result) Bad() bool { return r.Error != "" || r.First > firstLimit }

// canary asks as your users' requests do, with their model, key and
// deadline, and as a stream, and judges the answer.
func canary(
	ctx context.Context, client openai.Client, question, want string,
) (r Result) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	start := time.Now()
	defer func() { r.Took = time.Since(start) }()

	stream := client.Chat.Completions.NewStreaming(ctx,
		openai.ChatCompletionNewParams{
			Model: "model",
			Messages: []openai.ChatCompletionMessageParamUnion{
				openai.UserMessage(question),
			},
			StreamOptions: openai.ChatCompletionStreamOptionsParam{
				IncludeUsage: openai.Bool(true),
			},
		})
	defer stream.Close()
	var answer strings.Builder
	finish := ""
	for stream.Next() {
		chunk := stream.Current()
		r.Model = chunk.Model
		r.Output = max(r.Output, chunk.Usage.CompletionTokens)
		for _, c := range chunk.Choices {
			if r.First == 0 && c.Delta.Content != "" {
				r.First = time.Since(start)
			}
			answer.WriteString(c.Delta.Content)
			if c.FinishReason != "" {
				finish = c.FinishReason
			}
		}
	}

	var refused *openai.Error
	switch err := stream.Err(); {
	case errors.As(err, &refused):
		r.Error = strconv.Itoa(refused.StatusCode)
	case errors.Is(err, context.DeadlineExceeded):
		r.Error = "timeout"
	case err != nil:
		r.Error = "stream" // not connected, broken off, or an error event
	case finish != "stop":
		r.Error = "incomplete" // "length", "content_filter", or no end
	case !strings.Contains(answer.String(), want):
		r.Error = "wrong_answer"
	}
	return r
}

// endregion: canary
