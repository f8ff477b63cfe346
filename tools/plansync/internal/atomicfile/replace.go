package atomicfile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Replace makes the file at path hold new, provided that it still holds old. If
// it does not, Replace leaves it alone and returns [ErrChanged]: whoever saved in
// between wins.
//
// When Replace returns nil, new is on the disk. When it is killed, or the power
// goes, path holds old or new and nothing else, and a stray temporary file is
// removed by the next Replace or [Clean] of path. Equal bytes are not written,
// and the file keeps its modification time.
//
// Mode bits, owner, group, access control lists and extended attributes stay as
// they are. What cannot be kept is refused with an error that wraps
// fs.ErrPermission, as are a file or a directory that the caller may not write
// and a file that nobody may write, even if the caller is root.
//
// Symbolic links are followed and stay. The file itself is a new one under the
// same name: of a file with several hard links, the other names keep old, and a
// program that had the file open and writes to it afterwards writes to the
// former one.
func Replace(path string, old, new []byte) error {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return failure(path, "open", dangling(path, err))
	}
	if err := replace(target, old, new); err != nil {
		return at(path, err)
	}
	return nil
}

// at makes err speak of the path that the caller used.
func at(path string, err error) error {
	var located *Error
	if errors.As(err, &located) {
		located.Path = path
		return located
	}
	return failure(path, "write", err)
}

func replace(target string, old, new []byte) error {
	file, info, err := openUnchanged(target, old)
	if err != nil {
		return err
	}
	file.Close()
	if bytes.Equal(old, new) {
		return Clean(target)
	}
	if err := mayReplace(target, info); err != nil {
		return err
	}
	// Opened first, so that a directory that cannot be synced is found while
	// nothing has happened yet.
	dir, err := openDir(filepath.Dir(target))
	if err != nil {
		return err
	}
	defer dir.Close()

	tmp, err := reserve(target, 0o600)
	if err != nil {
		return err
	}
	err = fillAndInstall(tmp, target, old, new)
	if err != nil {
		discard(tmp)
		return err
	}
	tmp.Close()
	if err := dir.Sync(); err != nil {
		return fmt.Errorf("written, but perhaps not yet on the disk: %w", reason(err))
	}
	return nil
}

// fillAndInstall writes new and what else belongs to target into tmp, brings it
// to the disk, looks once more whether target still holds old, and gives tmp the
// name target. Whoever else replaces target at the same time waits for tmp.
func fillAndInstall(tmp *os.File, target string, old, new []byte) error {
	if _, err := tmp.Write(new); err != nil {
		return err
	}
	file, info, err := openUnchanged(target, old)
	if err != nil {
		return gone(target, err)
	}
	defer file.Close()
	if err := inherit(tmp, file, info); err != nil {
		return err
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	// The disk may have taken its time.
	if err := verify(target, old); err != nil {
		return gone(target, err)
	}
	return install(tmp, target, old, new)
}

// install gives tmp the name target. No system renames a file on the condition
// that the other one still holds certain bytes; but some exchange two names at
// one stroke, and then what was there can be looked at afterwards, and be given
// back. So no save is lost between the last look and the rename. Where names
// cannot be exchanged, that moment remains.
func install(tmp *os.File, target string, old, new []byte) error {
	err := exchange(tmp.Name(), target)
	if errors.Is(err, errors.ErrUnsupported) {
		return renameOver(tmp, target)
	}
	if err != nil {
		return gone(target, err)
	}
	if verify(tmp.Name(), old) == nil {
		return os.Remove(tmp.Name())
	}
	if err := exchange(tmp.Name(), target); err != nil {
		return err
	}
	if verify(tmp.Name(), new) != nil {
		// Saved a second time while new stood there for a moment: the later save stays.
		if err := exchange(tmp.Name(), target); err != nil {
			return err
		}
	}
	return changed(target)
}

// openUnchanged opens the file at path if it holds old. It reads no more than that.
func openUnchanged(path string, old []byte) (*os.File, fs.FileInfo, error) {
	f, info, err := openRegular(path)
	if err != nil {
		return nil, nil, err
	}
	data, err := readUpTo(f, int64(len(old)), int64(len(old)))
	if err == nil && !bytes.Equal(data, old) {
		err = changed(path)
	}
	if err != nil {
		f.Close()
		return nil, nil, failure(path, "read", err)
	}
	return f, info, nil
}

// verify returns an error unless the file at path holds want.
func verify(path string, want []byte) error {
	f, _, err := openUnchanged(path, want)
	if err != nil {
		return err
	}
	return f.Close()
}

func changed(path string) error {
	return &Error{path, ErrChanged, "run again: the new content is read and nothing of it is lost"}
}

// gone turns "no such file" into ErrChanged: the file was there a moment ago.
func gone(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return changed(path)
	}
	return err
}
