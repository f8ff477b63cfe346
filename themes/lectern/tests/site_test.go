package tests

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/html"

	"aiperformanceoptimization.com/plansync/tools/siteserver/rules"
	"aiperformanceoptimization.com/plansync/tools/siteserver/serve"
)

// Where things are, seen from the folder in which the tests run.
const (
	themeDir = ".."
	repoDir  = "../../.."
)

// A site is a built site and the server that shows it as Netlify would.
type site struct {
	name   string
	dir    string // the published files
	base   string // the base URL that it was built for
	url    string // of the server, without a closing slash
	rules  rules.Rules
	listed []listed
}

// listed is one row of `hugo list`.
type listed struct {
	path    string // the page's path on the site, with its closing slash
	kind    string
	section string
	title   string
	dated   bool
}

// hugoBinary is the Hugo that go.mod pins.
var hugoBinary = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "tool", "-n", "hugo").Output()
	if err != nil {
		return "", fmt.Errorf("go tool -n hugo: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
})

// buildMain makes the production build of the repository's own site, as tools/netlify/build.sh does.
func buildMain(work string) (*site, error) {
	args := []string{"--gc", "--minify", "--printPathWarnings"}
	if os.Getenv("LECTERN_TEST_DRAFTS") != "" {
		args = append(args, "--buildDrafts")
	}
	return build("site", repoDir, filepath.Join(work, "site"), "https://aiperformanceoptimization.com/", args)
}

// absoluteThemes is the folder that holds the theme under its name, for Hugo's --themesDir.
func absoluteThemes() (string, error) { return filepath.Abs("../..") }

// buildExample builds the site of all that may go wrong as another site would use the theme: from
// its own folder, with the theme found by name beside other themes.
func buildExample(work string) (*site, error) {
	themes, err := absoluteThemes()
	if err != nil {
		return nil, err
	}
	args := []string{"--gc", "--minify", "--printPathWarnings", "--themesDir", themes}
	return build("example", "testdata/site", filepath.Join(work, "example"), "https://lectern.example/", args)
}

func build(name, source, dir, base string, args []string) (*site, error) {
	if !slices.Contains(args, "--minify") {
		args = append(args, "--minify=false")
	}
	args = append(args, "--baseURL", base, "--destination", dir, "--noBuildLock")
	if _, err := runHugo(source, args...); err != nil {
		return nil, err
	}
	list := []string{"list", "published"}
	if slices.Contains(args, "--buildDrafts") {
		list[1] = "all"
	}
	if i := slices.Index(args, "--themesDir"); i >= 0 {
		list = append(list, args[i:i+2]...)
	}
	table, err := runHugo(source, list...)
	if err != nil {
		return nil, err
	}
	s := &site{name: name, dir: dir, base: base}
	if s.listed, err = readList(table); err != nil {
		return nil, err
	}
	if s.rules, err = rules.Load(filepath.Join(repoDir, "netlify.toml"), dir); err != nil {
		return nil, err
	}
	s.url = httptest.NewServer(serve.New(os.DirFS(dir), s.rules)).URL
	return s, nil
}

// warning is how a warning of Hugo starts.
var warning = regexp.MustCompile(`(?m)^WARN`)

// runHugo returns what Hugo prints. Warnings are errors.
func runHugo(source string, args ...string) ([]byte, error) {
	hugo, err := hugoBinary()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(hugo, args...)
	cmd.Dir = source
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err == nil && warning.Match(stderr.Bytes()) {
		err = errors.New("warnings are errors here")
	}
	if err != nil {
		return nil, fmt.Errorf("hugo %s: %w\n%s%s", strings.Join(args, " "), err, out, stderr.Bytes())
	}
	return out, nil
}

func readList(table []byte) ([]listed, error) {
	rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("hugo list published: %d rows: %w", len(rows), err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	var all []listed
	for _, row := range rows[1:] {
		link, err := url.Parse(row[column["permalink"]])
		if err != nil {
			return nil, err
		}
		if link.Path == "" {
			continue // a page that is never rendered
		}
		all = append(all, listed{path: link.Path, kind: row[column["kind"]], section: row[column["section"]],
			title: row[column["title"]], dated: !strings.HasPrefix(row[column["date"]], "0001-")})
	}
	return all, nil
}

// A page is one HTML file of a site.
type page struct {
	path string // its path on the site: "/learn/"
	file string // its name below the published folder
	text []byte
	doc  *html.Node
}

// pages gives every HTML page of the site in the order of their paths. Hugo's aliases,
// which only lead on to another page, are left out.
func (s *site) pages() ([]*page, error) {
	var all []*page
	err := filepath.WalkDir(s.dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		file, err := filepath.Rel(s.dir, name)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		doc, err := html.Parse(bytes.NewReader(text))
		if err != nil {
			return err
		}
		if isAlias(doc) {
			return nil
		}
		file = filepath.ToSlash(file)
		all = append(all, &page{path: "/" + strings.TrimSuffix(file, "index.html"), file: file, text: text, doc: doc})
		return nil
	})
	slices.SortFunc(all, func(a, b *page) int { return strings.Compare(a.path, b.path) })
	return all, err
}

func isAlias(doc *html.Node) bool {
	for n := range doc.Descendants() {
		if n.Data == "meta" && attr(n, "http-equiv") == "refresh" {
			return true
		}
	}
	return false
}

// attr gives an attribute's value, "" when the element has none of that name.
func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// hasAttr reports whether an element has an attribute.
func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}
