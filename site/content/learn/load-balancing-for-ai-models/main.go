// Command load-balancing-for-ai-models sends the same work through several
// balancing rules to a fleet of local model servers and prints what users would
// have seen. It runs in virtual time with fixed seeds, so that each run prints
// the same.
package main

import "aiperformanceoptimization.com/plansync/tools/faultprovider/sections"

const seed = 1

// outputs are the parts of the output in the order in which they are printed.
var outputs = sections.List{
	{Name: "rules", Print: printRules},
	{Name: "prefix", Print: printPrefix},
	{Name: "failing", Print: printFailing},
	{Name: "quota", Print: printQuota},
}

func main() { outputs.Main() }
