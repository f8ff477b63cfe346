package atomicfile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// On a full disk nothing changes, nothing stays lying about, and once there is
// room again the same call succeeds.
func TestFullDisk(t *testing.T) {
	if !inOwnMounts(t) {
		return
	}
	old, new := bytes.Repeat([]byte("old\n"), 4<<10), bytes.Repeat([]byte("new\n"), 8<<10)
	for _, tt := range []struct {
		name    string
		options string
		room    int // bytes to leave free
	}{
		{"no room at all", "size=128k", 0},
		{"room for a part", "size=128k", 16 << 10},
		// The directory, plan.md and ballast: there is no other file to have.
		{"no room for another file", "size=1m,nr_inodes=3", 512 << 10},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := unix.Mount("none", dir, "tmpfs", 0, tt.options); err != nil {
				missing(t, err.Error())
			}
			defer unix.Unmount(dir, unix.MNT_DETACH)
			plan, ballast := filepath.Join(dir, "plan.md"), filepath.Join(dir, "ballast")
			write(t, plan, string(old))
			write(t, ballast, string(make([]byte, free(t, dir)-tt.room)))

			for name, err := range map[string]error{
				"Replace": Replace(plan, old, new),
				"Create":  Create(filepath.Join(dir, "index.md"), new),
			} {
				if !errors.Is(err, syscall.ENOSPC) || hintOf(err) == "" {
					t.Errorf("%s: error %v, hint %q; want that the disk is full", name, err, hintOf(err))
				}
			}
			holds(t, plan, string(old))
			only(t, dir, "ballast", "plan.md")

			if err := os.Remove(ballast); err != nil {
				t.Fatal(err)
			}
			if err := Replace(plan, old, new); err != nil {
				t.Error(err)
			}
			holds(t, plan, string(new))
			only(t, dir, "plan.md")
		})
	}
}

func free(t *testing.T, dir string) int {
	t.Helper()
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		t.Fatal(fmt.Errorf("statfs: %w", err))
	}
	return int(st.Bavail) * int(st.Bsize)
}
