package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/licensecheck"
)

// permissive are the licences that a dependency may have, by SPDX name. MPL-2.0 binds the files it
// came with and nothing else; the others ask for a notice at most.
var permissive = []string{"0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC-BY-3.0", "CC-BY-4.0", "CC0-1.0",
	"ISC", "MIT", "MIT-0", "MPL-2.0", "Python-2.0", "Unlicense", "WTFPL", "Zlib"}

// licenseFiles are the names that modules give to their licence.
var licenseFiles = []string{"LICENSE*", "LICENCE*", "License*", "license*", "COPYING*", "COPYRIGHT*", "UNLICENSE*"}

// Every Go module that a command or a test of this repository links is under a permissive licence.
func TestLicensesOfModules(t *testing.T) {
	command := exec.Command("go", "list", "-deps", "-test", "-json=Module", "./...", "github.com/gohugoio/hugo")
	command.Dir = root
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			Module *struct {
				Path, Version, Dir string
				Main               bool
			}
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if p.Module == nil || p.Module.Main || seen[p.Module.Path] {
			continue
		}
		seen[p.Module.Path] = true
		if names := moduleLicenses(t, p.Module.Dir); len(names) == 0 || !slices.ContainsFunc(names, func(name string) bool { return slices.Contains(permissive, name) }) {
			t.Errorf("%s %s: licences %q", p.Module.Path, p.Module.Version, names)
		}
	}
	if len(seen) < 50 {
		t.Errorf("%d modules were looked at", len(seen))
	}
}

// moduleLicenses names the licences that a module's own licence files hold.
func moduleLicenses(t *testing.T, dir string) (names []string) {
	t.Helper()
	for _, pattern := range licenseFiles {
		paths, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				continue // a folder of licences
			}
			for _, match := range licensecheck.Scan(text).Match {
				names = append(names, match.ID)
			}
		}
	}
	return names
}

// undeclared are npm packages whose licence stands in their files and not, or not by its SPDX name, in the lock.
var undeclared = map[string]string{
	"busboy":               "MIT",        // the file LICENSE
	"callsite":             "MIT",        // Readme.md
	"streamsearch":         "MIT",        // the file LICENSE
	"@netlify/binary-info": "Apache-2.0", // "Apache 2"
}

// So is every npm package that a test installs.
func TestLicensesOfPackages(t *testing.T) {
	out, err := exec.Command("git", "-C", root, "ls-files", "--", "*package-lock.json").Output()
	if err != nil {
		t.Skipf("git ls-files: %v", err)
	}
	used := make(map[string]bool)
	for name := range strings.FieldsSeq(string(out)) {
		var lock struct {
			Packages map[string]struct {
				License any
			}
		}
		if err := json.Unmarshal(readFile(t, filepath.Join(root, name)), &lock); err != nil {
			t.Fatal(err)
		}
		for path, p := range lock.Packages {
			license, _ := p.License.(string)
			if _, name, ok := strings.Cut(path, "node_modules/"); ok && undeclared[name] != "" && license != undeclared[name] {
				license, used[name] = undeclared[name], true
			}
			terms := strings.FieldsFunc(strings.NewReplacer(" OR ", "|", " AND ", "|", "(", "", ")", "").Replace(license), func(r rune) bool { return r == '|' })
			if !slices.ContainsFunc(terms, func(term string) bool { return slices.Contains(permissive, term) }) {
				t.Errorf("%s: %s: licence %q", name, path, license)
			}
		}
	}
	for name := range undeclared {
		if !used[name] {
			t.Errorf("%s declares its licence now, or is gone: take it off the list", name)
		}
	}
}
