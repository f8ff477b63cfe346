package main

import (
	"fmt"
	"io"

	"github.com/anthropics/anthropic-sdk-go/v2"
	aoption "github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/openai/openai-go/v3"
	ooption "github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// providerB thinks, calls the tool once, and then says that it is done.
func providerB() fault.Config {
	return fault.Config{Name: "b", Seed: 1, Reply: func(c fault.Call) fault.Reply {
		if c.N > 1 {
			return fault.Reply{Text: "Order 8 is cancelled."}
		}
		return fault.Reply{Thinking: "Order 8 is the late one.",
			ToolCalls: []fault.ToolCall{{Name: "cancel_order", Arguments: `{"order": "8"}`}}}
	}}
}

func providerA() fault.Config {
	return fault.Config{Name: "a", Seed: 1, Text: "You are welcome."}
}

// printJourney takes the stored conversation to B, through a tool call there, and back to A.
func printJourney(w io.Writer) error {
	return virtual.Run(func(env *virtual.Env) error {
		aServer, bServer := env.Start(providerA()), env.Start(providerB())
		a := openai.NewClient(ooption.WithBaseURL(aServer.URL+"/v1"), ooption.WithAPIKey("any"),
			ooption.WithHTTPClient(env.Client), ooption.WithMaxRetries(0))
		b := anthropic.NewClient(aoption.WithBaseURL(bServer.URL), aoption.WithAPIKey("any"),
			aoption.WithHTTPClient(env.Client), aoption.WithMaxRetries(0))
		c, err := load()
		if err != nil {
			return err
		}

		history := c.Turns
		askB := func() error {
			messages := toAnthropic("model-b", history)
			fmt.Fprintln(w, "to B:", tallyOf("model-b", true, history, len(messages)))
			answer, err := b.Messages.New(env.Context, anthropic.MessageNewParams{
				Model: "model-b", MaxTokens: 300, Messages: messages,
				System: []anthropic.TextBlockParam{{Text: c.System}},
				Tools:  anthropicTools(c.Tools),
			})
			if err != nil {
				return err
			}
			turn := fromAnthropic(answer)
			history = append(history, turn)
			said := turn.Text
			for _, call := range turn.Calls {
				said = "call " + call.Name
			}
			fmt.Fprintf(w, "   B: %s, %s\n", answer.StopReason, said)
			return nil
		}

		if err := askB(); err != nil {
			return err
		}
		call := history[len(history)-1].Calls[0]
		history = append(history, Turn{Role: "user", Results: []Result{{Call: call.ID, Text: "cancelled"}}})
		if err := askB(); err != nil {
			return err
		}

		history = append(history, Turn{Role: "user", Text: "Thank you."})
		messages := toOpenAI("model-a", c.System, history)
		fmt.Fprintln(w, "to A:", tallyOf("model-a", false, history, len(messages)))
		answer, err := a.Chat.Completions.New(env.Context, openai.ChatCompletionNewParams{
			Model: "model-a", Messages: messages, MaxCompletionTokens: openai.Int(300)})
		if err != nil {
			return err
		}
		choice := answer.Choices[0]
		fmt.Fprintf(w, "   A: %s, %s\n", choice.FinishReason, choice.Message.Content)
		return nil
	})
}
