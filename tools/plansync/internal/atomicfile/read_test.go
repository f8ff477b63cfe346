package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadRegular(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.md")
	for _, tt := range []struct {
		size    int
		limit   int64
		wantErr error
	}{
		{0, 0, nil}, {0, 10, nil}, {9, 10, nil}, {10, 10, nil}, {1 << 20, 1 << 20, nil},
		{11, 10, ErrTooLarge}, {1, 0, ErrTooLarge}, {1 << 20, 1<<20 - 1, ErrTooLarge},
	} {
		want := strings.Repeat("\r", tt.size)
		write(t, path, want)
		got, err := ReadRegular(path, tt.limit)
		if !errors.Is(err, tt.wantErr) {
			t.Errorf("%d bytes, limit %d: error %v, want %v", tt.size, tt.limit, err, tt.wantErr)
		}
		if err == nil && string(got) != want {
			t.Errorf("%d bytes, limit %d: got %s", tt.size, tt.limit, short(string(got)))
		}
	}
}

// A file of a terabyte that takes no room on the disk is refused by its size.
func TestReadRegularOfASparseFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.md")
	write(t, path, "")
	if err := os.Truncate(path, 1<<40); err != nil {
		t.Skip(err)
	}
	if _, err := ReadRegular(path, 1<<20); !errors.Is(err, ErrTooLarge) {
		t.Errorf("error %v, want ErrTooLarge", err)
	}
}

func TestReadRegularOfAMissingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.md")
	_, err := ReadRegular(path, 10)
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), path+": ") {
		t.Errorf("error %v", err)
	}
}

// The size that the system tells is not to be trusted: a file may grow or shrink
// while it is read, and some say 0 and go on and on.
func TestReadUpTo(t *testing.T) {
	for _, tt := range []struct {
		size, limit int64
		have, want  int
	}{
		{0, 100, 50, 50}, {200, 100, 50, 50}, {50, 100, 50, 50},
		{0, 100, 5000, 101}, {100, 100, 5000, 101}, {0, 0, 5, 1}, {0, 0, 0, 0},
	} {
		got, err := readUpTo(strings.NewReader(strings.Repeat("x", tt.have)), tt.size, tt.limit)
		if err != nil || len(got) != tt.want {
			t.Errorf("said %d, has %d, limit %d: got %d bytes and %v, want %d", tt.size, tt.have, tt.limit, len(got), err, tt.want)
		}
	}
}
