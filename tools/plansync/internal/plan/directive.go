package plan

import (
	"slices"
	"sort"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

// A declaration is a line above a table or a list that says how it names articles:
// <!-- plansync: articles title="Idea" link="We have" done="✅" -->.
type declaration struct {
	at         Span
	attributes map[string]string
	used       bool
	reach      int // the end of its section, once it is known
}

// AdoptionLine is the line by which an owner says that a file is a plan. <!-- plansync: ignore -->
// says that it is none; right above a table or a list, it speaks of that only.
const AdoptionLine = "<!-- plansync: plan -->"

// attributes of a declaration, each with what it names.
var attributeNames = []string{"title", "slug", "keyword", "path", "state", "link", "category",
	"done"}

// readDirectives reads the comments that speak to plansync.
func (p *Plan) readDirectives() {
	for _, c := range p.doc.Comments {
		at := Span(c)
		text := strings.TrimSuffix(strings.TrimPrefix(p.slice(at), "<!--"), "-->")
		rest, ok := strings.CutPrefix(strings.TrimSpace(text), "plansync:")
		if !ok {
			continue
		}
		word, attributes, _ := strings.Cut(strings.TrimSpace(rest), " ")
		switch word {
		case "plan":
			p.adopted = true
		case "ignore":
			if p.isAboveCarrier(at) {
				p.ignores = append(p.ignores, at)
			} else {
				p.ignored = true
			}
		case "articles":
			d := declaration{at: at, attributes: make(map[string]string)}
			if problem := d.read(attributes); problem != "" {
				p.problem(at, diag.Warning, "bad-declaration",
					`write it as <!-- plansync: articles title="Idea" link="We have" done="✅" -->`,
					"declaration: %s", problem)
			}
			p.declarations = append(p.declarations, d)
		default:
			p.problem(at, diag.Warning, "bad-declaration", "the words are plan, articles and ignore",
				"declaration: unknown word %q", word)
		}
	}
}

// isAboveCarrier reports whether a comment stands right above a table or a list, of which it
// speaks.
func (p *Plan) isAboveCarrier(at Span) bool {
	i := sort.Search(len(p.doc.Blocks),
		func(i int) bool { return p.doc.Blocks[i].Lines.Start >= at.End })
	if i == len(p.doc.Blocks) {
		return false
	}
	b := &p.doc.Blocks[i]
	return (b.Kind == markdown.Table || b.Kind == markdown.List) &&
		isBlankLines(p.slice(Span{at.End, b.Lines.Start}))
}

// isIgnored reports whether a comment right above a block says that it names no articles.
func (k *kept) isIgnored(b *markdown.Block) bool {
	return slices.ContainsFunc(k.ignores, func(at Span) bool {
		return at.End <= b.Lines.Start && isBlankLines(k.slice(Span{at.End, b.Lines.Start}))
	})
}

// read reads attributes: name="value", with either kind of quotation marks. It returns what is
// wrong.
func (d *declaration) read(text string) (problem string) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		name, rest, ok := strings.Cut(text, "=")
		name = strings.TrimSpace(name)
		rest = strings.TrimSpace(rest)
		if !ok || rest == "" || rest[0] != '"' && rest[0] != '\'' {
			return "what follows \"articles\" is no list of name=\"value\""
		}
		value, after, ok := strings.Cut(rest[1:], rest[:1])
		if !ok {
			return "a quotation mark is not closed"
		}
		known := false
		for _, attribute := range attributeNames {
			known = known || attribute == name
		}
		if !known {
			return "unknown attribute \"" + name + "\": there are " + strings.Join(attributeNames, ", ")
		}
		d.attributes[name] = strings.TrimSpace(value)
		text = after
	}
	return ""
}

// declarationFor returns the declaration that speaks of a block, if there is one: right above it, or
// further up in its section. The latter is one of several things, and says nothing of those that it
// does not fit.
func (k *kept) declarationFor(index int) *declaration {
	b := &k.doc.Blocks[index]
	var wide *declaration
	for i := range k.declarations {
		d := &k.declarations[i]
		switch {
		case d.at.End > b.Lines.Start:
		case isBlankLines(k.slice(Span{d.at.End, b.Lines.Start})):
			return d
		case b.Lines.Start < k.reachOf(d):
			wide = d
		}
	}
	if wide != nil && k.fits(wide, index) {
		return wide
	}
	return nil
}

// reachOf returns where the section of a declaration ends: at the next heading of the level of the
// one that it stands below, or of a higher one. Below the document's title, or none, every heading
// ends it.
func (k *kept) reachOf(d *declaration) int {
	if d.reach > 0 {
		return d.reach
	}
	level := 6
	d.reach = len(k.text)
	for i := 0; i < len(k.doc.Blocks); i = k.doc.Blocks[i].Next {
		b := &k.doc.Blocks[i]
		switch {
		case b.Kind != markdown.Heading:
		case b.Lines.Start < d.at.Start:
			if level = b.Level; Span(b.Text) == k.titleAt {
				level = 6
			}
		case b.Level <= level:
			d.reach = b.Lines.Start
			return d.reach
		}
	}
	return d.reach
}

// fits reports whether a declaration of a whole section speaks of a block in it, by its index: of
// tables if it names columns and they are there, of lists if it names none, unless they hold the
// fields of something else.
func (k *kept) fits(d *declaration, index int) bool {
	var columns []string
	for name, column := range d.attributes {
		if _, ok := declaredColumns[name]; ok {
			columns = append(columns, column)
		}
	}
	switch b := &k.doc.Blocks[index]; b.Kind {
	case markdown.Table:
		names := k.table(index).names
		return !slices.ContainsFunc(columns, func(column string) bool {
			return !slices.ContainsFunc(names, func(name string) bool {
				return vocabulary.Key(name) == vocabulary.Key(column)
			})
		})
	case markdown.List:
		return len(columns) == 0 && !k.holdsFields(index)
	}
	return false
}

// holdsFields reports whether half of the items of a list, by its index, are fields, or more.
func (k *kept) holdsFields(index int) bool {
	items, fields, blocks := 0, 0, k.doc.Blocks
	for i := index + 1; i < blocks[index].Next; i = blocks[i].Next {
		items++
	}
	for _, f := range k.fieldsIn(index) {
		if f.column != vocabulary.ColumnTitle { // "**Tutorial**: "Laying Gravel"" may be an article
			fields++
		}
	}
	return 2*fields >= items && items > 0
}

// fieldsIn returns the fields that the items of a list are, by its index.
func (k *kept) fieldsIn(index int) (fields []field) {
	blocks := k.doc.Blocks
	for i := index + 1; i < blocks[index].Next; i = blocks[i].Next {
		if i+1 >= blocks[i].Next || blocks[i+1].Kind != markdown.Paragraph {
			continue
		}
		for line := range k.lines(Span(blocks[i+1].Text)) {
			if f, ok := k.field(line); ok {
				fields = append(fields, f)
			}
		}
	}
	return fields
}

// unusedDeclarations reports declarations below which nothing could be read.
func (k *kept) unusedDeclarations() {
	for _, d := range k.declarations {
		if !d.used {
			k.problem(d.at, diag.Warning, "bad-declaration", "put it above a table or a list, or below the heading of their section",
				"declaration: no table and no list of articles follows")
		}
	}
}
