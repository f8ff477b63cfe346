package plan

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/mojibake"
)

var options = Options{Section: "learn", KeepCase: DefaultKeepCase}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// published is a site that publishes the articles.
func published(slugs ...string) map[string]Published {
	pages := make(map[string]Published)
	for _, slug := range slugs {
		pages[slug] = Published{
			URL:        "https://aiperformanceoptimization.com/learn/" + slug + "/",
			Highlights: []string{"First thing", "second thing", "third — thing"},
		}
	}
	return pages
}

func all(p *Plan) map[string]Published {
	var slugs []string
	for _, q := range p.Queries {
		slugs = append(slugs, q.Slug)
	}
	return published(slugs...)
}

func mustSync(t testing.TB, p *Plan, pages map[string]Published, o SyncOptions) string {
	t.Helper()
	got, _, err := p.Sync(pages, o)
	if err != nil {
		t.Fatal(err)
	}
	return string(got.Source)
}

// changedLines are the lines of a unified diff that are added or removed.
func changedLines(old, new string) string {
	var b strings.Builder
	for _, line := range strings.SplitAfter(string(diff.Diff("a", []byte(old), "b", []byte(new))), "\n") {
		if strings.HasPrefix(line, "+") && !strings.HasPrefix(line, "+++") || strings.HasPrefix(line, "-") && !strings.HasPrefix(line, "---") {
			b.WriteString(line)
		}
	}
	return b.String()
}

func TestSyncOneArticleOfTheRealPlan(t *testing.T) {
	source := read(t, "../../testdata/repaired.md")
	p := Parse("plan.md", source, options)
	if len(p.Findings) > 0 {
		t.Fatalf("problems in the real plan: %v", p.Findings)
	}
	got := mustSync(t, p, published("improving-ai-model-uptime"), SyncOptions{})
	want := `-- [ ] **improving-ai-model-uptime**
+- [x] **improving-ai-model-uptime** - [/learn/improving-ai-model-uptime](https://aiperformanceoptimization.com/learn/improving-ai-model-uptime)
+### Troubleshooting & Operations Articles
+- **Improving AI Model Uptime**: [/learn/improving-ai-model-uptime](https://aiperformanceoptimization.com/learn/improving-ai-model-uptime) - First thing, second thing, third — thing
+
`
	if lines := changedLines(string(source), got); lines != want {
		t.Errorf("got:\n%s\nwant:\n%s", lines, want)
	}
}

func TestSyncAllOfTheRealPlan(t *testing.T) {
	source := read(t, "../../testdata/repaired.md")
	p := Parse("plan.md", source, options)
	got := mustSync(t, p, all(p), SyncOptions{})
	golden := "../../testdata/all-published.md"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := string(read(t, golden)); got != want {
		t.Errorf("differs from the golden:\n%s", diff.Diff("want", []byte(want), "got", []byte(got)))
	}
}

// What is synced into a garbled plan is what is synced into the clean one, garbled.
func TestSyncOfTheGarbledPlan(t *testing.T) {
	clean := Parse("plan.md", read(t, "../../testdata/repaired.md"), options)
	garbled := Parse("plan.md", read(t, "../../testdata/received.md"), options)
	for name, pages := range map[string]map[string]Published{"one": published("improving-ai-model-uptime"), "all": all(clean)} {
		want := mojibake.Garble(mustSync(t, clean, pages, SyncOptions{}))
		if got := mustSync(t, garbled, pages, SyncOptions{}); got != want {
			t.Errorf("%s: %s", name, diff.Diff("want", []byte(want), "got", []byte(got)))
		}
	}
}

func TestSyncNothing(t *testing.T) {
	for _, name := range []string{"received.md", "repaired.md", "all-published.md"} {
		source := read(t, "../../testdata/"+name)
		if got := mustSync(t, Parse(name, source, options), nil, SyncOptions{}); got != string(source) {
			t.Errorf("%s changed", name)
		}
	}
}

func TestPruneTakesBackWhatSyncWrote(t *testing.T) {
	source := read(t, "../../testdata/all-published.md")
	got := mustSync(t, Parse("plan.md", source, options), nil, SyncOptions{Prune: true})
	for _, recorded := range []string{"[x]", "](", "✅\n", "Multi-provider redundancy"} {
		if i := strings.Index(got, recorded); i >= 0 {
			t.Errorf("%q is left: %s", recorded, got[i:min(len(got), i+100)])
		}
	}
	p := Parse("plan.md", []byte(got), options)
	if again := mustSync(t, p, all(p), SyncOptions{}); len(Parse("", []byte(again), options).Findings) > 0 || strings.Count(again, "\n- **") != 15 {
		t.Errorf("synced after prune:\n%s", again)
	}
}

// Whatever stands behind the name of an item, publishing and taking back leaves the plan as it was.
func TestPruneUndoesSync(t *testing.T) {
	for _, behind := range []string{"", " [brief][x]", " <https://docs.example/x>", " https://docs.example/x", " ([brief](https://docs.example/x))",
		" — see [brief](https://docs.example/x)", ": [/learn/b/](https://h/learn/b/) first", "(Anna) - due May", " - [B](/learn/b)", "  "} {
		source := queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a**" + behind + "\n- [ ] **c**\n\n[x]: https://docs.example/x\n"
		synced := mustSync(t, Parse("plan.md", []byte(source), options), published("a"), SyncOptions{})
		if got := mustSync(t, Parse("plan.md", []byte(synced), options), nil, SyncOptions{Prune: true}); got != source {
			t.Errorf("%q:\n%s", behind, diff.Diff("before", []byte(source), "after", []byte(got)))
		}
	}
}

func TestCanonicalRewritesEveryLink(t *testing.T) {
	source := read(t, "../../testdata/repaired.md")
	p := Parse("plan.md", source, options)
	got := mustSync(t, p, all(p), SyncOptions{Canonical: true})
	if n := strings.Count(got, "/](https://aiperformanceoptimization.com/learn/"); n != 45 {
		t.Errorf("%d links have the published form, want 45:\n%s", n, got)
	}
	if n := strings.Count(got, "]("); n != 45 {
		t.Errorf("%d links", n)
	}
}

// Every line ending, a byte order mark and a missing final newline come through.
func TestSyncKeepsTheFormOfTheFile(t *testing.T) {
	lf := read(t, "../../testdata/repaired.md")
	p := Parse("plan.md", lf, options)
	want := mustSync(t, p, all(p), SyncOptions{})
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	bom := func(s string) string { return "\ufeff" + s }
	for name, form := range map[string]func(string) string{"CRLF": crlf, "BOM": bom,
		"both": func(s string) string { return bom(crlf(s)) }} {
		p := Parse("plan.md", []byte(form(string(lf))), options)
		if got := mustSync(t, p, all(p), SyncOptions{}); got != form(want) {
			t.Errorf("%s: %s", name, diff.Diff("want", []byte(form(want)), "got", []byte(got)))
		}
	}
}

const queries = "## Identified Search Queries\n1. **a** — A\n2. **b** — B\n\n"

var syncTests = []struct {
	name, source string
	pages        map[string]Published
	options      SyncOptions
	want         string // the changed lines
}{
	{"upper-case box and other bullets are the document's own",
		queries + "## Implementation Phases\n### Phase 1: P\n* [X] **a** – [/learn/a/](https://h/learn/a/)\n* [ ] **b**  \n", published("b"), SyncOptions{},
		"-* [ ] **b**  \n+* [X] **b** – [/learn/b/](https://aiperformanceoptimization.com/learn/b/)  \n"},
	{"a note behind the slug stays",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a** — needs review\n", published("a"), SyncOptions{},
		"-### Phase 1: P\n-- [ ] **a** — needs review\n+### Phase 1: P ✅\n+- [x] **a** - [/learn/a/](https://aiperformanceoptimization.com/learn/a/) — needs review\n"},
	{"a link to somewhere else is not the published one",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a** ([draft](https://docs.example/x))\n- [ ] **b**\n", published("a"), SyncOptions{},
		"-- [ ] **a** ([draft](https://docs.example/x))\n+- [x] **a** - [/learn/a/](https://aiperformanceoptimization.com/learn/a/) ([draft](https://docs.example/x))\n"},
	{"a link that names another page is mended",
		queries + "## Implementation Phases\n### Phase 1: P\n- [x] **a** - [/learn/old](https://h/learn/old)\n- [ ] **b**\n", published("a"), SyncOptions{},
		"-- [x] **a** - [/learn/old](https://h/learn/old)\n+- [x] **a** - [/learn/a](https://aiperformanceoptimization.com/learn/a)\n"},
	{"a link to another article stays when the article's own is taken back",
		queries + "## Implementation Phases\n### Phase 1: P\n- [x] **a** - [/learn/a](/learn/a) [see also](/learn/b)\n- [x] **b** https://h.example/learn/b [A](/learn/a)\n", nil, SyncOptions{Prune: true},
		"-- [x] **a** - [/learn/a](/learn/a) [see also](/learn/b)\n-- [x] **b** https://h.example/learn/b [A](/learn/a)\n+- [ ] **a** [see also](/learn/b)\n+- [ ] **b** [A](/learn/a)\n"},
	{"a page that is not named after the slug has its link already",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a** - [/learn/other](/learn/other)\n- [ ] **b**\n", map[string]Published{"a": {URL: "https://h/learn/other/"}}, SyncOptions{},
		"-- [ ] **a** - [/learn/other](/learn/other)\n+- [x] **a** - [/learn/other](/learn/other)\n"},
	{"a comma behind a link is no separator to learn",
		queries + "## Implementation Phases\n### Phase 1: P\n- [x] **a** - [A](/learn/a)\n- [ ] **b**\n- [ ] **c**\n## Created Articles Summary\n- **A**: [A](/learn/a), by hand\n", published("a", "b"), SyncOptions{},
		"-- [ ] **b**\n+- [x] **b** - [B](/learn/b)\n+- **B**: [B](/learn/b) - First thing, second thing, third — thing\n"},
	{"addresses and references that name the page are links, and stay",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a** - https://aiperformanceoptimization.com/learn/a.\n- [x] **b**: [see][B]\n- [ ] **c** <https://aiperformanceoptimization.com/learn/c/>\n\n[b]: https://aiperformanceoptimization.com/learn/b\n", published("a", "b"), SyncOptions{},
		"-- [ ] **a** - https://aiperformanceoptimization.com/learn/a.\n+- [x] **a** - https://aiperformanceoptimization.com/learn/a.\n"},
	{"an address that names another page is mended, and new links are addresses, too",
		queries + "## Implementation Phases\n### Phase 1: P\n- [x] **a** - <https://old/learn/a>\n- [ ] **b**(soon)\n", published("a", "b"), SyncOptions{},
		"-### Phase 1: P\n-- [x] **a** - <https://old/learn/a>\n-- [ ] **b**(soon)\n+### Phase 1: P ✅\n+- [x] **a** - <https://aiperformanceoptimization.com/learn/a>\n+- [x] **b** - <https://aiperformanceoptimization.com/learn/b> (soon)\n"},
	{"a reference to another page becomes inline, since its definition may be of other links",
		queries + "## Implementation Phases\n### Phase 1: P\n- [x] **a** - [/learn/a][ref]\n- [ ] **b**\n- [ ] **c**\n\n[the plan][ref]\n\n[ref]: https://old/learn/a\n", published("a"), SyncOptions{},
		"-- [x] **a** - [/learn/a][ref]\n+- [x] **a** - [/learn/a](https://aiperformanceoptimization.com/learn/a)\n"},
	{"an address and a reference are taken back",
		queries + "## Implementation Phases\n### Phase 1: P\n- [x] **a** - https://h.example/learn/a\n- [x] **b** - [b]\n\n[b]: /learn/b\n", nil, SyncOptions{Prune: true},
		"-- [x] **a** - https://h.example/learn/a\n-- [x] **b** - [b]\n+- [ ] **a**\n+- [ ] **b**\n"},
	{"a phase with an item that names no article is never done",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n- [ ] write the index\n", published("a"), SyncOptions{},
		"-- [ ] **a**\n+- [x] **a** - [/learn/a/](https://aiperformanceoptimization.com/learn/a/)\n"},
	{"no final newline, and the last line is the item",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **b**\n- [ ] **a**", published("a"), SyncOptions{},
		"-- [ ] **a**\n+- [x] **a** - [/learn/a/](https://aiperformanceoptimization.com/learn/a/)\n"},
	{"an empty completed section and an empty summary at the very end",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n## COMPLETED TASKS\n## Created Articles Summary", published("a"), SyncOptions{},
		"-### Phase 1: P\n-- [ ] **a**\n+### Phase 1: P ✅\n+- [x] **a** - [/learn/a/](https://aiperformanceoptimization.com/learn/a/)\n" +
			"-## Created Articles Summary\n+\n+### Phase 1: P ✅\n+- [x] **a** - [/learn/a/](https://aiperformanceoptimization.com/learn/a/)\n" +
			"+## Created Articles Summary\n+\n+### P Articles\n+- **A**: [/learn/a/](https://aiperformanceoptimization.com/learn/a/) - First thing, second thing, third — thing\n"},
	{"hand-written highlights win",
		queries + "## Created Articles Summary\n- **A**: [/learn/a](https://aiperformanceoptimization.com/learn/a) - by hand\n- **B**\n", published("a", "b"), SyncOptions{},
		"-- **B**\n+- **B**: [/learn/b](https://aiperformanceoptimization.com/learn/b) - First thing, second thing, third — thing\n"},
	{"queries in no phase go under More",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n## Created Articles Summary\n### P Articles\n\n- **A**: [/learn/a](/learn/a) - x\n", published("b"), SyncOptions{},
		"+\n+### More Articles\n+\n+- **B**: [/learn/b](/learn/b) - First thing, second thing, third — thing\n"},
	{"what names no article is never taken back",
		queries + "## Implementation Phases\n### Phase 1: P ✅\n- [x] **a** - [/learn/a](https://h/learn/a)\n- [x] write the index ([notes](/learn/notes))\n", published("a"), SyncOptions{Prune: true},
		"-- [x] **a** - [/learn/a](https://h/learn/a)\n+- [x] **a** - [/learn/a](https://aiperformanceoptimization.com/learn/a)\n"},
	{"a box with a sign of its own is an item, too: the phase is not done",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n- [/] **b**\n", published("a"), SyncOptions{},
		"-- [ ] **a**\n+- [x] **a** - [/learn/a/](https://aiperformanceoptimization.com/learn/a/)\n"},
	{"a link at the start of an item is no box",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ](https://h/x) add \"A\"\n- [x][1] \"B\"\n", published("a", "b"), SyncOptions{}, ""},
	{"two phases of one name have a record each",
		queries + "## Implementation Phases\n### Phase 1: P ✅\n- [x] **a** - [/learn/a](/learn/a)\n### Phase 2: P\n- [ ] **b**\n## COMPLETED TASKS\n### Phase 1: P ✅\n- [x] **a** - [/learn/a](/learn/a)\n", published("a", "b"), SyncOptions{},
		"-### Phase 2: P\n-- [ ] **b**\n+### Phase 2: P ✅\n+- [x] **b** - [/learn/b](/learn/b)\n+\n+### Phase 2: P ✅\n+- [x] **b** - [/learn/b](/learn/b)\n"},
	{"and only the one that is disproven loses it",
		queries + "## Implementation Phases\n### Phase 1: P ✅\n- [x] **a** - [/learn/a](/learn/a)\n### Phase 2: P\n- [ ] **b**\n## COMPLETED TASKS\n### Phase 1: P ✅\n- [x] **a** - [/learn/a](/learn/a)\n", published("a"), SyncOptions{Prune: true}, ""},
	{"a record of two phases of one name is done when both are",
		queries + "## Implementation Phases\n### Phase 1: P ✅\n- [x] **a**\n### Phase 2: P ✅\n- [x] **b**\n## COMPLETED TASKS\n### P\n- [ ] **a** /a\n- [ ] **b** /b\n", published("a", "b"), SyncOptions{},
		"-- [x] **a**\n+- [x] **a** - [/learn/a/](https://aiperformanceoptimization.com/learn/a/)\n-- [x] **b**\n+- [x] **b** - [/learn/b/](https://aiperformanceoptimization.com/learn/b/)\n" +
			"-### P\n-- [ ] **a** /a\n-- [ ] **b** /b\n+### P ✅\n+- [x] **a** - [/learn/a/](https://aiperformanceoptimization.com/learn/a/) /a\n+- [x] **b** - [/learn/b/](https://aiperformanceoptimization.com/learn/b/) /b\n"},
	{"and not before",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n### Phase 2: P\n- [ ] **b**\n## COMPLETED TASKS\n### P\n- [ ] **a** /a\n- [ ] **b** /b\n", published("a"), SyncOptions{},
		"-### Phase 1: P\n-- [ ] **a**\n+### Phase 1: P ✅\n+- [x] **a** - [/learn/a/](https://aiperformanceoptimization.com/learn/a/)\n" +
			"-- [ ] **a** /a\n+- [x] **a** - [/learn/a/](https://aiperformanceoptimization.com/learn/a/) /a\n"},
	{"it stays as long as one of them is recorded",
		queries + "## Implementation Phases\n### Phase 1: P ✅\n- [x] **a** - [/learn/a](/learn/a)\n### Phase 2: P ✅\n- [x] **b** - [/learn/b](/learn/b)\n" +
			"## COMPLETED TASKS\n### P ✅\n- [x] **a** - [/learn/a](/learn/a)\n- [x] **b** - [/learn/b](/learn/b)\n", published("b"), SyncOptions{Prune: true},
		"-### Phase 1: P ✅\n-- [x] **a** - [/learn/a](/learn/a)\n+### Phase 1: P\n+- [ ] **a**\n-### P ✅\n-- [x] **a** - [/learn/a](/learn/a)\n+### P\n+- [ ] **a**\n"},
	{"and goes with both, once",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n### Phase 2: P\n- [ ] **b**\n## COMPLETED TASKS\n### P\n- [x] **a**\n- [ ] **b**\n", nil, SyncOptions{Prune: true},
		"-### P\n-- [x] **a**\n-- [ ] **b**\n"},
	{"a first record comes in the place of one that goes",
		queries + "## Implementation Phases\n### Phase 1: P ✅\n- [x] **a** - [/learn/a](/learn/a)\n### Phase 2: Q\n- [ ] **b**\n## COMPLETED TASKS\n\n### Phase 2: Q ✅\n- [x] **b**\n\n## Notes\n", published("a"), SyncOptions{Prune: true},
		"-### Phase 2: Q ✅\n-- [x] **b**\n+### Phase 1: P ✅\n+- [x] **a** - [/learn/a](/learn/a)\n"},
	{"what a hand wrote into a completed phase outlives its record",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n## COMPLETED TASKS\n### Phase 1: P ✅\nBy Ann.\n- [x] **a** - [/learn/a](/learn/a)\n  - a note\n", nil, SyncOptions{Prune: true},
		"-### Phase 1: P ✅\n+### Phase 1: P\n-- [x] **a** - [/learn/a](/learn/a)\n+- [ ] **a**\n"},
	{"so does what stands after its items",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n## COMPLETED TASKS\n### Phase 1: P ✅\n" +
			"- [x] **a** - [/learn/a](/learn/a)\n\nBy Ann.\n", nil, SyncOptions{Prune: true},
		"-### Phase 1: P ✅\n-- [x] **a** - [/learn/a](/learn/a)\n+### Phase 1: P\n+- [ ] **a**\n"},
	{"a rule after its items stays, and makes no heading of what stands before it",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n## COMPLETED TASKS\nText\n### Phase 1: P\n" +
			"- [x] **a**\n---\n", nil, SyncOptions{Prune: true}, "-- [x] **a**\n+- [ ] **a**\n"},
	{"and gets it again",
		queries + "## Implementation Phases\n### Phase 1: P ✅\n- [x] **a** - [/learn/a](/learn/a)\n## COMPLETED TASKS\n### Phase 1: P\nBy Ann.\n- [ ] **a**\n  - a note\n", published("a"), SyncOptions{},
		"-### Phase 1: P\n+### Phase 1: P ✅\n-- [ ] **a**\n+- [x] **a** - [/learn/a](/learn/a)\n"},
	{"what a hand wrote below a summary line outlives its link",
		queries + "## Created Articles Summary\n- **A**: [/learn/a](/learn/a) - text\nthat goes on\n- **B**: [/learn/b](/learn/b)\n", nil, SyncOptions{Prune: true},
		"-- **A**: [/learn/a](/learn/a) - text\n+- **A** - text\n-- **B**: [/learn/b](/learn/b)\n"},
	{"highlights on the next line are highlights",
		queries + "## Created Articles Summary\n- **A**: [/learn/a](/learn/a)\n  by hand\n- **B**: [/learn/b](/learn/b)\nby hand, too\n", published("a", "b"), SyncOptions{}, ""},
	{"a lazy line belongs to its item",
		queries + "## Implementation Phases\n### Phase 1: P ✅\n- [x] **a** - [/learn/a](/learn/a)\n- [x] **b** - [/learn/b](/learn/b)\n## COMPLETED TASKS\n### Phase 1: P ✅\n- [x] **a** - [/learn/a](/learn/a)\nand more\n---\n", published("a", "b"), SyncOptions{},
		"+- [x] **b** - [/learn/b](/learn/b)\n"},
	{"a summary line is its link's, whatever its title and the address",
		queries + "## Created Articles Summary\n- **My name**: [/guides/one.html](/guides/one.html) - x\n- **B**: [/learn/b](/learn/b) - x\n",
		map[string]Published{"a": {URL: "https://h/guides/one.html"}, "b": {URL: "https://h/learn/b/"}}, SyncOptions{}, ""},
	{"what goes on in the last line comes before new lines",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n### Phase 2: Q\n- [ ] **b**\n## Created Articles Summary\n### P Articles\n- **A**: [/learn/a](/learn/a)", published("a", "b"), SyncOptions{},
		"-### Phase 1: P\n-- [ ] **a**\n-### Phase 2: Q\n-- [ ] **b**\n+### Phase 1: P ✅\n+- [x] **a** - [/learn/a](/learn/a)\n+### Phase 2: Q ✅\n+- [x] **b** - [/learn/b](/learn/b)\n" +
			"-- **A**: [/learn/a](/learn/a)\n+- **A**: [/learn/a](/learn/a) - First thing, second thing, third — thing\n+\n+### Q Articles\n+- **B**: [/learn/b](/learn/b) - First thing, second thing, third — thing\n"},
	{"a setext heading behind the section keeps its line, and a paragraph its own",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n## Created Articles Summary\n### P Articles\nText.\n\nNotes\n-----\n", published("a"), SyncOptions{},
		"-### Phase 1: P\n-- [ ] **a**\n+### Phase 1: P ✅\n+- [x] **a** - [/learn/a/](https://aiperformanceoptimization.com/learn/a/)\n" +
			"+- **A**: [/learn/a/](https://aiperformanceoptimization.com/learn/a/) - First thing, second thing, third — thing\n+\n"},
	{"nor does a new group part a setext heading",
		queries + "## Created Articles Summary\n\nNotes\n-----\n", published("a"), SyncOptions{},
		"+### More Articles\n+- **A**: [/learn/a/](https://aiperformanceoptimization.com/learn/a/) - First thing, second thing, third — thing\n+\n"},
	{"a link to another article is the author's",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a** (builds on [/learn/b](/learn/b))\n- [ ] **b**\n## Created Articles Summary\n- **A** - after [/learn/b](/learn/b)\n- **B**: [/learn/b](/learn/b) - x\n", published("a"), SyncOptions{},
		"-- [ ] **a** (builds on [/learn/b](/learn/b))\n+- [x] **a** - [/learn/a](/learn/a) (builds on [/learn/b](/learn/b))\n" +
			"-- **A** - after [/learn/b](/learn/b)\n+- **A** - [/learn/a](/learn/a) - after [/learn/b](/learn/b)\n"},
	{"and stays one",
		queries + "## Implementation Phases\n### Phase 1: P\n- [x] **a** - [/learn/a](/learn/a) - [/learn/b](/learn/b)\n", nil, SyncOptions{Prune: true},
		"-- [x] **a** - [/learn/a](/learn/a) - [/learn/b](/learn/b)\n+- [ ] **a** - [/learn/b](/learn/b)\n"},
	{"a rule between sections stays between them",
		queries + "## Created Articles Summary\n\nNone yet.\n\n---\n", published("a"), SyncOptions{},
		"+### More Articles\n+- **A**: [/learn/a/](https://aiperformanceoptimization.com/learn/a/) - First thing, second thing, third — thing\n+\n"}, // and not at the end
	{"a rule behind lines that go makes no heading",
		queries + "## Created Articles Summary\nText\n- **A**: [/learn/a](/learn/a) - x\n---\n", nil, SyncOptions{Prune: true}, "-- **A**: [/learn/a](/learn/a) - x\n+\n"},
	{"stars in a title",
		"## Identified Search Queries\n1. **a** — A **bold** claim\n2. **b** — B*\n## Created Articles Summary\n", published("a", "b"), SyncOptions{},
		"+\n+### More Articles\n+- **A &#42;&#42;bold&#42;&#42; claim**: [/learn/a/](https://aiperformanceoptimization.com/learn/a/) - First thing, second thing, third — thing\n" +
			"+- **B&#42;**: [/learn/b/](https://aiperformanceoptimization.com/learn/b/) - First thing, second thing, third — thing\n"},
	{"nor does a paragraph behind them go on with what is before",
		queries + "## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n## COMPLETED TASKS\n- note\n### Phase 1: P\nNotes\n-----\n", nil, SyncOptions{Prune: true}, "-### Phase 1: P\n+\n"},
	{"a record's mark does not come from an item of no phase",
		queries + "## Implementation Phases\n### Phase 1: P ✅\n- [x] **a** - [/learn/a](/learn/a)\n## COMPLETED TASKS\n### Phase 1: P\n- [x] **a** - [/learn/a](/learn/a)\n- [x] **b**\n", published("a"), SyncOptions{Prune: true}, "-- [x] **b**\n+- [ ] **b**\n"},
	{"a backslash in an address",
		queries + "## Implementation Phases\n### Phase 1: P\n- [x] **a**\n- [ ] **b**\n", map[string]Published{"a": {URL: `https://h/learn/a\b/`}}, SyncOptions{},
		"-- [x] **a**\n+- [x] **a** - [/learn/a%5Cb/](https://h/learn/a%5Cb/)\n"},
	{"however the address is written",
		queries + "## Created Articles Summary\n- **My name**: [/learn/c%28%C3%A9](/learn/c%28%C3%A9) - x\n- **B**: [/learn/b](/learn/b) - x\n",
		map[string]Published{"a": {URL: "https://h/learn/c(é/"}, "b": {URL: "https://h/learn/b/"}}, SyncOptions{}, ""},
	{"two queries of one title have a summary line each",
		"## Identified Search Queries\n1. **a** — A\n2. **b** — A!\n## Created Articles Summary\n- **A**: [/learn/a](/learn/a) - x\n", published("a", "b"), SyncOptions{},
		"+- **A!**: [/learn/b](/learn/b) - First thing, second thing, third — thing\n"},
	{"links that show titles show paths where only those tell",
		queries + "## Implementation Phases\n### Phase 1: P\n- [x] **a** - [A](/learn/a)\n- [ ] **b**\n",
		map[string]Published{"a": {URL: "https://h/guides/a/"}, "b": {URL: "https://h/guides/b/"}}, SyncOptions{},
		"-### Phase 1: P\n-- [x] **a** - [A](/learn/a)\n-- [ ] **b**\n+### Phase 1: P ✅\n+- [x] **a** - [/guides/a](/guides/a)\n+- [x] **b** - [/guides/b](/guides/b)\n"},
	{"brackets in a title that a link shows",
		"## Identified Search Queries\n1. **a** — A\n2. **b** — B] and [\n## Implementation Phases\n### Phase 1: P\n- [x] **a** - [A](/learn/a)\n- [ ] **b**\n### Phase 2: Q\n- [ ] **c**\n", published("a", "b"), SyncOptions{},
		"-### Phase 1: P\n+### Phase 1: P ✅\n-- [ ] **b**\n+- [x] **b** - [B\\] and \\[](/learn/b)\n"},
	{"a task with the title of two articles is neither's",
		"## Identified Search Queries\n1. **a** — A\n2. **b** — A\n## Implementation Phases\n### Phase 1: P\n- [ ] **Task 1.1**: Add \"A\"\n- [ ] **Task 1.2**: Add \"C\"\n" +
			"## Created Articles Summary\n- **A**: [/learn/a](/learn/a) - x\n- **C**: [/learn/c](/learn/c) - x\n- **C**: [/learn/d](/learn/d) - x\n", published("a", "b", "c", "d"), SyncOptions{},
		"+- **A**: [/learn/b](/learn/b) - First thing, second thing, third — thing\n"},
	{"a done mark behind the closing sequence of a heading",
		queries + "## Implementation Phases\n### Phase 1: P ### ✅\n- [x] **a** - [/learn/a](/learn/a)\n", nil, SyncOptions{Prune: true},
		"-### Phase 1: P ### ✅\n-- [x] **a** - [/learn/a](/learn/a)\n+### Phase 1: P ###\n+- [ ] **a**\n"},
	{"what is added to a plan that is garbled in part reads as what it was taken from",
		"## Identified Search Queries\n1. **a** — eâ€â€”\n2. **b** — e\n## Implementation Phases\n### Phase 1: Pâ€â€”\n- [ ] **a**\n## COMPLETED TASKS\n## Created Articles Summary\n",
		map[string]Published{"a": {URL: "https://h/learn/a/"}, "b": {URL: "https://h/learn/b/"}}, SyncOptions{},
		"-### Phase 1: Pâ€â€”\n-- [ ] **a**\n+### Phase 1: Pâ€â€” ✅\n+- [x] **a** - [/learn/a/](https://h/learn/a/)\n" +
			"+\n+### Phase 1: PÃ¢â‚¬â€” ✅\n+- [x] **a** - [/learn/a/](https://h/learn/a/)\n" +
			"+\n+### PÃ¢â‚¬â€” Articles\n+- **eÃ¢â‚¬â€”**: [/learn/a/](https://h/learn/a/)\n+\n+### More Articles\n+- **e**: [/learn/b/](https://h/learn/b/)\n"},
	{"plan syntax in fences and comments is text",
		queries + "## Implementation Phases\n### Phase 1: P\n```\n- [ ] **a**\n### Phase 2: Q\n```\n<!--\n- [ ] **a**\n-->\n- [ ] **b**\n  ```\n  - [ ] **a**\n  ```\n", published("a"), SyncOptions{}, ""},
}

func TestSyncTable(t *testing.T) {
	for _, test := range syncTests {
		t.Run(test.name, func(t *testing.T) {
			p := Parse("plan.md", []byte(test.source), options)
			got := mustSync(t, p, test.pages, test.options)
			if lines := changedLines(test.source, got); lines != test.want {
				t.Errorf("got:\n%s\nwant:\n%s\nproblems: %v", lines, test.want, p.Findings)
			}
			if strings.HasSuffix(got, "\n") != strings.HasSuffix(test.source, "\n") {
				t.Error("the end of the file changed")
			}
		})
	}
}

// Once one of two lines with a task's title is taken back, the other would be the task's: what is left must not
// decide.
func TestPruneDecidesNoTask(t *testing.T) {
	p := Parse("plan.md", []byte(queries+"## Implementation Phases\n### Phase 1: P\n- [ ] **Task 1.1**: Add \"C\"\n"+
		"## Created Articles Summary\n- **C**: [/learn/c](/learn/c)\n- **C**: [/learn/d](/learn/d)\n"), options)
	_, _, err := p.Sync(published("c"), SyncOptions{Prune: true})
	const want = `plan.md:7:25: the edited plan does not read as meant, nothing was written: item "\"C\"" would be article "c"`
	if err == nil || err.Error() != want || diag.HintOf(err) != unclearItem {
		t.Errorf("got %v, want %s", err, want)
	}
}

// allItems returns the items of the phases and of the completed ones.
func (p *Plan) allItems() (items [][]Item) {
	for _, phase := range p.Phases {
		items = append(items, phase.Items)
	}
	if p.completed != nil {
		for _, phase := range p.completed.phases {
			items = append(items, phase.Items)
		}
	}
	return items
}

func FuzzSync(f *testing.F) {
	for _, name := range []string{"received.md", "repaired.md", "all-published.md"} {
		f.Add(read(f, "../../testdata/"+name), uint16(0xffff), false)
	}
	for i, test := range syncTests {
		f.Add([]byte(test.source), uint16(i), test.options.Prune)
	}
	f.Fuzz(func(t *testing.T, source []byte, mask uint16, prune bool) {
		p := Parse("plan.md", source, options)
		if got := mustSync(t, p, nil, SyncOptions{}); got != string(source) {
			t.Fatal("nothing published, and the plan changed")
		}
		pages := make(map[string]Published)
		for i, q := range p.Queries {
			if mask>>(i%16)&1 == 1 {
				pages[q.Slug] = published(q.Slug)[q.Slug]
			}
		}
		if len(p.Errors()) > 0 {
			return
		}
		once := mustSync(t, p, pages, SyncOptions{Prune: prune})
		twice := mustSync(t, Parse("plan.md", []byte(once), options), pages, SyncOptions{Prune: prune})
		if once != twice {
			t.Fatalf("a second run changed the plan:\n%s", diff.Diff("once", []byte(once), "twice", []byte(twice)))
		}
		if prune {
			return
		}
		// Without --prune nothing but the sign in a box and the two parts of a link gives way.
		yields := make(map[Span]bool)
		for _, item := range slices.Concat(p.allItems()...) {
			yields[item.box], yields[item.Link.URL], yields[item.Link.Text] = true, true, true
			yields[item.Link.label()] = true
		}
		if p.summary != nil {
			for _, g := range p.summary.groups {
				for _, e := range g.entries {
					yields[e.link.URL], yields[e.link.Text], yields[e.link.label()] = true, true, true
				}
			}
		}
		s := p.syncer(pages, SyncOptions{})
		s.run()
		for _, e := range s.edits {
			if e.End > e.Start && !yields[Span{e.Start, e.End}] {
				t.Fatalf("%q gives way to %q", p.text[e.Start:e.End], e.New)
			}
		}
	})
}
