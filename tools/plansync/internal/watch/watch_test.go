package watch

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// A burst is one change, one that does not end does not hold Wait back for ever, and what happens between two
// Waits ends the second one.
func TestWait(t *testing.T) {
	ms := func(n ...time.Duration) (list []time.Duration) {
		for _, d := range n {
			list = append(list, d*time.Millisecond)
		}
		return list
	}
	endless := make([]time.Duration, 100)
	for i := range endless {
		endless[i] = time.Duration(i) * 130 * time.Millisecond
	}
	tests := []struct {
		name   string
		events []time.Duration // after the start
		want   []time.Duration // when Wait returns
	}{
		{"one", ms(1000), ms(1200)},
		{"a burst", ms(1000, 1001, 1150, 1300), ms(1500)},
		{"two changes", ms(0, 1000), ms(200, 1200)},
		{"endless", endless, ms(2000, 4080, 6160, 8240, 10320, 12400, 13070)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				ctx, cancel := context.WithDeadline(t.Context(), start.Add(time.Minute))
				defer cancel()
				w := &Watcher{woken: make(chan struct{}, 1)}
				go func() {
					for _, at := range test.events {
						time.Sleep(time.Until(start.Add(at)))
						w.wake()
					}
				}()
				for _, want := range test.want {
					if !w.Wait(ctx) || time.Since(start) != want {
						t.Fatalf("Wait returns after %s, want %s", time.Since(start), want)
					}
				}
				if w.Wait(ctx) {
					t.Errorf("Wait returns again after %s", time.Since(start))
				}
			})
		})
	}
}

// An interrupt in the middle of a burst ends Wait, too.
func TestWaitEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), quiet/2)
		defer cancel()
		w := &Watcher{woken: make(chan struct{}, 1)}
		w.wake()
		if w.Wait(ctx) {
			t.Error("Wait goes on")
		}
	})
}

// What counts differs from one Survey to the next and ends a Wait; what does not count does not differ.
func TestSurvey(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(dir string) error // before the first Survey
		change  func(dir string) error
		counts  bool
	}{
		{"an article is written", nil, write("content/learn/a/index.md"), true},
		{"another file takes the name", nil, func(dir string) error {
			if err := write("content/learn/a/.tmp")(dir); err != nil {
				return err
			}
			return os.Rename(filepath.Join(dir, "content/learn/a/.tmp"), filepath.Join(dir, "content/learn/a/index.md"))
		}, true},
		{"a new file", nil, write("content/learn/a/main.go"), true},
		{"an article goes", nil, remove("content/learn/a"), true},
		{"the content goes", nil, remove("content"), true},
		{"the content comes", remove("content"), write("content/learn/a/index.md"), true},
		{"the content comes back", nil, func(dir string) error {
			from, to := filepath.Join(dir, "content"), filepath.Join(dir, "old")
			if err := os.Rename(from, to); err != nil {
				return err
			}
			return write("content/learn/a/index.md")(dir)
		}, true},
		{"a plan is written", nil, write("plan/p.md"), true},
		{"the first plan", remove("plan"), write("plan/p.md"), true},
		{"the configuration is written", nil, write("hugo.toml"), true},
		{"a file deep in the tree", nil, write("content/a/b/c/d/e.md"), true},
		{"a link to the plans", func(dir string) error {
			if err := write("elsewhere/p.md")(dir); err != nil {
				return err
			}
			os.RemoveAll(filepath.Join(dir, "plan"))
			return os.Symlink("elsewhere", filepath.Join(dir, "plan"))
		}, write("elsewhere/p.md"), true},
		{"a link to the configuration", func(dir string) error {
			if err := write("elsewhere/hugo.toml")(dir); err != nil {
				return err
			}
			os.Remove(filepath.Join(dir, "hugo.toml"))
			return os.Symlink("elsewhere/hugo.toml", filepath.Join(dir, "hugo.toml"))
		}, write("elsewhere/hugo.toml"), true},

		{"nothing", nil, func(string) error { return nil }, false},
		{"a temporary file", nil, write("content/learn/a/.plansync-0123.tmp"), false},
		{"an editor's folder", nil, write("content/.obsidian/workspace.json"), false},
		{"Hugo's lock", nil, write(".hugo_build.lock"), false},
		{"Hugo's output", nil, write("public/index.html"), false},
		{"below the plans", nil, write("plan/old/p.md"), false},
		{"an empty folder", nil, func(dir string) error { return os.Mkdir(filepath.Join(dir, "content/new"), 0o777) }, false},
		{"read only", nil, func(dir string) error { return os.Chmod(filepath.Join(dir, "plan/p.md"), 0o444) }, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel() // to close a watch takes its time
			dir := t.TempDir()
			for _, name := range []string{"hugo.toml", "plan/p.md", "plan/old/p.md", "content/learn/a/index.md"} {
				check(t, write(name)(dir))
			}
			if test.prepare != nil {
				check(t, test.prepare(dir))
			}
			w, err := New()
			check(t, err)
			defer w.Close()
			survey := func() Snapshot {
				files, err := w.Survey(dir, []string{"hugo.toml", "config/_default", "plan"}, "content")
				check(t, err)
				return files
			}
			await(t, w)
			before := survey()
			check(t, test.change(dir))
			if test.counts {
				await(t, w)
			}
			if after := survey(); maps.Equal(before, after) == test.counts {
				t.Errorf("before %v, after %v", before, after)
			}
		})
	}
}

// Folders that come after a Survey are watched from the next one on.
func TestSurveyWatchesNewFolders(t *testing.T) {
	dir := t.TempDir()
	w, err := New()
	check(t, err)
	defer w.Close()
	await(t, w)
	for _, change := range []string{"content/a.md", "content/learn/a/index.md", "content/learn/a/index.md", "content/learn/b/index.md"} {
		_, err := w.Survey(dir, nil, "content")
		check(t, err)
		check(t, write(change)(dir))
		await(t, w)
	}
}

// await waits for a change, a minute at most; it takes less than a second.
func await(t *testing.T, w *Watcher) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if !w.Wait(ctx) {
		t.Fatal("nothing is told")
	}
}

// write appends to a file, and makes it and the folders above it where they are missing.
func write(name string) func(dir string) error {
	return func(dir string) error {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		old, _ := os.ReadFile(path)
		return os.WriteFile(path, append(old, "x\n"...), 0o666)
	}
}

func remove(name string) func(dir string) error {
	return func(dir string) error { return os.RemoveAll(filepath.Join(dir, name)) }
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
