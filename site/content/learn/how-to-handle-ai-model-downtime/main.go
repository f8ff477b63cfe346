// Command how-to-handle-ai-model-downtime shows what users get while a model is
// down, and how four ways to work off the queue afterwards compare. It runs in
// virtual time, so that each run prints the same.
package main

import "aiperformanceoptimization.com/plansync/tools/faultprovider/sections"

// outputs are the parts of the output in the order in which they are printed.
var outputs = sections.List{
	{Name: "outage", Print: printOutage},
	{Name: "drain", Print: printDrain},
}

func main() { outputs.Main() }
