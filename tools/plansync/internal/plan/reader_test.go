package plan

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// A plan is what a reader sees. Each text leaves an open item in the phase for every reader of
// CommonMark, so that the phase is not done though its other item is published.
func TestAPhaseWithAnOpenItemIsNotDone(t *testing.T) {
	for name, text := range map[string]string{
		"a definition, then a rule": "\n[brief]: https://docs.example/\n---\n\n" +
			"- [ ] **b**\n",
		"a quote that goes on lazily": "\n> Decided in May\nby the whole team.\n---\n\n" +
			"- [ ] **b**\n",
		"the end of raw HTML, then a rule": "\n<details><summary>Why</summary>\ntext\n" +
			"</details>\n---\n\n- [ ] **b**\n",
		"a heading inside the item":              "\n  #### Notes\n\n- [ ] **b**\n",
		"a comment that the item ends":           "  <!-- outline: to do\n- [ ] **b**\n",
		"<pre> that the item ends":               "  <pre>\n- [ ] **b**\n",
		"a fence inside a div":                   "\n<div>\n```\n\n</div>\n\n- [ ] **b**\n",
		"a tab after the marker":                 "-\tnote\n  - [ ] **b**\n",
		"a rule of stars":                        "\n* * *\n  - [ ] **b**\n",
		"a sign beyond ASCII":                    "- [✓] **b**\n",
		"a sign with a form":                     "- [✔️] **b**\n",
		"an hourglass":                           "- [⏳] **b**\n",
		"a lone CR":                              "\r- [ ] **b**\n",
		"no blank after the box":                 "- [ ]**b**\n",
		"a no-break blank after the box":         "- [ ]\u00a0**b**\n",
		"content on the line after the marker":   "- \n  [ ] **b**\n",
		"an empty item before":                   "\n-\n + [ ] **b**\n",
		"a closing fence that is none":           "- note\n\n  ```\n  x\n      ```\n  ```\n- [ ] **b**\n",
		"a setext heading that starts with no #": "\n- [ ] **b**\n",
	} {
		t.Run(name, func(t *testing.T) {
			source := queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n" + text + "\n" +
				"## COMPLETED TASKS\n"
			got := mustSync(t, Parse("p.md", []byte(source), options), published("a"), SyncOptions{})
			if strings.Contains(got, "✅") || !strings.Contains(got, "- [x] **a**") {
				t.Errorf("synced:\n%s", changedLines(source, got))
			}
		})
	}
}

// What looks like an item and is none for a reader is never touched.
func TestWhatIsNoItemIsNotTouched(t *testing.T) {
	for name, text := range map[string]string{
		"raw HTML":                        "<details>\n- [ ] **b**\n</details>\n",
		"code in an item":                 "-     [ ] **b**\n",
		"a list that cannot start":        "text\n2026. [ ] **b**\n",
		"an item that is a heading":       "- [ ] **b**\n  ---\n",
		"a fence with its end too far in": "```\nx\n    ```\n- [ ] **b**\n",
		"a link in a comment":             "<!-- [b](/learn/b) -->\n",
		"an image":                        "![b](/learn/b)\n",
	} {
		t.Run(name, func(t *testing.T) {
			source := queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n\n" + text
			if got := mustSync(t, Parse("p.md", []byte(source), options), published("b"),
				SyncOptions{}); got != source {
				t.Errorf("synced:\n%s", changedLines(source, got))
			}
		})
	}
}

// What a title is.
func TestTitlesAreWhatAReaderSees(t *testing.T) {
	for text, want := range map[string]string{
		"1. **a** — How to Test\n   Before the First Outage": "How to Test Before the First Outage",
		"1. **a** — Hidden <!-- TODO: ask --> Costs":         "Hidden Costs",
		"1. **a** -- Double hyphen":                          "Double hyphen",
		"1. **a**\u00a0— No-break blank":                     "No-break blank",
		"1. **a** => Arrow":                                  "Arrow",
		"1. **a** ― Bar":                                     "Bar",
		`1. **a** — Q \& A &amp; more`:                       "Q & A & more",
		"1. **a** — E ![x](y.png) F":                         "E F",
		"1. **a** — Line  \n   break":                        "Line break",
		`- "5\" screens"`:                                    `5" Screens`,
		"- \"\u00e9tude \ufb01ne\"":                          "Étude \ufb01ne",
	} {
		p := Parse("p.md", []byte("## Identified Search Queries\n"+text+"\n"), options)
		if len(p.Queries) != 1 || p.Queries[0].Title != want {
			t.Errorf("%q: %+v, want %q; %v", text, p.Queries, want, p.Findings)
		}
	}
	p := Parse("p.md", []byte("## Identified Search Queries\n- \"\u00e9tude \ufb01ne\"\n"+
		"- \"5\\\" screens\"\n"), options)
	if p.Queries[0].Slug != "etude-fine" || p.Queries[1].Slug != "5-screens" {
		t.Errorf("slugs %+v", p.Queries)
	}
	for _, script := range []string{"为什么 SDK 会失败", "что такое SDK"} {
		if p := Parse("p.md", []byte("## Identified Search Queries\n- \""+script+"\"\n"),
			options); len(p.Errors()) != 1 {
			t.Errorf("%q: a remnant became a slug: %+v", script, p.Queries)
		}
	}
}

// Sections are named in full, and a heading without items is no phase.
func TestSectionsAreWhatTheySay(t *testing.T) {
	source := queries + "## Implementation Phases We Rejected\n### Phase 1: Never\n- [ ] **a**\n" +
		"## Implementation Phases\n### Notes\nText.\n### Quarter One\n#### Phase 1: P ✅\ufe0f\n" +
		"- [x] **a**\n- [ ] **b**\n"
	p := Parse("p.md", []byte(source), options)
	if len(p.Phases) != 1 || p.Phases[0].Name != "P" || !p.Phases[0].Done {
		t.Errorf("phases %+v", p.Phases)
	}
}

// Links are those that a reader sees, whole.
func TestLinksAreWhatAReaderSees(t *testing.T) {
	const phase = "## Implementation Phases\n### Phase 1: P\n"
	for _, test := range []struct{ name, text, want string }{
		{"in a comment", "- [ ] **a** <!-- was [/learn/a](https://old.example/learn/a/) -->\n",
			"-- [ ] **a** <!-- was [/learn/a](https://old.example/learn/a/) -->\n" +
				"+- [x] **a** - [/learn/a/](https://aiperformanceoptimization.com/learn/a/) " +
				"<!-- was [/learn/a](https://old.example/learn/a/) -->\n"},
		{"with an escape", "- [x] **a** - [/learn/a](https://old.example/learn/a\\)b)\n",
			"-- [x] **a** - [/learn/a](https://old.example/learn/a\\)b)\n" +
				"+- [x] **a** - [/learn/a](https://aiperformanceoptimization.com/learn/a)\n"},
		{"by a definition that is none",
			"- [x] **a** - [the article][x]\n\n" +
				"[x]: https://aiperformanceoptimization.com/learn/a/ not a title\n",
			"-- [x] **a** - [the article][x]\n" +
				"+- [x] **a** - [/learn/a/](https://aiperformanceoptimization.com/learn/a/) - " +
				"[the article][x]\n"},
		{"by a definition in a quote",
			"- [x] **a** - [the article][x]\n\n> [x]: https://aiperformanceoptimization.com/learn/a/\n", ""},
		{"by a definition over two lines",
			"- [x] **a** - [the article][x]\n\n[x]:\n  https://aiperformanceoptimization.com/learn/a/\n",
			""},
		{"on the next line", "- [x] **a** -\n" +
			"  [/learn/a/](https://aiperformanceoptimization.com/learn/a/)\n", ""},
	} {
		source := queries + phase + test.text + "- [ ] **b**\n"
		if strings.Contains(test.text, "\n\n") {
			source = queries + phase + strings.Replace(test.text, "\n\n", "\n- [ ] **b**\n\n", 1)
		}
		got := mustSync(t, Parse("p.md", []byte(source), options), published("a"), SyncOptions{})
		if lines := changedLines(source, got); lines != test.want {
			t.Errorf("%s: got:\n%s\nwant:\n%s", test.name, lines, test.want)
		}
	}
	summary := queries + "## Created Articles Summary\n- **A**:\n" +
		"  [/learn/a/](https://aiperformanceoptimization.com/learn/a/) - by hand\n"
	if got := mustSync(t, Parse("p.md", []byte(summary), options), published("a"),
		SyncOptions{}); got != summary {
		t.Errorf("a summary line that goes on:\n%s", changedLines(summary, got))
	}
}

// A formatter that wraps lines between the syncs adds nothing.
func TestAFormatterBetweenSyncs(t *testing.T) {
	const slug = "how-to-test-ai-model-failover"
	source := "## Identified Search Queries\n1. **" + slug + "** — A\n2. **b** — B\n\n" +
		"## Implementation Phases\n### Phase 1: P\n- [ ] **" + slug + "**\n- [ ] **b**\n"
	wrapped := regexp.MustCompile(`(?m)^(- .*) (\[/learn/)`)
	for run := range 4 {
		source = mustSync(t, Parse("p.md", []byte(source), options), published(slug), SyncOptions{})
		if n := strings.Count(source, "]("); n != 1 {
			t.Fatalf("run %d: %d links", run, n)
		}
		source = wrapped.ReplaceAllString(source, "$1\n  $2")
	}
}

// What stands after an inserted line stays what it is.
func TestWhatFollowsAnInsertionStays(t *testing.T) {
	for name, after := range map[string]string{
		"a table": "| a | b |\n|---|---|\n| 1 | 2 |\n", "a list": "2. x\n", "code": "    code\n\ntext\n",
		"a definition": "[x]: /y\n\n[x]\n",
		"HTML":         "<span>\nx\n</span>\n", "an underlined heading": "Notes\n-----\n",
		"a quote": "> x\n",
	} {
		source := queries + "## Created Articles Summary\n" + after
		got := mustSync(t, Parse("p.md", []byte(source), options), published("a"), SyncOptions{})
		if !strings.Contains(got, "- **A**") {
			t.Errorf("%s: nothing was written:\n%s", name, got)
		}
	}
}

// Lone CRs end lines, and what is added ends as the lines do.
func TestLinesThatEndInCR(t *testing.T) {
	lf := queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n- [ ] **b**\n" +
		"## COMPLETED TASKS\n## Created Articles Summary\n"
	cr := strings.ReplaceAll(lf, "\n", "\r")
	want := strings.ReplaceAll(mustSync(t, Parse("p.md", []byte(lf), options), published("a", "b"),
		SyncOptions{}), "\n", "\r")
	p := Parse("p.md", []byte(cr), options)
	if got := mustSync(t, p, published("a", "b"), SyncOptions{}); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if at := p.Position(p.Queries[1].Span.Start); at != (Position{3, 6}) {
		t.Errorf("the second query is at %v", at)
	}
}

// Phases that are added before the first completed one take no time for the blank lines before it.
func TestManyPhasesBeforeBlankLines(t *testing.T) {
	const n = 10_000
	var b strings.Builder
	b.WriteString("## Implementation Phases\n")
	pages := make(map[string]Published)
	for i := range n {
		fmt.Fprintf(&b, "### Phase 1: P%d\n- [ ] **s%[1]d**\n", i)
		pages[fmt.Sprintf("s%d", i)] = Published{URL: fmt.Sprintf("https://h.example/learn/s%d/", i)}
	}
	b.WriteString("## COMPLETED TASKS\n" + strings.Repeat("\n", 2_000_000) +
		"### Phase 1: Other\n- [x] **zz**\n")
	_, change, err := Parse("p.md", []byte(b.String()), options).Sync(pages, SyncOptions{})
	if err != nil || change.CompletedPhases != n {
		t.Errorf("%d phases, %v", change.CompletedPhases, err)
	}
}

// An article that moved to another phase leaves a record that is reported.
func TestStaleRecords(t *testing.T) {
	source := queries + "## Implementation Phases\n### Phase 1: P ✅\n" +
		"- [x] **a** - [/learn/a](/learn/a)\n### Phase 2: Q ✅\n- [x] **b** - [/learn/b](/learn/b)\n" +
		"## COMPLETED TASKS\n### Phase 1: P ✅\n- [x] **a** - [/learn/a](/learn/a)\n" +
		"- [x] **b** - [/learn/b](/learn/b)\n### Phase 2: Q ✅\n"
	found := Parse("p.md", []byte(source), options).Drift(published("a", "b"))
	if len(found) != 1 || found[0].Rule != "stale-record" || found[0].Line != 13 {
		t.Errorf("%v", found)
	}
}

// A document that exceeds a limit of the reader is a plan that cannot be read, never an empty one.
func TestUnreadable(t *testing.T) {
	p := Parse("p.md", []byte(queries+strings.Repeat("*a_", 9000)+"\n"), options)
	if errs := p.Errors(); !p.IsPlan() || len(errs) != 1 || errs[0].Rule != "not-readable" ||
		errs[0].Line != 5 {
		t.Errorf("plan %v, %v", p.IsPlan(), errs)
	}
}
