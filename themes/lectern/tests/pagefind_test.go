package tests

import (
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"aiperformanceoptimization.com/plansync/tools/siteserver/rules"
	"aiperformanceoptimization.com/plansync/tools/siteserver/serve"
)

// A large site switches to Pagefind by one parameter: Pagefind indexes the built pages,
// and the same search finds them, with one more word in the policy.
func TestPagefindSearchesALargeSite(t *testing.T) {
	theExample(t)
	node, err := nodeBinary()
	if err != nil {
		missing(t, "%v", err)
	}
	t.Setenv("HUGO_PARAMS_SEARCH", "pagefind")
	s, err := buildExample(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "node_modules/pagefind/lib/runner/bin.cjs", "--site", s.dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("pagefind: %v\n%s", err, out)
	}
	s.rules.Headers = allowWasm(t)
	server := httptest.NewServer(serve.New(os.DirFS(s.dir), s.rules))
	defer server.Close()

	want := s.seek(t)
	tb := newTab(t, desktop)
	tb.open(server.URL + "/")
	tb.settle()
	for _, address := range tb.asked() {
		if strings.Contains(address, "pagefind") {
			t.Errorf("%s is loaded before anybody searches", address)
		}
	}
	tb.press("/")
	tb.waitFor("the dialog, with the focus in its field", `document.activeElement.matches('dialog[open] input[type=search]')`)
	tb.enter(want.word)
	if found := tb.results(); !slices.Contains(found, want.path) {
		t.Fatalf("%q finds %q, want %s among them; errors: %q", want.word, found, want.path, tb.complaints())
	}
	for _, problem := range tb.complaints() {
		t.Error(problem)
	}
	t.Logf("first search: %d bytes", eval[int](tb, `performance.getEntriesByType('resource').filter(r => /search|pagefind/.test(r.name)).reduce((sum, r) => sum + r.encodedBodySize, 0)`))
	tb.press(kb.ArrowDown)
	goal := eval[string](tb, `new URL(document.activeElement.href).pathname`)
	tb.press(kb.Enter)
	tb.waitFor("the result's page", fmt.Sprintf(`location.pathname === %q`, goal))
}

// allowWasm gives the header rules with 'wasm-unsafe-eval' in the policy, as the README tells a
// site that uses Pagefind.
func allowWasm(t *testing.T) []rules.HeaderRule {
	t.Helper()
	dir := t.TempDir()
	config, err := os.ReadFile(filepath.Join(repoDir, "netlify.toml"))
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(config), "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", 1)
	if changed == string(config) {
		t.Fatal("netlify.toml: no script-src 'self' in the policy")
	}
	name := filepath.Join(dir, "netlify.toml")
	if err := os.WriteFile(name, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := rules.Load(name, dir)
	if err != nil {
		t.Fatal(err)
	}
	return r.Headers
}
