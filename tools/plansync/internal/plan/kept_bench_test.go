package plan

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

// keptForms write a plan of n articles in each of the forms that teams keep.
var keptForms = []struct {
	name  string
	write func(b *strings.Builder, n int)
}{
	{"table", func(b *strings.Builder, n int) {
		const row = "| %-24s | %-24s | %-16s | %-9s | %-24s |\n"
		fmt.Fprintf(b, row, "Title", "Target Keyword", "Slug", "Status", "Live URL")
		b.WriteString("|---|---|---|---|---|\n")
		fmt.Fprintf(b, row, "The First", "first", "the-first", "Published", "/learn/the-first/")
		for i := range n {
			fmt.Fprintf(b, row, fmt.Sprintf("About Sheds %d", i), fmt.Sprintf("sheds %d", i),
				fmt.Sprintf("sheds-%d", i), "Planned", "")
		}
		fmt.Fprintf(b, row, "Spare", "spare", "spare", "Planned", "—")
	}},
	{"tables", func(b *strings.Builder, n int) {
		for i := range n {
			fmt.Fprintf(b, "## Cluster: Number %d\n\n| Title | Slug | Status |\n|---|---|---|\n"+
				"| About Sheds %[1]d | sheds-%[1]d | Planned |\n\n", i)
		}
		b.WriteString("| Title | Slug | Status |\n|---|---|---|\n| Last | the-last | Published |\n" +
			"| Spare | spare | Planned |\n")
	}},
	{"stages", func(b *strings.Builder, n int) {
		b.WriteString("## Planned\n\n| Title | Slug | Keyword |\n|---|---|---|\n")
		for i := range n {
			fmt.Fprintf(b, "| About Sheds %d | sheds-%[1]d | sheds %[1]d |\n", i)
		}
		b.WriteString("| Spare | spare | spare |\n\n## Published\n\n" +
			"| Title | Slug | URL |\n|---|---|---|\n| Last | the-last | /learn/the-last/ |\n")
	}},
	{"list", func(b *strings.Builder, n int) {
		b.WriteString("- The First (`the-first`) — DONE\n")
		for i := range n {
			fmt.Fprintf(b, "- About Sheds %d (`sheds-%[1]d`)\n", i)
		}
	}},
	{"headings", func(b *strings.Builder, n int) {
		b.WriteString("### The First\n\n- **Slug:** `the-first`\n- **Status:** Published\n\n")
		for i := range n {
			fmt.Fprintf(b, "### About Sheds %d\n\n- **Slug:** `sheds-%[1]d`\n- **Status:** Planned\n\n", i)
		}
		b.WriteString("### Spare\n\n- **Slug:** `spare`\n- **Status:** Planned\n\n")
	}},
}

// BenchmarkKept reads plans of each form, records that all of their articles are published, and
// takes it back. "slope" is the exponent of the growth of the time from the size before.
func BenchmarkKept(b *testing.B) {
	for _, form := range keptForms {
		b.Run(form.name, func(b *testing.B) {
			before := time.Duration(0)
			for _, n := range []int{1000, 10_000} {
				b.Run(fmt.Sprint(n), func(b *testing.B) {
					var text strings.Builder
					text.WriteString("<!-- plansync: plan -->\n# Plan\n\n")
					form.write(&text, n)
					pages := make(map[string]Published)
					for i := range n {
						slug := fmt.Sprintf("sheds-%d", i)
						pages[slug] = Published{URL: "https://example.org/learn/" + slug + "/"}
					}
					var parsed, synced, taken time.Duration
					for b.Loop() {
						start := time.Now()
						p := Parse("plan.md", []byte(text.String()), keptOptions)
						parsed += time.Since(start)
						start = time.Now()
						after, change, err := p.Sync(pages, SyncOptions{Move: true})
						if err != nil || change.States+change.Moved != n {
							b.Fatalf("%+v, %v", change, err)
						}
						synced += time.Since(start)
						start = time.Now()
						_, change, err = after.Sync(nil, SyncOptions{Prune: true})
						if err != nil || change.Pruned < n && form.name != "stages" {
							b.Fatalf("%+v, %v", change, err)
						}
						taken += time.Since(start)
					}
					runs := time.Duration(b.N)
					b.ReportMetric(float64((parsed/runs).Microseconds())/1000, "ms-parse")
					b.ReportMetric(float64((synced/runs).Microseconds())/1000, "ms-sync")
					b.ReportMetric(float64((taken/runs).Microseconds())/1000, "ms-prune")
					all := (parsed + synced + taken) / runs
					if before > 0 {
						b.ReportMetric(math.Log10(float64(all)/float64(before)), "slope")
					}
					before = all
				})
			}
		})
	}
}
