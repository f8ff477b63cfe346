package propose

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

// Existing is a plan of pages that are there already.
type Existing struct {
	Text  string
	Pages map[string]*page.Page // by slug
	Left  []LeftOut
}

// A LeftOut is a page that a plan cannot name, and why.
type LeftOut struct {
	Page *page.Page
	Why  string
}

// A candidate is a page with the row that is to name it.
type candidate struct {
	page *page.Page
	row  row
	lean int // how much of the row was given up, since it does not read as meant
}

// The steps in which a row is given up.
const (
	noCategory = iota + 1
	noTitle
	noRow
)

// Names counts by how many pages and articles a name could be meant.
type Names map[string]int

// NamesOf returns the names of pages and of the articles of plans.
func NamesOf(pages []*page.Page, plans []*plan.Plan) Names {
	names := make(Names)
	for _, p := range pages {
		for i, name := range p.Names() {
			if !slices.Contains(p.Names()[:i], name) {
				names[name]++
			}
		}
	}
	for _, p := range plans {
		for _, q := range p.Queries {
			names[q.Slug] += 2 // no other page can have it
		}
	}
	return names
}

// Of proposes a plan of pages. What it writes is read again with read; a row that does not read as
// meant is written with less, and at last left out.
func Of(pages []*page.Page, title string, taken Names, now time.Time,
	read func(text string) *plan.Plan) Existing {
	e := Existing{Pages: make(map[string]*page.Page)}
	var candidates []*candidate
	taken = maps.Clone(taken)
	for _, p := range pages {
		r, why := rowOf(p, now, taken)
		if why != "" {
			e.Left = append(e.Left, LeftOut{p, why})
			continue
		}
		candidates = append(candidates, &candidate{page: p, row: r})
	}
	for again := true; again; {
		rows := make([]row, len(candidates))
		for i, c := range candidates {
			rows[i] = c.written()
		}
		e.Text = table(title, "", rows)
		first := strings.Count(e.Text, "\n") - len(rows) + 1
		unread := misread(read(e.Text), rows, first)
		again = len(unread) > 0
		for _, i := range unread {
			candidates[i].lean++
		}
		candidates = slices.DeleteFunc(candidates, func(c *candidate) bool {
			if c.lean == noRow {
				e.Left = append(e.Left, LeftOut{c.page, "a row of it does not read as the page"})
			}
			return c.lean == noRow
		})
	}
	for _, c := range candidates {
		e.Pages[c.row.slug] = c.page
	}
	return e
}

// written returns the row without what was given up.
func (c *candidate) written() row {
	r := c.row
	if c.lean >= noCategory {
		r.category = ""
	}
	if c.lean >= noTitle {
		r.title = ""
	}
	return r
}

// misread returns the indexes of rows that a plan does not read as they are meant; the first row
// stands on the given line.
func misread(read *plan.Plan, rows []row, first int) (unread []int) {
	slugs := make(map[int]string, len(rows))
	for _, r := range read.Reading().Rows {
		slugs[r.Line] = r.Slug
	}
	bad := make(map[int]bool)
	for _, f := range read.Findings {
		if f.Rule != "no-query" {
			bad[f.Line] = true
		}
	}
	for i, r := range rows {
		if line := first + i; slugs[line] != r.slug || bad[line] {
			unread = append(unread, i)
		}
	}
	return unread
}

// rowOf returns the row of a page, or why it cannot have one. A name that is no slug, or that other
// pages have, makes one that the row's link explains; taken is what names mean already.
func rowOf(p *page.Page, now time.Time, taken Names) (r row, why string) {
	if p.URL == "" || p.Front.Render == "link" {
		return r, "it has no page of its own"
	}
	r = row{title: p.Front.Title, state: stateOf(p, now)}
	if len(p.Front.Categories) > 0 {
		r.category = p.Front.Categories[0]
	}
	if p.Published {
		r.link = p.URL
	}
	for _, name := range p.Names() {
		if taken[name] == 1 && vocabulary.CheckSlug(name) == nil {
			r.slug = name
			return r, ""
		}
	}
	r.link = p.URL
	folder := path.Base(path.Dir(p.Address()))
	first := p.Names()[0]
	for _, name := range []string{first, folder + "-" + first, p.Address(), p.Front.Title} {
		slug, err := vocabulary.TitleSlug(strings.ReplaceAll(name, "/", "-"))
		if err == nil && taken[slug] == 0 && vocabulary.CheckSlug(slug) == nil {
			taken[slug] = 1
			r.slug = slug
			return r, ""
		}
	}
	for n := 1; ; n++ { // of another script: the title and the link tell which page it is
		slug := fmt.Sprintf("%s-%d", cmp.Or(vocabulary.Slugify(p.Section), "page"), n)
		if taken[slug] == 0 {
			taken[slug] = 1
			r.slug = slug
			return r, ""
		}
	}
}

// stateOf says how far a page is, in the words of a plan.
func stateOf(p *page.Page, now time.Time) string {
	switch {
	case p.Published:
		return "Published"
	case p.Front.Draft:
		return "Draft"
	case p.Front.Date.After(now):
		return "Scheduled"
	}
	return "" // it has expired, or is held back otherwise
}
