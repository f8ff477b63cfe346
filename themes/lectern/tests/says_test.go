package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// said builds a site of articles, each with a title and a date, in the section learn, and gives it.
func said(t *testing.T, config string, articles map[string]string) *site {
	t.Helper()
	files := fstest.MapFS{"hugo.toml": {Data: []byte(twoLines + config)}}
	for name, text := range articles {
		files["content/learn/"+name+".md"] = &fstest.MapFile{Data: []byte("---\ntitle: " + name + "\ndate: 2024-05-01\n---\n" + text)}
	}
	return buildForeign(t, "https://foreign.example/", files)
}

// What is said of an article without a description is the beginning of its text, as its reader sees it.
func TestTheLineIsWhatTheTextSays(t *testing.T) {
	t.Parallel()
	const real = "The real first sentence."
	articles := map[string]string{
		"tilde":      "~~~sh\ncurl https://example.com\n\nsecond block\n~~~\n\n" + real,
		"shortcode":  "{{< highlight sh >}}\nnpm install thing\n\nnpm run thing\n{{< /highlight >}}\n\n" + real,
		"indented":   "    npm install thing\n\n" + real,
		"nested":     "````md\n```go\ninner line\n```\n````\n\n" + real,
		"in-a-list":  "1. First\n\n   ```sh\n   npm install thing\n   ```\n\n" + real,
		"notes":      "The real[^1] first sentence.\n\n[^1]: A note.",
		"references": "The [real][ref] *first* [sentence].\n\n[ref]: https://example.com/x\n[sentence]: https://example.com/y",
		"heading":    "# A heading\n\nAnother\n===\n\n" + real,
		"comment":    "<!-- not\n\nseen -->\n\n" + real,
		"picture":    "![a picture](/x.png)\n\n" + real,
		"callout":    "> [!WARNING] Its *title*\n> " + real,
		"formula":    "\\(\\mathit{The}\\) real first sentence.",
		"entity":     "The real first sentence&period;",
		"attribute":  "The real first sentence.\n{.lead}",
		"rule":       "---\n\n" + real,
		"table":      "| a | b |\n|-|-|\n| c | d |\n\n" + real,
		"unclosed":   real + "\n\n```sh\nnpm install",
	}
	s := said(t, "[markup.goldmark.extensions.passthrough]\nenable = true\ndelimiters.inline = [['\\(', '\\)']]\n", articles)
	lists := map[string]string{}
	for _, file := range []string{"index.xml", "feed.json", "llms.txt", "learn/index.html"} {
		lists[file] = string(s.read(t, file))
	}
	for name := range articles {
		want := real
		if name == "in-a-list" {
			want = "First"
		}
		s.holds(t, "learn/"+name+"/index.html", `<meta name="description" content="`+want+`">`)
	}
	for file, text := range lists {
		for _, not := range []string{"npm", "curl", "[^1]", "[ref]", "inner", "&amp;", "not seen", `\(`} {
			if strings.Contains(text, not) {
				t.Errorf("%s says %q", file, not)
			}
		}
		if n := strings.Count(text, real); n < len(articles)-2 {
			t.Errorf("%s says the first sentence %d times, want it of each article:\n%s", file, n, text)
		}
	}
	// A description is text that nothing is done to.
	s = buildForeign(t, "https://foreign.example/", fstest.MapFS{"hugo.toml": {Data: []byte(twoLines)},
		"content/learn/a.md": {Data: []byte("---\ntitle: A\ndescription: Write &amp;amp; and *stars*\n---\nText.\n")}})
	s.holds(t, "learn/a/index.html", `<meta name="description" content="Write &amp;amp;amp; and *stars*">`)
}

// The contents name a heading as it is read: formulas, code, and no link within the link.
func TestContentsAreWhatHeadingsSay(t *testing.T) {
	t.Parallel()
	s := said(t, "[markup.goldmark.extensions.passthrough]\nenable = true\ndelimiters.inline = [['\\(', '\\)']]\n", map[string]string{
		"a": "## Rate \\(a_1\\) rises\n\n### Its `code` & [link](https://example.org)\n\n## Second {#two}\n\n```md\n## Not a heading\n```\n\nThird\n-----\n\n#### Fourth\n",
	})
	page := s.holds(t, "learn/a/index.html", "<mi>a</mi><mn>1</mn></msub></mrow></semantics></math></span> rises</a><ol>",
		`Its <code>code</code> &amp; link</a>`, `<a href="#two">Second</a></li><li><a href="#third">Third</a>`, `<a href="#fourth">Fourth</a>`)
	contents := page[strings.Index(page, `class="toc"`):]
	contents = contents[:strings.Index(contents, "</nav>")]
	for _, not := range []string{`\(`, "Not a heading", "annotation"} {
		if strings.Contains(contents, not) {
			t.Errorf("the contents hold %s: %s", not, contents)
		}
	}
}

// Escapes and entities are resolved in titles and alternative texts, as CommonMark says.
func TestEscapesInTitles(t *testing.T) {
	t.Parallel()
	s := said(t, "", map[string]string{"a": "Text.\n\n" +
		"![the \\\"big\\\" *one* &copy; `\\\"`](/x.png \"The \\\"big\\\" \\*one\\* &copy; us \\\\&copy; \\&copy;\")\n\n" +
		"[link](https://example.com \"say \\\"hi\\\" &copy; \\a\")\n"})
	s.holds(t, "learn/a/index.html",
		`alt="the &#34;big&#34; one © \&#34;"`,
		`<figcaption>The &#34;big&#34; *one* © us \© &amp;copy;</figcaption>`,
		`title="say &#34;hi&#34; © \a"`)
}

// Whatever the configuration, the addresses that a page says it has are one: its own, with the site's path and the number of
// the page of a list.
func TestOneAddress(t *testing.T) {
	t.Parallel()
	for _, config := range []string{"", "canonifyURLs = true\n", "relativeURLs = true\n", "uglyURLs = true\n"} {
		files := fstest.MapFS{"hugo.toml": {Data: []byte(config + twoLines + "pagination.pagerSize = 2\n")}}
		for _, name := range strings.Split("abcde", "") {
			files["content/learn/"+name+".md"] = &fstest.MapFile{Data: []byte("---\ntitle: " + name + "\ncategories: [x]\n---\nSee [b](/learn/b.md).\n")}
		}
		s := buildForeign(t, "https://foreign.example/sub/", files)
		pages := map[string]string{"categories/x/index.html": "categories/x/", "categories/x/page/2/index.html": "categories/x/page/2/"}
		if strings.HasPrefix(config, "ugly") {
			pages = map[string]string{"categories/x.html": "categories/x.html", "categories/x/page/2.html": "categories/x/page/2.html"}
		}
		for file, want := range pages {
			want = "https://foreign.example/sub/" + want
			s.holds(t, file, `<link rel="canonical" href="`+want+`">`, `<meta property="og:url" content="`+want+`">`, `"url":"`+want+`"`)
		}
		twin, page := "learn/a/index.md", "https://foreign.example/sub/learn/b/"
		if strings.HasPrefix(config, "ugly") {
			twin, page = "learn/a.md", "https://foreign.example/sub/learn/b.html"
		}
		s.holds(t, twin, "See [b]("+page+").")
	}
}

// Reading time is that of the script that a text is in, whatever the language of the site.
func TestReadingTimeOfScripts(t *testing.T) {
	t.Parallel()
	s := said(t, "", map[string]string{
		"han":   strings.Repeat("漢字仮名交じり文。", 400),
		"latin": strings.Repeat("words of sixx ", 660),
		"greek": strings.Repeat("λέξεις των έξ ", 660),
		"both":  strings.Repeat("漢字仮名交じり文。", 200) + strings.Repeat("words of sixx ", 330),
		"mark":  "A “quotation” — and an ellipsis… " + strings.Repeat("words of sixx ", 660),
	})
	for name, want := range map[string]int{"han": 7, "latin": 7, "greek": 7, "both": 7, "mark": 7} {
		s.holds(t, "learn/"+name+"/index.html", fmt.Sprintf(">%d min<", want))
	}
}

// A link or an image whose address is none is shown as Hugo shows it, and the site is built; what it may not do is run.
func TestALinkThatIsNone(t *testing.T) {
	t.Parallel()
	s := said(t, "", map[string]string{"a": "[x](http://%%20http://example.org/) [y](<java\tscript:alert(1)>) [z](javascript://%zz/%0aalert(1)) [u](/a%zz) " +
		"![i](http://%%20http://example.org/i.png) {{< figure src=\"http://%%20a.png\" alt=\"f\" link=\"http://[::1\" >}}\n"})
	page := s.holds(t, "learn/a/index.html", `<a href="http://%25%20http://example.org/">x</a>`, `<a href="#">y</a>`, `<a href="#">z</a>`, `<a href="/a%25zz">u</a>`,
		`src="http://%%20http://example.org/i.png"`)
	if strings.Contains(page, "href=\"java") {
		t.Error("a script runs by a link")
	}
	s.holds(t, "learn/a/index.md", "[x](http://%%20http://example.org/)")
}

// A site that says what its home page puts out, that has a home page file without a title, and a taxonomy of authors.
func TestSitesOfTheirOwnMind(t *testing.T) {
	t.Parallel()
	s := buildForeign(t, "https://foreign.example/", fstest.MapFS{
		"hugo.toml": {Data: []byte("title = 'My Site'\n" + twoLines + "[outputs]\nhome = ['html', 'rss']\n[taxonomies]\nauthor = 'authors'\n" +
			"[[menus.main]]\nname = 'Home'\nurl = '/'\n[[menus.main]]\nname = 'Blog'\nurl = '/posts/'\n")},
		"content/_index.md":              {Data: []byte("---\n---\n")},
		"content/authors/jdoe/_index.md": {Data: []byte("---\ntitle: Jane Doe\n---\n")},
		"content/posts/a.md":             {Data: []byte("---\ntitle: A post\ndate: 2024-05-01\nauthors: [jdoe, rroe]\n---\nText.\n")},
	})
	s.holds(t, "index.html", "<h1>My Site</h1>", `data-search`)
	s.holds(t, "posts/a/index.html", "Jane Doe, Rroe", `data-search`, `<a href="/posts/" aria-current="true">Blog`)
	if _, err := os.Stat(filepath.Join(s.dir, "search-index.json")); err != nil {
		t.Error(err)
	}
	s.validates(t)
}
