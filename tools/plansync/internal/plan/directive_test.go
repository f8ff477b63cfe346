package plan

import (
	"slices"
	"strings"
	"testing"
)

const shed = "| Title | Slug | Status |\n|---|---|---|\n| Felt a Roof | felt-a-roof | Planned |\n"

// rules returns the rules of the findings.
func rules(p *Plan) (found []string) {
	for _, f := range p.Findings {
		found = append(found, f.Rule)
	}
	return found
}

// What a file says of itself counts, and what it says wrongly is a finding.
func TestDirectives(t *testing.T) {
	for _, test := range []struct {
		name, source string
		isPlan       bool
		slugs, rules string
	}{
		{"adopted", AdoptionLine + "\n" + shed, true, "felt-a-roof", ""},
		{"not adopted", shed, false, "felt-a-roof", ""},
		{"ignored", "<!-- plansync: ignore -->\n\n# Title\n\n" + shed, false, "", ""},
		{"one table of two is ignored",
			AdoptionLine + "\n" + shed + "\n<!-- plansync: ignore -->\n" + strings.ReplaceAll(shed, "elt",
				"ill"),
			true, "felt-a-roof", ""},
		{"an unknown word", AdoptionLine + "\n<!-- plansync: article -->\n" + shed, true, "felt-a-roof",
			"bad-declaration"},
		{"an unknown attribute", AdoptionLine + "\n<!-- plansync: articles name=\"Title\" -->\n" + shed,
			true,
			"felt-a-roof", "bad-declaration"},
		{"an unknown column", AdoptionLine + "\n<!-- plansync: articles title=\"Name\" -->\n" + shed,
			true, "",
			"bad-declaration"},
		{"a declaration above nothing", AdoptionLine + "\n<!-- plansync: articles -->\nText.\n\n## Roofs\n\n" +
			shed, true, "felt-a-roof", "bad-declaration"},
		{"a declaration above a text", AdoptionLine + "\n<!-- plansync: articles -->\nText.\n\n" + shed,
			true, "felt-a-roof", ""},
		{"queries in a table", "## Identified Search Queries\n\n" + shed, true, "felt-a-roof", ""},
		{"a section without queries", "## Identified Search Queries\n\nNone yet.\n", true, "",
			"no-queries"},
		{"a table outside of a plan in the standard form", queries + "## Notes\n\n" + shed, true, "a b",
			""},
		{"in code", "```\n" + AdoptionLine + "\n```\n" + shed, false, "felt-a-roof", ""},
	} {
		p := Parse("p.md", []byte(test.source), keptOptions)
		var slugs []string
		for _, q := range p.Queries {
			slugs = append(slugs, q.Slug)
		}
		if p.IsPlan() != test.isPlan || strings.Join(slugs, " ") != test.slugs ||
			strings.Join(rules(p), " ") != test.rules {
			t.Errorf("%s: plan %v, queries %v, findings %v", test.name, p.IsPlan(), slugs, p.Findings)
		}
	}
}

// An article that is named twice is one article, both of its rows are kept in step, and a
// contradiction is a finding and no error.
func TestNamedTwice(t *testing.T) {
	source := AdoptionLine + "\n" + shed + "\n" + strings.Replace(shed, "Planned", "Live", 1)
	p := Parse("p.md", []byte(source), keptOptions)
	if got := rules(p); len(p.Queries) != 1 || !slices.Equal(got, []string{"states-differ"}) {
		t.Errorf("%d queries, %v", len(p.Queries), got)
	}
	got := mustSync(t, p, published("felt-a-roof"), SyncOptions{})
	if strings.Count(got, "| Live |") != 2 {
		t.Errorf("synced:\n%s", got)
	}
}

// A row with a word of state that nobody knows is left out, and nothing is made or written for it.
func TestUnknownState(t *testing.T) {
	p := Parse("p.md", []byte(AdoptionLine+"\n"+strings.Replace(shed, "Planned", "Zork", 1)),
		keptOptions)
	if got := rules(p); len(p.Queries) != 0 || !slices.Equal(got, []string{"unknown-state"}) {
		t.Errorf("%d queries, %v", len(p.Queries), p.Findings)
	}
}
