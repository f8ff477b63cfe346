// Package brief writes what an author needs to know before writing an article, on one page.
package brief

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/audit"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/overlap"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/stub"
)

// An Input is all that a brief is made from.
type Input struct {
	Plans   []*plan.Plan
	Site    *page.Site
	Outline string   // the text of stubs
	Dir     string   // where new articles lie, relative to the root of the site
	Section string   // where articles are published, such as "learn"
	Ignore  []string // rules that the site switches off
}

// neighbours is how many articles a brief lists as the closest.
const neighbours = 6

// Of returns the brief of one article, in Markdown.
func Of(in Input, slug string) (string, error) {
	var all []stub.Article
	for _, p := range in.Plans {
		all = slices.AppendSeq(all, stub.Articles(p))
	}
	at := slices.IndexFunc(all, func(a stub.Article) bool { return a.Query.Slug == slug })
	if at < 0 {
		return "", diag.WithHint(fmt.Errorf("no query %q in the plans", slug), "plansync status lists the slugs")
	}
	near := nearest(all[at], slices.Delete(slices.Clone(all), at, at+1))
	var w writer
	in.article(&w, all[at])
	in.owners(&w, near)
	if err := in.links(&w, slug, near); err != nil {
		return "", err
	}
	w.line("\n## Outline\n\n%s", strings.TrimSpace(in.Outline))
	w.line("\n## What check holds it to\n")
	for _, rule := range audit.Bar(in.Ignore) {
		w.line("- %s", rule)
	}
	return w.String(), nil
}

type writer struct{ strings.Builder }

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// nearest returns the articles that are closest to one: those whose queries share words with its
// own, and those of its category.
func nearest(article stub.Article, others []stub.Article) []stub.Article {
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
	return others[:min(neighbours, len(others))]
}

// article writes what the article is.
func (in Input) article(w *writer, a stub.Article) {
	w.line("# Brief: %s\n", a.Query.Title)
	w.line("- Search: %q", a.Query.Text)
	w.line("- Plan: %s, line %d", a.Plan.Name, a.Plan.Position(a.Query.Span.Start).Line)
	if a.Category != "" {
		w.line("- Category: %s", categoryTitle(a))
	}
	if existing := in.Site.Articles[a.Query.Slug]; existing != nil {
		w.line("- Page: %s", existing.Path)
	} else {
		w.line("- Page: none yet; plansync stubs makes %s", path.Join(in.Dir, a.Query.Slug))
	}
}

func categoryTitle(a stub.Article) string {
	i := slices.IndexFunc(a.Plan.Phases, func(phase plan.Phase) bool { return phase.Category == a.Category })
	return a.Plan.Phases[i].Name
}

// owners writes which articles answer the questions beside the article's own.
func (in Input) owners(w *writer, near []stub.Article) {
	w.line("\n## Who owns the questions beside it\n")
	w.line("Answer this question better than they do; leave theirs to them, and link.\n")
	for _, a := range near {
		what := "not written yet"
		if other := in.Site.Articles[a.Query.Slug]; other != nil && strings.TrimSpace(other.Front.Description) != "" {
			what = other.Front.Description
		}
		w.line("- **%s** (`%s`): %s", a.Query.Title, a.Query.Slug, what)
	}
}

// links writes which links the article gives and receives.
func (in Input) links(w *writer, slug string, near []stub.Article) error {
	address := func(slug string) string { // Hugo's, or what is likely where there is no page yet
		if existing := in.Site.Articles[slug]; existing != nil && existing.Address() != "" {
			return "/" + existing.Address() + "/"
		}
		return "/" + in.Section + "/" + slug + "/"
	}
	w.line("\n## Links\n")
	for _, a := range near {
		target := address(a.Query.Slug)
		given, err := linksTo(in.Site.Articles[slug], target)
		if err != nil {
			return err
		}
		other := in.Site.Articles[a.Query.Slug]
		received, err := linksTo(other, address(slug))
		if err != nil {
			return err
		}
		give, receive := "give", ""
		if given {
			give = "given"
		}
		if received {
			receive = ", received"
		} else if other != nil {
			receive = ", receive from it"
		}
		w.line("- `%s`: %s%s", target, give, receive)
	}
	return nil
}

// linksTo reports whether a page, if there is one, links to the path.
func linksTo(existing *page.Page, path string) (bool, error) {
	if existing == nil {
		return false, nil
	}
	body, err := existing.Body()
	return audit.Links(body, path), err
}
