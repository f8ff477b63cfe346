package tests

import (
	"encoding/json"
	"encoding/xml"
	"html"
	"path"
	"slices"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"
)

// A title is text, whatever characters it has: it reads the same in the page, in its
// head, in JSON-LD, in the feeds and in the search index.
func TestTitlesComeOutAsText(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		byPath := map[string]*page{}
		for _, p := range mustPages(t, s) {
			byPath[p.path] = p
		}
		hostile, compared := false, 0
		for _, l := range s.listed {
			p := byPath[l.path]
			if p == nil || l.kind != "page" || l.section == "" {
				continue
			}
			compared++
			hostile = hostile || strings.Contains(l.title, "<script>")
			want := collapse(l.title)
			if got := collapse(textOf(first(p.doc, "h1"))); got != want {
				t.Errorf("%s: h1 %q, want %q", l.path, got, want)
			}
			if got := collapse(textOf(first(p.doc, "title"))); !strings.HasPrefix(got, want) {
				t.Errorf("%s: title %q, want it to begin with %q", l.path, got, want)
			}
			if got := property(p.doc, "og:title"); collapse(got) != want {
				t.Errorf("%s: og:title %q, want %q", l.path, got, want)
			}
			if all := things(t, p); !slices.ContainsFunc(all, func(o thing) bool { return collapse(o.text("headline")) == want }) {
				t.Errorf("%s: no headline %q in the JSON-LD", l.path, want)
			}
		}
		if compared == 0 {
			s.lacks(t, "an article")
		}
		if s.name == "example" && !hostile {
			t.Error("the example has no article with <script> in its title")
		}
	})
}

// property gives the content of an Open Graph element.
func property(doc *nethtml.Node, name string) string {
	for n := range doc.Descendants() {
		if n.Data == "meta" && attr(n, "property") == name {
			return attr(n, "content")
		}
	}
	return ""
}

// Feeds and index carry titles as text too: parsed, they give the title itself.
func TestTitlesInFeedsAndIndexAreText(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		titles := map[string]string{}
		for _, l := range s.listed {
			titles[l.path] = l.title
		}
		check := func(file, address, got string) {
			t.Helper()
			link, ok := s.local("/", address)
			want, known := titles[link.path]
			if !ok || !known {
				t.Errorf("%s: %s is no page of this site", file, address)
				return
			}
			if got != want {
				t.Errorf("%s: %s has the title %q, want %q", file, address, got, want)
			}
		}
		for _, file := range mustFiles(t, s.dir) {
			switch {
			case path.Ext(file) == ".xml" && strings.HasSuffix(file, "index.xml"):
				var feed struct {
					Items []struct {
						Title string `xml:"title"`
						Link  string `xml:"link"`
					} `xml:"channel>item"`
				}
				if err := xml.Unmarshal(s.read(t, file), &feed); err != nil {
					t.Errorf("%s: %v", file, err)
				}
				for _, item := range feed.Items {
					check(file, item.Link, item.Title)
				}
			case path.Base(file) == "feed.json":
				var feed jsonFeed
				if err := json.Unmarshal(s.read(t, file), &feed); err != nil {
					t.Errorf("%s: %v", file, err)
				}
				for _, item := range feed.Items {
					check(file, item.URL, item.Title)
				}
			case path.Base(file) == "search-index.json":
				var index struct{ Pages [][]any }
				if err := json.Unmarshal(s.read(t, file), &index); err != nil {
					t.Errorf("%s: %v", file, err)
				}
				for _, row := range index.Pages {
					address, _ := row[0].(string)
					title, _ := row[1].(string)
					check(file, address, title)
				}
			}
		}
	})
}

// Nothing that an author writes runs: no alert, no element that the text of a title or
// of a front matter field has made.
func TestHostileTextDoesNothing(t *testing.T) {
	s := theExample(t)
	tb := newTab(t, desktop)
	visited := 0
	for _, l := range s.listed {
		if !strings.Contains(l.title, "<script>") {
			continue
		}
		visited++
		for _, address := range []string{l.path, "/", path.Dir(strings.TrimSuffix(l.path, "/")) + "/"} {
			tb.open(s.url + address)
			if n := eval[int](tb, `[...document.querySelectorAll('script')].filter(s => /alert/.test(s.text) && s.type !== 'application/ld+json').length + document.querySelectorAll('h1 b, h1 script, h2 script, h3 script, .rows :not(.number) > b').length`); n > 0 {
				t.Errorf("%s: %d elements were made from %s", address, n, html.EscapeString(l.title))
			}
		}
		tb.press("/")
		tb.waitFor("the dialog", `document.querySelector('dialog[open] input')`)
		tb.enter("quotes")
		if n := eval[int](tb, `document.querySelectorAll('.search-results script, .search-results b b').length`); n > 0 {
			t.Errorf("the results of the search hold %d elements made from a title", n)
		}
	}
	if visited == 0 {
		t.Error("the example has no article with <script> in its title")
	}
}
