package tests

import (
	"fmt"
	"strings"
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
)

// On paper a group of tabs is the one that was chosen, below its name; long listings go on over pages, and tables hold no addresses.
func TestPaperIsWellUsed(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		tb := newTab(t, look{width: 794, height: 1123, print: true})
		tb.open(s.url + s.holding(t, "tabs", classed("tabs")))
		const groups = `[...document.querySelectorAll('.tabs')].map(g => [...g.querySelectorAll(':scope > details')].filter(d => d.checkVisibility()))`
		if wrong := eval[[]string](tb, groups+`.filter(shown => shown.length !== 1).map(shown => shown.map(d => d.firstElementChild.textContent).join())`); len(wrong) > 0 {
			t.Errorf("printed of one group: %q", wrong)
		}
		if apart := eval[[]float64](tb, groups+`.flat().map(d => d.lastElementChild.getBoundingClientRect().top - d.firstElementChild.getBoundingClientRect().bottom).filter(gap => gap < 0 || gap > 40)`); len(apart) > 0 {
			t.Errorf("names of tabs stand %v pixels from what they name", apart)
		}
		if whole := eval[int](tb, `[...document.querySelectorAll('pre, .code, .output')].filter(e => getComputedStyle(e).breakInside === 'avoid').length`); whole > 0 {
			t.Errorf("%d listings may not go on over a page", whole)
		}
		if long := eval[int](tb, `[...document.querySelectorAll('td a, th a')].filter(a => getComputedStyle(a, '::after').content.includes('http')).length`); long > 0 {
			t.Errorf("%d links in tables print their addresses", long)
		}
	})
}

// Who wants no motion gets none; the tabs of these tests always say so.
func TestNothingMovesForWhoWantsNoMotion(t *testing.T) {
	s := theSite(t)
	tb := newTab(t, desktop)
	for _, path := range []string{"/", "/learn/", s.articles(t)[0]} {
		tb.open(s.url + path)
		if moving := eval[[]string](tb, `[...document.querySelectorAll('*')].filter(e => { const c = getComputedStyle(e)
			return c.scrollBehavior !== 'auto' || c.animationName !== 'none' || /[1-9]/.test(c.transitionDuration) }).map(e => e.tagName + '.' + e.className)`); len(moving) > 0 {
			t.Errorf("%s: %q move", path, moving)
		}
	}
}

// Where the system forces its colours, what is current, chosen or to be pressed can still be told.
func TestForcedColoursKeepTheMeaning(t *testing.T) {
	s := theExample(t)
	tb := newTab(t, desktop)
	tb.open(s.url + "/learn/everything/")
	tb.force("forced-colors", "active")
	for what, differs := range map[string]string{
		"the article in the map":   `getComputedStyle(document.querySelector('.map [aria-current]')).textDecorationLine !== 'none'`,
		"the icons":                `[...document.querySelectorAll('.icon, .mark')].every(e => getComputedStyle(e).color !== getComputedStyle(document.body).backgroundColor)`,
		"the answer":               `parseFloat(getComputedStyle(document.querySelector('.answer')).borderTopWidth) > 0`,
		"the card of what is next": `parseFloat(getComputedStyle(document.querySelector('.next')).borderTopWidth) > 0`,
		"the chosen tab":           `getComputedStyle(document.querySelector('.tabs [open] > summary')).borderBottomColor !== getComputedStyle(document.querySelector('.tabs :not([open]) > summary')).borderBottomColor`,
	} {
		if !eval[bool](tb, differs) {
			t.Errorf("%s cannot be told: %s", what, differs)
		}
	}
	tb.reportAxe("forced colours", allRules)
}

// Text of twice the size fits: the row grows, nothing is cut off and no page scrolls sideways.
func TestLargeTextFits(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		tb := newTab(t, desktop)
		call(tb, cdppage.SetFontSizes, cdppage.SetFontSizesParams{FontSizes: &cdppage.FontSizes{Standard: 32, Fixed: 26}})
		for _, k := range s.ownKinds(t) {
			tb.open(s.url + k.path)
			if size := eval[float64](tb, `parseFloat(getComputedStyle(document.documentElement).fontSize)`); size != 32 {
				t.Fatalf("the text has %v pixels, want 32", size)
			}
			for _, width := range []int64{640, 1280} {
				tb.look(look{width: width, height: 900})
				if wide := eval[[]string](tb, tooWide); len(wide) > 0 {
					t.Errorf("%s at %d pixels: %q", k.path, width, wide)
				}
				if out := eval[[]string](tb, `[...document.querySelectorAll('.site-header summary, .tool')].filter(e => e.checkVisibility()).filter(e => {
					const r = e.getBoundingClientRect(), h = document.querySelector('.site-header').getBoundingClientRect()
					return r.width && (r.bottom > h.bottom + 1 || r.right > h.right + 1 || r.left < 0) }).map(e => e.className || e.tagName)`); len(out) > 0 {
					t.Errorf("%s at %d pixels: %q reach out of the row", k.path, width, out)
				}
			}
		}
	})
}

// Each stop of the Tab key is in sight and does something, on a wide screen and on a telephone.
func TestKeyboardStopsAreInSight(t *testing.T) {
	s := theExample(t)
	for _, l := range []look{desktop, phone} {
		tb := newTab(t, l)
		tb.open(s.url + "/learn/everything/")
		tb.waitFor("the script", `document.querySelector('[data-scheme-switch]').onchange`)
		var seen []string
		for range 90 {
			tb.press("\t")
			at := eval[string](tb, `(() => {
				const e = document.activeElement
				if (e === document.body) return ''
				const box = e.matches('[data-scheme-switch]') ? e.parentElement : e
				const r = box.getBoundingClientRect(), bar = document.querySelector('.site-header').getBoundingClientRect()
				const hidden = !e.checkVisibility({visibilityProperty: true}) || r.width < 1 || r.height < 1 || r.right < 0 || r.left > innerWidth
				const under = !e.closest('.site-header, .skip') && r.bottom <= bar.bottom && r.bottom > 0
				return (hidden ? 'hidden: ' : under ? 'under the row: ' : '') + e.outerHTML.slice(0, 120)
			})()`)
			if at == "" {
				break
			}
			if strings.HasPrefix(at, "hidden: ") || strings.HasPrefix(at, "under the row: ") {
				t.Errorf("%v: %s", l, at)
			}
			seen = append(seen, at)
		}
		if len(seen) < 30 {
			t.Errorf("%v: %d stops: %s", l, len(seen), fmt.Sprint(seen))
		}
	}
}
