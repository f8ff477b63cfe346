// Command multi-provider-ai-failover moves a conversation from one provider to
// another and back, and runs a contract test against spares that are broken in
// different ways. It runs in virtual time, so that each run prints the same.
package main

import "aiperformanceoptimization.com/plansync/tools/faultprovider/sections"

// outputs are the parts of the output in the order in which they are printed.
var outputs = sections.List{
	{Name: "copy", Print: printCopy},
	{Name: "journey", Print: printJourney},
	{Name: "contract", Print: printContract},
	{Name: "embeddings", Print: printEmbeddings},
}

func main() { outputs.Main() }
