// Command redundancy-in-ai-model-deployments takes one thing after another away
// from two deployments and prints what still answers. It runs in virtual time,
// so that each run prints the same.
package main

import "aiperformanceoptimization.com/plansync/tools/faultprovider/sections"

// outputs are the parts of the output in the order in which they are printed.
var outputs = sections.List{
	{Name: "paper", Print: printPaper},
	{Name: "fact", Print: printFact},
	{Name: "spare", Print: printSpare},
}

func main() { outputs.Main() }
