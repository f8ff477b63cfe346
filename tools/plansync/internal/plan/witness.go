package plan

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/edit"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
)

// A landmark is a block that has lines of its own: what it is, where it starts, and what holds it.
type landmark struct {
	start, end int
	kind       markdown.Kind
	level      int
	within     string // the kinds of the quotes and items that hold it
}

// landmarks returns the blocks of a document that have lines of their own, in order.
func landmarks(doc *markdown.Document) []landmark {
	var marks []landmark
	within := make([]string, len(doc.Blocks))
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		holder := ""
		if b.Parent >= 0 {
			holder = within[b.Parent]
		}
		within[i] = holder
		switch b.Kind {
		case markdown.Quote:
			within[i] += ">"
		case markdown.Item:
			within[i] += "-"
		case markdown.List, markdown.Table, markdown.Cell:
			continue
		}
		if b.Kind == markdown.Item && b.Next > i+1 || b.Kind == markdown.Quote {
			continue
		}
		m := landmark{b.Lines.Start, b.Lines.End, b.Kind, b.Level, within[i]}
		if b.Kind == markdown.Item {
			m.level = 0 // its number
		}
		marks = append(marks, m)
	}
	return marks
}

// witness says what an edit did beside what it was meant to do: after it, every block that was not
// edited must be the block that it was. It asks nobody what the plan means, only what goldmark
// sees, so that it does not share a mistake with what reads the plan.
//
// The edits are in order, and their offsets are into the text before them.
func witness(before, after *markdown.Document, edits []edit.Edit) (at Span, err error) {
	removed, added := make([]Span, len(edits)), make([]Span, len(edits))
	shift := 0
	for i, e := range edits {
		removed[i] = Span{e.Start, e.End}
		added[i] = Span{e.Start + shift, e.Start + shift + len(e.New)}
		shift += len(e.New) - (e.End - e.Start)
		if e.Start == len(before.Source) && e.Start > 0 && !isSpace(before.Source[e.Start-1]) {
			// The last line has no ending: what goes on in it touches it, the ending does not.
			if ending := len(e.New) - len(strings.TrimLeft(e.New, "\r\n")); ending > 0 {
				added[i].Start += ending
			} else {
				removed[i].Start--
			}
		}
	}
	// moved returns where an offset outside the edits is after them.
	moved := func(offset int) int {
		i := sort.Search(len(removed), func(i int) bool {
			return removed[i].End > offset || removed[i].Start > offset
		})
		if i == 0 {
			return offset
		}
		return offset + added[i-1].End - removed[i-1].End
	}
	old := untouched(landmarks(before), removed)
	now := untouched(landmarks(after), added)
	for i, m := range old {
		moved := landmark{moved(m.start), m.end, m.kind, m.level, m.within}
		if i < len(now) {
			moved.end = now[i].end
		}
		if i == len(now) || moved != now[i] {
			return Span{m.start, m.end}, fmt.Errorf("the %s here would no longer be one", m.kind)
		}
	}
	if len(now) > len(old) {
		return Span{}, fmt.Errorf("there would be a new %s", now[len(old)].kind)
	}
	return Span{}, nil
}

// untouched returns the landmarks that no edit touches. Lines that are inserted before or after a
// block do not touch it.
func untouched(marks []landmark, edits []Span) []landmark {
	return slices.DeleteFunc(marks, func(m landmark) bool {
		i := sort.Search(len(edits), func(i int) bool { return edits[i].End > m.start })
		return i < len(edits) && edits[i].Start < m.end
	})
}
