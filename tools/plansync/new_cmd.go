package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/atomicfile"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/propose"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/searchconsole"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
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
new queries that have one slug, only one can be kept. With --table the plan is one table, with a
category, a status and the address in each row.

   plansync new --query "llm cache cost" --query "llm cache hit rate" "how do I pay less for tokens?"
   plansync new --queries searches.txt --name token-cost "how do I pay less for tokens?"
   plansync new --table --query "llm cache cost" "how do I pay less for tokens?"
   plansync new --gsc Queries.csv --drop-overlaps "how do I pay less for tokens?"`,
		Flags: append([]cli.Flag{
			&cli.StringSliceFlag{Name: "query", Usage: "a search `TEXT`; may be repeated"},
			&cli.StringFlag{Name: "queries", Usage: "read one search a line, without list and quotation marks around it, from `FILE`, or from standard input with -"},
			&cli.StringFlag{Name: "gsc", Usage: "read the searches of a Search Console export, the `FILE` Queries.csv"},
			&cli.StringFlag{Name: "name", Usage: "`NAME` of the plan's file (default: from the question)"},
			&cli.BoolFlag{DisableDefaultText: true, Name: "table",
				Usage: "write the plan as one table"},
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

	table bool // write one table, not the standard form

	show preview
}

func parseNew(ctx *cli.Context) (newOptions, error) {
	o := newOptions{
		site: parseSite(ctx), question: propose.Words(ctx.Args().First()),
		queries: ctx.StringSlice("query"), list: ctx.String("queries"), gsc: ctx.String("gsc"),
		name:         ctx.String("name"),
		dropOverlaps: ctx.Bool("drop-overlaps"), keepOverlaps: ctx.Bool("keep-overlaps"),
		table: ctx.Bool("table"), show: parsePreview(ctx),
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
	p, err := c.openSite(ctx, o.site)
	if err != nil {
		return err
	}
	queries, err := c.newQueries(ctx, p, o) // before others have to wait: somebody may be typing them
	if err != nil {
		return err
	}
	return p.exclusively(ctx, func() error { return c.writeNew(ctx, p, o, queries) })
}

// writeNew writes a plan of the queries.
func (c *commands) writeNew(ctx context.Context, p *project, o newOptions, queries []plan.Query) error {
	if err := c.readPlansIfAny(p); err != nil {
		return err
	}
	if err := c.readSite(ctx, p); err != nil {
		return err
	}
	queries, err := c.withoutOverlaps(p, o, queries)
	if err != nil {
		return err
	}
	file, err := p.newPlan(cmp.Or(o.name, vocabulary.Slugify(o.question)))
	if err != nil {
		return err
	}
	if err := p.mustBeNew(file, "queries"); err != nil {
		return err
	}
	form := propose.Plan
	if o.table {
		form = propose.Table
	}
	text := form(o.question, queries, p.keepCase())
	if read := p.parse(file, []byte(text)); len(read.Findings) > 0 || len(read.Queries) != len(queries) {
		return fmt.Errorf("%s: the new plan does not read as meant, nothing was written: %v", file, read.Findings)
	}
	err = c.apply(p, o.show, []change{{name: file, new: []byte(text), what: ": " + count(len(queries), "query", "queries")}})
	if err == nil && o.show.writes() {
		groups := "phases"
		if o.table {
			groups = "categories"
		}
		c.report.step("next", "edit its %s, then run plansync stubs", groups)
	}
	return err
}

// readPlansIfAny reads the plans of a project that may have none yet.
func (c *commands) readPlansIfAny(p *project) error {
	err := c.readPlans(p)
	if errors.Is(err, errNoPlan) || errors.Is(err, errNotAdopted) || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// newPlan returns the file of a new plan of that name.
func (p *project) newPlan(name string) (file string, err error) {
	if name == "" || name != vocabulary.Slugify(name) {
		return "", diag.WithHint(fmt.Errorf(
			"plan name %q is not made of lower-case words with single hyphens between", name),
			"name it with --name NAME")
	}
	return path.Join(p.config.PlanDir(), name+".md"), nil
}

// mustBeNew refuses to write over a plan that is there, and says how things get into it.
func (p *project) mustBeNew(file, things string) error {
	if _, err := os.Lstat(p.path(file)); err == nil {
		return diag.WithHint(fmt.Errorf("%s: exists already", file),
			"add the "+things+" to it by hand, or choose another --name")
	}
	return nil
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
		texts = append(texts, propose.Searches(string(text))...)
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
	return propose.Queries(texts, p.keepCase())
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

// withoutOverlaps shows the new queries that one article would serve, together or with a query of a
// plan or a page that is there. It returns those to write, or an error if the user has to choose.
func (c *commands) withoutOverlaps(p *project, o newOptions, queries []plan.Query) ([]plan.Query, error) {
	rivalries := propose.Rivalries(queries, p.plans, p.site)
	for _, r := range rivalries {
		c.report.step("overlap", "%s", r)
	}
	if len(rivalries) == 0 || o.keepOverlaps {
		return queries, propose.Clashes(rivalries)
	}
	if !o.dropOverlaps {
		return nil, diag.WithHint(
			fmt.Errorf("%s of queries that compete with each other, nothing was written", count(len(rivalries), "pair", "pairs")),
			"drop one of each pair, or let --drop-overlaps keep the first, or keep both with --keep-overlaps")
	}
	kept := propose.WithoutRivals(queries, rivalries)
	if len(kept) == 0 {
		return nil, errors.New("every query is served already, nothing was written")
	}
	c.report.step("dropped", "%s that another article serves", count(len(queries)-len(kept), "query", "queries"))
	return kept, nil
}
