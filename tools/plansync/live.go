package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/cache"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/live"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

// liveFlags are those of the commands that can ask the deployed site.
func liveFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{DisableDefaultText: true, Name: "live", Usage: "ask the deployed site too: a page is live with 200, its own canonical, no noindex, in the sitemap and reachable"},
		&cli.StringFlag{Name: "base-url", Usage: "ask this deployment, a `URL` such as a preview's (default: baseURL of the site)"},
		&cli.Float64Flag{Name: "rate", Usage: "at most `N` requests a second", Value: 20, Action: positive[float64]("rate")},
		&cli.DurationFlag{Name: "timeout", Usage: "end the questions after `DURATION`; the next run goes on from there", Value: 15 * time.Minute, Action: positive[time.Duration]("timeout")},
	}
}

// positive is the action of a flag whose value has to be more than 0.
func positive[N float64 | time.Duration](name string) func(*cli.Context, N) error {
	return func(ctx *cli.Context, value N) error {
		if !(value > 0) { // so written, it catches NaN too
			return usageError(ctx, fmt.Errorf("--%s %v: it has to be more than 0", name, value))
		}
		return nil
	}
}

// notNegative is the action of a flag whose value has to be 0 or more.
func notNegative(name string) func(*cli.Context, int) error {
	return func(ctx *cli.Context, value int) error {
		if value < 0 {
			return usageError(ctx, fmt.Errorf("--%s %d: it has to be 0 or more", name, value))
		}
		return nil
	}
}

// liveOptions say whether to ask the deployed site, which deployment, and how hard.
type liveOptions struct {
	ask     bool
	baseURL string        // of the deployment; empty for that of the site
	rate    float64       // requests a second
	timeout time.Duration // for all questions
}

func parseLive(ctx *cli.Context) liveOptions {
	return liveOptions{
		ask: ctx.Bool("live"), baseURL: ctx.String("base-url"),
		rate: ctx.Float64("rate"), timeout: ctx.Duration("timeout"),
	}
}

// deployment returns what package live needs to know of the site and its deployment.
func (p *project) deployment(o liveOptions) live.Options {
	return live.Options{
		BaseURL:       cmp.Or(o.baseURL, p.config.Hugo.BaseURL),
		CanonicalBase: p.config.Hugo.BaseURL,
		Section:       p.config.PublishedExactly(p.config.Section) + "/",
		Taxonomy:      p.config.Published(p.config.Taxonomy) + "/",
		Sitemap:       p.config.Hugo.Sitemap.Filename,
		Rate:          o.rate,
		Total:         o.timeout,
	}
}

// refusePreview refuses to take a preview of the site for proof that it is published.
func (p *project) refusePreview(o liveOptions) error {
	if options := p.deployment(o); o.ask && options.BaseURL != "" && options.Preview() {
		return diag.WithHint(fmt.Errorf("--base-url %s is a preview: it proves nothing about the published site", options.BaseURL),
			"plansync check --live --base-url URL looks at a preview and writes nothing")
	}
	return nil
}

// askLive asks the deployed site about the published articles and returns the verdicts by slug. If
// the run ended early it returns what is known and an error. Without --live it returns nothing.
func (c *commands) askLive(ctx context.Context, p *project, o liveOptions, published map[string]plan.Published) (map[string]live.Verdict, error) {
	if !o.ask {
		return nil, nil
	}
	options := p.deployment(o)
	options.Progress = func(done, total int, _ live.Verdict) { c.report.progress("live", done, total) }
	if options.BaseURL == "" {
		return nil, diag.WithHint(errors.New("--live: the site has no baseURL"), "set baseURL in hugo.toml, or name the deployment with --base-url URL")
	}
	slugs := slices.Sorted(maps.Keys(published))
	permalinks := make([]string, len(slugs))
	for i, slug := range slugs {
		permalinks[i] = published[slug].URL
	}
	known := cache.Of("live", options.BaseURL)
	known.Read(&options.Known)
	verdicts, err := live.Check(ctx, options, permalinks)
	c.report.endProgress()
	if err != nil && verdicts == nil {
		return nil, diag.WithHint(fmt.Errorf("--live: %w", err), "check baseURL in hugo.toml, or --base-url")
	}
	switch {
	case errors.Is(err, live.ErrNoProof):
		err = diag.WithHint(fmt.Errorf("--live: %w", err),
			"nothing is known of any page: ask again when "+options.BaseURL+" shows its pages")
	case err != nil:
		hint := "run again, or give it more time with --timeout"
		if known.Write(verdicts) == nil {
			hint = "run again: pages that were live in this run are not asked again"
		}
		err = diag.WithHint(fmt.Errorf("--live: %w", err), hint)
	default:
		known.Remove()
	}
	bySlug := make(map[string]live.Verdict, len(slugs))
	n := make(map[live.State]int)
	for i, slug := range slugs {
		bySlug[slug] = verdicts[i]
		n[verdicts[i].State]++
	}
	c.report.step("live", "%d live, %d not live, %d gone, %d unknown", n[live.Live], n[live.NotLive], n[live.Gone], n[live.Unknown])
	return bySlug, err
}

// proven splits the published articles into those that the verdicts prove and those of which
// nothing is known. Without verdicts Hugo's word is proof.
func proven(published map[string]plan.Published, verdicts map[string]live.Verdict) (pages map[string]plan.Published, unknown map[string]bool) {
	if verdicts == nil {
		return published, nil
	}
	pages, unknown = make(map[string]plan.Published), make(map[string]bool)
	for slug, page := range published {
		switch verdicts[slug].State {
		case live.Live:
			pages[slug] = page
		case live.Unknown:
			unknown[slug] = true
		}
	}
	return pages, unknown
}
