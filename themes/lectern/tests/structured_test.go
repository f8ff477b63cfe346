package tests

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// An issue is what the structured-data validator says about a page.
type issue struct {
	File, Severity, Message, Path, Fields string
}

func (i issue) String() string {
	return fmt.Sprintf("%s: %s: %s (%s: %s)", i.File, i.Severity, i.Message, i.Path, i.Fields)
}

// Errors and warnings both fail: a warning is a property that schema.org does not know,
// or one that Google advises and that the page could give.
func TestStructuredDataIsAccepted(t *testing.T) {
	t.Parallel()
	eachSite(t, func(t *testing.T, s *site) {
		var found []issue
		runNode(t, "structured.mjs", map[string]any{"dir": s.dir, "files": s.files(t)}, &found)
		report(t, found, func(i issue) string { return i.Message })
	})
}

// A thing is one object of a page's JSON-LD.
type thing map[string]any

func (o thing) text(name string) string { s, _ := o[name].(string); return s }

// things gives the objects of a page's JSON-LD, those of a @graph one by one.
func things(t *testing.T, p *page) []thing {
	t.Helper()
	var all []thing
	for n := range p.doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "script" || attr(n, "type") != "application/ld+json" {
			continue
		}
		var value any
		if err := json.Unmarshal([]byte(textOf(n)), &value); err != nil {
			t.Errorf("%s: JSON-LD: %v", p.path, err)
			continue
		}
		all = append(all, flatten(value)...)
	}
	return all
}

func flatten(value any) []thing {
	switch v := value.(type) {
	case []any:
		var all []thing
		for _, item := range v {
			all = append(all, flatten(item)...)
		}
		return all
	case map[string]any:
		if graph, ok := v["@graph"]; ok {
			return flatten(graph)
		}
		return []thing{v}
	}
	return nil
}

// wantedTypes are the types that each kind of page describes itself with.
var wantedTypes = map[string][]string{
	"home":    {"WebSite", "Organization"},
	"section": {"CollectionPage", "BreadcrumbList"},
	"term":    {"CollectionPage", "BreadcrumbList"},
	"article": {"TechArticle", "BreadcrumbList"},
}

func TestPagesDescribeThemselves(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		kindOf := map[string]listed{}
		for _, l := range s.listed {
			kindOf[l.path] = l
		}
		for _, p := range mustPages(t, s) {
			kind := strings.TrimSuffix(kindName(p, kindOf[p.path]), "-rtl")
			if strings.HasPrefix(kind, "section-") {
				kind = "section"
			}
			all := things(t, p)
			for _, want := range wantedTypes[kind] {
				i := slices.IndexFunc(all, func(o thing) bool { return o.text("@type") == want })
				if i < 0 {
					t.Errorf("%s: no %s in its JSON-LD", p.path, want)
					continue
				}
				switch want {
				case "TechArticle":
					checkArticle(t, s, p, all[i])
				case "CollectionPage":
					checkCollection(t, p, all[i])
				}
			}
		}
	})
}

// checkArticle compares what an article says of itself to machines with what it shows.
func checkArticle(t *testing.T, s *site, p *page, o thing) {
	t.Helper()
	if shown := collapse(textOf(first(p.doc, "h1"))); o.text("headline") != shown {
		t.Errorf("%s: headline %q, the page shows %q", p.path, o.text("headline"), shown)
	}
	for _, name := range []string{"description", "datePublished", "dateModified", "inLanguage"} {
		if o.text(name) == "" {
			t.Errorf("%s: TechArticle has no %s", p.path, name)
		}
	}
	for _, name := range []string{"author", "publisher", "image", "mainEntityOfPage"} {
		if o[name] == nil {
			t.Errorf("%s: TechArticle has no %s", p.path, name)
		}
	}
	if _, copied := o["articleBody"]; copied {
		t.Errorf("%s: the JSON-LD copies the article", p.path)
	}
	for _, address := range imagesOf(o["image"]) {
		u, err := url.Parse(address)
		if err != nil || !strings.HasPrefix(address, s.base) {
			t.Errorf("%s: image %q is not an address of this site", p.path, address)
			continue
		}
		if response, _ := get(t, s.url+u.Path); response.StatusCode != 200 {
			t.Errorf("%s: image %s: status %d", p.path, address, response.StatusCode)
		}
	}
}

func checkCollection(t *testing.T, p *page, o thing) {
	t.Helper()
	list, ok := o["mainEntity"].(map[string]any)
	if !ok || thing(list).text("@type") != "ItemList" {
		t.Errorf("%s: CollectionPage has no ItemList as its mainEntity", p.path)
	}
}

// imagesOf gives the addresses of an image property, whichever form it has.
func imagesOf(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case map[string]any:
		return []string{thing(v).text("url")}
	case []any:
		var all []string
		for _, item := range v {
			all = append(all, imagesOf(item)...)
		}
		return all
	}
	return nil
}

// first gives the first element of a name; it is empty where there is none.
func first(doc *html.Node, name string) *html.Node {
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			return n
		}
	}
	return &html.Node{}
}

// collapse makes one space of all space, as a browser shows text.
func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }
