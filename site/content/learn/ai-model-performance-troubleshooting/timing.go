package main

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

var errNoText = errors.New("the answer ended without text")

// region: timing

// A Timing is one call, cut into the four parts that add up to it, and what
// explains their lengths.
type Timing struct {
	Failed time.Duration // attempts before the last, and their waits
	Queued time.Duration // the last attempt's wait for a connection
	First  time.Duration // from then on until the first token
	Rest   time.Duration // from the first token to the end

	Attempts              int
	Statuses              []int         // of the attempts that got an answer
	LongestGap            time.Duration // between two chunks
	Input, Cached, Output int64         // tokens
}

func (t Timing) Total() time.Duration {
	return t.Failed + t.Queued + t.First + t.Rest
}

// ask makes one streamed call and times it. The SDK retries out of sight
// of your code, but each attempt asks the transport for a connection anew.
// An answer that breaks off is timed until then, and comes with its error.
func ask(
	ctx context.Context, client openai.Client,
	messages ...openai.ChatCompletionMessageParamUnion,
) (t Timing, err error) {
	var asked, got, first, last time.Time
	start := time.Now()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) {
			asked = time.Now()
			t.Attempts++
		},
		GotConn: func(httptrace.GotConnInfo) { got = time.Now() },
	})
	stream := client.Chat.Completions.NewStreaming(ctx,
		openai.ChatCompletionNewParams{
			Model: "model", Messages: messages,
			StreamOptions: openai.ChatCompletionStreamOptionsParam{
				IncludeUsage: openai.Bool(true),
			},
		}, option.WithMiddleware(func(
			r *http.Request, next option.MiddlewareNext,
		) (*http.Response, error) {
			response, err := next(r)
			if response != nil {
				t.Statuses = append(t.Statuses, response.StatusCode)
			}
			return response, err
		}))
	defer stream.Close()
	for stream.Next() {
		now, chunk := time.Now(), stream.Current()
		if usage := chunk.Usage; usage.PromptTokens > 0 {
			t.Input, t.Output = usage.PromptTokens, usage.CompletionTokens
			t.Cached = usage.PromptTokensDetails.CachedTokens
		}
		if len(chunk.Choices) == 0 || chunk.Choices[0].Delta.Content == "" {
			continue
		}
		if first.IsZero() {
			first = now
		} else {
			t.LongestGap = max(t.LongestGap, now.Sub(last))
		}
		last = now
	}
	if first.IsZero() {
		return t, cmp.Or(stream.Err(), errNoText)
	}
	end := time.Now()
	t.LongestGap = max(t.LongestGap, end.Sub(last))
	t.Failed, t.Queued = asked.Sub(start), got.Sub(asked)
	t.First, t.Rest = first.Sub(got), end.Sub(first)
	return t, stream.Err()
}

// endregion: timing
