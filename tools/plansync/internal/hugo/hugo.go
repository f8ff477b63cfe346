// Package hugo finds and runs Hugo, and reads what it says of a site.
package hugo

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
)

// modulePath is Hugo's Go module.
const modulePath = "github.com/gohugoio/hugo"

// A Command is a Hugo that can be run in a project.
type Command struct {
	Path    string // the executable
	Root    string // the project's root, where it runs
	Version string // the version that go.mod pins, such as "v0.165.0"; empty if it pins none
}

// Find returns the Hugo of the project at root: the executable given if any, else the one on PATH
// if it has the version that go.mod pins, else the one that "go tool" builds from the pin. Before
// a step that can take minutes it calls waiting.
func Find(ctx context.Context, root, given string, waiting func(reason string)) (*Command, error) {
	c := &Command{Root: root}
	var err error
	if c.Version, err = pinned(root); err != nil {
		return nil, err
	}
	if given != "" {
		path, err := exec.LookPath(given)
		if err != nil {
			return nil, fmt.Errorf("no Hugo at %q: %w", given, err)
		}
		c.Path, err = filepath.Abs(path) // it runs in root
		return c, err
	}
	if path, err := exec.LookPath("hugo"); err == nil {
		if c.Version == "" || version(ctx, path) == c.Version {
			c.Path = path
			return c, nil
		}
	}
	if c.Version == "" {
		return nil, &Error{Doing: "looking for Hugo", Err: errors.New("none on PATH, and go.mod pins none"),
			Try: "install Hugo, name it with --hugo PATH, or pin it: go get -tool " + modulePath}
	}
	waiting("for go tool hugo; the first time it compiles Hugo " + c.Version + ", which takes about two minutes")
	var stdout, stderr bytes.Buffer
	tool := exec.CommandContext(ctx, "go", "tool", "-n", modulePath)
	tool.Dir, tool.Stdout, tool.Stderr = root, &stdout, &stderr
	if err := tool.Run(); err != nil {
		return nil, &Error{Doing: "go tool hugo", Err: err, Output: stderr.String(),
			Try: "install Go, or Hugo " + c.Version + " on PATH, or name one with --hugo PATH"}
	}
	c.Path = strings.TrimSpace(stdout.String())
	return c, nil
}

// pinned returns the version of Hugo that go.mod requires, or "".
func pinned(root string) (string, error) {
	name := filepath.Join(root, "go.mod")
	data, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	file, err := modfile.ParseLax(name, data, nil)
	if err != nil {
		return "", err
	}
	for _, require := range file.Require {
		if require.Mod.Path == modulePath {
			return require.Mod.Version, nil
		}
	}
	return "", nil
}

// version returns what "hugo version" says, such as "v0.165.0", or "".
func version(ctx context.Context, path string) string {
	out, err := exec.CommandContext(ctx, path, "version").Output()
	if err != nil {
		return ""
	}
	for word := range strings.FieldsSeq(string(out)) {
		if strings.HasPrefix(word, "v") {
			word, _, _ = strings.Cut(word, "-")
			word, _, _ = strings.Cut(word, "+")
			return word
		}
	}
	return ""
}

// An Error is a failed run of Hugo with what it said.
type Error struct {
	Doing  string
	Err    error
	Output string // stderr of the run
	Try    string // the hint
}

func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %v", e.Doing, e.Err)
	if output := strings.TrimSpace(e.Output); output != "" {
		text += "\n" + output
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// Hint says what to try.
func (e *Error) Hint() string { return e.Try }

// production are the arguments of every run that speaks of the deployed site.
var production = []string{"--environment", "production"}

// A Page is a page that Hugo publishes.
type Page struct {
	Path      string // of the content file, with slashes, relative to the root
	Title     string
	Permalink string
	Section   string
}

// Published returns the regular pages that Hugo publishes for production, by their content files.
func (c *Command) Published(ctx context.Context) ([]Page, error) {
	var stdout, stderr bytes.Buffer
	if err := c.run(ctx, &stdout, &stderr, append([]string{"list", "published", "--noBuildLock"}, production...)...); err != nil {
		return nil, &Error{Doing: "hugo list published", Err: err, Output: stderr.String(), Try: "mend what Hugo reports, then run again"}
	}
	return readList(&stdout)
}

// readList reads the CSV of "hugo list". Its columns are found by name.
func readList(r io.Reader) ([]Page, error) {
	reader := csv.NewReader(r)
	reader.ReuseRecord = true
	header, err := reader.Read()
	if err != nil {
		return nil, fmt.Errorf("hugo list published: no header: %w", err)
	}
	column := make(map[string]int)
	for i, name := range header {
		column[name] = i
	}
	for _, name := range []string{"path", "title", "permalink", "kind", "section"} {
		if _, ok := column[name]; !ok {
			return nil, fmt.Errorf("hugo list published: no column %q among %q", name, header)
		}
	}
	var pages []Page
	for {
		record, err := reader.Read()
		if err == io.EOF {
			return pages, nil
		}
		if err != nil {
			return nil, fmt.Errorf("hugo list published: %w", err)
		}
		if record[column["kind"]] != "page" || record[column["permalink"]] == "" {
			continue
		}
		pages = append(pages, Page{
			Path:      filepath.ToSlash(record[column["path"]]),
			Title:     record[column["title"]],
			Permalink: record[column["permalink"]],
			Section:   record[column["section"]],
		})
	}
}

// Build builds the site for production, with warnings and colliding paths as errors. What Hugo prints goes to output.
// Hugo's own --panicOnWarning ends at the first warning, and now and then not at all: it waits for pages that wait for
// each other.
func (c *Command) Build(ctx context.Context, output io.Writer, args ...string) error {
	args = append([]string{"build", "--gc", "--minify", "--printPathWarnings"}, append(production, args...)...)
	var said bytes.Buffer
	output = io.MultiWriter(output, &said)
	err := c.run(ctx, output, output, args...)
	if err == nil && warning.Match(said.Bytes()) {
		err = errors.New("warnings are errors here")
	}
	if err != nil {
		return &Error{Doing: "hugo build", Err: err, Try: "mend what Hugo reports above, then run again"}
	}
	return nil
}

// warning is how a warning of Hugo starts.
var warning = regexp.MustCompile(`(?m)^WARN`)

func (c *Command) run(ctx context.Context, stdout, stderr io.Writer, args ...string) error {
	command := exec.CommandContext(ctx, c.Path, args...)
	command.Dir, command.Stdout, command.Stderr = c.Root, stdout, stderr
	command.WaitDelay = time.Second // once it is killed; what it started can hold on to its output
	return command.Run()
}
