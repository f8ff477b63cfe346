package hugo

import (
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// lockFile is the file that a Hugo locks while it builds the site of the folder.
const lockFile = ".hugo_build.lock"

// Builder reports whether another Hugo builds the site at this moment; holder says which process it is, as " (process 123)",
// where the system tells.
func (c *Command) Builder() (holder string, busy bool) {
	name := filepath.Join(c.Root, lockFile)
	if _, err := os.Stat(name); err != nil {
		return "", false
	}
	lock := flock.New(name, flock.SetFlag(os.O_RDWR))
	defer lock.Close()
	if free, err := lock.TryLock(); err != nil || free {
		return "", false
	}
	return lockHolder(name), true
}
