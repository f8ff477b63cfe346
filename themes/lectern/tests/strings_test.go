package tests

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// Every language has every string, and the templates use every string.
func TestStringsAreComplete(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(themeDir, "i18n", "*.toml"))
	if err != nil || len(files) < 6 {
		t.Fatalf("%d languages, want at least 6: %v", len(files), err)
	}
	used := usedStrings(t)
	for _, file := range files {
		var table map[string]any
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := toml.Unmarshal(text, &table); err != nil {
			t.Fatal(err)
		}
		have := slices.Sorted(maps.Keys(table))
		for _, key := range have {
			if !slices.Contains(used, key) {
				t.Errorf("%s: no template uses %q", filepath.Base(file), key)
			}
		}
		for _, key := range used {
			if !slices.Contains(have, key) {
				t.Errorf("%s lacks %q", filepath.Base(file), key)
			}
		}
	}
}

// usedStrings gives the keys that the templates name. Those of the call-outs are composed.
func usedStrings(t *testing.T) []string {
	t.Helper()
	used := map[string]bool{}
	for _, kind := range []string{"answer", "note", "tip", "important", "warning", "caution"} {
		used["alert_"+kind] = true
	}
	call := regexp.MustCompile(`\bT \(?([^}|]*)`)
	key := regexp.MustCompile(`"([a-z]+(?:_[a-z]+)+)"`)
	err := filepath.WalkDir(filepath.Join(themeDir, "layouts"), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		source, err := os.ReadFile(name)
		for _, c := range call.FindAllStringSubmatch(string(source), -1) {
			for _, k := range key.FindAllStringSubmatch(c[1], -1) {
				if !strings.HasPrefix(k[1], "alert_") {
					used[k[1]] = true
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(used))
}
