// Command what-to-do-when-ai-models-fail records the calls of a service during
// nine incidents and says of each log whose failure it is and what to do first.
// Given a file that ends in .jsonl, it reads that log instead. It runs in virtual
// time, so that each run prints the same.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// sections are the parts of the output in the order in which they are printed.
var sections = []struct {
	name  string
	print func(io.Writer) error
}{
	{"incidents", printIncidents},
	{"triage", printTriage},
}

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run prints a section, or the triage of a log, or all sections without an argument.
func run(w io.Writer, args []string) error {
	if len(args) > 1 {
		return fmt.Errorf("want one section or one log, not %d arguments", len(args))
	}
	if len(args) == 1 && strings.HasSuffix(args[0], ".jsonl") {
		log, err := readLog(args[0])
		if err != nil {
			return err
		}
		return report(w, log)
	}
	printed := 0
	for _, s := range sections {
		if len(args) == 1 && args[0] != s.name {
			continue
		}
		if printed > 0 {
			fmt.Fprintln(w)
		}
		printed++
		if err := s.print(w); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	if printed == 0 {
		return fmt.Errorf("unknown section %q: want incidents, triage or a log in .jsonl", args[0])
	}
	return nil
}
