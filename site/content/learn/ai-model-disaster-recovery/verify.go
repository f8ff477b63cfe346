package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing/fstest"
)

//go:embed backup
var backup embed.FS

// region: verify

// Verify compares a restored copy with its manifest, which has the format
// of sha256sum, and the manifest with the release that production ran last.
func Verify(copied fs.FS, running string) (problems []string, err error) {
	manifest, err := fs.ReadFile(copied, "MANIFEST")
	if err != nil {
		return nil, err
	}
	listed := map[string]bool{"MANIFEST": true}
	for line := range strings.Lines(string(manifest)) {
		sum, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok {
			return nil, fmt.Errorf("unknown line in the manifest: %q", line)
		}
		listed[name] = true
		data, err := fs.ReadFile(copied, name)
		if err != nil {
			problems = append(problems, "missing "+name)
		} else if hash(data) != sum {
			problems = append(problems, "damaged "+name)
		}
	}
	unlisted := func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !listed[name] {
			problems = append(problems, "unlisted "+name)
		}
		return err
	}
	err = fs.WalkDir(copied, ".", unlisted)
	if release := Release(manifest); release != running {
		problems = append(problems, "is release "+release+", not "+running)
	}
	return problems, err
}

// Release names a state of the prompts, schemas and evaluations: production
// writes it into its log with each call.
func Release(manifest []byte) string { return hash(manifest)[:8] }

// endregion: verify

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// lastNight is the copy of the backup that the drill restores, and the release
// that production's log names.
func lastNight() (copied fstest.MapFS, running string, err error) {
	copied = fstest.MapFS{}
	err = fs.WalkDir(backup, "backup", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := backup.ReadFile(name)
		copied[strings.TrimPrefix(name, "backup/")] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return copied, Release(copied["MANIFEST"].Data), nil
}

// seal writes a new manifest.
func seal(copied fstest.MapFS) {
	var m bytes.Buffer
	old := bufio.NewScanner(bytes.NewReader(copied["MANIFEST"].Data))
	for old.Scan() {
		_, name, _ := strings.Cut(old.Text(), "  ")
		fmt.Fprintf(&m, "%s  %s\n", hash(copied[name].Data), name)
	}
	copied["MANIFEST"] = &fstest.MapFile{Data: m.Bytes()}
}

// copies are backups that a restore may meet.
var copies = []struct {
	name  string
	spoil func(fstest.MapFS)
}{
	{"last night's", func(fstest.MapFS) {}},
	{"edited on Windows", func(c fstest.MapFS) {
		c["prompts/triage.txt"].Data = bytes.ReplaceAll(c["prompts/triage.txt"].Data, []byte("\n"), []byte("\r\n"))
	}},
	{"upload broke off", func(c fstest.MapFS) { delete(c, "evals/triage.jsonl") }},
	{"two generations mixed", func(c fstest.MapFS) {
		c["prompts/triage-v1.txt"] = &fstest.MapFile{Data: []byte("Sort this ticket.\n")}
	}},
	{"job stopped in May", func(c fstest.MapFS) {
		c["prompts/triage.txt"].Data = []byte("Sort this ticket.\n")
		seal(c)
	}},
}

func printVerify(w io.Writer) error {
	fmt.Fprintf(w, "%-22s %-9s %s\n", "backup", "verdict", "because")
	for _, c := range copies {
		copied, running, err := lastNight()
		if err != nil {
			return err
		}
		c.spoil(copied)
		problems, err := Verify(copied, running)
		if err != nil {
			return err
		}
		verdict, because := "refuse", strings.Join(problems, ", ")
		if len(problems) == 0 {
			verdict, because = "restore", fmt.Sprintf("%d files intact, release %s", len(copied)-1, running)
		}
		fmt.Fprintf(w, "%-22s %-9s %s\n", c.name, verdict, because)
	}
	return nil
}
