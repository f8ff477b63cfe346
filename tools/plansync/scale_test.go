package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// bigPlan writes a plan of n queries in phases of 50.
func bigPlan(n int) string {
	var queries, phases strings.Builder
	for i := range n {
		slug := fmt.Sprintf("query-number-%d-about-models", i)
		fmt.Fprintf(&queries, "%d. **%s** — Query Number %d About Models\n", i+1, slug, i)
		if i%50 == 0 {
			fmt.Fprintf(&phases, "\n### Phase %d: Phase Number %d\n", i/50+1, i/50)
		}
		fmt.Fprintf(&phases, "- [ ] **%s**\n", slug)
	}
	return "# Plan\n\n## Identified Search Queries\n" + queries.String() + "\n## Implementation Phases\n" + phases.String() +
		"\n## COMPLETED TASKS\n\n## Created Articles Summary\n"
}

// files reads every file below dir.
func files(b *testing.B, dir string) map[string][]byte {
	b.Helper()
	all := make(map[string][]byte)
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		all[rel] = data
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return all
}

func must(b *testing.B, code int, stderr string) {
	b.Helper()
	if code != exitOK && code != exitFound {
		b.Fatalf("exit code %d: %.500s", code, stderr)
	}
}

// BenchmarkScale runs whole commands on plans of growing size, and in the same run a plain program
// that writes or reads the same files; "x-plain" is the ratio. Hugo is replaced by its answer, so
// that what is measured is ours.
func BenchmarkScale(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			site := b.TempDir()
			write := func(name, data string, mode fs.FileMode) {
				path := filepath.Join(site, name)
				if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
					b.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(data), mode); err != nil {
					b.Fatal(err)
				}
			}
			write("hugo.toml", "title = 'T'\n", 0o666)
			write("plan/p.md", bigPlan(n), 0o666)
			code, _, stderr := command(site, "stubs")
			must(b, code, stderr)
			content := files(b, filepath.Join(site, "content"))

			b.Run("stubs", func(b *testing.B) {
				var plain, ours time.Duration
				for b.Loop() {
					if err := os.RemoveAll(filepath.Join(site, "content")); err != nil {
						b.Fatal(err)
					}
					start := time.Now()
					code, _, stderr := command(site, "stubs")
					ours += time.Since(start)
					must(b, code, stderr)
					if err := os.RemoveAll(filepath.Join(site, "content")); err != nil {
						b.Fatal(err)
					}
					start = time.Now()
					for name, data := range content {
						write(filepath.Join("content", name), string(data), 0o666)
					}
					plain += time.Since(start)
				}
				b.ReportMetric(float64(ours)/float64(plain), "x-plain")
				b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N*n), "ns/query")
			})
			b.Run("stubs-again", func(b *testing.B) {
				var plain, ours time.Duration
				for b.Loop() {
					start := time.Now()
					code, _, stderr := command(site, "stubs")
					ours += time.Since(start)
					must(b, code, stderr)
					start = time.Now()
					files(b, site)
					plain += time.Since(start)
				}
				b.ReportMetric(float64(ours)/float64(plain), "x-plain")
				b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N*n), "ns/query")
			})

			// Every second article is published.
			list := "path,slug,title,date,expiryDate,publishDate,draft,permalink,kind,section\n"
			for i := 0; i < n; i += 2 {
				slug := fmt.Sprintf("query-number-%d-about-models", i)
				name := "content/learn/" + slug + "/index.md"
				list += fmt.Sprintf("%s,,T,,,,false,https://example.org/learn/%s/,page,learn\n", name, slug)
				data := content["learn/"+slug+"/index.md"]
				write(name, strings.Replace(string(data), "draft = true", "draft = false", 1)+strings.Repeat("One more sentence about models that fail. ", 500), 0o666)
			}
			write("list.csv", list, 0o666)
			write("hugo", "#!/bin/sh\nexec cat list.csv\n", 0o777)
			for _, name := range []string{"status", "check", "sync"} {
				b.Run(name, func(b *testing.B) {
					var ours time.Duration
					for b.Loop() {
						write("plan/p.md", bigPlan(n), 0o666)
						start := time.Now()
						code, _, stderr := command(site, name, "--hugo", filepath.Join(site, "hugo"))
						ours += time.Since(start)
						must(b, code, stderr)
					}
					b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N*n), "ns/query")
				})
			}
		})
	}
}
