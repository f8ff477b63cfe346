package plan

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"
)

// keptOptions are those of the site that the archives speak of.
var keptOptions = Options{Section: "learn", BaseURL: "https://example.org/",
	KeepCase: DefaultKeepCase}

// adopt returns the plan with its owner's word, and by how many lines it is longer.
func adopt(source string) (adopted string, lines int) {
	p := Parse("plan.md", []byte(source), keptOptions)
	if p.IsPlan() {
		return source, 0
	}
	at, text := p.AdoptionPoint()
	return source[:at] + text + source[at:], 1
}

// describe writes a reading, one row a line, with line numbers as before the adoption.
func describe(p *Plan, shift int) string {
	var b strings.Builder
	for _, row := range p.Reading().Rows {
		fmt.Fprintf(&b, "%d %s %q", row.Line-shift, row.Slug, row.Title)
		for _, q := range row.Queries {
			fmt.Fprintf(&b, " query %q", q)
		}
		if row.Category != "" {
			fmt.Fprintf(&b, " category %q", row.Category)
		}
		fmt.Fprintf(&b, " %s", row.State)
		if row.Word != "" {
			fmt.Fprintf(&b, " %q", row.Word)
		}
		if row.Link != "" {
			fmt.Fprintf(&b, " link %s", row.Link)
		}
		if row.Written != "" {
			fmt.Fprintf(&b, " in its %s", row.Written)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// Each archive in testdata/kept is a plan as people keep it: plan.md, the slugs that are published
// with options and highlights, how the plan is read, what is found in it, and what sync changes.
func TestKeptPlans(t *testing.T) {
	archives, err := filepath.Glob("testdata/kept/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files := make(map[string]string)
			for _, f := range archive.Files {
				files[f.Name] = string(f.Data)
			}
			source, shift := adopt(files["plan.md"])
			p := Parse("plan.md", []byte(source), keptOptions)
			pages, options := make(map[string]Published), SyncOptions{}
			for _, line := range strings.Split(strings.TrimSpace(files["published"]), "\n") {
				slug, rest, _ := strings.Cut(line, " ")
				page := Published{URL: "https://example.org/learn/" + slug + "/", Date: "2026-05-11"}
				if rest != "" {
					page.Highlights = []string{rest}
				}
				switch slug {
				case "--move":
					options.Move = true
				case "--prune":
					options.Prune = true
				case "":
				default:
					pages[slug] = page
				}
			}
			got := map[string]string{"reading": describe(p, shift)}
			for _, f := range append(p.Findings, p.Drift(pages)...) {
				got["findings"] += fmt.Sprintf("%d: %s: %s [%s]\n  hint: %s\n", f.Line-shift, f.Severity,
					f.Message, f.Rule, f.Hint)
			}
			synced, _, err := p.Sync(pages, options)
			if err != nil {
				t.Fatal(err)
			}
			without := func(s string) string { return strings.Replace(s, AdoptionLine+"\n", "", 1) }
			got["diff"] = changedLines(without(source), without(string(synced.Source)))
			for i, f := range archive.Files {
				want, ok := got[f.Name]
				if !ok {
					continue
				}
				if os.Getenv("UPDATE_GOLDEN") != "" {
					archive.Files[i].Data = []byte(want)
				} else if want != string(f.Data) {
					t.Errorf("%s: %s", f.Name, diff.Diff("want", f.Data, "got", []byte(want)))
				}
			}
			if os.Getenv("UPDATE_GOLDEN") != "" {
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			again, _, err := synced.Sync(pages, options)
			if err != nil || again != synced {
				t.Errorf("a second run changes the plan, or %v", err)
			}
			unadopted := Parse("plan.md", []byte(files["plan.md"]), keptOptions)
			if untouched, _, err := unadopted.Sync(pages, options); shift > 0 &&
				(err != nil || untouched != unadopted) {
				t.Errorf("written without the owner's word, or %v", err)
			}
		})
	}
}
