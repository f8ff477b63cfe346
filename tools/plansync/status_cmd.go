package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/live"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/searchconsole"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/stub"
)

func (c *commands) status() *cli.Command {
	return &cli.Command{
		Name:  "status",
		Usage: "show where every query stands",
		Description: `A query is planned (no page yet), a stub (its page has only the outline), a draft (somebody is
writing), published (Hugo publishes its page) or, with --live, live (the deployed site shows it).

   plansync status
   plansync status --gsc Queries.csv    # what searches earn, and what to write next
   plansync status --json`,
		Flags: append([]cli.Flag{planFlag(), hugoFlag(),
			&cli.StringFlag{Name: "gsc", Usage: "weigh by the searches of a Search Console export, the `FILE` Queries.csv"},
			&cli.BoolFlag{DisableDefaultText: true, Name: "json", Usage: "write JSON"}}, liveFlags()...),
		Action: action(parseStatus, c.runStatus),
	}
}

type statusOptions struct {
	site siteOptions
	live liveOptions
	gsc  string // the export of Search Console to weigh by; empty for none
	json bool
}

func parseStatus(ctx *cli.Context) (statusOptions, error) {
	return statusOptions{
		site: parseSite(ctx), live: parseLive(ctx), gsc: ctx.String("gsc"), json: ctx.Bool("json"),
	}, nil
}

func (c *commands) runStatus(ctx context.Context, o statusOptions) error {
	p, err := c.open(o.site)
	if err != nil {
		return err
	}
	var rows []searchconsole.Row
	if o.gsc != "" {
		if rows, err = c.readSearches(ctx, o.gsc); err != nil {
			return err
		}
	}
	published, err := c.load(ctx, p, o.site)
	if err != nil {
		return err
	}
	verdicts, incomplete := c.askLive(ctx, p, o.live, published)
	if incomplete != nil && verdicts == nil {
		return incomplete
	}
	statuses, err := p.status(published, verdicts)
	if err != nil {
		return err
	}
	var others []searchconsole.Row
	if rows != nil {
		others = p.addSearches(statuses, rows)
	}
	switch {
	case o.json:
		return errors.Join(writeJSON(c.stdout, statuses), incomplete)
	case rows != nil:
		c.report.demand(statuses, others)
	default:
		c.report.status(statuses, verdicts != nil)
	}
	return incomplete
}

// states are where a query can stand, in the order of work.
var states = []string{"planned", "stub", "draft", "published", "live"}

// A planStatus is where a plan stands. Its JSON form is what --json writes.
type planStatus struct {
	Plan   string         `json:"plan"`
	Title  string         `json:"title"`
	Totals map[string]int `json:"totals"` // by state, and "queries"
	Phases []phaseStatus  `json:"phases"`
}

type phaseStatus struct {
	Name     string          `json:"name"` // "More" for queries in no phase
	Category string          `json:"category,omitempty"`
	Articles []articleStatus `json:"articles"`
}

type articleStatus struct {
	Slug  string `json:"slug"`
	Title string `json:"title"`
	State string `json:"state"`
	Page  string `json:"page,omitempty"` // the content file
	URL   string `json:"url,omitempty"`  // where it is published

	Searches *searches `json:"searches,omitempty"` // with --gsc
}

// articles yields the articles of all phases.
func (s planStatus) articles() iter.Seq[*articleStatus] {
	return func(yield func(*articleStatus) bool) {
		for _, phase := range s.Phases {
			for i := range phase.Articles {
				if !yield(&phase.Articles[i]) {
					return
				}
			}
		}
	}
}

// published counts the articles that are published, live or not.
func (s phaseStatus) published() (n int) {
	for _, a := range s.Articles {
		if a.URL != "" {
			n++
		}
	}
	return n
}

// status joins plans, content and published pages.
func (p *project) status(published map[string]plan.Published, verdicts map[string]live.Verdict) ([]planStatus, error) {
	var list []planStatus
	for _, read := range p.plans {
		s := planStatus{Plan: read.Name, Title: read.Title, Totals: map[string]int{"queries": 0}, Phases: []phaseStatus{}}
		for _, state := range states {
			s.Totals[state] = 0
		}
		phases := make(map[string]int) // indexes into s.Phases, by category
		for _, phase := range read.Phases {
			if _, ok := phases[phase.Category]; !ok {
				phases[phase.Category] = len(s.Phases)
				s.Phases = append(s.Phases, phaseStatus{Name: phase.Name, Category: phase.Category, Articles: []articleStatus{}})
			}
		}
		for article := range stub.Articles(read) {
			i, ok := phases[article.Category]
			if !ok {
				i = len(s.Phases)
				phases[article.Category] = i
				s.Phases = append(s.Phases, phaseStatus{Name: "More"})
			}
			a, err := p.articleStatus(article, published)
			if err != nil {
				return nil, err
			}
			if verdicts[a.Slug].State == live.Live {
				a.State = "live"
			}
			s.Phases[i].Articles = append(s.Phases[i].Articles, a)
			s.Totals[a.State]++
			s.Totals["queries"]++
		}
		list = append(list, s)
	}
	return list, nil
}

func (p *project) articleStatus(article stub.Article, published map[string]plan.Published) (articleStatus, error) {
	a := articleStatus{Slug: article.Query.Slug, Title: article.Query.Title, State: "planned"}
	existing := p.site.Articles[a.Slug]
	if existing == nil {
		return a, nil
	}
	a.Page, a.State = existing.Path, "draft"
	if url, ok := published[a.Slug]; ok {
		a.State, a.URL = "published", url.URL
	} else if existing.Front.Draft {
		untouched, err := p.hasOnlyOutline(existing)
		if err != nil {
			return a, err
		}
		if untouched {
			a.State = "stub"
		}
	}
	return a, nil
}

// hasOnlyOutline reports whether nobody has written on a page yet. A stub can be older than the site's archetype.
func (p *project) hasOnlyOutline(existing *page.Page) (bool, error) {
	body, err := existing.Body()
	text := strings.TrimSpace(strings.ReplaceAll(string(body), "\r\n", "\n"))
	return text == strings.TrimSpace(p.outline) || text == strings.TrimSpace(stub.Outline), err
}

const barWidth = 20

// status writes the table that a manager reads. asked says whether the deployed site was.
func (r *report) status(statuses []planStatus, asked bool) {
	styles := map[string]string{"planned": dim, "stub": dim, "draft": yellow, "published": green, "live": green}
	for _, s := range statuses {
		fmt.Fprintf(r.out, "%s\n%s\n", paint(r.colorOut, bold, printable(s.Title)), s.Plan)
		slugWidth := 0
		for a := range s.articles() {
			slugWidth = max(slugWidth, len(a.Slug))
		}
		for _, phase := range s.Phases {
			done := phase.published()
			fmt.Fprintf(r.out, "\n%s  %d of %d  %s\n", bar(done, len(phase.Articles), barWidth), done, len(phase.Articles), paint(r.colorOut, bold, printable(phase.Name)))
			for _, a := range phase.Articles {
				fmt.Fprintf(r.out, "  %s  %-*s  %s\n", paint(r.colorOut, styles[a.State], fmt.Sprintf("%-9s", a.State)), slugWidth, a.Slug, printable(a.Title))
			}
		}
		done, all := s.Totals["published"]+s.Totals["live"], s.Totals["queries"]
		fmt.Fprintf(r.out, "\n%s  %d of %s published", bar(done, all, barWidth), done, count(all, "query", "queries"))
		if asked {
			fmt.Fprintf(r.out, ", %d live", s.Totals["live"])
		}
		for _, state := range []string{"draft", "stub", "planned"} {
			fmt.Fprintf(r.out, ", %d %s", s.Totals[state], state)
		}
		fmt.Fprint(r.out, "\n")
	}
}
