package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A starter is a site in the shape in which users of a theme begin one.
type starter struct {
	section string
	files   map[string]string
	post    string // one of the section's own, as a file; the front matter is that of the shape
}

const (
	yamlPost = "---\ntitle: Kept\ndate: 2025-01-02\ntags: [x]\ncategories: [Dev Ops]\n---\nText.\n"
	tomlPost = "+++\ntitle = 'Kept'\ndate = 2025-01-02\n[params]\nown = 1\n+++\nText.\n"
)

var starters = map[string]starter{
	"hugo new site": {"posts", map[string]string{
		"hugo.toml": "baseURL = 'https://h.example/'\nlocale = 'en-us'\ntitle = 'My New Hugo Site'\n" +
			"[params.plansync]\nsection = 'posts'\n",
		"archetypes/default.md": "+++\ndate = '{{ .Date }}'\ndraft = true\n" +
			"title = '{{ replace .File.ContentBaseName \"-\" \" \" | title }}'\n+++\n",
	}, "content/posts/kept.md:" + tomlPost},
	"hugo-book": {"docs", map[string]string{ // split languages, a menu of weights
		"hugo.toml": "baseURL = 'https://h.example/'\n[languages.en]\ncontentDir = 'content.en'\n" +
			"weight = 1\n[languages.zh]\ncontentDir = 'content.zh'\nweight = 2\n" +
			"[params]\nBookSection = 'docs'\n[params.plansync]\nsection = 'docs'\n",
		"content.zh/docs/example/kept.md": yamlPost,
		"content.en/docs/_index.md":       "---\ntitle: Docs\n---\n",
		"content.en/docs/other.md":        "---\ntitle: Other\nweight: 2\n---\n",
	}, "content.en/docs/example/kept.md:---\ntitle: Kept\nweight: 1\n---\nText.\n"},
	"PaperMod": {"posts", map[string]string{
		"hugo.yml": "baseURL: https://h.example/\noutputs: {home: [HTML, RSS, JSON]}\n" +
			"taxonomies: {category: categories, tag: tags, series: series}\n" +
			"params:\n  env: production\n  plansync: {section: posts}\n",
		"archetypes/post.md": "---\ntitle: x\nauthor: Me\n---\n",
	}, "content/posts/kept.md:" + yamlPost},
	"Docsy": {"blog", map[string]string{ // permalinks, a tree of sections, a mount
		"hugo.yaml": "baseURL: https://h.example/\nenableGitInfo: false\n" +
			"permalinks: {blog: '/:section/:year/:month/:day/:slug/'}\n" +
			"languages:\n  en: {contentDir: content/en}\n  fa: {contentDir: content/fa}\n" +
			"module:\n  mounts:\n    - {source: content/en, target: content, lang: en}\n" +
			"    - {source: content/fa, target: content, lang: fa}\n" +
			"    - {source: more, target: content/docs/more, lang: en}\n" +
			"params:\n  plansync: {section: blog}\n",
		"more/deep.md":                "---\ntitle: Deep\n---\n",
		"content/fa/blog/n/kept.md":   yamlPost,
		"content/en/blog/n/_index.md": "---\ntitle: News\n---\n",
	}, "content/en/blog/n/kept.md:" + yamlPost},
	"Hextra": {"docs", map[string]string{
		"hugo.json": `{"baseURL": "https://h.example/sub/", "enableRobotsTXT": true,
			"params": {"plansync": {"section": "docs"}}}`,
		"content/docs/_index.md": "---\ntitle: Docs\ncascade: {type: docs}\n---\n",
	}, "content/docs/kept.md:" + yamlPost},
	"Stack": {"post", map[string]string{ // bundles, split configuration
		"config/_default/hugo.toml":       "baseURL = 'https://h.example/'\n",
		"config/_default/permalinks.toml": "post = '/p/:slug/'\n",
		"config/_default/params.toml":     "[plansync]\nsection = 'post'\n",
		"content/categories/dev-ops/_index.md": "---\ntitle: Dev Ops\nstyle: {background: red}\n" +
			"---\n",
	}, "content/post/kept/index.md:" + yamlPost},
	"Blowfish": {"posts", map[string]string{ // a file for each language, ugly addresses, authors
		"config/_default/hugo.yaml":         "baseURL: https://h.example/\nuglyURLs: true\n",
		"config/_default/languages.en.yaml": "title: T\n",
		"config/_default/languages.de.yaml": "title: T\n",
		"config/_default/params.json":       `{"plansync": {"section": "posts"}}`,
		"config/_default/taxonomies.yaml":   "tag: tags\nauthor: authors\n",
		"content/posts/kept/index.de.md":    yamlPost,
	}, "content/posts/kept/index.md:" + yamlPost},
}

// The whole cycle goes in a site of any shape, and what was there stays: every byte outside of the
// plan and of the new article, every page and term that was published.
func TestStarters(t *testing.T) {
	for name, s := range starters {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			post, text, _ := strings.Cut(s.post, ":")
			files := map[string]string{"hugo.toml": "", "plan/p.md": "", post: text,
				"layouts/all.html": "{{ .Title }}{{ range .Pages }}{{ .RelPermalink }}{{ end }}"}
			for path, data := range s.files {
				files[path] = data
			}
			lay(t, dir, files)
			before := siteFiles(t, dir)
			published := builtBy(t, dir)
			for _, step := range []struct {
				args []string
				code int
			}{
				{[]string{"adopt", "--site", "--name", "kept"}, 0}, {[]string{"adopt", "--site"}, 0},
				{[]string{"status"}, 0}, {[]string{"check"}, 0}, {[]string{"stubs", "--check"}, 0},
				{[]string{"sync", "--check"}, 0},
			} {
				if code, out, stderr := command(dir, step.args...); code != step.code {
					t.Fatalf("%v: exit %d\n%s%s", step.args, code, out, stderr)
				}
			}
			plan := filepath.Join(dir, "plan/kept.md")
			rows := string(readFile(t, plan)) + "| New | a search | a-new-one | | Planned | |\n"
			if !strings.Contains(rows, "| Kept | | kept |") {
				t.Fatalf("the page is not in\n%s", rows)
			}
			if err := os.WriteFile(plan, []byte(rows), 0o666); err != nil {
				t.Fatal(err)
			}
			if code, _, stderr := command(dir, "stubs"); code != 0 ||
				strings.Count(stderr, "created: ") != 1 {
				t.Fatalf("stubs: exit %d\n%s", code, stderr)
			}
			writeArticle(t, dir)
			for _, args := range [][]string{{"build"}, {"sync", "--check"},
				{"sync", "--prune", "--check"}, {"stubs", "--check"}} {
				if code, out, stderr := command(dir, args...); code != 0 {
					t.Fatalf("%v: exit %d\n%s%s", args, code, out, stderr)
				}
			}
			if after := string(readFile(t, plan)); !strings.Contains(after, "a-new-one | | Published | ") {
				t.Errorf("not recorded in\n%s", after)
			}
			after := siteFiles(t, dir)
			for path, data := range before {
				if after[path] != data {
					t.Errorf("%s is now %q", path, after[path])
				}
			}
			if len(after) != len(before)+2 {
				t.Errorf("%d files were %d", len(after), len(before))
			}
			for _, path := range published {
				if _, err := os.Stat(filepath.Join(dir, path)); err != nil {
					t.Errorf("published no more: %s", path)
				}
			}
		})
	}
}

// writeArticle does an author's work on the new article.
func writeArticle(t *testing.T, dir string) {
	t.Helper()
	for path, data := range siteFiles(t, dir) {
		if !strings.Contains(path, "a-new-one") {
			continue
		}
		for _, sign := range []string{": ", " = "} {
			data = strings.Replace(data, "draft"+sign+"true", "draft"+sign+"false", 1)
		}
		if err := os.WriteFile(filepath.Join(dir, path), []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// siteFiles returns the files of a site, but for what a build writes.
func siteFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(path, "public/") ||
			strings.HasPrefix(entry.Name(), ".hugo_build") || strings.HasPrefix(path, ".plansync") {
			return err
		}
		files[path] = string(readFile(t, filepath.Join(dir, path)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// builtBy returns what Hugo alone publishes, and removes it.
func builtBy(t *testing.T, dir string) (paths []string) {
	t.Helper()
	build := exec.Command(os.Getenv("PLANSYNC_HUGO"), "--quiet")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	err := fs.WalkDir(os.DirFS(dir), "public",
		func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				paths = append(paths, path)
			}
			return err
		})
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d files: %v", len(paths), err)
	}
	os.RemoveAll(filepath.Join(dir, "public"))
	return paths
}
