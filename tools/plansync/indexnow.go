package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/announce"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/indexnow"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

// indexNowKey is the environment variable with the key. A flag would show it to everybody who lists processes.
const indexNowKey = "PLANSYNC_INDEXNOW_KEY"

func indexNowFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{DisableDefaultText: true, Name: "indexnow", Usage: "with --live: tell search engines what is newly live"},
		&cli.StringFlag{Name: "indexnow-endpoint", Usage: "tell this search engine, a `URL`; it tells the others", Value: indexnow.Endpoint},
	}
}

// parseIndexNow returns nil if nothing is to be announced.
func parseIndexNow(ctx *cli.Context) (*indexnow.Client, error) {
	if !ctx.Bool("indexnow") {
		return nil, nil
	}
	if !ctx.Bool("live") {
		return nil, usageError(ctx, errors.New("--indexnow needs --live: only what the deployed site proves is announced"))
	}
	key := os.Getenv(indexNowKey)
	if key == "" {
		return nil, usageError(ctx, fmt.Errorf("--indexnow: %s is not set", indexNowKey))
	}
	client, err := indexnow.New(ctx.String("indexnow-endpoint"), key)
	if err != nil {
		return nil, usageError(ctx, fmt.Errorf("--indexnow: %w", err))
	}
	return client, nil
}

// syncAndAnnounce does what syncPlans does, and tells IndexNow which articles are newly live: the site proved them in
// this run, and a plan records them now that none recorded before.
//
// The plans are written first, since no search engine may keep them from saying what is true. But what they record is
// not new to the next run. So what is to be announced is noted apart from them, before they are written, and until it
// was announced: whatever fails or is killed in between, the next run announces it.
func (c *commands) syncAndAnnounce(ctx context.Context, p *project, o syncOptions, live map[string]plan.Published, unknown map[string]bool) error {
	before := p.recorded(live)
	changes, err := c.planChanges(p, o.write, live, unknown)
	if err != nil {
		return err
	}
	site := p.deployment(o.live)
	due := announce.Of(site.BaseURL, before, p.recorded(live), live, unknown)
	if !o.write.show.writes() {
		err := c.apply(p, o.write.show, changes)
		for _, url := range due.URLs {
			c.report.step("would be announced", "%s", url)
		}
		return err
	}
	if err := due.Note(0); err != nil {
		return diag.WithHint(
			fmt.Errorf("--indexnow: nothing was written, since what is to be announced cannot be noted: %w", err),
			"give plansync a cache folder, with HOME or XDG_CACHE_HOME")
	}
	if err := c.apply(p, o.write.show, changes); err != nil || len(due.URLs) == 0 {
		return err
	}
	taken, err := o.announce.Announce(ctx, site, due.URLs)
	for _, url := range due.URLs[:taken] {
		c.report.step("announced", "%s", url)
	}
	kept := due.Note(taken)
	if err == nil {
		return kept
	}
	hint := "the plans are written; the next run with --indexnow announces the rest"
	if errors.Is(err, indexnow.ErrKeyFile) {
		hint = "publish KEY.txt, named after the key and with nothing else in it, from Hugo's static folder; " + hint
	}
	return diag.WithHint(fmt.Errorf("--indexnow: %w", err), hint)
}
