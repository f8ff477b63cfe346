package atomicfile

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// Root may do anything, so these refusals are seen by a user who may not: root
// prepares the files, and a helper without privileges tries to write them.
func TestReplaceWithoutPermission(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to make files that belong to others")
	}
	tests := []struct {
		name            string
		fileUID, dirUID int
		fileGID         int
		mode, dirMode   os.FileMode
		refused         string // part of the message; none: the file is written
		hint            string
	}{
		{name: "his own file", fileUID: nobody, fileGID: nobody, dirUID: nobody, mode: 0o644, dirMode: 0o755},
		{name: "his own file in a directory of root that all may write", fileUID: nobody, fileGID: nobody, mode: 0o600, dirMode: 0o777 | os.ModeSticky},
		{name: "read-only", fileUID: nobody, fileGID: nobody, dirUID: nobody, mode: 0o444, dirMode: 0o755,
			refused: "the file is read-only", hint: "chmod u+w"},
		{name: "writable for others only", fileUID: nobody, fileGID: nobody, dirUID: nobody, mode: 0o466, dirMode: 0o755,
			refused: "the file is read-only", hint: "chmod u+w"},
		{name: "not readable", fileUID: nobody, fileGID: nobody, dirUID: nobody, mode: 0o200, dirMode: 0o755,
			refused: "open: permission denied", hint: "check who owns the file"},
		{name: "of root, writable for all", dirUID: nobody, mode: 0o666, dirMode: 0o755,
			refused: "the file belongs to user 0 and you are user 65534", hint: "chown"},
		{name: "of root, secret", dirUID: nobody, mode: 0o600, dirMode: 0o755,
			refused: "open: permission denied", hint: "check who owns the file"},
		{name: "with a group that he is no member of", fileUID: nobody, dirUID: nobody, mode: 0o664, dirMode: 0o755,
			refused: "its owner 65534:0 cannot be kept", hint: "chown"},
		{name: "in a directory of root", fileUID: nobody, fileGID: nobody, mode: 0o644, dirMode: 0o755,
			refused: "its directory is read-only", hint: "make the directory writable"},
		{name: "in a read-only directory", fileUID: nobody, fileGID: nobody, dirUID: nobody, mode: 0o644, dirMode: 0o555,
			refused: "its directory is read-only", hint: "make the directory writable"},
		{name: "in a directory that cannot be listed, nor synced", fileUID: nobody, fileGID: nobody, dirUID: nobody, mode: 0o644, dirMode: 0o333,
			refused: "permission denied", hint: "check who owns the file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := publicDir(t)
			plan := filepath.Join(dir, "plan.md")
			write(t, plan, "old")
			if err := errors.Join(os.Chown(plan, tt.fileUID, tt.fileGID), os.Chmod(plan, tt.mode),
				os.Chown(dir, tt.dirUID, 0), os.Chmod(dir, tt.dirMode)); err != nil {
				t.Fatal(err)
			}
			before := owner(t, plan)

			a := once(t, asNobody(helper(t, "once", order{Op: "replace", Path: plan, Old: []byte("old"), New: []byte("new")})))

			if tt.refused == "" {
				if a.Err != "" {
					t.Error(a.Err)
				}
				holds(t, plan, "new")
			} else {
				if !a.Permission || !strings.HasPrefix(a.Err, plan+": ") || !strings.Contains(a.Err, tt.refused) {
					t.Errorf("error %q (fs.ErrPermission: %v), want %q", a.Err, a.Permission, tt.refused)
				}
				if !strings.Contains(a.Hint, tt.hint) {
					t.Errorf("hint %q, want %q", a.Hint, tt.hint)
				}
				holds(t, plan, "old")
			}
			if after := owner(t, plan); after != before {
				t.Errorf("owner and mode are %v now, were %v", after, before)
			}
			only(t, dir, "plan.md")
		})
	}
}

func TestCreateWithoutPermission(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to make directories that belong to others")
	}
	dir := publicDir(t)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "index.md"), filepath.Join(dir, "slug", "index.md")} {
		a := once(t, asNobody(helper(t, "once", order{Op: "create", Path: path})))
		if !a.Permission || !strings.HasPrefix(a.Err, path+": ") || a.Hint == "" {
			t.Errorf("error %q (fs.ErrPermission: %v), hint %q", a.Err, a.Permission, a.Hint)
		}
	}
	only(t, dir)
}

// What root writes stays its owner's.
func TestReplaceAsRootKeepsTheOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to make files that belong to others")
	}
	for _, mode := range []os.FileMode{0o600, 0o664, 0o664 | os.ModeSetgid, 0o755 | os.ModeSetuid} {
		plan := filepath.Join(t.TempDir(), "plan.md")
		write(t, plan, "old")
		if err := errors.Join(os.Chown(plan, 1234, 5678), os.Chmod(plan, mode)); err != nil {
			t.Fatal(err)
		}
		before := owner(t, plan)
		if err := Replace(plan, []byte("old"), []byte("new")); err != nil {
			t.Fatal(err)
		}
		holds(t, plan, "new")
		if after := owner(t, plan); after != before {
			t.Errorf("owner and mode are %v now, were %v", after, before)
		}
	}
}

// On a file system that is mounted read-only everything is refused, and the
// message says why.
func TestReadOnlyFileSystem(t *testing.T) {
	if !inOwnMounts(t) {
		return
	}
	dir := t.TempDir()
	plan := filepath.Join(dir, "plan.md")
	if err := unix.Mount("none", dir, "tmpfs", 0, "size=64k"); err != nil {
		missing(t, err.Error())
	}
	write(t, plan, "old")
	if err := unix.Mount("none", dir, "tmpfs", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	defer unix.Unmount(dir, unix.MNT_DETACH)
	for name, err := range map[string]error{
		"Replace": Replace(plan, []byte("old"), []byte("new")),
		"Create":  Create(filepath.Join(dir, "slug", "index.md"), nil),
	} {
		if !errors.Is(err, os.ErrPermission) || !strings.Contains(err.Error(), "file system is read-only") || hintOf(err) == "" {
			t.Errorf("%s: error %v, hint %q", name, err, hintOf(err))
		}
	}
	holds(t, plan, "old")
	only(t, dir, "plan.md")
}

// Attributes stay, above all an access control list: the same mode bits without
// it would let more people in.
func TestReplaceKeepsAttributes(t *testing.T) {
	dir := t.TempDir()
	plan := filepath.Join(dir, "plan.md")
	write(t, plan, "old")
	// rw for the owner and for user 1234, nothing for the group, mask rw.
	list := accessControlList(1234)
	if err := unix.Setxattr(plan, accessList, list, 0); err != nil {
		missing(t, "no access control lists here: "+err.Error())
	}
	if err := unix.Setxattr(plan, "user.comment", []byte("by hand"), 0); err != nil {
		missing(t, "no user attributes here: "+err.Error())
	}
	if err := Replace(plan, []byte("old"), []byte("new")); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]byte{accessList: list, "user.comment": []byte("by hand")} {
		got := make([]byte, 1000)
		n, err := unix.Getxattr(plan, name, got)
		if err != nil || !bytes.Equal(got[:max(n, 0)], want) {
			t.Errorf("%s is %q (%v), want %q", name, got[:max(n, 0)], err, want)
		}
	}

	// A default list of the directory is for new files, which this is not.
	bare := filepath.Join(dir, "bare.md")
	write(t, bare, "old")
	if err := unix.Setxattr(dir, "system.posix_acl_default", list, 0); err != nil {
		t.Fatal(err)
	}
	if err := Replace(bare, []byte("old"), []byte("new")); err != nil {
		t.Fatal(err)
	}
	if n, err := unix.Getxattr(bare, accessList, make([]byte, 1000)); err != unix.ENODATA {
		t.Errorf("a list of %d bytes has appeared (%v)", n, err)
	}
}

// accessControlList returns, in the form of Linux's extended attributes, the list
// u::rw, u:uid:rw, g::-, m::rw, o::-.
func accessControlList(uid uint32) []byte {
	const version, read, write = 2, 4, 2
	list := []byte{version, 0, 0, 0}
	for _, e := range []struct {
		tag, perm uint16
		id        uint32
	}{{1, read | write, 1<<32 - 1}, {2, read | write, uid}, {4, 0, 1<<32 - 1}, {16, read | write, 1<<32 - 1}, {32, 0, 1<<32 - 1}} {
		list = append(list, byte(e.tag), 0, byte(e.perm), 0, byte(e.id), byte(e.id>>8), byte(e.id>>16), byte(e.id>>24))
	}
	return list
}

// publicDir returns a new directory that every user can reach, unlike the one of
// t.TempDir.
func publicDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "atomicfile-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

type ownership struct {
	uid, gid, mode uint32
}

func owner(t *testing.T, path string) ownership {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	st := info.Sys().(*syscall.Stat_t)
	return ownership{st.Uid, st.Gid, st.Mode}
}
