package tests

import (
	"os"
	"path/filepath"
	"testing"
)

// Pictures of every kind of page, for people to look at.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("LECTERN_TEST_SCREENSHOTS")
	if dir == "" {
		t.Skip("LECTERN_TEST_SCREENSHOTS names no folder")
	}
	eachSite(t, func(t *testing.T, s *site) {
		if err := os.MkdirAll(filepath.Join(dir, s.name), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, k := range s.kinds(t) {
			for _, l := range []look{phone, phone.inDark(), desktop, desktop.inDark()} {
				t.Run(k.name+"/"+l.String(), func(t *testing.T) {
					t.Parallel()
					tb := newTab(t, l)
					tb.open(s.url + k.path)
					tb.settle()
					name := filepath.Join(dir, s.name, k.name+"-"+l.String()+".png")
					if err := os.WriteFile(name, tb.picture(), 0o644); err != nil {
						t.Fatal(err)
					}
				})
			}
		}
	})
}
