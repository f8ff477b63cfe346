package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// What stands in the way is said with what to do about it.
func TestHints(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links")
	}
	dir := t.TempDir()
	loop, there := filepath.Join(dir, "loop"), filepath.Join(dir, "there")
	if err := os.Symlink("loop", loop); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", there); err != nil {
		t.Fatal(err)
	}
	_, looped := ReadRegular(loop, 10)
	for hint, err := range map[string]error{
		"leads back to itself":     looped,
		"Hugo does not see it":     Create(there, nil),
		"mount its folder instead": failure("p.md", "write", &fs.PathError{Op: "rename", Path: "p.md", Err: syscall.EBUSY}),
	} {
		var located *Error
		if !errors.As(err, &located) || !strings.Contains(located.Hint(), hint) {
			t.Errorf("%v: no hint %q", err, hint)
		}
	}
}
