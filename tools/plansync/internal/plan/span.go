package plan

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
)

// A Span is a range of bytes [Start, End) in the text of a plan.
type Span struct{ Start, End int }

// Position is a place in a plan as editors show it.
type Position struct {
	Line   int // starting at 1
	Column int // in characters, starting at 1
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

// Finding returns a finding about the place at in the plan.
func (p *Plan) Finding(at Span, severity diag.Severity, rule, hint, format string, args ...any) diag.Finding {
	position := p.Position(at.Start)
	return diag.Finding{
		File: p.Name, Line: position.Line, Column: position.Column,
		Severity: severity, Rule: rule, Message: fmt.Sprintf(format, args...), Hint: hint,
	}
}

func (p *Plan) problem(at Span, severity diag.Severity, rule, hint, format string, args ...any) {
	p.Findings = append(p.Findings, p.Finding(at, severity, rule, hint, format, args...))
}

func (p *Plan) slice(s Span) string { return p.shared[s.Start:s.End] }
