package audit

import (
	"fmt"
	"slices"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/live"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

// LiveRules are the names of the rules of Live, in alphabetical order.
var LiveRules = []string{"gone", "live-unknown", "not-live"}

// Live reports the published articles that the deployed site does not prove, at their pages.
func Live(site *page.Site, published map[string]plan.Published, verdicts map[string]live.Verdict, ignore []string) []diag.Finding {
	var findings []diag.Finding
	for slug, v := range verdicts {
		if v.Fault == live.SiteDown {
			continue // the run ends with an error that says so once
		}
		url := published[slug].URL
		f := diag.Finding{File: site.Articles[slug].Path, Line: 1, Column: 1}
		switch v.State {
		case live.Live:
			continue
		case live.NotLive:
			f.Severity, f.Rule = diag.Warning, "not-live"
			f.Message = fmt.Sprintf("%s is not live: %s", url, v.Reason)
			f.Hint = "deploy it, or mend what keeps it from being found"
		case live.Gone:
			f.Severity, f.Rule = diag.Warning, "gone"
			f.Message = fmt.Sprintf("%s is gone: %s", url, v.Reason)
			f.Hint = "deploy it; plansync sync --live --prune takes its records back"
		case live.Unknown:
			f.Severity, f.Rule = diag.Advice, "live-unknown"
			f.Message = fmt.Sprintf("%s: not known whether it is live: %s", url, v.Reason)
			f.Hint = "nothing was changed for it; ask again later"
		}
		if !slices.Contains(ignore, f.Rule) {
			findings = append(findings, f)
		}
	}
	return diag.Sort(findings)
}
