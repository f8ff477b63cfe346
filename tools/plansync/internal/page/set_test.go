package page

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
)

// A key is set in its own line and nowhere else, or refused with its line: not that of a nested map, a text of several
// lines, another table, or an anchor.
func TestSetFindsTheKeyThatHugoReads(t *testing.T) {
	tests := []struct {
		name, source string
		key          string
		value        any
		want         string // what the line of the key becomes, or "" for a refusal
		line         int    // of the key
	}{
		{"a nested map before", "---\ntitle: P\nseo:\n  draft: true\ndraft: true\n---\n", "draft", false, "draft: false", 5},
		{"a block scalar before", "---\ndescription: |\n  draft: true means hidden\ndraft: true\n---\n", "draft", false, "draft: false", 4},
		{"a folded scalar before", "---\ndescription: >-\n  draft: true\n\n  weight: 3\nweight: 1\n---\n", "weight", 2, "weight: 2", 6},
		{"a menu before", "---\ntitle: A\nmenu:\n  main:\n    weight: 10\nweight: 3\n---\n", "weight", 1, "weight: 1", 6},
		{"a cover before", "---\ncover:\n  title: x\ntitle: A\n---\n", "title", "B", "title: 'B'", 4},
		{"a list of maps before", "---\ncascade:\n- draft: true\n  title: x\ndraft: true\n---\n", "draft", false, "draft: false", 5},
		{"quoted keys", "---\n\"title\": A\n'draft' : true # c\n---\n", "draft", false, "'draft' : false # c", 3},
		{"an escaped key", "---\n\"dr\\x61ft\": true\n---\n", "draft", false, "\"dr\\x61ft\": false", 2},
		{"a capital", "---\nDraft: true\n---\n", "draft", false, "Draft: false", 2},
		{"two spellings", "---\nDraft: true\ndraft: true\n---\n", "draft", false, "draft: false", 3},
		{"nothing after the colon", "---\ntitle: # none\n---\n", "title", "A", "title: 'A' # none", 2},
		{"a tilde", "---\ntitle: ~\n---\n", "title", "A", "title: 'A'", 2},
		{"an alias", "---\nx: &t A\ntitle: *t\n---\n", "title", "B", "title: 'B'", 3},
		{"a tag", "---\ndraft: !!bool \"true\"\n---\n", "draft", false, "draft: false", 2},
		{"an anchor", "---\ntitle: &t A\nlinkTitle: *t\n---\n", "title", "B", "", 2},
		{"a block scalar of its own", "---\nweight: 1\ntitle: |\n  A\n---\n", "title", "B", "", 3},
		{"a plain scalar of two lines", "---\nweight: 1\ntitle: A\n  B\n---\n", "title", "C", "", 3},
		{"a quoted scalar of two lines", "---\nweight: 1\ntitle: 'A\n  B'\n---\n", "title", "C", "", 3},
		{"a value in the next line", "---\nweight: 1\ntitle:\n  A\n---\n", "title", "C", "title:", 3},
		{"a block list", "---\nweight: 1\ncategories:\n- a\n---\n", "categories", []string{"b"}, "", 3},
		{"a flow list", "---\ncategories: [a, 'b # c'] # d\n---\n", "categories", []string{"b"}, "categories: ['b'] # d", 2},
		{"a flow list of two lines", "---\ncategories: [a,\n  b]\n---\n", "categories", []string{"b"}, "", 2},
		{"one flow mapping", "---\n{title: A, draft: true}\n---\n", "draft", false, "{title: A, draft: false}", 2},
		{"flow params", "---\nparams: {plan: p, query: 'a, b'} # c\n---\n", "params.query", "x",
			"params: {plan: p, query: 'x'} # c", 2},
		{"a merged key", "---\nx: &x {draft: true}\n<<: *x\n---\n", "draft", false, "draft: false", 2},
		{"nested params", "---\nparams:\n  a:\n    plan: x\n  plan: p\n---\n", "params.plan", "q", "  plan: 'q'", 5},
		{"accents", "---\nsummary: été\n\"títle\": 1\ntitle: é # ü\n---\n", "title", "à", "title: 'à' # ü", 4},
		{"a key of several lines", "---\n? |\n  title\n: x\ntitle: A\n---\n", "title", "B", "title: 'B'", 5},
		{"a list that starts at the margin", "---\ntags:\n- title\n- draft\ntitle: A\n---\n", "title", "B", "title: 'B'", 5},
		{"TOML: another table", "+++\ntitle = 'A'\n[cover]\ndraft = true\n+++\n", "draft", false, "draft = false", 2},
		{"TOML: a table below params", "+++\n[params.cover]\nplan = 'x'\n[params]\nplan = 'p'\n+++\n",
			"params.plan", "q", "plan = 'q'", 5},
		{"TOML: dotted", "+++\ncover.draft = 1\nparams.plan = 'p' # c\n+++\n", "params.plan", "q", "params.plan = 'q' # c", 3},
		{"TOML: quoted", "+++\n\"draft\" = true\n+++\n", "draft", false, "\"draft\" = false", 2},
		{"TOML: inline", "+++\nparams = {a = '}', plan = 'p'}\n+++\n", "params.plan", "q", "params = {a = '}', plan = 'q'}", 2},
		{"TOML: text of several lines", "+++\ndescription = \"\"\"\ndraft = true\n\"\"\"\ndraft = true\n+++\n",
			"draft", false, "draft = false", 5},
		{"TOML: its own text of several lines", "+++\nweight = 1\ntitle = '''\nA'''\n+++\n", "title", "B", "", 3},
		{"TOML: an array of several lines", "+++\ncategories = [\n'a', # one\n]\n+++\n", "categories", []string{"b"}, "", 2},
		{"TOML: equals in the key", "+++\n\"a=b\" = 1\n'title' = 'x=y' # =\n+++\n", "title", "B", "'title' = 'B' # =", 3},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := Parse("a.md", []byte(test.source))
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.Set(test.key, test.value)
			if test.want == "" {
				if e, ok := errors.AsType[diag.Finding](err); !ok || e.Line != test.line || p.Line(test.key) != test.line {
					t.Errorf("got %q, %v, want a refusal in line %d", got, err, test.line)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if line := strings.Split(string(got), "\n")[test.line-1]; line != test.want {
				t.Errorf("line %d is %q, want %q, in %q", test.line, line, test.want, got)
			}
		})
	}
}

// The libraries take time that grows with the square of the keys, so there is a limit, and a clear word.
func TestTooManyKeysAreAnError(t *testing.T) {
	lines := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for name, source := range map[string]func(int) string{
		"TOML":        func(n int) string { return "+++\n" + lines(n, "k%d = 1\n") + "+++\n" },
		"TOML tables": func(n int) string { return "+++\n" + lines(n, "[k%d]\n") + "+++\n" },
		"TOML inline": func(n int) string { return "+++\nx = {" + lines(n, "k%d=1,") + "z=1}\n+++\n" },
		"YAML":        func(n int) string { return "---\n" + lines(n, "k%d: 1\n") + "---\n" },
		"YAML nested": func(n int) string { return "---\nx:\n" + lines(n, "  k%d: 1\n") + "---\n" },
		"YAML flow":   func(n int) string { return "---\nx: {" + lines(n, "k%d: 1,") + "}\n---\n" },
	} {
		if _, err := Parse("a.md", []byte(source(4000))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		start := time.Now()
		_, err := Parse("a.md", []byte(source(200_000)))
		if err == nil || err.Error() != "a.md:2:1: front matter: more than 5000 keys" {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: %v", name, took)
		}
	}
}
