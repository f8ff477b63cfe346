package atomicfile

import (
	"errors"

	"golang.org/x/sys/unix"
)

// exchange swaps the files that two names stand for, at one stroke.
func exchange(a, b string) error { return rename(a, b, unix.RENAME_SWAP) }

// renameExclusive renames from, unless to exists.
func renameExclusive(from, to string) error { return rename(from, to, unix.RENAME_EXCL) }

func rename(from, to string, flags uint32) error {
	err := unix.RenamexNp(from, to, flags)
	if err == unix.EINVAL || err == unix.ENOTSUP {
		return errors.ErrUnsupported
	}
	return err
}
