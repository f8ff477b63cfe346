// Command ai-api-fallback-implementation runs a fallback chain of two models,
// with the official SDKs, against providers that fail on request. It runs in
// virtual time, so that each run prints the same.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// sections are the parts of the output in the order in which they are printed.
var sections = []struct {
	name  string
	print func(io.Writer) error
}{
	{"rules", printRules},
	{"budget", printBudget},
	{"retries", printRetries},
	{"stream", printStream},
}

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// run prints the sections that names lists, or all of them when it lists none.
func run(w io.Writer, names []string) error {
	if len(names) == 0 {
		for i, s := range sections {
			if i > 0 {
				fmt.Fprintln(w)
			}
			if err := s.print(w); err != nil {
				return err
			}
		}
		return nil
	}
	for _, name := range names {
		if err := printSection(w, name); err != nil {
			return err
		}
	}
	return nil
}

func printSection(w io.Writer, name string) error {
	for _, s := range sections {
		if s.name == name {
			return s.print(w)
		}
	}
	return fmt.Errorf("unknown section %q: want rules, budget, retries or stream", name)
}

const (
	seed     = 1
	deadline = 12 * time.Second // for the whole chain
	first    = 2 * time.Second  // for a link's first text
	need     = 8 * time.Second  // for a link's whole answer
	idle     = 2 * time.Second  // between two pieces of an answer
	noLimit  = 2 * deadline     // longer than anything may take
)

// twoProviders starts A, which fares by plan, and B, which is well unless told
// otherwise.
func twoProviders(env *virtual.Env, a, b fault.Config) (pa, pb *virtual.Provider) {
	a.Name, b.Name = "a", "b"
	a.Seed, b.Seed = seed, seed
	return env.Start(a), env.Start(b)
}

// region: clients

// newChain asks A through the OpenAI SDK, then B through the Anthropic SDK.
func newChain(a, b string, client *http.Client, retries int) Chain {
	openAI := openai.NewClient(
		openaioption.WithBaseURL(a+"/v1"),
		openaioption.WithAPIKey("key of A"),
		openaioption.WithHTTPClient(client),
		openaioption.WithMaxRetries(retries),
	)
	claude := anthropic.NewClient(
		anthropicoption.WithBaseURL(b),
		anthropicoption.WithAPIKey("key of B"),
		anthropicoption.WithHTTPClient(client),
		anthropicoption.WithMaxRetries(retries),
	)
	return Chain{
		Links: []Link{
			{"A", OpenAI{openAI, "model-a"}, first, need},
			{"B", Anthropic{claude, "model-b"}, first, need},
		},
		Idle: idle,
	}
}

// endregion: clients
