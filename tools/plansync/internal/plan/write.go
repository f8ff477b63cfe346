package plan

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

// This file writes into the plans that teams keep: the smallest place that the document itself
// uses, in the words that it has already.

// Drift returns where tables, lists and headings do not say what is published, and what sync can do
// about it.
func (p *Plan) Drift(published map[string]Published) []diag.Finding {
	s := p.syncer(published, SyncOptions{})
	s.keptPlaces()
	s.staleRecords()
	return s.notes
}

// staleRecords reports items of completed phases whose articles are in another phase now.
func (s *syncer) staleRecords() {
	if s.completed == nil {
		return
	}
	recordedIn := make(map[string][]int) // by article, the completed phases that record its phase
	phaseOf := make(map[string]string)
	for _, phase := range s.Phases {
		for _, item := range phase.Items {
			if item.Slug != "" && !phase.Kept {
				recordedIn[item.Slug] = s.recordsOf(phase)
				phaseOf[item.Slug] = phase.Name
			}
		}
	}
	for i, recorded := range s.completed.phases {
		for _, item := range recorded.Items {
			if name, ok := phaseOf[item.Slug]; ok && !slices.Contains(recordedIn[item.Slug], i) &&
				plainName(name) != plainName(recorded.Name) {
				s.note(item.Span, diag.Warning, "stale-record",
					"take the line out; sync keeps the one of the other phase",
					"%q: recorded below %q, and the article is in phase %q", item.Slug, recorded.Name, name)
			}
		}
	}
}

func (s *syncer) note(at Span, severity diag.Severity, rule, hint, format string, args ...any) {
	s.notes = append(s.notes, s.Finding(at, severity, rule, hint, format, args...))
}

// keptPlaces keeps the states and links of tables, lists and headings.
func (s *syncer) keptPlaces() {
	if !s.isPlan || len(s.Plan.places) == 0 {
		return
	}
	s.findLikenesses()
	for i := range s.Plan.places {
		at := &s.Plan.places[i]
		page, ok := s.published[at.slug]
		switch {
		case ok:
			s.record(at, page)
		case s.prunes(at.slug):
			s.takeBack(at)
		}
	}
}

// record says that an article is published where its place can say it.
func (s *syncer) record(at *place, page Published) {
	c := &s.carriers[at.carrier]
	edits := len(s.edits)
	switch {
	case c.stage != vocabulary.Unstated && at.state == c.stage && at.slot.kind == noSlot:
		if c.stage != vocabulary.Published {
			s.toStage(at, c, page)
			return
		}
	case at.state == vocabulary.Published:
	case at.slot.kind == noSlot && at.link.kind == noSlot:
		return // the document keeps no state
	case at.slot.kind != noSlot:
		if !s.writeState(at, c) {
			return
		}
	}
	if s.writeLink(at, c, page) || len(s.edits) > edits {
		s.note(at.name, diag.Warning, "not-recorded", "plansync sync records it",
			"%q: published, not recorded", at.slug)
	}
}

// writeState writes the document's word for what is published. It reports false, and says so, where
// the document has none.
func (s *syncer) writeState(at *place, c *carrier) bool {
	if at.slot.kind == boxSlot {
		s.edit(at.slot.at, s.style.check)
		s.change.Boxes++
		return true
	}
	sample, ok := s.sample(at, c)
	if !ok {
		if at.slot.kind == markSlot && at.slot.at.Len() == 0 && at.state == vocabulary.Unstated {
			return true // a list that keeps no state
		}
		s.note(at.name, diag.Warning, "no-word",
			`say the word for it above the table or list: <!-- plansync: articles done="…" -->`,
			"%q: published, and no word of the plan says so yet", at.slug)
		return false
	}
	s.change.States++
	switch {
	case at.slot.kind == cellSlot:
		s.editCell(at.slot.at, sample.text, c.table)
	case sample.lead && at.slot.at.Len() == 0:
		s.edit(Span{at.name.Start, at.name.Start}, sample.text)
	case at.slot.kind == markSlot && at.slot.at.Len() > 0 && !sample.separated:
		inside := s.withoutSeparator(at.slot.at)
		s.edit(inside, strings.TrimSpace(sample.text))
	default:
		s.edit(at.slot.at, sample.text)
	}
	return true
}

// A sample is how a document says that an article is published.
type sample struct {
	text      string
	lead      bool // it stands before the name
	separated bool // it has its separator
}

// sample returns how the document says that an article is published: as the declaration has it, as
// another place of its kind does, or as the legend does.
func (s *syncer) sample(at *place, c *carrier) (found sample, ok bool) {
	inline := at.slot.kind == markSlot || at.slot.kind == leadSlot
	if done := c.doneWord(); done != "" {
		if at.slot.kind == markSlot && at.slot.at.Len() == 0 {
			done = " " + done
		}
		return sample{text: done}, true
	}
	if at.slot.kind == cellSlot && c.table != nil {
		if done, ok := s.doneCell(c); ok {
			return sample{text: s.slice(done)}, true
		}
	}
	if other := s.likeness(s.doneLike, at.carrier, at.slot.kind.class()); other != nil {
		switch {
		case other.slot.kind == leadSlot:
			return sample{text: s.slice(other.slot.at), lead: true, separated: true}, true
		case other.slot.kind == markSlot:
			return sample{text: withoutRemark(s.slice(other.slot.at)), separated: true}, true
		}
		return sample{text: s.slice(other.slot.at)}, true
	}
	for _, entry := range s.legend {
		if entry.State != vocabulary.Published {
			continue
		}
		if inline {
			return sample{text: " " + entry.Mark}, entry.Mark != ""
		}
		return sample{text: entry.Text}, true
	}
	return sample{}, false
}

// doneWord returns the word for what is published that a declaration gives, if there is one.
func (c *carrier) doneWord() string {
	if c.declared == nil {
		return ""
	}
	return c.declared.attributes["done"]
}

// doneCell returns a state cell that says published: one of the table, or else of another one.
func (s *syncer) doneCell(c *carrier) (at Span, ok bool) {
	if c.done != (Span{}) {
		return c.done, true
	}
	return s.done, s.done != (Span{})
}

// withoutRemark cuts a remark in brackets off a mark: "— **DONE (pilot)**" is "— **DONE**".
func withoutRemark(mark string) string {
	before, rest, ok := strings.Cut(mark, "(")
	_, after, closed := strings.Cut(rest, ")")
	if !ok || !closed {
		return mark
	}
	return strings.TrimRight(before, " ") + after
}

// writeLink writes the link to the published page where the document has a place for it: an empty
// cell or field, or after the name where siblings have one. A link that is there stays.
func (s *syncer) writeLink(at *place, c *carrier, page Published) bool {
	if at.url != "" || at.link.kind == noSlot && (c.table != nil || at.slot.kind == textSlot) {
		return false
	}
	like, hasSample := s.linkSample(at)
	switch {
	case at.link.kind == cellSlot:
		s.editCell(at.link.at, s.linkLike(like, at, page), c.table)
	case at.link.kind == textSlot:
		s.edit(at.link.at, s.linkLike(like, at, page))
	case hasSample && like.link.at.Start >= like.name.End:
		gap := s.slice(Span{like.name.End, like.link.at.Start})
		if !isSeparator(gap) || !isOneLine(gap) {
			return false
		}
		s.edit(Span{at.name.End, at.name.End}, gap+s.linkLike(like, at, page))
	default:
		return false
	}
	s.change.Links++
	return true
}

// linkSample returns a place of the same carrier, or else of another one, that has a link.
func (s *syncer) linkSample(at *place) (like *place, ok bool) {
	like = s.likeness(s.linkedLike, at.carrier, s.carriers[at.carrier].class())
	return like, like != nil
}

// A class is which places may be like each other: cells, values of fields, marks beside a name; or
// in the case of links, those of tables and all others.
type class uint8

const (
	ofCell class = iota
	ofText
	ofMark
)

func (k slotKind) class() class {
	switch k {
	case cellSlot:
		return ofCell
	case textSlot:
		return ofText
	}
	return ofMark
}

func (c *carrier) class() class {
	if c.table != nil {
		return ofCell
	}
	return ofText
}

// A likenessKey is a carrier and a class; the carrier is -1 for the first of the document.
type likenessKey struct {
	carrier int
	class   class
}

// likeness returns the place that another one of a carrier is written like: one of the same
// carrier, or else the document's first.
func (s *syncer) likeness(of map[likenessKey]*place, carrier int, class class) *place {
	if at, ok := of[likenessKey{carrier, class}]; ok {
		return at
	}
	return of[likenessKey{-1, class}]
}

// findLikenesses learns, in one pass, how the document says things: its first states of either kind,
// the first places that say that an article is published and the first with a link, and the table
// of what is published. What a declaration says is its carrier's own.
func (s *syncer) findLikenesses() {
	s.open, s.publishedStage = make(map[class]Span), -1
	for i := range s.carriers {
		c := &s.carriers[i]
		if c.table != nil && c.doneWord() == "" && s.done == (Span{}) {
			s.done = c.done
		}
		if _, ok := s.open[c.class()]; !ok && c.open != (Span{}) {
			s.open[c.class()] = c.open
		}
		if s.publishedStage < 0 && c.table != nil && c.stage == vocabulary.Published {
			s.publishedStage = i
		}
	}
	s.doneLike, s.linkedLike = make(map[likenessKey]*place), make(map[likenessKey]*place)
	note := func(of map[likenessKey]*place, class class, at *place) {
		for _, key := range []likenessKey{{at.carrier, class}, {-1, class}} {
			if _, ok := of[key]; !ok {
				of[key] = at
			}
		}
	}
	for i := range s.Plan.places {
		at := &s.Plan.places[i]
		if at.state == vocabulary.Published && at.slot.at.Len() > 0 && at.slot.kind != boxSlot &&
			s.carriers[at.carrier].doneWord() == "" {
			note(s.doneLike, at.slot.kind.class(), at)
		}
		if at.url != "" {
			note(s.linkedLike, s.carriers[at.carrier].class(), at)
		}
	}
}

// linkLike writes the link to a page as another place has its own: a link, an address or a path, in
// code or not, with or without a slash at the end. Without another place it is the address.
func (s *syncer) linkLike(like *place, at *place, page Published) string {
	if like == nil {
		return inMarkdown.Replace(page.URL)
	}
	text := s.slice(like.link.at)
	for l := range s.links(like.link.at) {
		label := s.slice(l.Text)
		switch {
		case l.isAddress():
			return strings.Replace(text, label, addressLike(label, page.URL), 1)
		case strings.HasPrefix(label, "/") || strings.Contains(label, "://"):
			label = addressLike(label, page.URL)
		case vocabulary.Key(label) == vocabulary.Key(like.title):
			label = linkText(at.title)
		}
		return "[" + label + "](" + addressLike(s.slice(l.URL), page.URL) + ")"
	}
	return strings.Replace(text, like.url, addressLike(like.url, page.URL), 1)
}

// addressLike returns the address of a page in the form of another address.
func addressLike(like, permalink string) string {
	permalink = inMarkdown.Replace(permalink)
	if !strings.Contains(like, "://") {
		permalink = path(permalink)
	}
	if !strings.HasSuffix(like, "/") {
		return strings.TrimSuffix(permalink, "/")
	}
	return permalink
}

// takeBack takes back that an article is published.
func (s *syncer) takeBack(at *place) {
	c := &s.carriers[at.carrier]
	if at.state != vocabulary.Published || c.stage != vocabulary.Unstated && at.slot.kind == noSlot {
		return
	}
	switch at.slot.kind {
	case boxSlot:
		s.edit(at.slot.at, " ")
	case markSlot, leadSlot:
		s.edit(at.slot.at, "")
	case cellSlot, textSlot:
		word, ok := s.openWord(c)
		if !ok {
			s.note(at.name, diag.Warning, "no-word", "write it by hand",
				"%q: not published, and no word of the plan says so", at.slug)
			return
		}
		if at.slot.kind == cellSlot {
			s.editCell(at.slot.at, word, c.table)
		} else {
			s.edit(at.slot.at, word)
		}
	}
	s.change.Pruned++
	if at.url == "" {
		return
	}
	switch {
	case at.link.kind == cellSlot:
		s.editCell(at.link.at, s.slice(c.table.noLink), c.table)
	case at.link.at.Start >= at.name.End && c.table == nil && at.slot.kind != textSlot:
		gap := Span{at.name.End, at.link.at.Start}
		if isSeparator(s.slice(gap)) {
			s.edit(Span{gap.Start, at.link.at.End}, "")
		}
	}
}

// openWord returns a word of the document for what is not published.
func (s *syncer) openWord(c *carrier) (word string, ok bool) {
	if c.open != (Span{}) {
		return s.slice(c.open), true
	}
	if at, ok := s.open[c.class()]; ok {
		return s.slice(at), true
	}
	for _, state := range []vocabulary.State{vocabulary.NotBegun, vocabulary.InWork} {
		for _, entry := range s.legend {
			if entry.State == state {
				return entry.Text, true
			}
		}
	}
	return "", false
}

// editCell replaces the text of a cell. The blanks after it take up the difference in length where
// the table is aligned.
func (s *syncer) editCell(at Span, text string, t *table) {
	text = strings.ReplaceAll(text, "|", `\|`)
	text = strings.ReplaceAll(text, `\\|`, `\|`)
	cell := at
	for cell.Start > 0 && isBlank(s.text[cell.Start-1]) {
		cell.Start--
	}
	for cell.End < len(s.text) && isBlank(s.text[cell.End]) {
		cell.End++
	}
	width := s.widthOf(t)
	if at.Len() == 0 {
		text = " " + text + " "
		if width != nil {
			text += strings.Repeat(" ", max(0, width(s.slice(cell))-width(text)))
		}
		s.edit(cell, text)
		return
	}
	after := cell.End - at.End
	if width != nil {
		after = max(min(after, 1), after+width(s.slice(at))-width(text))
	}
	s.edit(Span{at.Start, cell.End}, text+strings.Repeat(" ", after))
}

// widthOf returns how the width of a text counts in an aligned table, and nil for a table whose
// lines are not equally wide.
func (s *syncer) widthOf(t *table) func(string) int {
	if t == nil {
		return nil
	}
	if t.aligned == nil {
		t.aligned = new(func(string) int) // holding nil
		for _, width := range []func(string) int{utf8.RuneCountInString, columns} {
			want, equal := -1, true
			for line := range strings.Lines(s.slice(t.lines)) {
				n := width(strings.TrimSpace(line))
				equal = equal && (want < 0 || n == want)
				want = n
			}
			if equal {
				*t.aligned = width
				break
			}
		}
	}
	return *t.aligned
}

// columns returns how many columns of a terminal a text takes.
func columns(text string) int {
	n := 0
	for _, r := range text {
		switch {
		case r == 0x200d || r >= 0xfe00 && r <= 0xfe0f: // joiners and forms
		case r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
			r >= 0xf900 && r <= 0xfaff ||
			r >= 0xff00 && r <= 0xff60 || r >= 0x1f300 && r <= 0x1faff || slices.Contains(wideSigns, r)):
			n += 2
		default:
			n++
		}
	}
	return n
}

// wideSigns are signs below the emoji that take two columns.
var wideSigns = []rune{'✅', '❌', '⏳', '⌛', '⭐', '⚡', '⬜', '⬛', '❓', '❗', '⚪', '⚫'}

// toStage moves a row to the section of what is published, or says that it stands in the wrong one.
func (s *syncer) toStage(at *place, c *carrier, page Published) {
	target := s.publishedStage
	if !s.options.Move || c.table == nil || target < 0 {
		hint := "plansync sync --move"
		if c.table == nil || target < 0 {
			hint = "move it by hand: no table of what is published is there"
		}
		s.note(at.name, diag.Warning, "wrong-stage", hint, "%q: published, and the plan has it under %s",
			at.slug, s.plain(c.heading))
		return
	}
	to := &s.carriers[target]
	line := s.rowFor(at, c, target, page)
	s.edit(at.lines, "")
	end := to.table.lines.End
	s.insertLines(end, line+s.eolBefore(end))
	s.change.Moved++
}

// rowFor writes the row of an article for another table: its cells go by the names of the columns.
func (s *syncer) rowFor(at *place, from *carrier, target int, page Published) string {
	to, rows := &s.carriers[target], from.table.rows
	row := rows[sort.Search(len(rows), func(i int) bool { return rows[i].lines.Start >= at.lines.Start })]
	var b strings.Builder
	b.WriteString("|")
	for j, name := range to.table.names {
		cell := ""
		k := slices.IndexFunc(from.table.names,
			func(n string) bool { return vocabulary.Key(n) == vocabulary.Key(name) })
		if k < 0 && to.table.columns[j] != vocabulary.ColumnOther {
			k = slices.Index(from.table.columns, to.table.columns[j])
		}
		if k >= 0 && k < len(row.cells) && row.cells[k].Start >= 0 {
			cell = s.slice(row.cells[k])
		}
		if cell == "" {
			cell = s.newCell(target, j, at, page)
		}
		b.WriteString(" " + cell + " |")
	}
	return b.String()
}

// newCell returns what a cell of a moved row holds that its old table had no column for: the link
// and the date of publication, as the other rows have them.
func (s *syncer) newCell(target, column int, at *place, page Published) string {
	to := &s.carriers[target]
	switch to.table.columns[column] {
	case vocabulary.ColumnLink, vocabulary.ColumnPath:
		return s.linkLike(s.linkedLike[likenessKey{target, ofCell}], at, page)
	case vocabulary.ColumnState:
		if done, ok := s.doneCell(to); ok {
			return s.slice(done)
		}
	}
	for _, row := range to.table.rows {
		if column < len(row.cells) && row.cells[column].Start >= 0 && isDate(s.slice(row.cells[column])) {
			return page.Date
		}
	}
	return ""
}

// isDate reports whether a text is a date as 2026-03-02.
func isDate(text string) bool {
	return len(text) == len("2026-03-02") && text[4] == '-' && text[7] == '-' &&
		strings.Trim(text, "0123456789-") == ""
}
