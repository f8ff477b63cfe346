package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/audit"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/indexnow"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/live"
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
   plansync sync --prune        also take back what is recorded and not published

What the deployed site shows counts only if it can tell a page from none: one that shows the same page
at every address, asks to log in or is out of order proves nothing, and nothing is written (exit code 2).
--live --prune takes back 5 articles, or a quarter of those recorded if that is more; --max-prune N changes that.

With --live --indexnow, search engines are told by IndexNow (https://www.indexnow.org) what is newly
live: live in this run, recorded by a plan now and by none before, so not what build recorded before
it was deployed. PLANSYNC_INDEXNOW_KEY holds the key, 8 to 128 characters of a-z, A-Z, 0-9 and -. The
site proves that it is its own: Hugo's static folder has a file KEY.txt, named after the key and with
nothing else in it. An announcement that fails leaves the plans as written; the next run repeats it.`,
		Flags: slices.Concat([]cli.Flag{planFlag()}, syncFlags(), liveFlags(), []cli.Flag{maxPruneFlag()},
			indexNowFlags(), previewFlags()),
		Action: action(parseSync, c.runSync),
	}
}

func maxPruneFlag() cli.Flag {
	return &cli.IntFlag{Name: "max-prune", Usage: "with --live --prune: take back at most `N` articles",
		DefaultText: "5, or a quarter of those recorded", Action: notNegative("max-prune")}
}

type syncOptions struct {
	site     siteOptions
	write    writeOptions
	live     liveOptions
	announce *indexnow.Client // tells search engines what is newly live; nil to tell nobody
}

// writeOptions say what may be changed in the plans, and whether it is.
type writeOptions struct {
	canonical bool // rewrite links to published articles to their published form
	prune     bool // take back what is not published
	move      bool // move rows to the section that says how far they are
	show      preview

	live     bool // what is published was proven by the deployed site
	maxPrune int  // the most records that are taken back after that; negative for what mostPruned says
}

func parseSync(ctx *cli.Context) (syncOptions, error) {
	client, err := parseIndexNow(ctx)
	return syncOptions{
		site: parseSite(ctx), write: parseWrite(ctx), live: parseLive(ctx), announce: client,
	}, err
}

func parseWrite(ctx *cli.Context) writeOptions {
	maxPrune := -1
	if ctx.IsSet("max-prune") {
		maxPrune = ctx.Int("max-prune")
	}
	return writeOptions{
		canonical: ctx.Bool("canonical"), prune: ctx.Bool("prune"), move: ctx.Bool("move"), show: parsePreview(ctx),
		live: ctx.Bool("live"), maxPrune: maxPrune,
	}
}

func syncFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{DisableDefaultText: true, Name: "canonical", Usage: "rewrite every link to a published article to its published form"},
		&cli.BoolFlag{DisableDefaultText: true, Name: "move", Usage: "move rows to the section of what is published"},
		&cli.BoolFlag{DisableDefaultText: true, Name: "prune", Usage: "take back boxes, links, marks and summary lines of what is not published"},
	}
}

func (c *commands) runSync(ctx context.Context, o syncOptions) error {
	return c.locked(ctx, o.site, func(p *project) error { return c.loadAndSync(ctx, p, o) })
}

// loadAndSync asks what is published, and writes it into the plans.
func (c *commands) loadAndSync(ctx context.Context, p *project, o syncOptions) error {
	if err := p.refuseErrors(); err != nil {
		return err
	}
	published, err := c.load(ctx, p)
	if err != nil {
		return err
	}
	if err := p.refusePreview(o.live); err != nil {
		return err
	}
	verdicts, incomplete := c.askLive(ctx, p, o.live, published)
	if incomplete != nil && verdicts == nil || errors.Is(incomplete, live.ErrNoProof) {
		return incomplete
	}
	for _, f := range audit.Live(p.site, published, verdicts, p.config.Ignore) {
		c.report.finding(c.stderr, c.report.colorErr, f)
	}
	pages, unknown := proven(published, verdicts)
	if o.announce != nil {
		err = c.syncAndAnnounce(ctx, p, o, pages, unknown)
	} else {
		err = c.syncPlans(p, o.write, pages, unknown)
	}
	return outrank(err, incomplete)
}

// syncPlans writes what is published into the plans.
func (c *commands) syncPlans(p *project, o writeOptions, published map[string]plan.Published, unknown map[string]bool) error {
	changes, err := c.planChanges(p, o, published, unknown)
	if err != nil {
		return err
	}
	return c.apply(p, o.show, changes)
}

// planChanges returns what is to be written so that the plans record what is published. The project has
// the plans as they are then. Of the unknown articles nothing is taken back.
func (c *commands) planChanges(p *project, o writeOptions, published map[string]plan.Published, unknown map[string]bool) ([]change, error) {
	var changes []change
	before := p.recorded(published)
	for i, read := range p.plans {
		synced, done, err := read.Sync(published, plan.SyncOptions{Canonical: o.canonical, Prune: o.prune, Move: o.move, Unknown: unknown})
		if err != nil {
			return nil, err
		}
		if synced == read {
			if err := p.clean(o.show, read.Name); err != nil {
				return nil, err
			}
			c.report.step("sync", "%s agrees with what is published, nothing to write", read.Name)
			continue
		}
		changes = append(changes, change{name: read.Name, old: read.Source, new: synced.Source, what: ": " + describe(done)})
		p.plans[i] = synced
	}
	return changes, c.weighPruning(p, o, published, before)
}

// mostPruned is how many records --live --prune takes back at most, if they are more than a quarter of all.
const mostPruned = 5

// weighPruning says how many of the articles that were recorded are not any more. Of what the deployed site
// proved, it is an error if they are so many that it is more likely that something is wrong with the site.
func (c *commands) weighPruning(p *project, o writeOptions, published map[string]plan.Published, before map[string]bool) error {
	after := p.recorded(published)
	taken := 0
	for slug := range before {
		if !after[slug] {
			taken++
		}
	}
	if taken == 0 {
		return nil
	}
	c.report.step("prune", "%d of %s taken back", taken, count(len(before), "record", "records"))
	limit := max(mostPruned, len(before)/4)
	if o.maxPrune >= 0 {
		limit = o.maxPrune
	}
	if !o.live || taken <= limit {
		return nil
	}
	return diag.WithHint(fmt.Errorf("--prune: %d of %s would be taken back, more than %d in one run", taken,
		count(len(before), "record", "records"), limit),
		fmt.Sprintf("nothing was written; look at the site, and if it is right, allow it with --max-prune %d", taken))
}

// recorded returns the slugs of the articles that a plan records as published.
func (p *project) recorded(published map[string]plan.Published) map[string]bool {
	slugs := make(map[string]bool)
	for _, read := range p.plans {
		for _, record := range read.Records(published) {
			slugs[record.Slug] = true
		}
	}
	return slugs
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
		{done.States, "state written", "states written"},
		{done.Moved, "row moved", "rows moved"},
		{done.CompletedItems, "item added to the completed section", "items added to the completed section"},
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
