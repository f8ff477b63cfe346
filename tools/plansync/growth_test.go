package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A growth is a kind of input that once took, or could take, time that grows with the square of its size.
type growth struct {
	name string
	file string                // of the site
	text func(size int) string // about so many bytes
}

// growthOf repeats a part, between a beginning and an end. "%d" in the part is its number.
func growthOf(start, part, end string) func(int) string {
	return func(size int) string {
		var b strings.Builder
		b.WriteString(start)
		numbered := strings.Contains(part, "%d")
		for i := 0; b.Len() < size; i++ {
			if numbered {
				b.WriteString(strings.ReplaceAll(part, "%d", fmt.Sprint(i)))
			} else {
				b.WriteString(part)
			}
		}
		b.WriteString(end)
		return b.String()
	}
}

const (
	growthPage = "content/learn/a/index.md"
	growthPlan = "plan/p.md"
)

var growths = []growth{
	// Plans.
	{"queries", growthPlan, growthOf("## Identified Search Queries\n", "1. **q%d** — Query %d\n", "")},
	{"queries of one slug", growthPlan, growthOf("## Identified Search Queries\n", "1. **a** — A\n", "")},
	{"quoted queries", growthPlan, growthOf("## Identified Search Queries\n", "- \"a query %d\"\n", "")},
	{"phases", growthPlan, growthOf(goodPlan, "### Phase %d: P%d\n- [ ] **q%d**\n", "")},
	{"phases of one name", growthPlan, growthOf(goodPlan, "### Phase 1: P\n- [x] **a**\n", "")},
	{"items of one phase", growthPlan, growthOf(goodPlan, "- [ ] **q%d**\n", "")},
	{"blank lines before the completed phases", growthPlan, func(size int) string {
		n := size / 60
		return growthOf(goodPlan, "### Phase 1: P%d\n- [ ] **s%d**\n", "")(size/2) + "## COMPLETED TASKS\n" + strings.Repeat("\n", 30*n) + "### Phase 1: Other\n- [x] **zz**\n"
	}},
	{"blank lines", growthPlan, growthOf(goodPlan, "\n", "## COMPLETED TASKS\n\n## Created Articles Summary\n")},
	{"summary lines", growthPlan, growthOf(goodPlan+"## Created Articles Summary\n### P Articles\n", "- **T %d**: [/learn/x%d](https://h.example/learn/x%d) - h\n", "")},
	{"open brackets", growthPlan, growthOf(goodPlan+"- [ ] **b** ", "[", "\n")},
	{"brackets and parentheses", growthPlan, growthOf(goodPlan+"- [ ] **b** ", "](", ")\n")},
	{"links in one item", growthPlan, growthOf(goodPlan+"- [ ] **b** ", "[x](/learn/a) ", "\n")},
	{"stars", growthPlan, growthOf(goodPlan+"- [ ] ", "**a* ", "\n")},
	{"backquotes", growthPlan, growthOf(goodPlan, "`` ` ", "\n")},
	{"quotation marks", growthPlan, growthOf("## Identified Search Queries\n- ", "\"a ", "\n")},
	{"block quotes", growthPlan, growthOf(goodPlan, ">", " x\n")},
	{"nested lists", growthPlan, growthOf(goodPlan, "- ", "x\n")},
	{"definitions", growthPlan, growthOf(goodPlan, "[d%d]: /x%d\n", "[d0]\n")},
	{"tables", growthPlan, growthOf(goodPlan, "| a | b |\n|---|---|\n| c%d | d |\n\n", "")},
	{"one wide table", growthPlan, growthOf(goodPlan+"\n|", "a|", "\n")},
	{"comments", growthPlan, growthOf(goodPlan, "<!-- ", "\n")},
	{"a line without end", growthPlan, growthOf("## Identified Search Queries\n1. **a** — ", "word ", "\n")},
	{"entities", growthPlan, growthOf("## Identified Search Queries\n1. **a** — ", "&amp;", "\n")},
	{"headings", growthPlan, growthOf(goodPlan, "# x\n", "")},
	{"front matter without an end", growthPlan, growthOf("---\n", "a%d: b\n", goodPlan)},
	{"nested garble", growthPlan, func(size int) string {
		return goodPlan + strings.Repeat("ââ", size/8) + "€" + strings.Repeat("š¬", size/8) + "\n"
	}},
	{"carriage returns", growthPlan, growthOf(goodPlan, "\r", "")},
	{"NUL", growthPlan, growthOf(goodPlan, "\x00", "")},
	{"broken UTF-8", growthPlan, growthOf(goodPlan, "\xff", "")},
	// Pages.
	{"a page of addresses", growthPage, growthOf("---\ntitle: A\n---\n", "](", ")\n")},
	{"a page of brackets", growthPage, growthOf("---\ntitle: A\n---\n", "[", "\n")},
	{"a page of images", growthPage, growthOf("---\ntitle: A\n---\n", "![](x) ", "\n")},
	{"a page of definitions", growthPage, growthOf("---\ntitle: A\n---\n", "[x%d]: https://x.example/%d\n", "\n")},
	{"a page of shortcodes", growthPage, growthOf("---\ntitle: A\n---\n", "{{< code file=\"x\" ", "\n")},
	{"a page of closed shortcodes", growthPage, growthOf("---\ntitle: A\n---\n", "{{< x >}}\n", "\n")},
	{"a page of one word", growthPage, growthOf("---\ntitle: A\n---\n", "x", "\n")},
	{"a page of words", growthPage, growthOf("---\ntitle: A\n---\n", "word%d ", "\n")},
	{"a page of equal paragraphs", growthPage, growthOf("---\ntitle: A\n---\n", strings.Repeat("word ", 40)+"\n\n", "\n")},
	{"a page of fences", growthPage, growthOf("---\ntitle: A\n---\n", "```\n", "\n")},
	{"a page of longer and longer fences", growthPage, growthOf("---\ntitle: A\n---\n````````````````\n", "``````````\n", "\n")},
	{"a page of block quotes", growthPage, growthOf("---\ntitle: A\n---\n", "> ", "\n")},
	{"a page of headings", growthPage, growthOf("---\ntitle: A\n---\n", "# x\n", "\n")},
	{"a page of comments", growthPage, growthOf("---\ntitle: A\n---\n", "<!-- x\n", "\n")},
	{"a page of tables", growthPage, growthOf("---\ntitle: A\n---\n", "| a | b |\n", "\n")},
	{"YAML comments", growthPage, growthOf("---\n", "# x\n", "title: A\n---\n")},
	{"YAML blank lines", growthPage, growthOf("---\n", "\n", "title: A\n---\n")},
	{"a YAML block scalar", growthPage, growthOf("---\ntitle: A\nx: |\n", "  draft: true\n", "---\n")},
	{"a folded YAML scalar", growthPage, growthOf("---\ntitle: A\nx: >\n", "  a\n\n", "---\n")},
	{"a plain YAML scalar", growthPage, growthOf("---\ntitle: A\nx: a\n", "  a\n", "---\n")},
	{"a quoted YAML scalar", growthPage, growthOf("---\ntitle: A\nx: \"", "\\u00e9", "\"\n---\n")},
	{"a YAML list", growthPage, growthOf("---\ntitle: A\nx:\n", "- a\n", "---\n")},
	{"a YAML flow list", growthPage, growthOf("---\ntitle: A\nx: [", "a, ", "]\n---\n")},
	{"a deep YAML list", growthPage, growthOf("---\ntitle: A\nx: ", "[", "\n---\n")},
	{"deep YAML block lists", growthPage, growthOf("---\ntitle: A\nx:\n ", "- ", "a\n---\n")},
	{"YAML keys", growthPage, growthOf("---\ntitle: A\n", "k%d: 1\n", "---\n")},
	{"YAML anchors", growthPage, growthOf("---\ntitle: A\nx:\n", "- &a%d b\n- *a%d\n", "---\n")},
	{"YAML question marks", growthPage, growthOf("---\ntitle: A\n", "? ", "a\n---\n")},
	{"YAML indentation", growthPage, growthOf("---\ntitle: A\nx:\n", " ", "a\n---\n")},
	{"TOML comments", growthPage, growthOf("+++\n", "# x\n", "title = 'A'\n+++\n")},
	{"a TOML array", growthPage, growthOf("+++\ntitle = 'A'\nx = [", "1, ", "]\n+++\n")},
	{"a deep TOML array", growthPage, growthOf("+++\ntitle = 'A'\nx = ", "[", "\n+++\n")},
	{"a long TOML text", growthPage, growthOf("+++\ntitle = 'A'\nx = \"\"\"", "\\u00e9\n", "\"\"\"\n+++\n")},
	{"TOML keys", growthPage, growthOf("+++\ntitle = 'A'\n", "k%d = 1\n", "+++\n")},
	{"TOML tables", growthPage, growthOf("+++\ntitle = 'A'\n", "[t%d]\n", "+++\n")},
	{"TOML arrays of tables", growthPage, growthOf("+++\ntitle = 'A'\n", "[[t]]\n", "+++\n")},
	{"a dotted TOML key", growthPage, growthOf("+++\ntitle = 'A'\nx", ".a", " = 1\n+++\n")},
	{"a JSON list", growthPage, growthOf("{\"title\": \"A\", \"x\": [1", ", 1", "]}\n")},
	{"deep JSON", growthPage, growthOf("{\"title\": \"A\", \"x\": ", "[", "}\n")},
	{"JSON keys", growthPage, growthOf("{\"title\": \"A\"", ", \"k%d\": 1", "}\n")},
	{"front matter that never ends", growthPage, growthOf("+++\n", "a\n", "")},
}

// growthCommands are the commands that read a file of the kind.
func growthCommands(file string) [][]string {
	if file == growthPlan {
		return [][]string{{"status"}, {"check"}, {"sync", "--dry-run"}, {"sync", "--prune", "--dry-run"}, {"stubs", "--dry-run"},
			{"repair", "--dry-run", growthPlan}, {"brief", "a"}}
	}
	return [][]string{{"status"}, {"check"}, {"sync", "--dry-run"}, {"stubs", "--update", "--dry-run"}, {"brief", "a"}, {"repair", "--dry-run", growthPage}}
}

// took runs a command on an input of so many bytes, and returns its time.
func (g growth) took(t testing.TB, dir string, command []string, size int) time.Duration {
	t.Helper()
	path := filepath.Join(dir, g.file)
	if err := os.WriteFile(path, []byte(g.text(size)), 0o666); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"plansync", "-C", dir, command[0], "--hugo", filepath.Join(dir, "fake")},
		command[1:]...)
	if last := len(args) - 1; command[0] == "repair" {
		args[last] = path
	}
	var out bytes.Buffer
	start := time.Now()
	run(context.Background(), args, world{stdin: strings.NewReader(""), stdout: &out, stderr: &out, now: now})
	return time.Since(start)
}

func growthSite(t testing.TB) string {
	dir := t.TempDir()
	for name, data := range map[string]string{"hugo.toml": "title = 'T'\n", growthPlan: goodPlan, growthPage: "---\ntitle: A\n---\n",
		// Hugo's own time is not ours.
		"fake": fakeScript("echo " + listHeader + "; echo " +
			listLine("content/learn/a/index.md", "https://h.example/learn/a/", false))} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// BenchmarkGrowth prints how the time of each command grows with each kind of input: with which power of its size,
// between the smallest and the largest, after a warm-up.
//
//	go test ./tools/plansync -run '^$' -bench Growth -benchtime 1x -timeout 4h
func BenchmarkGrowth(b *testing.B) {
	sizes := []int{1 << 20, 2 << 20, 4 << 20, 8 << 20}
	for _, g := range growths {
		for _, command := range growthCommands(g.file) {
			b.Run(g.name+"/"+strings.Join(command[:len(command)-1], " ")+command[len(command)-1], func(b *testing.B) {
				dir := growthSite(b)
				var times []time.Duration
				for range b.N {
					times = nil
					for _, size := range sizes {
						times = append(times, g.took(b, dir, command, size))
					}
				}
				last := len(sizes) - 1
				b.ReportMetric(math.Log(float64(times[last])/float64(times[0]))/math.Log(float64(sizes[last])/float64(sizes[0])), "exponent")
				for i, size := range sizes {
					b.ReportMetric(times[i].Seconds(), fmt.Sprintf("s/%dMB", size>>20))
				}
			})
		}
	}
}

// No kind of input takes four times the size more than ten times as long: what grows with the
// square takes sixteen times. Of what takes long enough to tell, the shortest of three runs counts.
func TestGrowth(t *testing.T) {
	if testing.Short() {
		t.Skip("many runs")
	}
	const size = 1 << 17
	for _, g := range growths {
		t.Run(g.name, func(t *testing.T) {
			dir := growthSite(t)
			for _, command := range growthCommands(g.file) {
				if g.took(t, dir, command, 4*size) < 300*time.Millisecond {
					continue
				}
				shortest := func(size int) time.Duration {
					return min(g.took(t, dir, command, size), g.took(t, dir, command, size),
						g.took(t, dir, command, size))
				}
				if small, large := shortest(size), shortest(4*size); large > 10*small {
					t.Errorf("%q takes %v at %d kB and %v at %d kB", command, small, size>>10, large, 4*size>>10)
				}
			}
		})
	}
}
