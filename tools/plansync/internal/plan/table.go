package plan

import (
	"fmt"
	"slices"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

// A table names articles in its rows.
type table struct {
	names   []string // of the columns
	columns []vocabulary.Column
	rows    []tableRow
	noLink  Span              // what stands in the cell of a link that is not there
	lines   Span              // of the whole table
	live    bool              // a filled link cell says that the article is published
	aligned *func(string) int // how its lines are equally wide; see widthOf
}

// A tableRow is a row with its cells. A cell that the row lacks starts at -1.
type tableRow struct {
	lines Span
	cells []Span
}

func (t *table) has(c vocabulary.Column) bool { return slices.Contains(t.columns, c) }

// cell returns the row's cell of a column; ok is false where it has none.
func (t *table) cell(row tableRow, c vocabulary.Column) (at Span, ok bool) {
	i := slices.Index(t.columns, c)
	if i < 0 || i >= len(row.cells) || row.cells[i].Start < 0 {
		return Span{}, false
	}
	return row.cells[i], true
}

// readTable reads a table of articles, by its index. One that may be one and cannot be read is a
// finding; one without a column that plans have is the author's.
func (k *kept) readTable(index int) {
	t := k.table(index)
	header := t.rows[0]
	t.rows = t.rows[1:]
	texts := make([][]string, len(t.rows))
	for i, row := range t.rows {
		for _, cell := range row.cells {
			text := ""
			if cell.Start >= 0 {
				text = k.slice(cell)
			}
			texts[i] = append(texts[i], text)
		}
	}
	t.columns = k.words.Columns(t.names, texts)
	if k.declared != nil && !k.declare(t) {
		return
	}
	if !t.readable(k.declared != nil) {
		k.maybeArticles(t, header)
		return
	}
	c := k.carry(header.lines)
	c.table = t
	if i := slices.Index(t.columns, vocabulary.ColumnLink); i >= 0 { // "Live URL" says more than "URL"
		t.live = k.words.Column(t.names[i]) == vocabulary.ColumnLink ||
			k.declared != nil && k.declared.attributes["link"] != ""
	}
	if t.has(vocabulary.ColumnState) {
		c.stage, c.said = vocabulary.Unstated, vocabulary.Unstated
	}
	for _, row := range t.rows {
		k.readRow(row, t, c)
	}
}

// table reads the cells of a table, its header first.
func (k *kept) table(index int) *table {
	blocks := k.doc.Blocks
	t := &table{lines: Span(blocks[index].Lines)}
	for i := index + 1; i < blocks[index].Next; i = blocks[i].Next {
		row := tableRow{lines: Span(blocks[i].Lines)}
		for j := i + 1; j < blocks[i].Next; j++ {
			row.cells = append(row.cells, Span(blocks[j].Text))
			if len(t.rows) == 0 {
				name := ""
				if blocks[j].Text.Start >= 0 {
					name = k.plain(Span(blocks[j].Text))
				}
				t.names = append(t.names, name)
			}
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// readable reports whether the columns of a table tell its articles.
func (t *table) readable(declared bool) bool {
	title := t.has(vocabulary.ColumnTitle)
	if declared {
		return title || t.has(vocabulary.ColumnSlug) || t.has(vocabulary.ColumnPath)
	}
	return title && (t.has(vocabulary.ColumnSlug) || t.has(vocabulary.ColumnKeyword) ||
		t.has(vocabulary.ColumnState)) ||
		t.has(vocabulary.ColumnSlug) && t.has(vocabulary.ColumnState) ||
		(t.has(vocabulary.ColumnPath) || t.has(vocabulary.ColumnSlug)) && t.has(vocabulary.ColumnKeyword)
}

// declaredColumns are the columns that a declaration names, by its attributes.
var declaredColumns = map[string]vocabulary.Column{
	"title": vocabulary.ColumnTitle, "slug": vocabulary.ColumnSlug,
	"keyword": vocabulary.ColumnKeyword,
	"path":    vocabulary.ColumnPath, "state": vocabulary.ColumnState, "link": vocabulary.ColumnLink,
	"category": vocabulary.ColumnCategory,
}

// declare gives the columns of a table the meanings that its declaration says. It reports whether
// the table has them.
func (k *kept) declare(t *table) bool {
	k.declared.used = true
	for name, column := range declaredColumns {
		value, ok := k.declared.attributes[name]
		if !ok {
			continue
		}
		at := slices.IndexFunc(t.names,
			func(n string) bool { return vocabulary.Key(n) == vocabulary.Key(value) })
		if at < 0 {
			k.problem(k.declared.at, diag.Warning, "bad-declaration",
				"the columns are "+strings.Join(t.names, ", "),
				"declaration: the table has no column %q", value)
			return false
		}
		for i, c := range t.columns {
			if c == column {
				t.columns[i] = vocabulary.ColumnOther
			}
		}
		t.columns[at] = column
	}
	return true
}

// maybeArticles reports a table that has some of the columns of a plan and not enough.
func (k *kept) maybeArticles(t *table, header tableRow) {
	known := slices.DeleteFunc(slices.Clone(t.columns), func(c vocabulary.Column) bool {
		return c == vocabulary.ColumnOther || c == vocabulary.ColumnCategory
	})
	if len(known) == 0 {
		return
	}
	lacks, title := "no column is known as title", slices.Index(t.columns, vocabulary.ColumnTitle)
	if title >= 0 {
		lacks = "no column is known as slug, keyword or state"
	} else {
		title = k.likelyTitle(t)
	}
	line := declarationOf(t.names[title])
	k.offers = append(k.offers, offer{header.lines, line, fmt.Sprintf(
		"a table that may name articles: %s (%s)", lacks, strings.Join(t.names, ", "))})
}

// likelyTitle returns the first column of no known name whose cells read as titles: most are in
// quotation marks, or else of several words. It is what an owner is shown, never what is read.
func (k *kept) likelyTitle(t *table) int {
	best, most := 0, 0.5
	for i := range t.names {
		if i >= len(t.columns) || t.columns[i] != vocabulary.ColumnOther {
			continue
		}
		filled, titles := 0, 0.0
		for _, row := range t.rows {
			if i >= len(row.cells) || row.cells[i].Start < 0 || vocabulary.Nothing(k.plain(row.cells[i])) {
				continue
			}
			filled++
			if _, _, quoted := quotation(k.text, row.cells[i]); quoted {
				titles += 2
			} else if len(strings.Fields(k.plain(row.cells[i]))) > 1 {
				titles++
			}
		}
		if share := titles / float64(max(1, filled)); share > most {
			best, most = i, share
		}
	}
	return best
}

// readRow reads one row of a table of articles.
func (k *kept) readRow(row tableRow, t *table, c *carrier) {
	a := article{name: row.lines, lines: row.lines}
	a.name = trim(k.text, a.name)
	empty := true
	for _, cell := range row.cells {
		empty = empty && (cell.Start < 0 || vocabulary.Nothing(k.plain(cell)))
	}
	if empty {
		return
	}
	if at, ok := t.cell(row, vocabulary.ColumnState); ok {
		a.state, a.slot = k.state(at, c), slot{cellSlot, at}
		c.learn(at, a.state)
	}
	if at, ok := t.cell(row, vocabulary.ColumnTitle); ok {
		if vocabulary.Titles(k.plain(at)) > 1 {
			k.refuse(at, diag.Warning, "two-articles", "give each title a row of its own",
				"a row for two articles: %s", k.plain(at))
			return
		}
		a.name = at
		a.title, _ = vocabulary.CellTitle(k.plain(at), k.strongIn(at), "")
		for l := range k.links(at) {
			a.addresses = append(a.addresses, k.target(l))
			break
		}
	}
	for _, column := range []vocabulary.Column{vocabulary.ColumnPath, vocabulary.ColumnSlug} {
		if at, ok := t.cell(row, column); ok && (!vocabulary.Nothing(k.plain(at)) ||
			strings.Contains(k.slice(at), "/")) {
			a.addresses = slices.Insert(a.addresses, 0, k.slice(at))
			if a.title == "" {
				a.name = at
			}
		}
	}
	if at, ok := t.cell(row, vocabulary.ColumnLink); ok {
		a.link = slot{cellSlot, at}
		if t.noLink == (Span{}) && at.Len() > 0 && vocabulary.Nothing(k.slice(at)) {
			t.noLink = at
		}
		if address, found, _ := vocabulary.ReadAddress(k.slice(at)); found {
			a.linked = address.Text
			a.addresses = append(a.addresses, k.slice(at))
			if t.live && !t.has(vocabulary.ColumnState) && c.stage == vocabulary.Unstated &&
				k.isOurs(address) {
				a.state = vocabulary.StateReading{State: vocabulary.Published}
			}
			if a.title == "" && len(a.addresses) == 1 {
				a.name = at
			}
		}
	}
	for _, column := range []vocabulary.Column{vocabulary.ColumnKeyword, vocabulary.ColumnSecondary} {
		if at, ok := t.cell(row, column); ok {
			a.keywords = append(a.keywords, vocabulary.Keywords(k.slice(at))...)
		}
	}
	if at, ok := t.cell(row, vocabulary.ColumnCategory); ok && !vocabulary.Nothing(k.plain(at)) {
		a.category = k.titleOf(at)
	}
	k.add(a, c)
}

// state reads what a cell or a remark says of the article's state.
func (k *kept) state(at Span, c *carrier) vocabulary.StateReading {
	text := k.slice(at)
	if c.declared != nil {
		if done := c.declared.attributes["done"]; done != "" && strings.Contains(text, done) {
			return vocabulary.StateReading{State: vocabulary.Published, By: vocabulary.ByWord, Word: done}
		}
	}
	return k.words.State(text)
}

// learn notes how the carrier says that an article is published, and that it is not.
func (c *carrier) learn(at Span, r vocabulary.StateReading) {
	switch {
	case at.Len() == 0:
	case r.State == vocabulary.Published && c.done == (Span{}):
		c.done = at
	case r.State == vocabulary.NotBegun && !c.notBegun:
		c.open, c.notBegun = at, true
	case r.State == vocabulary.InWork && c.open == (Span{}):
		c.open = at
	}
}

// strongIn returns the bold part of a text, if there is one.
func (p *Plan) strongIn(s Span) string {
	for in := range p.inlines(s) {
		if in.Kind == markdown.Strong {
			return p.plain(Span(in.Inner))
		}
	}
	return ""
}
