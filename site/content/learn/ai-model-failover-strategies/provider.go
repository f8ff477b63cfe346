package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/ssestream"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// A Provider is one that a Service can ask.
type Provider struct {
	*virtual.Provider
	client openai.Client
}

func newProvider(env *virtual.Env, p *virtual.Provider) *Provider {
	return &Provider{p, openai.NewClient(option.WithBaseURL(p.URL+"/v1"), option.WithAPIKey("any"),
		option.WithHTTPClient(env.Client), option.WithMaxRetries(0))}
}

// A Call is a stream whose first token has come, or its failure.
type Call struct {
	from   *Provider
	stream *ssestream.Stream[openai.ChatCompletionChunk]
	text   strings.Builder
	end    string // why the answer ended, once it has
	err    error
}

// open asks and waits for the first token.
func (p *Provider) open(ctx context.Context, question string) *Call {
	c := &Call{from: p}
	c.stream = p.client.Chat.Completions.NewStreaming(ctx, openai.ChatCompletionNewParams{
		Model:    "model",
		Messages: []openai.ChatCompletionMessageParamUnion{openai.SystemMessage(system), openai.UserMessage(question)},
	})
	for c.stream.Next() {
		if c.take(); c.text.Len() > 0 {
			return c
		}
	}
	if c.err = c.stream.Err(); c.err == nil {
		c.err = errors.New("no answer")
	}
	c.close()
	return c
}

func (c *Call) take() {
	for _, choice := range c.stream.Current().Choices {
		c.text.WriteString(choice.Delta.Content)
		c.end = cmp.Or(choice.FinishReason, c.end)
	}
}

// rest reads to the end of the answer, which must be a whole one.
func (c *Call) rest() (string, error) {
	defer c.close()
	for c.stream.Next() {
		c.take()
	}
	if err := c.stream.Err(); err != nil {
		return "", err
	}
	if c.end != "stop" { // cut off, filtered, or a stream that broke off
		return "", fmt.Errorf("not whole: %q", c.end)
	}
	return c.text.String(), nil
}

func (c *Call) close() { c.stream.Close() }

// ask is one whole attempt.
func (p *Provider) ask(ctx context.Context, patience time.Duration, question string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c := p.open(ctx, question)
	if c.err != nil {
		return "", c.err
	}
	return c.rest()
}
