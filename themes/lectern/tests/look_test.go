package tests

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/net/html"
)

// The image that is shared shows a title and a category as they read: an ampersand is one character.
func TestShareImagesShowPlainText(t *testing.T) {
	t.Parallel()
	s := buildForeign(t, "https://foreign.example/", fstest.MapFS{
		"hugo.toml":                          {Data: []byte(twoLines)},
		"content/learn/and.md":               {Data: []byte("---\ntitle: Aa & Bb\ncategories: [and]\n---\nText.\n")},
		"content/learn/plain.md":             {Data: []byte("---\ntitle: Aa G Bb\ncategories: [plain]\n---\nText.\n")},
		"content/categories/and/_index.md":   {Data: []byte("---\ntitle: Cc & Dd\n---\n")},
		"content/categories/plain/_index.md": {Data: []byte("---\ntitle: Cc G Dd\n---\n")},
	})
	and, plain := s.shared(t, "/learn/and/"), s.shared(t, "/learn/plain/")
	for name, rows := range map[string][2]int{"category": {50, 110}, "title": {125, 240}} {
		if a, b := inkEnd(and, rows), inkEnd(plain, rows); a == 0 || a > b+25 || a < b-25 {
			t.Errorf("the %s with an ampersand ends at pixel %d, with a letter at %d: the ampersand is not one character", name, a, b)
		}
	}
}

// An article's key number is on the image that is shared, in lists, and nowhere made up.
func TestKeyNumberIsShown(t *testing.T) {
	s := theExample(t)
	with, without := s.shared(t, "/learn/everything/"), s.shared(t, "/learn/plain/")
	rows := [2]int{280, 380}
	if inkEnd(with, rows) == 0 || inkEnd(without, rows) != 0 {
		t.Errorf("the number's place is inked to %d with a number and to %d without", inkEnd(with, rows), inkEnd(without, rows))
	}
	if list := string(s.read(t, "learn/index.html")); strings.Count(list, `class="number"`) != 1 || !strings.Contains(list, "<b>2.2 s</b> p99 with a hedge") {
		t.Error("the list does not show the one key number")
	}
}

// shared gives the image that stands for a page where it is shared.
func (s *site) shared(t *testing.T, path string) image.Image {
	t.Helper()
	for _, p := range mustPages(t, s) {
		if p.path == path {
			file := strings.TrimPrefix(property(p.doc, "og:image"), s.base)
			picture, err := png.Decode(bytes.NewReader(s.read(t, file)))
			if err != nil {
				t.Fatal(err)
			}
			return picture
		}
	}
	t.Fatalf("no page %s", path)
	return nil
}

// inkEnd gives the last column, between two rows, that is not as light as paper, or 0.
func inkEnd(picture image.Image, rows [2]int) int {
	for x := picture.Bounds().Dx() - 1; x > 0; x-- {
		for y := rows[0]; y < rows[1]; y++ {
			if r, _, _, _ := picture.At(x, y).RGBA(); r>>8 < 0xd8 {
				return x
			}
		}
	}
	return 0
}

// Home says what the site is, shows a real figure and where it is from, and leads to every article by its question.
func TestHomeLeadsOn(t *testing.T) {
	s := theSite(t)
	home := s.page(t, "/")
	if title := textOf(first(home.doc, "title")); !strings.Contains(title, textOf(first(home.doc, "h1"))) {
		t.Errorf("the title %q does not say what the site is", title)
	}
	var doors, questions []string
	var source []string
	figure := 0
	for n := range home.doc.Descendants() {
		switch {
		case classed("doors")(n):
			doors = links(n)
		case classed("questions")(n):
			questions = links(n)
		case classed("chart")(n):
			figure++
		case classed("hero-figure")(n):
			source = links(n)
		}
	}
	if len(doors) != 4 || figure != 1 || len(source) != 1 || !slices.Contains(s.articles(t), source[0]) {
		t.Errorf("home has the doors %q and %d figures from %q", doors, figure, source)
	}
	for _, path := range s.articles(t) {
		if !slices.Contains(questions, path) {
			t.Errorf("no question of the home page leads to %s", path)
		}
	}
}

// page gives one page of a site.
func (s *site) page(t *testing.T, path string) *page {
	t.Helper()
	for _, p := range mustPages(t, s) {
		if p.path == path {
			return p
		}
	}
	t.Fatalf("no page %s", path)
	return nil
}

// links gives where the links below an element lead.
func links(n *html.Node) []string {
	var all []string
	for a := range n.Descendants() {
		if a.Type == html.ElementNode && a.Data == "a" {
			all = append(all, attr(a, "href"))
		}
	}
	return all
}

// The index asks the questions, says the titles, the days and the languages.
func TestIndexScans(t *testing.T) {
	s := theSite(t)
	titles := map[string]string{}
	for _, l := range s.listed {
		titles[l.path] = l.title
	}
	rows := 0
	for n := range s.page(t, "/learn/").doc.Descendants() {
		if n.Data != "li" || n.Parent == nil || !classed("rows")(n.Parent) {
			continue
		}
		rows++
		question, title := textOf(first(n, "h3")), titles[links(n)[0]]
		if text := textOf(n); question == title || !strings.Contains(text, title) || !strings.Contains(text, "2026") {
			t.Errorf("a row asks %q and has no title %q or day: %q", question, title, text)
		}
	}
	if want := len(s.articles(t)); rows != want {
		t.Errorf("%d rows, want %d", rows, want)
	}
}

// The list of the newest is in the order of the feed, with days, on home pages of sites that are too large to be shown whole.
func TestNewestAreInTheOrderOfTheFeed(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"hugo.toml": {Data: []byte(twoLines + "[params]\nmapArticles = 0\n")}}
	for _, name := range []string{"a", "b", "c"} {
		files["content/learn/"+name+".md"] = &fstest.MapFile{Data: []byte("---\ntitle: " + name + "\ndate: 2024-03-05\ncategories: [c]\n---\nText.\n")}
	}
	s := buildForeign(t, "https://foreign.example/", files)
	at := func(text, format string) (all []int) {
		for _, name := range []string{"a", "b", "c"} {
			all = append(all, strings.LastIndex(text, strings.ReplaceAll(format, "%", name)))
		}
		return all
	}
	home, feed := at(string(s.read(t, "index.html")), `<a href="/learn/%/">`), at(string(s.read(t, "index.xml")), "/learn/%/</link>")
	if slices.Min(home) < 0 || slices.Min(feed) < 0 || slices.IsSorted(home) != slices.IsSorted(feed) {
		t.Errorf("home has its articles at %v, the feed at %v", home, feed)
	}
	if !strings.Contains(string(s.read(t, "index.html")), "Mar 5, 2024") {
		t.Error("the newest have no day")
	}
}

// The filter finds categories and words with a slip, keeps its value on the way back, and leads to the search from nothing.
func TestFilterForgivesAndRemembers(t *testing.T) {
	s := theSite(t)
	tb := newTab(t, desktop)
	tb.open(s.url + "/learn/")
	const rows = `[...document.querySelectorAll('.rows > li')].filter(r => r.checkVisibility())`
	type found struct {
		word string
		min  int
	}
	all := len(s.articles(t))
	for _, f := range []found{{"troubleshooting", 6}, {"relaibility", 3}, {"fallbak", 1}, {"failoverr", 1}} {
		tb.do()
		eval[bool](tb, `(e => { e.value = ''; e.focus(); return true })(document.querySelector('[data-filter]'))`)
		tb.press(f.word)
		if n := eval[int](tb, rows+`.length`); n < f.min || n == all {
			t.Errorf("%q leaves %d of %d rows, want at least %d", f.word, n, all, f.min)
		}
	}
	left := eval[int](tb, rows+`.length`)
	tb.open(s.url + "/about/")
	eval[bool](tb, `(history.back(), true)`)
	tb.waitFor("the list, filtered as before", `location.pathname === '/learn/' && document.querySelector('[data-filter]').value === 'failoverr'`)
	if n := eval[int](tb, rows+`.length`); n != left {
		t.Errorf("%d rows after coming back, want %d", n, left)
	}
	tb.press("xyzzy")
	tb.waitFor("the way to the search", rows+`.length === 0 && document.querySelector('[data-filter-search]').checkVisibility() && document.querySelector('[data-filter-search]').search.includes('xyzzy')`)
}

// The icon has a size that search engines show, and the browser's frame has the colour of the page.
func TestIconAndFrame(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		icon, err := os.ReadFile(filepath.Join(s.dir, "favicon.ico"))
		if err != nil {
			t.Fatal(err)
		}
		var sizes []byte
		for i := range int(binary.LittleEndian.Uint16(icon[4:])) {
			sizes = append(sizes, icon[6+16*i])
		}
		if !slices.Contains(sizes, 48) {
			t.Errorf("the icon has the sizes %d, want 48 among them", sizes)
		}
		paper := map[string]bool{}
		for n := range s.page(t, "/").doc.Descendants() {
			if n.Data == "meta" && attr(n, "name") == "theme-color" {
				paper[attr(n, "media")+attr(n, "content")] = true
			}
		}
		for _, want := range []string{"(prefers-color-scheme:light)#fdfcfa", "(prefers-color-scheme:dark)#17181b"} {
			if !paper[want] {
				t.Errorf("the frame's colours are %v, want %s", paper, want)
			}
		}
	})
}

// A correction shows its day beside that of publication, in the article and in lists.
func TestCorrectionsShowTheirDay(t *testing.T) {
	s := theExample(t)
	for file, want := range map[string]string{
		"learn/everything/index.html": `updated <time datetime="2026-06-15">Jun 15, 2026</time>`,
		"learn/index.html":            "updated Jun 15, 2026",
	} {
		if !strings.Contains(string(s.read(t, file)), want) {
			t.Errorf("%s does not say %s", file, want)
		}
	}
}

// The categories have one page with all articles; their own list leads there.
func TestCategoriesAreFoldedIn(t *testing.T) {
	s := theSite(t)
	tb := newTab(t, desktop)
	tb.open(s.url + "/categories/")
	if at := eval[string](tb, `location.pathname`); at != "/learn/" {
		t.Errorf("/categories/ leads to %s, want /learn/", at)
	}
}
