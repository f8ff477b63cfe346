//go:build ignore

// Handle asks a model, and says how each call ended and what to do about it:
//
//	go run handle.go "hello"
//
// The file resilient.go lies in the folder resilient beside this one:
// https://aiperformanceoptimization.com/reference/
package main

import (
	"cmp"
	"context"
	"fmt"
	"os"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"hello/resilient"
)

// region: handle

func main() {
	client := openai.NewClient(
		option.WithMaxRetries(0))
	ask := resilient.Responses(client, cmp.Or(
		os.Getenv("OPENAI_MODEL"), "gpt-5.5"))
	for _, prompt := range os.Args[1:] {
		answer, err := ask(context.Background(),
			resilient.Prompt(prompt), nil)
		v := resilient.Classify(answer, err, nil)
		fmt.Printf("%s: %s\n", v.Action, v.Kind)
	}
}

// endregion: handle
