package atomicfile

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// How editors save.
var saves = map[string]func(t *testing.T, plan, text string){
	"in place": write,
	"by rename": func(t *testing.T, plan, text string) {
		write(t, plan+"~", text)
		if err := os.Rename(plan+"~", plan); err != nil {
			t.Fatal(err)
		}
	},
	"with a backup": func(t *testing.T, plan, text string) {
		if err := os.Rename(plan, plan+".bak"); err != nil {
			t.Fatal(err)
		}
		write(t, plan, text)
		remove(t, plan+".bak")
	},
}

// An editor may save before each system call that Replace makes, and the save is
// what is there in the end. If it came before the change took effect, Replace
// says so.
func TestEditorSavesAtEverySystemCall(t *testing.T) {
	t.Parallel()
	for name, save := range saves {
		t.Run(name, func(t *testing.T) {
			refused, later := 0, 0
			for at := 0; ; at++ {
				plan := filepath.Join(memoryDir(t), "plan.md")
				write(t, plan, "old")
				seen, last, done := 0, "", false
				a, _ := trace(t, order{Op: "replace", Path: plan, Old: []byte("old"), New: []byte("new")}, func(c call) verdict {
					if c.number >= 0 && seen == at {
						now, err := os.ReadFile(plan)
						if err != nil {
							t.Fatal(err)
						}
						last, done = c.String(), string(now) == "new"
						save(t, plan, "saved by the editor")
					}
					seen++
					return goOn
				})
				if last == "" {
					if a.Err != "" {
						t.Fatal(a.Err)
					}
					t.Logf("%d saves: %d made Replace refuse, %d came after it", at, refused, later)
					if refused == 0 || later == 0 {
						t.Error("the saves missed the change")
					}
					return
				}
				holds(t, plan, "saved by the editor")
				only(t, filepath.Dir(plan), "plan.md")
				switch {
				case a.Changed && !done:
					refused++
				case a.Err == "" && done:
					later++
				default:
					t.Errorf("error %q; the change had taken effect: %v", a.Err, done)
				}
				if t.Failed() {
					t.Fatalf("when the editor saved before %s", last)
				}
			}
		})
	}
}

// The worst case: a save in the instant before the names are exchanged, which no
// look can see, and another at any time after that. The later one stays.
func TestEditorSavesTwice(t *testing.T) {
	t.Parallel()
	for name, save := range saves {
		t.Run(name, func(t *testing.T) {
			for at := 0; ; at++ {
				plan := filepath.Join(memoryDir(t), "plan.md")
				write(t, plan, "old")
				exchanging, seen, last := false, 0, ""
				a, _ := trace(t, order{Op: "replace", Path: plan, Old: []byte("old"), New: []byte("new")}, func(c call) verdict {
					if c.number < 0 {
						return goOn
					}
					if c.number == unix.SYS_RENAMEAT2 && !exchanging {
						exchanging = true
						save(t, plan, "saved once")
						return goOn
					}
					if exchanging {
						if seen == at {
							last = c.String()
							save(t, plan, "saved twice")
						}
						seen++
					}
					return goOn
				})
				if !exchanging {
					t.Skip("this file system cannot exchange names")
				}
				if !a.Changed {
					t.Errorf("error %q, want ErrChanged", a.Err)
				}
				only(t, filepath.Dir(plan), "plan.md")
				if last == "" {
					holds(t, plan, "saved once")
					t.Logf("%d second saves", at)
					return
				}
				holds(t, plan, "saved twice")
				if t.Failed() {
					t.Fatalf("when the editor saved again before %s", last)
				}
			}
		})
	}
}

// Another run may clean up at any time, and twice in a row. It takes neither what
// a living writer is writing, nor the editor's save that the writer has just
// found in its way and is about to give back.
func TestCleanAtEverySystemCall(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"nobody saves": "new", "an editor saves before the exchange": "saved"} {
		t.Run(name, func(t *testing.T) {
			for at := 0; ; at++ {
				plan := filepath.Join(memoryDir(t), "plan.md")
				write(t, plan, "old")
				exchanging, seen, last := false, 0, ""
				a, _ := trace(t, order{Op: "replace", Path: plan, Old: []byte("old"), New: []byte("new")}, func(c call) verdict {
					if c.number == unix.SYS_RENAMEAT2 && !exchanging {
						exchanging = true
						if want == "saved" {
							saves["by rename"](t, plan, want)
						}
					}
					if c.number >= 0 && (seen == at || seen == at+1) {
						last = c.String()
						if err := Clean(plan); err != nil {
							t.Error(err)
						}
					}
					seen++
					return goOn
				})
				if a.Changed != (want == "saved") || a.Err != "" && !a.Changed {
					t.Errorf("error %q", a.Err)
				}
				holds(t, plan, want)
				only(t, filepath.Dir(plan), "plan.md")
				if t.Failed() {
					t.Fatalf("cleaned before %s", last)
				}
				if last == "" {
					return
				}
			}
		})
	}
}
