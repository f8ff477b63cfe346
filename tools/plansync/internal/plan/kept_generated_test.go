package plan

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
)

// A keptPlan is a generated plan of tables, lists and headings.
type keptPlan struct {
	*rand.Rand
	strings.Builder
	n     int      // articles so far
	done  []string // those that the plan says are published
	slugs []string
}

var keptWords = strings.Fields("Gravel Sheds Bread Rain Choir Racks Labels Fans " +
	"Tide Pools Ovens Florist Stock Till Reports Voice")

// article returns the next article, and whether the plan says that it is published.
func (p *keptPlan) article() (slug, title string, done bool) {
	p.n++
	title = fmt.Sprintf("%s and %s No %d", keptWords[p.IntN(len(keptWords))],
		keptWords[p.IntN(len(keptWords))], p.n)
	slug = strings.ToLower(strings.ReplaceAll(title, " ", "-"))
	done = p.IntN(3) == 0
	if done {
		p.done = append(p.done, slug)
	}
	p.slugs = append(p.slugs, slug)
	return slug, title, done
}

func (p *keptPlan) pick(of ...string) string { return of[p.IntN(len(of))] }

// table writes a table of articles, aligned or not.
func (p *keptPlan) table() {
	names := []string{p.pick("Title", "**Working Title**", "Article", "Post title"),
		p.pick("Keyword", "Target Keyword", "Primary keyword")}
	withSlug, withState, withLink := p.IntN(2) == 0, p.IntN(4) > 0, p.IntN(3) == 0
	if withSlug {
		names = append(names, p.pick("Slug", "URL slug"))
	}
	if withState {
		names = append(names, p.pick("Status", "State"))
	}
	if withLink {
		names = append(names, p.pick("Live URL", "Live link"))
	}
	names = append(names, "Notes")
	doneWord, openWord := p.pick("Published", "✅ Live", "**Done**"), p.pick("Planned", "Not started",
		"🔴 Todo")
	form := p.pick("`/learn/%s/`", "/learn/%s", "https://example.org/learn/%s/",
		"[/learn/%s](https://example.org/learn/%[1]s)")
	rows := [][]string{names, nil}
	for range 1 + p.IntN(4) {
		slug, title, done := p.article()
		row := []string{p.pick(title, "**"+title+"**", "\""+title+"\""), strings.ToLower(title)}
		if withSlug {
			row = append(row, p.pick(slug, "`"+slug+"`"))
		}
		if withState {
			row = append(row, map[bool]string{true: doneWord, false: openWord}[done])
		}
		if withLink {
			link := "—"
			if done {
				link = fmt.Sprintf(form, slug)
			}
			row = append(row, link)
		}
		rows = append(rows, append(row, p.pick("", "a \\| b", "by Ann")))
	}
	if withState || withLink { // a row that is never published keeps the word for that
		p.n++
		spare := []string{fmt.Sprintf("Spare No %d", p.n), "spare"}
		if withSlug {
			spare = append(spare, fmt.Sprintf("spare-no-%d", p.n))
		}
		if withState {
			spare = append(spare, openWord)
		}
		if withLink {
			spare = append(spare, "—")
		}
		rows = append(rows, append(spare, ""))
	}
	aligned := p.IntN(2) == 0
	for i := range rows {
		p.WriteString("|")
		for column := range names {
			width := 0
			for _, row := range rows {
				if row != nil {
					width = max(width, len([]rune(row[column])))
				}
			}
			cell := strings.Repeat("-", max(3, width))
			if rows[i] != nil {
				if cell = rows[i][column]; aligned {
					cell += strings.Repeat(" ", max(3, width)-len([]rune(cell)))
				}
			} else if !aligned {
				cell = "---"
			}
			p.WriteString(" " + cell + " |")
		}
		p.WriteString("\n")
	}
}

// list writes a list of articles that have a slug or a path.
func (p *keptPlan) list() {
	bullet, mark := p.pick("- ", "1. ", "* "), p.pick(" — **DONE**", " ✅")
	box := p.IntN(2) == 0
	form := p.pick("%s (`%s`)", "%s — `%s`", "**%s** (`content/learn/%s.md`)", "%s: /learn/%s/")
	for range 2 + p.IntN(3) {
		slug, title, done := p.article()
		p.WriteString(bullet)
		if box {
			p.WriteString(map[bool]string{true: "[x] ", false: "[ ] "}[done])
		}
		p.WriteString(fmt.Sprintf(form, title, slug))
		if done && !box {
			p.WriteString(mark)
		}
		p.WriteString("\n" + p.pick("", "", "   more of it\n"))
	}
}

// declared writes a list of titles below a declaration.
func (p *keptPlan) declared() {
	mark := p.pick("✅", "DONE")
	p.WriteString("<!-- plansync: articles done=\"" + mark + "\" -->\n\n")
	for i := range 2 + p.IntN(3) {
		_, title, done := p.article()
		fmt.Fprintf(p, "%d. **%s**", i+1, title)
		if done {
			p.WriteString(" " + mark)
		}
		p.WriteString(p.pick("", " — what it is about") + "\n")
	}
}

// headings writes a heading for each article, with fields below it.
func (p *keptPlan) headings() {
	p.WriteString("### Spare\n\n**Target keyword:** spare\n**Status:** Planned\n\n")
	for range 2 + p.IntN(2) {
		slug, title, done := p.article()
		fmt.Fprintf(p, "### %s\n\n- **Slug:** `%s`\n- **Target keyword:** %s\n- **Status:** %s\n\n"+
			"Text of the author.\n\n",
			title, slug, strings.ToLower(title), map[bool]string{true: "Published", false: "Planned"}[done])
	}
}

// Every plan of tables, lists and headings is synced without an error; only lines that name what is
// newly published change; a second run changes nothing; and what is taken back leaves the plan as
// it was.
func TestGeneratedKeptPlans(t *testing.T) {
	plans := 3000
	if n, err := strconv.Atoi(os.Getenv("PLANSYNC_TEST_PLANS")); err == nil {
		plans = n
	}
	recorded := 0
	for seed := range plans {
		p := &keptPlan{Rand: rand.New(rand.NewPCG(uint64(seed), 7))}
		p.WriteString(p.pick("", "---\ntitle: x\n---\n") + "# Plan of a shop\n\n")
		headings := p.IntN(4) == 0
		for i := range 1 + p.IntN(3) {
			if headings {
				p.headings()
				break
			}
			fmt.Fprintf(p, "\n## %s\n\n", p.pick("Cluster: Roofs", "Week 3", "Cooking",
				"Part "+strconv.Itoa(i)))
			p.WriteString(p.pick("", "Some words.\n\n",
				"| Metric | Target |\n|---|---|\n| Visits | 500 |\n\n", "```\n- `a-b-c`\n```\n\n"))
			[]func(){p.table, p.list, p.declared}[p.IntN(3)]()
		}
		source := p.String()
		if p.IntN(3) == 0 {
			source = strings.ReplaceAll(source, "\n", "\r\n")
		}
		plain := Parse("plan.md", []byte(source), keptOptions)
		at, line := plain.AdoptionPoint()
		source = source[:at] + line + source[at:]
		before := Parse("plan.md", []byte(source), keptOptions)
		read := make(map[string]bool)
		for _, row := range before.Reading().Rows {
			read[row.Slug] = true
		}
		for _, slug := range p.slugs {
			if !read[slug] {
				t.Fatalf("seed %d: %s is not read:\n%s\n%v", seed, slug, source, before.Findings)
			}
		}
		pages := make(map[string]Published)
		for _, slug := range p.done {
			pages[slug] = Published{URL: "https://example.org/learn/" + slug + "/"}
		}
		if got := mustSync(t, before, pages, SyncOptions{Prune: true}); got != source {
			t.Fatalf("seed %d: all is recorded, and it changed: %s", seed, changedLines(source, got))
		}
		more := make(map[string]Published)
		for _, slug := range p.slugs {
			if _, done := pages[slug]; done || p.IntN(2) == 0 {
				more[slug] = Published{URL: "https://example.org/learn/" + slug + "/"}
			}
		}
		after, change, err := before.Sync(more, SyncOptions{})
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, source)
		}
		recorded += change.States + change.Boxes
		if twice, _, err := after.Sync(more, SyncOptions{}); err != nil || twice != after {
			t.Fatalf("seed %d: a second run changes %s, or %v", seed, changedLines(string(after.Source),
				string(twice.Source)), err)
		}
		for _, f := range after.Drift(more) {
			if f.Rule != "no-word" {
				t.Fatalf("seed %d: %v after sync\n%s", seed, f, after.Source)
			}
		}
		back, _, err := after.Sync(pages, SyncOptions{Prune: true})
		// A link that is wider than its column leaves the table less aligned.
		padding := regexp.MustCompile(` +\|`)
		if err != nil || padding.ReplaceAllString(string(back.Source),
			" |") != padding.ReplaceAllString(source, " |") {
			t.Fatalf("seed %d: taken back: %v\n%s\nof\n%s", seed, err, diff.Diff("before", []byte(source),
				"after", back.Source), source)
		}
	}
	t.Logf("%d states written", recorded)
	if recorded < plans/2 {
		t.Error("hardly anything was written")
	}
}
