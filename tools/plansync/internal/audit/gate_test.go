package audit

import (
	"testing"
	"testing/fstest"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/hugo/hugotest"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
)

// What stops a build is what Hugo would publish wrongly, and nothing less: a build that a mere
// warning stopped would do nothing and say nothing.
func TestGate(t *testing.T) {
	files := fstest.MapFS{
		"content/learn/a/index.md":            {Data: []byte("+++\ntitle = 'A'\ncategories = ['Music']\n+++\n")},
		"content/learn/b/index.md":            {Data: []byte("+++\ntitle = 'B'\ncategories = ['held']\n+++\n")},
		"content/categories/held/_index.md":   {Data: []byte("+++\ntitle = 'Held'\n+++\n")},
		"content/categories/unused/_index.md": {Data: []byte("+++\ntitle = 'Unused'\ndraft = true\n+++\n")},
	}
	gate := func() string {
		site := page.ReadSite(files, hugotest.Pages(files, "content"), page.Options{Section: "learn", Taxonomy: "categories"})
		text := ""
		for _, f := range Gate(site) {
			text += f.Rule + " "
		}
		return text
	}
	if got := gate(); got != "" {
		t.Errorf("a build is stopped by %s", got)
	}
	files["content/categories/held/_index.md"].Data = []byte("+++\ntitle = 'Held'\ndraft = true\n[params]\nplansync = true\n+++\n")
	files["content/learn/c.md"] = &fstest.MapFile{Data: []byte("+++\ntitle = \n+++\n")}
	if got := gate(); got != "bad-page draft-category " {
		t.Errorf("a build is stopped by %q", got)
	}
}
