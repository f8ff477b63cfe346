package atomicfile

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The order in which things reach the disk is the whole protection against a
// power cut: the temporary file is complete and synced before it gets the name,
// and the directory is synced after the last change of a name.
// And whether somebody has saved meanwhile is looked at after the sync, which can
// take long.
func TestReplaceOrder(t *testing.T) {
	for name, lacks := range map[string][]string{"by exchange": nil, "by rename": {"renameat2"}} {
		t.Run(name, func(t *testing.T) {
			plan := filepath.Join(t.TempDir(), "plan.md")
			write(t, plan, "old")
			dir, tmp := filepath.Base(filepath.Dir(plan)), filepath.Base(tempName(plan))
			got := calls(t, order{Op: "replace", Path: plan, Old: []byte("old"), New: []byte("new"), Without: lacks})

			named := slices.IndexFunc(got, func(c string) bool {
				return strings.HasPrefix(c, "renameat "+tmp+" plan.md") || lacks == nil && strings.HasPrefix(c, "renameat2 "+tmp+" plan.md")
			})
			if named < 0 {
				t.Fatalf("the file never gets its name:\n%s", strings.Join(got, "\n"))
			}
			sync := slices.Index(got, "fsync "+tmp)
			dirSync := slices.Index(got, "fsync "+dir)
			if sync < 0 || sync > named {
				t.Error("the file is not synced before it gets its name")
			}
			if dirSync < named {
				t.Error("the directory is not synced after the file got its name")
			}
			if !slices.Contains(got[max(sync, 0):named], "openat plan.md") {
				t.Error("nobody looks for a save between the sync and the new name")
			}
			for i, c := range got {
				verb, object, _ := strings.Cut(c, " ")
				switch {
				case object == tmp && i > sync && slices.Contains([]string{"write", "ftruncate", "fchmod", "fchown", "fsetxattr"}, verb):
					t.Errorf("%q comes after the file is synced", c)
				case i > dirSync && slices.Contains([]string{"renameat", "renameat2", "unlinkat", "linkat", "write"}, verb):
					t.Errorf("%q comes after the directory is synced", c)
				case object == "plan.md" && verb == "write":
					t.Errorf("%q: the file is written in place", c)
				}
			}
			if t.Failed() {
				t.Logf("in this order:\n%s", strings.Join(got, "\n"))
			}
		})
	}
}

// Stubs can be made again, so Create has no time for the disk. Its system calls
// are counted: a thousand stubs pay for each one.
func TestCreateIsLean(t *testing.T) {
	path := filepath.Join(t.TempDir(), "index.md")
	tmp := filepath.Base(tempName(path))
	got := calls(t, order{Op: "create", Path: path, New: []byte("stub")})
	want := []string{"openat " + tmp, "flock", "fstat", "write " + tmp, "renameat2 " + tmp + " index.md 0x1", "close"}
	// The runtime may look after itself in between, so only what belongs to a file is compared.
	got = slices.DeleteFunc(got, func(c string) bool {
		return strings.HasPrefix(c, "system call ")
	})
	if !slices.Equal(got, want) {
		t.Errorf("system calls:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// calls returns the system calls that carrying out o takes.
func calls(t *testing.T, o order) []string {
	t.Helper()
	var got []string
	a, _ := trace(t, o, func(c call) verdict {
		switch c.number {
		case -1:
		case unix.SYS_FLOCK:
			got = append(got, "flock")
		case unix.SYS_FSTAT:
			got = append(got, "fstat")
		case unix.SYS_CLOSE:
			got = append(got, "close")
		default:
			got = append(got, c.String())
		}
		return goOn
	})
	if a.Err != "" {
		t.Fatal(a.Err)
	}
	return got
}
