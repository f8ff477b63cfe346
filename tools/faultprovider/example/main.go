// Command example shows how the program of an article looks: a list of outputs, each printed by a function
// that found it out in virtual time, against providers that fail by plan.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sections"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

var outputs = sections.List{{Name: "example", Print: printExample}}

func main() { outputs.Main() }

func printExample(w io.Writer) error {
	return virtual.Run(func(env *virtual.Env) error {
		primary := env.Start(fault.Config{
			Name:       "primary",
			Seed:       1,
			FirstToken: fault.LogNormal(400*time.Millisecond, 0.5),
			PerToken:   fault.Fixed(20 * time.Millisecond),
			Plan: fault.Schedule(
				fault.Phase{For: 20 * time.Second},
				fault.Phase{For: 30 * time.Second, Plan: fault.Rate(0.5, fault.Overloaded())},
				fault.Phase{Plan: fault.Hang()},
			),
		})
		backup := env.Start(fault.Config{Name: "backup", Seed: 1, FirstToken: fault.Fixed(time.Second)})
		a := openai.NewClient(
			openaioption.WithBaseURL(primary.URL+"/v1"), openaioption.WithAPIKey("any"),
			openaioption.WithHTTPClient(env.Client), openaioption.WithMaxRetries(0))
		b := anthropic.NewClient(
			anthropicoption.WithBaseURL(backup.URL), anthropicoption.WithAPIKey("any"),
			anthropicoption.WithHTTPClient(env.Client), anthropicoption.WithMaxRetries(0))

		answers := map[string]int{}
		for i := range 20 {
			who, err := ask(env.Context, a, b, fmt.Sprintf("Question %d?", i))
			if err != nil {
				return err
			}
			answers[who]++
			time.Sleep(2 * time.Second)
		}
		fmt.Fprintf(w, "virtual time   %8.3f s\n", env.Elapsed().Seconds())
		fmt.Fprintf(w, "answered by    primary %d, backup %d\n", answers["primary"], answers["backup"])
		s := primary.Stats()
		fmt.Fprintf(w, "primary calls  %d, billed %d\n", s.Calls, s.Billed)
		for _, name := range s.FaultNames() {
			fmt.Fprintf(w, "  %-12s %d\n", name, s.Faults[name])
		}
		fmt.Fprintf(w, "backup calls   %d, billed %d\n", backup.Stats().Calls, backup.Stats().Billed)
		return nil
	})
}

// region: ask

// ask gives the primary three seconds, then asks the backup.
func ask(ctx context.Context, a openai.Client, b anthropic.Client, question string) (who string, err error) {
	first, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	_, err = a.Chat.Completions.New(first, openai.ChatCompletionNewParams{
		Model:    "fault-large",
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(question)},
	})
	if err == nil {
		return "primary", nil
	}
	var refused *openai.Error
	if errors.As(err, &refused) && refused.StatusCode < 429 {
		return "", err // asking somebody else would not help
	}
	_, err = b.Messages.New(ctx, anthropic.MessageNewParams{
		Model:     "fault-small",
		MaxTokens: 100,
		Messages:  []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(question))},
	})
	return "backup", err
}

// endregion: ask
