package atomicfile

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// The power goes before each system call by which Replace changes something, and
// after the last one, as far as that can be had without a plug to pull: the file is on an ext4 file system in an image,
// and a copy of the image is what the disk held at that moment, without all that
// was still in memory. Mounted again, the copy has the old file or the new one,
// and once Replace has returned it has the new one.
//
// The file system is told not to guess which files matter (noauto_da_alloc), and
// a second writer that renames without syncing shows that the loss would be seen.
func TestPowerCut(t *testing.T) {
	if !inOwnMounts(t) {
		return
	}
	mkfs, err := exec.LookPath("mkfs.ext4")
	if err != nil {
		mkfs = "/usr/sbin/mkfs.ext4"
	}
	const old, new = "the old plan", "the plan of tomorrow, which is longer"
	// The images live in memory, or else every sync would wait for the real disk.
	dir := t.TempDir()
	if err := unix.Mount("none", dir, "tmpfs", 0, "size=32m"); err != nil {
		missing(t, err.Error())
	}
	defer unix.Unmount(dir, unix.MNT_DETACH)
	image := filepath.Join(dir, "disk")
	makeDisk := func(t *testing.T) (mounted string) {
		t.Helper()
		if err := os.WriteFile(image, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(image, 4<<20); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(mkfs, "-q", "-F", "-b", "1024", "-J", "size=1", image).CombinedOutput(); err != nil {
			missing(t, "cannot make a file system: "+err.Error()+" "+string(out))
		}
		mounted = mount(t, image)
		write(t, filepath.Join(mounted, "plan.md"), old)
		root, err := os.Open(mounted)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		if err := unix.Syncfs(int(root.Fd())); err != nil {
			t.Fatal(err)
		}
		return mounted
	}

	for name, committed := range map[string]bool{"nothing written that was not asked for": false, "names written at once": true} {
		t.Run(name, func(t *testing.T) {
			plan := filepath.Join(makeDisk(t), "plan.md")
			cuts, news := 0, 0
			a, _ := trace(t, order{Op: "replace", Path: plan, Old: []byte(old), New: []byte(new)}, func(c call) verdict {
				if c.number >= 0 && !c.writes() {
					return goOn
				}
				if committed {
					commit(t, filepath.Dir(plan))
				}
				cuts++
				switch after := afterPowerCut(t, image); {
				case after == new:
					news++
				case after != old:
					t.Errorf("power cut before %s: the file holds %s", c, short(after))
				case c.number < 0:
					t.Error("power cut after Replace has returned: the file still holds the old bytes")
				}
				return goOn
			})
			if a.Err != "" {
				t.Error(a.Err)
			}
			t.Logf("%d power cuts survived, after %d of them the file was the new one", cuts, news)
		})
	}

	t.Run("a careless writer loses the file here", func(t *testing.T) {
		plan := filepath.Join(makeDisk(t), "plan.md")
		lost := false
		trace(t, order{Op: "careless", Path: plan, New: []byte(new)}, func(c call) verdict {
			if c.number >= 0 && !c.writes() {
				return goOn
			}
			commit(t, filepath.Dir(plan))
			if after := afterPowerCut(t, image); after != old && after != new {
				lost = true
			}
			return goOn
		})
		if !lost {
			t.Error("the power cuts of this test lose nothing, so they prove nothing")
		}
	})
}

// commit makes the file system bring its names to the disk, and the content of
// no file but one that nobody cares about. It does so on its own every few
// seconds; a power cut right afterwards is what costs a careless writer the file.
func commit(t *testing.T, mounted string) {
	t.Helper()
	f, err := os.Create(filepath.Join(mounted, "unrelated"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
}

// afterPowerCut returns what the plan in the image holds for someone who starts
// the machine again.
func afterPowerCut(t *testing.T, image string) string {
	t.Helper()
	disk, err := os.Open(image)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	copied, err := os.Create(image + ".cut")
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(copied.Name())
	defer copied.Close()
	if _, err := io.Copy(copied, disk); err != nil {
		t.Fatal(err)
	}
	dir := mount(t, copied.Name())
	defer unmount(t, dir)
	content, err := os.ReadFile(filepath.Join(dir, "plan.md"))
	if err != nil {
		return err.Error()
	}
	return string(content)
}

// mount mounts the file system in an image until the test ends.
func mount(t *testing.T, image string) string {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-o", "loop,noauto_da_alloc", image, dir).CombinedOutput(); err != nil {
		missing(t, "cannot mount an image: "+err.Error()+" "+string(out))
	}
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

func unmount(t *testing.T, dir string) {
	t.Helper()
	if err := unix.Unmount(dir, 0); err != nil {
		t.Fatal(err)
	}
}
