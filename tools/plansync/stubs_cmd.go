package main

import (
	"context"
	"errors"
	"os"
	"path"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/stub"
)

func (c *commands) stubs() *cli.Command {
	return &cli.Command{
		Name:  "stubs",
		Usage: "make a content stub for each query and a page for each category",
		Description: `Each query without a page gets one: a draft with the plan's title, in the shape of the section's own
articles (folder or file, format of the front matter, archetype). Each phase gets its category page, a
draft until one of its articles is published, unless the category is the site's own already. A page
that exists is never overwritten, wherever it comes from.

   plansync stubs --dry-run     what would be made
   plansync stubs --update      also set title, category, weight, plan and query where plansync made the page, line by line`,
		Flags: append([]cli.Flag{planFlag(),
			&cli.BoolFlag{DisableDefaultText: true, Name: "update", Usage: "change plan-owned keys that disagree with the plan, of pages that plansync made"}}, previewFlags()...),
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
	return c.locked(ctx, o.site, func(p *project) error {
		_, err := c.writeStubs(ctx, p, o)
		return err
	})
}

// writeStubs writes what the plans need in the content folder, and returns it.
func (c *commands) writeStubs(ctx context.Context, p *project, o stubsOptions) ([]change, error) {
	changes, refused := c.stubChanges(ctx, p, o.update)
	if refused != nil && len(changes) == 0 {
		return nil, refused
	}
	mayBeWritten := []map[string]*page.Page{p.site.Categories}
	if o.update {
		mayBeWritten = append(mayBeWritten, p.site.Articles)
	}
	for _, pages := range mayBeWritten {
		for _, page := range pages {
			if err := p.clean(o.show, page.Path); err != nil {
				return nil, err
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
	return changes, outrank(c.apply(p, o.show, changes), refused)
}

// stubChanges reads the content and returns what the plans need in it. The error that comes with changes is about
// other pages, which cannot be changed.
func (c *commands) stubChanges(ctx context.Context, p *project, update bool) ([]change, error) {
	if err := p.refuseErrors(); err != nil {
		return nil, err
	}
	if err := c.readSite(ctx, p); err != nil {
		return nil, err
	}
	if len(p.site.Findings) > 0 {
		return nil, diag.Join(p.site.Findings) // a page that cannot be read may be a category's only one
	}
	options, err := c.stubOptions(ctx, p, update)
	if err != nil {
		return nil, err
	}
	files, errs := stub.Files(p.plans, p.site, options)
	var changes []change
	var names []string
	for _, f := range files {
		if _, err := os.Lstat(p.path(f.Path)); f.Old == nil && err == nil {
			continue // it exists, and Hugo does not list it, as with the build option "list: never"
		}
		changes = append(changes, change{name: f.Path, old: f.Old, new: f.New})
		names = append(names, f.Path)
	}
	if err := p.confined(names...); err != nil {
		return nil, err
	}
	return changes, errors.Join(errs...)
}

// stubOptions say how the site's own articles look. Hugo runs the section's archetype once, if an article has no page.
func (c *commands) stubOptions(ctx context.Context, p *project, update bool) (stub.Options, error) {
	o := stub.Options{Dir: p.dir, Taxonomy: p.config.Taxonomy, Date: c.now(), Update: update, Shape: stub.ShapeOf(p.site)}
	if o.Taxonomy != "" {
		o.Terms = path.Join(p.config.ContentDir, o.Taxonomy)
	}
	archetype := p.archetype()
	if archetype == "" && len(p.config.Hugo.Theme) == 0 || !stub.Missing(p.plans, p.site) {
		return o, nil
	}
	target := path.Join(p.config.Section, stub.Placeholder) // a folder, which the archetype is too
	if path.Base(archetype) != "index.md" {
		target += map[bool]string{true: ".md", false: "/index.md"}[o.Shape.Flat]
	}
	files, err := p.hugo.NewContent(ctx, p.config.Hugo, target, c.now())
	if err != nil {
		return o, err
	}
	o.Shape.Archetype = stub.NewArchetype(files)
	if path.Base(archetype) == "index.md" {
		o.Shape.Flat = false
	}
	return o, nil
}
