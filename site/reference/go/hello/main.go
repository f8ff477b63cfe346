//go:build ignore

// Hello asks A, and B if A fails:
//
//	go run main.go "hello"
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/anthropics/anthropic-sdk-go/v2"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"hello/resilient"
)

// region: main

func main() {
	// No retries of the SDKs: they would multiply.
	a := openai.NewClient(option.WithMaxRetries(0))
	b := anthropic.NewClient(
		anthropicoption.WithMaxRetries(0))
	chain := resilient.NewChain(
		resilient.NewLink("A", resilient.Responses(
			a, env("OPENAI_MODEL", "gpt-5.5")),
			resilient.NewBreaker()),
		resilient.NewLink("B", resilient.Messages(
			b, env("ANTHROPIC_MODEL",
				"claude-sonnet-5")), nil),
	)
	show := func(text string) { fmt.Print(text) }
	answer, err := chain.Ask(context.Background(),
		resilient.Prompt(os.Args[1]), show)
	tried := answer.Tried
	if failed, ok := err.(*resilient.Failed); ok {
		tried = failed.Tried
	}
	fmt.Println()
	for _, t := range tried {
		fmt.Fprintln(os.Stderr,
			t.Link, t.Kind, t.Action)
	}
	if err != nil {
		os.Exit(1)
	}
}

// endregion: main

func env(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
