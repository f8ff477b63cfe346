package atomicfile

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// project returns an empty project directory, with a home of its own for locks.
func project(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData"} {
		t.Setenv(name, home)
	}
	return t.TempDir()
}

func TestLock(t *testing.T) {
	dir := project(t)
	release, err := Lock(t.Context(), dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	only(t, dir) // nothing for git to see

	_, err = Lock(t.Context(), dir, 0)
	if !errors.Is(err, ErrLocked) {
		t.Fatalf("second lock: error %v, want ErrLocked", err)
	}
	said := regexp.MustCompile(`^` + regexp.QuoteMeta(dir) + `: in use by another plansync run \(process (\d+), since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\)$`)
	if m := said.FindStringSubmatch(err.Error()); m == nil || m[1] != strconv.Itoa(os.Getpid()) {
		t.Errorf("message %q does not say who holds the lock", err)
	}
	if hintOf(err) == "" {
		t.Error("no hint")
	}

	// Another project is another lock; the same one by another name is not.
	other, err := Lock(t.Context(), t.TempDir(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer other()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err == nil {
		if _, err := Lock(t.Context(), link, 0); !errors.Is(err, ErrLocked) {
			t.Errorf("through a link: error %v, want ErrLocked", err)
		}
	}

	if err := release(); err != nil {
		t.Fatal(err)
	}
	release, err = Lock(t.Context(), dir, 0)
	if err != nil {
		t.Fatalf("after the release: %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
}

// The wait is bounded: by the time given, and by the context.
func TestLockWait(t *testing.T) {
	dir := project(t)
	release, err := Lock(t.Context(), dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := Lock(t.Context(), dir, time.Minute)
		if waited := time.Since(start); !errors.Is(err, ErrLocked) || waited != time.Minute {
			t.Errorf("after %v: error %v, want ErrLocked after a minute", waited, err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		_, err := Lock(ctx, dir, time.Minute)
		if waited := time.Since(start); !errors.Is(err, context.Canceled) || waited > 2*time.Second {
			t.Errorf("after %v: error %v, want context.Canceled after a second", waited, err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		time.AfterFunc(time.Second, func() { release() })
		second, err := Lock(t.Context(), dir, time.Minute)
		if err != nil {
			t.Fatalf("released meanwhile: %v", err)
		}
		if err := second(); err != nil {
			t.Error(err)
		}
	})
}

// The lock of a dead process is free, whatever it left behind.
func TestLockOfADeadProcess(t *testing.T) {
	dir := project(t)
	s := serve(t)
	s.send(order{Op: "lock", Path: dir})
	if a := s.answer(); a.Err != "" {
		t.Fatal(a.Err)
	}
	if _, err := Lock(t.Context(), dir, 0); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), strconv.Itoa(s.pid)) {
		t.Fatalf("error %v, want ErrLocked and process %d", err, s.pid)
	}
	s.kill()
	release, err := Lock(t.Context(), dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	release()
}

func TestLockWithoutAHome(t *testing.T) {
	dir := project(t)
	for name, home := range map[string]string{"no home": "", "a home that is no directory": os.Args[0]} {
		t.Run(name, func(t *testing.T) {
			for _, name := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData"} {
				t.Setenv(name, home)
			}
			tmp := t.TempDir()
			t.Setenv("TMPDIR", tmp)
			t.Setenv("TMP", tmp)
			release, err := Lock(t.Context(), dir, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Lock(t.Context(), dir, 0); !errors.Is(err, ErrLocked) {
				t.Errorf("second lock: error %v, want ErrLocked", err)
			}
			if err := release(); err != nil {
				t.Error(err)
			}
			only(t, dir)
		})
	}
}

func TestLockOfAMissingDirectory(t *testing.T) {
	_, err := Lock(t.Context(), filepath.Join(project(t), "missing"), 0)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want fs.ErrNotExist", err)
	}
}
