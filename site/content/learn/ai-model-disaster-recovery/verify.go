// May this copy be restored?
//
//	go run verify.go FOLDER RELEASE
//
// It needs no modules. RELEASE is the SHA-256 of the manifest that production ran last, from its log.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// region: verify

// Verify: what bars a copy from being restored.
func Verify(copied fs.FS, running string) (
	problems []string, err error,
) {
	say := func(what, name string) {
		problems = append(problems, what+" "+name)
	}
	all, err := fs.ReadFile(copied, "MANIFEST")
	listed := map[string]bool{"MANIFEST": true}
	for line := range strings.Lines(string(all)) {
		sum, name, _ := strings.Cut(
			strings.TrimSpace(line), "  ")
		listed[name] = true
		data, err := fs.ReadFile(copied, name)
		if err != nil {
			say("missing", name)
		} else if digest(data) != sum {
			say("damaged", name)
		}
	}
	for _, name := range files(copied) {
		if !listed[name] {
			say("unlisted", name)
		}
	}
	release := digest(all)
	if release != running {
		say("is release", release)
	}
	return problems, err
}

// endregion: verify

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func files(copied fs.FS) (names []string) {
	// What cannot be read is missing, and Verify says so.
	_ = fs.WalkDir(copied, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return nil
	})
	return names
}

func main() {
	problems, err := Verify(os.DirFS(os.Args[1]), os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if len(problems) > 0 {
		fmt.Println(strings.Join(problems, "\n"))
		os.Exit(1)
	}
	fmt.Println("restore")
}
