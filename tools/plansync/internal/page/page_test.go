package page

import (
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/hugo/hugotest"
)

func TestParseSaysWhereFrontMatterDoesNotRead(t *testing.T) {
	tests := []struct{ source, want string }{
		{"+++\nweight = 1\ndate = 'soon'\n+++\n", "a.md:3:1: front matter: date: unable to parse date: soon"},
		{"+++\r\ntitle = 'a'\r\ntitle = 'b'\r\n+++\r\n", "a.md:3:1: front matter: key title is already defined"},
		{"+++\ntitle = 'a\n+++\n", "a.md:2:1: front matter: literal strings cannot have new lines"},
		{"+++\ntitle = 'a'\n", "a.md:1:1: front matter: no closing +++"},
		{"---\ntitle: a\ntitle: b\n---\n", "a.md:3:1: front matter: mapping key \"title\" already defined at line 2"},
		{"---\ntitle: a\n  b: c\n---\n", "a.md:3:1: front matter: mapping values are not allowed in this context"},
		{"{\"title\": \"a\",\n\"draft\": yes}\n", "a.md:2:1: front matter: invalid character 'y' looking for beginning of value"},
	}
	for _, test := range tests {
		if _, err := Parse("a.md", []byte(test.source)); err == nil || err.Error() != test.want {
			t.Errorf("%q: got %v, want %s", test.source, err, test.want)
		}
	}
}

// What Hugo makes of a value is what counts, whatever its type and the case of its name.
func TestParseTakesValuesAsHugoDoes(t *testing.T) {
	day := time.Date(2024, 1, 5, 10, 0, 0, 0, time.UTC)
	want := FrontMatter{Title: "5", Description: "true", Draft: true, Weight: 7, Date: day, Categories: []string{"a b"}, Render: "never",
		Params: Params{Plan: "p", Query: "1.5", Highlights: []string{"x, y"}}}
	for _, source := range []string{
		"+++\nTitle = 5\ndescription = true\ndraft = 'true'\nweight = '7'\ndate = 2024-01-05T10:00:00\ncategories = 'a b'\nbuild.Render = 'never'\n" +
			"[Params]\nPlan = 'p'\nquery = 1.5\nhighlights = 'x, y'\n+++\n",
		"\ufeff\r\n \n---\r\ntitle: 5\nDescription: true\nDRAFT: \"true\"\nweight: \"7\"\ndate: 2024-01-05 11:00:00 +0100\ncategories: a b\nbuild: {render: never}\n" +
			"params: {plan: p, Query: 1.5, highlights: 'x, y'}\n---\n",
		`{"title": "6", "title": 5, "description": true, "draft": 1, "weight": 7.0, "date": "2024-01-05T10:00:00", "categories": "a b", "Build": {"render": "never"},` +
			`"params": {"plan": "p", "query": 1.5, "highlights": "x, y"}}`,
	} {
		p, err := Parse("a.md", []byte(source))
		if err != nil {
			t.Errorf("%q: %v", source, err)
			continue
		}
		p.Front.Date = p.Front.Date.UTC()
		if !reflect.DeepEqual(p.Front, want) {
			t.Errorf("%q: got %+v, want %+v", source, p.Front, want)
		}
	}
	for _, date := range []string{"2024-01-05", "'2024-01-05'", "''"} {
		for _, source := range []string{"+++\ndate = " + date + "\n+++\n", "---\ndate: " + date + "\n---\n"} {
			if p, err := Parse("a.md", []byte(source)); err != nil || p.Front.Date.IsZero() != (date == "''") {
				t.Errorf("%q: got %v", source, err)
			}
		}
	}
	if p, err := Parse("a.md", []byte("---\ndate:\nparams:\n---\n")); err != nil || !p.Front.Date.IsZero() {
		t.Error(err)
	}
}

// A site has thousands of pages: what reading one allocates is budgeted, for it does not depend on the machine.
func TestParseAllocatesLittle(t *testing.T) {
	source := []byte("+++\ntitle = 'A'\ndate = 2026-11-22T00:00:00Z # a comment\ndraft = true\ndescription = ''\ncategories = ['c']\nweight = 1\n" +
		"[params]\nplan = 'p'\nquery = 'a'\nhighlights = []\n+++\n" + strings.Repeat("Text.\n", 1000))
	if n := testing.AllocsPerRun(100, func() { _, _ = Parse("a.md", source) }); n > 25 {
		t.Errorf("%v allocations for one page", n)
	}
}

// A page without the table "params" gets one; what is there of it already is never doubled.
func TestSetAddsTheTableParams(t *testing.T) {
	const refused = ""
	tests := []struct{ source, want string }{
		{"+++\ntitle = 'A'\n[[menus.main]]\nname = 'x'\n+++\ntext", "+++\ntitle = 'A'\n[[menus.main]]\nname = 'x'\n[params]\nplan = 'p'\n+++\ntext"},
		{"+++\r\n+++\r\n", "+++\r\n[params]\r\nplan = 'p'\r\n+++\r\n"},
		{"---\ntitle: A # c\n---\ntext", "---\ntitle: A # c\nparams:\n  plan: 'p'\n---\ntext"},
		{"---\r\nsummary: |+\r\n  a\r\n\r\n---\r\n", "---\r\nsummary: |+\r\n  a\r\n\r\nparams:\r\n  plan: 'p'\r\n---\r\n"},
		{"---\n---\n", "---\nparams:\n  plan: 'p'\n---\n"},
		{"+++\nparams = {}\n+++\n", "+++\nparams = {plan = 'p'}\n+++\n"},
		{"+++\nparams = {x = {plan = 1}}\n+++\n", "+++\nparams = {plan = 'p', x = {plan = 1}}\n+++\n"},
		{"+++\nParams.x = 1\n+++\n", "+++\nParams.plan = 'p'\nParams.x = 1\n+++\n"},
		{"+++\n[params]\n+++\n", "+++\n[params]\nplan = 'p'\n+++\n"},
		{"+++\n[params.x]\n+++\n", "+++\n[params.x]\n[params]\nplan = 'p'\n+++\n"},
		{"+++\nparams = 1\n+++\n", refused},
		{"---\nparams: {}\n---\n", "---\nparams: {plan: 'p'}\n---\n"},
		{"---\nparams: {x: [plan]}\n---\n", "---\nparams: {plan: 'p', x: [plan]}\n---\n"},
		{"---\nParams:\n---\n", "---\nParams:\n  plan: 'p'\n---\n"},
		{"---\n  title: A\n---\n", "---\n  title: A\n  params:\n    plan: 'p'\n---\n"},
		{"---\nx: &p\n  y: 1\nparams: *p\n---\n", refused},
		{"---\n{title: A}\n---\n", refused},
		{"{\"title\": \"A\"}\n", refused},
		{"text\n", refused},
	}
	for _, test := range tests {
		p, err := Parse("a.md", []byte(test.source))
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Set("params.plan", "p")
		if string(got) != test.want || (err != nil) != (test.want == refused) {
			t.Errorf("%q: got %q, %v", test.source, got, err)
		}
	}
}

// The slug of a page is what Hugo makes of its path: without capitals and blanks.
func TestASiteKnowsItsPagesByHugosPaths(t *testing.T) {
	files := make(fstest.MapFS)
	for _, name := range []string{"Docs/learn/Alpha.md", "docs/Learn/A beta/index.md", "Docs/Learn/Part/_index.md", "Categories/Big Words/_index.md"} {
		files["Content/"+name] = &fstest.MapFile{}
	}
	read := func() *Site {
		return ReadSite(files, hugotest.Pages(files, "Content"), Options{Section: "Docs/Learn", Taxonomy: "categories"})
	}
	site := read()
	if len(site.Findings) > 0 {
		t.Fatal(site.Findings)
	}
	if site.Articles["alpha"] == nil || site.Articles["a-beta"] == nil || site.Sections["part"] == nil || site.Categories["big-words"] == nil {
		t.Errorf("got %v, %v, %v", site.Articles, site.Sections, site.Categories)
	}
	files["Content/Docs/learn/Alpha/index.md"] = &fstest.MapFile{}
	if site = read(); len(site.Findings) != 2 {
		t.Error(site.Findings)
	}
}

// siteOf reads a site whose article "a" has the text.
func siteOf(t *testing.T, text string) (fstest.MapFS, *Page) {
	t.Helper()
	files := fstest.MapFS{"content/learn/a.md": {Data: []byte(text)}}
	site := ReadSite(files, hugotest.Pages(files, "content"), Options{Section: "learn"})
	if len(site.Findings) > 0 {
		t.Fatal(site.Findings)
	}
	return files, site.Articles["a"]
}

func TestTheContentOfALongPageStaysInItsFile(t *testing.T) {
	const front = "\ufeff+++\r\ntitle = 'A'\r\n+++\r\n"
	for _, test := range []struct {
		content string
		kept    bool
	}{{"", true}, {"Text.\n", true}, {strings.Repeat("Text.\n", 1000), false}} {
		files, p := siteOf(t, front+test.content)
		if body, err := p.Body(); err != nil || string(body) != test.content {
			t.Errorf("%.10q: the body is %.10q, %v", test.content, body, err)
		}
		if kept := len(p.Source) == p.Size; kept != test.kept {
			t.Errorf("%.10q: kept: %t", test.content, kept)
		}
		if p.Size != len(front+test.content) || p.IsEmpty() != (test.content == "") || p.BodyLine() != 4 {
			t.Errorf("%.10q: size %d, empty %t, line %d", test.content, p.Size, p.IsEmpty(), p.BodyLine())
		}
		delete(files, "content/learn/a.md")
		if _, err := p.Body(); (err == nil) != test.kept {
			t.Errorf("%.10q: removed meanwhile: %v", test.content, err)
		}
	}
}

func TestAPageThatChangesWhileItIsReadIsAnError(t *testing.T) {
	content := strings.Repeat("Text.\n", 1000)
	files, p := siteOf(t, "+++\ntitle = 'A'\n+++\n"+content)
	for _, now := range []string{"", "+++\ntitle = 'B'\n+++\n" + content, content} {
		files["content/learn/a.md"].Data = []byte(now)
		if _, err := p.Body(); err == nil || err.Error() != "content/learn/a.md:1:1: changed while it was read" {
			t.Errorf("%.20q: got %v", now, err)
		}
	}
}

// What a site keeps of a page is budgeted, however long its text: the rest stays in the files.
func TestASiteKeepsLittleOfItsPages(t *testing.T) {
	const pages = 200
	files := make(fstest.MapFS)
	for i := range pages {
		name := "content/learn/" + strings.Repeat("a", i+1) + ".md"
		files[name] = &fstest.MapFile{Data: []byte("+++\ntitle = 'A'\n+++\n" + strings.Repeat("Text.\n", 10000))}
	}
	var site *Site
	kept := heldBy(func() { site = ReadSite(files, hugotest.Pages(files, "content"), Options{Section: "learn"}) })
	runtime.KeepAlive(files)
	if len(site.Pages) != pages || kept > 2048*pages {
		t.Errorf("%d pages, %d bytes for each", len(site.Pages), kept/pages)
	}
}

// heldBy returns how many bytes are in use after f that were not before.
func heldBy(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return after.HeapAlloc - min(before.HeapAlloc, after.HeapAlloc)
}
