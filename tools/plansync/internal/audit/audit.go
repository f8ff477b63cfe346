// Package audit compares plans, content and what Hugo publishes, and reports where they disagree.
package audit

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/stub"
)

// An Input is all that the audit knows.
type Input struct {
	Plans     []*plan.Plan
	Kept      []*plan.Plan // files that may be plans, and that nobody adopted
	Site      *page.Site
	Published map[string]plan.Published                // by slug
	Outline   string                                   // the text of stubs
	Section   string                                   // where the articles are published, such as "learn"
	Dirs      []string                                 // the folders that the section lies in
	Files     fs.FS                                    // the project, to look for the tests of samples; nil to trust them
	Asset     func(name string) (file string, ok bool) // the file of an asset, "/a/b.py", in Files; nil where nobody knows
	Ignore    []string                                 // rules that the site switches off
	Now       time.Time
	Weighted  bool // the section is ordered by weight
	SomePlans bool // Plans are not all plans of the site
}

// Rules are the names of all rules of Check, in alphabetical order.
var Rules = []string{
	"bad-declaration", "bad-page", "bad-phase", "bad-query", "bad-slug", "categories-differs", "category-draft-differs",
	"category-title-differs", "category-weight-differs", "copied-paragraph", "description-length", "draft-category",
	"dropped", "duplicate-item", "duplicate-section", "duplicate-slug", "few-siblings", "few-sources", "filler", "garbled",
	"held-back", "in-no-plan", "item-without-phase", "item-without-query", "item-without-slug", "long-opening",
	"maybe-articles", "near-duplicate", "no-alternative", "no-category", "no-description", "no-highlights", "no-queries", "no-query",
	"no-sample", "no-slug", "no-title", "no-word", "not-a-query", "not-adopted",
	"not-an-article", "not-published", "not-readable", "not-recorded", "not-utf8", "path-differs",
	"phase-done", "phase-not-completed", "phase-not-done", "plan-differs",
	"query-differs", "query-without-phase", "same-query", "sample-not-run", "second-title", "skipped-heading", "slug-in-two-plans",
	"stale-record", "states-differ", "stub-date", "stub-text", "thin", "title-differs", "two-articles", "two-pages", "unknown-state",
	"weight-differs", "wide-listing", "wrong-link", "wrong-stage",
}

// Check returns the findings, by file and position.
func Check(in Input) []diag.Finding {
	a := &audit{Input: in, planned: make(map[string]*plan.Plan), outline: sentences(in.Outline)}
	for _, p := range in.Plans {
		a.plan(p)
	}
	for _, p := range in.Kept {
		a.kept(p)
	}
	a.quality(a.articles)
	a.site()
	return diag.Sort(slices.DeleteFunc(a.findings, func(f diag.Finding) bool { return slices.Contains(in.Ignore, f.Rule) }))
}

// Gate returns the findings that stop a build before Hugo runs: what Hugo would publish wrongly without a word.
func Gate(site *page.Site) []diag.Finding {
	a := &audit{Input: Input{Site: site}}
	a.badPages()
	a.categories()
	return diag.AtLeast(diag.Error, a.findings)
}

type audit struct {
	Input
	planned  map[string]*plan.Plan // the first plan of each slug
	articles []*page.Page          // the published ones of the plans
	outline  map[string]bool       // sentences of stubs
	findings []diag.Finding

	addresses      map[string]bool // of the articles, without host and slashes around
	articleAddress string          // how one looks
}

func (a *audit) inPlan(p *plan.Plan, at plan.Span, severity diag.Severity, rule, hint, format string, args ...any) {
	a.findings = append(a.findings, p.Finding(at, severity, rule, hint, format, args...))
}

func (a *audit) inPage(p *page.Page, line int, severity diag.Severity, rule, hint, format string, args ...any) {
	a.findings = append(a.findings, diag.Finding{
		File: p.Path, Line: line, Column: 1,
		Severity: severity, Rule: rule, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

// plan checks one plan against the site.
func (a *audit) plan(p *plan.Plan) {
	a.findings = append(a.findings, p.Findings...)
	if n := p.Garbled(); n > 0 {
		a.inPlan(p, plan.Span{}, diag.Warning, "garbled", "plansync repair "+p.Name, "%d characters are garbled: the file was UTF-8 and was read as Windows-1252", n)
	}
	a.records(p)
	a.phases(p)
	for article := range stub.Articles(p) {
		a.article(p, article)
	}
}

// records checks what the plan says is published.
func (a *audit) records(p *plan.Plan) {
	places := make(map[string][]plan.Record)
	var order []string
	for _, r := range p.Records(a.Published) {
		if places[r.Slug] == nil {
			order = append(order, r.Slug)
		}
		places[r.Slug] = append(places[r.Slug], r)
	}
	for _, slug := range order {
		records := places[slug]
		published, ok := a.Published[slug]
		if !ok {
			a.inPlan(p, records[0].Span, diag.Warning, "not-published",
				"publish it (draft = false), or take the record back with plansync sync --prune",
				"%q: recorded as published, not published%s", slug, alsoAt(p, records[1:]))
			continue
		}
		for _, r := range records {
			if r.URL != "" && !plan.SamePage(r.URL, published.URL) {
				a.inPlan(p, r.Span, diag.Warning, "wrong-link", "plansync sync mends it", "%q: links to %s, is published at %s", slug, r.URL, published.URL)
			}
		}
	}
}

// kept reports how a file is read that nobody adopted as a plan, all of it as advice.
func (a *audit) kept(p *plan.Plan) {
	a.inPlan(p, plan.Span{}, diag.Advice, "not-adopted", "plansync adopt "+p.Name,
		"may be a plan: articles read in it: %d; nothing is written until it is adopted", len(p.Queries))
	for _, f := range p.Findings {
		f.Severity = diag.Advice
		a.findings = append(a.findings, f)
	}
}

func alsoAt(p *plan.Plan, records []plan.Record) string {
	if len(records) == 0 {
		return ""
	}
	lines := make([]string, len(records))
	for i, r := range records {
		lines[i] = fmt.Sprint(p.Position(r.Span.Start).Line)
	}
	noun := "line"
	if len(lines) > 1 {
		noun = "lines"
	}
	return fmt.Sprintf(" (also in %s %s)", noun, strings.Join(lines, ", "))
}

// phases checks boxes and done marks against what is published.
func (a *audit) phases(p *plan.Plan) {
	a.findings = append(a.findings, p.Drift(a.Published)...)
	for _, phase := range p.Phases {
		if phase.Kept {
			continue
		}
		missing := 0
		for _, item := range phase.Items {
			if _, ok := a.Published[item.Slug]; !ok {
				missing++
				continue
			}
			if !item.Done || !item.HasLink {
				a.inPlan(p, item.Span, diag.Warning, "not-recorded", "plansync sync records it", "%q: published, not recorded", item.Slug)
			}
		}
		complete := missing == 0 && len(phase.Items) > 0
		switch {
		case phase.Done && !complete:
			a.inPlan(p, phase.Heading(), diag.Warning, "phase-not-done", "publish the rest, or take the mark back with plansync sync --prune",
				"phase %q: marked as done, %d of %d articles not published", phase.Name, missing, len(phase.Items))
		case complete && !phase.Done:
			a.inPlan(p, phase.Heading(), diag.Warning, "phase-done", "plansync sync marks it", "phase %q: every article is published, not marked as done", phase.Name)
		}
		if (phase.Done || complete) && !p.Recorded(phase) {
			a.inPlan(p, phase.Heading(), diag.Warning, "phase-not-completed", "plansync sync adds it once every article of it is published",
				"phase %q: missing from the completed section", phase.Name)
		}
	}
}

// article checks one query's page.
func (a *audit) article(p *plan.Plan, article stub.Article) {
	slug := article.Query.Slug
	if other := a.planned[slug]; other != nil && other != p {
		a.inPlan(p, article.Query.Span, diag.Error, "slug-in-two-plans", "one article answers one query: keep it in one of the plans",
			"query %q: also in %s", slug, other.Name)
		return
	}
	a.planned[slug] = p
	if rivals := a.Site.Rivals[slug]; len(rivals) > 0 {
		a.findings = append(a.findings, stub.Rivalry(slug, rivals))
		return
	}
	existing := a.Site.Articles[slug]
	if existing == nil || existing.Foreign() || existing.Format == page.None && existing.Front.Title == "" && existing.IsEmpty() {
		return
	}
	a.path(p, article.Query, existing)
	for _, d := range article.Differences(existing, a.Weighted) {
		rule := strings.TrimPrefix(d.Key, "params.") + "-differs"
		if d.Key == existing.Taxonomy() {
			rule = "categories-differs"
		}
		a.inPage(existing, existing.Line(d.Key), diag.Warning, rule, howToSet(existing, d.Key, d.Want, "plansync stubs --update sets it")+", or change the plan",
			"%s: the page says %s, the plan %s", d.Key, page.Literal(d.Have), page.Literal(d.Want))
	}
	if existing.Front.Draft {
		return
	}
	if _, ok := a.Published[slug]; ok {
		if existing.Owned() { // what the site had before is not held to our standard
			a.articles = append(a.articles, existing)
		}
	} else {
		if body, ok := a.body(existing); ok {
			a.stubText(existing, body)
		}
		a.inPage(existing, existing.Line("draft"), diag.Warning, "held-back", "look at its date, expiryDate, publishDate and build options, and at those that cascade to it",
			"not a draft, but not among the pages that Hugo publishes%s", a.reason(existing))
	}
	if strings.Contains(existing.Raw("date"), stub.StubDate) {
		a.inPage(existing, existing.Line("date"), diag.Advice, "stub-date", "set the date of publication and remove the comment", "published with the date of its stub")
	}
}

// path checks that an article's page is where the plan says, by its address or by its file.
func (a *audit) path(p *plan.Plan, q plan.Query, existing *page.Page) {
	if q.Path == "" {
		return
	}
	file := strings.TrimSuffix(strings.TrimSuffix(existing.Path, path.Ext(existing.Path)), "/index")
	for _, dir := range a.Dirs {
		if strings.EqualFold(file, path.Join(dir, q.Path)) {
			return
		}
	}
	want, address := "/"+path.Join(a.Section, q.Path), existing.Path
	if u, err := url.Parse(existing.URL); err == nil && u.Path != "" {
		address = u.Path
	}
	if strings.HasSuffix(strings.TrimSuffix(strings.TrimSuffix(address, "/"), ".html"), want) {
		return
	}
	a.inPlan(p, q.Span, diag.Warning, "path-differs", "move the page, or write its own path into the plan",
		"%q: the plan has it at %s/, its page is %s", q.Slug, want, address)
}

// howToSet returns the hint command if the command can set the key of the page, or else what to do by hand.
func howToSet(p *page.Page, key string, value any, command string) string {
	_, err := p.Set(key, value)
	return cmp.Or(diag.HintOf(err), command)
}

// reason says why Hugo holds a page back, where the page tells.
func (a *audit) reason(p *page.Page) string {
	if p.Front.Date.After(a.Now) {
		return ": its date is in the future"
	}
	return ""
}

// stubText reports the first line of a page that its stub had: a sentence of the outline, not a heading.
func (a *audit) stubText(p *page.Page, body []byte) {
	line := p.BodyLine() - 1
	for l := range bytes.Lines(body) {
		line++
		if l = bytes.TrimSpace(l); a.outline[string(l)] {
			a.inPage(p, line, diag.Advice, "stub-text", "replace it", "published with text of its stub: %q", l)
			return
		}
	}
}

// sentences returns the lines of an outline that an author replaces.
func sentences(outline string) map[string]bool {
	lines := make(map[string]bool)
	for l := range strings.Lines(outline) {
		if l = strings.TrimSpace(l); len(l) > len("- [ ] ") && !strings.HasPrefix(l, "#") && !strings.HasPrefix(l, "> [!") {
			lines[l] = true
		}
	}
	return lines
}

// site checks what no plan speaks of.
func (a *audit) site() {
	a.badPages()
	for slug, p := range a.Site.Articles {
		if _, published := a.Published[slug]; published && p.Owned() && a.planned[slug] == nil && !a.SomePlans {
			a.inPage(p, 1, diag.Warning, "in-no-plan", "add its query to a plan", "published, in no plan")
		}
	}
	a.categories()
	for _, c := range stub.Categories(a.Plans, a.Site, a.Site.Pages) {
		for _, d := range c.Differences(a.Site.AllTerms, a.Weighted) {
			if d.Key == "draft" && !c.Draft {
				continue // an error already
			}
			hint := howToSet(c.Page, d.Key, d.Want, "plansync stubs --update sets it") + ", or change the plan"
			if d.Key == "draft" {
				hint = howToSet(c.Page, d.Key, d.Want, "plansync stubs sets it")
			}
			a.inPage(c.Page, c.Page.Line(d.Key), diag.Warning, "category-"+d.Key+"-differs", hint,
				"%s: the page says %s, the plan %s", d.Key, page.Literal(d.Have), page.Literal(d.Want))
		}
	}
}

// badPages reports pages that cannot be read, and those of which Hugo would show only one.
func (a *audit) badPages() {
	a.findings = append(a.findings, a.Site.Findings...)
}

// body returns the content of a page. That it cannot be read any more is a finding.
func (a *audit) body(p *page.Page) (body []byte, ok bool) {
	body, err := p.Body()
	if f, ok := errors.AsType[diag.Finding](err); ok {
		a.findings = append(a.findings, f)
	}
	return body, err == nil
}

// categories checks that no draft term hides a published page. Of a term that is the site's own that may be meant.
func (a *audit) categories() {
	terms := make(map[string]*page.Page)
	for name, term := range a.Site.Categories {
		terms[page.Fold(name)] = term
	}
	reported := make(map[*page.Page]bool)
	for _, p := range a.Site.Pages {
		if !p.Published {
			continue
		}
		for _, name := range p.Front.Categories {
			term := terms[page.Fold(name)]
			if term == nil || !term.Front.Draft || reported[term] {
				continue
			}
			reported[term] = true
			line, message := term.Line("draft"), fmt.Sprintf("the category is a draft and %s is not: Hugo would drop the category without a word", p.Path)
			if term.Owned() {
				a.inPage(term, line, diag.Error, "draft-category", howToSet(term, "draft", false, "plansync stubs sets draft = false"), "%s", message)
			} else {
				a.inPage(term, line, diag.Warning, "draft-category", howToSet(term, "draft", false, "set draft to false, if that is not meant"), "%s", message)
			}
		}
	}
}
