package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/audit"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/overlap"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/stub"
)

func (c *commands) brief() *cli.Command {
	return &cli.Command{
		Name:      "brief",
		Usage:     "write what an author needs to know on one page",
		ArgsUsage: "SLUG",
		Description: `The query, who owns the questions beside it, links to give and to receive, the outline and the
quality bar, as Markdown on standard output.

   plansync brief ai-model-sla-management | less`,
		Flags:           []cli.Flag{planFlag()},
		HideHelpCommand: true, // the argument is a slug
		BashComplete: func(ctx *cli.Context) {
			cli.DefaultCompleteWithFlags(ctx.Command)(ctx)
			p, err := c.open(parseSite(ctx))
			if err != nil || ctx.Args().Present() {
				return
			}
			for _, read := range p.plans {
				for _, q := range read.Queries {
					fmt.Fprintln(c.stdout, q.Slug)
				}
			}
		},
		Action: action(parseBrief, c.runBrief),
	}
}

type briefOptions struct {
	site siteOptions
	slug string
}

func parseBrief(ctx *cli.Context) (briefOptions, error) {
	o := briefOptions{site: parseSite(ctx), slug: ctx.Args().First()}
	if ctx.NArg() != 1 {
		return o, usageError(ctx, errors.New("one slug is needed"))
	}
	return o, nil
}

func (c *commands) runBrief(_ context.Context, o briefOptions) error {
	p, err := c.open(o.site)
	if err != nil {
		return err
	}
	if err := errors.Join(p.readSite(), p.readOutline()); err != nil {
		return err
	}
	if err := diag.Join(p.site.Findings); err != nil {
		return err // a page that cannot be read would count as not written
	}
	text, err := p.brief(o.slug)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(c.stdout, text)
	return err
}

// neighbours is how many articles a brief lists as the closest.
const neighbours = 6

// brief writes the brief of one article.
func (p *project) brief(slug string) (string, error) {
	var all []stub.Article
	for _, read := range p.plans {
		all = slices.AppendSeq(all, stub.Articles(read))
	}
	at := slices.IndexFunc(all, func(a stub.Article) bool { return a.Query.Slug == slug })
	if at < 0 {
		return "", diag.WithHint(fmt.Errorf("no query %q in the plans", slug), "plansync status lists the slugs")
	}
	article := all[at]
	others := slices.Delete(slices.Clone(all), at, at+1)
	own := overlap.Words(article.Query.Text)
	closeness := func(a stub.Article) int {
		n := 0
		for _, word := range overlap.Words(a.Query.Text) {
			if slices.Contains(own, word) {
				n += 2
			}
		}
		if a.Category == article.Category && a.Plan == article.Plan {
			n++
		}
		return n
	}
	slices.SortStableFunc(others, func(x, y stub.Article) int { return closeness(y) - closeness(x) })
	near := others[:min(neighbours, len(others))]

	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# Brief: %s\n", article.Query.Title)
	line("- Search: %q", article.Query.Text)
	line("- Plan: %s, line %d", article.Plan.Name, article.Plan.Position(article.Query.Span.Start).Line)
	if article.Category != "" {
		line("- Category: %s", p.categoryTitle(article))
	}
	existing := p.site.Articles[slug]
	if existing == nil {
		line("- Page: none yet; plansync stubs makes %s", path.Join(p.config.ContentDir, p.config.Section, slug, "index.md"))
	} else {
		line("- Page: %s", existing.Path)
	}
	line("\n## Who owns the questions beside it\n")
	line("Answer this question better than they do; leave theirs to them, and link.\n")
	for _, a := range near {
		what := "not written yet"
		if other := p.site.Articles[a.Query.Slug]; other != nil && strings.TrimSpace(other.Front.Description) != "" {
			what = other.Front.Description
		}
		line("- **%s** (`%s`): %s", a.Query.Title, a.Query.Slug, what)
	}
	section := "/" + p.config.Published(p.config.Section) + "/"
	line("\n## Links\n")
	for _, a := range near {
		give, receive := "give", ""
		target := section + a.Query.Slug + "/"
		if given, err := links(existing, target); err != nil {
			return "", err
		} else if given {
			give = "given"
		}
		if other := p.site.Articles[a.Query.Slug]; other != nil {
			receive = ", receive from it"
			if received, err := links(other, section+slug+"/"); err != nil {
				return "", err
			} else if received {
				receive = ", received"
			}
		}
		line("- `%s`: %s%s", target, give, receive)
	}
	line("\n## Outline\n\n%s", strings.TrimSpace(p.outline))
	line("\n## What check holds it to\n")
	for _, rule := range audit.Bar(p.config.Ignore) {
		line("- %s", rule)
	}
	return b.String(), nil
}

// links reports whether a page, if there is one, links to the path.
func links(existing *page.Page, path string) (bool, error) {
	if existing == nil {
		return false, nil
	}
	body, err := existing.Body()
	return audit.Links(body, path), err
}

func (p *project) categoryTitle(a stub.Article) string {
	i := slices.IndexFunc(a.Plan.Phases, func(phase plan.Phase) bool { return phase.Category == a.Category })
	return a.Plan.Phases[i].Name
}
