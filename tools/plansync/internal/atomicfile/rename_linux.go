package atomicfile

import (
	"errors"

	"golang.org/x/sys/unix"
)

// exchange swaps the files that two names stand for, at one stroke.
func exchange(a, b string) error { return rename(a, b, unix.RENAME_EXCHANGE) }

// renameExclusive renames from, unless to exists.
func renameExclusive(from, to string) error { return rename(from, to, unix.RENAME_NOREPLACE) }

func rename(from, to string, flags uint) error {
	for {
		err := unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, flags)
		switch err {
		case unix.EINTR:
			continue
		case unix.EINVAL, unix.ENOSYS:
			// File systems that do not know a flag call it an invalid argument.
			return errors.ErrUnsupported
		}
		return err
	}
}
