package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// hostileWords are what somebody may write into a title, a file name or an address.
var hostileWords = map[string]string{
	"a new title of the window": "\x1b]0;owned\x07",
	"a clear screen":            "\x1b[2J\x1b[H",
	"the same with one byte":    "\u009b2J",
	"an end of a string":        "\u009c\u0090q",
	"backspaces":                "x\b\b\b\bok",
	"a carriage return":         "bad\rgood",
	"a line of a log":           "\n::error file=hugo.toml,line=1::forged",
	"the end of commands":       "\n::stop-commands::token",
	"a command at the start":    "::error title=forged::x",
	"a command after a blank":   "\u00a0::add-mask::e",
	"an old command":            "##[error]forged",
	"line separators":           "a\u2028::warning::b\u2029c\u0085d",
	"a deleted character":       "\x7f",
	"a bell":                    "\a",
	"a link of a terminal":      "\x1b]8;;https://evil.example\x1b\\text\x1b]8;;\x1b\\",
	"a fence":                   "```\n- [x] done",
	"a percent sign":            "%0A::error::x %s%d",
	"a NUL":                     "a\x00b",
	"broken UTF-8":              "a\xff\xfe\x9b2Jb",
}

// asOutput fails if what was written commands a terminal, or a runner that reads it.
func asOutput(t *testing.T, name string, data []byte, commands bool) {
	t.Helper()
	for line := range bytes.Lines(data) {
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		for _, r := range string(line) {
			if isControl(r) && r != '\t' {
				t.Errorf("%s: a control character in %q", name, line)
				break
			}
		}
		if i := bytes.IndexByte(line, 0x9b); i > 0 && !utf8.Valid(line) && line[i-1] < 0x80 {
			t.Errorf("%s: a bare byte 9b in %q", name, line)
		}
		if !commands {
			continue
		}
		// What GitHub's runner takes for a command.
		isCommand := strings.HasPrefix(strings.TrimSpace(string(line)), "::") || bytes.Contains(line, []byte("##["))
		ours := bytes.HasPrefix(line, []byte("::error file=")) || bytes.HasPrefix(line, []byte("::warning file=")) ||
			bytes.HasPrefix(line, []byte("::notice file="))
		properties, _, _ := bytes.Cut(line[min(2, len(line)):], []byte("::"))
		if isCommand && (!ours || !bytes.Contains(properties, []byte(",title="))) {
			t.Errorf("%s: a command: %q", name, line)
		}
	}
}

// Whatever stands in a plan, a page or a file name: no command writes it so that it commands something.
func TestWordsOfFilesCommandNothing(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("file names cannot hold this there")
	}
	commands := [][]string{
		{"status"}, {"status", "--json"}, {"status", "--gsc", "gsc.csv"}, {"check"}, {"check", "--json"},
		{"check", "--format", "sarif"}, {"check", "--format", "github"}, {"stubs", "--dry-run"}, {"stubs", "--diff"},
		{"stubs", "--update", "--diff"}, {"sync", "--dry-run"}, {"sync", "--diff"}, {"sync", "--prune", "--diff"},
		{"sync", "--check"}, {"sync", "--plan", "%"}, {"check", "--plan", "%"}, {"brief", "b"}, {"brief", "%"}, {"repair", "--diff", "%"},
		{"repair", "--diff", "plan/p.md"}, {"new", "--dry-run", "%", "a query"}, {"new", "--diff", "a question", "%"},
		{"new", "--file", "plan/p.md", "a question", "%"}, {"%"}, {"help", "%"}, {"completion", "%"}, {"check", "--format", "%"}, {"--%"},
	}
	tried := 0
	for kind, word := range hostileWords {
		t.Run(kind, func(t *testing.T) {
			dir := t.TempDir()
			name := strings.NewReplacer("/", "", "\x00", "").Replace(word)
			text := strings.ReplaceAll(word, "\n", " ") // in a plan a line ends there
			lay(t, dir, map[string]string{
				"plan/p.md": "# T " + word + "\n## Identified Search Queries\n1. **a** — A " + text + "\n2. **b** — " + text +
					"\n3. **c d** — C" + text + "\n- \"" + text + "\"\n\n## Implementation Phases\n" +
					"### Phase 1: P " + text + "\n- [ ] **a**\n- [ ] **b** " + text + "\n- [x] **x" + text + "**\n### Phase 2: " + text + "\n" +
					" ::error ::context\n- [ ] **e**\n## COMPLETED TASKS\n",
				"plan/" + name + ".md":                  goodPlan,
				"plan/x" + name + ".md":                 "## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n",
				"content/learn/a/index.md":              "+++\ntitle = " + fmt.Sprintf("%q", "A") + "\ndate = 2020-01-01\ncategories = ['p']\n+++\n[x](" + text + ") {{< x >}}\n",
				"content/learn/b" + name + ".md":        "---\ntitle: |\n  " + text + "\ndraft: maybe\n---\n" + word + "\n",
				"content/" + name + "/y.md":             "---\ntitle: '" + text + "\n---\n",
				"content/categories/" + name + "/_x.md": "x",
				"gsc.csv":                               "Top queries,Clicks,Impressions,CTR,Position\n\"" + strings.ReplaceAll(word, "\"", "") + "\",1,2,50%,1\n",
			})
			fakeHugo("cat <<'E'\npath,title,permalink,kind,section\ncontent/learn/a/index.md,A,https://h.example/learn/a/,page,learn\nE\n"+
				"printf '%s\\n' \"$0 $*\" >&2; cat plan/p.md >&2")(t, dir)
			for _, inWorkflow := range []bool{false, true} {
				t.Setenv("GITHUB_ACTIONS", fmt.Sprint(inWorkflow))
				for _, command := range commands {
					args := []string{"plansync", "-C", dir}
					for _, arg := range command {
						if arg == "gsc.csv" {
							arg = filepath.Join(dir, arg)
						}
						args = append(args, strings.ReplaceAll(arg, "%", word))
					}
					if slices.Contains([]string{"status", "check", "sync"}, command[0]) {
						args = slices.Insert(args, 4, "--hugo", filepath.Join(dir, "fake"))
					}
					var stdout, stderr bytes.Buffer
					run(context.Background(), args, world{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, now: now})
					name := fmt.Sprintf("%q in a workflow: %v", command, inWorkflow)
					asOutput(t, name, stdout.Bytes(), inWorkflow)
					asOutput(t, name+", on stderr", stderr.Bytes(), inWorkflow)
					if slices.ContainsFunc(command, func(arg string) bool { return strings.HasSuffix(arg, "json") || arg == "sarif" }) &&
						stdout.Len() > 0 && !json.Valid(stdout.Bytes()) {
						t.Errorf("%s: no JSON: %s", name, stdout.Bytes())
					}
					tried++
				}
			}
		})
	}
	t.Logf("%d runs", tried)
}

// What a command passes on of another program commands nothing either, however it is cut.
func TestForeignWords(t *testing.T) {
	for kind, word := range hostileWords {
		text := "WARN  a page: " + word + "\r\nnext " + word
		for size := 1; size < 6; size++ {
			var b bytes.Buffer
			w := foreign(&b)
			for part := range slices.Chunk([]byte(text), size) {
				if _, err := w.Write(part); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			asOutput(t, kind, b.Bytes(), false)
		}
	}
}

// Colours are ours, and stay.
func TestColoursAreLeft(t *testing.T) {
	var b bytes.Buffer
	r := &report{out: &b, err: &b, colorOut: true, colorErr: true}
	r.step("n\x1bame", "%s", "a\x1bb\nc")
	if want := "\x1b[1mn\ufffdame:\x1b[0m a\ufffdb\ufffdc\n"; b.String() != want {
		t.Errorf("%q", b.String())
	}
}

// A diff keeps the ends of lines as they are, so that it can be applied.
func TestADiffKeepsTheEndsOfLines(t *testing.T) {
	var b bytes.Buffer
	(&report{out: &b}).diff("p.md", []byte("a\r\nb\n"), []byte("a\r\nc\r\n"))
	if !strings.HasSuffix(b.String(), " a\r\n-b\n+c\r\n") {
		t.Errorf("%q", b.String())
	}
}

// There is one way out for words: what prints past it could be forgotten.
func TestOneWayOutForWords(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	// A script for a shell, and the file itself.
	mayPrint := map[string]bool{"words.go printf": true, "words.go escapedControls": true, "completion_cmd.go completion": true}
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			function, ok := decl.(*ast.FuncDecl)
			if !ok || mayPrint[name+" "+function.Name.Name] {
				continue
			}
			ast.Inspect(function, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				method, ok := call.Fun.(*ast.SelectorExpr)
				if !ok || len(call.Args) == 0 {
					return true
				}
				if x, ok := method.X.(*ast.Ident); ok && x.Name == "fmt" && strings.Contains(method.Sel.Name, "rint") {
					if to, ok := call.Args[0].(*ast.UnaryExpr); ok && to.Op == token.AND { // a buffer
						return true
					}
					if !strings.HasPrefix(method.Sel.Name, "S") {
						t.Errorf("%s: %s prints by itself: let printf do it", set.Position(call.Pos()), function.Name.Name)
					}
				}
				return true
			})
		}
	}
}

// A file beside the plans that cannot be read, or is none, stops nothing else; many of them give one line.
func TestFilesBesideAPlan(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links and pipes")
	}
	for _, c := range []struct {
		name  string
		setup func(t *testing.T, dir string)
		sees  string
	}{
		{"a link that loops", link("loop.md", "plan/loop.md"), "skipped: "},
		{"two links that loop", func(t *testing.T, dir string) {
			link("m.md", "plan/l.md")(t, dir)
			link("l.md", "plan/m.md")(t, dir)
		}, "skipped: "},
		{"a link to nothing", link("nowhere.md", "plan/x.md"), "skipped: "},
		{"a link to itself as a folder", link(".", "plan/x.md"), "skipped: "},
		{"a link to a device", link("/dev/zero", "plan/x.md"), "skipped: "},
		{"a link through a file", link("p.md/x", "plan/x.md"), "skipped: "},
		{"a link with a name too long", link(strings.Repeat("n", 300), "plan/x.md"), "skipped: "},
		{"a named pipe", func(t *testing.T, dir string) {
			if err := mkfifo(filepath.Join(dir, "plan/x.md")); err != nil {
				t.Fatal(err)
			}
		}, "skipped: "},
		{"a folder", func(t *testing.T, dir string) {
			if err := os.Mkdir(filepath.Join(dir, "plan/x.md"), 0o777); err != nil {
				t.Fatal(err)
			}
		}, "skipped: "},
		{"10,000 files that are no plans", func(t *testing.T, dir string) {
			for i := range 10_000 {
				name := filepath.Join(dir, fmt.Sprintf("plan/n%05d.md", i))
				if err := os.WriteFile(name, []byte("## Implementation Phases\n### Phase 1: P\n- [ ] **a**\n"), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		}, "skipped: plan/n00000.md, plan/n00001.md, plan/n00002.md and 9997 other files: phases, but no section"},
		{"many links to nothing", func(t *testing.T, dir string) {
			for i := range 50 {
				link("nowhere.md", fmt.Sprintf("plan/x%d.md", i))(t, dir)
			}
		}, "skipped: 47 files more that cannot be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			lay(t, dir, map[string]string{"content/learn/a/index.md": "---\ntitle: A\n---\n"})
			c.setup(t, dir)
			fakeHugo("echo "+listHeader+"; echo "+
				listLine("content/learn/a/index.md", "https://h.example/learn/a/", false))(t, dir)
			var out strings.Builder
			w := world{stdin: strings.NewReader(""), stdout: &out, stderr: &out, now: now}
			code := run(context.Background(), []string{"plansync", "-C", dir, "sync", "--hugo", filepath.Join(dir, "fake")}, w)
			if code != exitOK || !strings.Contains(out.String(), c.sees) || !strings.Contains(out.String(), "updated: plan/p.md: 1 box checked") {
				t.Errorf("exit code %d: %.2000s", code, out.String())
			}
			if n := strings.Count(out.String(), "\n"); n > 5 || out.Len() > 2000 {
				t.Errorf("%d lines, %d bytes", n, out.Len())
			}
		})
	}
}
