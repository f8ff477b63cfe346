package tests

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"golang.org/x/net/html"
)

// holding gives the path of a page that has an element: of the deepest in the site, an
// article if there is one.
func (s *site) holding(t *testing.T, what string, match func(*html.Node) bool) string {
	t.Helper()
	found := ""
	for _, p := range mustPages(t, s) {
		if direction(p.doc) == "rtl" || strings.Count(p.path, "/") <= strings.Count(found, "/") {
			continue
		}
		for n := range p.doc.Descendants() {
			if n.Type == html.ElementNode && match(n) {
				found = p.path
				break
			}
		}
	}
	if found == "" {
		s.lacks(t, "a page with "+what)
	}
	return found
}

// classed matches elements of a class.
func classed(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return slices.Contains(strings.Fields(attr(n, "class")), name) }
}

// withAttr matches elements that have an attribute.
func withAttr(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return hasAttr(n, name) }
}

func TestColoursStayAndDoNotFlash(t *testing.T) {
	s := theSite(t)
	tb := newTab(t, desktop)
	// What the first frame of every page looks like, before any script of the page that waits.
	call(tb, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: `
		const look = () => document.body
			? window.firstFrame = getComputedStyle(document.documentElement).colorScheme + ' ' + getComputedStyle(document.body).backgroundColor
			: requestAnimationFrame(look)
		requestAnimationFrame(look)`})
	tb.open(s.url + "/")
	const shown = `getComputedStyle(document.documentElement).colorScheme + ' ' + getComputedStyle(document.body).backgroundColor`
	light := eval[string](tb, shown)
	tb.choose("[data-scheme-switch]", "dark")
	dark := eval[string](tb, shown)
	if light == dark {
		t.Fatalf("the switch changes nothing: %s", light)
	}
	if !strings.HasPrefix(dark, "dark") {
		t.Errorf("the choice of dark shows %s", dark)
	}
	for _, path := range []string{"/learn/", "/search/", "/"} {
		tb.open(s.url + path)
		tb.waitFor("the first frame", `window.firstFrame`)
		if first := eval[string](tb, `window.firstFrame`); first != dark {
			t.Errorf("%s: the first frame is %s, want %s", path, first, dark)
		}
	}
	tb.reportAxe("dark by choice", allRules)
	tb.choose("[data-scheme-switch]", "")
	if again := eval[string](tb, shown); again != light {
		t.Errorf("the automatic choice shows %s, want %s again", again, light)
	}
}

func TestCopyButtonCopiesTheCode(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		path := s.holding(t, "code", classed("code"))
		tb := newTab(t, desktop)
		for _, name := range []string{"clipboard-read", "clipboard-write"} {
			call(tb, browser.SetPermission, browser.SetPermissionParams{
				Permission: &browser.PermissionDescriptor{Name: name}, Setting: browser.PermissionSettingGranted,
				Origin: s.url, BrowserContextID: chromedp.FromContext(tb.ctx).BrowserContextID,
			})
		}
		call(tb, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		tb.open(s.url + path)
		want := eval[string](tb, `document.querySelector('.code code').textContent`)
		label := eval[string](tb, `document.querySelector('.code button').textContent`)
		tb.click(".code button")
		tb.waitFor("the button says so", fmt.Sprintf(`document.querySelector('.code button').textContent !== %q`, label))
		if got := eval[string](tb, `navigator.clipboard.readText()`); got != want {
			t.Errorf("copied %q, want %q", got, want)
		}
	})
}

func TestTabsChangeTogether(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		tb := newTab(t, desktop)
		tb.open(s.url + s.holding(t, "tabs", classed("tabs")))
		open := func() []string {
			return eval[[]string](tb, `[...document.querySelectorAll('.tabs > details[open] > summary')].map(s => s.textContent)`)
		}
		before := open()
		second := eval[string](tb, `document.querySelectorAll('.tabs')[0].querySelectorAll('summary')[1].textContent`)
		tb.click(".tabs > details:nth-of-type(2) > summary")
		tb.waitFor("the second tab", `document.querySelector('.tabs > details:nth-of-type(2)').open && !document.querySelector('.tabs > details').open`)
		for i, name := range open() {
			if has := eval[bool](tb, fmt.Sprintf(`[...document.querySelectorAll('.tabs')[%d].querySelectorAll('summary')].some(s => s.textContent === %q)`, i, second)); has && name != second {
				t.Errorf("tabs %d show %s, want %s as the reader chose", i+1, name, second)
			}
		}
		tb.press("\t", chromedp.KeyModifiers(chromedp.ModifierShift))
		tb.press(kb.Enter)
		tb.waitFor("the first tab, by the keyboard", `document.querySelector('.tabs > details').open`)
		if now := open(); len(now) != len(before) {
			t.Errorf("%d tabs are open, want one in each of %d groups", len(now), len(before))
		}
	})
}

func TestFilterNarrowsTheList(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		tb := newTab(t, desktop)
		tb.open(s.url + s.holding(t, "a filter", withAttr("data-filter")))
		const rows = `[...document.querySelectorAll('.rows > li')].filter(r => r.checkVisibility())`
		all := eval[int](tb, rows+`.length`)
		word := eval[string](tb, `document.querySelector('.rows > li a').textContent.split(' ').sort((a, b) => b.length - a.length)[0]`)
		tb.click("[data-filter]")
		tb.press(word)
		tb.waitFor("only rows with the word", rows+fmt.Sprintf(`.every(r => (r.closest('.group').querySelector('h2').textContent + r.textContent).toLowerCase().includes(%q))`, strings.ToLower(word)))
		if left := eval[int](tb, rows+`.length`); left == 0 {
			t.Errorf("%q leaves no row, want those that have it", word)
		}
		tb.press("xyzzy")
		tb.waitFor("no row, and a word about it", rows+`.length === 0 && document.querySelector('[data-filter] ~ output').textContent.trim()`)
		tb.reportAxe("filter without a match", allRules)
		tb.do(chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
		tb.press(kb.Backspace)
		tb.waitFor("all rows again", rows+fmt.Sprintf(`.length === %d`, all))
	})
}

func TestContentsFollowTheReader(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		tb := newTab(t, desktop)
		tb.open(s.url + s.holding(t, "contents", classed("toc")))
		links := eval[[]string](tb, `[...document.querySelectorAll('.toc a')].map(a => a.hash)`)
		if !eval[bool](tb, `[...document.querySelectorAll('.toc a')].every(a => a.checkVisibility())`) {
			t.Error("on a wide screen the contents are hidden")
		}
		last := links[len(links)-1]
		for _, hash := range []string{links[len(links)/2], links[0]} {
			eval[bool](tb, fmt.Sprintf(`document.getElementById(decodeURIComponent(%q.slice(1))).scrollIntoView({block: 'start', behavior: 'instant'}), true`, hash))
			tb.waitFor("the section "+hash+" is marked as read (the last is "+last+")", fmt.Sprintf(`(() => { const c = document.querySelector('.toc a[aria-current]'); return c && c.hash === %q })()`, hash))
		}
		tb.look(phone)
		tb.open(eval[string](tb, `location.href.split('#')[0]`))
		if eval[bool](tb, `[...document.querySelectorAll('.toc a')].some(a => a.checkVisibility())`) {
			t.Error("on a phone the contents are open and push the article down")
		}
		tb.click(".toc summary")
		tb.waitFor("the contents", `[...document.querySelectorAll('.toc a')].every(a => a.checkVisibility())`)
	})
}

func TestSkipLinkIsFirstAndWorks(t *testing.T) {
	s := theSite(t)
	tb := newTab(t, desktop)
	tb.open(s.url + "/learn/")
	tb.press("\t")
	if !eval[bool](tb, `document.activeElement.hash === '#' + document.querySelector('main').id`) {
		t.Fatalf("the first Tab goes to %s, want the link to the content", eval[string](tb, `document.activeElement.outerHTML`))
	}
	tb.waitFor("the link is seen", `(() => { const r = document.activeElement.getBoundingClientRect(); return r.top >= 0 && r.left >= 0 && r.width > 20 && r.height > 10 })()`)
	tb.press(kb.Enter)
	tb.waitFor("the content has the focus", `document.activeElement.tagName === 'MAIN'`)
}

// Every element that takes the focus shows it.
func TestFocusIsVisible(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		tb := newTab(t, desktop)
		tb.open(s.url + s.pathOf(t, "article"))
		count := eval[int](tb, `document.querySelectorAll('a[href], button, summary, [tabindex="0"], input').length`)
		for range min(count, 40) {
			tb.press("\t")
			if hidden := eval[string](tb, `(() => {
				const e = document.activeElement
				if (e === document.body) return ''
				const c = getComputedStyle(e)
				return c.outlineStyle !== 'none' && parseFloat(c.outlineWidth) >= 1 || c.boxShadow !== 'none' ? '' : e.outerHTML.slice(0, 200)
			})()`); hidden != "" {
				t.Errorf("the focus is not seen on %s", hidden)
			}
		}
	})
}

func TestReadingNeedsNoScript(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		tb := newTab(t, desktop.withoutScript())
		tb.open(s.url + s.pathOf(t, "article"))
		if n := eval[int](tb, `document.querySelector('article').innerText.length`); n < 200 {
			t.Errorf("the article shows %d characters", n)
		}
		if dead := eval[[]string](tb, `[...document.querySelectorAll('button, [data-filter], [data-scheme-switch]')].filter(e => e.checkVisibility()).map(e => e.outerHTML)`); len(dead) > 0 {
			t.Errorf("without scripts these do nothing and are shown: %q", dead)
		}
		tb.open(s.url + s.pathOf(t, "search"))
		if text := eval[string](tb, `document.querySelector('main').innerText`); len(strings.Fields(text)) < 6 {
			t.Errorf("the search page says only %q without scripts", text)
		}
		tb.open(s.url + "/learn/")
		if rows := eval[int](tb, `[...document.querySelectorAll('main a')].filter(a => a.checkVisibility()).length`); rows == 0 {
			t.Error("the list of articles is empty without scripts")
		}
	})
}

func TestPageReadsFromRightToLeft(t *testing.T) {
	s := theExample(t)
	tb := newTab(t, desktop)
	tb.open(s.url + s.pathOf(t, "article-rtl"))
	if eval[bool](tb, `(() => { const h = document.createRange(); h.selectNodeContents(document.querySelector('h1')); const r = h.getBoundingClientRect(), b = document.querySelector('h1').getBoundingClientRect(); return Math.abs(b.right - r.right) > 2 })()`) {
		t.Error("the title does not begin at the right")
	}
	if eval[bool](tb, `(() => { const brand = document.querySelector('header a').getBoundingClientRect(); return brand.left + brand.width / 2 < innerWidth / 2 })()`) {
		t.Error("the name of the site stands at the left")
	}
	for _, code := range eval[[]string](tb, `[...document.querySelectorAll('pre, code')].filter(e => getComputedStyle(e).direction !== 'ltr').map(e => e.outerHTML.slice(0, 120))`) {
		t.Errorf("code reads from right to left: %s", code)
	}
}

// On paper there is the article, in dark ink on white, and nothing to press.
func TestPrintShowsTheArticleOnly(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		tb := newTab(t, desktop)
		l := look{width: 794, height: 1123, dark: true, print: true}
		tb.look(l)
		tb.open(s.url + s.pathOf(t, "article"))
		for _, shown := range eval[[]string](tb, `[...document.querySelectorAll('.skip, .tools, .toc, button, .neighbours, [data-search]')].filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 120))`) {
			t.Errorf("printed: %s", shown)
		}
		if paper := eval[string](tb, `getComputedStyle(document.body).backgroundColor`); paper != "rgb(255, 255, 255)" && paper != "rgba(0, 0, 0, 0)" {
			t.Errorf("the paper is %s", paper)
		}
		for _, cut := range eval[[]string](tb, `[...document.querySelectorAll('pre')].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText.slice(0, 80))`) {
			t.Errorf("code is cut off at the margin: %q", cut)
		}
		pdf, err := chromedp.Run(tb.ctx, chromedp.PrintToPDF())
		if err != nil || len(pdf) < 5_000 {
			t.Errorf("printed %d bytes: %v", len(pdf), err)
		}
	})
}
