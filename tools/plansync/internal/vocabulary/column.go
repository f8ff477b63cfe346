package vocabulary

import (
	"strings"
	"unicode"
)

// A Column is what the cells of a table's column hold.
type Column int

// The columns that a plan is made of.
const (
	ColumnOther Column = iota // nothing that plansync reads
	ColumnTitle
	ColumnKeyword   // the search query, and further ones after it
	ColumnSecondary // search queries beside the one of ColumnKeyword
	ColumnSlug
	ColumnPath // the article's path or file
	ColumnState
	ColumnLink // the address of the published article
	ColumnCategory

	firstColumn = ColumnTitle
	lastColumn  = ColumnCategory
)

var columnStrings = [...]string{"other", "title", "keyword", "secondary-keyword", "slug", "path",
	"state", "link", "category"}

// String returns the name of c, as in [params.plansync.columns].
func (c Column) String() string { return columnStrings[c] }

func columnByName(name string) (Column, bool) {
	for c := firstColumn; c <= lastColumn; c++ {
		if c.String() == name {
			return c, true
		}
	}
	return ColumnOther, false
}

// Column returns what a column of this name holds by its name alone. Of names that say different
// things by what stands below them, such as URL and Published, it returns the likelier; see
// [Vocabulary.Columns].
func (v *Vocabulary) Column(name string) Column {
	c, _ := v.columnName(name)
	return c.column.resolve()
}

// Field returns what a field of this name gives of an article that has a heading or an item of its
// own, such as "Target" of "**Target:** gravel base". Fewer words than in a table are needed there.
func (v *Vocabulary) Field(name string) Column {
	if c := v.Column(name); c != ColumnOther {
		return c
	}
	return fieldNames[Key(name)]
}

// Columns returns what each column of a table holds, by its name and its cells. rows may lack
// cells. Where two columns name one thing, the one with the more telling name has it, else the
// first, and the other is ColumnOther. A column named for an address is ColumnLink where its cells
// are URLs, ColumnPath where they are paths or files and ColumnSlug where they are single words.
// One named for being done ("Published?") is ColumnState only where its cells say yes or no.
func (v *Vocabulary) Columns(names []string, rows [][]string) []Column {
	columns := make([]Column, len(names))
	var best [lastColumn + 1]struct{ at, rank int }
	for i, name := range names {
		c, ok := v.columnName(name)
		if !ok {
			continue
		}
		column := v.byCells(c.column, cells(rows, i))
		if column == ColumnOther {
			continue
		}
		switch b := &best[column]; {
		case b.rank == 0 || c.rank+1 < b.rank:
			if b.rank > 0 {
				columns[b.at] = ColumnOther
			}
			columns[i] = column
			b.at, b.rank = i, c.rank+1
		}
	}
	return columns
}

func cells(rows [][]string, column int) []string {
	var cells []string
	for _, row := range rows {
		if column < len(row) && !Nothing(row[column]) {
			cells = append(cells, row[column])
		}
	}
	return cells
}

// Columns whose cells decide what they hold. They are never returned to a caller.
const (
	columnAddress Column = lastColumn + 1 + iota // "URL": a path, a file, a slug or a link
	columnArticle                                // "Page", "Article": a title, or a path
	columnStage                                  // "Stage": a state, or a stage of a sales funnel
	columnDone                                   // "Published?": yes or no, a link, or a date
	columnGroup                                  // "Pillar": a category, or yes or no
)

// resolve returns what c is when there are no cells to decide it.
func (c Column) resolve() Column {
	switch c {
	case columnAddress:
		return ColumnPath
	case columnArticle:
		return ColumnTitle
	case columnStage, columnDone:
		return ColumnState
	case columnGroup:
		return ColumnCategory
	}
	return c
}

// byCells returns what c holds, given its cells that are not empty.
func (v *Vocabulary) byCells(c Column, cells []string) Column {
	if c <= lastColumn {
		return c
	}
	var forms [lastForm + 1]int
	var known, yes, numbers int
	for _, cell := range cells {
		if !strings.ContainsFunc(cell, unicode.IsLetter) {
			numbers++
		}
		if address, ok, _ := ReadAddress(cell); ok {
			forms[address.Form]++
		}
		if r := v.State(cell); r.State == NotBegun || r.State == InWork || r.State == Published {
			known++
			if !strings.ContainsRune(Key(cell), ' ') {
				yes++
			}
		}
	}
	most := func(n int) bool { return n > 0 && 2*n > len(cells) }
	switch c {
	case columnAddress:
		switch {
		case len(cells) == 0:
			return ColumnLink // a place for it
		case most(forms[URL]):
			return ColumnLink
		case most(forms[Path] + forms[File] + forms[Pattern]):
			return ColumnPath
		case most(forms[Bare]):
			return ColumnSlug
		case most(forms[URL] + forms[Path] + forms[File] + forms[Pattern] + forms[Bare]):
			return ColumnPath
		}
		return ColumnOther
	case columnArticle:
		switch {
		case most(forms[Path] + forms[File] + forms[Pattern]):
			return ColumnPath
		case most(numbers):
			return ColumnOther // "Pages: 26"
		}
		return ColumnTitle
	case columnStage:
		if most(known) {
			return ColumnState
		}
		return ColumnOther
	case columnDone:
		switch {
		case most(forms[URL] + forms[Path]):
			return ColumnLink
		case most(known):
			return ColumnState
		}
		return ColumnOther
	case columnGroup:
		if most(yes) {
			return ColumnOther
		}
		return ColumnCategory
	}
	return ColumnOther
}

// A columnName is what a column's name says, and how clearly: 0 is clearest.
type columnName struct {
	column Column
	rank   int
}

func (v *Vocabulary) columnName(name string) (c columnName, ok bool) {
	if c, ok = v.columns[Key(name)]; ok {
		return c, true
	}
	outside, inside := withoutBrackets(name)
	if len(inside) > 0 {
		if c, ok = v.columns[Key(outside)]; ok {
			return c, true
		}
	}
	if Key(name) == "" && v.mark(name) == Published {
		return columnName{columnDone, 2}, true
	}
	return v.pairedName(outside)
}

// pairedName reads "Title / H1" and "Keyword & Query": each part must be known, the first counts.
func (v *Vocabulary) pairedName(name string) (first columnName, ok bool) {
	parts := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("/&+|／・", r) })
	if len(parts) < 2 {
		return first, false
	}
	for i, part := range parts {
		c, ok := v.columns[Key(part)]
		if !ok {
			return first, false
		}
		if i == 0 {
			first = c
		}
	}
	return first, true
}

// columnKinds are the headings of words/columns.txt.
var columnKinds = map[string]Column{
	"title": ColumnTitle, "keyword": ColumnKeyword, "secondary-keyword": ColumnSecondary,
	"slug": ColumnSlug, "link": ColumnLink, "state": ColumnState, "category": ColumnCategory,
	"address": columnAddress, "article": columnArticle, "stage": columnStage, "done": columnDone,
	"group": columnGroup,
}

var fieldNames = func() map[string]Column {
	names := map[string]Column{}
	for heading, words := range wordLists("columns") {
		if kind, ok := strings.CutPrefix(heading, "fields "); ok {
			for _, word := range words {
				names[Key(word)] = columnKinds[kind]
			}
		}
	}
	return names
}()

// columnNames reads the names of columns: "[keyword 1]" heads those of rank 1.
func columnNames() map[string]columnName {
	names := map[string]columnName{}
	for heading, words := range wordLists("columns") {
		kind, rank, _ := strings.Cut(heading, " ")
		if kind == "fields" {
			continue
		}
		column, ok := columnKinds[kind]
		if !ok || len(rank) != 1 {
			panic("vocabulary: columns: " + heading)
		}
		for _, word := range words {
			key := Key(word)
			if old, ok := names[key]; ok && old.column != column {
				panic("vocabulary: column " + word + " twice")
			} else if !ok {
				names[key] = columnName{column, int(rank[0] - '0')}
			}
		}
	}
	return names
}
