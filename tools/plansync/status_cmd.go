package main

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/live"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/searchconsole"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/status"
)

func (c *commands) status() *cli.Command {
	return &cli.Command{
		Name:  "status",
		Usage: "show where every query stands",
		Description: `A query is planned (no page yet), a stub (its page has only the outline), a draft (somebody is
writing), published (Hugo publishes its page) or, with --live, live (the deployed site shows it).

   plansync status
   plansync status --gsc Queries.csv    # what searches earn, and what to write next
   plansync status --json`,
		Flags: append([]cli.Flag{planFlag(),
			&cli.StringFlag{Name: "gsc", Usage: "weigh by the searches of a Search Console export, the `FILE` Queries.csv"},
			&cli.BoolFlag{DisableDefaultText: true, Name: "json", Usage: "write JSON"}}, liveFlags()...),
		Action: action(parseStatus, c.runStatus),
	}
}

type statusOptions struct {
	site siteOptions
	live liveOptions
	gsc  string // the export of Search Console to weigh by; empty for none
	json bool
}

func parseStatus(ctx *cli.Context) (statusOptions, error) {
	return statusOptions{
		site: parseSite(ctx), live: parseLive(ctx), gsc: ctx.String("gsc"), json: ctx.Bool("json"),
	}, nil
}

func (c *commands) runStatus(ctx context.Context, o statusOptions) error {
	p, err := c.openToLook(ctx, o.site)
	if err != nil {
		return err
	}
	var rows []searchconsole.Row
	if o.gsc != "" {
		if rows, err = c.readSearches(ctx, o.gsc); err != nil {
			return err
		}
	}
	published, err := c.load(ctx, p)
	if err != nil {
		return err
	}
	verdicts, incomplete := c.askLive(ctx, p, o.live, published)
	if incomplete != nil && verdicts == nil {
		return incomplete
	}
	statuses, err := p.status(published, verdicts)
	if err != nil {
		return err
	}
	var others []searchconsole.Row
	if rows != nil {
		others = status.Weigh(statuses, p.plans, rows)
	}
	switch {
	case o.json:
		if err := writeJSON(c.stdout, statuses); err != nil {
			return err
		}
	case rows != nil:
		c.report.demand(statuses, others)
	default:
		c.report.status(statuses, verdicts != nil)
	}
	for _, read := range p.kept {
		if !o.json {
			c.report.reading(read.Name, read.Reading())
		}
		c.report.step("status", "%s: %v: plansync adopt %s", read.Name, errNotAdopted, read.Name)
	}
	return incomplete
}

// status joins what is known of the articles.
func (p *project) status(published map[string]plan.Published, verdicts map[string]live.Verdict) ([]status.Plan, error) {
	return status.Of(status.Input{
		Plans: p.plans, Site: p.site, Published: published, Verdicts: verdicts, Outline: p.outline,
	})
}

const barWidth = 20

// status writes the table that a manager reads. asked says whether the deployed site was.
func (r *report) status(statuses []status.Plan, asked bool) {
	styles := map[string]string{
		status.Planned: dim, status.Stub: dim, status.Draft: yellow, status.Published: green, status.Live: green,
	}
	for _, s := range statuses {
		printf(r.out, "%s\n%s\n", paint(r.colorOut, bold, s.Title), s.Plan)
		slugWidth := 0
		for a := range s.Articles() {
			slugWidth = max(slugWidth, len(a.Slug))
		}
		for _, phase := range s.Phases {
			done := phase.Published()
			printf(r.out, "\n%s  %d of %d  %s\n", bar(done, len(phase.Articles), barWidth), done, len(phase.Articles), paint(r.colorOut, bold, phase.Name))
			for _, a := range phase.Articles {
				printf(r.out, "  %s  %-*s  %s\n", paint(r.colorOut, styles[a.State], fmt.Sprintf("%-9s", a.State)), slugWidth, a.Slug, a.Title)
			}
		}
		done, all := s.Totals[status.Published]+s.Totals[status.Live], s.Totals["queries"]
		printf(r.out, "\n%s  %d of %s published", bar(done, all, barWidth), done, count(all, "query", "queries"))
		if asked {
			printf(r.out, ", %d live", s.Totals[status.Live])
		}
		for _, state := range []string{status.Draft, status.Stub, status.Planned} {
			printf(r.out, ", %d %s", s.Totals[state], state)
		}
		printf(r.out, "\n")
	}
}

// maxOthers is how many searches without an article are shown.
const maxOthers = 20

// demand writes what searches earn, and what to write next: the articles that are most searched for.
func (r *report) demand(statuses []status.Plan, others []searchconsole.Row) {
	published, next := status.Demand(statuses)
	heading := func(text string) {
		printf(r.out, "%s\n  clicks  impressions  position\n", paint(r.colorOut, bold, text))
	}
	line := func(s status.Searches, state, name string) {
		position := "-"
		if s.Impressions > 0 {
			position = fmt.Sprintf("%.1f", s.Position)
		}
		if state != "" {
			name = fmt.Sprintf("%-9s  %s", state, name)
		}
		printf(r.out, "  %6d  %11d  %8s  %s\n", s.Clicks, s.Impressions, position, name)
	}
	for _, group := range []struct {
		name     string
		articles []*status.Article
	}{{"What published articles earn", published}, {"What to write next", next}} {
		heading(group.name)
		for _, a := range group.articles {
			line(*a.Searches, a.State, a.Slug)
		}
		printf(r.out, "\n")
	}
	shown := others[:min(maxOthers, len(others))]
	heading(fmt.Sprintf("Searches that no query of a plan answers, %d of %d", len(shown), len(others)))
	for _, row := range shown {
		line(status.Searches{
			Clicks: row.Clicks, Impressions: row.Impressions, Position: row.Position,
		}, "", row.Query)
	}
}
