// Command ai-api-fallback-implementation runs a fallback chain of two models,
// with the official SDKs, against providers that fail on request. It runs in
// virtual time, so that each run prints the same.
package main

import "aiperformanceoptimization.com/plansync/tools/faultprovider/sections"

// outputs are the parts of the output in the order in which they are printed.
var outputs = sections.List{
	{Name: "rules", Print: printRules},
	{Name: "budget", Print: printBudget},
	{Name: "retries", Print: printRetries},
	{Name: "stream", Print: printStream},
}

func main() { outputs.Main() }
