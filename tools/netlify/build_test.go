package netlify

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A warning of Hugo stops the build, and every one is shown.
func TestBuildStopsAtWarnings(t *testing.T) {
	script, err := filepath.Abs("build.sh")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("hugo.toml", "title = 'T'\ndisableKinds = ['rss', 'taxonomy', 'term']\n")
	write("layouts/all.html", "{{ .Content }}")
	write("content/a.md", "Text.\n")
	env := []string{pathWithHugo(t)}
	if out, err := command(t, dir, env, "bash", script, "--baseURL", "https://e.example/"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "public", "a", "index.html")); err != nil {
		t.Error(err)
	}
	write("content/a.md", "<div>raw</div>\n")
	write("content/b.md", "<div>raw</div>\n")
	out, err := command(t, dir, env, "bash", script)
	if err == nil || strings.Count(out, "Raw HTML omitted") != 2 || !strings.Contains(out, "build.sh: warnings are errors here") {
		t.Errorf("%v\n%s", err, out)
	}
}
