package main

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"strings"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/atomicfile"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/watch"
)

func (c *commands) watch() *cli.Command {
	return &cli.Command{
		Name:  "watch",
		Usage: "make stubs and report findings as plans and articles are saved",
		Description: `Runs until Ctrl-C, beside "hugo server -D" in another terminal. After each save of a plan, an
article or the configuration it makes what plansync stubs makes, and reports which findings of
plansync check are new and which are gone. It never writes a plan: build and sync do.

   plansync watch`,
		Flags:  []cli.Flag{planFlag()},
		Action: action(parseWatch, c.runWatch),
	}
}

func parseWatch(ctx *cli.Context) (siteOptions, error) { return parseSite(ctx), nil }

func (c *commands) runWatch(ctx context.Context, o siteOptions) error {
	err := c.watchSite(ctx, o)
	if ctx.Err() != nil {
		return nil // an interrupt is how it is meant to end
	}
	return err
}

func (c *commands) watchSite(ctx context.Context, o siteOptions) error {
	p, err := c.openSite(ctx, o)
	if err != nil {
		return err
	}
	watcher, err := watch.New()
	if err != nil {
		return err
	}
	defer watcher.Close()
	c.report.step("watch", "%s and %s; Ctrl-C ends it", cmp.Or(p.only, strings.Join(p.config.Plans, ", ")), p.config.ContentDir)
	var (
		seen     watch.Snapshot
		findings []diag.Finding // of the last look that came to an end
		said     string         // of the last look: its error, or the tally of its findings
	)
	for watcher.Wait(ctx) {
		opened, failed := c.openSite(ctx, o)
		if failed == nil {
			p = opened
		}
		now, err := watcher.Survey(p.root, p.sources(), p.config.ContentDir)
		if err != nil {
			return err
		}
		if maps.Equal(now, seen) {
			continue
		}
		seen = now
		var found []diag.Finding
		if err = failed; err == nil {
			found, err = c.look(ctx, p, o)
		}
		switch {
		case ctx.Err() != nil || errors.Is(err, errMade):
		case err != nil:
			if err.Error() != said {
				said = err.Error()
				c.report.failure(err)
			}
		default:
			fresh, gone := diag.Compare(findings, found)
			for _, f := range gone {
				c.report.gone(f)
			}
			for _, f := range fresh {
				c.report.finding(c.stdout, c.report.colorOut, f)
			}
			if text := tally(found); text != said {
				said = text
				c.report.step("check", "%s", text)
			}
			findings = found
		}
	}
	return nil
}

// errMade says that a look made files. They are a change, and the next look finds what follows from it.
var errMade = errors.New("files were made")

// look makes what the plans need in the content folder. If nothing is missing, it returns the findings.
func (c *commands) look(ctx context.Context, p *project, o siteOptions) ([]diag.Finding, error) {
	if err := c.readPlans(p); err != nil {
		return nil, err
	}
	changes, err := c.stubChanges(ctx, p, false)
	if len(changes) == 0 {
		if err != nil {
			return nil, err
		}
		return p.audit(p.published(), c.now()), nil
	}
	for { // as long as another run works here
		err := c.runStubs(ctx, stubsOptions{site: o})
		if err == nil {
			return nil, errMade
		}
		if !errors.Is(err, atomicfile.ErrLocked) {
			return nil, err
		}
		c.report.step("waiting", "%v", err)
	}
}
