package plan

import (
	"fmt"
	"slices"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/edit"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
)

// An Adoption is what makes a document a plan: the line that says so, unless the document says it
// already, and the declarations that its owner picked.
type Adoption struct {
	Plan     *Plan // as it is with the lines
	Declared []int // the lines on which the declarations stand then
	Line     int   // on which the line that adopts stands then; 0 if none is added

	inserted []int // the lines that are added, in order, as they are then
}

// Writes reports whether something is added.
func (a Adoption) Writes() bool { return len(a.inserted) > 0 }

// Before returns the line of the document as it was that is a line of it as it is then.
func (a Adoption) Before(line int) int {
	n, _ := slices.BinarySearch(a.inserted, line)
	return line - n
}

// Adopt adds to the document the line that makes it a plan, and the declarations at lines of
// Reading().Declarations. A declaration that stands there already is none to add. The error, if any,
// says why the document cannot be a plan.
func (p *Plan) Adopt(at []int) (Adoption, error) {
	if p.ignored {
		return Adoption{}, diag.WithHint(fmt.Errorf("%s: says itself that it is no plan", p.Name),
			"take out the line <!-- plansync: ignore -->")
	}
	if errs := p.Errors(); len(errs) > 0 {
		return Adoption{}, diag.Join(errs)
	}
	var edits []edit.Edit
	add := func(offset int, text string) {
		edits = append(edits, edit.Edit{Start: offset, End: offset, New: text})
	}
	if !p.isPlan {
		add(p.AdoptionPoint())
	}
	offered, picked := p.offered(), []Declaration{}
	for _, line := range at {
		i := slices.IndexFunc(offered, func(d Declaration) bool { return d.Line == line })
		switch {
		case i >= 0 && !slices.Contains(picked, offered[i]):
			picked = append(picked, offered[i])
			add(p.DeclarationPoint(offered[i]))
		case i < 0 && !p.declaredAt(line):
			return Adoption{}, p.noDeclaration(line)
		}
	}
	a := Adoption{Plan: p}
	if len(edits) == 0 {
		return a, nil
	}
	slices.SortStableFunc(edits, func(x, y edit.Edit) int { return x.Start - y.Start })
	source, err := edit.Apply(p.Source, edits)
	if err != nil {
		return Adoption{}, err
	}
	a.Plan = Parse(p.Name, source, p.options)
	shift := 0
	for _, e := range edits {
		// The text can start with the ending of the line before it.
		at := e.Start + shift + len(e.New) - len(strings.TrimLeft(e.New, "\r\n"))
		line, _ := markdown.Position(source, a.Plan.lineStarts, at)
		a.inserted = append(a.inserted, line)
		if strings.Contains(e.New, AdoptionLine) {
			a.Line = line
		} else {
			a.Declared = append(a.Declared, line)
		}
		shift += len(e.New)
	}
	return a, nil
}

// declaredAt reports whether a declaration stands on a line, right above it or right below it.
func (p *Plan) declaredAt(line int) bool {
	return slices.ContainsFunc(p.declarations, func(d declaration) bool {
		at := p.Position(d.at.Start).Line
		return at >= line-1 && at <= line+1
	})
}

// noDeclaration says that there is nothing to declare at a line.
func (p *Plan) noDeclaration(line int) error {
	err := fmt.Errorf("%s: line %d: no declaration helps there", p.Name, line)
	offered := p.offered()
	if len(offered) == 0 {
		return diag.WithHint(err, "leave out --at: nothing in the file needs one")
	}
	lines := make([]string, len(offered))
	for i, d := range offered {
		lines[i] = fmt.Sprint(d.Line)
	}
	return diag.WithHint(err, "one of "+strings.Join(lines, ", "))
}

// Empty reports whether nothing in the document names an article.
func (p *Plan) Empty() bool { return len(p.Queries)+len(p.places) == 0 }
