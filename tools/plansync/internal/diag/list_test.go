package diag

import (
	"fmt"
	"testing"
)

// What an author hears of a save is what it changed, and not what it moved.
func TestCompare(t *testing.T) {
	at := func(line int, rule, message string) Finding {
		return Finding{
			File: "plan/p.md", Line: line, Column: 9,
			Severity: Warning, Rule: rule, Message: message, Hint: "a hint",
		}
	}
	elsewhere := at(1, "thin", "thin")
	elsewhere.File = "plan/q.md"
	tests := []struct {
		name          string
		before, after []Finding
		fresh, gone   string // their lines
	}{
		{"the first look", nil, []Finding{at(1, "thin", "thin"), at(2, "filler", "filler")}, "[1 2]", "[]"},
		{"nothing is left", []Finding{at(1, "thin", "thin")}, nil, "[]", "[1]"},
		{"moved", []Finding{at(1, "thin", "thin")}, []Finding{at(7, "thin", "thin")}, "[]", "[]"},
		{"another count", []Finding{at(1, "thin", "thin article of 83 words")}, []Finding{at(1, "thin", "thin article of 412 words")}, "[]", "[]"},
		{"other lines", []Finding{at(5, "not-published", `"a": not published (also in lines 9, 12)`)}, []Finding{at(6, "not-published", `"a": not published (also in lines 10, 13)`)}, "[]", "[]"},
		{"another name", []Finding{at(5, "not-published", `"gpt-4": not published`)}, []Finding{at(5, "not-published", `"gpt-5": not published`)}, "[5]", "[5]"},
		{"another rule", []Finding{at(1, "thin", "it")}, []Finding{at(1, "filler", "it")}, "[1]", "[1]"},
		{"another file", []Finding{elsewhere}, []Finding{at(1, "thin", "thin")}, "[1]", "[1]"},
		{"one more of a kind", []Finding{at(1, "filler", "filler")}, []Finding{at(1, "filler", "filler"), at(4, "filler", "filler")}, "[4]", "[]"},
		{"one less of a kind", []Finding{at(1, "filler", "filler"), at(4, "filler", "filler")}, []Finding{at(4, "filler", "filler")}, "[]", "[4]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fresh, gone := Compare(test.before, test.after)
			if lines(fresh) != test.fresh || lines(gone) != test.gone {
				t.Errorf("new %s, gone %s, want %s and %s", lines(fresh), lines(gone), test.fresh, test.gone)
			}
		})
	}
}

func lines(findings []Finding) string {
	list := make([]int, len(findings))
	for i, f := range findings {
		list[i] = f.Line
	}
	return fmt.Sprint(list)
}
