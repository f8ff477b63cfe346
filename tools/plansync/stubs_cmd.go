package main

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/stub"
)

func (c *commands) stubs() *cli.Command {
	return &cli.Command{
		Name:  "stubs",
		Usage: "make a content stub for each query and a page for each category",
		Description: `Each query without a page gets site/content/learn/<slug>/index.md: a draft with the plan's title
and an outline. Each phase gets its category page, a draft until one of its articles is not.
A page that exists is never overwritten.

   plansync stubs --dry-run     what would be made
   plansync stubs --update      also set title, category, weight, plan and query of existing pages, line by line`,
		Flags: append([]cli.Flag{planFlag(),
			&cli.BoolFlag{DisableDefaultText: true, Name: "update", Usage: "change plan-owned keys of existing pages that disagree with the plan"}}, previewFlags()...),
		Action: action(parseStubs, c.runStubs),
	}
}

type stubsOptions struct {
	site   siteOptions
	update bool // also change the plan-owned keys of existing pages
	show   preview
}

func parseStubs(ctx *cli.Context) (stubsOptions, error) {
	return stubsOptions{site: parseSite(ctx), update: ctx.Bool("update"), show: parsePreview(ctx)}, nil
}

func (c *commands) runStubs(ctx context.Context, o stubsOptions) error {
	return c.locked(ctx, o.site, func(p *project) error { return c.writeStubs(p, o) })
}

// writeStubs writes what the plans need in the content folder.
func (c *commands) writeStubs(p *project, o stubsOptions) error {
	changes, refused := c.stubChanges(p, o.update)
	if refused != nil && len(changes) == 0 {
		return refused
	}
	mayBeWritten := []map[string]*page.Page{p.site.Categories}
	if o.update {
		mayBeWritten = append(mayBeWritten, p.site.Articles)
	}
	for _, pages := range mayBeWritten {
		for _, page := range pages {
			if err := p.clean(o.show, page.Path); err != nil {
				return err
			}
		}
	}
	if len(changes) == 0 {
		articles := 0
		for _, read := range p.plans {
			articles += len(read.Queries)
		}
		c.report.step("stubs", "nothing to write, each of %s has its page", count(articles, "query", "queries"))
	}
	return outrank(c.apply(p, o.show, changes), refused)
}

// stubChanges reads the content and returns what the plans need in it. The error that comes with changes is about
// other pages, which cannot be changed.
func (c *commands) stubChanges(p *project, update bool) ([]change, error) {
	if err := p.refuseErrors(); err != nil {
		return nil, err
	}
	if err := errors.Join(p.readSite(), p.readOutline()); err != nil {
		return nil, err
	}
	if len(p.site.Findings) > 0 {
		return nil, diag.Join(p.site.Findings) // a page that cannot be read may be a category's only one
	}
	files, errs := stub.Files(p.plans, p.site, stub.Options{
		ContentDir: filepath.ToSlash(p.config.ContentDir),
		Section:    p.config.Section,
		Date:       c.now(),
		Outline:    p.outline,
		Update:     update,
	})
	changes := make([]change, len(files))
	names := make([]string, len(files))
	for i, f := range files {
		changes[i] = change{name: f.Path, old: f.Old, new: f.New}
		names[i] = f.Path
	}
	if err := p.confined(names...); err != nil {
		return nil, err
	}
	return changes, errors.Join(errs...)
}
