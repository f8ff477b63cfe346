package tests

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/sitebench/corpus"
)

// generate writes a site of n articles, made of the articles of the repository's own site,
// and gives its folder.
func generate(t *testing.T, n int, config string) string {
	t.Helper()
	articles, err := corpus.Read(theSite(t).dir)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := corpus.Write(filepath.Join(dir, "content"), articles, n); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, filepath.Join(dir, "hugo.toml"), fmt.Sprintf(
		"baseURL = 'https://lectern.example/'\ntitle = 'T'\nlocale = 'en'\nthemesDir = '%s'\ntheme = 'lectern'\n_merge = 'deep'\nparams.socialImages = false\n%s", themesDir(t), config))
	return dir
}

func mustWrite(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// Feeds, lists, search and Markdown versions read the sources: with all of them on, each
// listing is highlighted once.
func TestEveryListingIsRenderedOnce(t *testing.T) {
	dir := generate(t, 30, "")
	metrics, err := runHugo(dir, "--templateMetrics")
	if err != nil {
		t.Fatal(err)
	}
	fences := 0
	for _, name := range mustFiles(t, filepath.Join(dir, "content")) {
		fences += bytes.Count(mustRead(t, filepath.Join(dir, "content"), name), []byte("\n```\n"))
	}
	rendered := executed(t, metrics, "_markup/render-codeblock.html") + executed(t, metrics, "_markup/render-codeblock-goat.html")
	if fences == 0 || rendered != fences {
		t.Errorf("%d listings are rendered %d times", fences, rendered)
	}
}

// executed gives how often a template was executed, which is the last number of its row.
func executed(t *testing.T, metrics []byte, template string) int {
	t.Helper()
	row := regexp.MustCompile(`(\d+)  ` + regexp.QuoteMeta(template) + `\n`).FindSubmatch(metrics)
	if row == nil {
		t.Fatalf("no %s in the metrics:\n%s", template, metrics)
	}
	var n int
	if _, err := fmt.Sscan(string(row[1]), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// ofTheWholeSite are the files that name every page: machines read them, no page loads them
// before somebody searches.
var ofTheWholeSite = []string{"llms.txt", "search-index.json", "sitemap.xml"}

// Of every kind of page, the largest of a site is no larger than that of a site of half the size.
// Lists and feeds are made short, so that both sites fill them.
func TestPagesDoNotGrowWithTheSite(t *testing.T) {
	small, large := largest(t, 150), largest(t, 300)
	for kind, before := range small {
		after := large[kind]
		if slices.Contains(ofTheWholeSite, kind) {
			if per := (after - before) / 150; per > 1000 {
				t.Errorf("%s grows by %d bytes an article", kind, per)
			}
			continue
		}
		if after > before+before/20+200 { // numbers get more digits; relatives and neighbours differ
			t.Errorf("%s: %d bytes of 150 articles, %d of 300", kind, before, after)
		}
	}
	for kind := range large {
		if small[kind] == 0 {
			t.Errorf("%s: only with 300 articles", kind)
		}
	}
}

// largest builds a site of n articles and gives the size of its largest file of each kind: those
// whose names differ in numbers only, or are further pages of the same list.
func largest(t *testing.T, n int) map[string]int {
	t.Helper()
	dir := generate(t, n, "pagination.pagerSize = 5\nparams.feedLimit = 5\nparams.sectionRows = 60\n")
	// Uncoloured listings save most of the time.
	mustWrite(t, filepath.Join(dir, "layouts/_partials/code/highlight.html"), "{{ .code }}")
	if _, err := runHugo(dir); err != nil {
		t.Fatal(err)
	}
	sizes := map[string]int{}
	for _, name := range mustFiles(t, filepath.Join(dir, "public")) {
		kind := regexp.MustCompile(`(page/)?\d+/?`).ReplaceAllString(name, "")
		sizes[kind] = max(sizes[kind], len(mustRead(t, filepath.Join(dir, "public"), name)))
	}
	return sizes
}

// A build shared out to several machines, as the README says, gives the files of one build.
func TestShardsMakeTheSameSite(t *testing.T) {
	readme := mustRead(t, themeDir, "README.md")
	block := regexp.MustCompile("(?s)```toml\n(\\[segments\\..*?)```").FindSubmatch(readme)
	if block == nil {
		t.Fatal("the README shows no segments")
	}
	config := filepath.Join(t.TempDir(), "segments.toml")
	mustWrite(t, config, string(block[1]))
	whole := theExample(t)
	merged := map[string][]byte{}
	for _, segment := range regexp.MustCompile(`(?m)^\[segments\.(\w+)`).FindAllSubmatch(block[1], -1) {
		part := t.TempDir()
		if _, err := runHugo("testdata/site", "--minify", "--noBuildLock", "--themesDir", themesDir(t),
			"--baseURL", whole.base, "--config", "hugo.toml,"+config, "--renderSegments", string(segment[1]), "--destination", part); err != nil {
			t.Fatal(err)
		}
		for _, name := range mustFiles(t, part) {
			text := mustRead(t, part, name)
			if have, ok := merged[name]; ok && !bytes.Equal(have, text) {
				t.Errorf("%s: the shards disagree", name)
			}
			merged[name] = text
		}
	}
	for _, name := range mustFiles(t, whole.dir) {
		if text, ok := merged[name]; !ok || !bytes.Equal(text, whole.read(t, name)) {
			t.Errorf("%s: not as in one build", name)
		}
		delete(merged, name)
	}
	for name := range merged {
		t.Errorf("%s: not in one build", name)
	}
}
