// Package stub turns plans into content: one page for each article, one term page for each category. It is pure: plans and
// the site as it is go in, files come out.
package stub

import (
	"cmp"
	_ "embed"
	"fmt"
	"iter"
	"path"
	"slices"
	"strings"
	"time"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

// Outline is the text of a new article where the site has no archetype with a text.
//
//go:embed outline.md
var Outline string

// Options say where and how stubs are written.
type Options struct {
	Dir      string    // of the articles, with slashes, relative to the project's root
	Terms    string    // the folder of the term pages; empty if the site has no such taxonomy
	Taxonomy string    // its plural name
	Date     time.Time // of new stubs
	Shape    Shape
	Update   bool // also change the plan-owned keys of existing pages that disagree
}

// A File is a content file to write.
type File struct {
	Path string // relative to the project's root, with slashes
	Old  []byte // what it holds now; nil for a new file
	New  []byte
}

// An Article is a query of a plan with its place in it.
type Article struct {
	Plan     *plan.Plan
	Query    plan.Query
	Category string // empty for a query in no phase
	Group    string // the name of the phase
	Weight   int    // position over all phases, starting at 1; queries in no phase follow
}

// Articles yields the articles of a plan: those of its phases in order, then the other queries.
func Articles(p *plan.Plan) iter.Seq[Article] {
	return func(yield func(Article) bool) {
		placed := make(map[string]bool)
		add := func(q plan.Query, category, group string) bool {
			if placed[q.Slug] {
				return true
			}
			placed[q.Slug] = true
			return yield(Article{p, q, category, group, len(placed)})
		}
		for _, phase := range p.Phases {
			for _, item := range phase.Items {
				if q, ok := p.Query(item.Slug); ok && !add(q, phase.Category, phase.Name) {
					return
				}
			}
		}
		for _, q := range p.Queries {
			if !add(q, "", "") {
				return
			}
		}
	}
}

// Missing reports whether an article of the plans has no page.
func Missing(plans []*plan.Plan, site *page.Site) bool {
	for _, p := range plans {
		for article := range Articles(p) {
			if slug := article.Query.Slug; !article.Query.Done && site.Articles[slug] == nil && site.Rivals[slug] == nil && site.Sections[slug] == nil {
				return true
			}
		}
	}
	return false
}

// Files returns what must be written so that the site has a page for each article and a term page for each category of the
// plans. What exists is never overwritten, and changed only where plansync made it. The errors are those of single pages
// that are in the way or have keys that cannot be changed in place; they do not touch the other files.
func Files(plans []*plan.Plan, site *page.Site, o Options) ([]File, []error) {
	var files []File
	var errs []error
	seen := make(map[string]bool)
	written := make(map[*page.Page]*page.Page) // as they are then, by what they are now
	for _, p := range plans {
		for article := range Articles(p) {
			slug := article.Query.Slug
			if seen[slug] {
				continue // a slug in two plans is a finding; the first plan owns it
			}
			seen[slug] = true
			existing, section, rivals := site.Articles[slug], site.Sections[slug], site.Rivals[slug]
			switch {
			case existing == nil && section != nil:
				errs = append(errs, refusal(section.Path, fmt.Errorf("a section, where %s has the article %q", p.Name, slug),
					"rename it to index.md, or give the query another slug"))
			case len(rivals) > 0:
				errs = append(errs, Rivalry(slug, rivals))
			case existing == nil && article.Query.Done:
				continue // a row says that it is published: no draft is made beside what nobody found
			case existing == nil:
				made, err := o.stub(article, site)
				files = append(files, made...)
				if err != nil {
					errs = append(errs, err)
				}
			case o.Update:
				updated, file, err := update(existing, article.Differences(existing, o.Shape.Weighted))
				if err != nil {
					errs = append(errs, err)
				} else if updated != existing {
					files = append(files, file)
					written[existing] = updated
				}
			}
		}
	}
	pages := slices.Clone(site.Pages)
	for i, p := range pages {
		if updated, ok := written[p]; ok {
			pages[i] = updated
		}
	}
	categories, categoryErrs := o.categories(plans, site, pages)
	return append(files, categories...), append(errs, categoryErrs...)
}

// Rivalry says that several pages could be the one of an article.
func Rivalry(slug string, rivals []*page.Page) diag.Finding {
	paths := make([]string, len(rivals))
	for i, p := range rivals {
		paths[i] = p.Path
	}
	return refusal(rivals[0].Path, fmt.Errorf("the page of the article %q is one of %s: which is not known", slug, strings.Join(paths, ", ")),
		"put its query into the front matter of the right one, as query below params, or rename the other")
}

// StubDate is the comment after the date of a stub. An author who publishes sets the date, and
// the comment goes.
const StubDate = "# the stub's; set it when you publish"

// stub returns the files of a new article.
func (o *Options) stub(a Article, site *page.Site) ([]File, error) {
	term := ""
	if o.Taxonomy != "" && a.Category != "" {
		term = spelling(a, site)
	}
	name := path.Join(o.Dir, cmp.Or(a.Query.Path, a.Query.Slug))
	if o.Shape.Flat {
		name += ".md"
	} else {
		name += "/index.md"
	}
	outline := Outline
	if o.Shape.Archetype != nil {
		text, ok := o.Shape.Archetype.text()
		if !ok {
			return o.Shape.Archetype.files(o, a, name, term)
		}
		outline = fill(text, a)
	}
	front := values{{"title", a.Query.Title}, {"date", literal(o.Date.UTC().Format("2006-01-02T00:00:00Z") + " " + StubDate)}, {"draft", true}, {"description", ""}}
	if o.Taxonomy != "" {
		terms := []string{}
		if term != "" {
			terms = append(terms, term)
		}
		front = append(front, value{o.Taxonomy, terms})
	}
	if o.Shape.Weighted {
		front = append(front, value{"weight", a.Weight})
	}
	params := values{{"plan", PlanName(a.Plan)}, {"query", a.Query.Text}, {"highlights", []string{}}}
	return []File{{Path: name, New: front.write(o.Shape.Format, params, outline)}}, nil
}

// spelling returns how the site writes the category of an article: as most of its pages do, else by its slug.
func spelling(a Article, site *page.Site) string {
	n := make(map[string]int)
	best := a.Category
	for _, p := range site.Pages {
		for _, name := range p.Front.Categories {
			if page.SameTerm(name, a.Category) || page.SameTerm(name, a.Group) {
				if n[name]++; n[name] > n[best] {
					best = name
				}
			}
		}
	}
	return best
}

// PlanName is how pages call their plan: its file name without the extension.
func PlanName(p *plan.Plan) string {
	base := path.Base(strings.ReplaceAll(p.Name, `\`, "/"))
	return strings.TrimSuffix(base, path.Ext(base))
}

// A Difference is a plan-owned key of a page that does not say what the plan says.
type Difference struct {
	Key        string // as page.Set takes it
	Have, Want any
}

// Differences compares an article's page with the plan, if plansync made it. A page may be in more categories than its
// phase's. The weight counts only where the section is ordered by it.
func (a Article) Differences(p *page.Page, weighted bool) []Difference {
	if !p.Owned() {
		return nil
	}
	var list []Difference
	front := p.Front
	if front.Title != a.Query.Title && !a.Query.Untitled {
		list = append(list, Difference{"title", front.Title, a.Query.Title})
	}
	if a.Category != "" && p.Taxonomy() != "" && !slices.ContainsFunc(front.Categories, func(name string) bool {
		return page.SameTerm(name, a.Category) || page.SameTerm(name, a.Group)
	}) {
		list = append(list, Difference{p.Taxonomy(), front.Categories, append([]string{a.Category}, front.Categories...)})
	}
	if weighted && front.Weight != a.Weight {
		list = append(list, Difference{"weight", front.Weight, a.Weight})
	}
	if name := PlanName(a.Plan); front.Params.Plan != name {
		list = append(list, Difference{"params.plan", front.Params.Plan, name})
	}
	if front.Params.Query != a.Query.Text {
		list = append(list, Difference{"params.query", front.Params.Query, a.Query.Text})
	}
	return list
}

// update returns the page with the lines of the differing keys changed, and its file; without differences, the page
// itself.
func update(p *page.Page, differences []Difference) (*page.Page, File, error) {
	if len(differences) == 0 {
		return p, File{}, nil
	}
	whole, err := p.Whole()
	if err != nil {
		return nil, File{}, err
	}
	updated := whole
	for _, d := range differences {
		if updated, err = updated.With(d.Key, d.Want); err != nil {
			return nil, File{}, err
		}
	}
	return updated, File{Path: p.Path, Old: whole.Source, New: updated.Source}, nil
}

// refusal says why a page cannot be made or changed.
func refusal(file string, err error, hint string) diag.Finding {
	return diag.Finding{File: file, Line: 1, Column: 1, Severity: diag.Error, Rule: "two-pages", Hint: hint}.Of(err)
}
