package tests

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// A lighthouseReport is what Lighthouse's mobile audit says about one page.
type lighthouseReport struct {
	URL         string
	Scores      map[string]int
	Failed      []string
	Metrics     struct{ FCP, LCP, TBT, CLS float64 }
	Performance []int // of every run
}

// unindexed are the kinds of pages that search engines are kept out of, which
// Lighthouse's category SEO cannot know to be meant.
var unindexed = map[string]bool{"404": true, "search": true}

// Accessibility, best practices and SEO do not depend on the machine and must be 100.
// Performance does, and is reported.
func TestLighthouseIsSatisfied(t *testing.T) {
	if os.Getenv("LECTERN_TEST_PERFORMANCE") == "" {
		t.Parallel() // other work does not change what is gated
	}
	chrome, err := browserPath()
	if err != nil {
		missing(t, "no browser: %v", err)
	}
	var flags []string
	for _, flag := range browserFlags {
		flags = append(flags, "--"+flag)
	}
	runs := 1
	if os.Getenv("LECTERN_TEST_PERFORMANCE") != "" {
		runs = 5
	}
	eachSite(t, func(t *testing.T, s *site) {
		var urls []string
		kindOf := map[string]string{}
		for _, k := range s.kinds(t) {
			if k.name == "404" {
				continue // Lighthouse audits no page with an error status
			}
			if !audited(s, k) {
				continue
			}
			kindOf[s.url+k.path] = k.name
			urls = append(urls, s.url+k.path)
		}
		var reports []lighthouseReport
		runNode(t, "lighthouse.mjs", map[string]any{"chrome": chrome, "flags": flags, "urls": urls, "runs": runs}, &reports)
		for _, r := range reports {
			kind := kindOf[r.URL]
			t.Logf("%-16s performance %d of %v, accessibility %d, best practices %d, SEO %d; FCP %.0f ms, LCP %.0f ms, TBT %.0f ms, CLS %.3f", kind,
				r.Scores["performance"], r.Performance, r.Scores["accessibility"], r.Scores["best-practices"], r.Scores["seo"],
				r.Metrics.FCP, r.Metrics.LCP, r.Metrics.TBT, r.Metrics.CLS)
			gated := []string{"accessibility", "best-practices", "seo"}
			if unindexed[kind] {
				gated = gated[:2]
			}
			for _, category := range gated {
				if r.Scores[category] != 100 {
					t.Errorf("%s: %s is %d: %s", kind, category, r.Scores[category], strings.Join(of(r.Failed, category), "\n\t"))
				}
			}
		}
	})
}

// audited reports whether a kind of page is worth its half minute: of the example, only the
// articles differ from the site in more than content.
func audited(s *site, k kind) bool {
	if s.name == "example" {
		return strings.HasPrefix(k.name, "article")
	}
	return slices.Contains([]string{"home", "section-learn", "term", "article", "search"}, k.name)
}

// of gives the failed audits of one category.
func of(failed []string, category string) []string {
	var some []string
	for _, f := range failed {
		if strings.HasPrefix(f, category+": ") {
			some = append(some, f)
		}
	}
	return some
}
