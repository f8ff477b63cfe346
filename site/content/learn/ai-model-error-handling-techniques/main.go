// Command ai-model-error-handling-techniques asks a provider that fails on
// request through both official SDKs, and prints what each failure looks like
// to the SDK and what to do about it. It runs in virtual time, so that each run
// prints the same.
package main

import (
	"io"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/sections"
)

// outputs are the parts of the output in the order in which they are printed.
var outputs = sections.List{
	{Name: "errors", Print: func(w io.Writer) error { return printTable(w, refused) }},
	{Name: "answers", Print: func(w io.Writer) error { return printTable(w, answered) }},
	{Name: "streams", Print: func(w io.Writer) error { return printTable(w, broken) }},
}

func main() { outputs.Main() }
