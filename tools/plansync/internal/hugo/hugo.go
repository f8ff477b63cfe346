// Package hugo finds and runs Hugo, and reads what it says of a site. It is the one place that knows
// Hugo; nothing of what Hugo decides is decided again here.
package hugo

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// Least is the oldest Hugo that works. Older ones have no "hugo config --printZero", without which
// they leave out the languages that set nothing.
const Least = "v0.146.0"

// modulePath is Hugo's Go module.
const modulePath = "github.com/gohugoio/hugo"

// A Command is a Hugo that can be run in a project.
type Command struct {
	Path    string        // the executable
	Root    string        // the project's root, where it runs
	Version string        // such as "v0.165.0"; empty if it does not tell
	Pin     string        // the version that go.mod pins; empty if it pins none
	Limit   time.Duration // of each run; 0 for none
}

// Options say which Hugo to find.
type Options struct {
	Given   string                        // an executable; empty to look for one
	Limit   time.Duration                 // of each run; 0 for none
	Waiting func(compiling string) func() // called before a step that can take minutes; what it returns is called after
}

// Find returns the Hugo of the project at root: the executable given if any, else the one on PATH if
// it is at least as new as go.mod's pin and as [Least], else the one that "go tool" builds from the pin.
func Find(ctx context.Context, root string, o Options) (*Command, error) {
	c := &Command{Root: root, Limit: o.Limit}
	var err error
	if c.Pin, err = pinned(root); err != nil {
		return nil, err
	}
	if o.Given != "" {
		path, err := exec.LookPath(o.Given)
		if err != nil {
			return nil, &Error{Doing: fmt.Sprintf("no Hugo at %q", o.Given), Err: err, Try: "name an executable with --hugo PATH"}
		}
		if c.Path, err = filepath.Abs(path); err != nil { // it runs in root
			return nil, err
		}
		c.Version = c.version(ctx)
		return c, c.oldError("")
	}
	var older string
	if path, err := exec.LookPath("hugo"); err == nil {
		if c.Path, err = filepath.Abs(path); err != nil {
			return nil, err
		}
		c.Version = c.version(ctx)
		if c.oldError("") == nil && semver.Compare(c.Version, c.Pin) >= 0 {
			return c, nil
		}
		if c.Pin == "" {
			return nil, c.oldError("")
		}
		older = c.Version
	}
	if c.Pin == "" {
		return nil, &Error{Doing: "looking for Hugo", Err: errors.New("none on PATH, and go.mod pins none"),
			Try: "install Hugo " + Least + " or newer, name it with --hugo PATH, or pin it: go get -tool " + modulePath}
	}
	c.Version = c.Pin
	if err := c.oldError("go.mod pins it"); err != nil {
		return nil, err
	}
	compiling := "Hugo " + c.Pin + ", which go.mod pins"
	if older != "" {
		compiling += "; the one on PATH is " + older
	}
	done := o.Waiting(compiling)
	defer done()
	var stdout, stderr bytes.Buffer
	tool := exec.CommandContext(ctx, "go", "tool", "-n", modulePath)
	tool.Dir, tool.Stdout, tool.Stderr, tool.WaitDelay = root, &stdout, &stderr, grace
	inGroup(tool)
	if err := tool.Run(); err != nil {
		return nil, &Error{Doing: "go tool hugo", Err: cmp.Or(ctx.Err(), err), Output: stderr.String(),
			Try: "install Go, or Hugo " + c.Pin + " or newer on PATH, or name one with --hugo PATH"}
	}
	c.Path = strings.TrimSpace(stdout.String())
	return c, nil
}

// String names the Hugo for people.
func (c *Command) String() string { return strings.TrimSpace("Hugo "+c.Version) + " (" + c.Path + ")" }

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
func (c *Command) version(ctx context.Context) string {
	var out bytes.Buffer
	if err := c.run(ctx, &out, nil, nil, "version"); err != nil {
		return ""
	}
	for word := range strings.FieldsSeq(out.String()) {
		word, _, _ = strings.Cut(word, "-")
		word, _, _ = strings.Cut(word, "+")
		if semver.IsValid(word) {
			return word
		}
	}
	return ""
}

// oldError is about a Hugo that is too old.
func (c *Command) oldError(why string) error {
	if c.Version == "" || semver.Compare(c.Version, Least) >= 0 {
		return nil
	}
	if why == "" {
		why = c.Path
	}
	return &Error{Doing: "looking for Hugo", Err: fmt.Errorf("%s is too old (%s): plansync needs %s or newer", c.Version, why, Least),
		Try: "install a newer one, or name one with --hugo PATH"}
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
