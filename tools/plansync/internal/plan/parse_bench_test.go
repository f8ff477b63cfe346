package plan

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// BenchmarkParse parses the first plan, clean and garbled, and in the same run has goldmark parse the same bytes;
// "x-goldmark" is the ratio of the times.
func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"repaired", "received"} {
		b.Run(name, func(b *testing.B) {
			source, err := os.ReadFile("../../testdata/" + name + ".md")
			if err != nil {
				b.Fatal(err)
			}
			theirs := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()
			b.SetBytes(int64(len(source)))
			b.ReportAllocs()
			var ours, goldmarks time.Duration
			for b.Loop() {
				start := time.Now()
				Parse(name, source, options)
				ours += time.Since(start)
				b.StopTimer()
				start = time.Now()
				theirs.Parse(text.NewReader(source))
				goldmarks += time.Since(start)
				b.StartTimer()
			}
			b.ReportMetric(float64(ours)/float64(goldmarks), "x-goldmark")
		})
	}
}

// What parsing allocates for a query, beside what goldmark does, is budgeted, for it does not depend on
// the machine.
func TestParseAllocatesLittle(t *testing.T) {
	const queries = 1000
	var list, phase strings.Builder
	for i := range queries {
		fmt.Fprintf(&list, "%d. **query-%d** — Query %d\n", i+1, i, i)
		fmt.Fprintf(&phase, "- [x] **query-%d** - [/learn/query-%[1]d](https://example.org/learn/query-%[1]d)\n", i)
	}
	source := []byte("## Identified Search Queries\n" + list.String() + "## Implementation Phases\n### Phase 1: P\n" + phase.String())
	theirs := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()
	goldmarks := testing.AllocsPerRun(10, func() { theirs.Parse(text.NewReader(source)) })
	if n := (testing.AllocsPerRun(10, func() { Parse("p.md", source, options) }) - goldmarks) / queries; n > 7 {
		t.Errorf("%.1f allocations for a query", n)
	}
}
