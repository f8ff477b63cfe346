package markdown

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The witness is a reader: goldmark renders the document as Hugo does, another parser reads the
// HTML, and what it shows is compared with what this package says is there. Raw HTML is left out, as
// Hugo leaves it out, so that whatever element is in the output is one that Markdown made.
var witness = goldmark.New(goldmark.WithExtensions(extension.GFM))

// A seen is what a reader sees of a document, in order.
type seen []string

// rendered returns what a browser shows of the document.
func rendered(t testing.TB, source []byte) (list seen) {
	var b bytes.Buffer
	if err := witness.Convert(source, &b); err != nil {
		t.Fatal(err)
	}
	root, err := nethtml.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(*nethtml.Node)
	walk = func(n *nethtml.Node) {
		switch n.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			list = append(list, fmt.Sprintf("heading %s %q", n.Data[1:], shown(n)))
		case atom.Li:
			box := "none"
			first := firstShown(n)
			if first != nil && (first.DataAtom == atom.P || first.DataAtom == atom.H1 || first.DataAtom == atom.H2) {
				first = firstShown(first)
			}
			if first != nil && first.DataAtom == atom.Input {
				box = boxOf(first)
			}
			list = append(list, "item, box "+box)
		case atom.Td, atom.Th:
			list = append(list, fmt.Sprintf("cell %q", shown(n)))
		case atom.A:
			list = append(list, fmt.Sprintf("link %q", shown(n)))
		case atom.Code:
			list = append(list, "code")
		case atom.Blockquote:
			list = append(list, "quote")
		case atom.Hr:
			list = append(list, "rule")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return list
}

// firstShown returns the first child that is more than white space.
func firstShown(n *nethtml.Node) *nethtml.Node {
	c := n.FirstChild
	for c != nil && c.Type == nethtml.TextNode && strings.TrimSpace(c.Data) == "" {
		c = c.NextSibling
	}
	return c
}

func boxOf(input *nethtml.Node) string {
	for _, a := range input.Attr {
		if a.Key == "checked" {
			return "checked"
		}
	}
	return "open"
}

// shown returns the letters that a reader sees inside an element.
func shown(n *nethtml.Node) string {
	var b strings.Builder
	var walk func(*nethtml.Node)
	walk = func(n *nethtml.Node) {
		if n.Type == nethtml.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return letters(b.String())
}

// letters drops blanks, which HTML and plain text keep differently.
func letters(s string) string { return strings.Join(strings.Fields(s), "") }

// seen returns what this package says of the document, in the same words.
func (d *Document) seen() (list seen) {
	for i := range d.Blocks {
		b := &d.Blocks[i]
		switch b.Kind {
		case Heading:
			list = append(list, fmt.Sprintf("heading %d %q", b.Level, letters(d.Plain(b.Text))))
		case Item:
			box := "none"
			if b.Box > 0 {
				if box = "checked"; d.Source[b.Box] == ' ' {
					box = "open"
				}
			}
			list = append(list, "item, box "+box)
		case Cell:
			text := ""
			if b.Text.Start >= 0 {
				text = letters(d.Plain(b.Text))
			}
			list = append(list, fmt.Sprintf("cell %q", text))
		case Quote:
			list = append(list, "quote")
		case Rule:
			list = append(list, "rule")
		case Code:
			list = append(list, "code")
		}
		for _, in := range d.InlinesOf(b) {
			switch in.Kind {
			case Link:
				list = append(list, fmt.Sprintf("link %q", letters(d.Plain(in.Inner))))
			case CodeSpan:
				list = append(list, "code")
			}
		}
	}
	return list
}

// hasLinkInLink reports whether an address stands in the text of a link: goldmark nests them, and no
// HTML can.
func (d *Document) hasLinkInLink() bool {
	for i, in := range d.Inlines {
		if in.Kind != Link {
			continue
		}
		for _, inside := range d.Inlines[i+1 : in.Next] {
			if inside.Kind == Link {
				return true
			}
		}
	}
	return false
}

// disagree returns how we and the witness differ, or "".
func disagree(t testing.TB, source []byte) string {
	doc, err := Parse(source)
	if err != nil || doc.Front.Len() > 0 || doc.hasLinkInLink() {
		return "" // beyond the limits, or with front matter, which is no Markdown, or no HTML
	}
	ours, theirs := doc.seen(), rendered(t, source)
	if slices.Equal(ours, theirs) {
		return ""
	}
	// goldmark puts a heading that stands above a table after it, where no reader looks for it.
	if slices.Equal(slices.Sorted(slices.Values(ours)), slices.Sorted(slices.Values(theirs))) {
		return ""
	}
	return fmt.Sprintf("%q\nours:    %s\nreader:  %s", source, strings.Join(ours, "; "), strings.Join(theirs, "; "))
}

// A grammar writes documents of what plans are made of, and of what goes wrong in them.
type grammar struct {
	*rand.Rand
	strings.Builder
}

func (g *grammar) pick(of ...string) string { return of[g.IntN(len(of))] }

// inline writes a run of text with marks, often ones that do not fit.
func (g *grammar) inline() string {
	var b strings.Builder
	for range 1 + g.IntN(5) {
		b.WriteString(g.pick("word", "a-slug", " ", " ", "**bold**", "*em*", "`code`", "`` a`b ``", "~~no~~",
			"[a](/u)", "[a](</u v> \"t\")", "[a][r]", "[r]", "![alt](/i.png)", "<https://h.example/>",
			"<https://h.example/?a&amp;b>", "https://h.example/?a&amp;b",
			"https://h.example/x", "www.h.example", "a@h.example", "<!-- c -->", "<b>", "&amp;", `\*`, `\[`,
			"**", "*", "`", "[", "](", ")", "_", "|", `\|`, "<", "✅", "é", "[ ] ", "[x] "))
	}
	return b.String()
}

// block writes a block whose lines start with a prefix.
func (g *grammar) block(prefix string, depth int) {
	line := func(text string) { g.WriteString(prefix + text + "\n") }
	switch n := g.IntN(16); {
	case n < 2:
		line(g.pick("# ", "## ", "### ", "#", "   #### ", "    # ") + g.inline() + g.pick("", " #", " ##", "#"))
	case n < 4:
		line(g.inline())
		line(g.pick("---", "===", "- - -", "***", g.inline(), "    "+g.inline()))
	case n < 7 && depth < 4:
		marker := g.pick("- ", "* ", "1. ", "10) ", "-   ", "-\t", "-", "2026. ")
		g.WriteString(prefix + marker + g.pick("", "[ ] ", "[x] ", "[X] ", "[ ]") + g.inline() + "\n")
		if g.IntN(2) == 0 {
			g.block(prefix+strings.Repeat(" ", g.IntN(6)), depth+1)
		}
	case n < 9 && depth < 4:
		g.block(prefix+g.pick("> ", ">", " > "), depth+1)
	case n < 11:
		columns := 1 + g.IntN(3)
		row := func(cell func() string) {
			cells := make([]string, max(1, columns+g.IntN(5)/4-g.IntN(5)/4))
			for i := range cells {
				cells[i] = cell()
			}
			bar := g.pick("|", "")
			line(bar + strings.Join(cells, "|") + bar)
		}
		row(g.inline)
		line("|" + strings.Repeat(g.pick("--|", ":-:|", "---|"), columns))
		for range g.IntN(3) {
			row(g.inline)
		}
	case n < 12:
		fence := g.pick("```", "~~~", "````")
		line(fence + g.pick("", "go", " a b"))
		g.block(prefix, 4)
		if g.IntN(4) > 0 {
			line(g.pick("", "  ", "    ") + fence)
		}
	case n < 14:
		line(g.pick("<div>", "</div>", "<details>", "<!--", "-->", "<!-- a -->", "<pre>", "</pre>",
			"<?x", "<script>", "<a b", "[r]: /u", "[r]: </u v>\n"+prefix+"'t'"))
	default:
		line(g.inline())
	}
	if g.IntN(2) == 0 {
		g.WriteString(strings.TrimRight(prefix, " ") + "\n")
	}
}

func document(seed uint64) []byte {
	g := &grammar{Rand: rand.New(rand.NewPCG(seed, 1))}
	for range 1 + g.IntN(6) {
		g.block("", 0)
	}
	if g.IntN(2) == 0 {
		g.WriteString("\n[r]: /defined\n")
	}
	return []byte(g.String())
}

// What a reader sees is read, and what nobody sees is not: no heading, item, box, cell, link, quote,
// rule or code is missing, and none too many.
func TestReaderSeesTheSame(t *testing.T) {
	n := uint64(20_000)
	if testing.Short() {
		n = 2_000
	}
	bad := 0
	for seed := range n {
		if d := disagree(t, document(seed)); d != "" {
			if t.Errorf("document %d: %s", seed, d); bad > 3 {
				t.FailNow()
			}
			bad++
		}
	}
}

// The same, for as long as one likes: a seed is a document of the grammar, the bytes are one of
// their own.
func FuzzReaderSeesTheSame(f *testing.F) {
	f.Add(uint64(1), []byte("# a\n- [ ] b\n"))
	f.Fuzz(func(t *testing.T, seed uint64, source []byte) {
		source = bytes.ReplaceAll(source, []byte("\r"), nil) // goldmark has no lone CR, and we do
		for _, source := range [][]byte{document(seed), source} {
			if d := disagree(t, source); d != "" {
				t.Error(d)
			}
		}
	})
}

// The examples of CommonMark's specification, by themselves, in a quote and in an item. They come
// with goldmark's module, and are not copied here.
func TestSpecification(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/yuin/goldmark").Output()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "_test", "spec.json"))
	if err != nil {
		t.Fatal(err)
	}
	var examples []struct {
		Example  int
		Markdown string
	}
	if err := json.Unmarshal(data, &examples); err != nil || len(examples) < 650 {
		t.Fatalf("%d examples, %v", len(examples), err)
	}
	prefixed := func(text, first, rest string) string {
		lines := strings.SplitAfter(text, "\n")
		for i := range lines {
			switch {
			case i == 0:
				lines[i] = first + lines[i]
			case lines[i] != "":
				lines[i] = rest + lines[i]
			}
		}
		return strings.Join(lines, "")
	}
	for _, e := range examples {
		for name, source := range map[string]string{
			"alone":      e.Markdown,
			"in a quote": "# a\n\n" + prefixed(e.Markdown, "> ", "> ") + "\n# b\n",
			"in an item": "## a\n\n- [ ] b\n\n" + prefixed(e.Markdown, "- ", "  ") + "\n- [x] c\n",
		} {
			if d := disagree(t, []byte(source)); d != "" {
				t.Errorf("example %d %s: %s", e.Example, name, d)
			}
		}
	}
}
