package plan

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// A Span is a range of bytes [Start, End) in the text of a plan.
type Span struct{ Start, End int }

// Position is a place in a plan as editors show it.
type Position struct {
	Line   int // starting at 1
	Column int // in characters, starting at 1
}

// Severity says what a problem means for the commands.
type Severity int

const (
	Advice  Severity = iota // never changes an exit code
	Warning                 // check exits 1
	Error                   // check exits 1; nothing is written
)

func (s Severity) String() string { return [...]string{"advice", "warning", "error"}[s] }

// A Problem is something that the plan does not say, says twice or says wrongly.
type Problem struct {
	Position Position
	Severity Severity
	Rule     string // a stable name such as "duplicate-slug"
	Message  string
	Hint     string // what to try; may be empty
}

// Position returns the place of the byte at offset in the plan's text.
func (p *Plan) Position(offset int) Position {
	source := p.sourceOffset(offset)
	line, found := slices.BinarySearch(p.lineStarts, source)
	if !found {
		line--
	}
	return Position{Line: line + 1, Column: utf8.RuneCount(p.Source[p.lineStarts[line]:source]) + 1}
}

func (p *Plan) problem(at Span, severity Severity, rule, hint, format string, args ...any) {
	p.Problems = append(p.Problems, Problem{p.Position(at.Start), severity, rule, fmt.Sprintf(format, args...), hint})
}

func (p *Plan) slice(s Span) string { return p.shared[s.Start:s.End] }
