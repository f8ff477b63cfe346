//go:build ignore

// Fallback asks A, and B if A fails or is known to be down. It prints who answered, and each
// switch:
//
//	go run fallback.go "hello" "and again"
//
// The file resilient.go lies in the folder resilient beside this one:
// https://aiperformanceoptimization.com/reference/
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/anthropics/anthropic-sdk-go/v2"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"hello/resilient"
)

// region: fallback

func main() {
	a := resilient.Responses(openai.NewClient(
		option.WithMaxRetries(0)), "gpt-5.5")
	b := resilient.Messages(anthropic.NewClient(
		anthropicoption.WithMaxRetries(0)),
		"claude-sonnet-5")
	breaker := resilient.NewBreaker()
	breaker.Log = func(from, to, why string) {
		fmt.Println(from, to, why)
	}
	chain := resilient.NewChain(
		resilient.NewLink("A", a, breaker),
		resilient.NewLink("B", b, nil))
	for _, prompt := range os.Args[1:] {
		answer, err := chain.Ask(
			context.Background(),
			resilient.Prompt(prompt), nil)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(answer.By, answer.Text)
	}
}

// endregion: fallback
