package atomicfile

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// patience is how often, and pause how long, a writer waits for another writer
// of the same file: ten seconds in all. A write takes milliseconds, so whoever
// takes longer has been stopped.
const (
	patience = 1000
	pause    = 10 * time.Millisecond
)

// tempName returns the name of the temporary file for path: always the same one,
// in the same directory. So a run finds what a killed run left for the same path
// with one system call and without reading the directory, two writers of one file
// meet, and at most one stray file for each path can exist. It starts with a dot,
// because Hugo passes over such files.
func tempName(path string) string {
	sum := sha256.Sum256([]byte(filepath.Base(path)))
	return filepath.Join(filepath.Dir(path), ".plansync-"+hex.EncodeToString(sum[:8])+".tmp")
}

// reserve creates the temporary file for path. As long as the result is open no
// other writer of path and no cleaner touches the temporary name: the file carries
// an advisory lock, which the system drops when its owner dies. What a killed run left is removed
// on the way.
func reserve(path string, perm fs.FileMode) (*os.File, error) {
	name := tempName(path)
	for range patience {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
		if err == nil {
			if own(f) {
				return f, nil
			}
			// A cleaner saw the file in the instant before it was locked.
			f.Close()
			continue
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		removed, err := removeStray(path)
		if err != nil {
			return nil, err
		}
		if !removed {
			time.Sleep(pause)
		}
	}
	return nil, &Error{path, fmt.Errorf("%w, which does not finish", ErrLocked),
		fmt.Sprintf("end that run; if there is none, remove %s", name)}
}

// Clean removes the temporary file that a killed run left for path, if there is
// one. A temporary file that is being written is left alone. [Replace] and
// [Create] do the same by themselves; a run that finds nothing to write calls
// Clean, because a run can be killed after its last change and before its last
// clean-up.
func Clean(path string) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	_, err := removeStray(path)
	if err != nil {
		return failure(path, "remove the temporary file of an earlier run", err)
	}
	return nil
}
