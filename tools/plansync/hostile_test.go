package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
)

// A hostileCase is broken or hostile input, what its user sees, and that nothing was written.
type hostileCase struct {
	name  string
	files map[string]string // laid over a small good site; "" removes a file
	setup func(t *testing.T, dir string)
	env   map[string]string
	args  []string // default: stubs
	code  int
	sees  string // in the output
}

const goodPlan = "## Identified Search Queries\n1. **a** — A\n\n## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n"

func query(slug string) map[string]string {
	return map[string]string{"plan/p.md": "## Identified Search Queries\n1. **" + slug + "** — Title\n"}
}

func link(target, name string) func(t *testing.T, dir string) {
	return func(t *testing.T, dir string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, path); err != nil {
			t.Fatal(err)
		}
	}
}

// article is the page of an article. That of its category is there, too, so that nothing else needs to be written.
func article(front string) map[string]string {
	return map[string]string{"content/learn/a/index.md": front, "content/categories/p/_index.md": categoryP}
}

const categoryP = "+++\ntitle = 'P'\nweight = 1\ndraft = true\n[params]\nplansync = true\n+++\n"

var hostileCases = []hostileCase{
	// Slugs that would be other files, other URLs, or nothing.
	{name: "slug of dots", files: query(".."), code: 2, sees: `plan/p.md:2:6: query "..": slug ".." is not made of lower-case words`},
	{name: "slug that climbs", files: query("../../etc/passwd"), code: 2, sees: `hint: write it as **etc-passwd**`},
	{name: "absolute slug", files: query("/etc/passwd"), code: 2, sees: `query "/etc/passwd"`},
	{name: "slug with a slash", files: query("a/b"), code: 2, sees: `query "a/b"`},
	{name: "slug with a backslash", files: query(`a\b`), code: 2, sees: `query "a\\b"`},
	{name: "slug with a drive", files: query("c:a"), code: 2, sees: `query "c:a"`},
	{name: "device", files: query("con"), code: 2, sees: `slug "con" is the name of a device on Windows`},
	{name: "device with a number", files: query("lpt1"), code: 2, sees: `slug "lpt1" is the name of a device`},
	{name: "upper case", files: query("Model-Failover"), code: 2, sees: `hint: write it as **model-failover**`},
	{name: "blank", files: query("model failover"), code: 2, sees: `hint: write it as **model-failover**`},
	{name: "long slug", files: query(strings.Repeat("a", 300)), code: 2, sees: "slug of 300 characters: at most 120 fit"},
	{name: "control character", files: query("a\x07b"), code: 2, sees: `query "a\ab"`},
	{name: "escape sequence", files: query("a\x1b[31mb"), code: 2, sees: `query "a\x1b[31mb"`},
	{name: "NUL", files: query("a\x00b"), code: 2, sees: `query "a\x00b"`},
	{name: "Cyrillic homograph", files: query("mоdel"), code: 2, sees: "is not made of lower-case words"},
	{name: "accent", files: query("modèle"), code: 2, sees: "is not made of lower-case words"},
	{name: "right-to-left override", files: query("a\u202eb"), code: 2, sees: `query "a\u202eb"`},
	{name: "leading hyphen", files: query("-rf"), code: 2, sees: `query "-rf"`},
	{name: "trailing hyphen", files: query("a-"), code: 2, sees: `query "a-"`},
	{name: "double hyphen", files: query("a--b"), code: 2, sees: `query "a--b"`},
	{name: "dot file", files: query(".git"), code: 2, sees: `query ".git"`},
	{name: "shell", files: query("$(touch x)"), code: 2, sees: `query "$(touch x)"`},
	{name: "invalid UTF-8", files: query("a\xffb"), code: 2, sees: `query "a\xffb"`},
	{name: "only blanks", files: query("   "), code: 2, sees: `the slug is empty`},
	{name: "phase without a Latin letter", files: map[string]string{"plan/p.md": goodPlan + "### Phase 2: 日本\n"}, code: 2, sees: `phase "日本": no category can be named after it`},

	{name: "plan in Windows-1252", files: map[string]string{"plan/p.md": goodPlan + "## Identified Search Queries\n- \"caf\xe9 latte\"\n"}, code: 2, sees: "plan/p.md:8:7: not UTF-8: the byte 0xE9\n  hint: save the file as UTF-8"},

	// Plans that contradict themselves.
	{name: "duplicate slug", files: map[string]string{"plan/p.md": "## Identified Search Queries\n1. **a** — A\n2. **a** — B\n"}, code: 2, sees: `plan/p.md:3:6: query "a": duplicate slug (first at line 2)`},
	{name: "duplicate item", files: map[string]string{"plan/p.md": goodPlan + "- [ ] **a**\n"}, code: 2, sees: `item "a": already in the phases (first at line 6)`},
	{name: "no title", files: map[string]string{"plan/p.md": "## Identified Search Queries\n1. **a**\n"}, code: 2, sees: `plan/p.md:2:6: query "a": no title`},
	{name: "every error at once", files: map[string]string{"plan/p.md": "## Identified Search Queries\n1. **B** — A\n2. **c**\n"}, code: 2, sees: `plan/p.md:3:6: query "c": no title`},

	// Plans that are no files, or no plans.
	{name: "no plan folder", files: map[string]string{"plan/p.md": ""}, setup: remove("plan"), code: 2, sees: "hint: put the plans into plan/, name one with --plan FILE, or start one with plansync new"},
	{name: "empty plan folder", files: map[string]string{"plan/p.md": ""}, code: 2, sees: "plan: no plan in the folder\n  hint: start one with plansync new, "},
	{name: "plan is a directory", files: map[string]string{"plan/p.md": "", "plan/q.md/x": "x"}, code: 2, sees: "not a regular file"},
	{name: "named plan is a directory", args: []string{"stubs", "--plan", "plan"}, code: 2, sees: "not a regular file"},
	{name: "plan is a pipe", files: map[string]string{"plan/p.md": ""}, setup: func(t *testing.T, dir string) {
		if err := mkfifo(filepath.Join(dir, "plan/q.md")); err != nil {
			t.Skip(err)
		}
	}, code: 2, sees: "not a regular file"},
	{name: "named plan is a device", args: []string{"stubs", "--plan", "/dev/zero"}, code: 2, sees: "not a regular file"},
	{name: "plan of a gigabyte", files: map[string]string{"plan/p.md": ""}, setup: func(t *testing.T, dir string) {
		if err := os.WriteFile(filepath.Join(dir, "plan/q.md"), nil, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(filepath.Join(dir, "plan/q.md"), 1<<30); err != nil {
			t.Skip(err)
		}
	}, code: 2, sees: "too large"},
	{name: "only a dangling link", files: map[string]string{"plan/p.md": ""}, setup: link("nowhere.md", "plan/q.md"), code: 2, sees: "plan/q.md: open: symbolic link to nothing"},
	{name: "named dangling link", args: []string{"stubs", "--plan", "plan/q.md"}, setup: link("nowhere.md", "plan/q.md"), code: 2, sees: "symbolic link to nothing"},
	{name: "named plan is missing", args: []string{"stubs", "--plan", "plan/none.md"}, code: 2, sees: "plan/none.md"},
	{name: "named plan is no plan", args: []string{"stubs", "--plan", "hugo.toml"}, code: 2, sees: "hugo.toml: not a plan"},
	{name: "other headings", files: map[string]string{"plan/p.md": "## Search Queries\n", "plan/q.md": "# Notes\n"}, code: 2,
		sees: "no plan in the folder\n  hint: a plan has a section \"## Identified Search Queries\": none is in plan/p.md, plan/q.md"},
	{name: "escape sequence in a name", files: map[string]string{"plan/p.md": ""}, setup: func(t *testing.T, dir string) {
		if err := os.WriteFile(filepath.Join(dir, "plan/\x1b[31m.md"), []byte(strings.Replace(goodPlan, "Identified ", "", 1)), 0o666); err != nil {
			t.Skip(err)
		}
	}, code: 2, sees: "none is in plan/\ufffd[31m.md"},
	{name: "empty plan", files: map[string]string{"plan/p.md": "\n"}, code: 2, sees: "no plan in the folder"},
	{name: "UTF-16 plan", files: map[string]string{"plan/p.md": "\xff\xfe#\x00#\x00"}, code: 2, sees: "no plan in the folder"},

	// Content that is in the way.
	{name: "broken TOML", files: article("+++\ntitle = \n+++\n"), args: []string{"check"}, code: 2, sees: "content/learn/a/index.md"},
	{name: "broken TOML, updated", files: article("+++\ntitle = \n+++\n"), args: []string{"stubs", "--update"}, code: 2, sees: "hugo list all: exit status 1\n"},
	{name: "broken YAML, updated", files: article("---\ntitle: [\n---\n"), args: []string{"stubs", "--update"}, code: 2, sees: "hugo list all: exit status 1\n"},
	{name: "broken JSON, updated", files: article("{\"title\": }\n"), args: []string{"stubs", "--update"}, code: 2, sees: "hugo list all: exit status 1\n"},
	{name: "unclosed front matter, updated", files: article("+++\ntitle = 'A'\n"), args: []string{"stubs", "--update"}, code: 2, sees: "content/learn/a/index.md"},
	{name: "JSON is changed by hand", files: article("{\"title\": \"B\", \"params\": {\"query\": \"a\"}}\n"), args: []string{"stubs", "--update"}, code: 2, sees: "plansync changes front matter in TOML or YAML only"},
	{name: "no front matter, updated", files: article("text\n"), args: []string{"stubs", "--update"}, sees: "nothing to write"},
	{name: "title over lines, updated", files: article("+++\ntitle = '''\nB'''\n[params]\nquery = 'a'\n+++\n"), args: []string{"stubs", "--update"}, code: 2, sees: "the value takes more than one line"},
	{name: "YAML block title, updated", files: article("---\ntitle: >\n  B\nparams:\n  query: a\n---\n"), args: []string{"stubs", "--update"}, code: 2, sees: "the value takes more than one line"},
	{name: "wrong type", files: article("+++\ndate = 5.5\n+++\n"), args: []string{"stubs", "--update"}, code: 2, sees: "content/learn/a/index.md"},
	{name: "category page is broken", files: map[string]string{"content/categories/p/_index.md": "+++\nx\n+++\n"}, code: 2, sees: "content/categories/p/_index.md:2:"},
	{name: "article twice", files: map[string]string{"content/learn/a.md": "+++\n+++\n", "content/learn/a/index.md": "+++\n+++\n"}, args: []string{"build"}, code: 2, sees: "also exists as content/learn/a"},
	{name: "section instead of a page", files: map[string]string{"content/learn/a/_index.md": "+++\ntitle='A'\n+++\n", "content/categories/p/_index.md": categoryP}, code: 2, sees: "content/learn/a/_index.md"},
	{name: "draft category of a published page", files: map[string]string{
		"content/learn/a/index.md":       "+++\ntitle='A'\ncategories=['q']\n+++\n",
		"content/categories/q/_index.md": "+++\ntitle='Q'\ndraft=true\n[params]\nplansync=true\n+++\n"}, args: []string{"build", "--dry-run"}, code: 2, sees: "Hugo would drop the category without a word"},

	// Links that lead out.
	{name: "section leads out", setup: link(os.TempDir(), "content/learn"), code: 2, sees: "a symbolic link leads out of the site"},
	{name: "content leads out", setup: link(os.TempDir(), "content"), code: 2, sees: "a symbolic link leads out of the site"},
	{name: "article leads out", setup: link(os.TempDir(), "content/learn/a"), code: 2, sees: "a symbolic link leads out of the site"},
	{name: "article leads nowhere", setup: link("/nowhere", "content/learn/a"), code: 2, sees: "content/learn/a"},
	{name: "categories lead out", setup: link(os.TempDir(), "content/categories"), code: 2, sees: "a symbolic link leads out of the site"},
	{name: "content folder outside", files: map[string]string{"hugo.toml": "contentDir='../x'\n"}, code: 2, sees: `folder "../x" is not inside the project`},
	{name: "absolute content folder", files: map[string]string{"hugo.toml": "contentDir='/tmp/x'\n"}, code: 2, sees: `folder "/tmp/x" is not inside the project`},
	{name: "section outside", files: map[string]string{"hugo.toml": "[params.plansync]\nsection='../..'\n"}, code: 2, sees: "is not inside the project"},
	{name: "content folder outside, by environment", env: map[string]string{"HUGO_CONTENTDIR": "../x"}, code: 2, sees: `folder "../x" is not inside the project`},

	// Configuration.
	{name: "no configuration", files: map[string]string{"hugo.toml": ""}, code: 2, sees: "hint: run plansync in the root of a Hugo site"},
	{name: "broken configuration", files: map[string]string{"hugo.toml": "title = \n"}, code: 2, sees: "hugo.toml:1:"},
	{name: "broken split configuration", files: map[string]string{"hugo.toml": "", "config/_default/hugo.toml": "x"}, code: 2, sees: "config/_default/hugo.toml"},
	{name: "setting that is none", files: map[string]string{"hugo.toml": "[params.plansync]\nsections = 'x'\n"}, code: 2,
		sees: "hugo.toml:2:1: params.plansync: no setting \"sections\"\n  hint: did you mean \"section\"?"},
	{name: "setting of another kind", files: map[string]string{"hugo.toml": "[params.plansync]\nsection = ['x']\n"}, code: 2, sees: "hugo.toml:2:1: section: "},
	{name: "no such taxonomy", files: map[string]string{"hugo.toml": "", "config/_default/params.yaml": "plansync:\n  taxonomy: topics\n"}, code: 2,
		sees: "config/_default/params.yaml:2:3: taxonomy: the site has no taxonomy \"topics\"\n  hint: name one of \"categories\", \"tags\", or \"none\""},
	{name: "archetype is a folder", files: map[string]string{"archetypes/learn.md/x": "x"}, code: 2, sees: "archetypes/learn.md"},

	// Hugo.
	{name: "no Hugo", args: []string{"sync", "--hugo", "/nowhere/hugo"}, code: 2, sees: `no Hugo at "/nowhere/hugo"`},
	{name: "Hugo that fails", setup: fakeHugo("echo 'Error: it broke' >&2; exit 1"), args: []string{"sync", "--hugo", "./fake"}, code: 2, sees: "Error: it broke"},
	{name: "Hugo that says nothing", setup: fakeHugo("exit 0"), args: []string{"sync", "--hugo", "./fake"}, code: 2, sees: "no header"},
	{name: "Hugo that says something else", setup: fakeHugo("echo hello"), args: []string{"sync", "--hugo", "./fake"}, code: 2, sees: `no column "path"`},
	{name: "Hugo that lists half a record", setup: fakeHugo(`echo ` + listHeader + `; echo '"a'`), args: []string{"sync", "--hugo", "./fake"}, code: 2, sees: "hugo list all"},
	{name: "Hugo that is killed", setup: fakeHugo("kill -9 $$"), args: []string{"sync", "--hugo", "./fake"}, code: 2, sees: "hugo list all: signal: killed"},
	{name: "page that Hugo rejects", files: article("+++\ntitle='A'\n+++\n{{< nothing >}}\n"), args: []string{"sync"}, code: 2, sees: "hugo list all"},
	{name: "plan of nothing, for a program", files: map[string]string{"plan/p.md": "## Identified Search Queries\n"}, args: []string{"status", "--json"}, sees: `"phases": []`},
	{name: "phase of nothing, for a program", files: map[string]string{"plan/p.md": goodPlan + "### Phase 2: Q\n"}, args: []string{"status", "--json"}, sees: `"articles": []`},
	{name: "no place for Hugo's lock", files: map[string]string{".hugo_build.lock/x": ""}, args: []string{"status"}, sees: "1 planned"},
	{name: "Hugo and no pin", args: []string{"status"}, env: map[string]string{"PLANSYNC_HUGO": "", "PATH": "/nowhere"}, code: 2, sees: "or newer, name it with --hugo PATH, or pin it"},
	{name: "broken go.mod", files: map[string]string{"go.mod": "module \"x\n"}, args: []string{"status"}, env: map[string]string{"PLANSYNC_HUGO": ""}, code: 2, sees: "go.mod:1:"},

	// The command line.
	{name: "unknown command", args: []string{"stub"}, code: 2, sees: `no command "stub"`},
	{name: "unknown flag", args: []string{"stubs", "--force"}, code: 2, sees: "hint: plansync help stubs"},
	{name: "flag without a value", args: []string{"stubs", "--plan"}, code: 2, sees: "flag needs an argument"},
	{name: "flag after an argument", args: []string{"repair", "x.md", "--diff"}, code: 2, sees: "flag --diff stands after an argument"},
	{name: "argument too many", args: []string{"sync", "plan/p.md"}, code: 2, sees: `no arguments are taken, "plan/p.md" is one`},
	{name: "repair of a directory", args: []string{"repair", "plan"}, code: 2, sees: "not a regular file"},
	{name: "unknown format", args: []string{"check", "--format", "html"}, code: 2, sees: `no format "html"`},
	{name: "live without an address", args: []string{"check", "--live"}, code: 2, sees: "the site has no baseURL"},
}

func remove(name string) func(t *testing.T, dir string) {
	return func(t *testing.T, dir string) {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

// fakeHugo is a Hugo of today that runs the script for everything but its version and the configuration of a site that sets
// nothing.
func fakeHugo(script string) func(t *testing.T, dir string) {
	return func(t *testing.T, dir string) {
		if err := os.WriteFile(filepath.Join(dir, "fake"), []byte(fakeScript(script)), 0o777); err != nil {
			t.Fatal(err)
		}
	}
}

func fakeScript(script string) string {
	return `#!/bin/sh
case "$1" in
version) echo 'hugo v0.165.0 linux/amd64'; exit ;;
config) cat <<END
{"baseurl": "$HUGO_BASEURL", "contentdir": "content", "publishdir": "public", "archetypedir": "archetypes", "themesdir": "themes",
"defaultcontentlanguage": "en", "taxonomies": {"category": "categories"}, "sitemap": {"filename": "sitemap.xml"},
"module": {"mounts": [{"source": "content", "target": "content"}]}}
END
exit ;;
esac
` + script + "\n"
}

// listHeader is the first line of "hugo list".
const listHeader = "path,slug,title,date,expiryDate,publishDate,draft,permalink,kind,section"

// listLine is what Hugo lists of a page in the section learn.
func listLine(file, address string, draft bool) string {
	const never = "0001-01-01T00:00:00Z"
	return fmt.Sprintf("%s,,T,%s,%[2]s,%[2]s,%t,%s,page,learn", file, never, draft, address)
}

// lay makes a small good site with the files laid over it.
func lay(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	if _, set := os.LookupEnv("PLANSYNC_HUGO"); !set {
		t.Setenv("PLANSYNC_HUGO", hugoPath(t))
	}
	all := map[string]string{"hugo.toml": "title = 'T'\n", "layouts/all.html": "{{ .Title }}", "plan/p.md": goodPlan}
	for name, data := range files {
		all[name] = data
	}
	for name, data := range all {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if data == "" {
			continue
		}
		if err := os.WriteFile(path, []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// snapshot writes every file below dir with its type, mode, time and bytes.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.Name() == ".hugo_build.lock" {
			return nil // Hugo's own
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		fmt.Fprintln(&b, path, info.Mode(), info.Size())
		if info.Mode().IsRegular() && info.Size() < 1<<20 {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "%d %q\n", info.ModTime().UnixNano(), data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// command runs one command line in the project at dir.
func command(dir string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(context.Background(), append([]string{"plansync", "-C", dir}, args...), world{stdin: strings.NewReader(""), stdout: &out, stderr: &errs,
		now: func() time.Time { return time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC) }})
	return code, out.String(), errs.String()
}

func TestHostileInput(t *testing.T) {
	hugo := hugoPath(t)
	if len(hostileCases) < 80 {
		t.Errorf("%d cases", len(hostileCases))
	}
	for _, test := range hostileCases {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("PLANSYNC_HUGO", hugo)
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			dir := t.TempDir()
			lay(t, dir, test.files)
			if test.setup != nil {
				test.setup(t, dir)
			}
			if test.args == nil {
				test.args = []string{"stubs"}
			}
			for i, arg := range test.args {
				if arg == "./fake" {
					test.args[i] = filepath.Join(dir, "fake")
				}
			}
			before := snapshot(t, dir)
			code, stdout, stderr := command(dir, test.args...)
			if code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			if !strings.Contains(stdout+stderr, test.sees) {
				t.Errorf("the user does not see %q", test.sees)
			}
			if strings.ContainsAny(stdout+stderr, "\x1b\x07\x00") {
				t.Error("a control character reached the terminal")
			}
			if after := snapshot(t, dir); after != before {
				t.Errorf("something was written:\n%s\nbefore:\n%s", after, before)
			}
			if t.Failed() {
				t.Logf("stdout: %s\nstderr: %s", stdout, stderr)
			}
		})
	}
}

// A fullDisk takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// What cannot be written to standard output is said once, and is no success.
func TestOutputThatCannotBeWritten(t *testing.T) {
	t.Setenv("PLANSYNC_HUGO", hugoPath(t))
	dir := t.TempDir()
	lay(t, dir, map[string]string{"content/learn/a/index.md": "+++\ntitle = 'b'\n+++\n"})
	for _, args := range [][]string{{"status"}, {"status", "--json"}, {"check"}, {"check", "--format", "github"}, {"sync", "--diff"}, {"brief", "a"}, {"completion", "bash"}, {"help"}} {
		var errs bytes.Buffer
		code := run(t.Context(), append([]string{"plansync", "-C", dir}, args...), world{stdin: strings.NewReader(""), stdout: fullDisk{}, stderr: &errs, now: time.Now})
		if code != exitError || strings.Count(errs.String(), "no space left on device") != 1 {
			t.Errorf("%v: exit code %d: %s", args, code, errs.String())
		}
	}
}

// An interrupt ends a command that waits for its input, and meanwhile others can work.
func TestInterruptedInput(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, nil)
	ctx, interrupt := context.WithCancel(t.Context())
	input, keyboard := io.Pipe()
	defer keyboard.Close()
	ended := make(chan int)
	go func() {
		ended <- run(ctx, []string{"plansync", "-C", dir, "new", "--queries", "-", "q"}, world{stdin: input, stdout: io.Discard, stderr: io.Discard, now: time.Now})
	}()
	if _, err := keyboard.Write([]byte("a search\n")); err != nil { // it reads by now
		t.Error(err)
	}
	if code, _, stderr := command(dir, "stubs"); code != exitOK {
		t.Errorf("stubs: exit code %d: %s", code, stderr)
	}
	interrupt()
	if code := <-ended; code != exitError {
		t.Errorf("exit code %d", code)
	}
}

// Titles are text, whatever they look like: in the stub, and to Hugo.
func TestHostileTitles(t *testing.T) {
	hugo := hugoPath(t)
	t.Setenv("PLANSYNC_HUGO", hugo)
	for i, title := range []string{
		`It's "quoted" and \escaped`, `+++`, `--- a: b`, `{{ .Site.Title }} {{< nothing >}} {{% x %}}`, `<script>alert(1)</script> & co`,
		"a\ttab", `'''`, `"""`, `C:\temp\n`, "`<!-- comment -->`", `${HOME} $(id)`, "emoji 👩🏽‍💻 and \u200f rtl", "Ünïcødé", `# not a heading`, "`[a](b)`", `[a] (b)`,
	} {
		dir := t.TempDir()
		lay(t, dir, map[string]string{"plan/p.md": "## Identified Search Queries\n1. **a** — " + title + "\n"})
		if code, _, stderr := command(dir, "stubs"); code != 0 {
			t.Errorf("%d %q: exit code %d: %s", i, title, code, stderr)
			continue
		}
		source, err := os.ReadFile(filepath.Join(dir, "content/learn/a/index.md"))
		if err != nil {
			t.Fatal(err)
		}
		if p, err := page.Parse("a", source); err != nil || p.Front.Title != title {
			t.Errorf("%q reads as %q, %v", title, p.Front.Title, err)
		}
		published := strings.Replace(string(source), "draft = true", "draft = false", 1)
		if err := os.WriteFile(filepath.Join(dir, "content/learn/a/index.md"), []byte(published), 0o666); err != nil {
			t.Fatal(err)
		}
		code, stdout, stderr := command(dir, "status", "--json")
		if code != 0 || !strings.Contains(stdout, `"published": 1`) {
			t.Errorf("%q: exit code %d: %s", title, code, stderr)
		}
	}
}

// Places that are unusual, and fine.
func TestUnusualPlaces(t *testing.T) {
	hugo := hugoPath(t)
	tests := []struct {
		name  string
		files map[string]string
		setup func(t *testing.T, dir string)
		env   map[string]string
		makes string
	}{
		{name: "a path with blanks and other scripts", makes: "content/learn/a/index.md"},
		{name: "foreign files beside the plan", files: map[string]string{"plan/README.md": "# Notes\n- [ ] **Not a Slug**\n", "plan/data.csv": "x", "plan/raw.md": "\xff\x00\x1b"}, makes: "content/learn/a/index.md"},
		{name: "a pipe beside the plan", setup: func(t *testing.T, dir string) {
			if err := mkfifo(filepath.Join(dir, "plan/q.md")); err != nil {
				t.Skip(err)
			}
		}, makes: "content/learn/a/index.md"},
		{name: "a folder, a link to nothing and a gigabyte beside the plan", files: map[string]string{"plan/dir.md/x": "x"}, setup: func(t *testing.T, dir string) {
			link("nowhere.md", "plan/link.md")(t, dir)
			if err := os.WriteFile(filepath.Join(dir, "plan/large.md"), nil, 0o666); err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(filepath.Join(dir, "plan/large.md"), 1<<30); err != nil {
				t.Skip(err)
			}
		}, makes: "content/learn/a/index.md"},
		{name: "a plan behind a link", setup: link("../elsewhere.md", "plan/z.md"), files: map[string]string{"elsewhere.md": strings.ReplaceAll(goodPlan, "**a**", "**z**")}, makes: "content/learn/z/index.md"},
		{name: "a split configuration", files: map[string]string{"hugo.toml": "", "config/_default/hugo.toml": "contentDir = 'c'\n", "config/_default/params.toml": "[plansync]\nsection = 'docs'\n"}, makes: "c/docs/a/index.md"},
		{name: "an environment override", env: map[string]string{"HUGO_CONTENTDIR": "c"}, makes: "c/learn/a/index.md"},
		{name: "no home", env: map[string]string{"HOME": "", "XDG_CACHE_HOME": ""}, makes: "content/learn/a/index.md"},
		{name: "an archetype of the second theme", files: map[string]string{"hugo.toml": "theme = ['one', 'two']\n", "themes/one/layouts/x.html": "x", "themes/two/archetypes/learn.md": "---\nx: {{ .Date }}\n---\nThe outline.\n"}, makes: "content/learn/a/index.md"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("PLANSYNC_HUGO", hugo)
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			dir := filepath.Join(t.TempDir(), "a site – サイト")
			lay(t, dir, test.files)
			if test.setup != nil {
				test.setup(t, dir)
			}
			if code, _, stderr := command(dir, "stubs"); code != 0 {
				t.Fatalf("exit code %d: %s", code, stderr)
			}
			if _, err := os.Stat(filepath.Join(dir, test.makes)); err != nil {
				t.Error(err)
			}
			if code, _, stderr := command(dir, "stubs", "--check"); code != 0 {
				t.Errorf("a second run writes something: %s", stderr)
			}
		})
	}
}
