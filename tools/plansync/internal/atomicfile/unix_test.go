//go:build unix

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Symbolic links are followed, however many, and stay what they are.
func TestReplaceFollowsSymbolicLinks(t *testing.T) {
	dir := t.TempDir()
	real := filepath.Join(dir, "elsewhere", "real.md")
	if err := os.Mkdir(filepath.Dir(real), 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, real, "old")
	links := []string{filepath.Join(dir, "plan.md"), filepath.Join(dir, "middle.md")}
	for i, to := range []string{"middle.md", "elsewhere/real.md"} {
		if err := os.Symlink(to, links[i]); err != nil {
			t.Fatal(err)
		}
	}
	write(t, tempName(real), "litter")

	if err := Replace(links[0], []byte("old"), []byte("new")); err != nil {
		t.Fatal(err)
	}

	holds(t, real, "new")
	for i, to := range []string{"middle.md", "elsewhere/real.md"} {
		if got, err := os.Readlink(links[i]); got != to {
			t.Errorf("%s leads to %q (%v), want %q", links[i], got, err, to)
		}
	}
	only(t, dir, "elsewhere", "middle.md", "plan.md")
	only(t, filepath.Dir(real), "real.md")
}

func TestReplaceRefusesBrokenLinks(t *testing.T) {
	dir := t.TempDir()
	plan := filepath.Join(dir, "plan.md")
	loop := filepath.Join(dir, "loop.md")
	if err := errors.Join(os.Symlink("missing.md", plan), os.Symlink("loop.md", loop)); err != nil {
		t.Fatal(err)
	}
	err := Replace(plan, nil, []byte("new"))
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "symbolic link to nothing") {
		t.Errorf("dangling link: error %v", err)
	}
	if err := Replace(loop, nil, []byte("new")); err == nil {
		t.Error("a link to itself was no error")
	}
	only(t, dir, "loop.md", "plan.md")
}

// Of a file with two names only the one that was given changes.
func TestReplaceSeparatesHardLinks(t *testing.T) {
	dir := t.TempDir()
	plan, twin := filepath.Join(dir, "plan.md"), filepath.Join(dir, "twin.md")
	write(t, plan, "old")
	if err := os.Link(plan, twin); err != nil {
		t.Fatal(err)
	}
	if err := Replace(plan, []byte("old"), []byte("new")); err != nil {
		t.Fatal(err)
	}
	holds(t, plan, "new")
	holds(t, twin, "old")
}

func TestReplaceKeepsTheMode(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	for _, mode := range []fs.FileMode{0o600, 0o644, 0o666, 0o755, 0o640 | fs.ModeSetgid, 0o755 | fs.ModeSetuid, 0o644 | fs.ModeSticky} {
		t.Run(mode.String(), func(t *testing.T) {
			plan := filepath.Join(t.TempDir(), "plan.md")
			write(t, plan, "old")
			if err := os.Chmod(plan, mode); err != nil {
				t.Fatal(err)
			}
			if err := Replace(plan, []byte("old"), []byte("new")); err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(plan)
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode() != mode {
				t.Errorf("mode is %v now, was %v", info.Mode(), mode)
			}
		})
	}
}

// Reading must not block: nobody writes to this pipe.
func TestOnlyRegularFiles(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o666); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink("pipe", link); err != nil {
		t.Fatal(err)
	}
	for path, kind := range map[string]string{
		dir:         "is a directory, not a regular file",
		pipe:        "is a named pipe, not a regular file",
		link:        "is a named pipe, not a regular file",
		"/dev/zero": "is a device, not a regular file",
	} {
		_, err := ReadRegular(path, 10)
		if !errors.Is(err, ErrNotRegular) || !strings.Contains(err.Error(), kind) {
			t.Errorf("ReadRegular(%s): error %v, want %q", path, err, kind)
		}
		err = Replace(path, nil, []byte("new"))
		if !errors.Is(err, ErrNotRegular) || !strings.Contains(err.Error(), kind) {
			t.Errorf("Replace(%s): error %v, want %q", path, err, kind)
		}
	}
	only(t, dir, "link", "pipe")
}

// Whatever stands at the path, Create leaves it there.
func TestCreateNeverReplaces(t *testing.T) {
	for name, make := range map[string]func(path string) error{
		"a file":                func(path string) error { return os.WriteFile(path, []byte("mine"), 0o644) },
		"an empty file":         func(path string) error { return os.WriteFile(path, nil, 0o644) },
		"a directory":           func(path string) error { return os.Mkdir(path, 0o777) },
		"a link to nothing":     func(path string) error { return os.Symlink("nothing", path) },
		"a link to itself":      func(path string) error { return os.Symlink(filepath.Base(path), path) },
		"a named pipe":          func(path string) error { return syscall.Mkfifo(path, 0o666) },
		"a file that is secret": func(path string) error { return os.WriteFile(path, nil, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "index.md")
			if err := make(path); err != nil {
				t.Fatal(err)
			}
			before, err := os.Lstat(path)
			if err != nil {
				t.Fatal(err)
			}
			err = Create(path, []byte("stub"))
			if !errors.Is(err, fs.ErrExist) {
				t.Errorf("error %v, want fs.ErrExist", err)
			}
			after, err := os.Lstat(path)
			if err != nil || !os.SameFile(before, after) || before.Mode() != after.Mode() || before.Size() != after.Size() {
				t.Errorf("it is another file now: %v, %v", after, err)
			}
			only(t, filepath.Dir(path), "index.md")
		})
	}
}

func TestCreateHonoursTheUmask(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o027))
	path := filepath.Join(t.TempDir(), "a", "index.md")
	if err := Create(path, []byte("stub")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]fs.FileMode{path: 0o640, filepath.Dir(path): 0o750} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", filepath.Base(path), info.Mode().Perm(), want)
		}
	}
}

// A file that its owner has made read-only is not for writing, and root, who
// could write it all the same, is no exception. Reading it is fine.
func TestReadOnlyFileIsRefusedToEveryone(t *testing.T) {
	plan := filepath.Join(t.TempDir(), "plan.md")
	write(t, plan, "old")
	if err := os.Chmod(plan, 0o444); err != nil {
		t.Fatal(err)
	}
	err := Replace(plan, []byte("old"), []byte("new"))
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "the file is read-only") {
		t.Errorf("error %v, want fs.ErrPermission", err)
	}
	if !strings.Contains(hintOf(err), "chmod") {
		t.Errorf("hint %q", hintOf(err))
	}
	holds(t, plan, "old")
	if err := Replace(plan, []byte("old"), []byte("old")); err != nil {
		t.Errorf("nothing to write: %v", err)
	}
	only(t, filepath.Dir(plan), "plan.md")
}
