//go:build linux || darwin

package atomicfile

import (
	"bytes"
	"os"

	"golang.org/x/sys/unix"
)

// accessList is the extended attribute that holds a file's access control list.
const accessList = "system.posix_acl_access"

// inheritAttributes copies the extended attributes of file to tmp. An access
// control list must arrive, and one that tmp has from its directory's default
// must go, or else the file would be open to others than before. Everything else
// is kept if the system allows it: some attributes are the kernel's own.
func inheritAttributes(tmp, file *os.File) error {
	names, err := attributes(file)
	if err != nil {
		return nil // The file system has none.
	}
	if inherited, err := attributes(tmp); err == nil {
		for _, name := range inherited {
			if name == accessList {
				if err := unix.Fremovexattr(int(tmp.Fd()), name); err != nil {
					return err
				}
			}
		}
	}
	for _, name := range names {
		value, err := attribute(file, name)
		if err != nil {
			continue
		}
		if err := unix.Fsetxattr(int(tmp.Fd()), name, value, 0); err != nil && name == accessList {
			return err
		}
	}
	return nil
}

func attributes(f *os.File) ([]string, error) {
	list, err := grow(func(buf []byte) (int, error) { return unix.Flistxattr(int(f.Fd()), buf) })
	if err != nil {
		return nil, err
	}
	var names []string
	for name := range bytes.SplitSeq(list, []byte{0}) {
		if len(name) > 0 {
			names = append(names, string(name))
		}
	}
	return names, nil
}

func attribute(f *os.File, name string) ([]byte, error) {
	return grow(func(buf []byte) (int, error) { return unix.Fgetxattr(int(f.Fd()), name, buf) })
}

// grow calls get with larger and larger buffers until the answer fits.
func grow(get func([]byte) (int, error)) ([]byte, error) {
	buf := make([]byte, 256)
	for {
		n, err := get(buf)
		if err == nil {
			return buf[:n], nil
		}
		if err != unix.ERANGE || len(buf) > 1<<20 {
			return nil, err
		}
		buf = make([]byte, 4*len(buf))
	}
}
