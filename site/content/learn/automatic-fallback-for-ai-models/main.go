// Command automatic-fallback-for-ai-models sends steady traffic through a
// circuit breaker in front of a provider that is ill in different ways, and
// prints when it switches to the backup and back. It runs in virtual time, so
// that each run prints the same.
package main

import "aiperformanceoptimization.com/plansync/tools/faultprovider/sections"

const seed = 1

// outputs are the parts of the output in the order in which they are printed.
var outputs = sections.List{
	{Name: "outage", Print: printOutage},
	{Name: "log", Print: printLog},
	{Name: "own", Print: printOwn},
	{Name: "probes", Print: printProbes},
	{Name: "threshold", Print: printThreshold},
}

func main() { outputs.Main() }
