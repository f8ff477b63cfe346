// Command ai-model-disaster-recovery rehearses the loss of a provider's account:
// it checks backups against the release that production ran, and measures how
// long five degrees of readiness take to recover. It runs in virtual time, so
// that each run prints the same.
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
	{"verify", printVerify},
	{"drill", printDrill},
	{"tiers", printTiers},
}

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run prints the sections that names lists, or all of them when it lists none.
func run(w io.Writer, names []string) error {
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	printed := 0
	for _, s := range sections {
		if len(names) > 0 && !wanted[s.name] {
			continue
		}
		delete(wanted, s.name)
		if printed > 0 {
			fmt.Fprintln(w)
		}
		printed++
		if err := s.print(w); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	for name := range wanted {
		return fmt.Errorf("unknown section %q: want verify, drill or tiers", name)
	}
	return nil
}
