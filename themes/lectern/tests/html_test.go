package tests

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// minifierRules are rules of the preset "recommended" that concern how a document is
// written, not what it says: a minifier may leave out what HTML lets it leave out.
var minifierRules = map[string]string{
	"attr-quotes":             "a minifier leaves quotes out where HTML allows it",
	"attribute-boolean-style": "a minifier writes boolean attributes in the short form",
	"attribute-empty-style":   "a minifier writes empty attributes in the short form",
	"doctype-style":           "the doctype is written in lower case, as HTML allows",
	"no-implicit-close":       "a minifier leaves out the end tags that HTML lets it leave out",
	"no-trailing-whitespace":  "space at the end of a line costs bytes, not meaning",
	"long-title":              "the length of a title is its author's choice, and advice only",
	"void-style":              "a void element is written without the slash",
}

// A finding is what html-validate says about a file.
type finding struct {
	File     string
	Line     int
	Column   int
	Rule     string
	Message  string
	Selector string
}

func (f finding) String() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s (%s)", f.File, f.Line, f.Column, f.Rule, f.Message, f.Selector)
}

func TestHTMLValidateStandardFindsNothing(t *testing.T) {
	t.Parallel()
	validate(t, "standard", map[string]string{})
}

func TestHTMLValidateRecommendedFindsNothing(t *testing.T) {
	t.Parallel()
	validate(t, "recommended", minifierRules)
}

func validate(t *testing.T, preset string, off map[string]string) {
	eachSite(t, func(t *testing.T, s *site) {
		var found []finding
		runNode(t, "htmlvalidate.mjs", map[string]any{"dir": s.dir, "files": s.files(t), "preset": preset, "off": off}, &found)
		report(t, found, func(f finding) string { return f.Rule })
	})
}

// files names the HTML files of a site.
func (s *site) files(t *testing.T) []string {
	t.Helper()
	pages, err := s.pages()
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, p := range pages {
		files = append(files, p.file)
	}
	return files
}

// report fails the test with the findings: of each group the first few, and how many
// there are.
func report[T fmt.Stringer](t *testing.T, found []T, group func(T) string) {
	t.Helper()
	const shown = 4
	count := map[string]int{}
	for _, f := range found {
		if count[group(f)]++; count[group(f)] <= shown {
			t.Error(f)
		}
	}
	for name, n := range count {
		if n > shown {
			t.Errorf("%s: %d in all", name, n)
		}
	}
}

// A nuMessage is what the Nu checker says about a file.
type nuMessage struct {
	Type       string
	URL        string
	LastLine   int
	LastColumn int
	Message    string
	Extract    string
}

func (m nuMessage) String() string {
	return fmt.Sprintf("%s:%d:%d: %s\n\t%s", filepath.Base(filepath.Dir(m.URL))+"/"+filepath.Base(m.URL), m.LastLine, m.LastColumn, m.Message, m.Extract)
}

func TestNuCheckerFindsNoError(t *testing.T) {
	t.Parallel()
	const jar = "node_modules/vnu-jar/build/dist/vnu.jar"
	if _, err := exec.LookPath("java"); err != nil {
		missing(t, "the Nu checker needs Java: %v", err)
	}
	if _, err := nodeBinary(); err != nil {
		missing(t, "%v", err)
	}
	eachSite(t, func(t *testing.T, s *site) {
		args := []string{"-jar", jar, "--format", "json", "--errors-only", "--exit-zero-always"}
		for _, file := range s.files(t) {
			args = append(args, filepath.Join(s.dir, filepath.FromSlash(file)))
		}
		var stderr bytes.Buffer
		cmd := exec.CommandContext(t.Context(), "java", args...)
		cmd.Stderr = &stderr
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v\n%s", err, stderr.Bytes())
		}
		var said struct{ Messages []nuMessage }
		if err := json.Unmarshal(stderr.Bytes(), &said); err != nil {
			t.Fatal(errors.Join(err, errors.New(stderr.String())))
		}
		var errs []nuMessage
		for _, m := range said.Messages {
			if m.Type == "error" || m.Type == "non-document-error" {
				errs = append(errs, m)
			}
		}
		report(t, errs, func(m nuMessage) string {
			return strings.Join(strings.Fields(m.Message)[:min(4, len(strings.Fields(m.Message)))], " ")
		})
	})
}
