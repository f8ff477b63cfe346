package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

// What Replace does to a file, and what must be there afterwards and what not.
func TestReplace(t *testing.T) {
	const old, new = "old\r\nbytes", "\xef\xbb\xbfnew \x00\xff bytes"
	tests := []struct {
		name    string
		setup   func(t *testing.T, plan string) // plan holds old already
		old     string                          // what the caller believes; default old
		new     string                          // default new
		wantErr error
		says    string   // part of the message
		want    string   // default new, or old after an error
		extra   []string // names beside the plan afterwards
	}{
		{name: "new bytes arrive, byte for byte"},
		{name: "to an empty file", new: "\x00empty"},
		{name: "a save in between wins",
			setup:   func(t *testing.T, plan string) { write(t, plan, "saved") },
			wantErr: ErrChanged, says: "changed by someone else", want: "saved"},
		{name: "a save of equal length wins",
			setup:   func(t *testing.T, plan string) { write(t, plan, strings.ToUpper(old)) },
			wantErr: ErrChanged, want: strings.ToUpper(old)},
		{name: "an appended byte wins",
			setup:   func(t *testing.T, plan string) { write(t, plan, old+"\n") },
			wantErr: ErrChanged, want: old + "\n"},
		{name: "a save in between wins even if there is nothing to write",
			setup: func(t *testing.T, plan string) { write(t, plan, "saved") },
			new:   old, wantErr: ErrChanged, want: "saved"},
		{name: "the litter of a killed run goes",
			setup: func(t *testing.T, plan string) { write(t, tempName(plan), "half of it") }},
		{name: "the litter goes even if there is nothing to write",
			setup: func(t *testing.T, plan string) { write(t, tempName(plan), "half of it") },
			new:   old, want: old},
		{name: "somebody's file with a similar name stays",
			setup: func(t *testing.T, plan string) {
				write(t, filepath.Join(filepath.Dir(plan), ".plansync-notes.tmp"), "mine")
			},
			extra: []string{".plansync-notes.tmp"}},
		{name: "something odd in the place of the temporary file",
			setup: func(t *testing.T, plan string) {
				if err := os.Mkdir(tempName(plan), 0o777); err != nil {
					t.Fatal(err)
				}
			},
			wantErr: ErrNotRegular, says: ".tmp is not a regular file", extra: []string{filepath.Base(tempName("plan.md"))}},
		{name: "a name of 255 bytes",
			setup: func(t *testing.T, plan string) {}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := "plan.md"
			if strings.Contains(tt.name, "255") {
				name = strings.Repeat("n", 255)
			}
			plan := filepath.Join(t.TempDir(), name)
			write(t, plan, old)
			if tt.setup != nil {
				tt.setup(t, plan)
			}
			if tt.old == "" {
				tt.old = old
			}
			switch tt.new {
			case "":
				tt.new = new
			case "\x00empty":
				tt.new = ""
			}
			if tt.want == "" && tt.wantErr == nil {
				tt.want = tt.new
			} else if tt.want == "" {
				tt.want = old
			}

			err := Replace(plan, []byte(tt.old), []byte(tt.new))

			if !errors.Is(err, tt.wantErr) {
				t.Errorf("error %v, want %v", err, tt.wantErr)
			}
			if err != nil {
				if !strings.HasPrefix(err.Error(), plan+": ") || !strings.Contains(err.Error(), tt.says) {
					t.Errorf("message %q: want the path first, and %q", err, tt.says)
				}
				if hintOf(err) == "" {
					t.Errorf("no hint with %q", err)
				}
			}
			holds(t, plan, tt.want)
			only(t, filepath.Dir(plan), append(tt.extra, name)...)
		})
	}
}

// Nothing to write means that nothing is written: not the content, not the time.
func TestReplaceWithEqualBytesLeavesTheFileAlone(t *testing.T) {
	plan := filepath.Join(t.TempDir(), "plan.md")
	write(t, plan, "same")
	age(t, plan)
	before, err := os.Stat(plan)
	if err != nil {
		t.Fatal(err)
	}
	if err := Replace(plan, []byte("same"), []byte("same")); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(plan)
	if err != nil {
		t.Fatal(err)
	}
	if modified(t, plan) || !os.SameFile(before, after) {
		t.Error("the file was written")
	}
}

// A missing file is no invitation to make one.
func TestReplaceOfAMissingFile(t *testing.T) {
	dir := t.TempDir()
	err := Replace(filepath.Join(dir, "plan.md"), nil, []byte("new"))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want fs.ErrNotExist", err)
	}
	only(t, dir)
}

// Two writers of one file wait for each other, but not for ever: a stopped
// process keeps its temporary file, and the message says what to do.
func TestReplaceGivesUpWaitingForAStoppedWriter(t *testing.T) {
	plan := filepath.Join(t.TempDir(), "plan.md")
	write(t, plan, "old")
	stopped, err := reserve(plan, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer stopped.Close()
	synctest.Test(t, func(t *testing.T) {
		for name, write := range map[string]func() error{
			"Replace": func() error { return Replace(plan, []byte("old"), []byte("new")) },
			"Create":  func() error { return Create(plan, []byte("new")) },
		} {
			err := write()
			if !errors.Is(err, ErrLocked) {
				t.Errorf("%s: error %v, want ErrLocked", name, err)
			}
			if !strings.Contains(hintOf(err), tempName(plan)) {
				t.Errorf("%s: hint %q does not name the temporary file", name, hintOf(err))
			}
		}
		if err := Clean(plan); err != nil {
			t.Error(err)
		}
	})
	holds(t, plan, "old")
	only(t, filepath.Dir(plan), "plan.md", filepath.Base(tempName(plan)))
}

// When the writer that was waited for has finished, the next one goes on.
func TestReplaceWaitsForAnotherWriter(t *testing.T) {
	plan := filepath.Join(t.TempDir(), "plan.md")
	write(t, plan, "old")
	synctest.Test(t, func(t *testing.T) {
		other, err := reserve(plan, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		go func() { done <- Replace(plan, []byte("old"), []byte("new")) }()
		synctest.Wait()
		only(t, filepath.Dir(plan), "plan.md", filepath.Base(tempName(plan)))
		discard(other)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	holds(t, plan, "new")
	only(t, filepath.Dir(plan), "plan.md")
}

func TestClean(t *testing.T) {
	dir := t.TempDir()
	plan := filepath.Join(dir, "plan.md")
	t.Run("nothing to do", func(t *testing.T) {
		if err := Clean(plan); err != nil {
			t.Error(err)
		}
	})
	t.Run("litter of this path only", func(t *testing.T) {
		other := filepath.Join(dir, "other.md")
		write(t, tempName(plan), "half")
		write(t, tempName(other), "half")
		if err := Clean(plan); err != nil {
			t.Error(err)
		}
		only(t, dir, filepath.Base(tempName(other)))
	})
}
