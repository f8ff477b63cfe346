package tests

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserFlags are the flags with which Chromium runs on a machine without a screen
// and asks nothing of the network by itself.
var browserFlags = []string{
	"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
	"disable-component-update", "disable-sync", "disable-default-apps", "disable-extensions",
}

// startBrowser starts the one browser that serves all tests.
var startBrowser = sync.OnceValues(func() (context.Context, error) {
	binary, err := browserPath()
	if err != nil {
		return nil, err
	}
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(binary)}
	for _, flag := range browserFlags {
		options = append(options, chromedp.Flag(flag, true))
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(alloc)
	closeBrowser = func() { cancel(); stop() }
	return ctx, chromedp.Do(ctx)
})

// closeBrowser ends the browser, if one was started.
var closeBrowser = func() {}

// browserPath finds Chromium.
func browserPath() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	return "", errors.New("no Chromium on PATH")
}

// A look is how a reader looks at a page.
type look struct {
	width, height int64
	dark          bool
	phone         bool
	noScript      bool
	print         bool
}

var (
	phone   = look{width: 390, height: 844, phone: true}
	desktop = look{width: 1440, height: 900}
)

func (l look) inDark() look { l.dark = true; return l }

func (l look) withoutScript() look { l.noScript = true; return l }

func (l look) scheme() string {
	if l.dark {
		return "dark"
	}
	return "light"
}

func (l look) String() string { return fmt.Sprintf("%d-%s", l.width, l.scheme()) }

// A tab is one page of the browser with storage and cache of its own, and the log of
// what it asked for.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	requests []string // URLs, in the order in which they were asked for
	problems []string // errors of the console: blocked by policy, bad integrity, exceptions
}

// openTabs bounds how many tabs work at the same time.
var openTabs = make(chan struct{}, 2)

// newTab opens a tab. It waits while too many are open.
func newTab(t *testing.T, l look) *tab {
	t.Helper()
	browser, err := startBrowser()
	if err != nil {
		missing(t, "no browser: %v", err)
	}
	openTabs <- struct{}{}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	tb := &tab{t: t, ctx: ctx}
	t.Cleanup(func() {
		cancel()
		<-openTabs
	})
	if err := chromedp.Listen(ctx, tb.record); err != nil {
		t.Fatal(err)
	}
	call(tb, network.Enable, network.EnableParams{})
	call(tb, log.Enable, cdp.Empty{})
	tb.look(l)
	return tb
}

// call sends one command of the browser's protocol.
func call[P, R any](tb *tab, command cdp.Command[P, R], params P) R {
	tb.t.Helper()
	result, err := chromedp.Call(tb.ctx, command, params)
	if err != nil {
		tb.t.Fatal(err)
	}
	return result
}

// record keeps what the page asks for and what goes wrong.
func (tb *tab) record(event any) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, "data:") {
			tb.requests = append(tb.requests, e.Request.URL)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			tb.problems = append(tb.problems, strings.TrimSpace(e.Entry.Text+" "+e.Entry.URL))
		}
	case *runtime.EventExceptionThrown:
		tb.problems = append(tb.problems, exceptionText(e.ExceptionDetails))
	}
}

// asked gives the URLs that were asked for so far.
func (tb *tab) asked() []string {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	return slices.Clone(tb.requests)
}

// complaints gives the errors so far.
func (tb *tab) complaints() []string {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	return slices.Clone(tb.problems)
}

// look changes how the reader looks at the page. Motion is always reduced, so that what
// is seen does not depend on when it is looked at.
func (tb *tab) look(l look) {
	tb.t.Helper()
	call(tb, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: l.width, Height: l.height, DeviceScaleFactor: 1, Mobile: l.phone,
	})
	call(tb, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: l.phone})
	media := ""
	if l.print {
		media = "print"
	}
	call(tb, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: media, Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: l.scheme()},
		{Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	call(tb, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: l.noScript})
}

// force sets one of the reader's preferences, and no others.
func (tb *tab) force(feature, value string) {
	tb.t.Helper()
	call(tb, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: feature, Value: value}}})
}

// open shows an address and waits until it is loaded.
func (tb *tab) open(address string) {
	tb.t.Helper()
	tb.do(chromedp.Navigate(address))
}

// do carries out actions, and fails the test with the first that goes wrong.
func (tb *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	tb.t.Helper()
	if err := chromedp.Do(tb.ctx, actions...); err != nil {
		tb.t.Fatal(err)
	}
}

// press types keys at what has the focus.
func (tb *tab) press(keys string, options ...chromedp.KeyOption) {
	tb.t.Helper()
	tb.do(chromedp.KeyEvent(keys, options...))
}

// click clicks the first element that matches and is seen, as a mouse would.
func (tb *tab) click(selector string) {
	tb.t.Helper()
	point := eval[[]float64](tb, fmt.Sprintf(`(() => {
		const e = [...document.querySelectorAll(%q)].find(e => e.checkVisibility() && e.getClientRects().length)
		if (!e) return null
		e.scrollIntoView({block: 'center', behavior: 'instant'})
		const r = e.getBoundingClientRect()
		return [r.x + r.width / 2, r.y + r.height / 2]
	})()`, selector))
	if point == nil {
		tb.t.Fatalf("nothing to click: no visible element matches %s", selector)
	}
	tb.do(chromedp.MouseClickXY(point[0], point[1]))
}

// choose takes one of the options of a select element, as a reader does.
func (tb *tab) choose(selector, value string) {
	tb.t.Helper()
	eval[bool](tb, fmt.Sprintf(`(e => { e.value = %q; return e.dispatchEvent(new Event('change', {bubbles: true})) })(document.querySelector(%q))`, value, selector))
}

// eval evaluates an expression in the page, awaits a promise, and gives the value.
func eval[T any](tb *tab, expression string) T {
	tb.t.Helper()
	value, err := chromedp.Run(tb.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		tb.t.Fatalf("%.300s: %v", expression, err)
	}
	return value
}

// waitFor waits until an expression is true in the page. The limit is only there to
// say which condition never came true; no test measures time by it.
func (tb *tab) waitFor(what, expression string) {
	tb.t.Helper()
	for range 1200 {
		if eval[bool](tb, "Boolean("+expression+")") {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	tb.t.Fatalf("it never came to be: %s\n%s\nerrors of the page: %q", what, expression, tb.complaints())
}

// settle waits until nothing has been asked for for a moment.
func (tb *tab) settle() {
	tb.t.Helper()
	for before := -1; ; {
		now := len(tb.asked())
		if now == before {
			return
		}
		before = now
		eval[bool](tb, `new Promise(done => setTimeout(() => done(true), 200))`)
	}
}

// picture takes a picture of the whole page.
func (tb *tab) picture() []byte {
	tb.t.Helper()
	image, err := chromedp.Run(tb.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		tb.t.Fatal(err)
	}
	return image
}

// foreign gives the addresses that do not belong to the server at base.
func foreign(addresses []string, base string) []string {
	own, err := url.Parse(base)
	if err != nil {
		return []string{err.Error()}
	}
	var others []string
	for _, a := range addresses {
		if u, err := url.Parse(a); err != nil || u.Host != own.Host && u.Scheme != "blob" && u.Scheme != "about" {
			others = append(others, a)
		}
	}
	return others
}

// exceptionText gives the message of an exception that nobody caught.
func exceptionText(e *runtime.ExceptionDetails) string {
	if e.Exception != nil && e.Exception.Description != "" {
		return e.Exception.Description
	}
	return e.Text
}
