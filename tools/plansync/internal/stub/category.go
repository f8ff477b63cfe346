package stub

import (
	"path"
	"slices"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

// A Category is a phase as a term of the taxonomy.
type Category struct {
	Slug, Title string
	Weight      int        // the phase's position in its plan, starting at 1
	Draft       bool       // no page of it is published
	Page        *page.Page // that of the term; nil if it has none
	Foreign     bool       // the term is the site's own: neither made nor changed here
}

// Categories returns the categories of the plans. A term whose page plansync did not make, or that pages name which
// plansync did not make, is the site's own.
func Categories(plans []*plan.Plan, site *page.Site, pages []*page.Page) []Category {
	type use struct{ published, foreign bool }
	uses := make(map[string]use)
	for _, p := range pages {
		for _, name := range p.Front.Categories {
			u := uses[page.Fold(name)]
			uses[page.Fold(name)] = use{u.published || p.Published, u.foreign || !p.Owned()}
		}
	}
	var categories []Category
	seen := make(map[string]bool)
	for _, p := range plans {
		for i, phase := range p.Phases {
			if phase.Category == "" || seen[phase.Category] {
				continue
			}
			seen[phase.Category] = true
			c := Category{Slug: phase.Category, Title: phase.Name, Weight: i + 1, Draft: true, Page: termPage(site, phase)}
			for _, name := range []string{phase.Category, phase.Name} {
				u := uses[page.Fold(name)]
				c.Draft = c.Draft && !u.published
				c.Foreign = c.Foreign || u.foreign
			}
			if c.Page != nil {
				c.Foreign = !c.Page.Owned()
			}
			categories = append(categories, c)
		}
	}
	return categories
}

// termPage returns the page of a phase's term, by the end of its address or its title.
func termPage(site *page.Site, phase plan.Phase) *page.Page {
	if p := site.Categories[phase.Category]; p != nil {
		return p
	}
	for name, p := range site.Categories {
		if page.SameTerm(name, phase.Category) || page.SameTerm(p.Front.Title, phase.Name) {
			return p
		}
	}
	return nil
}

// Differences compares a category with its term page, if plansync made it. The first one, if any, is always the draft
// flag. Where terms can come from elsewhere than the files of the pages, a category without a published page may have one.
func (c Category) Differences(allTerms, weighted bool) []Difference {
	if c.Page == nil || c.Foreign {
		return nil
	}
	var list []Difference
	front := c.Page.Front
	if front.Draft != c.Draft && (allTerms || !c.Draft) {
		list = append(list, Difference{"draft", front.Draft, c.Draft})
	}
	if front.Title != c.Title {
		list = append(list, Difference{"title", front.Title, c.Title})
	}
	if weighted && front.Weight != c.Weight {
		list = append(list, Difference{"weight", front.Weight, c.Weight})
	}
	return list
}

func (o *Options) categories(plans []*plan.Plan, site *page.Site, pages []*page.Page) (files []File, errs []error) {
	if o.Taxonomy == "" {
		return nil, nil
	}
	for _, c := range Categories(plans, site, pages) {
		if c.Foreign {
			continue
		}
		if c.Page == nil {
			if c.Draft && !site.AllTerms {
				continue // a draft would hide the pages that have it from elsewhere; it is made with its first published page
			}
			front := values{{"title", c.Title}, {"description", ""}}
			if o.Shape.Weighted {
				front = append(front, value{"weight", c.Weight})
			}
			front = append(front, value{"draft", c.Draft})
			files = append(files, File{Path: path.Join(o.Terms, c.Slug, "_index.md"), New: front.write(o.Shape.Format, values{{"plansync", true}}, "")})
			continue
		}
		differences := c.Differences(site.AllTerms, o.Shape.Weighted)
		if !o.Update { // the draft flag is kept all the same: Hugo drops a category whose page is a draft
			differences = slices.DeleteFunc(differences, func(d Difference) bool { return d.Key != "draft" })
		}
		updated, file, err := update(c.Page, differences)
		if err != nil {
			errs = append(errs, err)
		} else if updated != c.Page {
			files = append(files, file)
		}
	}
	return files, errs
}
