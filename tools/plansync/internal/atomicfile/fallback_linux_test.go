package atomicfile

import (
	"path/filepath"
	"strings"
	"testing"
)

// File systems that lack what this package likes to use are no reason to fail.
func TestPoorFileSystems(t *testing.T) {
	for _, lacks := range [][]string{{"renameat2"}, {"renameat2", "linkat"}, {"flock"}, {"renameat2", "linkat", "flock"}} {
		t.Run("without "+strings.Join(lacks, " and "), func(t *testing.T) {
			dir := t.TempDir()
			plan, page := filepath.Join(dir, "plan.md"), filepath.Join(dir, "index.md")
			write(t, plan, "old")
			do := func(o order) answer {
				t.Helper()
				o.Without = lacks
				return once(t, helper(t, "once", o))
			}
			if a := do(order{Op: "replace", Path: plan, Old: []byte("old"), New: []byte("new")}); a.Err != "" {
				t.Error(a.Err)
			}
			if a := do(order{Op: "replace", Path: plan, Old: []byte("old"), New: []byte("newer")}); !a.Changed {
				t.Errorf("error %q, want ErrChanged", a.Err)
			}
			holds(t, plan, "new")
			if a := do(order{Op: "create", Path: page, New: []byte("stub")}); a.Err != "" {
				t.Error(a.Err)
			}
			if a := do(order{Op: "create", Path: page, New: []byte("other")}); !a.Exist {
				t.Errorf("error %q, want fs.ErrExist", a.Err)
			}
			holds(t, page, "stub")
			only(t, dir, "index.md", "plan.md")
		})
	}
}
