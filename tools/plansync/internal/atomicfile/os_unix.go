//go:build unix

package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// nonblock makes opening a named pipe return at once.
const nonblock = syscall.O_NONBLOCK

// own takes the advisory lock of f without waiting and reports whether f now
// belongs to the caller: locked, and not removed meanwhile. On a file system
// without locks everything belongs to whoever created it.
func own(f *os.File) bool {
	switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return false
	case err != nil:
		return true
	}
	var st unix.Stat_t
	return unix.Fstat(int(f.Fd()), &st) == nil && st.Nlink > 0
}

// removeStray removes the temporary file for path if its writer is dead, and
// reports whether it is gone.
//
// A writer's lock is on the file that it writes, and stays there when [install]
// exchanges the names. So a writer is alive if either name stands for a locked
// file: under the temporary name there may be the former content of path, or an
// editor's save that is about to be given back.
func removeStray(path string) (bool, error) {
	name := tempName(path)
	info, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() {
		return false, &Error{path, fmt.Errorf("the temporary file %s is %w", name, ErrNotRegular), "remove it"}
	}
	stray, err := os.OpenFile(name, os.O_RDWR|syscall.O_NOFOLLOW|nonblock, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	defer stray.Close()
	held, err := stray.Stat()
	if err != nil {
		return false, err
	}
	// Without locks a dead writer cannot be told from a living one.
	if !lock(stray) {
		return false, nil
	}
	// What cannot be opened here is no file that a writer has just installed.
	if target, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|nonblock, 0); err == nil {
		defer target.Close()
		// Two names of one file: killed between making the one and removing the other.
		twin, err := target.Stat()
		if err != nil {
			return false, err
		}
		if !os.SameFile(held, twin) && !lock(target) {
			return false, nil
		}
	}
	// The locks are on files; the name may be another's by now.
	named, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil || !os.SameFile(held, named) {
		return false, err
	}
	return true, os.Remove(name)
}

// lock takes the advisory lock of f without waiting, and reports whether it did.
func lock(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// mayReplace returns an error if the caller may not write the file, or could not
// give its successor the same owner.
func mayReplace(path string, info fs.FileInfo) error {
	st := info.Sys().(*syscall.Stat_t)
	euid := os.Geteuid()
	switch {
	case info.Mode()&0o222 == 0:
		return refusal(path, "the file is read-only", "make it writable with chmod u+w, or leave it out")
	case euid != 0 && int(st.Uid) != euid:
		return refusal(path, fmt.Sprintf("the file belongs to user %d and you are user %d", st.Uid, euid),
			"run as its owner, or make it yours with chown")
	}
	if err := unix.Faccessat(unix.AT_FDCWD, path, unix.W_OK, unix.AT_EACCESS); err != nil {
		return denied(path, "the file is read-only", err, "make it writable with chmod u+w, or leave it out")
	}
	if err := unix.Faccessat(unix.AT_FDCWD, filepath.Dir(path), unix.W_OK|unix.X_OK, unix.AT_EACCESS); err != nil {
		return denied(path, "its directory is read-only", err,
			"make the directory writable with chmod u+w: the new content is first written beside the file")
	}
	return nil
}

// private reports whether nobody but the caller can put anything into a directory.
func private(dir fs.FileInfo) bool {
	st, ok := dir.Sys().(*syscall.Stat_t)
	return ok && dir.IsDir() && int(st.Uid) == os.Geteuid() && dir.Mode().Perm()&0o022 == 0
}

func denied(path, why string, err error, hint string) error {
	if errors.Is(err, fs.ErrPermission) {
		return refusal(path, why, hint)
	}
	return failure(path, "write", err)
}

// inherit gives tmp the owner, group, attributes and mode bits of the file that
// it replaces. The mode comes last, since a change of owner clears setuid and
// setgid.
func inherit(tmp, file *os.File, info fs.FileInfo) error {
	st := info.Sys().(*syscall.Stat_t)
	var have unix.Stat_t
	if err := unix.Fstat(int(tmp.Fd()), &have); err != nil {
		return err
	}
	if have.Uid != st.Uid || have.Gid != st.Gid {
		if err := tmp.Chown(int(st.Uid), int(st.Gid)); err != nil {
			if errors.Is(err, fs.ErrPermission) {
				return refusal(file.Name(), fmt.Sprintf("its owner %d:%d cannot be kept", st.Uid, st.Gid),
					"run as its owner and a member of its group, or change them with chown")
			}
			return err
		}
	}
	if err := inheritAttributes(tmp, file); err != nil {
		return err
	}
	return tmp.Chmod(info.Mode())
}

// renameOver gives tmp the name target, whatever stands there.
func renameOver(tmp *os.File, target string) error {
	return os.Rename(tmp.Name(), target)
}

// renameNew gives tmp the name target if nothing has it. Not every file system
// can do that by renaming; nearly all others know hard links; for the rest there
// is a moment between the look and the rename.
func renameNew(tmp *os.File, target string) error {
	err := renameExclusive(tmp.Name(), target)
	if !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	err = os.Link(tmp.Name(), target)
	switch {
	case err == nil:
		return os.Remove(tmp.Name())
	case errors.Is(err, fs.ErrExist):
		return err
	}
	if _, err := os.Lstat(target); err == nil {
		return fs.ErrExist
	}
	return os.Rename(tmp.Name(), target)
}

// A directory is open for syncing.
type directory struct{ *os.File }

func openDir(path string) (directory, error) {
	f, err := os.Open(path)
	return directory{f}, err
}

// Sync brings the names of the directory to the disk. Some network file systems
// do not know how; they write through.
func (d directory) Sync() error {
	err := d.File.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}
