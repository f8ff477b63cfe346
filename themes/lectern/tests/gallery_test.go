package tests

import (
	"bytes"
	"image/png"
	"path/filepath"
	"testing"

	"github.com/BurntSushi/toml"
)

// What the gallery of Hugo's themes wants of one: pictures of these sizes, and who and where.
func TestTheGalleryTakesTheTheme(t *testing.T) {
	for name, want := range map[string][2]int{
		"images/screenshot.png": {1500, 1000},
		"images/tn.png":         {900, 600},
	} {
		picture, err := png.DecodeConfig(bytes.NewReader(mustRead(t, themeDir, name)))
		if err != nil {
			t.Fatal(err)
		}
		if picture.Width != want[0] || picture.Height != want[1] {
			t.Errorf("%s has %d x %d, want %v", name, picture.Width, picture.Height, want)
		}
	}
	about := map[string]any{}
	if err := toml.Unmarshal(mustRead(t, themeDir, "theme.toml"), &about); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"name", "license", "licenselink", "description", "homepage",
		"demosite", "tags", "features", "min_version", "author"} {
		if about[key] == nil {
			t.Errorf("theme.toml says no %s", key)
		}
	}
}

// The demonstration builds without a warning, and its pages are well formed.
func TestTheDemonstration(t *testing.T) {
	t.Parallel()
	s, err := build("demonstration", filepath.Join(themeDir, "exampleSite"), t.TempDir(),
		"https://example.org/", []string{"--printPathWarnings"})
	if err != nil {
		t.Fatal(err)
	}
	s.validates(t)
}
