package github

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	mdtext "github.com/yuin/goldmark/text"
	"go.yaml.in/yaml/v3"
)

const root = "../.."

// repository makes a git repository with the scripts in it, one commit, and a bare remote.
func repository(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "clone")
	for _, name := range []string{".github/scripts/wait-for-deploy.sh", ".github/scripts/propose-sync.sh", "tools/netlify/ignore.sh"} {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, name, string(data))
	}
	write(t, dir, "plan/p.md", "- [ ] **a**\n- [ ] **b**\n")
	git(t, filepath.Dir(dir), "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
	git(t, dir, "init", "--quiet", "--initial-branch=main")
	git(t, dir, "config", "user.name", "T")
	git(t, dir, "config", "user.email", "t@example.org")
	git(t, dir, "remote", "add", "origin", "../remote.git")
	commit(t, dir, "first")
	git(t, dir, "push", "--quiet", "origin", "main")
	return dir
}

func write(t *testing.T, dir, name, data string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o777); err != nil {
		t.Fatal(err)
	}
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	command := exec.Command("git", args...)
	command.Dir = dir
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// commit commits everything and returns its name.
func commit(t *testing.T, dir, message string) string {
	t.Helper()
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "--quiet", "--message", message)
	return git(t, dir, "rev-parse", "HEAD")
}

// script runs a script of the repository and returns its output and exit code.
func script(t *testing.T, dir string, env []string, name string, args ...string) (string, int) {
	t.Helper()
	command := exec.Command("bash", append([]string{".github/scripts/" + name}, args...)...)
	command.Dir = dir
	command.Env = append(os.Environ(), env...)
	out, err := command.CombinedOutput()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		t.Fatal(err)
	}
	return string(out), command.ProcessState.ExitCode()
}

func TestWaitForDeploy(t *testing.T) {
	dir := repository(t)
	first := git(t, dir, "rev-parse", "HEAD")
	write(t, dir, "site/x.md", "x")
	second := commit(t, dir, "an article")
	write(t, dir, "plan/p.md", "- [x] **a**\n- [ ] **b**\n")
	third := commit(t, dir, "only the plan")

	tests := []struct {
		name   string
		stamps []string // what the site serves, request by request; the last one stays
		commit string
		code   int
		asked  int32
	}{
		{"it is there", []string{second}, second, 0, 1},
		{"it comes after a while", []string{first, "", first, second}, second, 0, 4},
		{"a later commit contains it", []string{second}, first, 0, 1},
		{"it never comes", []string{first}, second, 1, 4},
		{"the site answers with something else", []string{"<html>not found</html>"}, second, 1, 4},
		{"a plan alone is never deployed", []string{second}, third, 0, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var asked atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				n := int(asked.Add(1))
				stamp := test.stamps[min(n, len(test.stamps))-1]
				if stamp == "" {
					http.Error(w, "busy", http.StatusServiceUnavailable)
					return
				}
				fmt.Fprintln(w, stamp)
			}))
			defer server.Close()
			// Three waits of one second at most; a test of the script's logic, not of the clock.
			out, code := script(t, dir, []string{"WAIT_SECONDS=3", "WAIT_EVERY=1"}, "wait-for-deploy.sh", server.URL+"/build.txt", test.commit)
			if code != test.code || asked.Load() != test.asked {
				t.Errorf("exit code %d after %d requests, want %d after %d\n%s", code, asked.Load(), test.code, test.asked, out)
			}
		})
	}
}

// gh stands in for the GitHub CLI: GitHub is out of a test's reach. It notes its arguments and the body of a pull request.
const gh = `#!/usr/bin/env bash
printf '%s\n' "$*" >> "$GH_LOG"
case "$1 $2" in
'pr list') cat "$GH_OPEN" 2>/dev/null || true ;;
'pr create' | 'pr edit')
  while (($#)); do
    if [[ $1 == --body-file ]]; then cp "$2" "$GH_BODY"; fi
    shift
  done ;;
esac
`

func TestProposeSync(t *testing.T) {
	dir := repository(t)
	tools := t.TempDir()
	write(t, tools, "bin/gh", gh)
	log, open, body := filepath.Join(tools, "log"), filepath.Join(tools, "open"), filepath.Join(tools, "body")
	env := []string{"PATH=" + filepath.Join(tools, "bin") + ":" + os.Getenv("PATH"), "GH_LOG=" + log, "GH_OPEN=" + open, "GH_BODY=" + body, "PLANSYNC_INDEXNOW_KEY="}
	read := func(name string) string {
		data, _ := os.ReadFile(name)
		return string(data)
	}

	// Nothing to record: no branch, no pull request.
	write(t, tools, "sync", "#!/bin/sh\necho 'sync: nothing to write' >&2\n")
	if out, code := script(t, dir, env, "propose-sync.sh", filepath.Join(tools, "sync")); code != 0 || read(log) != "" || !strings.Contains(out, "nothing to propose") {
		t.Errorf("exit code %d\n%s\n%s", code, out, read(log))
	}

	// With a key, search engines are told.
	write(t, tools, "sync", "#!/bin/sh\n[ \"$*\" = 'sync --live --indexnow' ] || exit 9\n")
	if out, code := script(t, dir, append(env, "PLANSYNC_INDEXNOW_KEY=12345678"), "propose-sync.sh", filepath.Join(tools, "sync")); code != 0 {
		t.Errorf("exit code %d\n%s", code, out)
	}

	// A change becomes one commit of the plan on a branch of its own, and a pull request that shows it.
	write(t, tools, "sync", "#!/bin/sh\n[ \"$*\" = 'sync --live' ] || exit 9\nsed -i '1s/ /x/2' plan/p.md; touch stray\necho 'updated: plan/p.md' >&2\n")
	if out, code := script(t, dir, env, "propose-sync.sh", filepath.Join(tools, "sync")); code != 0 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	if got := git(t, dir, "diff", "--name-only", "main", "origin/plansync/sync"); got != "plan/p.md" {
		t.Errorf("the branch changes %q", got)
	}
	for _, want := range []string{"| `plan/p.md` | 1 | 1 |", "-- [ ] **a**", "updated: plan/p.md"} {
		if !strings.Contains(read(body), want) {
			t.Errorf("the pull request does not show %q:\n%s", want, read(body))
		}
	}
	if !strings.Contains(read(log), "pr create --head plansync/sync --base main") {
		t.Errorf("gh was called with:\n%s", read(log))
	}

	// A second run updates the one that is open.
	git(t, dir, "checkout", "--quiet", "main")
	write(t, filepath.Dir(open), "open", "7\n")
	if out, code := script(t, dir, env, "propose-sync.sh", filepath.Join(tools, "sync")); code != 0 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	if !strings.Contains(read(log), "pr edit 7") || strings.Count(read(log), "pr create") != 1 {
		t.Errorf("gh was called with:\n%s", read(log))
	}

	// GitHub takes 65,536 characters: what is longer is cut, and says so.
	git(t, dir, "checkout", "--quiet", "main")
	write(t, tools, "sync", "#!/bin/sh\nfor i in $(seq 9000); do echo \"- [x] **a$i** é\" >> plan/p.md; echo \"advice: a$i is not known\" >&2; done\n")
	if out, code := script(t, dir, env, "propose-sync.sh", filepath.Join(tools, "sync")); code != 0 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	if got := read(body); len(got) > 65_536 || strings.Count(got, "\n… cut here: ") != 2 || strings.Count(got, "```") != 4 || !utf8.ValidString(got) {
		t.Errorf("a long pull request has %d bytes, and ends with:\n%s", len(got), got[max(0, len(got)-300):])
	}

	// What was written before a failure, say of an announcement, is proposed, and the failure shows.
	git(t, dir, "checkout", "--quiet", "main")
	write(t, tools, "sync", "#!/bin/sh\nsed -i '1s/ /y/2' plan/p.md; echo 'error: --indexnow: 429' >&2\nexit 2\n")
	if out, code := script(t, dir, env, "propose-sync.sh", filepath.Join(tools, "sync")); code != 2 || strings.Count(read(log), "pr edit 7") != 3 || !strings.Contains(read(body), "429") {
		t.Errorf("exit code %d\n%s\n%s", code, out, read(log))
	}

	// A sync that failed before it wrote proposes nothing.
	git(t, dir, "checkout", "--quiet", "main")
	if err := os.Remove(log); err != nil {
		t.Fatal(err)
	}
	write(t, tools, "sync", "#!/bin/sh\necho 'error: no network' >&2\nexit 2\n")
	if out, code := script(t, dir, env, "propose-sync.sh", filepath.Join(tools, "sync")); code != 2 || read(log) != "" || !strings.Contains(out, "no network") {
		t.Errorf("exit code %d\n%s\n%s", code, out, read(log))
	}
}

// Nothing in a plan, or in what plansync says, ends the code block that shows it.
func TestProposeSyncFences(t *testing.T) {
	for _, text := range []string{"```sh\nx\n```", " ```\n- [ ] **c**", "````\n```\n", "`````````", "~~~\n```", "a ```` b"} {
		dir := repository(t)
		tools := t.TempDir()
		write(t, tools, "bin/gh", gh)
		body := filepath.Join(tools, "body")
		env := []string{"PATH=" + filepath.Join(tools, "bin") + ":" + os.Getenv("PATH"), "GH_LOG=" + filepath.Join(tools, "log"), "GH_OPEN=" + filepath.Join(tools, "open"), "GH_BODY=" + body, "PLANSYNC_INDEXNOW_KEY="}
		write(t, dir, "plan/p.md", "- [ ] **a**\n"+text+"\n- [ ] **b**\n")
		write(t, dir, "plan/a|`b`.md", "- [ ] **a**\n")
		commit(t, dir, "a fence")
		write(t, tools, "sync", "#!/bin/sh\nsed -i '1s/ /x/2' plan/*.md\ncat plan/p.md >&2\n")
		if out, code := script(t, dir, env, "propose-sync.sh", filepath.Join(tools, "sync")); code != 0 {
			t.Fatalf("exit code %d\n%s", code, out)
		}
		data, err := os.ReadFile(body)
		if err != nil {
			t.Fatal(err)
		}
		var blocks []string
		document := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(mdtext.NewReader(data))
		for n := document.FirstChild(); n != nil; n = n.NextSibling() {
			kind := n.Kind().String()
			blocks = append(blocks, kind)
		}
		if got := strings.Join(blocks, " "); got != "Paragraph Table FencedCodeBlock FencedCodeBlock" {
			t.Errorf("%q: the pull request has the blocks %s:\n%s", text, got, data)
		}
	}
}

// From a tag, the change is proposed to the default branch; where there is no branch, nothing is done.
func TestProposeSyncWithoutABranch(t *testing.T) {
	for _, test := range []struct {
		name  string
		setup func(dir string)
		code  int
		base  string
	}{
		{"a tag", func(dir string) {
			git(t, dir, "tag", "v1")
			git(t, dir, "checkout", "--quiet", "v1")
		}, 0, "main"},
		{"a commit", func(dir string) { git(t, dir, "checkout", "--quiet", "--detach") }, 0, "main"},
		{"another branch", func(dir string) { git(t, dir, "checkout", "--quiet", "-b", "next") }, 0, "next"},
		{"the branch of the change", func(dir string) { git(t, dir, "checkout", "--quiet", "-b", "plansync/sync") }, 2, ""},
		{"a tag, and a remote without a branch of its own", func(dir string) {
			git(t, filepath.Dir(dir), "-C", "remote.git", "symbolic-ref", "HEAD", "refs/heads/none")
			git(t, dir, "checkout", "--quiet", "--detach")
		}, 0, "main"},
		{"the same, in two branches", func(dir string) {
			git(t, filepath.Dir(dir), "-C", "remote.git", "symbolic-ref", "HEAD", "refs/heads/none")
			git(t, dir, "push", "--quiet", "origin", "main:next")
			git(t, dir, "checkout", "--quiet", "--detach")
		}, 2, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := repository(t)
			tools := t.TempDir()
			write(t, tools, "bin/gh", gh)
			log := filepath.Join(tools, "log")
			env := []string{"PATH=" + filepath.Join(tools, "bin") + ":" + os.Getenv("PATH"), "GH_LOG=" + log, "GH_OPEN=" + filepath.Join(tools, "open"), "GH_BODY=" + filepath.Join(tools, "body"), "PLANSYNC_INDEXNOW_KEY="}
			test.setup(dir)
			write(t, tools, "sync", "#!/bin/sh\nsed -i '1s/ /x/2' plan/p.md\n")
			out, code := script(t, dir, env, "propose-sync.sh", filepath.Join(tools, "sync"))
			said, _ := os.ReadFile(log)
			if code != test.code || test.base != "" && !strings.Contains(string(said), "pr create --head plansync/sync --base "+test.base+" ") {
				t.Errorf("exit code %d\n%s\n%s", code, out, said)
			}
			if pushed := git(t, dir, "ls-remote", "origin", "plansync/sync"); (pushed != "") != (test.code == 0) {
				t.Errorf("pushed: %q", pushed)
			}
		})
	}
}

// action runs the step of the action that runs a script, as GitHub's runner does: with the inputs in its environment.
func action(t *testing.T, dir string, env []string, inputs map[string]string) (string, int) {
	t.Helper()
	var metadata struct {
		Inputs map[string]struct{ Default string }
		Runs   struct {
			Steps []struct {
				Run string
				Env map[string]string
			}
		}
	}
	path, err := filepath.Abs(root + "/.github/actions/plansync")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path + "/action.yml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, &metadata); err != nil {
		t.Fatal(err)
	}
	step := metadata.Runs.Steps[len(metadata.Runs.Steps)-1]
	if strings.Contains(step.Run, "${{") {
		t.Errorf("an expression becomes part of the script: %s", step.Run)
	}
	command := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run)
	command.Dir = dir
	command.Env = append(append(os.Environ(), env...), "GITHUB_ACTION_PATH="+path, "RUNNER_TEMP="+t.TempDir())
	for name, value := range step.Env {
		for input, declared := range metadata.Inputs {
			given, ok := inputs[input]
			if !ok {
				given = declared.Default
			}
			value = strings.ReplaceAll(value, "${{ inputs."+input+" }}", given)
		}
		command.Env = append(command.Env, name+"="+value)
	}
	out, err := command.CombinedOutput()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		t.Fatal(err)
	}
	return string(out), command.ProcessState.ExitCode()
}

// fakeHugo answers as Hugo does of a site without pages, once the toolchain is what the action asks for.
const fakeHugo = `#!/bin/sh
[ "$GOTOOLCHAIN" = auto ] || exit 9
case "$1" in
version) echo 'hugo v0.165.0 linux/amd64' ;;
config) echo '{"contentdir": "content", "publishdir": "public", "archetypedir": "archetypes",
"themesdir": "themes", "defaultcontentlanguage": "en", "taxonomies": {"category": "categories"},
"module": {"mounts": [{"source": "content", "target": "content"}]}}' ;;
*) echo path,slug,title,date,expiryDate,publishDate,draft,permalink,kind,section ;;
esac
`

// Another repository, whose site lies in a folder, uses the action.
func TestAction(t *testing.T) {
	tests := []struct {
		name   string
		inputs map[string]string
		code   int
		want   string // in the output
	}{
		{"findings are annotations", map[string]string{"directory": "docs"}, 1, `::warning file=docs/plan/p.md,line=5,col=9,title=not-published::"a": recorded as published, not published%0Ahint: publish it`},
		{"another format", map[string]string{"directory": "docs", "args": "--format text"}, 1, `plan/p.md:5:9: warning: "a": recorded as published, not published [not-published]`},
		{"arguments on lines", map[string]string{"directory": "docs", "args": "\n--plan\tplan/q.md\n"}, 0, ""},
		{"another command", map[string]string{"directory": "docs", "command": "stubs", "args": "--dry-run"}, 0, "would be created: content/learn/a/index.md\n"},
		{"nothing is expanded", map[string]string{"directory": "docs", "args": "--plan $(touch${IFS}pwned);* `touch pwned`"}, 2, "error: no arguments are taken, \"`touch\" is one\n"},
		{"nor in a command", map[string]string{"directory": "docs", "command": "status; touch pwned"}, 2, "error: no command \"status; touch pwned\"\n"},
		{"nor in a folder", map[string]string{"directory": "$(touch pwned)"}, 2, "error: $(touch pwned): no such folder\n"},
		{"no command", map[string]string{"command": ""}, 1, "names no command of plansync\n"},
		{"not a site", nil, 2, "error: .: no configuration of Hugo\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "docs/hugo.toml", "title = 'T'\n")
			write(t, dir, "docs/plan/p.md", "## Identified Search Queries\n1. **a** — A\n## Implementation Phases\n### Phase 1: P\n- [x] **a** - [/learn/a](https://example.org/learn/a)\n")
			write(t, dir, "docs/plan/q.md", "## Identified Search Queries\n1. **b** — B\n")
			write(t, dir, "hugo", fakeHugo)
			out, code := action(t, dir, []string{"PLANSYNC_HUGO=" + filepath.Join(dir, "hugo"), "GOTOOLCHAIN=local"}, test.inputs) // as setup-go leaves it
			if code != test.code || !strings.Contains(out, test.want) {
				t.Errorf("exit code %d, want %d and %s\n%s", code, test.code, test.want, out)
			}
			for _, name := range []string{"pwned", "docs/pwned"} {
				if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
					t.Error("an input was run")
				}
			}
		})
	}
}

// The workflows are read by actionlint, which knows their syntax, expressions and permissions.
func TestActionlint(t *testing.T) {
	if os.Getenv("PLANSYNC_TEST_REQUIRE") != "all" {
		t.Skip("actionlint is fetched and compiled only when PLANSYNC_TEST_REQUIRE is all")
	}
	workflows, err := filepath.Glob(root + "/.github/workflows/*.yml")
	if err != nil || len(workflows) == 0 {
		t.Fatalf("no workflows: %v", err)
	}
	command := exec.Command("go", append([]string{"run", "github.com/rhysd/actionlint/cmd/actionlint@v1.7.7"}, workflows...)...)
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// What a workflow uses of others is pinned by commit.
func TestActionsArePinned(t *testing.T) {
	var names []string
	for _, pattern := range []string{"/.github/workflows/*.yml", "/.github/actions/*/action.yml"} {
		found, err := filepath.Glob(root + pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: none, %v", pattern, err)
		}
		names = append(names, found...)
	}
	used := 0
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if _, action, ok := strings.Cut(line, "uses: "); ok && !strings.HasPrefix(action, "./") {
				used++
				if _, ref, _ := strings.Cut(strings.Fields(action)[0], "@"); len(ref) != 40 {
					t.Errorf("%s: %s is not pinned by commit", name, action)
				}
			}
		}
	}
	if used == 0 {
		t.Error("nothing is used, or none of it was found")
	}
}
