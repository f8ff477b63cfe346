// Package propose makes a new plan of searches: its queries, what competes with them, its text.
package propose

import (
	"errors"
	"fmt"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

// Searches returns the searches of a list with one a line, without list and quotation marks around
// them. Lines that start with # are comments.
func Searches(list string) (searches []string) {
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		if search := plan.SearchText(line); search != "" && !strings.HasPrefix(line, "#") {
			searches = append(searches, search)
		}
	}
	return searches
}

// Queries returns the queries that answer the searches, in order, each once.
func Queries(searches, keepCase []string) ([]plan.Query, error) {
	if len(searches) == 0 {
		return nil, diag.WithHint(errors.New("no queries"),
			"give them with --query TEXT, --queries FILE or --gsc FILE")
	}
	var queries []plan.Query
	var errs []error
	seen := make(map[string]bool)
	for _, search := range searches {
		q, err := plan.NewQuery(Words(search), keepCase)
		if err != nil {
			errs = append(errs, diag.WithHint(err,
				"a query needs a letter or a digit of the Latin alphabet; shorten a long one"))
		} else if same := strings.ToLower(q.Text); !seen[same] {
			seen[same] = true
			queries = append(queries, q)
		}
	}
	return queries, errors.Join(errs...)
}

// Words returns s with one blank between its words.
func Words(s string) string { return strings.Join(strings.Fields(s), " ") }

// Plan writes a plan in the standard form.
func Plan(question string, queries []plan.Query, keepCase []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", title(question, keepCase))
	fmt.Fprintf(&b, "## Original Prompt\n%q\n\n", question)
	b.WriteString("## Identified Search Queries (Slugs & Titles)\n\n")
	for i, q := range queries {
		fmt.Fprintf(&b, "%d. **%s** — %s\n", i+1, q.Slug, q.Title)
	}
	b.WriteString("\n## Implementation Phases\n")
	phase := 0
	for name, members := range groups(queries, keepCase) {
		phase++
		fmt.Fprintf(&b, "\n### Phase %d: %s\n", phase, name)
		for _, q := range members {
			fmt.Fprintf(&b, "- [ ] **%s**\n", q.Slug)
		}
	}
	b.WriteString("\n## COMPLETED TASKS\n\n## Created Articles Summary\n")
	return b.String()
}
