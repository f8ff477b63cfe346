package tests

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

// Somebody else's site uses the theme with two lines of configuration and plain Markdown files.
func TestTwoLinesAreEnough(t *testing.T) {
	t.Parallel()
	source := t.TempDir()
	if err := os.CopyFS(source, fstest.MapFS{
		"hugo.toml": {Data: []byte("theme = 'lectern'\n_merge = 'deep'\n")},
		"content/posts/first.md": {Data: []byte("---\ntitle: First & foremost\ndate: 2024-03-05\ntags: [go]\n---\n" +
			"See [the second](second.md#list), https://example.org/?a=1&and=2.\n\n## List\n\n" +
			"{{< highlight go \"linenos=table\" >}}\nvar x = 1\n{{< /highlight >}}\n\n| | b |\n|-|-|\n| a | 1 |\n")},
		"content/posts/second.md": {Data: []byte("---\ntitle: Second\ndate: 2024-03-06\n---\n# List\n\n- [ ] one\n")},
	}); err != nil {
		t.Fatal(err)
	}
	s, err := build("foreign", source, filepath.Join(t.TempDir(), "public"), "https://foreign.example/", []string{"--panicOnWarning", "--printPathWarnings", "--themesDir", themesDir(t)})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"posts/first/index.md", "posts/index.xml", "tags/go/feed.json", "feed.json", "llms.txt", "search-index.json", "robots.txt", "404.html"} {
		if _, err := os.Stat(filepath.Join(s.dir, filepath.FromSlash(file))); err != nil {
			t.Error(err)
		}
	}
	if page := s.read(t, "posts/first/index.html"); !bytes.Contains(page, []byte(`<a href="/posts/second/#list">the second</a>`)) {
		t.Errorf("the link to the other file does not lead to its page:\n%s", page)
	}
	var found []finding
	runNode(t, "htmlvalidate.mjs", map[string]any{"dir": s.dir, "files": s.files(t), "preset": "standard", "off": map[string]string{}}, &found)
	report(t, found, func(f finding) string { return f.Rule })
}
