package netlify

import (
	"maps"
	"path/filepath"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/siteserver/rules"
)

// An answer is how Netlify's own parsers and matcher read rules.
type answer struct {
	Headers   []map[string]string
	Redirects []*struct {
		To     string
		Status int
		Force  bool
	}
	Errors []string
}

// manyRules are rules of every form that the local server claims to know.
const manyRules = `
[[headers]]
for = "/*"
[headers.values]
X-All = "yes"
X-List = '''
one,
two ,three'''
X-Array = ["a, b", "c"]

[[headers]]
for = "/assets/*"
[headers.values]
X-All = "assets"
Cache-Control = "public,max-age=1"

[[headers]]
for = "/*.css"
[headers.values]
X-Style = "yes"

[[headers]]
for = "/learn/:slug/"
[headers.values]
X-Slug = "one part"

[[headers]]
for = "/learn/:slug/*"
[headers.values]
X-Below = "any"

[[headers]]
for = "/Exact.html"
[headers.values]
X-Exact = "yes"

[[redirects]]
from = "/learn/:slug/index.html"
to = "/learn/:slug/"
status = 301
force = true

[[redirects]]
from = "/old/*"
to = "/new/:splat"
status = 302

[[redirects]]
from = "/a/:one/b/:two"
to = "/:two/:one"

[[redirects]]
from = "/exact"
to = "/elsewhere/"
status = 308

[[redirects]]
from = "/first/*"
to = "/wins"

[[redirects]]
from = "/first/second"
to = "/never"
`

// manyPaths try the edges: with and without slash, too short, too long, other case.
var manyPaths = []string{
	"/", "/learn", "/learn/", "/learn/x", "/learn/x/", "/learn/x/index.html", "/learn/x/y/index.html", "/learn/index.html",
	"/learn/x.html", "/learn/x/y", "/Learn/x/", "/assets", "/assets/", "/assets/a.css", "/assets/deep/er/a.css", "/a.css", "/a.scss",
	"/acss", "/old", "/old/", "/old/x", "/old/x/y/", "/older", "/a/1/b/2", "/a/1/b/2/", "/a/1/b", "/a/1/b/2/3", "/exact", "/exact/",
	"/exact/x", "/Exact", "/exact.html", "/Exact.html", "/first", "/first/second", "/x.html", "/x", "/x/", "/index.html", "/lectern/main.abc.css",
	"/categories/x/index.html", "/from-file", "/from-file/x",
}

// The local server reads rules as Netlify does: for every path the same headers and the
// same redirect, for the repository's own rules and for rules of every form.
func TestRulesAreReadAsNetlifyReadsThem(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "many", "netlify.toml"), manyRules)
	write(t, filepath.Join(dir, "many", "_headers"), "# a comment\n/*\n  X-All: from the file\n  X-File: one\n  X-File: two\n\n/assets/*\n  X-File: assets\n")
	write(t, filepath.Join(dir, "many", "_redirects"), "# a comment\n/from-file /there\n/from-file/* /below/:splat 302!\n/x.html /x/ 301 # why\n")
	write(t, filepath.Join(dir, "own", "_redirects"), "/learn/x.html /learn/x/ 301\n")
	for name, c := range map[string]struct{ config, dir string }{
		"own":  {filepath.Join(root(t), "netlify.toml"), filepath.Join(dir, "own")},
		"many": {filepath.Join(dir, "many", "netlify.toml"), filepath.Join(dir, "many")},
	} {
		t.Run(name, func(t *testing.T) {
			ours, err := rules.Load(c.config, c.dir)
			if err != nil {
				t.Fatal(err)
			}
			var theirs answer
			ask(t, "rules.mjs", map[string]any{
				"config": c.config, "headersFile": filepath.Join(c.dir, "_headers"), "redirectsFile": filepath.Join(c.dir, "_redirects"), "paths": manyPaths,
			}, &theirs)
			for _, e := range theirs.Errors {
				t.Error(e)
			}
			redirected := 0
			for i, path := range manyPaths {
				if got, want := ours.HeadersFor(path), theirs.Headers[i]; !maps.Equal(got, want) {
					t.Errorf("headers for %s: %v, Netlify has %v", path, got, want)
				}
				rule, location, ok := ours.RedirectFor(path, false)
				want := theirs.Redirects[i]
				switch {
				case ok != (want != nil):
					t.Errorf("redirect for %s: %v to %q, Netlify has %+v", path, ok, location, want)
				case ok:
					redirected++
					if location != want.To || rule.Status != want.Status || rule.Force != want.Force {
						t.Errorf("redirect for %s: %s %d %v, Netlify has %+v", path, location, rule.Status, rule.Force, *want)
					}
				}
			}
			if redirected == 0 {
				t.Error("no path is redirected: nothing was compared")
			}
		})
	}
}
