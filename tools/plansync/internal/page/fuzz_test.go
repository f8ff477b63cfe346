package page

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// What Set changes is one line, or the two of a new table: those before and behind it keep every byte, and it reads as meant.
func FuzzSet(f *testing.F) {
	for _, source := range []string{
		"+++\n# c\ntitle = \"Old\" # mine\nweight = 7\ndraft = true\ncategories = ['a', \"b\"] # two\n[params]\n  plan = 'p'\nquery=''\n[other]\ntitle = 'x'\n+++\ntext\n+++\n",
		"\ufeff+++\r\ntitle='It''s'\r\nsummary = '''\r\ntitle = 'no'\r\n'''\r\n+++\r\n",
		"---\ntitle: \"a # b\" # c\ncategories: [x, 'y']\nweight: 1\nparams:\n  query: q\n  plan: p\nextra:\n  title: no\n---\n",
		"---\r\ntitle: plain # c\r\nbuild:\r\n  render: link\r\n---\r\ntext",
		"+++\ntitle = 'A'\n[[menus.main]]\nname = 'x'\n+++\ntext", "+++\r\n+++\r\n", "---\r\ntitle: A\r\nsummary: |+\r\n  a\r\n\r\n---\r\n", "---\n---",
		"+++\nparams = {}\n+++\n", "+++\nParams.x = 1\n+++\n", "---\nparams:\n---\n", "---\n{title: a}\n---\n", "+++\n# \"\"\"\n+++\n",
		"{\"title\": \"A\", \"weight\": 3}\ntext", "text", "+++\n+++", "---\ntitle: >\n  a\n---\n", "+++\ntitle = \"\"\"\na\"\"\"\n+++\n",
	} {
		for key := range uint8(7) {
			f.Add([]byte(source), key, "It's \"new\" # \\ \t é")
		}
	}
	f.Fuzz(func(t *testing.T, source []byte, which uint8, text string) {
		p, err := Parse("p.md", source)
		if err != nil {
			return
		}
		if body, err := p.Body(); err != nil || !bytes.HasSuffix(source, body) {
			t.Fatalf("the body is no part of the source, or %v", err)
		}
		key := []string{"title", "description", "draft", "weight", "categories", "params.plan", "params.query"}[which%7]
		var value any = strings.ToValidUTF8(text, "")
		switch key {
		case "draft":
			value = len(text)%2 == 0
		case "weight":
			value = len(text)
		case "categories":
			value = []string{value.(string), "b"}
		}
		got, err := p.Set(key, value)
		if err != nil {
			return
		}
		before, after := slices.Collect(bytes.Lines(source)), slices.Collect(bytes.Lines(got))
		for len(before) > 0 && len(after) > 0 && bytes.Equal(before[0], after[0]) {
			before, after = before[1:], after[1:]
		}
		for len(before) > 0 && len(after) > 0 && bytes.Equal(before[len(before)-1], after[len(after)-1]) {
			before, after = before[:len(before)-1], after[:len(after)-1]
		}
		isTable := len(before) == 0 && len(after) == 2 && (string(bytes.TrimSpace(after[0])) == "[params]" || string(bytes.TrimRight(after[0], "\r\n")) == "params:")
		if len(before) > 1 || len(after) > 1 && !isTable {
			t.Fatalf("set %s: %q became %q", key, before, after)
		}
		q, err := Parse("p.md", got)
		if err != nil {
			t.Fatal(err)
		}
		again, err := q.Set(key, value)
		if err != nil || !bytes.Equal(again, got) {
			t.Fatalf("set %s again: %q, %v", key, again, err)
		}
	})
}
