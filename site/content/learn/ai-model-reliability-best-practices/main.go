// Command ai-model-reliability-best-practices sends the same requests through the
// same trouble with one protection more, or less, each time, and prints what
// users saw. It runs in virtual time with fixed seeds, so that each run prints
// the same.
package main

import "aiperformanceoptimization.com/plansync/tools/faultprovider/sections"

// outputs are the parts of the output in the order in which they are printed.
var outputs = sections.List{
	{Name: "ladder", Print: printLadder},
	{Name: "knockout", Print: printKnockout},
}

func main() { outputs.Main() }
