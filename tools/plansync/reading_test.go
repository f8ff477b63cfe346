package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// What only reads leaves the whole site as it is, byte for byte and with its times: build
// statistics, locks, what Hugo made of images, the files of modules.
func TestReadingChangesNothing(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{
		"hugo.toml": "baseURL = 'https://h.example/'\n[build.buildStats]\nenable = true\n" +
			"[module]\n[[module.imports]]\npath = 'mine'\n" +
			"[[module.mounts]]\nsource = 'content'\ntarget = 'content'\n" +
			"[[module.mounts]]\nsource = 'docs'\ntarget = 'content/learn'\n",
		"go.mod": "module h.example/site\n\ngo 1.26\n",
		"themes/mine/layouts/all.html": `<p class="c">{{ range .Resources }}` +
			`{{ (.Resize "2x").RelPermalink }}{{ end }}{{ .Content }}</p>`,
		"content/learn/a/index.md": "---\ntitle: A\ncategories: [Dev Ops]\n---\nText.\n",
		"docs/b.md":                "---\ntitle: B\n---\nText.\n",
		"plan/p.md": "## Identified Search Queries\n" +
			"1. **a** — A\n2. **b** — B\n3. **c** — C\n",
		"Queries.csv": "Top queries,Clicks,Impressions,CTR,Position\na,1,2,50%,3\n",
	})
	svg, err := os.ReadFile(filepath.Join(root, "themes/lectern/images/screenshot.png"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "content/learn/a/p.png"), svg, 0o666); err != nil {
		t.Fatal(err)
	}
	build := exec.Command(os.Getenv("PLANSYNC_HUGO"), "--quiet")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if stats := readFile(t, filepath.Join(dir, "hugo_stats.json")); len(stats) == 0 {
		t.Fatal("no build statistics")
	}
	os.Remove(filepath.Join(dir, ".hugo_build.lock"))
	time.Sleep(10 * time.Millisecond) // so that a write has another time
	before := snapshot(t, dir)
	for _, args := range [][]string{
		{"status"}, {"status", "--json"}, {"status", "--gsc", filepath.Join(dir, "Queries.csv")},
		{"check"}, {"check", "--format", "sarif"}, {"brief", "c"},
		{"stubs", "--dry-run"}, {"stubs", "--diff"}, {"stubs", "--check"},
		{"stubs", "--update", "--diff"},
		{"sync", "--dry-run"}, {"sync", "--diff"}, {"sync", "--check"}, {"sync", "--prune", "--diff"},
		{"build", "--dry-run"}, {"build", "--diff"}, {"build", "--check"},
		{"adopt", "--site"}, {"adopt", "--site", "--diff", "--name", "q"},
		{"repair", "--check"}, {"new", "--query", "a search", "--dry-run", "q"},
		{"new", "--query", "b", "q"}, // an overlap
	} {
		if code, _, stderr := command(dir, args...); code == exitError && args[0] != "new" {
			t.Errorf("%v: %s", args, stderr)
		}
		if after := snapshot(t, dir); after != before {
			t.Fatalf("%v changed the site, from\n%s\nto\n%s", args, before, after)
		}
	}
}
