package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

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
		BaseURL:       cmp.Or(o.baseURL, p.config.BaseURL),
		CanonicalBase: p.config.BaseURL,
		Section:       path.Join(p.config.LanguageDir, p.config.Section) + "/",
		Taxonomy:      p.config.Published("categories") + "/",
		Sitemap:       p.config.Sitemap,
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
	known := cacheFile("live", options.BaseURL)
	readCache(known, &options.Known)
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
		if writeCache(known, verdicts) == nil {
			hint = "run again: pages that were live in this run are not asked again"
		}
		err = diag.WithHint(fmt.Errorf("--live: %w", err), hint)
	default:
		os.Remove(known)
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

// cacheFile is where one run leaves something about a site for the next one: a place where nobody else can leave
// something of his own, or nowhere.
func cacheFile(name, baseURL string) string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	sum := sha256.Sum256([]byte(baseURL))
	return filepath.Join(dir, "plansync", name+"-"+hex.EncodeToString(sum[:8])+".json")
}

// readCache reads what an earlier run left into v, if it can be read.
func readCache(name string, v any) {
	if data, err := os.ReadFile(name); err == nil {
		_ = json.Unmarshal(data, v)
	}
}

func writeCache(name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o600)
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

// liveRules are the names of the rules of liveFindings.
var liveRules = []string{"gone", "live-unknown", "not-live"}

// liveFindings reports the published articles that the deployed site does not prove, at their pages.
func (p *project) liveFindings(published map[string]plan.Published, verdicts map[string]live.Verdict) []diag.Finding {
	var findings []diag.Finding
	for slug, v := range verdicts {
		f := diag.Finding{File: p.site.Articles[slug].Path, Line: 1, Column: 1, Severity: diag.Warning, Rule: "not-live",
			Message: fmt.Sprintf("%s is not live: %s", published[slug].URL, v.Reason), Hint: "deploy it, or mend what keeps it from being found"}
		if v.Fault == live.SiteDown {
			continue // the run ends with an error that says so once
		}
		switch v.State {
		case live.Live:
			continue
		case live.Gone:
			f.Rule, f.Message = "gone", fmt.Sprintf("%s is gone: %s", published[slug].URL, v.Reason)
			f.Hint = "deploy it; plansync sync --live --prune takes its records back"
		case live.Unknown:
			f.Severity, f.Rule, f.Message = diag.Advice, "live-unknown", fmt.Sprintf("%s: not known whether it is live: %s", published[slug].URL, v.Reason)
			f.Hint = "nothing was changed for it; ask again later"
		}
		if !slices.Contains(p.config.Ignore, f.Rule) {
			findings = append(findings, f)
		}
	}
	return diag.Sort(findings)
}
