package plan

import (
	"os"
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
