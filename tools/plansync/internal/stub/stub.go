// Package stub turns plans into content: one leaf bundle for each article, one term page for each
// category. It is pure: plans and the site as it is go in, files come out.
package stub

import (
	"bytes"
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

// Outline is the text of a new article where the site has no archetype.
//
//go:embed outline.md
var Outline string

// Options say where and how stubs are written.
type Options struct {
	ContentDir string    // with slashes, relative to the project's root
	Section    string    // such as "learn"
	Date       time.Time // of new stubs
	Outline    string    // the text of new stubs
	Update     bool      // also change the plan-owned keys of existing pages that disagree
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
	Weight   int    // position over all phases, starting at 1; queries in no phase follow
}

// Articles yields the articles of a plan: those of its phases in order, then the other queries.
func Articles(p *plan.Plan) iter.Seq[Article] {
	return func(yield func(Article) bool) {
		placed := make(map[string]bool)
		add := func(q plan.Query, category string) bool {
			if placed[q.Slug] {
				return true
			}
			placed[q.Slug] = true
			return yield(Article{p, q, category, len(placed)})
		}
		for _, phase := range p.Phases {
			for _, item := range phase.Items {
				if q, ok := p.Query(item.Slug); ok && !add(q, phase.Category) {
					return
				}
			}
		}
		for _, q := range p.Queries {
			if !add(q, "") {
				return
			}
		}
	}
}

// Files returns what must be written so that the site has a page for each article and a term page
// for each category of the plans. An existing page is never overwritten. The errors are those
// of single pages that are in the way or have keys that cannot be changed in place; they do not touch the other files.
func Files(plans []*plan.Plan, site *page.Site, o Options) ([]File, []error) {
	var files []File
	var errs []error
	seen := make(map[string]bool)
	written := make(map[*page.Page]*page.Page) // as they are then, by what they are now
	for _, p := range plans {
		for article := range Articles(p) {
			if seen[article.Query.Slug] {
				continue // a slug in two plans is a finding; the first plan owns it
			}
			seen[article.Query.Slug] = true
			existing := site.Articles[article.Query.Slug]
			if section := site.Sections[article.Query.Slug]; section != nil {
				errs = append(errs, diag.Finding{
					File: section.Path, Line: 1, Column: 1, Severity: diag.Error,
					Message: fmt.Sprintf("a section, where %s has the article %q", p.Name, article.Query.Slug),
					Hint:    "rename it to index.md, or give the query another slug",
				})
			} else if existing == nil && article.Query.Done {
				continue // a row says that it is published: no draft is made beside what nobody found
			} else if existing == nil {
				name := path.Join(o.ContentDir, cmp.Or(article.Query.Path, path.Join(o.Section, article.Query.Slug)), "index.md")
				files = append(files, File{Path: name, New: o.stub(article)})
			} else if o.Update {
				updated, file, err := update(existing, article.Differences(existing))
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
	categories, categoryErrs := o.categories(plans, site.Categories, pages)
	return append(files, categories...), append(errs, categoryErrs...)
}

// StubDate is the comment behind the date of a stub. An author who publishes sets the date, and
// the comment goes.
const StubDate = "# the stub's; set it when you publish"

func (o Options) stub(a Article) []byte {
	categories := []string{}
	if a.Category != "" {
		categories = append(categories, a.Category)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "+++\ntitle = %s\n", page.Literal(a.Query.Title))
	fmt.Fprintf(&b, "date = %s %s\n", o.Date.UTC().Format("2006-01-02T00:00:00Z"), StubDate)
	fmt.Fprintf(&b, "draft = true\ndescription = ''\ncategories = %s\nweight = %d\n", page.Literal(categories), a.Weight)
	fmt.Fprintf(&b, "[params]\nplan = %s\nquery = %s\nhighlights = []\n+++\n", page.Literal(PlanName(a.Plan)), page.Literal(a.Query.Text))
	b.WriteString(o.Outline)
	return b.Bytes()
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

// Differences compares an article's page with the plan. A page may be in more categories than its phase's.
func (a Article) Differences(p *page.Page) []Difference {
	var list []Difference
	front := p.Front
	if front.Title != a.Query.Title && !a.Query.Untitled {
		list = append(list, Difference{"title", front.Title, a.Query.Title})
	}
	if a.Category != "" && !slices.Contains(front.Categories, a.Category) {
		list = append(list, Difference{"categories", front.Categories, append([]string{a.Category}, front.Categories...)})
	}
	if front.Weight != a.Weight {
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
		changed, err := updated.Set(d.Key, d.Want)
		if err != nil {
			return nil, File{}, err
		}
		if updated, err = page.Parse(p.Path, changed); err != nil {
			return nil, File{}, err
		}
	}
	return updated, File{Path: p.Path, Old: whole.Source, New: updated.Source}, nil
}

// A Category is a phase as a term of the taxonomy.
type Category struct {
	Slug, Title string
	Weight      int // the phase's position in its plan, starting at 1
	Draft       bool
}

// Categories returns the categories of the plans. A category is a draft until one page of it is not.
func Categories(plans []*plan.Plan, pages []*page.Page) []Category {
	public := make(map[string]bool)
	for _, p := range pages {
		for _, category := range p.Front.Categories {
			public[category] = public[category] || !p.Front.Draft
		}
	}
	var categories []Category
	seen := make(map[string]bool)
	for _, p := range plans {
		for i, phase := range p.Phases {
			if phase.Category != "" && !seen[phase.Category] {
				seen[phase.Category] = true
				categories = append(categories, Category{phase.Category, phase.Name, i + 1, !public[phase.Category]})
			}
		}
	}
	return categories
}

// Differences compares a category with its term page. The first one, if any, is always the draft flag.
func (c Category) Differences(p *page.Page) []Difference {
	var list []Difference
	if p.Front.Draft != c.Draft {
		list = append(list, Difference{"draft", p.Front.Draft, c.Draft})
	}
	if p.Front.Title != c.Title {
		list = append(list, Difference{"title", p.Front.Title, c.Title})
	}
	if p.Front.Weight != c.Weight {
		list = append(list, Difference{"weight", p.Front.Weight, c.Weight})
	}
	return list
}

func (o Options) categories(plans []*plan.Plan, terms map[string]*page.Page, pages []*page.Page) (files []File, errs []error) {
	for _, c := range Categories(plans, pages) {
		existing := terms[c.Slug]
		if existing == nil {
			text := fmt.Sprintf("+++\ntitle = %s\ndescription = ''\nweight = %d\ndraft = %t\n+++\n", page.Literal(c.Title), c.Weight, c.Draft)
			files = append(files, File{Path: path.Join(o.ContentDir, "categories", c.Slug, "_index.md"), New: []byte(text)})
			continue
		}
		differences := c.Differences(existing)
		if !o.Update { // the draft flag is kept all the same: Hugo drops a category behind a draft
			differences = slices.DeleteFunc(differences, func(d Difference) bool { return d.Key != "draft" })
		}
		updated, file, err := update(existing, differences)
		if err != nil {
			errs = append(errs, err)
		} else if updated != existing {
			files = append(files, file)
		}
	}
	return files, errs
}

// OutlineOf returns the body of an archetype. Its text is copied as it is, so that a template
// action in it is an error; shortcodes are text. Its lines end as those that stubs write.
func OutlineOf(name string, archetype []byte) (string, error) {
	archetype = bytes.ReplaceAll(bytes.TrimPrefix(archetype, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	// Hugo runs an archetype as a template, so that its front matter need not read yet.
	body := archetype
	for _, fence := range []string{"+++", "---"} {
		if rest, ok := bytes.CutPrefix(archetype, []byte(fence+"\n")); ok {
			if _, after, ok := bytes.Cut(rest, []byte("\n"+fence+"\n")); ok {
				body = after
			}
		}
	}
	for at := 0; ; {
		i := bytes.Index(body[at:], []byte("{{"))
		if i < 0 {
			return string(body), nil
		}
		at += i + 2
		if at < len(body) && (body[at] == '<' || body[at] == '%') {
			continue
		}
		line := 1 + bytes.Count(archetype[:len(archetype)-len(body)+at], []byte("\n"))
		return "", diag.Finding{
			File: name, Line: line, Column: 1, Severity: diag.Error,
			Message: "template action in the text of the archetype",
			Hint:    "stubs copy this text as it is: write plain Markdown here, actions only in the front matter",
		}
	}
}
