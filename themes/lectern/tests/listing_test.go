package tests

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Whichever of Hugo's ways names the lines to mark, those lines are marked, counted from one.
func TestNamedLinesAreMarked(t *testing.T) {
	s := theExample(t)
	marked := map[string][]string{} // by the first line of the listing
	for _, p := range mustPages(t, s) {
		if p.path != "/learn/everything/" {
			continue
		}
		for n := range p.doc.Descendants() {
			if n.Data != "pre" {
				continue
			}
			first, _, _ := strings.Cut(textOf(n), "\n")
			for m := range n.Descendants() {
				if m.Data == "mark" {
					marked[first] = append(marked[first], strings.TrimSpace(textOf(m)))
				}
			}
		}
	}
	for first, want := range map[string][]string{
		"// Step is one thing to do.": {"type Step struct {", "Name string", "Done bool"}, // the shortcode code, hl="2-4"
		"retries: 3":                  {"budget: 0.1"},                                    // hl_lines="2"
		"one := 1":                    {"one := 1", "three := 3", "four := 4"},            // hl_lines=[1,"3-4"]
		"first := 1":                  {"second := 2"},                                    // the shortcode highlight
	} {
		if got := marked[first]; !slices.Equal(got, want) {
			t.Errorf("the listing that begins with %q marks %q, want %q", first, got, want)
		}
	}
}

// codeSite shows one client in two articles: a file of the assets, in three languages, and what it prints.
func codeSite(t *testing.T) *site {
	t.Helper()
	wide := func(columns int) string { return strings.Repeat("0123456789", 10)[:columns] + "\n" }
	return buildForeign(t, "https://foreign.example/", fstest.MapFS{
		"hugo.toml":              {Data: []byte(twoLines)},
		"assets/ref/client.py":   {Data: []byte("# region: call\ncall()\n# endregion: call\nrest = 1\n")},
		"assets/ref/faults.toml": {Data: []byte("[a]\n")},
		"assets/ref/a.pdf":       {Data: []byte("%PDF-1.4\n")},
		"content/learn/one/index.md": {Data: []byte("---\ntitle: One\n---\n" +
			"{{< code file=\"/ref/client.py\" region=\"call\" >}}\n\n" +
			"{{< code file=\"wide.go\" >}}\n\n```text\n" + wide(48) + "```\n\n" +
			"{{< output file=\"out.golden\" cmd=\"go run . --all\" >}}\n\n" +
			"{{< tabs >}}{{< tab \"Go\" >}}{{< code file=\"wide.go\" >}}{{< /tab >}}" +
			"{{< tab \"Python\" >}}{{< output file=\"out.golden\" >}}{{< /tab >}}{{< /tabs >}}\n\n" +
			"All of it: [faults](/ref/faults.toml), [paper](/ref/a.pdf).\n")},
		"content/learn/one/wide.go":    {Data: []byte("package wide\n\n//" + wide(46) + "func f() {\n\t//" + wide(44) + "}\n")},
		"content/learn/one/out.golden": {Data: []byte(wide(40))},
		"content/learn/two/index.md": {Data: []byte("---\ntitle: Two\n---\n{{< code file=\"/ref/client.py\" >}}\n\n" +
			"{{< tabs >}}{{< tab \"Go, OpenAI\" >}}a{{< /tab >}}{{< tab \"Go, Anthropic\" >}}b{{< /tab >}}" +
			"{{< tab \"Python, OpenAI\" >}}c{{< /tab >}}{{< tab \"Python, Anthropic\" >}}d{{< /tab >}}{{< /tabs >}}\n\n" +
			"{{< tabs >}}{{< tab \"Ruby\" >}}e{{< /tab >}}{{< tab \"Python\" >}}f{{< /tab >}}{{< /tabs >}}\n")},
	})
}

// A file of the assets is shown as one of the article's folder is, and is served whole, as text, at one address.
func TestListingsOfAssets(t *testing.T) {
	t.Parallel()
	s := codeSite(t)
	for file, wants := range map[string][]string{
		"learn/one/index.html": {
			`<span>client.py</span><a href="/ref/client.py.txt">`, `<a href="/ref/faults.toml.txt">faults</a>`,
			`<a href="/ref/a.pdf">paper</a>`, `<a href="/learn/one/wide.go.txt">`,
		},
		"learn/two/index.html": {`<a href="/ref/client.py.txt">`},
		"learn/one/index.md":   {"```py {title=\"client.py\"}\ncall()\n```"},
		"ref/client.py.txt":    {"# region: call\ncall()\n# endregion: call\nrest = 1\n"},
		"ref/faults.toml.txt":  {"[a]\n"},
	} {
		s.holds(t, file, wants...)
	}
	if page := string(s.read(t, "learn/one/index.html")); strings.Contains(page, "rest = 1") {
		t.Error("the listing shows more than its region")
	}
	for _, file := range mustFiles(t, s.dir) {
		if path.Ext(file) == ".py" || path.Ext(file) == ".toml" {
			t.Errorf("%s is published as source, which a build tool would take for its own", file)
		}
	}
}

// A file that is not there is named with the line that wants it.
func TestListingOfNoFile(t *testing.T) {
	t.Parallel()
	for _, call := range []string{`code file="/ref/no.py"`, `output file="no.golden"`} {
		source := t.TempDir()
		mustWrite(t, filepath.Join(source, "hugo.toml"), twoLines)
		mustWrite(t, filepath.Join(source, "content", "learn", "one", "index.md"), "---\ntitle: One\n---\nA\n\n{{< "+call+" >}}\n")
		_, err := runHugo(source, "--themesDir", themesDir(t), "--noBuildLock")
		if err == nil || !strings.Contains(err.Error(), "index.md:6:1") || !strings.Contains(err.Error(), "no file") {
			t.Errorf("%s: %v, want the file and the line that lack it", call, err)
		}
	}
}

// Code of 48 columns and output of 40 fit a telephone at 12 pixels.
func TestListingsFitATelephone(t *testing.T) {
	t.Parallel()
	s := codeSite(t)
	tb := newTab(t, phone)
	tb.open(s.url + "/learn/one/")
	for range 2 { // each of the tabs
		for _, clipped := range eval[[]string](tb, `[...document.querySelectorAll('pre')].filter(p => p.checkVisibility() && (p.scrollWidth > p.clientWidth || getComputedStyle(p).fontSize !== '12px'))
			.map(p => p.scrollWidth + ' of ' + p.clientWidth + ' at ' + getComputedStyle(p).fontSize + ': ' + p.textContent)`) {
			t.Errorf("clipped: %s", clipped)
		}
		tb.click(".tabs > details:not([open]) > summary")
	}
	if wide := eval[[]string](tb, tooWide); len(wide) > 0 {
		t.Error(wide)
	}
}

// What the reader chose in one article holds in the next and after a reload, for every group that has some of it.
func TestTabsAreRemembered(t *testing.T) {
	t.Parallel()
	s := codeSite(t)
	tb := newTab(t, desktop)
	shown := func(want ...string) {
		t.Helper()
		tb.waitFor(strings.Join(want, " and "), fmt.Sprintf(
			`[...document.querySelectorAll('.tabs > details[open] > summary')].map(s => s.textContent).join('; ') === %q`, strings.Join(want, "; ")))
	}
	tb.open(s.url + "/learn/two/")
	shown("Go, OpenAI", "Ruby")
	tb.open(s.url + "/learn/one/")
	shown("Go")
	tb.click(".tabs > details:nth-of-type(2) > summary")
	shown("Python")
	tb.open(s.url + "/learn/two/")
	shown("Python, OpenAI", "Python")
	tb.click(".tabs > details:nth-of-type(4) > summary")
	tb.click(".tabs > details:nth-of-type(1) > summary")
	shown("Go, OpenAI", "Python")
	tb.click(".tabs > details:nth-of-type(4) > summary")
	tb.open(s.url + "/learn/one/")
	shown("Python")
	tb.click(".tabs > details:nth-of-type(1) > summary")
	tb.open(s.url + "/learn/two/")
	shown("Go, Anthropic", "Python")
	if problems := tb.complaints(); len(problems) > 0 {
		t.Error(problems)
	}
	tb.open(s.url + "/learn/one/")
	eval[bool](tb, `localStorage.setItem('lectern-tabs', '{"no": "list"}'), true`)
	tb.open(s.url + "/learn/two/")
	shown("Go, OpenAI", "Ruby")
	if problems := tb.complaints(); len(problems) > 0 {
		t.Error(problems)
	}
}

// Every button that copies says what, no two alike unless they copy the same, and that it did; one below a command copies the command.
func TestCopyButtonsSayWhat(t *testing.T) {
	t.Parallel()
	s := codeSite(t)
	tb := newTab(t, desktop)
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		call(tb, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: name}, Setting: browser.PermissionSettingGranted,
			Origin: s.url, BrowserContextID: chromedp.FromContext(tb.ctx).BrowserContextID,
		})
	}
	call(tb, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	tb.open(s.url + "/learn/one/")
	want := []string{"Copy: client.py", "Copy: wide.go", "Copy: Text", "Copy: wide.go", "Copy: go run . --all"}
	if got := eval[[]string](tb, `[...document.querySelectorAll('.copy')].map(b => b.ariaLabel)`); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
		t.Errorf("buttons %q, want %q", got, want)
	}
	tb.click(".output .copy")
	tb.waitFor("the word that it is copied, for screen readers too", `document.querySelector('output.unseen').textContent === 'Copied'`)
	if got := eval[string](tb, `navigator.clipboard.readText()`); got != "go run . --all" {
		t.Errorf("copied %q, want the command", got)
	}
	tb.reportAxe("listings", allRules)
}

// Files for whoever wants them are not what search engines show: code is kept out, and the Markdown version names its page.
func TestRawFilesAreNotIndexed(t *testing.T) {
	s := theSite(t)
	code, twins := 0, 0
	for _, file := range mustFiles(t, s.dir) {
		headers := s.rules.HeadersFor("/" + file)
		switch {
		case path.Ext(file) == ".md":
			twins++
			if headers["Link"] != `<./>; rel="canonical"` || headers["X-Robots-Tag"] != "noindex" {
				t.Errorf("/%s: %q", file, headers)
			}
			if _, err := os.Stat(filepath.Join(s.dir, path.Dir(file), "index.html")); err != nil {
				t.Errorf("/%s: no page beside it: %v", file, err)
			}
		case path.Ext(file) == ".txt" && strings.Contains(file, "/"):
			code++
			if headers["X-Robots-Tag"] != "noindex" {
				t.Errorf("/%s: %q, want noindex", file, headers)
			}
		case headers["X-Robots-Tag"] != "":
			t.Errorf("/%s is kept out of search engines", file)
		}
	}
	if code == 0 || twins == 0 {
		t.Errorf("%d files of code and %d Markdown versions, want some of each", code, twins)
	}
}
