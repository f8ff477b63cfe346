package main

import (
	"net/http"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

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
