package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/config"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/propose"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

func (c *commands) runAdoptSite(ctx context.Context, o adoptOptions) error {
	p, err := c.openSite(ctx, o.site)
	if err != nil {
		return err
	}
	return p.exclusively(ctx, func() error { return c.writeProposed(ctx, p, o) })
}

// writeProposed writes a plan of the pages of the section that no plan names yet.
func (c *commands) writeProposed(ctx context.Context, p *project, o adoptOptions) error {
	name := cmp.Or(o.name, vocabulary.Slugify(path.Base(p.config.Section)))
	file, err := p.newPlan(name)
	if err != nil {
		return err
	}
	if err := c.readPlansIfAny(p); err != nil {
		return err
	}
	if err := c.readSite(ctx, p); err != nil {
		return err
	}
	pages, all := p.unplanned()
	if all == 0 {
		return p.noSection()
	}
	if len(pages) == 0 {
		c.report.step("adopt", "%s of %q, each in a plan already: nothing to write",
			count(all, "page", "pages"), p.config.Section)
		return nil
	}
	proposal, read, err := c.proposeOf(ctx, p, file, pages)
	if err != nil {
		return err
	}
	view := adoptView{File: file, Reading: read.Reading()}
	if !slices.Contains(p.config.Plans, path.Dir(file)) { // the site's plans are named one by one
		view.Setting = p.settingFor(file)
	}
	if o.json {
		if err := writeJSON(c.stdout, view); err != nil {
			return err
		}
	} else {
		c.report.reading(file, view.Reading)
	}
	for i, left := range proposal.Left {
		if i == mostNamed {
			c.report.step("left out", "%s more", count(len(proposal.Left)-i, "page", "pages"))
			break
		}
		c.report.step("left out", "%s: %s", left.Page.Path, left.Why)
	}
	if len(proposal.Pages) == 0 {
		c.report.step("adopt", "no page that a plan could name: nothing to write")
		return nil
	}
	if err := p.mustBeNew(file, "pages"); err != nil {
		return err
	}
	err = c.apply(p, o.show, []change{{name: file, new: read.Source,
		what: ": " + count(len(proposal.Pages), "page", "pages")}})
	if err == nil && o.show.writes() {
		c.report.step("next",
			"fill in the searches that the articles answer, then run plansync status")
	}
	if err == nil && view.Setting != "" {
		c.report.step("next", "no plan of the site yet; %s", config.Advice(p.root, "plans", view.Setting))
	}
	return err
}

// unplanned returns the pages of the section that no plan names, in their order, and how many the
// section has.
func (p *project) unplanned() (pages []*page.Page, all int) {
	planned := make(map[*page.Page]bool)
	for _, read := range p.plans {
		for _, q := range read.Queries {
			planned[p.site.Articles[q.Slug]] = true
			for _, rival := range p.site.Rivals[q.Slug] {
				planned[rival] = true // one of them is it: check says so
			}
		}
	}
	section := p.sectionPages()
	return slices.DeleteFunc(slices.Clone(section),
		func(article *page.Page) bool { return planned[article] }), len(section)
}

// sectionPages returns the pages of the section.
func (p *project) sectionPages() []*page.Page {
	return slices.DeleteFunc(slices.Clone(p.site.Pages),
		func(article *page.Page) bool { return !article.InSection() })
}

// proposeOf makes a plan of pages, and asks for the pages again with it: each of its articles must
// be the page that it was made of.
func (c *commands) proposeOf(ctx context.Context, p *project, file string, pages []*page.Page) (
	propose.Existing, *plan.Plan, error) {
	var strays []propose.LeftOut
	known, taken := p.plans, propose.NamesOf(p.sectionPages(), p.plans)
	words := strings.NewReplacer("-", " ", "_", " ").Replace(path.Base(p.config.Section))
	title := plan.Title(words, p.keepCase()) + " Content Plan"
	for {
		proposal := propose.Of(pages, title, taken, c.now(),
			func(text string) *plan.Plan { return p.parse(file, []byte(text)) })
		read := p.parse(file, []byte(proposal.Text))
		p.plans = append(known[:len(known):len(known)], read)
		if err := c.readSite(ctx, p); err != nil {
			return proposal, nil, err
		}
		wrong := make(map[string]bool) // by path: the pages are read anew
		for slug, meant := range proposal.Pages {
			if found := p.site.Articles[slug]; found == nil || found.Path != meant.Path ||
				found.URL != meant.URL {
				wrong[meant.Path] = true
			}
		}
		if len(wrong) == 0 {
			proposal.Left = append(proposal.Left, strays...)
			return proposal, read, nil
		}
		pages = slices.DeleteFunc(slices.Clone(pages), func(p *page.Page) bool {
			if wrong[p.Path] {
				strays = append(strays, propose.LeftOut{Page: p, Why: "other pages could be it, too"})
			}
			return wrong[p.Path]
		})
	}
}

// noSection says that the section of the plans has no pages, and which have.
func (p *project) noSection() error {
	pages := make(map[string]int)
	for _, article := range p.site.Pages {
		if article.Section != "" {
			pages[article.Section]++
		}
	}
	err := fmt.Errorf("no page in the section %q", p.config.Section)
	if len(pages) == 0 {
		return diag.WithHint(err, "start a plan with plansync new")
	}
	sections := slices.SortedFunc(maps.Keys(pages), func(a, b string) int {
		return cmp.Or(pages[b]-pages[a], strings.Compare(a, b))
	})
	var listed []string
	for _, name := range sections {
		listed = append(listed, fmt.Sprintf("%s (%s)", name, count(pages[name], "page", "pages")))
	}
	return diag.WithHint(err, fmt.Sprintf("%s; the site has %s",
		config.Advice(p.root, "section", strconv.Quote(sections[0])), skipped(listed)))
}
