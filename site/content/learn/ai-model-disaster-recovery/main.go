// Command ai-model-disaster-recovery rehearses the loss of a provider's account:
// it checks backups against the release that production ran, and measures how
// long five degrees of readiness take to recover. It runs in virtual time, so
// that each run prints the same.
package main

import "aiperformanceoptimization.com/plansync/tools/faultprovider/sections"

// outputs are the parts of the output in the order in which they are printed.
var outputs = sections.List{
	{Name: "verify", Print: printVerify},
	{Name: "drill", Print: printDrill},
	{Name: "tiers", Print: printTiers},
}

func main() { outputs.Main() }
