package netlify

import (
	"bytes"
	"io/fs"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/mod/modfile"
	"golang.org/x/net/html"

	"aiperformanceoptimization.com/plansync/tools/siteserver/rules"
	"aiperformanceoptimization.com/plansync/tools/siteserver/serve"
)

const hugoModule = "github.com/gohugoio/hugo"

// Netlify downloads the Hugo that netlify.toml names, everybody else runs the one that
// go.mod pins: they are the same. So is the Go.
func TestNetlifyBuildsWithThePinnedVersions(t *testing.T) {
	var config struct {
		Build struct{ Environment map[string]string }
	}
	text, err := os.ReadFile(filepath.Join(repo, "netlify.toml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := toml.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	text, err = os.ReadFile(filepath.Join(repo, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	if named := "go" + config.Build.Environment["GO_VERSION"]; named != mod.Toolchain.Name {
		t.Errorf("netlify.toml names %s, go.mod %s", named, mod.Toolchain.Name)
	}
	for _, r := range mod.Require {
		if r.Mod.Path == hugoModule {
			if named := "v" + config.Build.Environment["HUGO_VERSION"]; named != r.Mod.Version {
				t.Errorf("netlify.toml names Hugo %s, go.mod pins %s", named, r.Mod.Version)
			}
			return
		}
	}
	t.Errorf("go.mod does not require %s", hugoModule)
}

// pathWithHugo is a PATH on which the pinned Hugo comes first, as `hugo`.
func pathWithHugo(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "tool", "-n", "hugo").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(strings.TrimSpace(string(out)), filepath.Join(dir, "hugo")); err != nil {
		t.Fatal(err)
	}
	return "PATH=" + dir + string(os.PathListSeparator) + os.Getenv("PATH")
}

// clone makes a clean clone of what is committed.
func clone(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "clone")
	must(t, root(t), nil, "git", "clone", "--quiet", "--no-local", root(t), dir)
	return dir
}

// engine runs Netlify's build in a clone and gives its log.
func engine(t *testing.T, dir, context, cache string) string {
	t.Helper()
	bin, err := filepath.Abs("node_modules/@netlify/build/bin.js")
	if err != nil {
		t.Fatal(err)
	}
	return must(t, dir, []string{pathWithHugo(t)}, node(t), bin,
		"--offline", "--context", context, "--cwd", dir, "--repositoryRoot", dir, "--cacheDir", cache)
}

// A deployed is what one context publishes, and the server that shows it.
type deployed struct {
	dir string
	url string
	log string
}

func deploy(t *testing.T, context, cache string) deployed {
	t.Helper()
	dir := clone(t)
	log := engine(t, dir, context, cache)
	public := filepath.Join(dir, "public")
	r, err := rules.Load(filepath.Join(dir, "netlify.toml"), public)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(serve.New(os.DirFS(public), r))
	t.Cleanup(server.Close)
	return deployed{dir: public, url: server.URL, log: log}
}

// pages calls visit with every HTML page but aliases.
func (d deployed) pages(t *testing.T, visit func(path string, doc *html.Node)) {
	t.Helper()
	err := filepath.WalkDir(d.dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".html" {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if bytes.Contains(text, []byte("http-equiv=refresh")) || bytes.Contains(text, []byte(`http-equiv="refresh"`)) {
			return nil
		}
		doc, err := html.Parse(bytes.NewReader(text))
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(d.dir, name)
		visit("/"+strings.TrimSuffix(filepath.ToSlash(relative), "index.html"), doc)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// meta gives the content of a meta element, and the address of the canonical link.
func meta(doc *html.Node, name string) (content, canonical string) {
	for n := range doc.Descendants() {
		attrs := map[string]string{}
		for _, a := range n.Attr {
			attrs[a.Key] = a.Val
		}
		if n.Data == "meta" && attrs["name"] == name {
			content = attrs["content"]
		}
		if n.Data == "link" && attrs["rel"] == "canonical" {
			canonical = attrs["href"]
		}
	}
	return content, canonical
}

// Three deploys in a row, as they happen: production, then a preview and a branch, which
// find what the first has kept.
func TestDeploys(t *testing.T) {
	node(t)
	cache := t.TempDir()
	production(t, cache)
	for _, context := range []string{"deploy-preview", "branch-deploy"} {
		t.Run(context, func(t *testing.T) { preview(t, context, cache) })
	}
}

func production(t *testing.T, cache string) {
	t.Helper()
	d := deploy(t, "production", cache)
	if !strings.Contains(d.log, "Nothing kept of resources/_gen yet") {
		t.Errorf("the first deploy did not start without a cache:\n%s", d.log)
	}
	if !strings.Contains(d.log, "plan/ai-model-failover-performance.md") {
		t.Errorf("the log does not say where the plans stand:\n%s", d.log)
	}
	indexed := 0
	d.pages(t, func(path string, doc *html.Node) {
		robots, canonical := meta(doc, "robots")
		if strings.Contains(robots, "noindex") {
			return
		}
		indexed++
		if want := "https://aiperformanceoptimization.com" + path; canonical != want {
			t.Errorf("%s: canonical %s, want %s", path, canonical, want)
		}
	})
	if indexed == 0 {
		t.Error("no page may be indexed")
	}
	if stamp := d.body(t, "/build.txt"); !regexp.MustCompile(`^[0-9a-f]{40}\n$`).MatchString(stamp) {
		t.Errorf("build.txt does not name the commit: %q", stamp)
	}
	d.wantHeader(t, "/", "X-Robots-Tag", "")
	d.wantHeader(t, "/", "X-Content-Type-Options", "nosniff")
	if robots := d.body(t, "/robots.txt"); regexp.MustCompile(`(?m)^Disallow: /$`).MatchString(robots) {
		t.Errorf("robots.txt closes the site:\n%s", robots)
	}
	d.crawl(t)
}

func preview(t *testing.T, context, cache string) {
	t.Helper()
	d := deploy(t, context, cache)
	if !strings.Contains(d.log, "Restored resources/_gen") {
		t.Errorf("the deploy did not find what the one before had kept:\n%s", d.log)
	}
	pages := 0
	d.pages(t, func(path string, doc *html.Node) {
		pages++
		if robots, _ := meta(doc, "robots"); !strings.Contains(robots, "noindex") {
			t.Errorf("%s: robots %q, want noindex", path, robots)
		}
	})
	if pages == 0 {
		t.Error("nothing is published")
	}
	d.wantHeader(t, "/", "X-Robots-Tag", "noindex")
	d.wantHeader(t, "/sitemap.xml", "X-Robots-Tag", "noindex")
	d.wantHeader(t, "/", "X-Content-Type-Options", "nosniff")
	if robots := d.body(t, "/robots.txt"); !regexp.MustCompile(`(?m)^Disallow: /$`).MatchString(robots) {
		t.Errorf("robots.txt of a preview lets search engines in:\n%s", robots)
	}
	if sitemap := d.body(t, "/sitemap.xml"); !strings.Contains(sitemap, ".netlify.app/") {
		t.Errorf("the preview is not built for its own address:\n%.300s", sitemap)
	}
	d.crawl(t)
}
