package page

import (
	"strings"
	"testing"
)

func TestParseSaysWhereFrontMatterDoesNotRead(t *testing.T) {
	tests := []struct{ source, want string }{
		{"+++\nweight = 1\ntitle = 5\n+++\n", "a.md:3:1: front matter: cannot decode TOML integer into struct field page.FrontMatter.Title of type string"},
		{"+++\r\ntitle = 'a'\r\ntitle = 'b'\r\n+++\r\n", "a.md:3:1: front matter: key title is already defined"},
		{"+++\ntitle = 'a\n+++\n", "a.md:2:1: front matter: literal strings cannot have new lines"},
		{"+++\ntitle = 'a'\n", "a.md:1:1: front matter: no closing +++"},
		{"---\ntitle: a\ntitle: b\n---\n", "a.md:2:1: front matter: yaml: unmarshal errors:\n  line 2: mapping key \"title\" already defined at line 1"},
	}
	for _, test := range tests {
		if _, err := Parse("a.md", []byte(test.source)); err == nil || err.Error() != test.want {
			t.Errorf("%q: got %v, want %s", test.source, err, test.want)
		}
	}
}

// A site has thousands of pages: what reading one allocates is budgeted, for it does not depend on the machine.
func TestParseAllocatesLittle(t *testing.T) {
	source := []byte("+++\ntitle = 'A'\ndate = 2026-11-22T00:00:00Z # a comment\ndraft = true\ndescription = ''\ncategories = ['c']\nweight = 1\n" +
		"[params]\nplan = 'p'\nquery = 'a'\nhighlights = []\n+++\n" + strings.Repeat("Text.\n", 1000))
	if n := testing.AllocsPerRun(100, func() { _, _ = Parse("a.md", source) }); n > 10 {
		t.Errorf("%v allocations for one page", n)
	}
}
