package plan

import (
	"fmt"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
)

// A Span is a range of bytes [Start, End) in the text of a plan.
type Span struct{ Start, End int }

// Len returns the number of bytes in the span.
func (s Span) Len() int { return s.End - s.Start }

// Position is a place in a plan as editors show it.
type Position struct {
	Line   int // starting at 1
	Column int // in characters, starting at 1
}

// Position returns the place of the byte at offset in the plan's text.
func (p *Plan) Position(offset int) Position {
	line, column := markdown.Position(p.Source, p.lineStarts, p.sourceOffset(offset))
	return Position{line, column}
}

// Finding returns a finding about the place at in the plan.
func (p *Plan) Finding(
	at Span, severity diag.Severity, rule, hint, format string, args ...any,
) diag.Finding {
	position := p.Position(at.Start)
	return diag.Finding{
		File: p.Name, Line: position.Line, Column: position.Column,
		Severity: severity, Rule: rule, Message: fmt.Sprintf(format, args...), Hint: hint,
	}
}

func (p *Plan) problem(
	at Span, severity diag.Severity, rule, hint, format string, args ...any,
) {
	p.Findings = append(p.Findings, p.Finding(at, severity, rule, hint, format, args...))
}

func (p *Plan) slice(s Span) string { return p.shared[s.Start:s.End] }

// plain returns the text of a span as a reader sees it.
func (p *Plan) plain(s Span) string { return p.doc.Plain(markdown.Span(s)) }
