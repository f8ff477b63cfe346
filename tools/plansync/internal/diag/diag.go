// Package diag holds the one diagnostic of plansync: a finding. check reports findings, and a
// command that cannot go on fails with one.
package diag

import (
	"cmp"
	"fmt"
)

// A Finding is something that is wrong, where it is wrong, and what to try. As an error it reads
// "file:line:col: message", less what it does not know of the place.
//
// Two findings are equal if they say the same and have the same cause.
type Finding struct {
	File     string   `json:"file"`   // relative to the root of the site, with slashes; may be empty
	Line     int      `json:"line"`   // starting at 1; 0 if the finding is about the whole file
	Column   int      `json:"column"` // in characters, starting at 1; 0 if Line is 0
	Severity Severity `json:"severity"`
	Rule     string   `json:"rule"` // a stable name, such as "not-published"
	Message  string   `json:"message"`
	Hint     string   `json:"hint,omitempty"` // what to try; may be empty

	cause error
}

// Severity says what a finding means for the commands.
type Severity int

// The severities, the least first.
const (
	Advice  Severity = iota // never changes an exit code
	Warning                 // check exits 1
	Error                   // check exits 1; nothing is written
)

func (s Severity) String() string { return [...]string{"advice", "warning", "error"}[s] }

// MarshalText writes a severity by its name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Of returns f with the message of err, as whose place and hint f stands. errors.Is and errors.As
// still find err.
func (f Finding) Of(err error) Finding {
	f.Message, f.cause = err.Error(), err
	return f
}

// Error returns the place and the message.
func (f Finding) Error() string {
	switch {
	case f.File == "":
		return f.Message
	case f.Line == 0:
		return f.File + ": " + f.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Message)
}

// Unwrap returns the error that f was made of, if any.
func (f Finding) Unwrap() error { return f.cause }

// WithHint returns err with what to try.
func WithHint(err error, hint string) error {
	return Finding{Severity: Error, Hint: hint}.Of(err)
}

// A Hinter is an error of another shape that knows what to try.
type Hinter interface {
	error
	Hint() string
}

// HintOf returns what to try after err, or "" if nothing is known. The outermost hint counts: it
// knows most about what the user wanted.
func HintOf(err error) string {
	hint := ""
	switch e := err.(type) {
	case Finding:
		hint = e.Hint
	case Hinter:
		hint = e.Hint()
	}
	if hint != "" {
		return hint
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return HintOf(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			hint = cmp.Or(hint, HintOf(one))
		}
	}
	return hint
}
