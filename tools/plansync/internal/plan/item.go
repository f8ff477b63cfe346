package plan

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

// A listItem is an item of a list that may name articles.
type listItem struct {
	block   *markdown.Block
	content Span // its paragraph, without a box
	address itemAddress
	fields  []field // in the lists inside it
}

// An itemAddress is a slug, a path or a file in an item. Its text is empty without one.
type itemAddress struct {
	text  string
	at    Span
	shown bool // the text stands there for a reader, beside the title
}

// readItems reads a list of articles, by its index: most of its items have a slug, a path or a
// file, or it stands below a declaration.
func (k *kept) readItems(index int) {
	blocks := k.doc.Blocks
	var items []listItem
	addressed := 0
	for i := index + 1; i < blocks[index].Next; i = blocks[i].Next {
		if i+1 >= blocks[i].Next || blocks[i+1].Kind != markdown.Paragraph {
			continue
		}
		item := listItem{block: &blocks[i], content: Span(blocks[i+1].Text)}
		if _, rest, ok := k.box(item.content); ok {
			item.content = rest
		}
		item.address = k.addressIn(item.content)
		item.fields = k.fieldsOf(i)
		if item.address.text != "" && !k.isOnlyPath(item) || k.tellsArticle(item) {
			addressed++
		}
		items = append(items, item)
	}
	if k.declared != nil {
		k.declared.used = true
	} else if 2*addressed <= len(items) {
		return
	}
	c := k.carry(Span(blocks[index].Lines))
	for _, item := range items {
		if k.declared == nil && item.address.text == "" && !k.tellsArticle(item) {
			at := trim(k.text, Span(item.block.Lines))
			k.refuse(at, diag.Warning, "no-slug",
				"give it a slug after the title, as (`my-slug`), or take it out of the list",
				"%q: no slug, path or file, as the other items have", k.slice(item.content))
			continue
		}
		k.readListItem(item, c)
	}
}

// fieldsOf returns the fields below an item, by its index, such as "File: rain.md": in the lists
// inside it, or in a list of nothing else right after its own, where they are not indented enough.
func (k *kept) fieldsOf(index int) (fields []field) {
	blocks := k.doc.Blocks
	for i := index + 1; i < blocks[index].Next; i = blocks[i].Next {
		if blocks[i].Kind == markdown.List {
			fields = append(fields, k.fieldsIn(i)...)
		}
	}
	next, list := blocks[index].Next, blocks[index].Parent
	if len(fields) == 0 && next < len(blocks) && next == blocks[list].Next &&
		blocks[next].Kind == markdown.List && blocks[next].Lines.Start == blocks[index].Lines.End &&
		k.holdsFields(next) {
		return k.fieldsIn(next)
	}
	return fields
}

// tellsArticle reports whether the fields below an item say that it is an article, as those below a
// heading do: they name it, or the item is a title and they say what searches it answers.
func (k *kept) tellsArticle(item listItem) bool {
	return slices.ContainsFunc(item.fields, func(f field) bool {
		return f.names() && f.column != vocabulary.ColumnTitle ||
			f.column == vocabulary.ColumnKeyword && k.isTitle(item.content)
	})
}

// isTitle reports whether all of an item's name is bold or quoted.
func (k *kept) isTitle(content Span) bool {
	_, after, bold := k.strongAt(content)
	rest := trim(k.text, Span{after, content.End})
	return bold && (rest.Len() == 0 || k.text[rest.Start] == '(') ||
		vocabulary.Titles(k.plain(content)) == 1
}

// isOnlyPath reports whether an item is the path of a page and nothing else: a page of the site that
// somebody notes, without a title and without a state.
func (k *kept) isOnlyPath(item listItem) bool {
	return item.block.Box == 0 && strings.HasPrefix(item.address.text, "/") &&
		strings.Trim(k.slice(item.content), "` ") == item.address.text
}

// addressIn returns where the slug, the path or the file of an item's article stands: in code, as
// the text or the address of a link, in bold, or as a word of its own.
func (k *kept) addressIn(content Span) itemAddress {
	for in := range k.inlines(content) {
		at := Span(in.Inner)
		switch in.Kind {
		case markdown.CodeSpan:
			if k.isAddress(k.slice(at)) {
				return itemAddress{k.slice(at), at, true}
			}
		case markdown.Strong: // a bold word inside a sentence is one
			if in.Whole.Start == content.Start && k.isAddress(k.slice(at)) {
				return itemAddress{k.slice(at), at, true}
			}
		case markdown.Link:
			if k.isAddress(k.slice(at)) {
				return itemAddress{k.slice(at), at, true}
			}
			target := k.doc.Target(in)
			if address, ok, err := vocabulary.ReadAddress(target); ok && err == nil && k.isOurs(address) &&
				(address.Host == "" || k.options.BaseURL != "") && address.Form != vocabulary.Bare &&
				(address.Form == vocabulary.File || k.options.inSection(target)) {
				return itemAddress{target, Span(in.Whole), false}
			}
		case markdown.Text:
			text := k.slice(at)
			for field := range strings.FieldsSeq(text) {
				word := strings.Trim(field, "()[],;:")
				if word == "" || !k.isAddress(word) {
					continue
				}
				start := at.Start + strings.Index(text, word)
				word = k.slice(Span{start, start + len(word)})
				// "long-term" is a slug in brackets, or where the item starts with it and a dash follows.
				bracketed := strings.HasPrefix(field, "(") || strings.HasPrefix(field, "[")
				apart := bracketed && strings.Trim(field, "()[]") == word
				if !apart && k.isInRemark(Span{start, start + len(word)}, at) {
					continue
				}
				if !apart && start == content.Start {
					rest := k.slice(Span{start + len(word), content.End})
					apart = rest == "" ||
						k.slice(k.withoutSeparator(Span{start + len(word), content.End})) != strings.TrimSpace(rest)
				}
				if apart || !vocabulary.IsSlug(word) && !strings.HasPrefix(word, "$") {
					return itemAddress{word, Span{start, start + len(word)}, true}
				}
			}
		}
	}
	return itemAddress{}
}

// isInRemark reports whether an address in a text stands in a bracket among other words: "(hub:
// /services)", "(done, see docs/a.md)".
func (k *kept) isInRemark(address, text Span) bool {
	before := k.slice(Span{text.Start, address.Start})
	return strings.LastIndexAny(before, "([") > strings.LastIndexAny(before, ")]")
}

// isAddress reports whether a text is the address of one of our pages and can be nothing else.
func (k *kept) isAddress(text string) bool {
	address, ok, _ := vocabulary.ReadAddress(text)
	switch {
	case !ok || address.Form == vocabulary.URL && (k.options.BaseURL == "" || !k.isOurs(address)):
		return false // a list of links to other sites is none of articles
	case address.Form == vocabulary.Bare:
		return vocabulary.IsSlug(text)
	case address.Form == vocabulary.Path: // of a page, and no file of a program
		return !strings.Contains(address.Slug, ".")
	}
	return true
}

// readListItem reads one item of a list of articles.
func (k *kept) readListItem(item listItem, c *carrier) {
	a := article{lines: Span(item.block.Lines)}
	address := ""
	if item.address.text != "" {
		a.addresses = []string{item.address.text}
	}
	if item.address.shown {
		address = k.plain(item.address.at)
	}
	strong, strongEnd := "", 0
	for in := range k.inlines(item.content) {
		if in.Kind == markdown.Strong && strong == "" && Span(in.Inner) != item.address.at {
			strong, strongEnd = k.plain(Span(in.Inner)), in.Whole.End
		}
	}
	if title, _ := vocabulary.ReadTitle(k.plain(item.content), strong, address); title != strong {
		strongEnd = 0 // it is no title
	}
	end := k.nameEnd(item, strongEnd)
	a.title, _ = vocabulary.ReadTitle(k.plain(Span{item.content.Start, end}), strong, address)
	if a.title == "" { // it follows the address
		next := k.segment(Span{end, item.content.End})
		inside := k.withoutSeparator(next)
		if r := k.state(inside, c); r.State == vocabulary.Unstated || r.State == vocabulary.Unknown {
			title, _ := vocabulary.ReadTitle(k.plain(inside), k.strongIn(inside), "")
			if isTitle(title) {
				a.title, end = title, next.End
			}
		}
	}
	a.name = trim(k.text, Span{item.content.Start, end})
	lead, mark := k.marks(item, end, c)
	switch {
	case item.block.Box > 0:
		a.slot = slot{boxSlot, Span{item.block.Box, item.block.Box + 1}}
		a.state = vocabulary.StateReading{State: vocabulary.NotBegun, By: vocabulary.ByBox}
		if sign := k.text[item.block.Box]; sign != ' ' {
			a.state.State = vocabulary.Published
		}
	case lead.Len() > 0:
		a.slot, a.state = slot{leadSlot, lead}, k.state(lead, c)
	case mark.Len() > 0:
		a.slot, a.state = slot{markSlot, mark}, k.state(k.withoutSeparator(mark), c)
	default:
		a.slot = slot{markSlot, Span{end, end}}
	}
	for _, f := range item.fields {
		if f.column != vocabulary.ColumnState || item.block.Box == 0 {
			k.readField(&a, f, c)
		} else if r := k.state(f.value, c); r.State == vocabulary.InWork &&
			a.state.State == vocabulary.NotBegun {
			a.state = r // the box stays where the state is written
		}
	}
	for l := range k.links(item.content) {
		if k.options.inSection(k.target(l)) || strings.HasPrefix(k.slice(l.Text), "/") {
			a.link, a.linked = slot{textSlot, l.Whole}, k.target(l)
			break
		}
	}
	k.add(a, c)
}

// maxTitleWords is how many words a title has at most that follows a slug: more describe it.
const maxTitleWords = 16

// isTitle reports whether what follows a slug is its title, and no description and no date.
func isTitle(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return s != "" && !unicode.IsLower(first) && !isDate(s) && len(strings.Fields(s)) <= maxTitleWords
}

// nameEnd returns where the name of an item's article ends: after its bold title, or else after its
// address with the bracket around it, or else before a dash, or at the end.
func (k *kept) nameEnd(item listItem, strongEnd int) int {
	end := strongEnd
	if at := item.address.at; at.End > end {
		end = at.End
		for in := range k.inlines(item.content) { // with the marks around it
			if in.Kind != markdown.Text && in.Whole.Start <= at.Start && in.Whole.End >= at.End {
				end = in.Whole.End
			}
		}
		if end < item.content.End && strings.IndexByte(")]}", k.text[end]) >= 0 {
			end++
		}
	}
	if end > 0 {
		return end
	}
	text := k.slice(item.content)
	if i := strings.IndexAny(text, quotes); i >= 0 { // a dash inside quotation marks is of the title
		_, whole, ok := quotation(k.text, Span{item.content.Start + i, item.content.End})
		if ok && !strings.Contains(text[:i], " — ") && !strings.Contains(text[:i], " - ") {
			return whole.End
		}
	}
	for _, dash := range []string{" — ", " -- ", " – ", " - "} {
		if before, _, ok := strings.Cut(text, dash); ok {
			return item.content.Start + len(before)
		}
	}
	return item.content.End
}

// marks returns the marks of a state before and after the name of an item's article: the one with
// the blank after it, the other with the separator before it. They are empty where there are none.
func (k *kept) marks(item listItem, end int, c *carrier) (lead, mark Span) {
	text := k.slice(Span{item.content.Start, end})
	if first, _, ok := strings.Cut(text, " "); ok {
		at := Span{item.content.Start, item.content.Start + len(first)}
		if r := k.state(at, c); r.By == vocabulary.ByMark && r.State != vocabulary.Unknown {
			return Span{at.Start, at.End + 1}, mark
		}
	}
	rest := Span{end, item.content.End}
	segment := k.segment(rest)
	if inside := k.withoutSeparator(segment); inside.Len() > 0 {
		r := k.state(inside, c)
		if r.State != vocabulary.Unstated && r.State != vocabulary.Unknown &&
			len(strings.Fields(k.slice(inside))) <= maxMarkWords {
			return lead, segment
		}
	}
	return lead, Span{end, end}
}

// maxMarkWords is how many words a mark of a state has at most: more of them are a description.
const maxMarkWords = 5

// segment returns the text at the start of s with the separator before it, up to the next dash or
// the end of the line.
func (k *kept) segment(s Span) Span {
	inside := k.withoutSeparator(s)
	text := k.slice(inside)
	for _, end := range []string{"\n", "\r", " — ", " -- ", " – ", " - "} {
		text, _, _ = strings.Cut(text, end)
	}
	return Span{s.Start, inside.Start + len(strings.TrimRight(text, " \t"))}
}

// withoutSeparator narrows s by the blanks and the dash at its start.
func (p *Plan) withoutSeparator(s Span) Span { return p.afterSeparator(s) }
