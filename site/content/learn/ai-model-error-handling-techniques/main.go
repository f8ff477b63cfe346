// Command ai-model-error-handling-techniques asks a provider that fails on
// request through both official SDKs, and prints what each failure looks like
// to the SDK and what to do about it. It runs in virtual time, so that each run
// prints the same.
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
	{"errors", func(w io.Writer) error { return printTable(w, refused) }},
	{"answers", func(w io.Writer) error { return printTable(w, answered) }},
	{"streams", func(w io.Writer) error { return printTable(w, broken) }},
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
			if err := s.print(w); err != nil {
				return err
			}
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
			return s.print(w)
		}
	}
	return fmt.Errorf("unknown section %q: want errors, answers or streams", name)
}
