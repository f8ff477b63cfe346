// Command improving-ai-model-uptime prints what each change to a model client
// does to its uptime. Every figure comes from the arithmetic in model.go or
// from a simulation with a fixed seed, so that each run prints the same.
package main

import (
	"fmt"
	"io"
	"os"
)

const seed = 1

// sections are the parts of the output in the order in which they are printed.
var sections = []struct {
	name  string
	print func(io.Writer)
}{
	{"ladder", printLadder},
	{"retries", printRetries},
	{"outages", printOutages},
	{"shared", printShared},
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
		for i, s := range sections {
			if i > 0 {
				fmt.Fprintln(w)
			}
			s.print(w)
		}
		return nil
	}
	for _, name := range names {
		if err := printSection(w, name); err != nil {
			return err
		}
	}
	return nil
}

func printSection(w io.Writer, name string) error {
	for _, s := range sections {
		if s.name == name {
			s.print(w)
			return nil
		}
	}
	return fmt.Errorf("unknown section %q: want ladder, retries, outages or shared", name)
}
