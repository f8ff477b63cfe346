package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Create makes a new file at path that holds data, and the directories above it.
// The file appears with all its bytes or not at all. Whatever exists at path
// already, even a symbolic link to nothing, stays and gives fs.ErrExist.
//
// Create does not wait for the disk: after a power cut the file may be missing or
// empty. It is meant for files that can be made again.
func Create(path string, data []byte) error {
	f, err := reserve(path, 0o666)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(filepath.Dir(path), 0o777); err == nil {
			f, err = reserve(path, 0o666)
		}
	}
	if err != nil {
		return failure(path, "create", err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = renameNew(f, path)
	}
	if err != nil {
		discard(f)
		return failure(path, "create", err)
	}
	// Nothing is buffered in f and nothing can be undone any more.
	f.Close()
	return nil
}

// discard closes and removes a temporary file that is not needed. It removes
// before it closes, since closing lets others in; Windows wants the opposite.
func discard(f *os.File) {
	if os.Remove(f.Name()) != nil {
		f.Close()
		os.Remove(f.Name())
		return
	}
	f.Close()
}
