// Command improving-ai-model-uptime prints what each change to a model client
// does to its uptime. Every figure comes from the arithmetic in model.go or
// from a simulation with a fixed seed, so that each run prints the same.
package main

import "aiperformanceoptimization.com/plansync/tools/faultprovider/sections"

const seed = 1

// outputs are the parts of the output in the order in which they are printed.
var outputs = sections.List{
	{Name: "ladder", Print: printLadder},
	{Name: "retries", Print: printRetries},
	{Name: "outages", Print: printOutages},
	{Name: "shared", Print: printShared},
}

func main() { outputs.Main() }
