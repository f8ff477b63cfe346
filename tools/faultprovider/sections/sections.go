// Package sections is the doorway of a program that prints several outputs: without arguments it
// prints all of them, with names as arguments only those.
package sections

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// A Section is one output of a program.
type Section struct {
	Name  string
	Print func(io.Writer) error
}

// A List is the outputs of a program in the order in which they are printed.
type List []Section

// Main prints what the command line asks for. It is all that a main function needs.
func (l List) Main() {
	if err := l.Run(os.Stdout, os.Args[1:]...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Run prints the sections of these names, or all when there are none, with an empty line between
// two of them.
func (l List) Run(w io.Writer, names ...string) error {
	chosen, err := l.choose(names)
	if err != nil {
		return err
	}
	for i, s := range chosen {
		if i > 0 {
			if _, err := fmt.Fprintln(w); err != nil {
				return err
			}
		}
		if err := s.Print(w); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	return nil
}

func (l List) choose(names []string) (List, error) {
	if len(names) == 0 {
		return l, nil
	}
	byName := map[string]Section{}
	var known []string
	for _, s := range l {
		byName[s.Name] = s
		known = append(known, s.Name)
	}
	var chosen List
	for _, name := range names {
		s, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("unknown section %q: want %s", name, strings.Join(known, ", "))
		}
		chosen = append(chosen, s)
	}
	return chosen, nil
}
