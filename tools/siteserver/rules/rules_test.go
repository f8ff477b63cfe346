package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// load reads rules from a netlify.toml, a _headers and a _redirects file.
func load(t *testing.T, config, headers, redirects string) (Rules, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"netlify.toml": config, "_headers": headers, "_redirects": redirects} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return Load(filepath.Join(dir, "netlify.toml"), dir)
}

// What is not known is named, with its place, and nothing of it is served.
func TestWhatIsNotSupportedIsAnError(t *testing.T) {
	for _, c := range []struct{ config, headers, redirects, says string }{
		{config: "[[redirects]]\nfrom = \"/a\"\nto = \"https://example.org/\"\nstatus = 200\n", says: "a rewrite or a proxy"},
		{config: "[[redirects]]\nfrom = \"/a/:slug.html\"\nto = \"/a/:slug/\"\n", says: "something else than it seems to"},
		{config: "[[redirects]]\nfrom = \"/a/*/b\"\nto = \"/c\"\n", says: "something else than it seems to"},
		{config: "[[redirects]]\nfrom = \"/a\"\nto = \"/b\"\n[redirects.conditions]\nLanguage = [\"de\"]\n", says: "conditions"},
		{config: "[[redirects]]\nfrom = \"https://example.org/a\"\nto = \"/b\"\n", says: "whole URLs"},
		{config: "[[redirects]]\nfrom = \"/a\"\n", says: "is missing"},
		{config: "[[headers]]\n[headers.values]\nA = \"b\"\n", says: `"for" is missing`},
		{config: "[[headers]]\nfor = \"/*\"\n[headers.values]\nA = 1\n", says: "neither a string"},
		{config: "[[headers\n", says: "netlify.toml"},
		{redirects: "/ok /there\n/a b=1 /c 301 Country=de\n", says: "line 2"},
		{redirects: "/a /b 30x\n", says: "not a status"},
		{headers: "X-Early: 1\n", says: "before any path"},
		{headers: "/*\n  no colon here\n", says: "line 2"},
	} {
		_, err := load(t, c.config, c.headers, c.redirects)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s%s%s: error %v, want %q in it", c.config, c.headers, c.redirects, err, c.says)
		}
	}
}

// All mistakes of a file are reported in one go.
func TestAllMistakesAreReported(t *testing.T) {
	_, err := load(t, "[[redirects]]\nfrom = \"/a\"\n[[headers]]\n[headers.values]\nA = \"b\"\n", "", "")
	if err == nil || !strings.Contains(err.Error(), "headers, entry 1") || !strings.Contains(err.Error(), "redirects, entry 1") {
		t.Errorf("error %v, want both entries in it", err)
	}
}

// The file _redirects goes before netlify.toml, and the first rule that matches counts.
func TestFilesComeBeforeConfiguration(t *testing.T) {
	r, err := load(t, "[[redirects]]\nfrom = \"/a\"\nto = \"/config\"\n", "", "/a /file 302\n")
	if err != nil {
		t.Fatal(err)
	}
	if rule, location, ok := r.RedirectFor("/a/", false); !ok || location != "/file" || rule.Status != 302 {
		t.Errorf("/a/ leads to %q with %d (%v), want /file with 302", location, rule.Status, ok)
	}
	if _, location, ok := r.RedirectFor("/a", true); ok {
		t.Errorf("no rule is forced, but /a leads to %q", location)
	}
}
