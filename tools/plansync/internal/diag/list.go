package diag

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// Sort orders findings by file and position, in place. It returns them.
func Sort(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return findings
}

// AtLeast returns the findings of a severity or a higher one.
func AtLeast(severity Severity, findings []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return f.Severity < severity })
}

// Matter reports whether a finding is more than advice.
func Matter(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity > Advice })
}

// Count returns how many findings there are of each severity.
func Count(findings []Finding) map[Severity]int {
	n := make(map[Severity]int)
	for _, f := range findings {
		n[f.Severity]++
	}
	return n
}

// Join returns the findings as one error, or nil if there are none.
func Join(findings []Finding) error {
	errs := make([]error, len(findings))
	for i, f := range findings {
		errs[i] = f
	}
	return errors.Join(errs...)
}

// Compare returns the findings of after that are new, and those of before that are gone. A finding
// that only moved, or whose message has other numbers, is the same one.
func Compare(before, after []Finding) (fresh, gone []Finding) {
	return without(after, before), without(before, after)
}

// without returns the findings of list that have no counterpart in other.
func without(list, other []Finding) []Finding {
	counterparts := make(map[Finding]int)
	for _, f := range other {
		counterparts[identity(f)]++
	}
	return slices.DeleteFunc(slices.Clone(list), func(f Finding) bool {
		counterparts[identity(f)]--
		return counterparts[identity(f)] >= 0
	})
}

// identity returns what of a finding stays the same when lines move.
func identity(f Finding) Finding {
	words := strings.FieldsFunc(f.Message, func(r rune) bool { return strings.ContainsRune(" ,()", r) })
	words = slices.DeleteFunc(words, func(word string) bool { return strings.Trim(word, "0123456789") == "" })
	return Finding{File: f.File, Severity: f.Severity, Rule: f.Rule, Message: strings.Join(words, " ")}
}
