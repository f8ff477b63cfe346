// Command what-to-do-when-ai-models-fail records the calls of a service during
// nine incidents and says of each log whose failure it is and what to do first.
// Given a file that ends in .jsonl, it reads that log instead. It runs in virtual
// time, so that each run prints the same.
package main

import (
	"io"
	"os"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/sections"
)

// outputs are the parts of the output in the order in which they are printed.
var outputs = sections.List{
	{Name: "incidents", Print: printIncidents},
	{Name: "triage", Print: printTriage},
}

func main() {
	for _, arg := range os.Args[1:] {
		if strings.HasSuffix(arg, ".jsonl") {
			outputs = append(outputs, ofFile(arg))
		}
	}
	outputs.Main()
}

// ofFile is the triage of a log that was written elsewhere.
func ofFile(name string) sections.Section {
	return sections.Section{Name: name, Print: func(w io.Writer) error {
		log, err := readLog(name)
		if err != nil {
			return err
		}
		return report(w, log)
	}}
}
