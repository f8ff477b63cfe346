// Package atomicfile writes files whole or not at all.
//
// [Replace] changes a file that a user owns: the path holds the old bytes or the
// new ones at every instant, whatever is killed and whenever the power goes, and
// a save that somebody else made in between is never overwritten. [Create] makes
// a new file and never touches an existing one. [Lock] keeps two runs apart, and
// [ReadRegular] reads without blocking and without end.
//
// Every error about a path is an [*Error]: a sentence that starts with the path
// and a hint about what to try.
//
// # Why not a library
//
// google/renameio does not build on Windows, does not sync the directory, cannot
// create without overwriting, keeps neither owner nor setgid bit nor access
// control list, replaces a symbolic link instead of following it, and flushes,
// closes and renames in one call, which leaves no place for the last look at the
// old content between flush and rename. What would be left of it is a random
// file name.
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

var (
	// ErrChanged reports that a file no longer holds the bytes that the caller read.
	ErrChanged = errors.New("changed by someone else since it was read, left as it is now")
	// ErrNotRegular reports that a path names a directory, a named pipe, a device or a socket.
	ErrNotRegular = errors.New("not a regular file")
	// ErrTooLarge reports that a file is longer than the limit.
	ErrTooLarge = errors.New("too large")
	// ErrLocked reports that another run holds the lock, and kept it for as long as the caller would wait.
	ErrLocked = errors.New("in use by another plansync run")
)

// An Error says what is wrong with one path. It wraps one of this package's
// errors or an error of package fs.
type Error struct {
	Path string
	Err  error
	hint string
}

func (e *Error) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap returns the error without its path.
func (e *Error) Unwrap() error { return e.Err }

// Hint says what to try, in one sentence, or is empty.
func (e *Error) Hint() string { return e.hint }

// refusal is an Error that wraps fs.ErrPermission.
func refusal(path, why, hint string) *Error {
	return &Error{path, fmt.Errorf("%s: %w", why, fs.ErrPermission), hint}
}

// failure makes an Error of what the system said while doing something for
// path. The system names the temporary file; the user knows only path.
func failure(path, doing string, err error) error {
	var located *Error
	if errors.As(err, &located) {
		return err
	}
	err = reason(err)
	switch {
	case errors.Is(err, syscall.EROFS):
		return refusal(path, "the file system is read-only", "mount it for writing, or run plansync on a copy")
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return &Error{path, fmt.Errorf("%s: %w", doing, err), "free some space and run again; nothing was changed"}
	case errors.Is(err, syscall.EBUSY):
		return &Error{path, fmt.Errorf("%s: %w", doing, err),
			"it is a mount point, or another program holds it: mount its folder instead; nothing was changed"}
	case errors.Is(err, fs.ErrExist):
		return &Error{path, fmt.Errorf("%s: %w", doing, err),
			"it is there and Hugo does not see it, as behind a symbolic link: make it a page, or remove it"}
	case errors.Is(err, syscall.ELOOP):
		return &Error{path, fmt.Errorf("%s: %w", doing, err), "a symbolic link leads back to itself: remove it"}
	case errors.Is(err, fs.ErrPermission):
		return &Error{path, fmt.Errorf("%s: %w", doing, err), "check who owns the file and its directory, and their permissions"}
	}
	return &Error{path, fmt.Errorf("%s: %w", doing, err), ""}
}

// reason strips the operation and the path from an error of package os.
func reason(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	var call *os.SyscallError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	case errors.As(err, &call):
		return call.Err
	}
	return err
}
