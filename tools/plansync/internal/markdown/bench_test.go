package markdown

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// corners returns documents of about n bytes that are hard on a parser, and within the limits: what
// is quadratic in one block is cut into blocks of the largest size that is read.
func corners(n int) map[string]string {
	repeat := func(s string) string { return strings.Repeat(s, n/len(s)) }
	blocks := func(s string, size int) string {
		return repeat(strings.Repeat(s, size/len(s)) + "\n\n")
	}
	numbered := func(format string) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	deep := ""
	for depth := range 45 {
		deep += strings.Repeat(" ", 2*depth) + "- a\n"
	}
	return map[string]string{
		"plan": repeat("- [x] **some-article** - " +
			"[/learn/some-article](https://example.org/learn/some-article)\n"),
		"table":       "| a | b |\n|---|---|\n" + repeat("| Some *title* | `some-article` |\n"),
		"escapes":     "| a |\n|---|\n" + repeat("| `a\\|b` |\n"),
		"prose":       blocks("Some words of a *long* text with a [link](https://a.example).\n", 2000),
		"quotes":      repeat(strings.Repeat(">", 90) + "\n\n"),
		"lists":       repeat(deep + "\n\n\nz\n\n"),
		"stars":       blocks("*a_", 4500),
		"links":       blocks("[a](", 4500),
		"brackets":    blocks("[", 4000),
		"comments":    blocks("<!-- ", 9000),
		"backquotes":  blocks("` `` ``` ", 5000),
		"definitions": repeat(numbered("[%d]: /x\n")[:min(n, 60_000)] + "\n\n"),
		"references":  numbered("[%d]: /x\n\n[%[1]d]\n\n"),
		"headings":    repeat("# a\n"),
		"setext":      repeat("a\n---\n"),
		"blank":       repeat("\n"),
		"one line":    repeat("x"),
		"bare links":  repeat("https://example.org/a\n"),
		"fences":      repeat("```\n"),
		"html":        repeat("<div>\n\n"),
		"items":       repeat("-\n"),
	}
}

// BenchmarkParse reads documents of 1 and 8 MB that are hard on a parser. "exponent" says how the
// time grows from the one to the other, and "x-goldmark" how many times as long it takes as
// goldmark alone, with the same extensions and on the same bytes.
func BenchmarkParse(b *testing.B) {
	theirs := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()
	small, large := corners(1<<20), corners(8<<20)
	for name := range small {
		b.Run(name, func(b *testing.B) {
			measure := func(read func()) time.Duration {
				start := time.Now()
				read()
				return time.Since(start)
			}
			var ours, ourSmall, their time.Duration
			b.SetBytes(int64(len(large[name])))
			for b.Loop() {
				ourSmall += measure(func() { Parse([]byte(small[name])) })
				ours += measure(func() { Parse([]byte(large[name])) })
				if name == "escapes" { // which takes goldmark hours
					continue
				}
				b.StopTimer()
				their += measure(func() { theirs.Parse(text.NewReader([]byte(large[name]))) })
				b.StartTimer()
			}
			b.ReportMetric(math.Log(float64(ours)/float64(ourSmall))/math.Log(8), "exponent")
			if their > 0 {
				b.ReportMetric(float64(ours)/float64(their), "x-goldmark")
			}
		})
	}
	for _, name := range []string{"repaired", "all-published"} {
		b.Run(name, func(b *testing.B) {
			source, err := os.ReadFile("../../testdata/" + name + ".md")
			if err != nil {
				b.Fatal(err)
			}
			var ours, their time.Duration
			for b.Loop() {
				start := time.Now()
				Parse(source)
				ours += time.Since(start)
				b.StopTimer()
				start = time.Now()
				theirs.Parse(text.NewReader(source))
				their += time.Since(start)
				b.StartTimer()
			}
			b.ReportMetric(float64(ours)/float64(their), "x-goldmark")
		})
	}
}
