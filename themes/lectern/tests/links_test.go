package tests

import (
	"encoding/xml"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// A target is where a link leads.
type target struct {
	from     string // the page or file that has the link
	raw      string
	path     string // on this site
	fragment string
}

// targets gives what the attribute values of a page lead to on this site.
func targets(s *site, p *page) []target {
	var all []target
	add := func(raw string) {
		if t, ok := s.local(p.path, raw); ok {
			all = append(all, t)
		}
	}
	for n := range p.doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			switch a.Key {
			case "href", "src", "action", "poster", "data-index", "data-src":
				add(a.Val)
			case "srcset":
				for candidate := range strings.SplitSeq(a.Val, ",") {
					if fields := strings.Fields(candidate); len(fields) > 0 {
						add(fields[0])
					}
				}
			case "content":
				if name := attr(n, "property") + attr(n, "name"); slices.Contains([]string{"og:image", "og:url", "twitter:image"}, name) {
					add(a.Val)
				}
			}
		}
	}
	return all
}

// local reads a link as a browser on a page would; ok is false for other sites' pages.
func (s *site) local(from, raw string) (target, bool) {
	base, err := url.Parse(strings.TrimSuffix(s.base, "/") + from)
	if err != nil {
		return target{}, false
	}
	u, err := base.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host != base.Host || u.Scheme != base.Scheme {
		return target{}, false
	}
	return target{from: from, raw: raw, path: u.Path, fragment: u.Fragment}, true
}

// Every link of every page leads somewhere, at once (no redirect) and to its fragment.
func TestNoInternalLinkIsBroken(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		pages := mustPages(t, s)
		ids := map[string]map[string]bool{}
		for _, p := range pages {
			ids[p.path] = map[string]bool{}
			for n := range p.doc.Descendants() {
				if id := attr(n, "id"); id != "" {
					if ids[p.path][id] {
						t.Errorf("%s: two elements have the id %q", p.path, id)
					}
					ids[p.path][id] = true
				}
			}
		}
		status := map[string]int{}
		for _, p := range pages {
			for _, link := range targets(s, p) {
				if _, ok := status[link.path]; !ok {
					response, _ := get(t, s.url+(&url.URL{Path: link.path}).EscapedPath())
					status[link.path] = response.StatusCode
				}
				if status[link.path] != 200 {
					t.Errorf("%s: %s: status %d", link.from, link.raw, status[link.path])
					continue
				}
				if known, isPage := ids[link.path]; isPage && link.fragment != "" && !known[link.fragment] {
					t.Errorf("%s: %s: nothing has this id", link.from, link.raw)
				}
			}
		}
		if len(status) < 5 {
			t.Errorf("only %d addresses are linked", len(status))
		}
	})
}

// Every page that a site publishes is found by following links from its home page.
func TestEveryPageIsReached(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		byPath := map[string]*page{}
		for _, p := range mustPages(t, s) {
			byPath[p.path] = p
		}
		reached := map[string]bool{"/": true}
		for queue := []string{"/"}; len(queue) > 0; queue = queue[1:] {
			p := byPath[queue[0]]
			if p == nil {
				continue
			}
			for _, link := range targets(s, p) {
				if !reached[link.path] {
					reached[link.path] = true
					queue = append(queue, link.path)
				}
			}
		}
		for _, l := range s.listed {
			if !reached[l.path] {
				t.Errorf("no way leads from home to %s", l.path)
			}
		}
	})
}

// What Hugo publishes has its own address as canonical, and no other page has it.
func TestCanonicalIsTheOwnAddress(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for _, p := range mustPages(t, s) {
			canonical, robots := "", ""
			for n := range p.doc.Descendants() {
				switch {
				case n.Data == "link" && attr(n, "rel") == "canonical":
					canonical = attr(n, "href")
				case n.Data == "meta" && attr(n, "name") == "robots":
					robots = attr(n, "content")
				}
			}
			if strings.Contains(robots, "noindex") {
				if canonical != "" {
					t.Errorf("%s: noindex and a canonical %s contradict each other", p.path, canonical)
				}
				continue
			}
			if want := strings.TrimSuffix(s.base, "/") + p.path; canonical != want {
				t.Errorf("%s: canonical %q, want %q", p.path, canonical, want)
			}
		}
	})
}

// The sitemap lists exactly what search engines may index, with the date of change of
// every page that has one.
func TestSitemapListsWhatMayBeIndexed(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		want := map[string]bool{}
		for _, p := range mustPages(t, s) {
			if !strings.Contains(string(p.text), "noindex") && !strings.Contains(p.path, "/page/") && direction(p.doc) != "" {
				want[strings.TrimSuffix(s.base, "/")+p.path] = true
			}
		}
		have := map[string]string{}
		for _, file := range mustFiles(t, s.dir) {
			if path.Base(file) != "sitemap.xml" {
				continue
			}
			var set struct {
				URL []struct {
					Loc     string `xml:"loc"`
					Lastmod string `xml:"lastmod"`
				} `xml:"url"`
			}
			text, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(file)))
			if err != nil {
				t.Fatal(err)
			}
			if err := xml.Unmarshal(text, &set); err != nil {
				t.Errorf("%s: %v", file, err)
			}
			for _, u := range set.URL {
				have[u.Loc] = u.Lastmod
			}
		}
		for address := range want {
			if _, ok := have[address]; !ok {
				t.Errorf("the sitemap lacks %s", address)
			}
		}
		for address := range have {
			if !want[address] {
				t.Errorf("the sitemap lists %s, which is no page to index", address)
			}
		}
		for _, l := range s.listed {
			if l.kind == "page" && l.dated && have[strings.TrimSuffix(s.base, "/")+l.path] == "" && want[strings.TrimSuffix(s.base, "/")+l.path] {
				t.Errorf("the sitemap has no lastmod for %s", l.path)
			}
		}
	})
}

// robots.txt lets everybody in and names the sitemap.
func TestRobotsNamesTheSitemap(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		response, body := get(t, s.url+"/robots.txt")
		if response.StatusCode != 200 {
			t.Fatalf("robots.txt: status %d", response.StatusCode)
		}
		match := regexp.MustCompile(`(?m)^Sitemap: (\S+)$`).FindSubmatch(body)
		if match == nil {
			t.Fatalf("robots.txt names no sitemap:\n%s", body)
		}
		link, ok := s.local("/", string(match[1]))
		if !ok {
			t.Fatalf("robots.txt: the sitemap %s belongs to somebody else", match[1])
		}
		if response, _ := get(t, s.url+link.path); response.StatusCode != 200 {
			t.Errorf("the sitemap %s: status %d", match[1], response.StatusCode)
		}
		if regexp.MustCompile(`(?m)^Disallow: /$`).Match(body) {
			t.Error("robots.txt of a production build closes the site")
		}
	})
}
