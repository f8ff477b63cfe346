package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/atomicfile"
)

// listing is a Hugo that lists the pages that exist, after it did something else. The articles are published, whatever
// their pages say.
func listing(t *testing.T, dir, first string, slugs ...string) {
	t.Helper()
	fakeHugo(first+`
published=" `+strings.Join(slugs, " ")+` "
echo `+listHeader+`
for file in content/learn/*/index.md content/categories/*/_index.md; do
	[ -f "$file" ] || continue
	name=$(basename "$(dirname "$file")") kind=page draft=true
	case "$file" in content/categories/*) kind=term ;; esac
	grep -q '^draft[ =:]*true' "$file" || draft=false
	case "$published" in *" $name "*) draft=false ;; esac
	echo "$file,,T,0001-01-01T00:00:00Z,0001-01-01T00:00:00Z,0001-01-01T00:00:00Z,$draft,https://h.example/learn/$name/,$kind,learn"
done
`)(t, dir)
	t.Setenv("PLANSYNC_HUGO", filepath.Join(dir, "fake"))
}

// Whoever saves the plan while sync is at work wins, and sync says so.
func TestTheEditorThatSavedInBetweenWins(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{"content/learn/a/index.md": "---\ntitle: A\n---\n"})
	plan := filepath.Join(dir, "plan/p.md")
	listing(t, dir, "echo 'by hand' >> plan/p.md", "a")
	code, _, stderr := command(dir, "sync")
	if code != exitError || !strings.Contains(stderr, "plan/p.md: changed by someone else since it was read") || !strings.Contains(stderr, "hint: run again") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if got := string(readFile(t, plan)); got != goodPlan+"by hand\n" {
		t.Errorf("the editor saved something else: %q", got)
	}
	listing(t, dir, "", "a")
	if code, _, stderr := command(dir, "sync"); code != exitOK {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if got := string(readFile(t, plan)); !strings.Contains(got, "- [x] **a**") || !strings.HasSuffix(got, "by hand\n") {
		t.Errorf("after another run: %q", got)
	}
}

// keepOut takes the lock of a project as another run would, until release is called. The test's runs have little patience.
func keepOut(t *testing.T, dir string) (release func() error) {
	t.Helper()
	release, err := atomicfile.Lock(context.Background(), dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	patience := lockWait
	t.Cleanup(func() { lockWait = patience })
	lockWait = 100 * time.Millisecond
	return release
}

// A second run waits for the first one and then sees what that wrote; if it waits too long it says who keeps it.
func TestTwoRunsAtOnce(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{"content/learn/a/index.md": "---\ntitle: A\n---\n"})
	listing(t, dir, "", "a")
	release := keepOut(t, dir)
	for _, name := range []string{"build", "stubs", "sync", "repair"} {
		before := snapshot(t, dir)
		code, _, stderr := command(dir, name)
		if code != exitError || !strings.Contains(stderr, fmt.Sprintf("in use by another plansync run (process %d, since", os.Getpid())) || !strings.Contains(stderr, "hint: wait until") {
			t.Errorf("%s: exit code %d: %s", name, code, stderr)
		}
		if snapshot(t, dir) != before {
			t.Errorf("%s wrote something", name)
		}
	}
	lockWait = time.Minute
	ended := make(chan string)
	go func() {
		_, _, stderr := command(dir, "sync")
		ended <- stderr
	}()
	time.Sleep(200 * time.Millisecond) // by now it waits; if it does not yet, it has only an easier time
	if err := os.WriteFile(filepath.Join(dir, "plan/p.md"), []byte(goodPlan+"by the first run\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	stderr := <-ended
	if got := string(readFile(t, filepath.Join(dir, "plan/p.md"))); !strings.Contains(got, "- [x] **a**") || !strings.HasSuffix(got, "by the first run\n") {
		t.Errorf("%q: %s", got, stderr)
	}
}

// A watch waits for another run, as long as that takes, and ends when it is interrupted.
func TestWatchWaitsForAnotherRun(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, nil)
	listing(t, dir, "")
	release := keepOut(t, dir)
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	said, output := io.Pipe()
	go func() {
		code := run(ctx, []string{"plansync", "-C", dir, "watch"}, world{stdout: output, stderr: output, now: time.Now})
		fmt.Fprintln(output, "exit code", code)
		output.Close()
	}()
	before := snapshot(t, dir)
	waits := 0
	var last string
	for lines := bufio.NewScanner(said); lines.Scan(); last = lines.Text() {
		switch line := lines.Text(); {
		case strings.HasPrefix(line, "waiting: ") && strings.Contains(line, "in use by another plansync run"):
			if waits++; waits == 2 {
				if snapshot(t, dir) != before {
					t.Error("something was written")
				}
				if err := release(); err != nil {
					t.Fatal(err)
				}
			}
		case strings.HasPrefix(line, "check: "):
			interrupt()
		}
	}
	if last != "exit code 0" || waits < 2 {
		t.Errorf("ends with %q after %d waits", last, waits)
	}
	readFile(t, filepath.Join(dir, "content/learn/a/index.md"))
}

// A Hugo that is a script for the real one is ended with all that it started.
func TestInterruptedBuild(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, nil)
	held := filepath.Join(dir, "held")
	if err := mkfifo(held); err != nil {
		t.Skip(err)
	}
	listing(t, dir, "if [ $1 = --gc ]; then cat held & echo started; wait; fi")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	said, output := io.Pipe()
	go func() {
		code := run(ctx, []string{"plansync", "-C", dir, "build"}, world{stdout: io.Discard, stderr: output, now: time.Now})
		fmt.Fprintln(output, "exit code", code)
		output.Close()
	}()
	var last string
	for lines := bufio.NewScanner(said); lines.Scan(); last = lines.Text() {
		if lines.Text() == "started" {
			interrupt()
		}
	}
	if last != "exit code 2" {
		t.Errorf("ends with %q", last)
	}
	if _, err := os.OpenFile(held, os.O_WRONLY|nonblock, 0); err == nil {
		t.Error("what Hugo started is still at work")
	}
}

// A new plan knows those that were written while it waited.
func TestNewPlansSeeEachOther(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, nil)
	release, err := atomicfile.Lock(context.Background(), dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan string)
	go func() {
		_, _, stderr := command(dir, "new", "--query", "llm cache cost", "what does it cost?")
		ended <- stderr
	}()
	time.Sleep(200 * time.Millisecond) // by now it waits; if it does not yet, it has only an easier time
	lay(t, dir, map[string]string{"plan/q.md": "## Identified Search Queries\n1. **llm-cache-cost** — LLM Cache Cost\n"})
	if err := release(); err != nil {
		t.Fatal(err)
	}
	if stderr := <-ended; !strings.Contains(stderr, "(plan/q.md:2): both have the slug llm-cache-cost") {
		t.Errorf("the plan in between was not seen: %s", stderr)
	}
}

// An error in the middle of several files lists what was done, and running again completes it.
func TestAnErrorInTheMiddle(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{
		"plan/p.md":       "## Identified Search Queries\n1. **a** — A\n2. **b** — B\n3. **c** — C\n",
		"content/learn/b": "a file where a folder is to be\n",
	})
	code, _, stderr := command(dir, "stubs")
	if code != exitError || !strings.Contains(stderr, "created: content/learn/a/index.md\n") || !strings.Contains(stderr, "content/learn/b/index.md: create: ") || strings.Contains(stderr, "learn/c") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	first := string(readFile(t, filepath.Join(dir, "content/learn/a/index.md")))
	remove("content/learn/b")(t, dir)
	code, _, stderr = command(dir, "stubs")
	if code != exitOK || strings.Contains(stderr, "learn/a") || !strings.Contains(stderr, "created: content/learn/b/index.md\n") || !strings.Contains(stderr, "created: content/learn/c/index.md\n") {
		t.Errorf("running again: exit code %d: %s", code, stderr)
	}
	if string(readFile(t, filepath.Join(dir, "content/learn/a/index.md"))) != first {
		t.Error("what was done was done again")
	}
}

// What a run left that was killed behind its last change goes with the next one, even if that has nothing to write.
func TestLitterGoes(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, nil)
	listing(t, dir, "")
	if code, _, stderr := command(dir, "stubs"); code != exitOK {
		t.Fatal(stderr)
	}
	var litter []string
	for _, name := range []string{"plan/p.md", "content/learn/a/index.md", "content/categories/p/_index.md"} {
		sum := sha256.Sum256([]byte(filepath.Base(name)))
		name = filepath.Join(dir, filepath.Dir(name), ".plansync-"+hex.EncodeToString(sum[:8])+".tmp")
		if err := os.WriteFile(name, []byte("half a fi"), 0o600); err != nil {
			t.Fatal(err)
		}
		litter = append(litter, name)
	}
	for _, args := range [][]string{{"stubs", "--update"}, {"sync"}} {
		if code, _, stderr := command(dir, args...); code != exitOK || !strings.Contains(stderr, "nothing to write") {
			t.Errorf("%v: exit code %d: %s", args, code, stderr)
		}
	}
	for _, name := range litter {
		if _, err := os.Lstat(name); err == nil {
			t.Errorf("%s is left", name)
		}
	}
}

// Commands are killed at random, and run again until one is left alone: it completes what the others began,
// and leaves nothing else behind. PLANSYNC_TEST_KILLS says how often; a tenth of it is enough here.
func TestKilledCommands(t *testing.T) {
	kills := 20
	if n, err := strconv.Atoi(os.Getenv("PLANSYNC_TEST_KILLS")); err == nil {
		kills = n / 10
	}
	var queries, items, slugs []string
	for i := range 20 {
		slug := "a" + strconv.Itoa(i)
		slugs = append(slugs, slug)
		queries = append(queries, fmt.Sprintf("%d. **%s** — A\n", i+1, slug))
		items = append(items, fmt.Sprintf("- [ ] **%s**\n", slug))
	}
	files := map[string]string{"plan/p.md": "## Identified Search Queries\n" + strings.Join(queries, "") + "## Implementation Phases\n### Phase 1: P\n" + strings.Join(items, ""),
		"content/learn/a0/index.md":      "---\ntitle: Z\nweight: 9\ncategories: [p]\nparams:\n  plan: x\n  query: z\n---\n",
		"content/categories/p/_index.md": "---\ntitle: P\nweight: 2\ndraft: true\nparams:\n  plansync: true\n---\n"}
	commands := [][]string{{"stubs", "--update"}, {"sync"}}
	start := func(dir string, args []string) *exec.Cmd {
		// The test's binary is plansync under that name; see TestMain.
		return &exec.Cmd{Path: os.Args[0], Args: append([]string{"plansync", "-C", dir}, args...), Env: append(os.Environ(), "SOURCE_DATE_EPOCH=1795305600")}
	}
	tree := func(dir string) string {
		var b strings.Builder
		for _, top := range []string{"plan", "content"} {
			err := fs.WalkDir(os.DirFS(dir), top, func(name string, entry fs.DirEntry, err error) error {
				if err == nil && entry.Type().IsRegular() {
					fmt.Fprintf(&b, "%s: %s\n", name, string(readFile(t, filepath.Join(dir, name))))
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		return b.String()
	}
	whole := t.TempDir()
	lay(t, whole, files)
	listing(t, whole, "", slugs...)
	begin := time.Now()
	for _, args := range commands {
		if out, err := start(whole, args).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	length := time.Since(begin)
	want := tree(whole)
	killed := 0
	dir := ""
	for i := range kills {
		if dir == "" {
			dir = t.TempDir()
			lay(t, dir, files)
		}
		for _, args := range commands {
			c := start(dir, args)
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(rand.N(length))
			_ = c.Process.Kill()
			if c.Wait() != nil {
				killed++
			}
		}
		if i < kills-1 && rand.N(3) > 0 {
			continue // killed runs follow killed runs
		}
		for _, args := range commands {
			if out, err := start(dir, args).CombinedOutput(); err != nil {
				t.Fatalf("running again: %v: %s", err, out)
			}
		}
		if got := tree(dir); got != want {
			t.Fatalf("got:\n%s\nwant:\n%s", got, want)
		}
		dir = ""
	}
	t.Logf("%d of %d commands were killed", killed, 2*kills)
}
