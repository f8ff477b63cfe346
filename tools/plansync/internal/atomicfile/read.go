package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ReadRegular returns the content of the regular file at path. It refuses
// everything else, and files of more than limit bytes, without blocking: a named
// pipe that nobody writes to is refused at once.
func ReadRegular(path string, limit int64) ([]byte, error) {
	f, info, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info.Size() > limit {
		return nil, tooLarge(path, limit)
	}
	data, err := readUpTo(f, info.Size(), limit)
	if err != nil {
		return nil, failure(path, "read", err)
	}
	if int64(len(data)) > limit {
		return nil, tooLarge(path, limit)
	}
	return data, nil
}

// openRegular opens the regular file at path for reading. It looks before it
// opens, since opening alone has effects on some devices, and again afterwards,
// since the file may have been exchanged between.
func openRegular(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, failure(path, "open", dangling(path, err))
	}
	if !info.Mode().IsRegular() {
		return nil, nil, notRegular(path, info.Mode())
	}
	f, err := os.OpenFile(path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, nil, failure(path, "open", err)
	}
	info, err = f.Stat()
	if err != nil {
		f.Close()
		return nil, nil, failure(path, "open", err)
	}
	if !info.Mode().IsRegular() {
		f.Close()
		return nil, nil, notRegular(path, info.Mode())
	}
	return f, info, nil
}

// readUpTo reads all of r, or limit+1 bytes when there is more. The size is what
// to expect, not what to trust: a file may grow while it is read.
func readUpTo(r io.Reader, size, limit int64) ([]byte, error) {
	data := make([]byte, 0, min(size, limit)+1)
	for {
		if int64(len(data)) > limit {
			return data, nil
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		room := min(int64(cap(data)), limit+1)
		n, err := r.Read(data[len(data):room])
		data = data[:len(data)+n]
		if err == io.EOF {
			return data, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// dangling turns "no such file" into a clearer sentence when path is a symbolic
// link whose target is missing.
func dangling(path string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if info, lerr := os.Lstat(path); lerr == nil && info.Mode()&fs.ModeSymlink != 0 {
		return fmt.Errorf("symbolic link to nothing: %w", fs.ErrNotExist)
	}
	return err
}

func tooLarge(path string, limit int64) error {
	return &Error{path, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit), "split the file, or check that it is the one you mean"}
}

func notRegular(path string, mode fs.FileMode) error {
	kind := "something special"
	switch {
	case mode.IsDir():
		kind = "a directory"
	case mode&fs.ModeNamedPipe != 0:
		kind = "a named pipe"
	case mode&fs.ModeSocket != 0:
		kind = "a socket"
	case mode&fs.ModeDevice != 0:
		kind = "a device"
	}
	return &Error{path, fmt.Errorf("is %s, %w", kind, ErrNotRegular), "name a file"}
}
