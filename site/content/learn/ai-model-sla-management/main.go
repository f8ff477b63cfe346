// Command ai-model-sla-management replays the log of one bad shift against
// three readings of the word "available", against burn-rate alerts and against
// a table of service credits. The log was recorded from the fault provider in
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
	print func(io.Writer, []Call)
}{
	{"ledger", printLedger},
	{"burn", printBurn},
	{"credits", printCredits},
}

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// run prints the sections that names lists, or all of them when it lists none.
func run(w io.Writer, names []string) error {
	calls, err := parse(shiftLog)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		for _, s := range sections {
			names = append(names, s.name)
		}
	}
	for i, name := range names {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if err := printSection(w, name, calls); err != nil {
			return err
		}
	}
	return nil
}

func printSection(w io.Writer, name string, calls []Call) error {
	for _, s := range sections {
		if s.name == name {
			s.print(w, calls)
			return nil
		}
	}
	return fmt.Errorf("unknown section %q: want ledger, burn or credits", name)
}
