// Command monitoring-ai-model-health watches a provider that fails in seven
// ways with two checks, the cheap one and the true one, exports what the true
// one saw as OpenTelemetry metrics, and prints which of them noticed. It runs
// in virtual time, so that each run prints the same.
package main

import (
	"fmt"
	"io"
	"os"
)

// sections are the parts of the output in the order in which they are printed.
var sections = []struct {
	name  string
	print func(io.Writer) error
}{
	{"watch", printWatch},
	{"buckets", printBuckets},
	{"drift", printDrift},
}

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// run prints the sections that names lists, or all of them when it lists none.
func run(w io.Writer, names []string) error {
	if len(names) == 0 {
		for _, s := range sections {
			names = append(names, s.name)
		}
	}
	for i, name := range names {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if err := printSection(w, name); err != nil {
			return err
		}
	}
	return nil
}

func printSection(w io.Writer, name string) error {
	for _, s := range sections {
		if s.name == name {
			return s.print(w)
		}
	}
	return fmt.Errorf("unknown section %q: want watch, buckets or drift", name)
}
