package main

import (
	"context"
	"errors"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/brief"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
)

func (c *commands) brief() *cli.Command {
	return &cli.Command{
		Name:      "brief",
		Usage:     "write what an author needs to know on one page",
		ArgsUsage: "SLUG",
		Description: `The query, who owns the questions beside it, links to give and to receive, the outline and the
quality bar, as Markdown on standard output.

   plansync brief ai-model-sla-management | less`,
		Flags:           []cli.Flag{planFlag()},
		HideHelpCommand: true, // the argument is a slug
		BashComplete: func(ctx *cli.Context) {
			cli.DefaultCompleteWithFlags(ctx.Command)(ctx)
			p, err := c.open(ctx.Context, parseSite(ctx))
			if err != nil || ctx.Args().Present() {
				return
			}
			for _, read := range p.plans {
				for _, q := range read.Queries {
					printf(c.stdout, "%s\n", q.Slug)
				}
			}
		},
		Action: action(parseBrief, c.runBrief),
	}
}

type briefOptions struct {
	site siteOptions
	slug string
}

func parseBrief(ctx *cli.Context) (briefOptions, error) {
	o := briefOptions{site: parseSite(ctx), slug: ctx.Args().First()}
	if ctx.NArg() != 1 {
		return o, usageError(ctx, errors.New("one slug is needed"))
	}
	return o, nil
}

func (c *commands) runBrief(ctx context.Context, o briefOptions) error {
	p, err := c.open(ctx, o.site)
	if err != nil {
		return err
	}
	if err := c.readSite(ctx, p); err != nil {
		return err
	}
	if err := diag.Join(p.site.Findings); err != nil {
		return err // a page that cannot be read would count as not written
	}
	text, err := brief.Of(brief.Input{
		Plans: p.plans, Site: p.site, Outline: p.outline, Ignore: p.config.Ignore,
		Dir:     p.dir,
		Section: p.config.Published(p.config.Section),
	}, o.slug)
	if err != nil {
		return err
	}
	printf(c.stdout, "%s", painted(printable(text)))
	return nil
}
