package main

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/audit"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

func (c *commands) build() *cli.Command {
	return &cli.Command{
		Name:  "build",
		Usage: "do it all: stubs, Hugo's build, sync, check, status",
		Description: `Makes missing stubs, builds the site for production with warnings as errors, writes what is
published into the plans, reports what disagrees, and shows where every query stands. The site
lies in Hugo's publishDir. The first time Hugo itself is compiled, which takes about two minutes.

   plansync build
   plansync build --strict      exit 1 if the check finds something`,
		Flags: append(append([]cli.Flag{planFlag(), hugoFlag(),
			&cli.BoolFlag{DisableDefaultText: true, Name: "strict", Usage: "exit 1 if the check finds an error or a warning"}}, syncFlags()...), previewFlags()...),
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
	stubs := c.writeStubs(p, stubsOptions{site: o.site, show: o.write.show})
	if stubs != nil && !errors.Is(stubs, errFound) {
		return stubs
	}
	if err := p.readSite(); err != nil { // with the new stubs
		return err
	}
	if gate := audit.Gate(p.site); len(gate) > 0 {
		return diag.Join(gate)
	}
	command, err := c.findHugo(ctx, p, o.site.hugo)
	if err != nil {
		return err
	}
	if o.write.show.writes() {
		c.report.step("hugo", "building the site for production")
		words := foreign(c.stderr)
		if err := errors.Join(command.Build(ctx, words), words.Close()); err != nil {
			return err
		}
	}
	published, err := p.published(ctx, command)
	if err != nil {
		return err
	}
	if o.write.show.writes() {
		maps.DeleteFunc(published, func(_ string, page plan.Published) bool { return !p.isBuilt(page.URL) })
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
	if dir, err := filepath.Abs(p.path(p.config.PublishDir)); err == nil && o.write.show.writes() {
		c.report.step("site", "%s", dir)
	}
	if o.strict && diag.Matter(findings) {
		return errFound
	}
	return errors.Join(stubs, synced)
}

// isBuilt reports whether Hugo's build has a file for a permalink. A page can be listed as published and
// have none, as with "render: link" in a cascade. Of an address that is not below the base URL
// nothing is known, and Hugo's word counts.
func (p *project) isBuilt(permalink string) bool {
	rest, ok := strings.CutPrefix(permalink, strings.TrimSuffix(p.config.BaseURL, "/")+"/")
	name, err := url.PathUnescape(rest)
	if !ok || err != nil || p.config.BaseURL == "" {
		return true
	}
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	for _, dir := range []string{"", p.config.Languages[0]} { // with a host for each language, each has its folder
		if _, err := os.Stat(filepath.Join(p.path(p.config.PublishDir), dir, filepath.FromSlash(name))); err == nil {
			return true
		}
	}
	return false
}
