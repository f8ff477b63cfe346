package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// What A and B say to the same question.
const (
	answerA = "Restart it, then watch the queue."
	answerB = "Do not restart it."
)

var question = Request{"May I restart the worker?", 100}

// breaks are ways in which an answer of A ends after 4 words.
var breaks = []struct {
	name string
	plan fault.Plan
}{
	{"connection cut", fault.Cut(4)},
	{"error in the stream", fault.StreamError(4)},
	{"silence", fault.Stall(4)},
	{"end without a reason", fault.EndEarly(4)},
}

// region: careless

// careless is the fallback that most of us write first: forward the text as it
// comes, and ask the next model when there is an error.
func careless(
	ctx context.Context, a OpenAI, b Model, r Request, show func(string),
) (by string, err error) {
	stream := a.Client.Chat.Completions.NewStreaming(ctx, a.params(r))
	defer stream.Close()
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			show(choice.Delta.Content)
		}
	}
	if stream.Err() == nil {
		return "A", nil
	}
	_, err = b.Stream(ctx, r, show)
	return "B", err
}

// endregion: careless

// read returns what a reader has at the end, and who is said to have answered.
func read(plan fault.Plan, ask func(context.Context, Chain, func(string)) string) (text, end string, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		a, b := twoProviders(env,
			fault.Config{Plan: plan, Text: answerA, PerToken: fault.Fixed(50 * time.Millisecond)},
			fault.Config{Text: answerB, PerToken: fault.Fixed(50 * time.Millisecond)})
		ctx, cancel := context.WithTimeout(env.Context, deadline)
		defer cancel()
		var got strings.Builder
		end = ask(ctx, newChain(a.URL, b.URL, env.Client, 0), func(s string) { got.WriteString(s) })
		text = got.String()
		return nil
	})
	return text, end, err
}

func askCareless(ctx context.Context, c Chain, show func(string)) string {
	by, err := careless(ctx, c.Links[0].Model.(OpenAI), c.Links[1].Model, question, show)
	if err != nil {
		return "error"
	}
	return by + " answered"
}

func askHolding(hold int) func(context.Context, Chain, func(string)) string {
	return func(ctx context.Context, c Chain, show func(string)) string {
		c.Hold = hold
		answer, err := c.Stream(ctx, question, show)
		if answer.Partial {
			return "broke off"
		}
		if err != nil {
			return "error"
		}
		return answer.By + " answered"
	}
}

func printStream(w io.Writer) error {
	for i, b := range breaks {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s after 4 words of A\n", b.name)
		for _, way := range []struct {
			name string
			ask  func(context.Context, Chain, func(string)) string
		}{
			{"careless", askCareless},
			{"shown at once", askHolding(0)},
			{"held to the end", askHolding(math.MaxInt)},
		} {
			text, end, err := read(b.plan, way.ask)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "  %-16s %-11s %s\n", way.name, end, text)
		}
	}
	return nil
}
