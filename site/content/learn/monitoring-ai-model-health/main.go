// Command monitoring-ai-model-health watches a provider that fails in seven
// ways with two checks, the cheap one and the true one, exports what the true
// one saw as OpenTelemetry metrics, and prints which of them noticed. It runs
// in virtual time, so that each run prints the same.
package main

import "aiperformanceoptimization.com/plansync/tools/faultprovider/sections"

// outputs are the parts of the output in the order in which they are printed.
var outputs = sections.List{
	{Name: "watch", Print: printWatch},
	{Name: "buckets", Print: printBuckets},
	{Name: "drift", Print: printDrift},
}

func main() { outputs.Main() }
