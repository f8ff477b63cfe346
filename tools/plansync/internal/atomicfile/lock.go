package atomicfile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// retry is how often a waiting run asks again.
const retry = 50 * time.Millisecond

// Lock takes the lock of the project in dir, so that two runs do not work on it
// at once. It waits no longer than wait, or until ctx ends; then it returns
// [ErrLocked], and the message says which process has the lock and since when.
// The system releases the lock of a process that dies.
//
// The lock is a file in the user's cache directory, or in the directory for
// temporary files when there is no home; nothing is written into the project, so
// its `git status` stays clean. It holds between the runs of one user on one
// machine. For everybody else it is [Replace] that loses nothing.
func Lock(ctx context.Context, dir string, wait time.Duration) (release func() error, err error) {
	name, err := lockName(dir)
	if err != nil {
		return nil, failure(dir, "lock", err)
	}
	lock := flock.New(name)
	ok, err := lock.TryLock()
	if err == nil && !ok && wait > 0 {
		bounded, cancel := context.WithTimeout(ctx, wait)
		defer cancel()
		ok, err = lock.TryLockContext(bounded, retry)
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			err = nil
		}
	}
	if err != nil {
		return nil, failure(dir, "lock", err)
	}
	if !ok {
		return nil, &Error{dir, fmt.Errorf("%w%s", ErrLocked, holder(name)), "wait until it has finished, then run again"}
	}
	// Who holds the lock is a courtesy to the one who waits, no part of the lock.
	os.WriteFile(holderName(name), []byte(strconv.Itoa(os.Getpid())), 0o600)
	return func() error {
		os.Remove(holderName(name))
		return lock.Unlock()
	}, nil
}

// lockName returns the path of the lock file for dir, in a directory that exists
// and that the user may write.
func lockName(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(real))
	name := hex.EncodeToString(sum[:16]) + ".lock"
	cache, err := os.UserCacheDir()
	if err == nil {
		locks := filepath.Join(cache, "plansync", "locks")
		if err = os.MkdirAll(locks, 0o700); err == nil && writable(locks) {
			return filepath.Join(locks, name), nil
		}
	}
	locks := filepath.Join(os.TempDir(), "plansync-locks-"+strconv.Itoa(os.Getuid()))
	if err := os.MkdirAll(locks, 0o700); err != nil {
		return "", err
	}
	// Everybody can write beside it, so it may be somebody's trap.
	info, err := os.Lstat(locks)
	if err != nil {
		return "", err
	}
	if !private(info) {
		return "", refusal(locks, "belongs to somebody else", "set TMPDIR to a directory of your own")
	}
	return filepath.Join(locks, name), nil
}

// writable reports whether a file can be made in dir.
func writable(dir string) bool {
	f, err := os.CreateTemp(dir, "probe-*")
	if err != nil {
		return false
	}
	f.Close()
	return os.Remove(f.Name()) == nil
}

// holderName names the file that says who holds the lock. It is not the lock file
// itself, because Windows lets nobody read what is locked.
func holderName(lock string) string { return strings.TrimSuffix(lock, ".lock") + ".holder" }

// holder says who holds the lock and since when, as far as that is known.
func holder(lock string) string {
	pid, err := os.ReadFile(holderName(lock))
	if err != nil {
		return ""
	}
	info, err := os.Stat(holderName(lock))
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (process %s, since %s)", pid, info.ModTime().Format("2006-01-02 15:04:05"))
}
