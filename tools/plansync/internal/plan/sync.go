package plan

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/edit"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/mojibake"
)

// Published is what the site says of an article that it publishes.
type Published struct {
	URL        string   // the permalink
	Highlights []string // short noun phrases for the summary line
	Date       string   // of publication, as 2026-03-02; may be empty
}

// SyncOptions choose what Sync may change beyond adding what is proven.
type SyncOptions struct {
	Canonical bool // rewrite links that name the right page to the published form
	Prune     bool // take back what the plan records as published and is not
	Move      bool // move rows to the section that says how far they are

	// Unknown are articles of which it is not known whether they are published: their records stay,
	// whatever Prune says.
	Unknown map[string]bool
}

// A Change counts what Sync did, for reports.
type Change struct {
	Boxes, Links, Marks, States, Moved, CompletedPhases, CompletedItems, SummaryLines, Pruned int
}

// Sync returns the plan with what is published written into it. The map's keys are
// slugs. Every byte outside the edits is as it was; without anything to change the result is
// the plan itself. The result was parsed again and says what was meant, or there is an error.
func (p *Plan) Sync(published map[string]Published, options SyncOptions) (*Plan, Change, error) {
	s := p.syncer(published, options)
	s.run()
	if len(s.edits) == 0 {
		return p, s.change, nil
	}
	source, err := edit.Apply(p.Source, p.inSource(s.edits))
	if err != nil {
		return nil, Change{}, fmt.Errorf("%s: %w", p.Name, err)
	}
	result := Parse(p.Name, source, p.options)
	at, err := p.verify(result, published, options)
	if err == nil {
		at, err = witness(p.doc, result.doc, inOrder(s.edits))
	}
	if err != nil {
		position := p.Position(at.Start)
		return nil, Change{},
			fmt.Errorf("%s:%d:%d: the edited plan does not read as meant, nothing was written: %w", p.Name,
				position.Line, position.Column, err)
	}
	return result, s.change, nil
}

// inOrder returns edits by their offsets, as edit.Apply takes them.
func inOrder(edits []edit.Edit) []edit.Edit {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit.Edit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	return edits
}

// inSource returns edits of the text as edits of Source.
func (p *Plan) inSource(edits []edit.Edit) []edit.Edit {
	written := mojibake.Escape
	if p.isGarbled() {
		written = mojibake.Garble
	}
	translated := make([]edit.Edit, len(edits))
	for i, e := range edits {
		translated[i] = edit.Edit{Start: p.sourceOffset(e.Start), End: p.sourceOffset(e.End),
			New: written(e.New)}
	}
	return translated
}

// isGarbled reports whether every character beyond ASCII is garbled, so that what is added should
// be too. In a document that is garbled in parts somebody has written clean text since: what is
// added is clean everywhere, so that the damage never grows.
func (p *Plan) isGarbled() bool {
	beyond := 0
	for _, r := range string(p.text) {
		if r >= utf8.RuneSelf {
			beyond++
		}
	}
	return beyond > 0 && beyond == len(p.repairs)
}

// unclearItem is the hint for a task that the edited plan takes for another article than the plan
// does.
const unclearItem = "name the slug of its article in bold: - [ ] **slug**"

// verify compares the edited plan q with what was meant. The error is about the place in the plan.
func (p *Plan) verify(q *Plan, published map[string]Published, options SyncOptions) (at Span,
	err error) {
	titles := make(map[string]string, len(q.Queries))
	for _, query := range q.Queries {
		titles[query.Slug] = query.Title
	}
	if len(p.Queries) != len(q.Queries) ||
		slices.ContainsFunc(p.Queries, func(a Query) bool { return titles[a.Slug] != a.Title }) {
		return Span{}, fmt.Errorf("the queries changed")
	}
	if len(p.Phases) != len(q.Phases) {
		return Span{}, fmt.Errorf("the number of phases changed from %d to %d", len(p.Phases),
			len(q.Phases))
	}
	for i, phase := range p.Phases {
		after := q.Phases[i]
		if phase.Name != after.Name || len(phase.Items) != len(after.Items) {
			return phase.heading.text, fmt.Errorf("phase %q changed", phase.Name)
		}
		if phase.Kept {
			continue
		}
		for j, item := range phase.Items {
			got := after.Items[j]
			page, ok := published[item.Slug]
			switch {
			// only the summary line said which article the task is
			case !ok && options.Prune && got.Slug == "":
			case got.Slug != item.Slug:
				return item.Span, diag.WithHint(fmt.Errorf("item %q would be article %q", p.slice(item.Span),
					got.Slug), unclearItem)
			case ok && !(got.Done && got.HasLink && SamePage(q.target(got.Link), page.URL)):
				return item.Span, fmt.Errorf("item %q does not record its page", item.Slug)
			case !ok && !options.Prune && (got.Done != item.Done || got.HasLink != item.HasLink):
				return item.Span, fmt.Errorf("item %q changed without being published", item.Slug)
			}
		}
	}
	if at, err := p.verifyPlaces(q, published, options); err != nil {
		return at, err
	}
	again := q.syncer(published, options)
	again.run()
	if len(again.edits) > 0 {
		return Span{}, fmt.Errorf("a second run would change line %d again",
			q.Position(again.edits[0].Start).Line)
	}
	return Span{}, nil
}

// verifyPlaces compares the places of tables, lists and headings: they name the same articles, and
// only what is published, or was taken back, changed its state.
func (p *Plan) verifyPlaces(q *Plan, published map[string]Published, options SyncOptions) (at Span,
	err error) {
	if len(p.places) != len(q.places) {
		return Span{}, fmt.Errorf("the number of rows changed from %d to %d", len(p.places),
			len(q.places))
	}
	states := make(map[string][]string)
	for _, place := range q.places {
		states[place.slug] = append(states[place.slug], place.state.String())
	}
	for _, place := range p.places {
		after := states[place.slug]
		if len(after) == 0 {
			return place.name, fmt.Errorf("%q would be another article", place.slug)
		}
		_, ok := published[place.slug]
		if !ok && !options.Prune && !slices.Contains(after, place.state.String()) {
			return place.name, fmt.Errorf("%q changed without being published", place.slug)
		}
	}
	return Span{}, nil
}

// A syncer collects the edits of one Sync. Their offsets are into the plan's text.
type syncer struct {
	*Plan
	published map[string]Published
	options   SyncOptions
	style     style
	edits     []edit.Edit
	// insertions of whole lines; at the end of a file without a final newline they come behind what
	// goes on in its last line
	lines  []edit.Edit
	change Change
	notes  []diag.Finding // what could not be written, or was not asked for

	doneLike   map[likenessKey]*place // see findLikenesses
	linkedLike map[likenessKey]*place

	done           Span           // the first cell that says that an article is published
	open           map[class]Span // the first states that say that one is not
	publishedStage int            // the first table of what is published; -1 without one

	firstRecord int // where the completed section's first phase stands, or would

	slugOf  func(entry) string
	groups  map[string]int        // the first group of the summary section of each name
	bySlug  map[string]entryPlace // its entries
	byTitle map[string]entryPlace // those of them that name no article otherwise
}

// An entryPlace is a line of the summary section and the index of its group.
type entryPlace struct {
	group int
	entry *entry
}

func (p *Plan) syncer(published map[string]Published, options SyncOptions) *syncer {
	s := &syncer{Plan: p, published: published, options: options, style: p.style(),
		slugOf: p.entrySlugs(published), groups: make(map[string]int),
		bySlug: make(map[string]entryPlace), byTitle: make(map[string]entryPlace)}
	if options.Canonical {
		s.style.relative, s.style.titled, s.style.learntLinks = false, false, false
	}
	if p.summary != nil {
		for i, g := range p.summary.groups {
			if _, ok := s.groups[g.name]; !ok && i > 0 {
				s.groups[g.name] = i
			}
			for j := range g.entries {
				e := &g.entries[j]
				if slug := s.slugOf(*e); slug != "" {
					s.bySlug[slug] = entryPlace{i, e}
				} else {
					s.byTitle[plainName(e.title)] = entryPlace{i, e}
				}
			}
		}
	}
	return s
}

func (s *syncer) run() {
	s.keptPlaces()
	for _, phase := range s.Phases {
		if phase.Kept {
			continue
		}
		s.items(phase)
		complete := s.isComplete(phase)
		switch {
		case complete && !phase.Done:
			s.edit(Span{phase.mark.Start, phase.mark.Start}, s.style.doneMark)
			s.change.Marks++
		case phase.Done && s.disproven(phase):
			s.edit(phase.mark, "")
			s.change.Pruned++
		}
	}
	if s.completed != nil {
		s.completedSection()
	}
	if s.summary != nil {
		s.summarySection()
	}
	s.edits = append(s.edits, s.lines...)
}

func (s *syncer) edit(at Span, text string) {
	s.edits = append(s.edits, edit.Edit{Start: at.Start, End: at.End, New: text})
}

// isComplete reports whether every item of the phase is published.
func (s *syncer) isComplete(phase Phase) bool {
	return len(phase.Items) > 0 && !slices.ContainsFunc(phase.Items, func(item Item) bool {
		_, ok := s.published[item.Slug]
		return !ok
	})
}

// isUnchecked reports whether an item is published and its box does not say so.
func (s *syncer) isUnchecked(item Item) bool {
	_, published := s.published[item.Slug]
	return published && !item.Done
}

// prunes reports whether the records of an article are to be taken back. What names no article
// records none.
func (s *syncer) prunes(slug string) bool {
	_, published := s.published[slug]
	return s.options.Prune && slug != "" && !published && !s.options.Unknown[slug]
}

// disproven reports whether a phase's mark is to be taken back: one of its items is.
func (s *syncer) disproven(phase Phase) bool {
	return slices.ContainsFunc(phase.Items, func(item Item) bool { return s.prunes(item.Slug) })
}

// items keeps the boxes and links of a phase's items.
func (s *syncer) items(phase Phase) {
	for _, item := range phase.Items {
		s.edits = append(s.edits, s.itemEdits(item)...)
	}
}

func (s *syncer) itemEdits(item Item) (edits []edit.Edit) {
	add := func(at Span, text string) {
		edits = append(edits, edit.Edit{Start: at.Start, End: at.End,
			New: text})
	}
	page, ok := s.published[item.Slug]
	if !ok {
		if s.prunes(item.Slug) && item.Done {
			add(item.box, " ")
			s.change.Pruned++
		}
		if s.prunes(item.Slug) && item.HasLink {
			add(s.withSeparator(item.after, item.Link), "")
			for link := range s.links(Span{item.Link.Whole.End, item.content.End}) {
				if s.isOf(link, item.Slug) {
					add(link.Whole, "")
				}
			}
		}
		return edits
	}
	if !item.Done {
		add(item.box, s.style.check)
		s.change.Boxes++
	}
	if item.HasLink {
		return append(edits, s.linkEdits(item.Link, page)...)
	}
	if link, ok := s.publishedLink(Span{item.after, item.content.End}, item.Slug, true); ok &&
		SamePage(s.target(link), page.URL) {
		// the page is not named after the slug; once the box is checked, the link is the article's
		return edits
	}
	link := s.style.itemSeparator + s.link(s.title(item.Slug), page.URL)
	if s.style.address != "" && item.after < item.content.End && !isSpace(s.text[item.after]) {
		link += " " // which ends the address
	}
	add(Span{item.after, item.after}, link)
	s.change.Links++
	return edits
}

// withSeparator returns the span of a link and of the separator between it and what ends at after.
func (p *Plan) withSeparator(after int, link Link) Span {
	if isSeparator(p.slice(Span{after, link.Whole.Start})) {
		return Span{after, link.Whole.End}
	}
	return link.Whole
}

// title returns the title of a query, or its slug where the plan has no such query.
func (p *Plan) title(slug string) string {
	if q, ok := p.Query(slug); ok {
		return q.Title
	}
	return slug
}

// linkEdits mends a link that names another page, or one that lacks the published form if asked.
func (s *syncer) linkEdits(link Link, page Published) (edits []edit.Edit) {
	if SamePage(s.target(link), page.URL) && !s.options.Canonical {
		return nil
	}
	text, url := s.style.form(page.URL)
	if link.isAddress() {
		url = s.style.absolute(page.URL)
		if link.Whole == link.URL && !isBareAddress(url) {
			url = "<" + url + ">"
		}
	}
	switch {
	case s.slice(link.URL) == url:
	case link.isReference(): // others may lead to its definition: it becomes an inline link
		edits = append(edits, edit.Edit{Start: link.label().Start, End: link.label().End, New: "(" + url +
			")"})
	default:
		edits = append(edits, edit.Edit{Start: link.URL.Start, End: link.URL.End, New: url})
	}
	if old := s.slice(link.Text); !link.isAddress() && old != text && (strings.HasPrefix(old, "/") ||
		!s.Plan.options.inSection(url)) {
		edits = append(edits, edit.Edit{Start: link.Text.Start, End: link.Text.End, New: text})
	}
	if len(edits) > 0 {
		s.change.Links++
	}
	return edits
}

// completedSection keeps the completed section in step with the phases.
func (s *syncer) completedSection() {
	// How many phases each record is of. Those of one name may share it.
	of := make([]struct{ phases, complete, disproven int }, len(s.completed.phases))
	var before *Phase // the last one that stands in the section already
	s.firstRecord = s.completed.end
	if len(s.completed.phases) > 0 {
		s.firstRecord = s.blankLinesBefore(s.completed.phases[0].heading.block.Start)
	}
	for _, phase := range s.Phases {
		if phase.Kept {
			continue
		}
		complete := s.isComplete(phase)
		records := s.recordsOf(phase)
		switch {
		case complete && len(records) == 0:
			s.insertPhase(phase, before)
		case complete:
			s.missingItems(phase, s.completed.phases[records[0]])
		}
		for _, i := range records {
			before = &s.completed.phases[i]
			of[i].phases++
			if complete {
				of[i].complete++
			} else if s.disproven(phase) {
				of[i].disproven++
			}
		}
	}
	for i, recorded := range s.completed.phases {
		switch n := of[i]; {
		case n.phases == 0:
			continue
		case n.disproven == n.phases && s.isOnlyRecord(recorded):
			s.deleteLines(Span{s.blankLinesBefore(recorded.heading.block.Start), recorded.end})
			s.change.Pruned++
			continue
		case n.disproven > 0 && recorded.Done:
			s.edit(recorded.mark, "")
			s.change.Pruned++
		case n.complete == n.phases && !recorded.Done && slices.ContainsFunc(recorded.Items,
			s.isUnchecked):
			s.edit(recorded.mark, s.style.doneMark) // it was taken back
			s.change.Marks++
		}
		s.items(recorded)
	}
}

// isOnlyRecord reports whether a completed phase has nothing but its heading and its items: no text
// that a hand wrote, and none after them that would become part of what stands before the heading.
func (s *syncer) isOnlyRecord(recorded Phase) bool {
	at := recorded.heading.block.End
	for _, item := range recorded.Items {
		if !isBlankLines(s.slice(Span{at, item.own.Start})) {
			return false
		}
		at = item.own.End
	}
	blocks := s.doc.Blocks
	i := sort.Search(len(blocks), func(i int) bool { return blocks[i].Lines.Start >= at })
	switch {
	case i == len(blocks):
		return true
	case blocks[i].Kind == markdown.Rule: // right after text it would make a heading of it
		return blocks[i].Lines.Start > at
	}
	return blocks[i].Kind == markdown.Heading
}

// insertPhase adds a completed phase behind the one before it, or where the section begins.
func (s *syncer) insertPhase(phase Phase, before *Phase) {
	at := s.firstRecord
	if before != nil {
		at = before.end
	}
	s.insertLines(at, s.eolBefore(at)+s.completedBlock(phase))
	s.change.CompletedPhases++
}

// completedBlock returns the heading and the items of a phase as they read once all is recorded.
func (s *syncer) completedBlock(phase Phase) string {
	heading := phase.heading.block
	var edits []edit.Edit
	if !phase.Done {
		edits = append(edits, edit.Edit{Start: phase.mark.Start, End: phase.mark.Start,
			New: s.style.doneMark})
	}
	if level := s.completed.heading.level; phase.heading.level <= level { // it would end the section
		at := skipBlanks(s.text, heading)
		edits = append(edits, edit.Edit{Start: at, End: at,
			New: strings.Repeat("#", min(level+1, 6)-phase.heading.level)})
	}
	var text strings.Builder
	text.WriteString(s.rewritten(heading, edits))
	if gap := s.slice(Span{heading.End, phase.Items[0].own.Start}); isBlankLines(gap) {
		text.WriteString(gap)
	}
	for _, item := range phase.Items {
		text.WriteString(s.itemLine(item))
	}
	return text.String()
}

// itemLine returns the line of a published item as it reads once it is recorded.
func (s *syncer) itemLine(item Item) string {
	counted := s.change // the item itself is counted elsewhere
	text := s.rewritten(item.own, s.itemEdits(item))
	s.change = counted
	if !endsLine(text) {
		text += s.eol
	}
	return text
}

// rewritten returns the text of a span with edits made that lie inside it.
func (s *syncer) rewritten(at Span, edits []edit.Edit) string {
	for i := range edits {
		edits[i].Start -= at.Start
		edits[i].End -= at.Start
	}
	text, err := edit.Apply(s.text[at.Start:at.End], edits)
	if err != nil {
		panic(err) // the edits of one line are inside it and apart
	}
	return string(text)
}

// missingItems adds the items that a completed phase has and its record lacks.
func (s *syncer) missingItems(phase, recorded Phase) {
	at := recorded.heading.block.End
	if len(recorded.Items) > 0 {
		at = recorded.Items[0].own.Start
	}
	ends := make(map[string]int, len(recorded.Items))
	for _, item := range recorded.Items {
		ends[item.Slug] = item.end
	}
	for _, item := range phase.Items {
		if end, ok := ends[item.Slug]; ok {
			at = end
			continue
		}
		s.insertLines(at, s.itemLine(item))
		s.change.CompletedItems++
	}
}

// summarySection keeps one line for each published article in the summary section.
func (s *syncer) summarySection() {
	before := -1 // the group of the last phase that has one
	seen := make(map[string]bool)
	for _, phase := range s.Phases {
		var articles []Query
		for _, item := range phase.Items {
			if q, ok := s.Query(item.Slug); ok {
				articles = append(articles, q)
			} else if item.Slug != "" {
				articles = append(articles, Query{Slug: item.Slug, Title: item.Slug})
			}
			seen[item.Slug] = true
		}
		before = s.summaryGroup(phase.Name, articles, before)
	}
	var rest []Query
	for _, q := range s.Queries {
		if !seen[q.Slug] {
			rest = append(rest, q)
		}
	}
	s.summaryGroup("More", rest, before)
	for _, g := range s.summary.groups {
		for _, e := range g.entries {
			s.entryEdits(e)
		}
	}
}

// summaryGroup adds the lines of published articles that a phase's group lacks, and the group
// itself if need be. It returns the index of the phase's group, or before.
func (s *syncer) summaryGroup(name string, articles []Query, before int) int {
	at := s.groupOf(name)
	for _, q := range articles { // which may stand under a heading of the author's
		if found, ok := s.entryOf(q); ok && at < 0 && name != "More" && found.group > 0 {
			at = found.group
		}
	}
	if at >= 0 {
		g := s.summary.groups[at]
		place := g.heading.block.End
		if len(g.entries) > 0 {
			place = g.entries[0].own.Start
		} else if at == 0 {
			place = g.end
		}
		for _, q := range articles {
			if found, ok := s.entryOf(q); ok {
				if found.group == at && found.entry.own.Start >= place {
					place = found.entry.end
				}
			} else if page, ok := s.published[q.Slug]; ok {
				s.insertLines(place, s.entryLine(q, page)+s.eolBefore(place))
				s.change.SummaryLines++
			}
		}
		return at
	}
	var missing strings.Builder
	for _, q := range articles {
		page, ok := s.published[q.Slug]
		if _, found := s.entryOf(q); ok && !found {
			missing.WriteString(s.entryLine(q, page) + s.eol)
			s.change.SummaryLines++
		}
	}
	if missing.Len() == 0 {
		return before
	}
	level := max(3, s.summary.heading.level+1) // or it would end the section
	if len(s.summary.groups) > 1 {
		level = s.summary.groups[1].heading.level
	}
	text := missing.String()
	if level <= 6 { // there are no more
		text = strings.Repeat("#", level) + " " + name + " Articles" + s.eol + s.style.groupGap + text
	}
	switch {
	case before >= 0:
		s.insertLines(s.summary.groups[before].end, s.eol+text)
	case len(s.summary.groups) > 1:
		s.insertLines(s.summary.groups[1].heading.block.Start, text+s.eol)
	default:
		s.insertLines(s.summary.end, s.eol+text)
	}
	return before
}

// groupOf returns the index of the group for a phase, or -1. A summary without any headings is one
// group.
func (s *syncer) groupOf(name string) int {
	groups := s.summary.groups
	if len(groups) == 1 && len(groups[0].entries) > 0 {
		return 0
	}
	for _, name := range []string{name + " articles", name} {
		if i, ok := s.groups[plainName(name)]; ok {
			return i
		}
	}
	return -1
}

// entryOf finds the summary line of an article.
func (s *syncer) entryOf(q Query) (entryPlace, bool) {
	if found, ok := s.bySlug[q.Slug]; ok {
		return found, true
	}
	found, ok := s.byTitle[plainName(q.Title)]
	return found, ok
}

func (s *syncer) entryLine(q Query, page Published) string {
	line := s.style.bullet + strong(q.Title) + s.style.entrySeparator + s.link(q.Title, page.URL)
	if h := highlights(page); h != "" {
		line += s.style.highlightSeparator + h
	}
	return line
}

// strong writes a title in bold, so that it ends where the bold text ends.
func strong(title string) string {
	text := "**" + title + "**"
	if strings.Contains(title, "**") || strings.HasPrefix(title, "*") ||
		strings.HasSuffix(title, "*") {
		text = "**" + strings.ReplaceAll(title, "*", "&#42;") + "**"
	}
	if strings.ContainsAny(title, "\\&<>[]_`~") && !readsAs(text, title) {
		text = "**" + asEntities.Replace(title) + "**"
	}
	return text
}

// readsAs reports whether text is bold, and inside of it the title.
func readsAs(text, title string) bool {
	p := Parse("", []byte(text), Options{})
	inside, after, ok := p.strongAt(Span{0, len(text)})
	return ok && after == len(text) && p.titleOf(inside) == title
}

// asEntities writes the characters that can mark something so that they mark nothing.
var asEntities = strings.NewReplacer("\\", "&#92;", "&", "&amp;", "<", "&lt;", ">", "&gt;",
	"[", "&#91;", "]", "&#93;", "_", "&#95;", "`", "&#96;", "*", "&#42;", "~", "&#126;")

func highlights(page Published) string { return words(strings.Join(page.Highlights, ", ")) }

// entryEdits keeps the link and the highlights of a summary line.
func (s *syncer) entryEdits(e entry) {
	slug := s.slugOf(e)
	page, ok := s.published[slug]
	// With text that a hand wrote, below it or in its next line.
	goesOn := e.end > e.own.End || !isOneLine(s.slice(e.content)) ||
		e.end < len(s.text) && isBlank(s.text[e.end]) // a line that would be nested in the item before
	switch {
	case s.prunes(slug) && e.hasLink && goesOn:
		at := s.withSeparator(e.after, e.link)
		for other := range s.links(Span{e.link.Whole.End, e.content.End}) {
			if s.isOf(other, slug) {
				s.edit(other.Whole, "")
			} else {
				at = e.link.Whole // the separator keeps the other link from being the article's
			}
		}
		s.edit(at, "")
		s.change.Pruned++
	case s.prunes(slug) && e.hasLink:
		s.deleteLines(Span{e.own.Start, e.end})
		s.change.Pruned++
	case !ok:
	case e.hasLink:
		s.edits = append(s.edits, s.linkEdits(e.link, page)...)
		if h := highlights(page); h != "" && !goesOn &&
			isBlankLines(s.slice(Span{e.link.Whole.End, e.content.End})) {
			s.edit(Span{e.link.Whole.End, e.link.Whole.End}, s.style.highlightSeparator+h)
			s.change.SummaryLines++
		}
	default:
		text := s.link(e.title, page.URL)
		if e.highlights.Start == e.after || isBlankLines(s.slice(Span{e.after, e.highlights.Start})) {
			text = s.style.entrySeparator + text
		}
		if e.highlights.End > e.highlights.Start {
			text += s.style.highlightSeparator
		} else if h := highlights(page); h != "" && !goesOn {
			text += s.style.highlightSeparator + h
		}
		s.edit(Span{e.highlights.Start, e.highlights.Start}, text)
		s.change.Links++
	}
}

// insertLines inserts whole lines at the start of a line, or after a last line that has no ending.
// A paragraph or a table that follows gets a blank line before it, since it would go on with the
// list item otherwise. Indented code would in any case, so that the lines come after it.
func (s *syncer) insertLines(at int, lines string) {
	next := s.blockAt(at)
	for next != nil && next.Kind == markdown.Code && !next.Fenced {
		at = next.Lines.End
		next = s.blockAt(at)
	}
	if next != nil && next.Lines.Start == at && continues(next) {
		lines += s.eolBefore(at)
	}
	if at > 0 && !endsLine(s.shared[:at]) {
		lines = s.eol + withoutEnding(lines)
	}
	s.lines = append(s.lines, edit.Edit{Start: at, End: at, New: lines})
}

// continues reports whether a block would go on with a list item in the line before it.
func continues(b *markdown.Block) bool {
	switch b.Kind {
	case markdown.Paragraph, markdown.Table, markdown.Definition, markdown.HTML:
		return true
	case markdown.Heading: // whose first line is text, with a line below it
		return b.Marker.Len() == 0
	}
	return false
}

// deleteLines deletes whole lines. A rule or a paragraph that follows gets a blank line before it:
// the one would make a heading of the paragraph before it otherwise, the other would go on with it.
func (s *syncer) deleteLines(at Span) {
	text := ""
	if next := s.blockAt(at.End); next != nil && next.Lines.Start == at.End {
		if next.Kind == markdown.Rule || continues(next) || next.Kind == markdown.List &&
			!s.interrupts(next) {
			text = s.eolBefore(at.End)
		}
	}
	s.edit(at, text)
}

// interrupts reports whether a list may follow a paragraph without a blank line (CommonMark 0.31.2,
// section 5.3): its first item starts with 1 or has a bullet, and is not empty.
func (s *syncer) interrupts(list *markdown.Block) bool {
	line := trim(s.text, Span{list.Marker.Start, list.Lines.End})
	rest := bytes.TrimLeft(s.text[line.Start:line.End], "0123456789-+*.)")
	number := s.text[line.Start]
	return (number < '0' || number > '9' || bytes.HasPrefix(s.text[line.Start:], []byte("1.")) ||
		bytes.HasPrefix(s.text[line.Start:], []byte("1)"))) && len(bytes.TrimLeft(rest, " \t")) > 0 &&
		!isSpace(bytes.TrimLeft(rest, " \t")[0])
}

// blockAt returns the first block that starts at an offset or after it, and is not nested in one
// that starts there, too.
func (s *syncer) blockAt(at int) *markdown.Block {
	blocks := s.doc.Blocks
	i := sort.Search(len(blocks), func(i int) bool { return blocks[i].Lines.Start >= at })
	if i == len(blocks) {
		return nil
	}
	return &blocks[i]
}

func endsLine(text string) bool {
	return strings.HasSuffix(text, "\n") || strings.HasSuffix(text, "\r")
}

// withoutEnding returns lines without the ending of the last one.
func withoutEnding(lines string) string {
	return strings.TrimSuffix(strings.TrimSuffix(lines, "\n"), "\r")
}

// eolBefore returns the ending of the line before at.
func (s *syncer) eolBefore(at int) string {
	if endsLine(s.shared[:at]) {
		return endingBefore(s.text[:at])
	}
	return s.eol
}

// blankLinesBefore returns the start of the blank lines that end at the offset, which starts a
// line.
func (p *Plan) blankLinesBefore(at int) int {
	end := at
	for end > 0 && isSpace(p.text[end-1]) {
		end--
	}
	if end == 0 {
		return 0
	}
	for end < at && p.text[end] != '\n' && p.text[end] != '\r' {
		end++
	}
	if end+1 < at && p.text[end] == '\r' && p.text[end+1] == '\n' {
		end++
	}
	return min(end+1, at)
}
