package tests

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// A kind is a kind of page and the page that stands for it: of several, the largest.
type kind struct {
	name string
	path string
}

// kinds gives the kinds of pages that a site has: home, every section and taxonomy, a
// term, an article, the page for 404, the other single pages by name, a page that reads
// from right to left.
func (s *site) kinds(t *testing.T) []kind {
	t.Helper()
	pages, err := s.pages()
	if err != nil {
		t.Fatal(err)
	}
	if len(pages) == 0 {
		t.Fatal("the site has no pages")
	}
	listedAs := map[string]listed{}
	for _, l := range s.listed {
		listedAs[l.path] = l
	}
	largest := map[string]*page{}
	for _, p := range pages {
		name := kindName(p, listedAs[p.path])
		if have := largest[name]; have == nil || len(p.text) > len(have.text) {
			largest[name] = p
		}
	}
	var all []kind
	for name, p := range largest {
		at := p.path
		if name == "404" {
			at = "/there/is-no-such-page/"
		}
		all = append(all, kind{name, at})
	}
	slices.SortFunc(all, func(a, b kind) int { return cmp.Compare(a.name, b.name) })
	return all
}

func kindName(p *page, l listed) string {
	rtl := ""
	if direction(p.doc) == "rtl" {
		rtl = "-rtl"
	}
	base := path.Base(p.path)
	switch {
	case strings.HasSuffix(p.path, "/404.html"):
		return "404" + rtl
	case base == "search", base == "about":
		return base + rtl
	case p.path == "/", l.kind == "home":
		return "home" + rtl
	case strings.Contains(p.path, "/page/"):
		return "paged" + rtl
	case l.kind == "page" && l.section != "":
		return "article" + rtl
	case l.kind == "page":
		return "single" + rtl
	case l.kind == "section":
		return "section-" + base + rtl
	case l.kind != "":
		return l.kind + rtl
	case strings.Count(p.path, "/") == 2:
		return "taxonomy" + rtl
	}
	return "other" + rtl
}

func direction(doc *html.Node) string {
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "html" {
			return attr(n, "dir")
		}
	}
	return ""
}

// pathOf gives the path of one kind of page.
func (s *site) pathOf(t *testing.T, name string) string {
	t.Helper()
	kinds := s.kinds(t)
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	if i < 0 {
		s.lacks(t, "a page of kind "+name)
		return ""
	}
	return kinds[i].path
}

// lacks ends a test for want of content to test on. The example is there to have all of
// it; the site has what its authors have published so far.
func (s *site) lacks(t *testing.T, what string) {
	t.Helper()
	if s.name == "example" {
		t.Fatalf("the example lacks %s", what)
	}
	t.Skipf("the %s has not published %s", s.name, what)
}

// ownKinds leaves out of the example the kinds of pages that are the site's over again,
// for tests that take long.
func (s *site) ownKinds(t *testing.T) []kind {
	t.Helper()
	return slices.DeleteFunc(s.kinds(t), func(k kind) bool {
		return s.name == "example" && slices.Contains([]string{"404", "404-rtl", "about", "search", "search-rtl", "taxonomy", "taxonomy-rtl"}, k.name)
	})
}
