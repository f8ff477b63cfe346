package atomicfile

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// killsEnv is the environment variable that says how many times TestKillAnywhere
// kills a writer; without it a hundred times. Four thousand take some minutes.
const killsEnv = "PLANSYNC_TEST_KILLS"

// A writer may be killed before each system call it makes, and what is there
// then is the old file or the new one, whole; and the next run works and leaves
// no litter.
func TestKillAtEverySystemCall(t *testing.T) {
	t.Parallel()
	const old, new = "the old plan", "the plan of tomorrow, which is longer"
	tests := []struct {
		name  string
		op    string
		setup func(t *testing.T, dir string)
		path  string // default plan.md
		alive bool   // whether the operation succeeds when nobody kills it
		stray []string
		lacks []string // system calls
	}{
		{name: "replace", op: "replace", alive: true},
		{name: "replace through links", op: "replace", path: "link.md", alive: true, stray: []string{"link.md"},
			setup: func(t *testing.T, dir string) { symlink(t, "plan.md", filepath.Join(dir, "link.md")) }},
		{name: "replace, with litter of an earlier kill", op: "replace", alive: true,
			setup: func(t *testing.T, dir string) { write(t, tempName(filepath.Join(dir, "plan.md")), "half") }},
		{name: "clean", op: "clean", alive: true,
			setup: func(t *testing.T, dir string) { write(t, tempName(filepath.Join(dir, "plan.md")), "half") }},
		{name: "create", op: "create", alive: true,
			setup: func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "plan.md")) }},
		{name: "create, with its directories", op: "create", path: "sub/slug/index.md", alive: true, stray: []string{"sub"}},
		{name: "create what exists", op: "create"},
		{name: "replace, where names cannot be exchanged", op: "replace", alive: true, lacks: []string{"renameat2"}},
		{name: "create, where only links never overwrite", op: "create", path: "index.md", alive: true,
			stray: []string{"index.md"}, lacks: []string{"renameat2"}},
		{name: "create, where everything overwrites", op: "create", path: "index.md", alive: true,
			stray: []string{"index.md"}, lacks: []string{"renameat2", "linkat"}},
	}
	total := 0
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for kill := 0; ; kill++ {
				dir := memoryDir(t)
				plan := filepath.Join(dir, "plan.md")
				write(t, plan, old)
				if tt.setup != nil {
					tt.setup(t, dir)
				}
				path := plan
				if tt.path != "" {
					path = filepath.Join(dir, tt.path)
				}
				o := order{Op: tt.op, Path: path, Old: []byte(old), New: []byte(new), Without: tt.lacks}

				seen, last := 0, ""
				a, lived := trace(t, o, func(c call) verdict {
					if c.number >= 0 && seen == kill {
						last = c.String()
						return die
					}
					seen++
					return goOn
				})
				if lived && (a.Err == "") != tt.alive {
					t.Fatalf("nobody killed it: error %q", a.Err)
				}

				now, err := os.ReadFile(path)
				if err != nil && (tt.op != "create" || !os.IsNotExist(err)) {
					t.Fatalf("killed before %s: %v", last, err)
				}
				if err == nil && string(now) != old && string(now) != new {
					t.Fatalf("killed before %s: the file holds %s", last, short(string(now)))
				}

				// The next run.
				switch {
				case tt.op == "create" && err != nil:
					err = Create(path, []byte(new))
				case tt.op == "replace" && kill%2 == 0:
					err = Replace(path, now, []byte(new))
				default:
					err = Clean(path)
				}
				if err != nil {
					t.Fatalf("killed before %s, the next run: %v", last, err)
				}
				names := append([]string{"plan.md"}, tt.stray...)
				only(t, dir, names...)
				if filepath.Dir(path) != dir {
					only(t, filepath.Dir(path), filepath.Base(path))
				}
				if t.Failed() {
					t.Fatalf("killed before %s", last)
				}
				if lived {
					t.Logf("%d kills survived", kill)
					total += kill
					return
				}
			}
		})
	}
	t.Logf("%d kills survived in all", total)
}

// A writer that does nothing but change the file is killed at moments that
// nobody chose, in the middle of system calls too.
func TestKillAnywhere(t *testing.T) {
	t.Parallel()
	kills := 100
	if n, err := strconv.Atoi(os.Getenv(killsEnv)); err == nil {
		kills = n
	}
	dir := t.TempDir()
	plan := filepath.Join(dir, "plan.md")
	texts := [][]byte{[]byte("one\n"), []byte("two two\n")}
	versions := [][]byte{bytes.Repeat(texts[0], flipTimes), bytes.Repeat(texts[1], flipTimes)}
	write(t, plan, string(versions[0]))
	changes, strays := 0, 0
	for kill := range kills {
		before, err := os.ReadFile(plan)
		if err != nil {
			t.Fatal(err)
		}
		which := 0
		if bytes.Equal(before, versions[1]) {
			which = 1
		}
		stat, err := os.Stat(plan)
		if err != nil {
			t.Fatal(err)
		}
		cmd := helper(t, "once", order{Op: "flip", Path: plan, Old: texts[which], New: texts[1-which]})
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		awaitChange(t, plan, stat, ended)
		time.Sleep(time.Duration(rand.IntN(10_000)) * time.Microsecond)
		cmd.Process.Kill()
		<-ended
		if cmd.ProcessState.Exited() {
			t.Fatalf("kill %d: the writer ended by itself", kill)
		}

		now, err := os.ReadFile(plan)
		if err != nil {
			t.Fatalf("kill %d: %v", kill, err)
		}
		if !bytes.Equal(now, versions[0]) && !bytes.Equal(now, versions[1]) {
			t.Fatalf("kill %d: the file holds %s", kill, short(string(now)))
		}
		if !bytes.Equal(now, before) {
			changes++
		}
		if len(list(t, dir)) > 1 {
			strays++
			only(t, dir, "plan.md", filepath.Base(tempName(plan)))
		}
		if kill%2 == 0 { // or else it is the next writer that cleans
			if err := Clean(plan); err != nil {
				t.Fatal(err)
			}
			only(t, dir, "plan.md")
		}
		if t.Failed() {
			t.Fatalf("after kill %d", kill)
		}
	}
	if err := Clean(plan); err != nil {
		t.Fatal(err)
	}
	only(t, dir, "plan.md")
	t.Logf("%d kills survived; %d times the file had changed an odd number of times, %d times a temporary file was left", kills, changes, strays)
	if kills >= 100 && (changes == 0 || strays == 0) {
		t.Error("the kills hit nothing")
	}
}

// awaitChange returns as soon as the writer has changed the file once.
func awaitChange(t *testing.T, plan string, before os.FileInfo, ended chan error) {
	t.Helper()
	for {
		now, err := os.Stat(plan)
		if err != nil {
			t.Fatal(err)
		}
		if !os.SameFile(before, now) {
			return
		}
		select {
		case err := <-ended:
			t.Fatalf("the writer ended by itself: %v", err)
		case <-time.After(100 * time.Microsecond):
		}
	}
}

func symlink(t *testing.T, to, link string) {
	t.Helper()
	if err := os.Symlink(to, link); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(fmt.Errorf("remove: %w", err))
	}
}
