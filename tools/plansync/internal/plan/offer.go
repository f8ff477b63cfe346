package plan

import (
	"slices"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

// An offer is a table or a list that may name articles, and the declaration that says so.
type offer struct {
	at   Span   // its lines
	text string // the declaration
	why  string // what the finding says; empty for none
}

// declarationsOf makes declarations of offers, one for those of a section that one declaration
// reaches: the weeks of a month.
func (k *kept) declarationsOf(offers []offer) (declarations []Declaration) {
	slices.SortFunc(offers, func(a, b offer) int { return a.at.Start - b.at.Start })
	type place struct {
		section int
		text    string
	}
	sections, in := k.sections(), make([]int, len(offers))
	count, covered := make(map[place]int), make(map[place]bool)
	innermost := 0 // of those that start before the offer, the last one
	for i, o := range offers {
		for innermost < len(sections) && sections[innermost].at.Start < o.at.Start {
			innermost++
		}
		in[i] = innermost - 1
		for s := in[i]; s >= 0; s = sections[s].parent {
			count[place{s, o.text}]++
		}
	}
	for i, o := range offers {
		s := in[i]
		for s >= 0 && !covered[place{s, o.text}] {
			s = sections[s].parent
		}
		if s >= 0 {
			continue
		}
		for s = in[i]; s >= 0 && count[place{s, o.text}] < 2; {
			s = sections[s].parent
		}
		d := Declaration{Line: k.Position(o.at.Start).Line, Text: o.text, offset: o.at.Start}
		where := "above it"
		if s >= 0 {
			covered[place{s, o.text}] = true
			if s != in[i] { // from the first of them on, only its own section would be reached
				at := sections[s].at
				d.Line, d.offset, d.Below = k.Position(at.Start).Line, at.End, true
				where = "below the heading"
			}
		}
		declarations = append(declarations, d)
		if o.why != "" {
			k.problem(o.at, diag.Warning, "maybe-articles",
				"if it does, put this line "+where+": "+o.text, "%s", o.why)
		}
	}
	return declarations
}

// lastResort offers every table of a file of which nothing else can be read: an owner who calls it
// a plan may know which column is the title.
func (k *kept) lastResort() {
	if len(k.places)+len(k.offers)+len(k.Findings)+len(k.Queries) > 0 {
		return
	}
	var offers []offer
	for i := range k.doc.Blocks {
		b := &k.doc.Blocks[i]
		if b.Kind != markdown.Table || b.Parent >= 0 {
			continue
		}
		t := k.table(i)
		if len(t.rows) < minRows {
			continue
		}
		header := t.rows[0].lines
		t.rows = t.rows[1:]
		t.columns = make([]vocabulary.Column, len(t.names))
		offers = append(offers, offer{header, declarationOf(t.names[k.likelyTitle(t)]), ""})
	}
	k.guesses = k.declarationsOf(offers)
}

// minRows is how many rows a table of articles has at least, with its header: of fewer, nobody can
// tell what they are.
const minRows = 4

// declarationOf returns the declaration that gives the column of the titles.
func declarationOf(title string) string {
	quote := `"`
	if strings.Contains(title, quote) {
		quote = "'"
	}
	return "<!-- plansync: articles title=" + quote + title + quote + " -->"
}

// A titled is a heading whose section a declaration can be made for.
type titled struct {
	level  int
	at     Span // the lines of the heading
	parent int  // the index of the one that it stands below, or -1
}

// sections returns the headings of the document in order, but for its title. One that ends a
// section is in the list, too, so that the last one before an offset is the innermost.
func (k *kept) sections() (list []titled) {
	blocks := k.doc.Blocks
	open := -1
	for i := 0; i < len(blocks); i = blocks[i].Next {
		b := &blocks[i]
		if b.Kind != markdown.Heading || Span(b.Text) == k.titleAt {
			continue
		}
		for open >= 0 && list[open].level >= b.Level {
			open = list[open].parent
		}
		list = append(list, titled{b.Level, Span(b.Lines), open})
		open = len(list) - 1
	}
	return list
}
