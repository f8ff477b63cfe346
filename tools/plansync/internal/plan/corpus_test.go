package plan

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/mojibake"
)

// Markdown that people wrote for other ends comes through unchanged. PLANSYNC_TEST_CORPUS names the
// folders to look in, as a list of paths; .ci/run gives it the module cache and the npm packages.
func TestCorpus(t *testing.T) {
	list := os.Getenv("PLANSYNC_TEST_CORPUS")
	if list == "" {
		t.Skip("PLANSYNC_TEST_CORPUS names no folders")
	}
	files, bytes, garbled := 0, 0, 0
	seen := make(map[string]bool)
	for _, root := range filepath.SplitList(list) {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() || filepath.Ext(path) != ".md" {
				return nil // what cannot be read is not of the corpus
			}
			data, err := os.ReadFile(path)
			if err != nil || seen[string(data)] {
				return nil
			}
			seen[string(data)] = true
			files++
			bytes += len(data)
			source := string(data)
			p := Parse(path, data, options)
			if got := mustSync(t, p, nil, SyncOptions{}); got != source {
				t.Errorf("%s changed with nothing published", path)
			}
			pages := published("a", "b", "c")
			for _, phase := range p.Phases {
				for _, item := range phase.Items {
					if item.Slug != "" {
						pages[item.Slug] = published(item.Slug)[item.Slug]
					}
				}
			}
			once := mustSync(t, p, pages, SyncOptions{})
			if !p.IsPlan() && len(p.Phases) == 0 && once != source {
				t.Errorf("%s is no plan and changed", path)
			}
			if string(mojibake.Repair(data)) != source {
				garbled++
				t.Logf("%s: garbled characters: %d", path, len(mojibake.Find(data)))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d different files, %d bytes, %d garbled", files, bytes, garbled)
	if files < 500 {
		t.Errorf("%d files make no corpus", files)
	}
}
