package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/audit"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

func (c *commands) build() *cli.Command {
	return &cli.Command{
		Name:  "build",
		Usage: "do it all: stubs, Hugo's build, sync, check, status",
		Description: `Makes missing stubs, builds the site for production, writes what is published into the plans, reports
what disagrees, and shows where every query stands. The site lies in Hugo's publishDir. A page counts as
published if this very build wrote its file. Hugo's warnings are shown and counted; two pages of one
address end the build. Without a Hugo on PATH that is new enough, "go tool hugo" compiles the one that
go.mod pins, which takes about two minutes the first time.

   plansync build
   plansync build --strict      exit 1 if the check finds something, or Hugo warns of something`,
		Flags: append(append([]cli.Flag{planFlag(),
			&cli.BoolFlag{DisableDefaultText: true, Name: "strict", Usage: "exit 1 if the check finds an error or a warning, or Hugo warns"}}, syncFlags()...), previewFlags()...),
		Action: action(parseBuild, c.runBuild),
	}
}

type buildOptions struct {
	site   siteOptions
	write  writeOptions
	strict bool // exit 1 if the check finds more than advice
}

func parseBuild(ctx *cli.Context) (buildOptions, error) {
	return buildOptions{site: parseSite(ctx), write: parseWrite(ctx), strict: ctx.Bool("strict")}, nil
}

func (c *commands) runBuild(ctx context.Context, o buildOptions) error {
	return c.locked(ctx, o.site, func(p *project) error { return c.buildAll(ctx, p, o) })
}

// buildAll does it all, step by step.
func (c *commands) buildAll(ctx context.Context, p *project, o buildOptions) error {
	changes, stubs := c.writeStubs(ctx, p, stubsOptions{site: o.site, show: o.write.show})
	if stubs != nil && !errors.Is(stubs, errFound) {
		return stubs
	}
	if len(changes) > 0 && o.write.show.writes() { // what was made can be published, too
		if err := c.readSite(ctx, p); err != nil {
			return err
		}
	}
	if gate := audit.Gate(p.site); len(gate) > 0 {
		return diag.Join(gate)
	}
	published := p.published()
	warnings := 0
	if o.write.show.writes() {
		var err error
		if published, warnings, err = c.buildSite(ctx, p, published); err != nil {
			return err
		}
	}
	synced := c.syncPlans(p, o.write, published, nil)
	if synced != nil && !errors.Is(synced, errFound) {
		return synced
	}
	findings := p.audit(published, c.now())
	rest := ""
	for _, f := range findings {
		if f.Severity > diag.Advice {
			c.report.finding(c.stderr, c.report.colorErr, f)
		} else {
			rest = "; plansync check shows the advice"
		}
	}
	c.report.step("check", "%s%s", tally(findings), rest)
	statuses, err := p.status(published, nil)
	if err != nil {
		return err
	}
	c.report.status(statuses, false)
	if dir, err := filepath.Abs(p.path(p.config.Hugo.PublishDir)); err == nil && o.write.show.writes() {
		c.report.step("site", "%s", dir)
	}
	if o.strict && (diag.Matter(findings) || warnings > 0) {
		return errFound
	}
	return errors.Join(stubs, synced)
}

// buildSite runs Hugo's build, and returns those of the published articles whose file this very build wrote, and how many
// warnings Hugo gave. A page can be listed as published and have no file, as with "render: link" in a cascade.
func (c *commands) buildSite(ctx context.Context, p *project, published map[string]plan.Published) (map[string]plan.Published, int, error) {
	if err := c.waitForHugo(ctx, p); err != nil {
		return nil, 0, err
	}
	old := make(map[string]time.Time) // of the files that an earlier build left
	for _, article := range p.site.Articles {
		for _, name := range p.builtFiles(article.URL) {
			if modified, err := backdate(name); err == nil {
				old[name] = modified
			}
		}
	}
	c.report.step("hugo", "building the site for production with %s", p.hugo)
	words := foreign(c.stderr)
	warnings, err := p.hugo.Build(ctx, words)
	if err = errors.Join(err, words.Close()); err != nil {
		return nil, warnings, err
	}
	isNew := func(name string) bool {
		info, err := os.Stat(name)
		return err == nil && !info.ModTime().Equal(old[name])
	}
	proven := make(map[string]plan.Published, len(published))
	for slug, article := range p.site.Articles {
		files := p.builtFiles(article.URL)
		page, listed := published[slug]
		if listed && (len(files) == 0 || slices.ContainsFunc(files, isNew)) { // of an address elsewhere Hugo's word counts
			proven[slug] = page
			continue
		}
		for _, name := range files {
			if _, left := old[name]; left && !isNew(name) {
				c.report.step("stale", "%s is of an earlier build, and no page of the site now: remove it before you deploy the folder", p.display(name))
			}
		}
	}
	if warnings > 0 {
		c.report.step("hugo", "%s", count(warnings, "warning", "warnings"))
	}
	return proven, warnings, nil
}

// builtFiles returns where Hugo's build can write the page of a permalink.
func (p *project) builtFiles(permalink string) []string {
	var files []string
	if permalink != "" {
		for _, name := range p.config.Hugo.Files(permalink) {
			files = append(files, filepath.Join(p.path(p.config.Hugo.PublishDir), filepath.FromSlash(name)))
		}
	}
	return files
}

// coarse is how exactly the coarsest file systems tell when a file was written.
const coarse = 2 * time.Second

// backdate returns when a file was written. One that is as new as those of the next build could be is made older, so that it
// can be told from them.
func backdate(name string) (time.Time, error) {
	info, err := os.Stat(name)
	if err != nil {
		return time.Time{}, err
	}
	if time.Since(info.ModTime()) > coarse {
		return info.ModTime(), nil
	}
	older := info.ModTime().Add(-time.Hour)
	if err := os.Chtimes(name, time.Time{}, older); err != nil {
		return time.Time{}, err
	}
	info, err = os.Stat(name)
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

// display names a file of the project for people.
func (p *project) display(name string) string {
	if rel, err := filepath.Rel(p.root, name); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return name
}

// waitForHugo waits until no other Hugo builds the site, and names the one that does if that takes too long. Hugo itself
// would wait without end and without a word.
func (c *commands) waitForHugo(ctx context.Context, p *project) error {
	said := false
	for end := time.Now().Add(lockWait); ; {
		holder, busy := p.hugo.Builder()
		if !busy {
			return nil
		}
		if time.Now().After(end) {
			return diag.WithHint(fmt.Errorf("another Hugo%s builds the site, for more than %v", holder, lockWait), "wait until it has finished, or end it; then run again")
		}
		if !said {
			said = true
			c.report.step("waiting", "another Hugo%s builds the site", holder)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}
