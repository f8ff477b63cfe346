// Command how-to-handle-ai-model-downtime shows what users get while a model is
// down, and how four ways to work off the queue afterwards compare. It runs in
// virtual time, so that each run prints the same.
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
	{"outage", printOutage},
	{"drain", printDrain},
}

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
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
	return fmt.Errorf("unknown section %q: want outage or drain", name)
}
