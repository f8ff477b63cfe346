package plan

import (
	"net/url"
	"slices"
	"sort"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

// This file holds what the plans that teams keep have in common, be they tables (table.go), lists
// (item.go) or headings (section.go): a carrier names articles, and each of them has a place.

// A carrier is a table, a list or a row of headings that names articles.
type carrier struct {
	at       Span // its first line
	category string
	stage    vocabulary.State // where the heading is the state; otherwise Unstated
	said     vocabulary.State // what the headings above say of all of it
	heading  Span             // the nearest heading
	places   []int            // indexes into Plan.places
	table    *table           // nil for lists and headings
	done     Span             // a state of it that says published
	open     Span             // and one that says that it is not:
	notBegun bool             // that it is not even begun
	declared *declaration     // nil where none stands above it
}

// A place is a row, an item or a heading that names an article, with the slots where its state and
// its link can stand.
type place struct {
	slug    string
	title   string
	carrier int
	name    Span // what names the article
	lines   Span // its whole lines

	state vocabulary.State
	word  string // of the state, as the plan has it
	slot  slot   // of the state
	link  slot   // of the link to the published page
	url   string // that the link slot holds; empty without one
}

// A slot is where something can be written.
type slot struct {
	kind slotKind
	at   Span // what stands there; empty at its place if nothing does
}

type slotKind uint8

const (
	noSlot   slotKind = iota
	cellSlot          // a cell of a table
	textSlot          // a field's value
	boxSlot           // the sign in a box
	markSlot          // a mark after the name, with the separator before it
	leadSlot          // a mark before the name, with the blank after it
)

// An article is what a row, an item or a heading says, before it is known to be one.
type article struct {
	name, lines Span
	title       string
	addresses   []string // from the most to the least telling: slug, path, link
	linked      string   // the address in the link slot
	keywords    []string
	category    string
	state       vocabulary.StateReading
	slot, link  slot
}

// A headingAbove is a heading that what follows stands under.
type headingAbove struct {
	level   int
	text    Span
	meaning vocabulary.Heading
	name    bool // the document's own title, or an article's: no category
	article bool
}

// kept reads what the standard sections do not own. It runs after them.
type kept struct {
	*Plan
	words    *vocabulary.Vocabulary
	above    []headingAbove
	declared *declaration // for the carrier that is read
	headed   map[int]bool // the headings that name articles, by their indexes
	seen     map[string]int
	groups   map[string]int // indexes into Phases, by category
	offers   []offer
}

func (o Options) words() *vocabulary.Vocabulary {
	if o.Words != nil {
		return o.Words
	}
	return vocabulary.Default
}

// readKept reads the tables, lists and headings outside of the standard sections. A plan in the
// standard form that has queries and that nobody adopted is read below declarations only.
func (p *Plan) readKept() {
	p.readDirectives()
	if p.ignored {
		p.isPlan = false
		return
	}
	standard := p.isPlan && !p.adopted
	p.isPlan = p.isPlan || p.adopted
	if standard && len(p.Queries) > 0 && len(p.declarations) == 0 && !p.hasTableOfQueries() {
		return
	}
	k := &kept{Plan: p, words: p.options.words(), headed: make(map[int]bool),
		seen: make(map[string]int), groups: make(map[string]int)}
	for i, phase := range p.Phases {
		k.groups[phase.Category] = i
	}
	k.readLegend()
	if !standard {
		k.findSections()
	}
	blocks := p.doc.Blocks
	for i := 0; i < len(blocks); i = blocks[i].Next {
		b := &blocks[i]
		if b.Kind == markdown.Heading {
			k.open(i)
			continue
		}
		if k.isIgnored(b) {
			continue
		}
		k.declared = k.declarationFor(i)
		switch part := p.partAt(b.Lines.Start); {
		case part == queriesPart && b.Kind == markdown.Table:
		case part != otherPart, k.declared == nil && (standard || k.inArticle()):
			continue
		}
		switch b.Kind {
		case markdown.Table:
			k.readTable(i)
		case markdown.List:
			k.readItems(i)
		}
	}
	k.unusedDeclarations()
	k.nothingRead()
	k.lastResort()
	k.Declarations = k.declarationsOf(k.offers)
	k.compareStates()
	k.compareQueries()
}

// hasTableOfQueries reports whether a table stands in a section of queries.
func (p *Plan) hasTableOfQueries() bool {
	return slices.ContainsFunc(p.doc.Blocks, func(b markdown.Block) bool {
		return b.Kind == markdown.Table && p.partAt(b.Lines.Start) == queriesPart
	})
}

// readLegend learns what the document says of the marks that it uses: in a paragraph that explains
// more than one, or in a list of which each item explains one.
func (k *kept) readLegend() {
	blocks := k.doc.Blocks
	for i := 0; i < len(blocks); i = blocks[i].Next {
		switch blocks[i].Kind {
		case markdown.Paragraph:
			if entries := k.legendIn(i); len(entries) > 1 {
				k.legend = append(k.legend, entries...)
			}
		case markdown.List:
			var entries []vocabulary.LegendEntry
			for j := i + 1; j < blocks[i].Next; j = blocks[j].Next {
				entry := k.legendIn(j + 1)
				if j+1 >= blocks[j].Next || len(entry) == 0 ||
					len(entry) == 1 && !strings.HasPrefix(entry[0].Text, entry[0].Mark) {
					entries = nil
					break
				}
				entries = append(entries, entry...)
			}
			if len(entries) > 1 {
				k.legend = append(k.legend, entries...)
			}
		}
	}
	k.words = k.words.WithLegend(k.legend)
}

// maxLegend is more bytes than a legend takes.
const maxLegend = 600

func (k *kept) legendIn(index int) []vocabulary.LegendEntry {
	if index >= len(k.doc.Blocks) {
		return nil
	}
	b := &k.doc.Blocks[index]
	if b.Kind != markdown.Paragraph || b.Text.Len() > maxLegend {
		return nil
	}
	return k.words.Legend(k.slice(Span(b.Text)))
}

// open notes that what follows stands under a heading, by its index.
func (k *kept) open(index int) {
	b := &k.doc.Blocks[index]
	for len(k.above) > 0 && k.above[len(k.above)-1].level >= b.Level {
		k.above = k.above[:len(k.above)-1]
	}
	text := Span(b.Text)
	k.above = append(k.above, headingAbove{
		level: b.Level, text: text, meaning: k.words.Heading(k.plain(text)),
		name:    b.Level == 1 && text == k.titleAt || k.headed[index],
		article: k.headed[index],
	})
	if k.headed[index] {
		k.readSection(index)
	}
}

// maxCategory is how many words a category has at most: a longer heading is a sentence.
const maxCategory = 8

// inArticle reports whether what is read now is the author's text below the heading of an article.
func (k *kept) inArticle() bool {
	for _, h := range k.above {
		if h.article {
			return true
		}
	}
	return false
}

// carry starts what names articles at a line.
func (k *kept) carry(at Span) *carrier {
	c := carrier{at: at, declared: k.declared}
	for i := len(k.above) - 1; i >= 0; i-- {
		h := k.above[i]
		if h.name {
			continue
		}
		if c.heading == (Span{}) {
			c.heading = h.text
			if h.meaning.Kind == vocabulary.HeadingStage {
				c.stage = h.meaning.State
			}
		}
		if c.said == vocabulary.Unstated { // "## Published" above "### Roofs", "## Core posts (done)"
			c.said = h.meaning.State
		}
		if h.meaning.Kind == vocabulary.HeadingCategory && c.category == "" &&
			len(strings.Fields(h.meaning.Name)) <= maxCategory {
			c.category = h.meaning.Name
		}
	}
	k.carriers = append(k.carriers, c)
	return &k.carriers[len(k.carriers)-1]
}

// refuse leaves a row out, and says why.
func (k *kept) refuse(at Span, severity diag.Severity, rule, hint, format string, args ...any) {
	k.problem(at, severity, rule, hint, format, args...)
	k.refused = append(k.refused, k.Findings[len(k.Findings)-1])
}

// add takes what an article's row says, or refuses the row.
func (k *kept) add(a article, c *carrier) {
	address, ok := k.address(a)
	if !ok {
		return
	}
	slug := address.Slug
	switch {
	case slug != "":
		if err := vocabulary.CheckSlug(slug); err != nil {
			k.refuse(a.name, diag.Warning, "no-slug", "write it as "+suggestion(slug), "%v", err)
			return
		}
	case a.title == "":
		k.refuse(a.name, diag.Warning, "not-an-article", "give it a title or a slug, or take it out",
			"%q: names no article", k.slice(a.name))
		return
	default:
		made, err := vocabulary.TitleSlug(a.title)
		if err != nil {
			k.refuse(a.name, diag.Warning, "no-slug",
				"give it a slug, in a column Slug or after the title as (`my-slug`)", "%v", err)
			return
		}
		slug = made
	}
	switch {
	case a.state.State == vocabulary.Unknown:
		k.refuse(a.name, diag.Warning, "unknown-state",
			"say what it means below [params.plansync.states]: published = [\""+a.state.Word+
				"\"], or in-work, or not-begun",
			"%q: the state %q is not known", slug, a.state.Word)
	case a.state.State == vocabulary.Dropped,
		a.state.State == vocabulary.Unstated && c.said == vocabulary.Dropped:
		k.refuse(a.name, diag.Advice, "dropped", "", "%q: dropped, no article (%s)", slug, a.state.Word)
	case k.isOfAnother(a, slug):
		k.refuse(a.name, diag.Warning, "two-articles", "give the second one a row of its own",
			"a row for two articles: %s is there, %q is planned", a.linked, a.title)
	default:
		k.take(slug, address, a, c)
	}
}

// isOfAnother reports whether the only address of a row is a link to another article than its title
// names: the row says that its own is not published yet.
func (k *kept) isOfAnother(a article, slug string) bool {
	if a.linked == "" || len(a.addresses) > 1 || a.title == "" ||
		a.state.State == vocabulary.Published ||
		a.state.State == vocabulary.Unstated {
		return false
	}
	made, err := vocabulary.TitleSlug(a.title)
	return err == nil && made != slug
}

// address returns the address that tells the article's slug, if there is one. ok is false where the
// row is refused.
func (k *kept) address(a article) (address vocabulary.Address, ok bool) {
	for _, text := range a.addresses {
		if strings.Trim(text, "` ") == "/" {
			k.refuse(a.name, diag.Warning, "not-an-article", "take the row out, or give it a slug",
				"\"/\": the home page is no article")
			return address, false
		}
		address, found, err := vocabulary.ReadAddress(text)
		if !found || address.Form == vocabulary.URL && !k.isOurs(address) {
			continue
		}
		if err == nil {
			return address, true
		}
		rule, hint := "not-an-article", "take the row out, or give it a slug"
		if strings.Contains(err.Error(), "several") {
			rule, hint = "two-articles", "give the second one a row of its own"
		}
		k.refuse(a.name, diag.Warning, rule, hint, "%v", err)
		return address, false
	}
	return vocabulary.Address{}, true
}

// isOurs reports whether an address is one of the site: without a base URL, every one may be.
func (k *kept) isOurs(address vocabulary.Address) bool {
	base, err := url.Parse(k.options.BaseURL)
	return err != nil || base.Host == "" || address.Host == "" ||
		strings.EqualFold(strings.TrimPrefix(address.Host, "www."), strings.TrimPrefix(base.Host, "www."))
}

// take records an article's place, and its query if it is named for the first time.
func (k *kept) take(slug string, address vocabulary.Address, a article, c *carrier) {
	k.checkEncoding(Span{a.lines.Start, a.lines.End})
	state := a.state.State
	if state == vocabulary.Unstated {
		state = c.said
	}
	c.places = append(c.places, len(k.places))
	k.places = append(k.places, place{slug: slug, title: a.title, carrier: len(k.carriers) - 1,
		name:  a.name,
		lines: a.lines, state: state, word: a.state.Word, slot: a.slot, link: a.link, url: a.linked})
	if i, ok := k.seen[slug]; ok {
		q := &k.Queries[i]
		q.Done = q.Done || state == vocabulary.Published
		if q.Untitled && a.title != "" {
			if q.Text == q.Title {
				q.Text = a.title
			}
			q.Title, q.Untitled = a.title, false
		}
		return
	}
	if k.standardSlugs[slug] {
		return // the list of queries has it
	}
	q := Query{Slug: slug, Title: a.title, Span: a.name, kept: true,
		Done: state == vocabulary.Published}
	if len(a.keywords) > 0 {
		q.Text, q.More = a.keywords[0], a.keywords[1:]
	}
	if q.Title == "" {
		q.Untitled = true
		q.Title = Title(strings.ReplaceAll(slug, "-", " "), k.options.KeepCase)
	}
	path := address.Folder + "/" + slug
	if below, ok := strings.CutPrefix(path, k.options.Section+"/"); ok && address.Text != a.linked {
		q.Path = below // a link says where the page is, and no more
	}
	if q.Text == "" {
		q.Text = q.Title
		if c.table != nil && c.table.has(vocabulary.ColumnKeyword) && state != vocabulary.Published {
			k.problem(a.name, diag.Advice, "no-query", "give it a query, or add 'no-query' to ignore",
				"%q: no search query", slug)
		}
	}
	k.seen[slug] = len(k.Queries)
	k.Queries = append(k.Queries, q)
	category := a.category
	if category == "" {
		category = c.category
	}
	k.group(category, Item{Slug: slug, Span: a.name})
}

// group puts an article into the group of its category. Without one it is in no group.
func (k *kept) group(category string, item Item) {
	slug := vocabulary.Slugify(category)
	if category == "" {
		return
	}
	if _, err := vocabulary.TitleSlug(category); err != nil {
		if _, reported := k.groups[category]; !reported {
			k.groups[category] = -1
			k.problem(item.Span, diag.Advice, "no-category",
				"name it in a column Category, in Latin letters",
				"category %q: no page can be named after it", category)
		}
		return
	}
	i, ok := k.groups[slug]
	if !ok {
		i = len(k.Phases)
		k.Phases = append(k.Phases, Phase{Name: category, Category: slug, Kept: true})
		k.groups[slug] = i
	}
	if k.Phases[i].Kept {
		k.Phases[i].Items = append(k.Phases[i].Items, item)
	}
}

// nothingRead reports a section of queries without a query, and says which lists of what may be
// titles are not read. They are findings only in a plan of which nothing is read.
func (k *kept) nothingRead() {
	nothing := len(k.Queries)+len(k.Searches)+len(k.Findings)+len(k.Phases) == 0
	if nothing && k.queriesAt != (Span{}) {
		k.problem(k.queriesAt, diag.Warning, "no-queries",
			"write them below it: 1. **my-slug** — My Title",
			"section %q: no query in it", k.slice(k.queriesAt))
		return
	}
	blocks := k.doc.Blocks
	for i := 0; i < len(blocks); i = blocks[i].Next {
		if blocks[i].Kind != markdown.List || k.holdsFields(i) || k.isRead(Span(blocks[i].Lines)) ||
			k.partAt(blocks[i].Lines.Start) != otherPart {
			continue
		}
		items, titles := 0, 0
		for j := i + 1; j < blocks[i].Next; j = blocks[j].Next {
			items++
			if j+1 < blocks[j].Next && blocks[j+1].Kind == markdown.Paragraph &&
				k.namesTitle(Span(blocks[j+1].Text)) {
				titles++
			}
		}
		if 2*titles <= items {
			continue
		}
		why := ""
		if nothing {
			why = "a list that may name articles: no slug, path or file in its items"
		}
		k.offers = append(k.offers, offer{Span(blocks[i].Lines), "<!-- plansync: articles -->", why})
	}
}

// isRead reports whether something in the lines names an article already.
func (k *kept) isRead(lines Span) bool {
	i := sort.Search(len(k.places), func(i int) bool { return k.places[i].lines.Start >= lines.Start })
	return i < len(k.places) && k.places[i].lines.Start < lines.End
}

// namesTitle reports whether an item starts with a quoted title, after a label in bold or without
// one, or has all of its name in bold.
func (k *kept) namesTitle(content Span) bool {
	if _, rest, ok := k.box(content); ok {
		content = rest
	}
	if vocabulary.Titles(k.plain(content)) == 1 {
		return true
	}
	inside, after, bold := k.strongAt(content)
	if !bold {
		return false
	}
	name, rest := k.slice(inside), k.slice(Span{after, content.End})
	title := strings.TrimLeft(rest, " :")
	if strings.HasSuffix(name, ":") || title != rest && strings.HasPrefix(strings.TrimSpace(rest), ":") {
		return vocabulary.Titles(title) == 1 // "**Tutorial**: "Laying Gravel""
	}
	return len(strings.Fields(name)) > 2
}

// compareStates reports articles that are named twice and said to be published only once.
func (k *kept) compareStates() {
	first := make(map[string]int, len(k.places))
	reported := make(map[string]bool)
	for i, p := range k.places {
		j, ok := first[p.slug]
		if !ok || k.places[j].state == vocabulary.Unstated {
			first[p.slug] = i
			continue
		}
		before := k.places[j].state == vocabulary.Published
		if p.state != vocabulary.Unstated && before != (p.state == vocabulary.Published) &&
			!reported[p.slug] {
			reported[p.slug] = true
			k.problem(p.name, diag.Warning, "states-differ",
				"plansync sync keeps both in step once the page is published",
				"%q: said to be %s here, and otherwise in line %d", p.slug, p.state,
				k.Position(k.places[j].name.Start).Line)
		}
	}
}

// compareQueries reports articles that answer one search: their titles may be two of one article.
func (k *kept) compareQueries() {
	first := make(map[string]int)
	for i, q := range k.Queries {
		if !q.kept || q.Text == q.Title {
			continue
		}
		key := strings.ToLower(q.Text)
		if j, ok := first[key]; ok {
			k.problem(q.Span, diag.Warning, "same-query",
				"one article answers one query: give both rows one slug, or this one a query of its own",
				"%q: the query %q is that of %q, too, in line %d", q.Slug, q.Text, k.Queries[j].Slug,
				k.Position(k.Queries[j].Span.Start).Line)
			continue
		}
		first[key] = i
	}
}
