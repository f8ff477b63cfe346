package propose

import (
	"fmt"
	"slices"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/overlap"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

// A row is one article of a plan that is a table.
type row struct{ title, query, slug, category, state, link string }

// Table writes a plan as one table.
func Table(question string, queries []plan.Query, keepCase []string) string {
	var rows []row
	for name, members := range groups(queries, keepCase) {
		for _, q := range members {
			rows = append(rows, row{title: q.Title, query: q.Text, slug: q.Slug, category: name,
				state: "Planned"})
		}
	}
	intro := fmt.Sprintf("## Original Prompt\n%q\n\n## Articles\n\n", question)
	return table(title(question, keepCase), intro, rows)
}

// title is the heading of a plan that answers a question.
func title(question string, keepCase []string) string {
	return plan.Title(strings.TrimRight(question, "?"), keepCase) + " Content Plan"
}

// groups yields the queries that share a word, by the name of their group.
func groups(queries []plan.Query, keepCase []string) func(func(string, []plan.Query) bool) {
	return func(yield func(string, []plan.Query) bool) {
		texts := make([]string, len(queries))
		for i, q := range queries {
			texts[i] = q.Text
		}
		for _, group := range overlap.Groups(texts) {
			name := "General"
			if group.Word != "" {
				name = plan.Title(group.Word, keepCase)
			}
			members := make([]plan.Query, len(group.Queries))
			for i, n := range group.Queries {
				members[i] = queries[n]
			}
			if !yield(name, members) {
				return
			}
		}
	}
}

// table writes a plan whose articles are the rows of a table, which is the last of its text.
func table(title, intro string, rows []row) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n# %s\n\n%s", plan.AdoptionLine, title, intro)
	b.WriteString("| Title | Query | Slug | Category | Status | Live URL |\n")
	b.WriteString("|---|---|---|---|---|---|\n")
	for _, r := range rows {
		for _, cell := range []string{escape(r.title), keyword(r.query), r.slug, escape(r.category),
			r.state, r.link} {
			b.WriteString("| ")
			if cell != "" {
				b.WriteString(cell + " ")
			}
		}
		b.WriteString("|\n")
	}
	return b.String()
}

// escape writes a text so that Markdown reads nothing else in it.
func escape(text string) string {
	return escapes.Replace(Words(text))
}

var escapes = func() *strings.Replacer {
	var pairs []string
	for c := range strings.SplitSeq("\\ | * _ ` [ ] < > ~ &", " ") {
		pairs = append(pairs, c, `\`+c)
	}
	return strings.NewReplacer(pairs...)
}()

// keyword writes a search so that it reads as one, commas included.
func keyword(query string) string {
	if query == "" || slices.Equal(vocabulary.Keywords(query), []string{query}) {
		return strings.ReplaceAll(query, "|", `\|`)
	}
	return "`" + strings.ReplaceAll(query, "|", `\|`) + "`"
}
