package stub

import (
	"strings"
	"testing"
	"testing/fstest"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/hugo/hugotest"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

// A page is updated as a whole, also where the site keeps only its front matter.
func TestUpdateKeepsTheContent(t *testing.T) {
	p := plan.Parse("plan/p.md", []byte("## Identified Search Queries\n1. **a** — New\n"), plan.Options{Section: "learn"})
	for _, content := range []string{"Text.\n", strings.Repeat("Text.\n", 1000)} {
		old := "+++\ntitle = 'Old'\nweight = 1\n[params]\nplan = 'p'\nquery = 'a'\n+++\n" + content
		content := fstest.MapFS{"content/learn/a.md": {Data: []byte(old)}}
		site := page.ReadSite(content, hugotest.Pages(content, "content"), page.Options{Section: "learn", Taxonomy: "categories"})
		files, errs := Files([]*plan.Plan{p}, site, Options{Update: true})
		if len(errs) > 0 || len(files) != 1 {
			t.Fatalf("%d files, errors: %v", len(files), errs)
		}
		if f := files[0]; string(f.Old) != old || string(f.New) != strings.Replace(old, "Old", "New", 1) {
			t.Errorf("%.60q became %.60q", f.Old, f.New)
		}
	}
}
