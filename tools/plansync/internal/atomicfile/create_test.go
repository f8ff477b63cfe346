package atomicfile

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"sync"
	"testing"
)

func TestCreate(t *testing.T) {
	for name, data := range map[string][]byte{
		"a stub":         []byte("+++\r\ntitle = 'x'\n+++\n"),
		"an empty file":  nil,
		"a big file":     bytes.Repeat([]byte("0123456789abcdef"), 1<<18),
		"after a killed": []byte("whole"),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "learn", "slug", "index.md")
			if name == "after a killed" {
				if err := Create(path+".other", nil); err != nil { // makes the directory
					t.Fatal(err)
				}
				write(t, tempName(path), "half of it")
			}
			if err := Create(path, data); err != nil {
				t.Fatal(err)
			}
			holds(t, path, string(data))
			names := []string{"index.md"}
			if name == "after a killed" {
				names = append(names, "index.md.other")
			}
			only(t, filepath.Dir(path), names...)
		})
	}
}

// A file stands where a directory is needed.
func TestCreateBelowAFile(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "learn"), "a file")
	if err := Create(filepath.Join(dir, "learn", "slug", "index.md"), nil); err == nil {
		t.Error("no error")
	}
	holds(t, filepath.Join(dir, "learn"), "a file")
}

// Many create the same file: it is one's, whole, and the others know.
func TestCreateRace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "slug", "index.md")
	errs := make([]error, 8)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = Create(path, bytes.Repeat([]byte{byte('a' + i)}, 10_000)) })
	}
	all.Wait()
	winner := -1
	for i, err := range errs {
		switch {
		case err == nil && winner < 0:
			winner = i
		case err == nil:
			t.Errorf("both %d and %d created it", winner, i)
		case !errors.Is(err, fs.ErrExist):
			t.Errorf("%d: error %v, want fs.ErrExist", i, err)
		}
	}
	if winner < 0 {
		t.Fatal("nobody created it")
	}
	holds(t, path, string(bytes.Repeat([]byte{byte('a' + winner)}, 10_000)))
	only(t, filepath.Dir(path), "index.md")
}
