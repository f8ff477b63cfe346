package markdown

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// outline writes a document as it is read: one block a line, what is inside it further in.
func outline(d *Document) string {
	var b strings.Builder
	if d.Front.Len() > 0 {
		fmt.Fprintf(&b, "front %q\n", d.Slice(d.Front))
	}
	depth := make([]int, len(d.Blocks))
	for i := range d.Blocks {
		block := &d.Blocks[i]
		if block.Parent >= 0 {
			depth[i] = depth[block.Parent] + 1
		}
		fmt.Fprintf(&b, "%s%s", strings.Repeat("  ", depth[i]), block.Kind)
		if block.Level > 0 {
			fmt.Fprintf(&b, " %d", block.Level)
		}
		if block.Marker.Len() > 0 {
			fmt.Fprintf(&b, " marker %q", d.Slice(block.Marker))
		}
		if block.Box > 0 {
			fmt.Fprintf(&b, " box %q", d.Source[block.Box])
		}
		if block.Kind == Cell && block.Text.Start < 0 {
			b.WriteString(" missing")
		} else if !slices.Contains([]Kind{List, Item, Quote, Table, Row}, block.Kind) {
			fmt.Fprintf(&b, " %q", d.Slice(block.Text))
		}
		if block.Kind != Cell && block.Kind != Row {
			fmt.Fprintf(&b, " lines %q", d.Slice(block.Lines))
		}
		b.WriteString("\n")
		inlines := d.InlinesOf(block)
		if len(inlines) > 0 {
			if plain := d.Plain(block.Text); plain != d.Slice(block.Text) {
				fmt.Fprintf(&b, "%s  plain %q\n", strings.Repeat("  ", depth[i]), plain)
			}
		}
		for j := range inlines {
			in := &inlines[j]
			name := [...]string{"", "", "strong", "emphasis", "strike", "link", "image", "code",
				"raw"}[in.Kind]
			if name == "" {
				continue
			}
			fmt.Fprintf(&b, "%s  %s %q inside %q", strings.Repeat("  ", depth[i]), name,
				d.Slice(in.Whole), d.Slice(in.Inner))
			if in.Kind == Link {
				fmt.Fprintf(&b, " to %q", d.Slice(in.Address))
				if target := d.Target(in); target != d.Slice(in.Address) {
					fmt.Fprintf(&b, " that is %q", target)
				}
			}
			b.WriteString("\n")
		}
	}
	for _, c := range d.Comments {
		fmt.Fprintf(&b, "comment %q\n", d.Slice(c))
	}
	return b.String()
}

// Each archive in testdata has documents, NAME.md, and how they are read, NAME.txt. In them "␍" is
// a CR, "→" a tab and "⇥" the byte order mark.
func TestParse(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	form := strings.NewReplacer("␍", "\r", "→", "\t", "⇥", "\ufeff")
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, file := range archive.Files {
			name, ok := strings.CutSuffix(file.Name, ".md")
			if !ok {
				continue
			}
			t.Run(name, func(t *testing.T) {
				doc, err := Parse([]byte(form.Replace(string(file.Data))))
				if err != nil {
					t.Fatal(err)
				}
				got := outline(doc)
				if os.Getenv("UPDATE_GOLDEN") != "" {
					archive.Files[i+1].Data = []byte(got)
				} else if want := string(archive.Files[i+1].Data); got != want {
					t.Errorf("got:\n%s\nwant:\n%s", got, want)
				}
			})
		}
		if os.Getenv("UPDATE_GOLDEN") != "" {
			if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"quotes in quotes", "a\n\n" + strings.Repeat("> ", 300), "3:201: " + tooDeep},
		{"lists in lists", strings.Repeat("- ", 300) + "a", "1:101: " + tooDeep},
		{"stars in a paragraph", "é\n\n> " + strings.Repeat("*a_", 4000), "3:3: " + tooMuchMarkup},
		{"stars over many lines", strings.Repeat("*a_\n", 3000), "1:1: " + tooMuchMarkup},
		{"stars in a heading", "# " + strings.Repeat("*a_", 4000), "1:3: " + tooMuchMarkup},
		{"stars in a cell", "a | b\n--|--\nx | " + strings.Repeat("*a_", 4000), "3:5: " + tooMuchMarkup},
		{"definitions", strings.Repeat("[a]: b\n", 9000), "1:1: " + tooManyDefinitions},
		{"a long text", strings.Repeat("word ", 100_000), ""},
		{"a long table", "a | b\n--|--\n" + strings.Repeat("*x* | `y`\n", 20_000), ""},
		{"an image in the document",
			"[image1]: <data:image/png;base64," + strings.Repeat("iVBORw0KGgo", 100_000) + ">\n", ""},
		{"many paragraphs", strings.Repeat("**a** [b](c)\n\n", 10_000), ""},
	} {
		doc, err := Parse([]byte(test.source))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != test.want || (doc == nil) != (err != nil) {
			t.Errorf("%s: %v, %q, want %q", test.name, doc != nil, got, test.want)
		}
	}
}

// check says what is wrong with the spans of a document, whatever its text.
func check(d *Document) error {
	for i, b := range d.Blocks {
		if b.Parent >= i || b.Next <= i || b.Next > len(d.Blocks) {
			return fmt.Errorf("block %d: parent %d, next %d", i, b.Parent, b.Next)
		}
		if b.Lines.Start < 0 || b.Lines.End < b.Lines.Start || b.Lines.End > len(d.Source) {
			return fmt.Errorf("block %d, %s: lines %v", i, b.Kind, b.Lines)
		}
		if b.Parent >= 0 {
			parent := d.Blocks[b.Parent]
			if b.Next > parent.Next || b.Kind != Cell && !parent.Lines.Contains(b.Lines) {
				return fmt.Errorf("block %d, %s %v is outside %s %v", i, b.Kind, b.Lines,
					parent.Kind, parent.Lines)
			}
		}
		if b.Text.Start >= 0 && !b.Lines.Contains(b.Text) {
			return fmt.Errorf("block %d, %s: text %v outside lines %v", i, b.Kind, b.Text, b.Lines)
		}
		if b.Marker.Start >= 0 && !b.Lines.Contains(b.Marker) {
			return fmt.Errorf("block %d, %s: marker %v outside lines %v", i, b.Kind, b.Marker, b.Lines)
		}
		if b.Box > 0 && (d.Source[b.Box-1] != '[' || d.Source[b.Box+1] != ']') {
			return fmt.Errorf("block %d: no box at %d", i, b.Box)
		}
		last := 0
		for j, in := range d.InlinesOf(&b) {
			if in.Whole.Start < last || !in.Whole.Contains(in.Inner) || in.Inner.Len() < 0 ||
				in.Next <= b.inlines.Start+j || in.Next > b.inlines.End {
				return fmt.Errorf("inline %d of block %d: %+v after %d", j, i, in, last)
			}
			if in.Kind != Break && in.Whole.Len() > 0 && !b.Text.Contains(in.Whole) {
				return fmt.Errorf("inline %+v of block %d outside its text %v", in, i, b.Text)
			}
			last = in.Whole.Start
			whole := string(d.Source[in.Whole.Start:in.Whole.End])
			switch in.Kind {
			case Strong:
				if len(whole) < 4 || whole[:2] != "**" && whole[:2] != "__" ||
					whole[len(whole)-2:] != whole[:2] {
					return fmt.Errorf("strong %q", whole)
				}
			case CodeSpan:
				if whole[0] != '`' || whole[len(whole)-1] != '`' ||
					in.Inner.Start-in.Whole.Start != in.Whole.End-in.Inner.End {
					return fmt.Errorf("code %q", whole)
				}
			case Link:
				if !in.Bare && (whole[0] != '[' || d.Source[in.Inner.End] != ']') {
					return fmt.Errorf("link %q", whole)
				}
				if in.Address.Start < 0 || in.Address.Len() < 0 || in.Address.End > len(d.Source) {
					return fmt.Errorf("address %v", in.Address)
				}
			}
		}
		if b.Text.Start >= 0 {
			d.Plain(b.Text)
		}
	}
	for _, c := range d.Comments {
		if text := d.Slice(c); !strings.HasPrefix(text, "<!--") {
			return fmt.Errorf("comment %q", text)
		}
	}
	return nil
}

// The spans of every document are inside it and inside each other.
func FuzzParse(f *testing.F) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".md") {
				f.Add(file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		doc, err := Parse(source)
		if err != nil {
			return
		}
		if err := check(doc); err != nil {
			t.Fatalf("%v\n%q", err, source)
		}
	})
}

// Markdown that people wrote for other ends is read, and its spans hold. PLANSYNC_TEST_CORPUS names
// the folders to look in, as a list of paths.
func TestCorpus(t *testing.T) {
	list := os.Getenv("PLANSYNC_TEST_CORPUS")
	if list == "" {
		t.Skip("PLANSYNC_TEST_CORPUS names no folders")
	}
	files := 0
	for _, root := range filepath.SplitList(list) {
		err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() || filepath.Ext(path) != ".md" {
				return nil // what cannot be read is not of the corpus
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return nil
			}
			files++
			doc, err := Parse(data)
			if err != nil {
				t.Errorf("%s:%v", path, err)
				return nil
			}
			if err := check(doc); err != nil {
				t.Errorf("%s: %v", path, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 500 {
		t.Errorf("%d files make no corpus", files)
	}
}
