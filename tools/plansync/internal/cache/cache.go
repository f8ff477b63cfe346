// Package cache keeps what one run leaves for the next one. It is never needed: what cannot be read
// is as good as absent.
package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
)

// A File holds one value about one site. It lies in the user's cache folder, where nobody else can
// leave something of his own. The empty File is none: it cannot be written.
type File string

// Of returns the file that holds the named value about the site at baseURL.
func Of(name, baseURL string) File {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	sum := sha256.Sum256([]byte(baseURL))
	return File(filepath.Join(dir, "plansync", name+"-"+hex.EncodeToString(sum[:8])+".json"))
}

// Read reads what an earlier run left into v, or leaves v as it is.
func (f File) Read(v any) {
	if data, err := os.ReadFile(string(f)); err == nil {
		_ = json.Unmarshal(data, v)
	}
}

// Write leaves v for the next run.
func (f File) Write(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(string(f)), 0o700); err != nil {
		return err
	}
	return os.WriteFile(string(f), data, 0o600)
}

// Remove leaves nothing for the next run.
func (f File) Remove() { _ = os.Remove(string(f)) }
