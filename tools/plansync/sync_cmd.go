package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

func (c *commands) sync() *cli.Command {
	return &cli.Command{
		Name:  "sync",
		Usage: "write what is published into the plan, in place",
		Description: `Checks the box and adds the link of each article that Hugo publishes, marks phases that are done,
and keeps the completed and the summary section in step. Every other byte stays as it is. What
the plan records and this run cannot prove stays too, and "plansync check" reports it. sync takes
Hugo's list of published pages on trust; build also looks for the file of each.

   plansync sync --diff         what would change
   plansync sync --live         only what the deployed site proves, too
   plansync sync --prune        also take back what is recorded and not published`,
		Flags:  slices.Concat([]cli.Flag{planFlag(), hugoFlag()}, syncFlags(), liveFlags(), previewFlags()),
		Action: c.locked(c.loadAndSync),
	}
}

func syncFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{DisableDefaultText: true, Name: "canonical", Usage: "rewrite every link to a published article to its published form"},
		&cli.BoolFlag{DisableDefaultText: true, Name: "prune", Usage: "take back boxes, links, marks and summary lines of what is not published"},
	}
}

func (c *commands) loadAndSync(ctx *cli.Context, p *project) error {
	if err := p.refuseErrors(); err != nil {
		return err
	}
	published, err := c.load(ctx, p)
	if err != nil {
		return err
	}
	verdicts, incomplete := c.askLive(ctx, p, published)
	if incomplete != nil && verdicts == nil {
		return incomplete
	}
	for _, f := range p.liveFindings(published, verdicts) {
		c.report.finding(c.stderr, c.report.colorErr, f)
	}
	pages, unknown := proven(published, verdicts)
	return errors.Join(c.runSync(ctx, p, pages, unknown), incomplete)
}

// runSync writes what is published into the plans.
// Of the unknown articles nothing is taken back.
func (c *commands) runSync(ctx *cli.Context, p *project, published map[string]plan.Published, unknown map[string]bool) error {
	var changes []change
	for i, read := range p.plans {
		synced, done, err := read.Sync(published, plan.SyncOptions{Canonical: ctx.Bool("canonical"), Prune: ctx.Bool("prune"), Unknown: unknown})
		if err != nil {
			return err
		}
		if synced == read {
			if err := p.clean(ctx, read.Name); err != nil {
				return err
			}
			c.report.step("sync", "%s agrees with what is published, nothing to write", read.Name)
			continue
		}
		changes = append(changes, change{name: read.Name, old: read.Source, new: synced.Source, what: ": " + describe(done)})
		p.plans[i] = synced
	}
	return c.apply(ctx, p, changes)
}

// describe lists what a sync changed.
func describe(done plan.Change) string {
	var parts []string
	for _, part := range []struct {
		n                int
		singular, plural string
	}{
		{done.Boxes, "box checked", "boxes checked"},
		{done.Links, "link written", "links written"},
		{done.Marks, "phase marked as done", "phases marked as done"},
		{done.CompletedPhases, "phase added to the completed section", "phases added to the completed section"},
		{done.SummaryLines, "summary line", "summary lines"},
		{done.Pruned, "record taken back", "records taken back"},
	} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprint(count(part.n, part.singular, part.plural)))
		}
	}
	return strings.Join(parts, ", ")
}
