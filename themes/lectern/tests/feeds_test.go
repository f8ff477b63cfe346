package tests

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/net/html"
)

// xmllint checks files of a site against a schema.
func xmllint(t *testing.T, s *site, files []string, schema ...string) {
	t.Helper()
	if len(files) == 0 {
		return
	}
	if _, err := exec.LookPath("xmllint"); err != nil {
		missing(t, "no xmllint (Debian: libxml2-utils): %v", err)
	}
	args := append([]string{"--noout", "--nonet"}, schema...)
	for _, file := range files {
		args = append(args, filepath.Join(s.dir, filepath.FromSlash(file)))
	}
	if out, err := exec.CommandContext(t.Context(), "xmllint", args...).CombinedOutput(); err != nil {
		t.Errorf("xmllint %s: %v\n%.4000s", strings.Join(schema, " "), err, out)
	}
}

// rooted names the XML files of a site whose root element has a name.
func (s *site) rooted(t *testing.T, root string) []string {
	t.Helper()
	var found []string
	for _, file := range mustFiles(t, s.dir) {
		if path.Ext(file) != ".xml" {
			continue
		}
		var element struct{ XMLName xml.Name }
		if err := xml.Unmarshal(s.read(t, file), &element); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if element.XMLName.Local == root {
			found = append(found, file)
		}
	}
	return found
}

// read gives the bytes of a published file.
func (s *site) read(t *testing.T, file string) []byte {
	t.Helper()
	return mustRead(t, s.dir, file)
}

func TestFeedsFollowRSS(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		feeds := s.rooted(t, "rss")
		if len(feeds) == 0 {
			t.Fatal("the site has no RSS feed")
		}
		xmllint(t, s, feeds, "--relaxng", "schema/rss.rng")
	})
}

func TestSitemapsFollowTheProtocol(t *testing.T) {
	if _, err := os.Stat("node_modules/sitemap/schema/sitemap.xsd"); err != nil {
		missing(t, "the sitemap schema is not installed, run npm ci in themes/lectern/tests: %v", err)
	}
	eachSite(t, func(t *testing.T, s *site) {
		sitemaps := s.rooted(t, "urlset")
		if len(sitemaps) == 0 {
			t.Fatal("the site has no sitemap")
		}
		xmllint(t, s, sitemaps, "--schema", "schema/sitemap.xsd")
		xmllint(t, s, s.rooted(t, "sitemapindex"), "--schema", "schema/sitemapindex.xsd")
	})
}

// A jsonFeed is what the tests read of a JSON Feed.
type jsonFeed struct {
	FeedURL string `json:"feed_url"`
	Items   []struct{ Title, URL string }
}

func TestJSONFeedsFollowTheirSpecification(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		found := 0
		for _, file := range mustFiles(t, s.dir) {
			if path.Base(file) != "feed.json" {
				continue
			}
			found++
			follows(t, "schema/jsonfeed.json", file, s.read(t, file))
			var feed jsonFeed
			if err := json.Unmarshal(s.read(t, file), &feed); err != nil {
				t.Errorf("%s: %v", file, err)
			}
			if want := s.base + file; feed.FeedURL != want {
				t.Errorf("%s: feed_url %s, want %s", file, feed.FeedURL, want)
			}
		}
		if found == 0 {
			t.Error("the site has no JSON Feed")
		}
	})
}

// The manifest that the pages name is one, and its icons exist in the sizes it gives.
func TestManifestFollowsItsSpecification(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		found := map[string]bool{}
		for _, p := range mustPages(t, s) {
			for n := range p.doc.Descendants() {
				if n.Type != html.ElementNode || n.Data != "link" || attr(n, "rel") != "manifest" || found[attr(n, "href")] {
					continue
				}
				found[attr(n, "href")] = true
				link, _ := s.local(p.path, attr(n, "href"))
				response, text := get(t, s.url+link.path)
				if response.StatusCode != 200 {
					t.Errorf("%s: manifest %s: status %d", p.path, link.raw, response.StatusCode)
					continue
				}
				follows(t, "schema/manifest.json", link.path, text)
				checkIcons(t, s, link.path, text)
			}
		}
		if len(found) == 0 {
			t.Error("no page names a manifest")
		}
	})
}

func checkIcons(t *testing.T, s *site, at string, manifest []byte) {
	t.Helper()
	var m struct{ Icons []struct{ Src, Type string } }
	if err := json.Unmarshal(manifest, &m); err != nil {
		t.Errorf("%s: %v", at, err)
	}
	for _, icon := range m.Icons {
		link, ok := s.local(at, icon.Src)
		if !ok {
			t.Errorf("%s: icon %s belongs to somebody else", at, icon.Src)
			continue
		}
		if response, _ := get(t, s.url+link.path); response.StatusCode != 200 || response.Header.Get("Content-Type") != icon.Type {
			t.Errorf("%s: icon %s: status %d, type %s", at, icon.Src, response.StatusCode, response.Header.Get("Content-Type"))
		}
	}
}

// follows checks a JSON text against a schema of this folder.
func follows(t *testing.T, schemaFile, name string, text []byte) {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// llms.txt begins with the site's name, and every article that it names has a Markdown
// version at that address.
var markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)

func TestLLMSTextLeadsToMarkdown(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		text := string(s.read(t, "llms.txt"))
		if !strings.HasPrefix(text, "# ") {
			t.Errorf("llms.txt begins with %.40q, want a title", text)
		}
		links := 0
		for _, match := range markdownLink.FindAllStringSubmatch(text, -1) {
			link, ok := s.local("/", match[1])
			if !ok {
				continue
			}
			links++
			response, body := get(t, s.url+link.path)
			if response.StatusCode != 200 {
				t.Errorf("llms.txt: %s: status %d", match[1], response.StatusCode)
				continue
			}
			if path.Ext(link.path) == ".md" && (!bytes.HasPrefix(body, []byte("# ")) || bytes.Contains(body, []byte("{{"+"<"))) {
				t.Errorf("%s: not clean Markdown: %.60q", link.path, body)
			}
		}
		if links == 0 {
			t.Error("llms.txt names no article")
		}
	})
}
