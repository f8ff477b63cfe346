package audit

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/stub"
)

// Rules has the name of each finding that the sources make.
func TestRules(t *testing.T) {
	var rules []string
	article, err := page.Parse("a.md", []byte("+++\ndraft = false\n[params]\nquery = 'other'\n+++\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range (stub.Article{Plan: &plan.Plan{Name: "p.md"}, Query: plan.Query{Title: "T", Text: "t"}, Category: "c", Weight: 1}).Differences(article, true) {
		rules = append(rules, strings.TrimPrefix(d.Key, "params.")+"-differs")
	}
	for _, d := range (stub.Category{Title: "T", Weight: 1, Draft: true, Page: article}).Differences(true, true) {
		rules = append(rules, "category-"+d.Key+"-differs")
	}
	literal := regexp.MustCompile(`\b(?:Error|Warning|Advice), (?:Rule: )?"([^"]+)",`)
	files, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range literal.FindAllStringSubmatch(string(source), -1) {
			rules = append(rules, match[1])
		}
	}
	slices.Sort(rules)
	if rules = slices.Compact(rules); !slices.Equal(rules, Rules) {
		t.Errorf("Rules are\n%q, the sources have\n%q", Rules, rules)
	}
}
