package plan

import (
	"fmt"
	"strings"
	"testing"
)

// outline writes a plan as the parser understood it, one fact a line.
func outline(p *Plan) string {
	var b strings.Builder
	for _, q := range p.Queries {
		fmt.Fprintf(&b, "query %s | %s\n", q.Slug, q.Title)
	}
	for _, phase := range p.Phases {
		mark := ""
		if phase.Done {
			mark = " done"
		}
		fmt.Fprintf(&b, "phase %s | %s%s\n", phase.Name, phase.Category, mark)
		for _, item := range phase.Items {
			box := " "
			if item.Done {
				box = "x"
			}
			fmt.Fprintf(&b, "[%s] %s", box, item.Slug)
			if item.HasLink {
				fmt.Fprintf(&b, " -> %s", p.slice(item.Link.URL))
			}
			b.WriteString("\n")
		}
	}
	for _, f := range p.Findings {
		fmt.Fprintf(&b, "%d:%d %s %s: %s\n", f.Line, f.Column, f.Severity, f.Rule, f.Message)
	}
	return b.String()
}

func TestParse(t *testing.T) {
	tests := []struct{ name, source, want string }{
		{"the separators of queries",
			"## Identified Search Queries (Slugs & Titles)\n1. **a-b** — A: B\n2) **c** – C\n3. **d** - D\n4. **e**: E - F\n",
			"query a-b | A: B\nquery c | C\nquery d | D\nquery e | E - F\n"},
		{"emphasis, emoji and marks around a section's name",
			"## 🔎 **Identified Search Queries** ✅\n1. **a** — A\n## _Implementation Phases_ 🚀\n### **Phase 1: Core & More** ✅\n- [x] **a**\n",
			"query a | A\nphase Core & More | core-more done\n[x] a\n"},
		{"every done mark",
			"## Identified Search Queries\n1. **a** — A\n## Implementation Phases\n### Phase 1: P ✔️\n- [x] **a**\n### Phase 2: Q :white_check_mark:\n### Phase 3: R ☑ ##\n### Phase 4: S ✅ later\n",
			"query a | A\nphase P | p done\n[x] a\nphase Q | q done\nphase R | r done\nphase S ✅ later | s-later\n"},
		{"quoted queries under numbered and bold headings, tasks with the title in quotes, the slug from the summary or the query",
			"## Identified Search Queries\n### 1. Cost queries\n- \"how to reduce ai api costs\"\n- \"is ai worth the money?\"\n**2. More:**\n* “best sla for llms”\n" +
				"## Implementation Phases\n### Phase 1: Money\n- [ ] **Task 1.1**: Add \"How to Reduce AI API Costs\"\n  - target: beginners\n  - [ ] outline\n" +
				"- [x] **Task 1.2**: Add \"Something Else\" page\n- [ ] **Task 1.3**: Add \"Unknown\"\n" +
				"## Created Articles Summary\n- **Something Else**: [/learn/other-slug](https://h/learn/other-slug) - x\n",
			"query how-to-reduce-ai-api-costs | How to Reduce AI API Costs\nquery is-ai-worth-the-money | Is AI Worth the Money?\nquery best-sla-for-llms | Best SLA for LLMs\n" +
				"phase Money | money\n[ ] how-to-reduce-ai-api-costs\n[x] other-slug\n[ ] \n" +
				"4:3 warning query-without-phase: query \"is-ai-worth-the-money\": in no phase\n" +
				"6:3 warning query-without-phase: query \"best-sla-for-llms\": in no phase\n" +
				"12:25 warning item-without-query: item \"other-slug\": no such query in the plan\n" +
				"13:25 warning item-without-slug: item \"\\\"Unknown\\\"\": the plan does not say which article it is\n"},
		{"two phases with one number",
			"## Identified Search Queries\n1. **a** — A\n2. **b** — B\n## Implementation Phases\n### Phase 2: P\n- [ ] **a**\n### Phase 2: Q\n- [ ] **b**\n",
			"query a | A\nquery b | B\nphase P | p\n[ ] a\nphase Q | q\n[ ] b\n"},
		{"what stands in a list of queries and does not read as one",
			"## Identified Search Queries\n1. **a** — A\n2. b — B\n3. **c — C\n\n4. [**d**](/d) — D\n5.\n6. [ ] **e** — E\n7.**f** — F\n" +
				"### More\n- “g”\n- h\n- “i\n- \"\"\n-\"j\"\n-\n",
			"query a | A\nquery g | G\n" +
				"3:4 warning not-a-query: line \"b — B\": not read as a query\n" +
				"4:4 warning not-a-query: line \"**c — C\": not read as a query\n" +
				"6:4 warning not-a-query: line \"[**d**](/d) — D\": not read as a query\n" +
				"7:3 warning not-a-query: line \"\": not read as a query\n" +
				"8:4 warning not-a-query: line \"[ ] **e** — E\": not read as a query\n" +
				"9:1 warning not-a-query: line \"7.**f** — F\": not read as a query\n" +
				"12:3 warning not-a-query: line \"h\": not read as a query\n" +
				"13:3 warning not-a-query: line \"“i\": not read as a query\n" +
				"14:3 warning not-a-query: line \"\\\"\\\"\": not read as a query\n" +
				"15:1 warning not-a-query: line \"-\\\"j\\\"\": not read as a query\n" +
				"16:2 warning not-a-query: line \"\": not read as a query\n"},
		{"queries below an item that is none",
			"## Identified Search Queries\n- **Cost:**\n  - \"a\"\n- Speed\n  1. **b** — B\n  2. a note\n- \"c\"\n  - \"a note\"\n",
			"query c | C\n" +
				"3:5 warning not-a-query: line \"\\\"a\\\"\": not read as a query\n" +
				"4:3 warning not-a-query: line \"Speed\": not read as a query\n" +
				"5:6 warning not-a-query: line \"**b** — B\": not read as a query\n"},
		{"a list without any query", "## Identified Search Queries\n- a\n- b\n## Notes\n- c\n",
			"2:3 warning not-a-query: line \"a\": not read as a query\n3:3 warning not-a-query: line \"b\": not read as a query\n"},
		{"notes beside queries",
			"## Identified Search Queries\nFrom Search Console:\n- May\n- June\n\n1. **a** — A\n   - \"another\" wording\n   - note\n\n   1.5 times a \"month\"\n\n" +
				"- Ask \"Ann\"\n\n- note\n### Sources\n* Search Console\n\n**c** — bold\n`-`\"code\"\n```\n- d\n```\n<!--\n- e\n-->\n",
			"query a | A\n"},
		{"links in names and titles are their text",
			"## Identified Search Queries\n- \"[how to a](https://h/a)\"\n- \"see [b][ref] and c\"\n1. **[c](/learn/c)** — C\n2. **d** — [D](https://h/d) and `[x](y)`, [z]\n" +
				"## Implementation Phases\n### Phase 1: P\n- [ ] **Task 1.1**: Add \"[How to A](https://h/a)\"\n- [ ] **Task 1.2**: Add \"E\"\n- [ ] **[d](https://h/d)**\n" +
				"## Created Articles Summary\n- **[E](https://h/e)**: [/learn/other](/learn/other)\n\n[ref]: /r\n",
			"query how-to-a | How to A\nquery see-b-and-c | See B and C\nquery d | D and `[x](y)`, [z]\nphase P | p\n[ ] how-to-a\n[ ] other\n[ ] \n" +
				"3:3 warning query-without-phase: query \"see-b-and-c\": in no phase\n" +
				"4:6 error bad-slug: query \"[c](/learn/c)\": slug \"[c](/learn/c)\" is not made of lower-case words with single hyphens between\n" +
				"5:6 warning query-without-phase: query \"d\": in no phase\n" +
				"9:25 warning item-without-query: item \"other\": no such query in the plan\n" +
				"10:9 warning item-without-slug: item \"[d](https://h/d)\": slug \"[d](https://h/d)\" is not made of lower-case words with single hyphens between\n"},
		{"a plan with no phases", "## Identified Search Queries\n1. **a** — A\n", "query a | A\n"},
		{"headings in fences, comments and front matter are not headings",
			"---\ntitle: x\n---\n```\n## Identified Search Queries\n1. **no** — No\n```\n<!--\n## Identified Search Queries\n1. **no** — No\n-->\n" +
				"    ## Identified Search Queries\n~~~~ md\n```\n~~~\n## Implementation Phases\n~~~~\ntext <!-- a\n## Identified Search Queries\nb -->\n## Identified Search Queries\n1. **yes** — Yes\n",
			"query yes | Yes\n"},
		{"setext headings", "Identified Search Queries\n---\n1. **a** — A\n\nImplementation Phases\n-----\n### Phase 1: P\n- [ ] **a**\n", "query a | A\nphase P | p\n[ ] a\n"},
		{"a thematic break at the start is no front matter", "---\n\n## Identified Search Queries\n1. **a** — A\n\n---\n", "query a | A\n"},
		{"a fence in a list ends with the list", "## Identified Search Queries\n1. **a** — A\n   ```\n   1. **no** — No\n2. **b** — B\n", "query a | A\nquery b | B\n"},
		{"an item before the first phase is a finding", "## Implementation Phases\n- note\n- [/] **a**\n- [x](/y) z\n### Phase 1: P\n- [ ] **b**\n",
			"phase P | p\n[ ] b\n3:3 warning item-without-phase: item in no phase: its box is never checked\n"},
		{"nested boxes are not items",
			"## Identified Search Queries\n1. **a** — A\n## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n    - [ ] **b**\n", "query a | A\nphase P | p\n[ ] a\n"},
		{"what is wrong has a place",
			"## Identified Search Queries\n1. **A Slug** — A\n2. **b** — \n3. **..** — C\n4. **con** — D\n5. **é** — E\n6. **d** — D\n7. **d** — D2\n## Implementation Phases\n### Phase 1: 日本\n- [ ] **d**\n- [ ] **d**\n- [ ] write it\n",
			"query d | D\nquery d | D2\nphase 日本 | \n[ ] d\n[ ] d\n[ ] \n" +
				"2:6 error bad-slug: query \"A Slug\": slug \"A Slug\" is not made of lower-case words with single hyphens between\n" +
				"3:6 error no-title: query \"b\": no title\n" +
				"4:6 error bad-slug: query \"..\": slug \"..\" is not made of lower-case words with single hyphens between\n" +
				"5:6 error bad-slug: query \"con\": slug \"con\" is the name of a device on Windows\n" +
				"6:6 error bad-slug: query \"é\": slug \"é\" is not made of lower-case words with single hyphens between\n" +
				"8:6 error duplicate-slug: query \"d\": duplicate slug (first at line 7)\n" +
				"10:5 error bad-phase: phase \"日本\": no category can be named after it\n" +
				"12:9 error duplicate-item: item \"d\": already in the phases (first at line 11)\n" +
				"13:7 warning item-without-slug: item \"write it\": the plan does not say which article it is\n"},
		{"positions count characters, of the garbled source too",
			"## Identified Search Queries\n1. **x y** â€” X\n## âœ… Implementation Phases\n### Phase 1: P\n- [ ] âœ… **z**\n",
			"phase P | p\n[ ] \n2:6 error bad-slug: query \"x y\": slug \"x y\" is not made of lower-case words with single hyphens between\n" +
				"5:7 warning item-without-slug: item \"✅ **z**\": the plan does not say which article it is\n"},
		{"what is used must be UTF-8, the rest may be anything",
			"\n# Caf\xe9\n\xff\n## Identified Search Queries\n1. **a** — \xe9\n", "query a | \xe9\n2:6 error not-utf8: not UTF-8: the byte 0xE9\n"},
		{"a query in another encoding", "## Identified Search Queries\n- \"a\"\n- \x93caf\xe9 latte\x94\n", "query a | A\n3:3 error not-utf8: not UTF-8: the byte 0x93\n"},
		{"a phase in another encoding", "## Implementation Phases\n### Phase 1: Caf\xe9\n", "phase Caf\xe9 | caf\n2:17 error not-utf8: not UTF-8: the byte 0xE9\n"},
		{"an item in another encoding", "## Implementation Phases\n### Phase 1: P\n- [ ] **a** â€” \xe9\n- \xe9\n", "phase P | p\n[ ] a\n3:17 error not-utf8: not UTF-8: the byte 0xE9\n"},
		{"other text in another encoding", "\xff\n## \xe9\n- \xe9\n## Identified Search Queries\n\xe9\n1. **a** — A\n\n   \xe9\n## COMPLETED TASKS\n### P\xe9\n- [x] **a** \xe9\n", "query a | A\n"},
		{"an item of another document's own kind is left alone", "## Implementation Phases\n### Setup\n- [ ] **Install Docker**\n",
			"phase Setup | setup\n[ ] \n3:9 warning item-without-slug: item \"Install Docker\": slug \"Install Docker\" is not made of lower-case words with single hyphens between\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for form, change := range map[string]func(string) string{
				"LF":   func(s string) string { return s },
				"CRLF": func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
				"BOM":  func(s string) string { return "\ufeff" + s },
			} {
				want := test.want
				if got := outline(Parse("plan.md", []byte(change(test.source)), options)); got != want {
					t.Errorf("%s: got:\n%s\nwant:\n%s", form, got, want)
				}
			}
		})
	}
}

func TestTitle(t *testing.T) {
	for query, want := range map[string]string{
		"how to handle ai model downtime":      "How to Handle AI Model Downtime",
		"what to do when ai models fail":       "What to Do When AI Models Fail",
		"multi-provider ai failover":           "Multi-Provider AI Failover",
		"ai api fallback implementation":       "AI API Fallback Implementation",
		"is gpt-4 better than claude for sre?": "Is GPT-4 Better Than Claude for SRE?",
		"the best of":                          "The Best Of",
		"state-of-the-art llms":                "State-of-the-Art LLMs",
		"iPhone vs android":                    "iPhone vs Android",
		"écrire un plan":                       "Écrire Un Plan",
	} {
		if got := Title(query, DefaultKeepCase); got != want {
			t.Errorf("Title(%q) = %q, want %q", query, got, want)
		}
	}
}

func TestSearchText(t *testing.T) {
	for line, want := range map[string]string{
		"- Tea Kettles":     "Tea Kettles",
		"* a":               "a",
		"\t12)  tea trays ": "tea trays",
		`3. "Tea Towels"`:   "Tea Towels",
		"• „Tee kochen“":    "Tee kochen",
		"– « thé vert »":    "thé vert",
		"-":                 "",
		`"tea" or "coffee"`: `"tea" or "coffee"`,
		`15" tea tray`:      `15" tea tray`,
		"7 teas":            "7 teas",
		"-5 degrees":        "-5 degrees",
		"3.5 litre kettle":  "3.5 litre kettle",
		"tea - how hot?":    "tea - how hot?",
	} {
		if got := SearchText(line); got != want {
			t.Errorf("SearchText(%q) = %q, want %q", line, got, want)
		}
	}
}

func TestSamePage(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"https://h/learn/a", "https://h/learn/a/", true},
		{"https://H/learn/a", "http://h/learn/a/", true},
		{"/learn/a", "https://h/learn/a/", true},
		{"https://h/learn/a#x", "https://h/learn/a/", true},
		{"https://h/learn/a", "https://other/learn/a", false},
		{"https://h/learn/a", "https://h/learn/b", false},
		{"https://h/learn/A", "https://h/learn/a", false},
		{"%zz", "%zz", true},
		{"%zz", "https://h/", false},
	}
	for _, test := range tests {
		if got := SamePage(test.a, test.b); got != test.want {
			t.Errorf("SamePage(%q, %q) = %v", test.a, test.b, got)
		}
	}
}

func TestLinks(t *testing.T) {
	for source, want := range map[string]string{
		`see [a](b)`:                          "a b",
		`[a](<b c>)`:                          "a b c",
		`[a](b "title (x)")`:                  "a b",
		`[a](b(c)d)`:                          "a b(c)d",
		"`[no](x)` [a](b)":                    "a b",
		`\[no](x) [a](b)`:                     "a b",
		`[[inner](b)](c)`:                     "inner b",
		`[not](a link [a](b)`:                 "a b",
		`[a] (b)`:                             "",
		`<https://h/x> [a](b)`:                "https://h/x https://h/x",
		`<mailto:x@h> <https://h /x>`:         "mailto:x@h mailto:x@h",
		`see https://h.i/x, or not`:           "https://h.i/x https://h.i/x",
		`(https://h.i/x_(y))`:                 "https://h.i/x_(y) https://h.i/x_(y)",
		`http:///x https://`:                  "",
		`see https://h/x`:                     "", // a name without a dot is no address to GitHub
		`www.h.i/x`:                           "www.h.i/x www.h.i/x",
		`**http://h.i/**`:                     "http://h.i/ http://h.i/",
		`xhttps://h/ httpsx://h`:              "",
		"`https://h/no` [a](b)":               "a b",
		`[https://h/x](b)`:                    "https://h/x b",
		`[see https://h/x now](b)`:            "see https://h/x now b",
		`[x https://h.i/x`:                    "", // nor what stands after a bracket that may start a link
		`[x https://h.i/x [a](b)`:             "a b",
		`![a](b) <!-- [c](d) -->`:             "",
		`[a](b\)c)`:                           `a b\)c`,
		`[text][ref a]`:                       "text /r",
		`[ref A][]`:                           "ref A /r",
		`[REF A] (b)`:                         "REF A /r",
		`[text][b]`:                           "text x y",
		`[text][ref a](b)`:                    "text /r",
		`[text][none] [code] [^n]`:            "",
		strings.Repeat("<https://h ", 900):    "",
		strings.Repeat("[ https://h.i/ ", 90): "",
		strings.Repeat("[a][", 900):           "",
		"``unclosed [a](b)":                   "a b",
		strings.Repeat("[", 900):              "",
		strings.Repeat("[](", 900):            "",
		strings.Repeat("[](<", 900):           "",
		strings.Repeat(`[](a "`, 900):         "",
	} {
		p := Parse("plan.md", []byte(source+"\n\n[Ref  A]: /r 'title'\n[ref a]: /second\n[b]:<x y>\n\n    [code]: /no\n[^n]: /no\n"), options)
		got := ""
		for link := range p.links(Span{0, len(source)}) {
			got = p.slice(link.Text) + " " + p.slice(link.URL)
			break
		}
		if got != want {
			t.Errorf("%.40q: got %q, want %q", source, got, want)
		}
	}
}

// Documents that were never meant for people take time in proportion to their size: at these, what grew faster would
// not come to an end. BenchmarkHostile tells the figures.
func TestHostileDocuments(t *testing.T) {
	documents := hostile(1 << 20) // "headings" has 262,144, "blank" a million lines
	long := hostile(10 << 20)
	for _, name := range []string{"one line", "brackets", "lines"} {
		documents["ten times: "+name] = long[name]
	}
	pages := published("a", "b1", "b2")
	for name, source := range documents {
		p := Parse(name, []byte(source), options)
		if got := mustSync(t, p, nil, SyncOptions{}); got != source {
			t.Errorf("%s changed", name)
		}
		if len(p.Errors()) > 0 {
			continue
		}
		once := mustSync(t, p, pages, SyncOptions{})
		if got := mustSync(t, Parse(name, []byte(once), options), pages, SyncOptions{}); got != once {
			t.Errorf("%s changed again", name)
		}
		mustSync(t, p, nil, SyncOptions{Prune: true})
	}
}

// hostile returns documents of about n bytes that are hard on a parser.
func hostile(n int) map[string]string {
	const head = "## Identified Search Queries\n1. **a** — A\n## Implementation Phases\n### Phase 1: P\n"
	fill := func(s string) string { return head + strings.Repeat(s, n/len(s)) }
	number := func(format string, count int) string {
		var b strings.Builder
		for i := range count {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	return map[string]string{
		"one line":      fill("x"),
		"lines":         fill("a b c d e\n"), // of 10 bytes: a million in 10 MB
		"nested deeper": head + nest(n),
		"quotes":        fill("> "),
		"many phases": head + number("### Phase 1: P%d ✅\n- [x] **b%[1]d**\n", n/100) +
			"## COMPLETED TASKS\n" + number("### Phase 1: P%d ✅\n- [x] **b%[1]d**\n", n/100) +
			"## Created Articles Summary\n" + number("### P%d Articles\n- **B%[1]d**: [/learn/b%[1]d](/learn/b%[1]d)\n", n/100),
		"phases of one name": head + number("### Phase 1: P ✅\n- [x] **b%d**\n", n/100) +
			"## COMPLETED TASKS\n" + number("### Phase 1: P ✅\n- [x] **b%d**\n", n/100),
		"brackets":         fill("["),
		"headings":         fill("# a\n"),
		"phases":           fill("### Phase 1: P ✅\n"),
		"open comments":    fill("text <!-- a\n\n"),
		"open comments CR": fill("text <!-- a\r\n\r\n"),
		"fences":           fill("```\n"),
		"nested lists":     fill("- "),
		"backquotes":       fill("- [ ] **a** `` ` ``` \n"),
		"garbled":          fill("âœ…"),
		"blank":            fill("\n"),
		"NUL":              fill("\x00"),
		"setext":           fill("a\n---\n"),
		"bold":             fill("- [ ] **a"),
		"links":            fill("- [x] **a** [/x](y \""),
		"addresses":        fill("- [x] **a** " + strings.Repeat("[ https://h ", 5000) + "\n"),
		"references":       fill("- [x] **a** " + strings.Repeat("[a][", 15000) + "\n[a]: /x\n"),
		"definitions":      head + number("[%d]: /x\n", n/12),
	}
}

// nest returns a list of about n bytes, each item inside the one before.
func nest(n int) string {
	var b strings.Builder
	for depth := 0; b.Len() < n; depth++ {
		b.WriteString(strings.Repeat(" ", 2*depth) + "- a\n")
	}
	return b.String()
}

func BenchmarkHostile(b *testing.B) {
	for _, size := range []int{1 << 16, 1 << 20} {
		for name, source := range hostile(size) {
			b.Run(fmt.Sprintf("%s/%dKiB", strings.ReplaceAll(name, " ", "-"), size>>10), func(b *testing.B) {
				b.SetBytes(int64(len(source)))
				for b.Loop() {
					Parse(name, []byte(source), options)
				}
			})
		}
	}
}
