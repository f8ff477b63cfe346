// Command ai-model-sla-management replays the log of one bad shift against
// three readings of the word "available", against burn-rate alerts and against
// a table of service credits. The log was recorded from the fault provider in
// virtual time, so that each run prints the same.
package main

import (
	"io"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/sections"
)

// outputs are the parts of the output in the order in which they are printed.
var outputs = sections.List{
	{Name: "ledger", Print: ofShift(printLedger)},
	{Name: "burn", Print: ofShift(printBurn)},
	{Name: "credits", Print: ofShift(printCredits)},
}

func main() { outputs.Main() }

// ofShift hands the calls of the recorded shift to print.
func ofShift(print func(io.Writer, []Call)) func(io.Writer) error {
	return func(w io.Writer) error {
		calls, err := parse(shiftLog)
		if err != nil {
			return err
		}
		print(w, calls)
		return nil
	}
}
