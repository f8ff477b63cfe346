package plan

import (
	"slices"
	"sort"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
)

// A declaration is a line above a table or a list that says how it names articles:
// <!-- plansync: articles title="Idea" link="We have" done="✅" -->.
type declaration struct {
	at         Span
	attributes map[string]string
	used       bool
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

// declarationBefore returns the declaration that stands right above a block, if there is one.
func (k *kept) declarationBefore(b *markdown.Block) *declaration {
	for i := range k.declarations {
		d := &k.declarations[i]
		if d.at.End <= b.Lines.Start && isBlankLines(k.slice(Span{d.at.End, b.Lines.Start})) {
			return d
		}
	}
	return nil
}

// unusedDeclarations reports declarations below which nothing could be read.
func (k *kept) unusedDeclarations() {
	for _, d := range k.declarations {
		if !d.used {
			k.problem(d.at, diag.Warning, "bad-declaration", "put it on the line above a table or a list",
				"declaration: no table and no list of articles follows")
		}
	}
}
