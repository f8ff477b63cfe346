package main

import (
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

// A truthCase is a way to say what is published, and where. Its articles are named by their slugs.
type truthCase struct {
	name      string
	config    string            // for hugo.toml, before its tables
	files     map[string]string // laid over the site
	env       map[string]string
	published []string          // of the articles, those whose boxes are to be checked
	hidden    []string          // built, but no page to record
	onlyBuilt bool              // what is published shows only in what is built, which sync does not do
	urls      map[string]string // the links of some
}

// An article's file with more keys, in YAML.
func written(slug, keys string) map[string]string {
	return map[string]string{"content/learn/" + slug + "/index.md": "---\ntitle: " + slug + "\n" + keys + "---\ntext\n"}
}

func together(all ...map[string]string) map[string]string {
	files := make(map[string]string)
	for _, some := range all {
		maps.Copy(files, some)
	}
	return files
}

var truthCases = []truthCase{
	{name: "states", files: together(written("a", ""), written("b", "draft: true\n"), written("c", "publishDate: 2099-01-01\n"), written("d", "date: 2099-01-01\n"),
		written("e", "expiryDate: 2001-01-01\n"), written("f", "draft: false\ndate: 2001-01-01\n")), published: []string{"a", "f"}},
	{name: "build options", files: together(written("a", "build:\n  render: never\n"), written("b", "build:\n  render: link\n"), written("c", "headless: true\n"),
		written("d", "build:\n  list: never\n"), written("e", "build:\n  render: always\n")), published: []string{"e"}, hidden: []string{"d"}},
	{name: "build options by cascade", files: together(map[string]string{"content/learn/_index.md": "---\ntitle: L\ncascade:\n  build:\n    render: link\n---\n"},
		written("a", ""), written("b", "build:\n  render: always\n")), published: []string{"b"}, onlyBuilt: true},
	{name: "draft by cascade", files: together(map[string]string{"content/learn/_index.md": "---\ntitle: L\ncascade:\n  draft: true\n---\n"},
		written("a", ""), written("b", "draft: false\n")), published: []string{"b"}},
	{name: "addresses of their own", files: together(written("a", "slug: other\n"), written("b", "url: /elsewhere/b.html\n"), written("c", "url: /learn/c(x/\n"),
		written("d", "url: \"/learn/d [e] é/\"\n"), written("e", "slug: UPPER\naliases: [/old/, /learn/z/]\n"), written("f", "url: /f\n")),
		published: []string{"a", "b", "c", "d", "e", "f"},
		urls:      map[string]string{"a": "https://h.example/learn/other/", "c": "https://h.example/learn/c%28x/"}},
	{name: "formats of front matter", files: map[string]string{"content/learn/a.md": "+++\ntitle = 'a'\n+++\n", "content/learn/b/index.md": "{\"title\": \"b\"}\n",
		"content/learn/c/index.md": "no front matter\n", "content/learn/e.md": "---\ndraft: true\n---\n"},
		published: []string{"a", "b", "c"}},
	{name: "types of values", files: together(written("a", "categories: p\nweight: '1'\ndate: 2024-01-05T10:00:00\n"), written("b", "Draft: true\n"), written("c", "date: '2099-01-05'\n"),
		map[string]string{"content/learn/d.md": "{\"title\": 4, \"date\": \"2024-01-05\"}\n", "content/learn/e.md": "\n---\ndraft: true\n---\n",
			"content/learn/f.md": "+++\ndraft = 'false'\ndate = '2024-01-05 10:00:00 +0100'\n+++\n"}), published: []string{"a", "d", "f"}},
	{name: "ugly URLs", config: "uglyURLs = true\n", files: together(written("a", ""), written("b", "draft: true\n")), published: []string{"a"},
		urls: map[string]string{"a": "https://h.example/learn/a.html"}},
	{name: "a base with a path", config: "baseURL = 'https://h.example/sub/dir/'\n", files: written("a", ""), published: []string{"a"},
		urls: map[string]string{"a": "https://h.example/sub/dir/learn/a/"}},
	{name: "relative URLs", config: "relativeURLs = true\n", files: written("a", ""), published: []string{"a"}, urls: map[string]string{"a": "https://h.example/learn/a/"}},
	{name: "canonified URLs", config: "canonifyURLs = true\n", files: written("a", ""), published: []string{"a"}, urls: map[string]string{"a": "https://h.example/learn/a/"}},
	{name: "another folder to publish in", config: "publishDir = 'dist'\n", files: written("a", ""), published: []string{"a"}},
	{name: "permalinks", files: together(written("a", "date: 2020-02-03\n"), map[string]string{"config/_default/permalinks.toml": "[page]\nlearn = '/guides/:year/:slug/'\n"}),
		published: []string{"a"}, urls: map[string]string{"a": "https://h.example/guides/2020/a/"}},
	{name: "configuration of production only", files: together(written("a", ""), map[string]string{
		"config/production/hugo.toml": "baseURL = 'https://h.example/production/'\npublishDir = 'out'\n", "config/development/hugo.toml": "baseURL = 'https://h.example/development/'\n"}),
		published: []string{"a"}, urls: map[string]string{"a": "https://h.example/production/learn/a/"}},
	{name: "overridden by the environment", env: map[string]string{"HUGO_BASEURL": "https://h.example/env/", "HUGO_PUBLISHDIR": "env", "HUGO_ENVIRONMENT": "development"},
		files: written("a", ""), published: []string{"a"}, urls: map[string]string{"a": "https://h.example/env/learn/a/"}},
	{name: "a nested section", files: map[string]string{"content/learn/more/a/index.md": "---\ntitle: a\n---\n", "content/learn/b/index.md": "---\ntitle: b\n---\n"},
		published: []string{"a", "b"}, urls: map[string]string{"a": "https://h.example/learn/more/a/"}},
	{name: "languages by file name", config: "defaultContentLanguage = 'fr'\n", files: map[string]string{
		"config/_default/languages.toml":      "[en]\nweight = 1\n[fr]\nweight = 2\n[zh]\nweight = 3\n",
		"content/categories/p/_index.md":      "---\ntitle: P\nweight: 1\ndraft: false\n---\n",
		"content/categories/p/_index.zh.md":   "---\ntitle: Z\ndraft: true\n---\n",
		"content/learn/a/index.en.md":         "---\ntitle: a\n---\n",
		"content/learn/a/index.md":            "---\ntitle: a\ndraft: true\n---\n",
		"content/learn/b/index.en.md":         "---\ntitle: b\ndraft: true\n---\n",
		"content/learn/b/index.fr.md":         "---\ntitle: b\ncategories: [p]\n---\n",
		"content/learn/c.en.md":               "---\ntitle: c\n---\n",
		"content/learn/c.md":                  "---\ntitle: c\n---\n",
		"content/learn/d/index.zh.md":         "---\ntitle: d\n---\n",
		"content/learn/e.fr.md":               "---\ntitle: e\n---\n",
		"content/learn/f.zh.md":               "---\ntitle: f\n---\n",
		"content/learn/f.not-a-language.md":   "---\ntitle: f\n---\n",
		"content/learn/more.md":               "---\ntitle: more\n---\n",
		"content/categories/p/not-a-page.txt": "x",
	}, published: []string{"b", "c", "e"}, urls: map[string]string{"b": "https://h.example/learn/b/"}},
	{name: "languages by folder", config: "defaultContentLanguage = 'fr'\ndefaultContentLanguageInSubdir = true\n", files: map[string]string{
		"config/_default/languages.toml": "[en]\ncontentDir = 'content/en'\n[fr]\ncontentDir = 'content/fr'\n",
		"content/en/learn/a/index.md":    "---\ntitle: a\n---\n",
		"content/fr/learn/a/index.md":    "---\ntitle: a\ndraft: true\n---\n",
		"content/fr/learn/b/index.md":    "---\ntitle: b\n---\n",
	}, published: []string{"b"}, hidden: []string{"a"}, urls: map[string]string{"b": "https://h.example/fr/learn/b/"}},
	{name: "a host for each language", config: "defaultContentLanguage = 'fr'\n", files: map[string]string{
		"config/_default/languages.toml": "[en]\nbaseURL = 'https://en.h.example/'\n[fr]\nbaseURL = 'https://fr.h.example/'\n",
		"content/learn/a/index.md":       "---\ntitle: a\n---\n",
	}, published: []string{"a"}, urls: map[string]string{"a": "https://fr.h.example/learn/a/"}},
}

var sourceMark = regexp.MustCompile(`source:learn/(?:more/)?([a-z]+)(?:/index)?((?:\.[a-z-]+)?)\.(?:md|html);`)

// built returns the files that hold each article in the default language, by slug.
func built(t *testing.T, dir string) map[string][]string {
	t.Helper()
	files := make(map[string][]string)
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if m := sourceMark.FindSubmatch(data); m != nil && (len(m[2]) == 0 || string(m[2]) == ".fr") {
			rel, _ := filepath.Rel(dir, path)
			files[string(m[1])] = append(files[string(m[1])], filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// What the plan says after a build is what Hugo's folder holds: a checked box has a link, and the link's file is that
// article; an article without one has no page there. It makes no difference whether the plan knew of nothing or
// had everything recorded, under addresses and titles of former days.
func TestThePlanSaysWhatHugoBuilt(t *testing.T) {
	hugo := hugoPath(t)
	slugs := []string{"a", "b", "c", "d", "e", "f"}
	var queries, items, done, summary strings.Builder
	for _, slug := range slugs {
		fmt.Fprintf(&queries, "1. **%s** — %[1]s\n", slug)
		fmt.Fprintf(&items, "- [ ] **%s**\n", slug)
		fmt.Fprintf(&done, "- [x] **%s** - [/learn/%[1]s](https://old.example/learn/%[1]s)\n", slug)
		fmt.Fprintf(&summary, "- **The former title of %s**: [/learn/%[1]s](https://old.example/learn/%[1]s) - by hand\n", slug)
	}
	head := "## Identified Search Queries\n" + queries.String() + "## Implementation Phases\n### Phase 1: P"
	fresh := head + "\n" + items.String() + "## COMPLETED TASKS\n## Created Articles Summary\n"
	full := head + " ✅\n" + done.String() + "## COMPLETED TASKS\n### Phase 1: P ✅\n" + done.String() + "## Created Articles Summary\n### P Articles\n" + summary.String()
	for _, test := range truthCases {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("PLANSYNC_HUGO", hugo)
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			dir := filepath.Join(t.TempDir(), "a site – サイト")
			base := "baseURL = 'https://h.example/'\n"
			if strings.Contains(test.config, "baseURL") {
				base = ""
			}
			lay(t, dir, together(map[string]string{
				"hugo.toml":        base + test.config + "title = 'T'\nlocale = 'en'\ndisableKinds = ['rss']\n[taxonomies]\ncategory = 'categories'\n",
				"layouts/all.html": "<!doctype html><title>{{ .Title }}</title>{{ with .File }}source:{{ .Path | strings.TrimPrefix \"fr/\" }};{{ end }}",
				"plan/p.md":        fresh,
			}, test.files))
			var files map[string][]string
			run := func(args ...string) string {
				code, _, stderr := command(dir, args...)
				if code != 0 {
					t.Fatalf("%v: exit code %d: %s", args, code, stderr)
				}
				return stderr
			}
			compare := func(doing string) {
				text := string(readFile(t, filepath.Join(dir, "plan/p.md")))
				links := make(map[string]string)
				for _, record := range plan.Parse("p.md", []byte(text), plan.Options{Section: "learn"}).Records(nil) {
					if old, twice := links[record.Slug]; twice && old != record.URL && len(test.urls) == 0 {
						t.Errorf("%s: %s: %s in one place, %s in another", doing, record.Slug, old, record.URL)
					}
					links[record.Slug] = record.URL
				}
				for _, slug := range slugs {
					link, recorded := links[slug]
					if recorded != slices.Contains(test.published, slug) {
						t.Errorf("%s: %s: recorded %v, built as %v", doing, slug, recorded, files[slug])
					}
					if !recorded && len(files[slug]) > 0 && !slices.Contains(test.hidden, slug) {
						t.Errorf("%s: %s: not recorded, built as %v", doing, slug, files[slug])
					}
					if want := test.urls[slug]; want != "" && strings.TrimSuffix(link, "/") != strings.TrimSuffix(want, "/") {
						t.Errorf("%s: %s: links to %s, want %s", doing, slug, link, want)
					}
					if recorded && !slices.ContainsFunc(files[slug], func(file string) bool { return holds(t, file, link) }) {
						t.Errorf("%s: %s: links to %s, built as %v", doing, slug, link, files[slug])
					}
				}
				if t.Failed() {
					t.Log(text)
				}
			}
			_, public, _ := strings.Cut(run("build"), "site: ")
			public, _, _ = strings.Cut(public, "\n")
			files = built(t, public)
			compare("build")
			if !test.onlyBuilt {
				lay(t, dir, together(test.files, map[string]string{"hugo.toml": string(readFile(t, filepath.Join(dir, "hugo.toml"))), "plan/p.md": full}))
				run("sync", "--prune")
				compare("sync --prune")
				_, stdout, _ := command(dir, "check")
				for _, rule := range []string{"not-recorded", "not-published", "wrong-link", "phase-done", "phase-not-done", "phase-not-completed"} {
					if strings.Contains(stdout, "["+rule+"]") {
						t.Errorf("check finds %s: %s", rule, stdout)
					}
				}
			}
		})
	}
}

// holds reports whether a file of the published folder is what a link names, whatever path the site's base has.
func holds(t *testing.T, file, link string) bool {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimSuffix(file, "index.html")
	at := strings.TrimSuffix(u.Path, "/") // the plan's links need no final slash
	name = strings.TrimSuffix(name, "/")
	return strings.HasSuffix(at, "/"+name) || strings.HasSuffix("/"+name, at)
}
