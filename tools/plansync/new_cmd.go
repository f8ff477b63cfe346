package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/atomicfile"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/overlap"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/searchconsole"
)

// maxQueries bounds a list of queries, in bytes.
const maxQueries = 64 << 20

func (c *commands) new() *cli.Command {
	return &cli.Command{
		Name:      "new",
		Usage:     "start a plan from a question and the searches behind it",
		ArgsUsage: "QUESTION",
		Description: `Writes plan/<name>.md in the standard form: slugs and titles from the queries, and phases proposed
from the words that they share, for you to edit. Queries that one article would serve, among the
new ones or with those of other plans and pages, are shown and nothing is written: drop one of
each pair yourself, let --drop-overlaps keep the first, or keep both with --keep-overlaps. Of the
new queries that have one slug, only one can be kept.

   plansync new --query "llm cache cost" --query "llm cache hit rate" "how do I pay less for tokens?"
   plansync new --queries searches.txt --name token-cost "how do I pay less for tokens?"
   plansync new --gsc Queries.csv --drop-overlaps "how do I pay less for tokens?"`,
		Flags: append([]cli.Flag{
			&cli.StringSliceFlag{Name: "query", Usage: "a search `TEXT`; may be repeated"},
			&cli.StringFlag{Name: "queries", Usage: "read one search a line, without list and quotation marks around it, from `FILE`, or from standard input with -"},
			&cli.StringFlag{Name: "gsc", Usage: "read the searches of a Search Console export, the `FILE` Queries.csv"},
			&cli.StringFlag{Name: "name", Usage: "`NAME` of the plan's file (default: from the question)"},
			&cli.BoolFlag{DisableDefaultText: true, Name: "drop-overlaps", Usage: "of queries that one article would serve, write the first only"},
			&cli.BoolFlag{DisableDefaultText: true, Name: "keep-overlaps", Usage: "write queries that one article would serve all the same"},
		}, previewFlags()...),
		Action: action(parseNew, c.runNew),
	}
}

type newOptions struct {
	site     siteOptions
	question string
	queries  []string // searches
	list     string   // the file with a search a line, - for standard input; empty for none
	gsc      string   // the export of Search Console with searches; empty for none
	name     string   // of the plan's file; empty for one from the question

	dropOverlaps, keepOverlaps bool // at most one

	show preview
}

func parseNew(ctx *cli.Context) (newOptions, error) {
	o := newOptions{
		site: parseSite(ctx), question: words(ctx.Args().First()),
		queries: ctx.StringSlice("query"), list: ctx.String("queries"), gsc: ctx.String("gsc"),
		name:         ctx.String("name"),
		dropOverlaps: ctx.Bool("drop-overlaps"), keepOverlaps: ctx.Bool("keep-overlaps"),
		show: parsePreview(ctx),
	}
	if ctx.NArg() != 1 || o.question == "" {
		return o, usageError(ctx, errors.New("one question is needed, in quotation marks"))
	}
	if o.dropOverlaps && o.keepOverlaps {
		return o, usageError(ctx, errors.New("--drop-overlaps and --keep-overlaps contradict each other"))
	}
	return o, nil
}

func (c *commands) runNew(ctx context.Context, o newOptions) error {
	p, err := c.openSite(o.site)
	if err != nil {
		return err
	}
	queries, err := c.newQueries(ctx, p, o) // before others have to wait: somebody may be typing them
	if err != nil {
		return err
	}
	return p.exclusively(ctx, func() error { return c.writeNew(p, o, queries) })
}

// writeNew writes a plan of the queries.
func (c *commands) writeNew(p *project, o newOptions, queries []plan.Query) error {
	// There may be no plan yet.
	if err := c.readPlans(p); err != nil && !errors.Is(err, errNoPlan) && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := p.readSite(); err != nil {
		return err
	}
	queries, err := c.withoutOverlaps(p, o, queries)
	if err != nil {
		return err
	}
	name := cmp.Or(o.name, plan.Slugify(o.question))
	if name == "" || name != plan.Slugify(name) {
		return diag.WithHint(fmt.Errorf("plan name %q is not made of lower-case words with single hyphens between", name), "name it with --name NAME")
	}
	file := path.Join(p.config.PlanDir, name+".md")
	if _, err := os.Lstat(p.path(file)); err == nil {
		return diag.WithHint(fmt.Errorf("%s: exists already", file), "add the queries to it by hand, or choose another --name")
	}
	text := newPlan(o.question, queries, p.keepCase())
	if read := p.parse(file, []byte(text)); len(read.Findings) > 0 || len(read.Queries) != len(queries) {
		return fmt.Errorf("%s: the new plan does not read as meant, nothing was written: %v", file, read.Findings)
	}
	err = c.apply(p, o.show, []change{{name: file, new: []byte(text), what: ": " + count(len(queries), "query", "queries")}})
	if err == nil && o.show.writes() {
		c.report.step("next", "edit its phases, then run plansync stubs")
	}
	return err
}

// newQueries reads the searches that the flags name, in order, each once.
func (c *commands) newQueries(ctx context.Context, p *project, o newOptions) ([]plan.Query, error) {
	texts := o.queries
	if o.list != "" {
		lines, err := c.readInput(ctx, o.list)
		if err != nil {
			return nil, err
		}
		text, err := searchconsole.Text(lines)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.list, err)
		}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			if search := plan.SearchText(line); search != "" && !strings.HasPrefix(line, "#") {
				texts = append(texts, search)
			}
		}
	}
	if o.gsc != "" {
		rows, err := c.readSearches(ctx, o.gsc)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			texts = append(texts, row.Query)
		}
	}
	if len(texts) == 0 {
		return nil, diag.WithHint(errors.New("no queries"), "give them with --query TEXT, --queries FILE or --gsc FILE")
	}
	var queries []plan.Query
	var errs []error
	seen := make(map[string]bool)
	for _, text := range texts {
		q, err := plan.NewQuery(words(text), p.keepCase())
		if err != nil {
			errs = append(errs, diag.WithHint(err, "a query needs a letter or a digit of the Latin alphabet; shorten a long one"))
		} else if same := strings.ToLower(q.Text); !seen[same] {
			seen[same] = true
			queries = append(queries, q)
		}
	}
	return queries, errors.Join(errs...)
}

// readSearches reads an export of Search Console.
func (c *commands) readSearches(ctx context.Context, file string) ([]searchconsole.Row, error) {
	data, err := c.readInput(ctx, file)
	if err != nil {
		return nil, err
	}
	return searchconsole.Read(file, data)
}

// readInput reads a file, or with - standard input, until it ends or ctx does.
func (c *commands) readInput(ctx context.Context, file string) ([]byte, error) {
	if file != "-" {
		return atomicfile.ReadRegular(file, maxQueries)
	}
	type input struct {
		data []byte
		err  error
	}
	read := make(chan input, 1)
	go func() {
		data, err := io.ReadAll(io.LimitReader(c.stdin, maxQueries))
		read <- input{data, err}
	}()
	select {
	case in := <-read:
		return in.data, in.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// withoutOverlaps shows the new queries that one article would serve, together or with a query of
// a plan or a page that is there. It returns those to write, or an error if the user has to choose.
func (c *commands) withoutOverlaps(p *project, o newOptions, queries []plan.Query) ([]plan.Query, error) {
	var texts, slugs, places []string
	add := func(text, slug, place string) {
		texts, slugs, places = append(texts, text), append(slugs, slug), append(places, place)
	}
	planned := make(map[string]bool)
	for _, read := range p.plans {
		for _, q := range read.Queries {
			planned[q.Slug] = true
			add(q.Text, q.Slug, fmt.Sprintf(" (%s:%d)", read.Name, read.Position(q.Span.Start).Line))
		}
	}
	for _, slug := range slices.Sorted(maps.Keys(p.site.Articles)) {
		if article := p.site.Articles[slug]; !planned[slug] {
			add(cmp.Or(article.Front.Params.Query, article.Front.Title), "", fmt.Sprintf(" (%s)", article.Path))
		}
	}
	old := len(texts)
	for _, q := range queries {
		add(q.Text, q.Slug, "")
	}
	rivals := make(map[int][]int) // of a new query, those before it
	found := 0
	var clashes []error
	bySlug := make(map[string][]int)
	for b, slug := range slugs {
		for _, a := range bySlug[slug] {
			if b < old {
				break // an older matter
			}
			found++
			rivals[b] = append(rivals[b], a)
			clash := fmt.Sprintf("%q and %q%s: both have the slug %s", texts[b], texts[a], places[a], slug)
			c.report.step("overlap", "%s", clash)
			if a >= old { // one plan cannot have both
				clashes = append(clashes, diag.WithHint(errors.New(clash), "drop one of the two, or tell them apart in letters and digits"))
			}
		}
		bySlug[slug] = append(bySlug[slug], b)
	}
	for _, pair := range overlap.Find(texts, overlap.Threshold) {
		if pair.B < old || slugs[pair.A] == slugs[pair.B] {
			continue // an older matter, or shown already
		}
		found++
		rivals[pair.B] = append(rivals[pair.B], pair.A)
		c.report.step("overlap", "%q and %q%s: one article would serve both (%.0f%% of the words in common)",
			texts[pair.B], texts[pair.A], places[pair.A], 100*pair.Similarity)
	}
	if found == 0 || o.keepOverlaps {
		return queries, errors.Join(clashes...)
	}
	if !o.dropOverlaps {
		return nil, diag.WithHint(fmt.Errorf("%s of queries that compete with each other, nothing was written", count(found, "pair", "pairs")),
			"drop one of each pair, or let --drop-overlaps keep the first, or keep both with --keep-overlaps")
	}
	dropped := make(map[int]bool)
	var kept []plan.Query
	for i, q := range queries {
		at := old + i
		dropped[at] = slices.ContainsFunc(rivals[at], func(rival int) bool { return !dropped[rival] })
		if !dropped[at] {
			kept = append(kept, q)
		}
	}
	if len(kept) == 0 {
		return nil, errors.New("every query is served already, nothing was written")
	}
	c.report.step("dropped", "%s that another article serves", count(len(queries)-len(kept), "query", "queries"))
	return kept, nil
}

// newPlan writes a plan in the standard form.
func newPlan(question string, queries []plan.Query, keepCase []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s Content Plan\n\n## Original Prompt\n%q\n\n## Identified Search Queries (Slugs & Titles)\n\n", plan.Title(strings.TrimRight(question, "?"), keepCase), question)
	texts := make([]string, len(queries))
	for i, q := range queries {
		fmt.Fprintf(&b, "%d. **%s** — %s\n", i+1, q.Slug, q.Title)
		texts[i] = q.Text
	}
	b.WriteString("\n## Implementation Phases\n")
	for i, group := range overlap.Groups(texts) {
		name := "General"
		if group.Word != "" {
			name = plan.Title(group.Word, keepCase)
		}
		fmt.Fprintf(&b, "\n### Phase %d: %s\n", i+1, name)
		for _, n := range group.Queries {
			fmt.Fprintf(&b, "- [ ] **%s**\n", queries[n].Slug)
		}
	}
	b.WriteString("\n## COMPLETED TASKS\n\n## Created Articles Summary\n")
	return b.String()
}

// words folds the blanks of s.
func words(s string) string { return strings.Join(strings.Fields(s), " ") }
