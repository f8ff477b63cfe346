// Package watch tells when files change.
//
// Systems and editors report one save in many ways: a write in place, a new file under the old name, one event or ten.
// So an event is only the reason to look again, and a [Snapshot] says whether something differs. Folders are watched
// and not files, because the watch of a file ends when another file takes its name
// (https://github.com/fsnotify/fsnotify#watching-a-file-doesnt-work-well).
package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
)

// How long Wait waits for a burst of events to end: until none came for the time of quiet, or longest since the first.
const (
	quiet   = 200 * time.Millisecond
	longest = 2 * time.Second
)

// A Watcher watches folders.
type Watcher struct {
	events *fsnotify.Watcher
	woken  chan struct{} // holds one, however much happened since the last Wait
}

// New returns a Watcher that watches nothing yet. Its first Wait does not wait for an event.
func New() (*Watcher, error) {
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &Watcher{events, make(chan struct{}, 1)}
	w.wake()
	go w.listen()
	return w, nil
}

// Close ends the watch.
func (w *Watcher) Close() error { return w.events.Close() }

// listen takes the events all the time, since on Windows no folder can be added while one waits to be taken.
func (w *Watcher) listen() {
	for {
		select {
		case _, ok := <-w.events.Events:
			if !ok {
				return
			}
		case _, ok := <-w.events.Errors: // events were lost
			if !ok {
				return
			}
		}
		w.wake()
	}
}

func (w *Watcher) wake() {
	select {
	case w.woken <- struct{}{}:
	default:
	}
}

// Wait waits until something happened in the folders since it last returned, and until the burst is over. It reports
// false when ctx ends before.
func (w *Watcher) Wait(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-w.woken:
	}
	end := time.After(longest)
	for {
		select {
		case <-ctx.Done():
			return false
		case <-w.woken:
		case <-time.After(quiet):
			return true
		case <-end:
			return true
		}
	}
}

// A Snapshot is how files were at one moment, by their paths. Snapshots are compared with [maps.Equal].
type Snapshot map[string]stamp

type stamp struct{ size, modified int64 }

// Survey watches the names and the tree, which are relative to root unless they are absolute, and returns how their
// files are: of a name that is a folder those right in it, of the tree all. Hidden files do not count. A name that does
// not exist is watched by the folders above it. Whatever changes from now on ends a Wait.
func (w *Watcher) Survey(root string, names []string, tree string) (Snapshot, error) {
	files := make(Snapshot)
	root = filepath.Clean(root)
	for i, name := range append(slices.Clip(names), tree) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(root, name)
		}
		for dir := filepath.Dir(name); ; dir = filepath.Dir(dir) {
			if err := w.add(dir); err != nil {
				return nil, err
			}
			if dir == root || dir == filepath.Dir(dir) {
				break
			}
		}
		real, err := filepath.EvalSymlinks(name)
		if err != nil {
			continue
		}
		if err := w.add(filepath.Dir(real)); err != nil {
			return nil, err
		}
		err = filepath.WalkDir(real, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return nil // as with add
			}
			hidden := strings.HasPrefix(entry.Name(), ".")
			switch {
			case entry.IsDir() && path != real && (hidden || i < len(names)):
				return fs.SkipDir
			case entry.IsDir():
				return w.add(path) // before its files are listed, so that none slips through
			case hidden:
				return nil
			}
			if info, err := entry.Info(); err == nil {
				files[path] = stamp{info.Size(), info.ModTime().UnixNano()}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

// add watches a folder, unless it is gone or closed to us: whoever reads it says so.
func (w *Watcher) add(dir string) error {
	err := w.events.Add(dir)
	if err == nil || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if _, gone := os.Stat(dir); gone != nil {
		return nil
	}
	return diag.WithHint(fmt.Errorf("%s: watch: %w", dir, err),
		"the system bounds how many folders are watched: raise fs.inotify.max_user_watches on Linux, ulimit -n on macOS")
}
