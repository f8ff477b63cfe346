package tests

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/net/html"
)

// articles gives the paths of the articles of a site.
func (s *site) articles(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, l := range s.listed {
		if l.kind == "page" && l.section != "" && l.dated {
			all = append(all, l.path)
		}
	}
	if len(all) == 0 {
		s.lacks(t, "an article")
	}
	return all
}

// Who comes from a search sees the whole answer without scrolling: title, answer, then the rest.
func TestAnswerIsAboveTheFold(t *testing.T) {
	s := theSite(t)
	tb := newTab(t, phone)
	for _, path := range s.articles(t) {
		tb.open(s.url + path)
		top := eval[[]float64](tb, `['h1', '.answer', '.prose > :not(.answer)'].map(s => document.querySelector(s).getBoundingClientRect()).flatMap(r => [r.top, r.bottom])`)
		if !slices.IsSorted(top) {
			t.Errorf("%s: title, answer and text stand at %v, want them one below the other", path, top)
		}
		if end := top[3]; end > float64(phone.height) {
			t.Errorf("%s: the answer ends at %.0f pixels, below the fold at %d", path, end, phone.height)
		}
	}
}

// One row of 48 pixels stays in sight, and its button says what is being read.
func TestOneRowStays(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		path := s.holding(t, "contents", classed("toc"))
		tb := newTab(t, phone)
		for _, width := range []int64{320, 390, 768, 1280} {
			tb.look(look{width: width, height: 844})
			tb.open(s.url + path)
			const row = `(h => { const r = h.getBoundingClientRect(); return [r.top, r.height, h.scrollWidth - h.clientWidth] })(document.querySelector('.site-header'))`
			tb.waitFor("the script", `document.querySelector('[data-scheme-switch]').onchange`)
			eval[bool](tb, `(document.querySelector('.toc a[href]:last-of-type'), scrollTo({top: document.querySelector('.prose h2:last-of-type').offsetTop - 60, behavior: 'instant'}), true)`)
			if at := eval[[]float64](tb, row); !slices.Equal(at, []float64{0, 48, 0}) {
				t.Errorf("at %d pixels the row is at %v (top, height, overflow), want 0, 48, 0", width, at)
			}
			tb.waitFor("the button names the section", `document.querySelector('[data-place]').textContent === document.querySelector('.toc a[aria-current]')?.textContent`)
			if outside := eval[[]string](tb, `[...document.querySelectorAll('.site-header > *, .site-header summary, .tool')].filter(e => e.checkVisibility()).filter(e => {
				const r = e.getBoundingClientRect(); return r.width && (r.top < 0 || r.bottom > 48 || r.left < 0 || r.right > innerWidth) }).map(e => e.className)`); len(outside) > 0 {
				t.Errorf("at %d pixels these reach out of the row: %q", width, outside)
			}
		}
	})
}

// A panel of the row opens, leads on, and closes: by a link, by Escape, by a click elsewhere.
func TestPanelsOpenAndClose(t *testing.T) {
	s := theExample(t)
	tb := newTab(t, phone)
	tb.open(s.url + "/learn/everything/")
	tb.waitFor("the script", `document.querySelector('[data-scheme-switch]').onchange`)
	const open = `[...document.querySelectorAll('.site-header details')].map(d => d.open).join()`
	tb.click(".toc summary")
	tb.waitFor("the contents", open+` === 'true,false'`)
	tb.click(".menu summary")
	tb.waitFor("the menu alone", open+` === 'false,true'`)
	tb.press("\x1b")
	tb.waitFor("nothing after Escape", open+` === 'false,false'`)
	tb.click(".toc summary")
	tb.click(".toc li:last-child > a")
	tb.waitFor("nothing after a link", open+` === 'false,false' && location.hash`)
	tb.click(".toc summary")
	tb.waitFor("the contents again", open+` === 'true,false'`)
	tb.click("main p")
	tb.waitFor("nothing after a click elsewhere", open+` === 'false,false'`)
}

// Whichever section is jumped to is the one that the contents mark.
func TestContentsMarkWhatWasJumpedTo(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		tb := newTab(t, desktop)
		tb.open(s.url + s.holding(t, "contents", classed("toc")))
		for i, hash := range eval[[]string](tb, `[...document.querySelectorAll('.toc a')].map(a => a.hash)`) {
			eval[bool](tb, fmt.Sprintf(`(document.querySelectorAll('.toc a')[%d].click(), true)`, i))
			tb.waitFor(hash+" is marked", fmt.Sprintf(`document.querySelector('.toc a[aria-current]')?.hash === %q`, hash))
			if tops := eval[float64](tb, fmt.Sprintf(`document.getElementById(decodeURIComponent(%q.slice(1))).getBoundingClientRect().top`, hash)); tops < 48 {
				t.Errorf("%s is hidden by the row: its top is at %v", hash, tops)
			}
		}
	})
}

// The map names every article, marks this one, stands beside the text on a wide screen and folded at its end on a narrow one.
func TestMapShowsTheArticle(t *testing.T) {
	s := theSite(t)
	articles := s.articles(t)
	tb := newTab(t, desktop)
	path := articles[0]
	tb.open(s.url + path)
	links := eval[[]string](tb, `[...document.querySelectorAll('.map a')].map(a => a.pathname)`)
	for _, article := range articles {
		if !slices.Contains(links, article) {
			t.Errorf("the map lacks %s", article)
		}
	}
	if here := eval[[]string](tb, `[...document.querySelectorAll('.map [aria-current=page]')].map(a => a.pathname)`); !slices.Equal(here, []string{path}) {
		t.Errorf("the map marks %q, want %s", here, path)
	}
	if !eval[bool](tb, `document.querySelector('.map').getBoundingClientRect().right <= document.querySelector('.prose').getBoundingClientRect().left && document.querySelector('.map a').checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})`) {
		t.Error("on a wide screen the map does not stand beside the text")
	}
	tb.look(phone)
	tb.open(s.url + path)
	if !eval[bool](tb, `document.querySelector('.map').getBoundingClientRect().top >= document.querySelector('.article-footer').getBoundingClientRect().bottom && !document.querySelector('.map details').open`) {
		t.Error("on a telephone the map is not folded below the article")
	}
}

// A large site's articles show their neighbours, and each page stays as it is however many there are.
func TestMapIsBounded(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"hugo.toml": {Data: []byte(twoLines)}}
	for i := range 120 {
		files[fmt.Sprintf("content/learn/a%03d.md", i)] = &fstest.MapFile{Data: fmt.Appendf(nil,
			"---\ntitle: Article %d\ndate: 2024-03-05\nweight: %d\ncategories: [c%d]\n---\nText.\n", i, i+1, i%20)}
	}
	s := buildForeign(t, "https://foreign.example/", files)
	page := string(s.read(t, "learn/a042/index.html"))
	nav := page[strings.Index(page, `class="map"`):]
	nav = nav[:strings.Index(nav, "</nav>")]
	if n := strings.Count(nav, "<a "); n < 10 || n > 24 {
		t.Errorf("the map has %d links, want a few", n)
	}
	for _, want := range []string{`href="/learn/a022/"`, `href="/learn/a042/" aria-current="page"`, `href="/learn/a062/"`} {
		if !strings.Contains(nav, want) {
			t.Errorf("the map lacks %s\n%s", want, nav)
		}
	}
}

// The way from home is the same for a category and for its articles.
func TestBreadcrumbsAgree(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		trails := map[string][]string{}
		for _, p := range mustPages(t, s) {
			for n := range p.doc.Descendants() {
				if n.Data == "nav" && attr(n, "class") == "breadcrumb" {
					for a := range n.Descendants() {
						if a.Data == "a" && a.Type == html.ElementNode {
							trails[p.path] = append(trails[p.path], attr(a, "href"))
						}
					}
				}
			}
		}
		compared := 0
		for path, trail := range trails {
			parent := trail[len(trail)-1]
			if above, ok := trails[parent]; ok {
				compared++
				if want := append(slices.Clone(above), parent); !slices.Equal(trail, want) {
					t.Errorf("%s: %q, but its parent says %q", path, trail, want)
				}
			}
		}
		if compared == 0 {
			t.Fatal("no page has a parent with a breadcrumb")
		}
	})
}

// After the text comes the next article with what it answers, and articles of other categories that the text names.
func TestEndOfAnArticleLeadsOn(t *testing.T) {
	s := theSite(t)
	articles := s.articles(t)
	for _, p := range mustPages(t, s) {
		if !slices.Contains(articles, p.path) {
			continue
		}
		var next, related []string
		var category string
		for n := range p.doc.Descendants() {
			switch {
			case attr(n, "rel") == "next" && n.Data == "a":
				next = append(next, attr(n, "href"))
			case n.Data == "section" && attr(n, "class") == "related":
				for a := range n.Descendants() {
					if a.Data == "a" && a.Type == html.ElementNode {
						related = append(related, attr(a, "href"))
					}
				}
			case n.Data == "nav" && attr(n, "class") == "breadcrumb":
				for a := range n.Descendants() {
					if a.Data == "a" && a.Type == html.ElementNode {
						category = attr(a, "href")
					}
				}
			}
		}
		if len(related) != 3 || slices.Contains(related, p.path) || slices.ContainsFunc(next, func(path string) bool { return slices.Contains(related, path) }) {
			t.Errorf("%s: related are %q, want three others than the next, %q", p.path, related, next)
		}
		if len(next) > 1 {
			t.Errorf("%s: next are %q", p.path, next)
		}
		other := false
		for _, path := range related {
			other = other || s.categoryOf(t, path) != category
		}
		if !other {
			t.Errorf("%s: all related articles are of its own category: %q", p.path, related)
		}
	}
}

// categoryOf gives the path of an article's category, the last of its breadcrumb.
func (s *site) categoryOf(t *testing.T, path string) string {
	t.Helper()
	page := string(s.read(t, strings.TrimPrefix(path, "/")+"index.html"))
	nav := page[strings.Index(page, `class="breadcrumb"`):]
	nav = nav[:strings.Index(nav, "</nav>")]
	nav = nav[strings.LastIndex(nav, `href="`)+len(`href="`):]
	return nav[:strings.Index(nav, `"`)]
}

// No line of text is longer than can be read, however wide the screen is.
func TestLinesStayReadable(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		tb := newTab(t, desktop)
		tb.open(s.url + s.pathOf(t, "article"))
		for _, width := range []int64{640, 768, 900, 1000, 1023, 1024, 1280, 1920, 2560} {
			tb.look(look{width: width, height: 900})
			if long := eval[float64](tb, `Math.max(...[...document.querySelectorAll('.prose > p')].map(p => p.clientWidth / parseFloat(getComputedStyle(p).fontSize)))`); long > 41 {
				t.Errorf("at %d pixels a line is %.0f em wide, some %.0f characters", width, long, long*2)
			}
		}
	})
}

// What is meant to be pressed is at least 24 pixels high and wide, unless it stands in a line of text.
func TestTargetsAreLargeEnough(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		tb := newTab(t, phone)
		for _, k := range s.ownKinds(t) {
			tb.open(s.url + k.path)
			tb.waitFor("the script", `document.querySelector('[data-scheme-switch]').onchange`)
			for _, small := range eval[[]string](tb, `[...document.querySelectorAll('a[href], button, summary, input, select')].filter(e => e.checkVisibility() && !e.matches('.skip, p a, li > p > a, td a, th a, .prose a, dd a, figcaption a')).filter(e => {
				const r = e.getBoundingClientRect(); return r.width && (r.height < 24 || r.width < 24) }).map(e => Math.round(e.getBoundingClientRect().width) + 'x' + Math.round(e.getBoundingClientRect().height) + ' ' + e.outerHTML.slice(0, 90))`) {
				t.Errorf("%s: %s", k.path, small)
			}
		}
	})
}
