package plan

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/yuin/goldmark"
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
			markdown := goldmark.DefaultParser()
			b.SetBytes(int64(len(source)))
			b.ReportAllocs()
			var ours, theirs time.Duration
			for b.Loop() {
				start := time.Now()
				Parse(name, source, options)
				ours += time.Since(start)
				b.StopTimer()
				start = time.Now()
				markdown.Parse(text.NewReader(source))
				theirs += time.Since(start)
				b.StartTimer()
			}
			b.ReportMetric(float64(ours)/float64(theirs), "x-goldmark")
		})
	}
}

// What parsing allocates for a query is budgeted, for it does not depend on the machine.
func TestParseAllocatesLittle(t *testing.T) {
	const queries = 1000
	var list, phase strings.Builder
	for i := range queries {
		fmt.Fprintf(&list, "%d. **query-%d** — Query %d\n", i+1, i, i)
		fmt.Fprintf(&phase, "- [x] **query-%d** - [/learn/query-%d](https://example.org/learn/query-%d)\n", i, i, i)
	}
	source := []byte("## Identified Search Queries\n" + list.String() + "## Implementation Phases\n### Phase 1: P\n" + phase.String())
	if n := testing.AllocsPerRun(10, func() { Parse("p.md", source, options) }) / queries; n > 5 {
		t.Errorf("%.1f allocations for a query", n)
	}
}
