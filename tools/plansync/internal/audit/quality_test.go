package audit

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/hugo/hugotest"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

const front = "+++\ntitle = 'A'\ndescription = '" +
	"Learn what to do when a model fails: which errors to retry, which to pass on, and how to tell them apart in code.'\n" +
	"[params]\nplan = 'p'\nquery = 'a'\nhighlights = ['One', 'two', 'three']\n+++\n"

// good is an article without a finding.
const good = front + `> [!ANSWER]
> Retry what is transient, switch what is not.

## Why

See [b](/learn/b/), [c](/learn/c/) and [d](/learn/d/#x); [one](https://example.org/1), [two](https://example.org/2).

{{< code file="main.go" region="x" >}}

### Detail

![a chart](chart.png)

` + "```go\n# not a heading\n![](no.png)\nin conclusion, no\n```\n"

func TestQuality(t *testing.T) {
	filler := strings.Repeat("word ", 700)
	tests := []struct{ name, text, want string }{
		{"nothing", good + filler, ""},
		{"thin", good, "1 advice thin"},
		{"no description", strings.Replace(good, "description = '", "description = ''\nsummary = '", 1) + filler, "3 warning no-description"},
		{"short description", strings.Replace(good, "Learn what to do when a model fails: ", "", 1) + filler, "3 warning description-length"},
		{"no highlights", strings.Replace(good, "'One', 'two', 'three'", "", 1) + filler, "7 warning no-highlights"},
		{"long opening", strings.Replace(good, "Retry what", strings.Repeat("so ", 60)+"\n> what", 1) + filler, "10 warning long-opening"},
		{"skipped heading", strings.Replace(good, "### Detail", "#### Detail", 1) + filler, "18 warning skipped-heading"},
		{"second title", strings.Replace(good, "## Why", "# Why", 1) + filler, "12 warning second-title\n18 warning skipped-heading"},
		{"few siblings", strings.Replace(good, "/learn/d/#x", "/learn/c/#x", 1) + filler, "1 warning few-siblings"},
		{"few sources", strings.Replace(good, "https://example.org/2", "/about/", 1) + filler, "1 warning few-sources"},
		{"image without alternative", strings.Replace(good, "![a chart]", "![]", 1) + filler, "20 warning no-alternative"},
		{"figure without alternative", good + "{{< figure src=\"x.svg\" >}}\n" + filler, "27 warning no-alternative"},
		{"filler", good + "In conclusion, it works.\n" + filler, "27 advice filler"},
		{"no sample", strings.Replace(good, "{{< code", "{{< other", 1) + filler, "1 warning no-sample"},
		{"sample not run", good + "{{< code file=\"deep/x.go\" >}}\n{{< code file=\"x.ts\" >}}\n{{< code file=\"y.ts\" >}}\n" + filler, "1 warning sample-not-run\n1 warning sample-not-run"},
	}
	files := fstest.MapFS{
		"content/learn/a/main_test.go": {Data: []byte(`run("x.ts")`)},
		"content/learn/a/deep/x.go":    {},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.text = strings.ReplaceAll(test.text, "\r", "")
			if got := check(t, files, test.text); got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

// check audits published articles and returns line, severity and rule of each finding about their text.
func check(t *testing.T, files fstest.MapFS, texts ...string) string {
	t.Helper()
	site := &page.Site{Articles: make(map[string]*page.Page)}
	published := make(map[string]plan.Published)
	list := "## Identified Search Queries\n"
	for i, text := range texts {
		slug := string(rune('a' + i))
		p, err := page.Parse("content/learn/"+slug+"/index.md", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		site.Articles[slug] = p
		site.Pages = append(site.Pages, p)
		published[slug] = plan.Published{URL: "https://example.com/learn/" + slug + "/"}
		list += fmt.Sprintf("1. **%s** — %s\n", slug, p.Front.Title)
	}
	in := Input{
		Plans: []*plan.Plan{plan.Parse("plan/p.md", []byte(list), plan.Options{Section: "learn"})},
		Site:  site, Published: published, Section: "learn",
		Ignore: []string{"weight-differs", "query-differs"},
	}
	if files != nil {
		in.Files = files
	}
	var lines []string
	for _, f := range Check(in) {
		lines = append(lines, fmt.Sprintf("%d %s %s", f.Line, f.Severity, f.Rule))
	}
	return strings.Join(lines, "\n")
}

func TestAnArticleThatCannotBeReadAgainIsAFinding(t *testing.T) {
	const name = "content/learn/a/index.md"
	for _, draft := range []string{"", "draft = true\n"} {
		for _, published := range []map[string]plan.Published{nil, {"a": {}}} {
			files := fstest.MapFS{name: {Data: []byte(strings.Replace(good, "[params]", draft+"[params]", 1) + strings.Repeat("word ", 1000))}}
			site := page.ReadSite(files, hugotest.Pages(files, "content"), page.Options{Section: "learn", Taxonomy: "categories"})
			delete(files, name)
			plans := []*plan.Plan{plan.Parse("plan/p.md", []byte("## Identified Search Queries\n1. **a** — A\n"), plan.Options{})}
			got := ""
			for _, f := range Check(Input{Plans: plans, Site: site, Published: published, Files: files, Ignore: []string{"weight-differs", "query-differs"}}) {
				got += f.Rule + " "
			}
			want := ""
			if draft == "" {
				want += "bad-page "
				if published == nil {
					want += "held-back "
				}
			}
			if got != want {
				t.Errorf("%q, published as %v: found %q, want %q", draft, published, got, want)
			}
		}
	}
}

// Each sentence of the bar goes with its rule.
func TestTheBarLeavesOutWhatIsIgnored(t *testing.T) {
	all := Bar(nil)
	rules := []string{"title-differs", "query-differs", "long-opening", "no-description", "description-length", "no-highlights", "few-siblings",
		"few-sources", "no-sample", "sample-not-run", "wide-listing", "second-title", "skipped-heading", "no-alternative", "copied-paragraph", "near-duplicate", "filler"}
	for i, rule := range rules {
		want := slices.Delete(slices.Clone(all), i, i+1)
		if got := Bar([]string{"another", rule}); !slices.Equal(got, want) {
			t.Errorf("without %s: %q, want %q", rule, got, want)
		}
	}
	if len(Bar(rules)) > 0 {
		t.Errorf("without all of them: %q", Bar(rules))
	}
}

func TestTwoArticlesThatShareText(t *testing.T) {
	distinct := func(word string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "%s%d ", word, i)
		}
		return b.String()
	}
	shared := distinct("shared", 30)
	tests := []struct{ name, a, b, want string }{
		{"none", distinct("x", 700), distinct("y", 700), ""},
		{"a sentence", distinct("x", 700) + "\n\n" + distinct("s", 15), distinct("y", 700) + "\n\n" + distinct("s", 15), ""},
		{"a paragraph", distinct("x", 700) + "\n\n" + shared, distinct("y", 700) + "\n\n- " + strings.ToUpper(shared), "29 warning copied-paragraph"},
		{"much of it, in other paragraphs", distinct("x", 700), distinct("y", 600) + distinct("x", 100), "1 warning near-duplicate"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := check(t, nil, strings.Replace(good, "See", "Look at", 1)+test.a, good+test.b); got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

// The page is foreign text: reading it must come to an end.
func FuzzProse(f *testing.F) {
	f.Add([]byte(good))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := readProse(body, 1)
		if err != nil {
			return
		}
		for _, h := range p.headings {
			if h.level < 1 || h.level > 6 {
				t.Errorf("heading of level %d", h.level)
			}
		}
	})
}

// A listing that a telephone cuts off is named with its widest line: of the region that is shown, without the indentation
// that all of it shares, a tab counted as two.
func TestWideListings(t *testing.T) {
	columns := func(n int) string { return strings.Repeat("x", n) + "\n" }
	tests := []struct{ name, call, file, want string }{
		{"48 columns", `code file="x.ts"`, columns(48), ""},
		{"49 columns", `code file="x.ts"`, "a\n\n" + columns(49), "listing of 49 columns: content/learn/a/x.ts:3"},
		{"characters, not bytes", `code file="x.ts"`, strings.Repeat("é", 48), ""},
		{"blanks at the end", `code file="x.ts"`, "a" + strings.Repeat(" ", 60) + "\r\n", ""},
		{"output", `output file="x.ts"`, columns(41), "output of 41 columns: content/learn/a/x.ts:1"},
		{"another region", `code file="x.ts" region="a"`, "// region: a\na\n// endregion: a\n" + columns(60), ""},
		{"the region", `code file="x.ts" region="a"`, "# region: a\n" + columns(60) + "# endregion: a\n",
			"listing of 60 columns: content/learn/a/x.ts:2"},
		{"a region within", `code file="x.ts" region="a"`,
			"# region: a\n# region: b\n" + columns(60) + "# endregion: b\n# endregion: a\n", "listing of 60 columns: content/learn/a/x.ts:3"},
		{"a marker is not shown", `code file="x.ts"`, "// region: " + columns(60), ""},
		{"indentation", `code file="x.ts"`, "\t\t\t" + columns(48) + "\n\t\t\ta\n", ""},
		{"deeper", `code file="x.ts"`, "\ta\n\t\t" + columns(47), "listing of 49 columns: content/learn/a/x.ts:2"},
		{"an asset", `code file="/ref/y.py"`, columns(60), "listing of 60 columns: site/ref/y.py:1"},
		{"a second shortcode of the line", `code file="none.py" >}} {{< code file="x.ts"`, columns(60),
			"listing of 60 columns: content/learn/a/x.ts:1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := page.Parse("content/learn/a/index.md", []byte("+++\ntitle = 'A'\n+++\n\nText.\n\n{{< "+test.call+" >}}\n"))
			if err != nil {
				t.Fatal(err)
			}
			a := &audit{Input: Input{
				Files: fstest.MapFS{"content/learn/a/x.ts": {Data: []byte(test.file)}, "site/ref/y.py": {Data: []byte(test.file)}},
				Asset: func(name string) (string, bool) { return "site" + name, true },
			}}
			body, err := p.Body()
			if err != nil {
				t.Fatal(err)
			}
			text, err := readProse(body, 1)
			if err != nil {
				t.Fatal(err)
			}
			a.wideListings(p, text.listings)
			got := ""
			for _, f := range a.findings {
				got += f.Message
				if f.Line != 7 || f.Rule != "wide-listing" {
					t.Errorf("finding %v, want it at line 7", f)
				}
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
