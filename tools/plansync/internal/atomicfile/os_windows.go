package atomicfile

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// nonblock is empty: Windows keeps named pipes out of the file system.
const nonblock = 0

// own reports whether f belongs to the caller. Windows neither removes nor
// renames a file that is open, so an open file always does.
func own(f *os.File) bool { return true }

// removeStray removes the temporary file for path if its writer is dead, and
// reports whether it is gone. As long as a writer has it open, Windows refuses.
func removeStray(path string) (bool, error) {
	err := os.Remove(tempName(path))
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist):
		return true, nil
	case errors.Is(err, windows.ERROR_SHARING_VIOLATION), errors.Is(err, windows.ERROR_ACCESS_DENIED):
		return false, nil
	}
	return false, err
}

// mayReplace returns an error if the file has the read-only attribute. What else
// stands in the way the system says itself.
func mayReplace(path string, info fs.FileInfo) error {
	if info.Mode()&0o222 == 0 {
		return refusal(path, "the file is read-only", "make it writable with attrib -r, or leave it out")
	}
	return nil
}

// private reports whether nobody but the caller can put anything into a
// directory. On Windows the directory for temporary files is the user's own.
func private(dir fs.FileInfo) bool { return dir.IsDir() }

// inherit has nothing to do: a new file takes its permissions from its directory.
func inherit(tmp, file *os.File, info fs.FileInfo) error { return nil }

// renameOver gives tmp the name target, whatever stands there, and waits until
// the disk has it.
func renameOver(tmp *os.File, target string) error {
	return move(tmp, target, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH)
}

// renameNew gives tmp the name target if nothing has it.
func renameNew(tmp *os.File, target string) error { return move(tmp, target, 0) }

// move renames tmp, which Windows allows only once it is closed.
func move(tmp *os.File, target string, flags uint32) error {
	if err := tmp.Close(); err != nil {
		return err
	}
	from, err := windows.UTF16PtrFromString(tmp.Name())
	if err != nil {
		return err
	}
	to, err := windows.UTF16PtrFromString(target)
	if err != nil {
		return err
	}
	return windows.MoveFileEx(from, to, flags)
}

// A directory cannot be synced on Windows; renameOver writes through instead.
type directory struct{}

func openDir(path string) (directory, error) { return directory{}, nil }

func (directory) Sync() error  { return nil }
func (directory) Close() error { return nil }
