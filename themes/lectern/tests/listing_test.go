package tests

import (
	"slices"
	"strings"
	"testing"
)

// Whichever of Hugo's ways names the lines to mark, those lines are marked, counted from one.
func TestNamedLinesAreMarked(t *testing.T) {
	s := theExample(t)
	marked := map[string][]string{} // by the first line of the listing
	for _, p := range mustPages(t, s) {
		if p.path != "/learn/everything/" {
			continue
		}
		for n := range p.doc.Descendants() {
			if n.Data != "pre" {
				continue
			}
			first, _, _ := strings.Cut(textOf(n), "\n")
			for m := range n.Descendants() {
				if m.Data == "mark" {
					marked[first] = append(marked[first], strings.TrimSpace(textOf(m)))
				}
			}
		}
	}
	for first, want := range map[string][]string{
		"// Step is one thing to do.": {"type Step struct {", "Name string", "Done bool"}, // the shortcode code, hl="2-4"
		"retries: 3":                  {"budget: 0.1"},                                    // hl_lines="2"
		"one := 1":                    {"one := 1", "three := 3", "four := 4"},            // hl_lines=[1,"3-4"]
		"first := 1":                  {"second := 2"},                                    // the shortcode highlight
	} {
		if got := marked[first]; !slices.Equal(got, want) {
			t.Errorf("the listing that begins with %q marks %q, want %q", first, got, want)
		}
	}
}
