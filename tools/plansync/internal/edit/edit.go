// Package edit changes a document by a list of edits against the offsets of the original.
package edit

import (
	"cmp"
	"fmt"
	"slices"
)

// An Edit replaces the bytes [Start, End) of the original document with New.
// Offsets count bytes from 0. Start == End inserts; an empty New deletes.
type Edit struct {
	Start, End int
	New        string
}

// Apply returns src with every edit made. Bytes outside the edits are copied as they are.
// The edits may come in any order; insertions at one offset keep the order of the list.
// It is an error if an edit lies outside src or two edits overlap.
func Apply(src []byte, edits []Edit) ([]byte, error) {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	size := len(src)
	end := 0
	for _, e := range sorted {
		if e.Start > e.End || e.End > len(src) || e.Start < 0 {
			return nil, fmt.Errorf("edit [%d, %d) is outside the document of %d bytes", e.Start, e.End, len(src))
		}
		if e.Start < end {
			return nil, fmt.Errorf("edits overlap at byte %d", e.Start)
		}
		end = e.End
		size += len(e.New) - (e.End - e.Start)
	}
	out := make([]byte, 0, size)
	at := 0
	for _, e := range sorted {
		out = append(out, src[at:e.Start]...)
		out = append(out, e.New...)
		at = e.End
	}
	return append(out, src[at:]...), nil
}
