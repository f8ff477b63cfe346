package tests

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// Somebody else's site uses the theme with two lines of configuration and plain Markdown files.
func TestTwoLinesAreEnough(t *testing.T) {
	t.Parallel()
	s := buildForeign(t, "https://foreign.example/", fstest.MapFS{
		"hugo.toml": {Data: []byte(twoLines)},
		"content/posts/first.md": {Data: []byte("---\ntitle: First & foremost\ndate: 2024-03-05\ntags: [go]\n---\n" +
			"See [the second](second.md#list), https://example.org/?a=1&and=2.\n\n## List\n\n" +
			"{{< highlight go \"linenos=table\" >}}\nvar x = 1\n{{< /highlight >}}\n\n| | b |\n|-|-|\n| a | 1 |\n")},
		"content/posts/second.md": {Data: []byte("---\ntitle: Second\ndate: 2024-03-06\n---\n# List\n\n- [ ] one\n")},
	})
	for _, file := range []string{"posts/first/index.md", "posts/index.xml", "tags/go/feed.json", "feed.json", "llms.txt", "search-index.json", "robots.txt", "404.html"} {
		if _, err := os.Stat(filepath.Join(s.dir, filepath.FromSlash(file))); err != nil {
			t.Error(err)
		}
	}
	if page := s.read(t, "posts/first/index.html"); !bytes.Contains(page, []byte(`<a href="/posts/second/#list">the second</a>`)) {
		t.Errorf("the link to the other file does not lead to its page:\n%s", page)
	}
	s.validates(t)
}

// What other people's articles hold comes out as it is meant, and well formed.
func TestForeignArticles(t *testing.T) {
	t.Parallel()
	const frontMatter = "---\ntitle: One & two\ndate: 2024-03-05\ncategories: ['C# and .NET', 'CI/CD']\n" +
		"author: {name: Ann}\nimage: {src: a.png}\nimages: [a.png]\nsummary: A *short* line\n---\n"
	s := buildForeign(t, "https://foreign.example/", fstest.MapFS{
		"hugo.toml": {Data: []byte(twoLines + "params.author.name = 'Team'\n")},
		"content/learn/one.md": {Data: []byte(frontMatter + "# One & two\n\n![a](a.png), ![b](b.png)\n\n![s](/img/s.png)\n\n![n](/img/none.png)\n\n" +
			"## [Linked](https://example.org) heading\n\n#### Skipped\n\n    indented < code\n\n#### Sibling\n\n## End\n\n" +
			"| | |\n|-|-|\n| a | `b` |\n\n1. Step\n   ```sh\n   ls\n   ```\n")},
		"static/img/s.png":     {Data: mustRead(t, "testdata/site", "content/learn/everything/sheet.png")},
		"content/learn/two.md": {Data: []byte("---\ntitle: Two\ndate: 2024-03-06\nauthors: [Bob, {name: Cy}]\n---\nText.\n")},
	})
	for file, wants := range map[string][]string{
		"index.html":           {"<title>Articles</title>"},
		"feed.json":            {`"name":"Team"`},
		"learn/index.html":     {">Learn</a></li>", `href="#c-and-net"`, `id="c-and-net"`, "<p>A short line</p>"},
		"learn/two/index.html": {"<span>Bob, Cy</span>"},
		"learn/one/index.html": {
			"<span>Ann</span>", `<meta name="description" content="A short line">`,
			`src="a.png">, <img`, `src="/img/s.png" width="`, `src="/img/none.png">`,
			`<a href="#linked-heading">Linked heading</a><ol><li><a href="#skipped">Skipped</a></li><li><a href="#sibling">Sibling</a></li></ol></li><li><a href="#end">`,
			`<h3 id="skipped"><a href="#skipped">Skipped</a></h3>`, `<h3 id="sibling">`,
			"<pre tabindex=\"0\" role=\"group\" aria-label=\"Text code\"><code>indented &lt; code\n",
			`aria-label="Table: a, b"`,
		},
	} {
		page := s.holds(t, file, wants...)
		for _, not := range []string{`href="#">`, "no value", `<h2 id="one--two"`} {
			if strings.Contains(page, not) {
				t.Errorf("%s has %s\n%s", file, not, page)
			}
		}
	}
	s.validates(t)
	tb := newTab(t, phone)
	for _, path := range []string{"/", "/learn/", "/learn/one/"} {
		tb.open(s.url + path)
		tb.reportAxe(path, allRules)
	}
}

// What other themes want in front matter is taken as it is meant, or named as an error, once, by no failing template.
func TestForeignFrontMatter(t *testing.T) {
	t.Parallel()
	const front = "---\ndate: 2024-03-05\nkeywords: [a, b]\n"
	files := fstest.MapFS{
		"hugo.toml":            {Data: []byte(twoLines)},
		"assets/s.png":         {Data: mustRead(t, "testdata/site", "content/learn/everything/sheet.png")},
		"content/learn/one.md": {Data: []byte(front + "image: [none.png, s.png]\n---\nText.\n")},
		"content/learn/two.md": {Data: []byte(front + "---\nText.\n")},
	}
	s := buildForeign(t, "https://foreign.example/", files)
	if page := s.read(t, "learn/one/index.html"); !bytes.Contains(page, []byte(`<meta property="og:image" content="https://foreign.example/s.png">`)) {
		t.Errorf("the article does not show the image that it names\n%s", page)
	}

	source := t.TempDir()
	files["content/learn/three.md"] = &fstest.MapFile{Data: []byte("---\ntags: 2024\n---\nText.\n")}
	if err := os.CopyFS(source, files); err != nil {
		t.Fatal(err)
	}
	_, err := runHugo(source, "--themesDir", themesDir(t), "--noBuildLock")
	if err == nil || strings.Count(err.Error(), "keywords and tags have to be texts, numbers in quotes") != 1 || strings.Contains(err.Error(), "failed to render") {
		t.Errorf("%v, want one error about keywords and tags", err)
	}
}

// Tables take the width that there is before they scroll, and long words break.
func TestNarrowTablesDoNotScroll(t *testing.T) {
	t.Parallel()
	s := buildForeign(t, "https://foreign.example/", fstest.MapFS{
		"hugo.toml": {Data: []byte(twoLines)},
		"content/learn/table.md": {Data: []byte("---\ntitle: Table\ncategories: ['" + strings.Repeat("long", 12) + "']\n---\n" +
			"|One|Two|Three|Four|Five|\n|-|-|-|-|-|\n|a|b|c|d|e|\n")},
		"content/learn/other.md": {Data: []byte("---\ntitle: Other\n---\nText.\n")},
	})
	tb := newTab(t, look{width: 360, height: 800, phone: true})
	tb.open(s.url + "/learn/table/")
	if over := eval[float64](tb, `(e => e.scrollWidth - e.clientWidth)(document.querySelector('.table'))`); over > 0 {
		t.Errorf("the table is %v pixels wider than its box", over)
	}
	if wide := eval[[]string](tb, tooWide); len(wide) > 0 {
		t.Error(wide)
	}
	tb.look(desktop)
	tb.open(s.url + "/learn/")
	if over := eval[float64](tb, `(e => e.scrollWidth - e.clientWidth)(document.querySelector('.category-nav'))`); over > 0 {
		t.Errorf("the categories are %v pixels wider than their box", over)
	}
}

// A link leads to the page that it names, by its source or its address, in a sub-path and in another language too; one that
// is not published is its text only.
func TestLinksOfASubPath(t *testing.T) {
	t.Parallel()
	const links = "[source](../two.md) [up](../) [beside](../two/?a=1#part) [whole](/sub/learn/two/) [other](/fr/learn/trois/) [term](../../tags/été) " +
		"[dated](/2024/post/) [ref]({{< relref \"two\" >}}) [file](/sub/x.pdf) [gone](../draft/) [gone](../draft.md) [gone](/sub/learn/draft/) [gone](/fr/learn/none)\n\n" +
		"![root](/img/s.png) ![sub](/sub/img/s.png)\n\n```js\na[i](b)\n```\n"
	s := buildForeign(t, "https://foreign.example/sub/", fstest.MapFS{
		"hugo.toml":                  {Data: []byte(twoLines + "permalinks.blog = '/:year/:slug/'\n[languages.en]\n[languages.fr]\ncontentDir = 'content.fr'\n")},
		"content/learn/one/index.md": {Data: []byte("---\ntitle: One\n---\n" + links)},
		"content/learn/two.md":       {Data: []byte("---\ntitle: Two\ntags: [été]\n---\n## Part\n\n[beside](../one/) [child](one/)\n")},
		"content/learn/draft.md":     {Data: []byte("---\ntitle: Draft\ndraft: true\n---\n")},
		"content/blog/post.md":       {Data: []byte("---\ntitle: Post\ndate: 2024-03-05\n---\n")},
		"content.fr/learn/trois.md":  {Data: []byte("---\ntitle: Trois\n---\n")},
		"static/img/s.png":           {Data: mustRead(t, "testdata/site", "content/learn/everything/sheet.png")},
	})
	const page = `<a href="/sub/learn/two/">source</a> <a href="/sub/learn/">up</a> <a href="/sub/learn/two/?a=1#part">beside</a> <a href="/sub/learn/two/">whole</a> ` +
		`<a href="/sub/fr/learn/trois/">other</a> <a href="/sub/tags/%C3%A9t%C3%A9/">term</a> <a href="/sub/2024/post/">dated</a> <a href="/sub/learn/two/">ref</a> ` +
		`<a href="/sub/x.pdf">file</a> gone gone gone gone</p>`
	twin := regexp.MustCompile(`<a href="([^"]*)">(\w+)</a>`).ReplaceAllString(strings.TrimSuffix(page, "</p>"), "[$2](https://foreign.example$1)")
	for file, wants := range map[string][]string{
		"learn/one/index.html": {page, `src="/sub/img/s.png" width="1200"> <img alt="sub"`, `loading="lazy" src="/sub/img/s.png" width="1200">`},
		"learn/one/index.md":   {twin, "a[i](b)"},
		"learn/two/index.html": {`<a href="/sub/learn/one/">beside</a> <a href="/sub/learn/one/">child</a>`},
		"learn/two/index.md":   {`[beside](https://foreign.example/sub/learn/one/) [child](https://foreign.example/sub/learn/one/)`},
	} {
		s.holds(t, file, wants...)
	}
}

// Formulas become MathML; they and raw HTML keep within a telephone's width.
func TestFormulasAndRawHTML(t *testing.T) {
	t.Parallel()
	config := twoLines + "markup.goldmark.renderer.unsafe = true\n[markup.goldmark.extensions.passthrough]\nenable = true\n" +
		"[markup.goldmark.extensions.passthrough.delimiters]\nblock = [['$$', '$$']]\ninline = [['\\(', '\\)']]\n"
	article := "---\ntitle: One\ndate: 2024-03-05\n---\nIt is \\(a^2\\).\n\n$$\n" + strings.Repeat("x_{long} + ", 40) + "y\n$$\n"
	raw := "---\ntitle: Two\n---\n<table><tr>" + strings.Repeat("<td>aaaaaaaaaaaaaaaa</td>", 8) + "</tr></table>\n\n<iframe title=\"Film\" src=\"about:blank\" width=\"560\" height=\"315\"></iframe>\n"
	s := buildForeign(t, "https://foreign.example/", fstest.MapFS{
		"hugo.toml":            {Data: []byte(config)},
		"content/learn/one.md": {Data: []byte(article)},
		"content/learn/two.md": {Data: []byte(raw)},
	})
	s.holds(t, "learn/one/index.html", "<msup><mi>a</mi><mn>2</mn></msup>", `display="block"`, `name="description" content="It is a2.`)
	tb := newTab(t, phone)
	for _, path := range []string{"/learn/two/", "/learn/one/"} {
		tb.open(s.url + path)
		if wide := eval[[]string](tb, tooWide); len(wide) > 0 {
			t.Error(wide)
		}
	}
	tb.reportAxe("/learn/one/", allRules)

	source := t.TempDir()
	if err := os.CopyFS(source, fstest.MapFS{"hugo.toml": {Data: []byte(config)}, "content/one.md": {Data: []byte("Text\n\n\\(a^{2\\)\n")}}); err != nil {
		t.Fatal(err)
	}
	_, err := runHugo(source, "--themesDir", themesDir(t), "--noBuildLock")
	if err == nil || !strings.Contains(err.Error(), `one.md:3:1": `) || !strings.Contains(err.Error(), "a^{2") {
		t.Errorf("%v, want the place and the text of the formula", err)
	}
}

// Figures lead where they are to lead, unless that is not published, and say whose work they are.
func TestFigures(t *testing.T) {
	t.Parallel()
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>`
	s := buildForeign(t, "https://foreign.example/sub/", fstest.MapFS{
		"hugo.toml": {Data: []byte(twoLines)},
		"content/learn/one/index.md": {Data: []byte("---\ntitle: One\n---\n" +
			"{{< figure src=\"a.svg\" alt=\"A\" link=\"/learn/two/#part\" title=\"T\" caption=\"a *cap*\" attr=\"Ann\" attrlink=\"https://a.example/\" >}}\n\n" +
			"{{< figure src=\"b.png\" caption=\"B & *b*\" link=\"https://b.example/?a=1&b=2\" attr=\"Bob\" >}}\n\n" +
			"{{< figure src=\"c.png\" alt=\"C\" title=\"Only\" link=\"/learn/none/\" >}}\n\n{{< figure src=\"d.png\" >}}\n")},
		"content/learn/one/a.svg": {Data: []byte(svg)},
		"content/learn/two.md":    {Data: []byte("---\ntitle: Two\n---\n## Part\n")},
	})
	for file, wants := range map[string][]string{
		"learn/one/index.html": {
			`<a class="scroll" href="/sub/learn/two/#part"><span role="img" aria-label="A"><svg`, `</span></a><figcaption><strong>T</strong> a <em>cap</em> <a href="https://a.example/">Ann</a></figcaption></figure>`,
			`<a href="https://b.example/?a=1&amp;b=2"><img alt="B &amp; b"`, `src="b.png"></a><figcaption>B &amp; <em>b</em> Bob</figcaption></figure>`,
			`<figure class="figure"><img alt="C"`, `<figcaption><strong>Only</strong></figcaption></figure>`,
			`src="d.png"></figure>`,
		},
		"learn/one/index.md": {"[*Diagram: A*](https://foreign.example/sub/learn/two/#part)\n\n**T** a *cap* [Ann](https://a.example/)\n", "\n*Diagram: C*\n"},
	} {
		s.holds(t, file, wants...)
	}
}

// A site without sections lists its dated pages, and names the others in its footer.
func TestArticlesOutsideSections(t *testing.T) {
	t.Parallel()
	s := buildForeign(t, "https://foreign.example/", fstest.MapFS{
		"hugo.toml":          {Data: []byte(twoLines)},
		"content/article.md": {Data: []byte("---\ntitle: An article\ndate: 2024-03-05\n---\nText.\n")},
		"content/about.md":   {Data: []byte("---\ntitle: About\n---\nText.\n")},
	})
	if home := string(s.read(t, "index.html")); strings.Count(home, `href="/article/"`) != 1 || strings.Count(home, `href="/about/"`) != 1 {
		t.Error(home)
	}
	if feed := string(s.read(t, "feed.json")); !strings.Contains(feed, "/article/") || strings.Contains(feed, "/about/") {
		t.Error(feed)
	}
}

// Parameters in the wrong form are named, all of them, and what they should be, before a page is written; so is a language
// without strings.
func TestWrongConfiguration(t *testing.T) {
	t.Parallel()
	for lines, wants := range map[string][]string{
		"defaultContentLanguage = 'nl'": {"language nl: the theme has no strings in its locale nl: copy i18n/en.toml of the theme to i18n/nl.toml"},
		"locale = 'nl-nl'":              {"language en: the theme has no strings in its locale nl-nl"},
		"[languages.en]\n[languages.no]\n[languages.fr-ca]\nlocale='fr-CA'": {"language no: the theme has no strings in its locale no"},
		"params.search = 'other'\nparams.sectionRows = 'many'": {`site parameter search: want minisearch, pagefind or none, not "other"`,
			`site parameter sectionRows: want a number, not "many"`},
		"params.relatedCount = -1":                               {"site parameter relatedCount: want a number, not -1"},
		"params.imageWidths = '480'":                             {`site parameter imageWidths: want a list of numbers, not "480"`},
		"params.editURL = ['a', 'b']":                            {`site parameter editURL: want a text, not ["a","b"]`},
		"params.socialImages = 'no'":                             {`site parameter socialImages: want true or false, not "no"`},
		"[languages.en]\n[languages.de.params]\nfeedLimit = 'x'": {`site parameter feedLimit: want a number, not "x"`},
	} {
		source := t.TempDir()
		if err := os.WriteFile(filepath.Join(source, "hugo.toml"), []byte(twoLines+lines+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := runHugo(source, "--themesDir", themesDir(t), "--noBuildLock")
		for _, want := range wants {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", lines, err, want)
			}
		}
		if _, err := os.Stat(filepath.Join(source, "public", "index.html")); strings.Contains(lines, "params") && err == nil {
			t.Errorf("%s: the home page is written", lines)
		}
	}
}

// Each language has a search page, of its own or the theme's; where there is nothing to search there is none, or it says so.
func TestSearchPages(t *testing.T) {
	t.Parallel()
	const languages = "[languages.en]\n[languages.de]\ncontentDir = 'content.de'\n[languages.fr]\n"
	own := &fstest.MapFile{Data: []byte("+++\ntitle = 'Suche hier'\nlayout = 'search'\n+++\n")}
	for name, test := range map[string]struct {
		config string
		fields map[string]bool // whether the page has a field to search with
		gone   []string
	}{
		"on":       {twoLines + languages, map[string]bool{"search": true, "de/search": true, "fr/search": true}, nil},
		"off":      {twoLines + "params.search = 'none'\n" + languages, map[string]bool{"de/search": false}, []string{"search", "fr/search"}},
		"one line": {"theme = 'lectern'\n" + languages, map[string]bool{"search": true, "de/search": true, "fr/search": true}, nil},
	} {
		s := buildForeign(t, "https://foreign.example/", fstest.MapFS{"hugo.toml": {Data: []byte(test.config)}, "content.de/search.md": own})
		for dir, want := range test.fields {
			page := string(s.read(t, dir+"/index.html"))
			if field := strings.Contains(page, "<input"); field != want || strings.Contains(page, "<noscript>") != want {
				t.Errorf("%s: whether %s has a field: %v, want %v", name, dir, field, want)
			}
			if strings.Contains(page, "Suche hier") != (dir == "de/search") {
				t.Errorf("%s: %s is not the site's own page, or not the theme's:\n%s", name, dir, page)
			}
		}
		for _, dir := range test.gone {
			if _, err := os.Stat(filepath.Join(s.dir, filepath.FromSlash(dir))); err == nil {
				t.Errorf("%s: there is a folder %s", name, dir)
			}
		}
		for _, dir := range []string{"", "de/", "fr/"} {
			if sitemap := s.read(t, dir+"sitemap.xml"); bytes.Contains(sitemap, []byte("/search/")) {
				t.Errorf("%s: %s", name, sitemap)
			}
		}
	}
}

const twoLines = "theme = 'lectern'\n_merge = 'deep'\n"

// buildForeign builds somebody else's site.
func buildForeign(t *testing.T, base string, files fstest.MapFS) *site {
	t.Helper()
	source := t.TempDir()
	if err := os.CopyFS(source, files); err != nil {
		t.Fatal(err)
	}
	s, err := build("foreign", source, filepath.Join(t.TempDir(), "public"), base, []string{"--printPathWarnings", "--themesDir", themesDir(t)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// holds fails the test for each text that a file of the site lacks, and gives the file.
func (s *site) holds(t *testing.T, file string, wants ...string) string {
	t.Helper()
	got := string(s.read(t, file))
	for _, want := range wants {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %s\n%s", file, want, got)
		}
	}
	return got
}

// validates fails the test with what html-validate finds in the site.
func (s *site) validates(t *testing.T) {
	t.Helper()
	var found []finding
	runNode(t, "htmlvalidate.mjs", map[string]any{"dir": s.dir, "files": s.files(t), "preset": "standard", "off": map[string]string{}}, &found)
	report(t, found, func(f finding) string { return f.Rule })
}
