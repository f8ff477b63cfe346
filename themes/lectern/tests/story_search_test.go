package tests

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// firstSearchBytes is the most that the first search may load: script and index.
const firstSearchBytes = 40_000

// sought is an article of a site and a word of its title that is long enough for a
// misspelling to be forgiven.
type sought struct {
	path, title, word string
}

// seek picks the article with the longest word in its title.
func (s *site) seek(t *testing.T) sought {
	t.Helper()
	var best sought
	for _, l := range s.listed {
		if l.kind != "page" || l.section == "" || strings.Contains(l.title, "<") {
			continue
		}
		for _, word := range strings.FieldsFunc(l.title, func(r rune) bool { return !unicode.IsLetter(r) || r > unicode.MaxASCII }) {
			if len(word) > len(best.word) && len(word) < 16 {
				best = sought{l.path, l.title, strings.ToLower(word)}
			}
		}
	}
	if best.word == "" {
		s.lacks(t, "an article")
	}
	return best
}

// results gives the addresses of the results that are shown.
func (tb *tab) results() []string {
	tb.t.Helper()
	return eval[[]string](tb, `[...document.querySelectorAll('.search-results a')].filter(a => a.checkVisibility()).map(a => new URL(a.href).pathname)`)
}

// enter replaces what stands in the search field by a text, and waits for the answer.
func (tb *tab) enter(text string) {
	tb.t.Helper()
	tb.do(chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	tb.press(text)
	tb.waitFor("an answer to "+text, fmt.Sprintf(`document.activeElement.value === %q && document.querySelector('.search-status').textContent`, text))
	tb.settle()
}

func TestSearchByKeyboard(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		want := s.seek(t)
		tb := newTab(t, desktop)
		tb.open(s.url + "/")
		tb.settle()
		before := len(tb.asked())

		tb.press("/")
		tb.waitFor("the dialog, with the focus in its field", `document.activeElement.matches('dialog[open] input[type=search]')`)
		tb.enter(want.word)
		found := tb.results()
		if len(found) == 0 || !slices.Contains(found, want.path) {
			t.Fatalf("%q finds %q, want %s (%s) among them", want.word, found, want.path, want.title)
		}
		loaded := eval[int](tb, `performance.getEntriesByType('resource').filter(r => /search/.test(r.name)).reduce((sum, r) => sum + r.encodedBodySize, 0)`)
		t.Logf("first search: %d requests, %d bytes, %d results", len(tb.asked())-before, loaded, len(found))
		if loaded > firstSearchBytes {
			t.Errorf("the first search loads %d bytes, the limit is %d", loaded, firstSearchBytes)
		}
		if marked := eval[[]string](tb, `[...document.querySelectorAll('.search-results mark')].map(m => m.textContent.toLowerCase())`); !slices.Contains(marked, want.word) {
			t.Errorf("the word %q is not marked in the results, only %q", want.word, marked)
		}
		tb.reportAxe("search dialog", allRules)

		tb.enter(misspell(want.word))
		if found := tb.results(); !slices.Contains(found, want.path) {
			t.Errorf("%q, a misspelt %q, finds %q, want %s among them", misspell(want.word), want.word, found, want.path)
		}

		tb.press(kb.ArrowDown)
		tb.waitFor("the first result has the focus", `document.activeElement === document.querySelector('.search-results a')`)
		tb.press(kb.ArrowUp)
		tb.waitFor("the field has the focus again", `document.activeElement.matches('input[type=search]')`)
		tb.press(kb.ArrowDown)
		goal := eval[string](tb, `new URL(document.activeElement.href).pathname`)
		tb.press(kb.Enter)
		tb.waitFor("the result's page", fmt.Sprintf(`location.pathname === %q`, goal))
	})
}

// misspell swaps two letters in the middle of a word.
func misspell(word string) string {
	letters := []byte(word)
	middle := len(letters) / 2
	for i := middle; i+1 < len(letters); i++ {
		if letters[i] != letters[i+1] {
			letters[i], letters[i+1] = letters[i+1], letters[i]
			break
		}
	}
	return string(letters)
}

func TestSearchOpensByControlKAndClosesByEscape(t *testing.T) {
	s := theSite(t)
	tb := newTab(t, desktop)
	tb.open(s.url + "/")
	eval[bool](tb, `document.querySelector('main a').focus(), true`)
	was := eval[string](tb, `document.activeElement.outerHTML`)
	tb.press("k", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	tb.waitFor("the dialog", `document.querySelector('dialog[open]')`)
	tb.press(kb.Escape)
	tb.waitFor("the page without the dialog", `!document.querySelector('dialog[open]')`)
	if now := eval[string](tb, `document.activeElement.outerHTML`); now != was {
		t.Errorf("the focus went to %.200s, want back to %.200s", now, was)
	}
}

// What a search needs is loaded when somebody searches, not before; and all of it has
// the integrity that a script can have.
func TestNothingOfTheSearchIsLoadedBeforeItsFirstUse(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		tb := newTab(t, desktop)
		tb.open(s.url + "/")
		tb.settle()
		for _, address := range tb.asked() {
			if strings.Contains(address, "search") {
				t.Errorf("%s is loaded before anybody searches", address)
			}
		}
		tb.press("/")
		tb.waitFor("the dialog", `document.querySelector('dialog[open]')`)
		for _, missing := range eval[[]string](tb, `[...document.querySelectorAll('script[src]:not([integrity]), link[rel=stylesheet]:not([integrity])')].map(e => e.outerHTML)`) {
			t.Errorf("loaded without integrity: %s", missing)
		}
		for _, problem := range tb.complaints() {
			t.Error(problem)
		}
		for _, address := range foreign(tb.asked(), s.url) {
			t.Errorf("the search asks %s", address)
		}
	})
}

// The page of the search works by its address: with a query in it, the results are there.
func TestSearchPageAnswersItsAddress(t *testing.T) {
	s := theSite(t)
	want := s.seek(t)
	tb := newTab(t, phone)
	tb.open(s.url + s.pathOf(t, "search") + "?q=" + want.word)
	tb.waitFor("results", `document.querySelector('.search-results a')`)
	if found := tb.results(); !slices.Contains(found, want.path) {
		t.Errorf("%q finds %q, want %s among them", want.word, found, want.path)
	}
	tb.reportAxe("search page with results", allRules)
}
