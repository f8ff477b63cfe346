package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// inlines adds the inlines of a block.
func (b *builder) inlines(node ast.Node, block int) {
	start := len(b.Inlines)
	b.inside(node)
	b.Blocks[block].inlines = Span{start, len(b.Inlines)}
	if b.Blocks[block].Kind == Cell {
		for i := start; i < len(b.Inlines); i++ {
			b.Inlines[i].cell = true
		}
	}
}

// inside adds the inlines inside a node.
func (b *builder) inside(parent ast.Node) {
	b.own = len(b.Inlines)
	for node := parent.FirstChild(); node != nil; node = node.NextSibling() {
		b.inline(node)
	}
	b.own = len(b.Inlines)
}

func (b *builder) inline(node ast.Node) {
	switch node := node.(type) {
	case *ast.Text:
		b.addText(spanOf(node.Segment))
		if node.SoftLineBreak() || node.HardLineBreak() {
			end := endOfLine(b.content, node.Segment.Stop)
			whole := Span{node.Segment.Stop, end}
			b.add(Inline{Kind: Break, Hard: node.HardLineBreak(), Whole: whole, Inner: Span{end, end}})
		}
	case *ast.Emphasis:
		kind := Strong
		if node.Level == 1 {
			kind = Emphasis
		}
		b.marked(kind, node, node.Level)
	case *extast.Strikethrough:
		b.marked(Strike, node, 0)
	case *ast.Link:
		closing := b.closings[node]
		link := Inline{Kind: Link, Ref: node.Reference != nil,
			Whole: Span{node.Pos(), closing.end}, Inner: Span{node.Pos() + 1, closing.bracket}}
		if link.Ref {
			link.Address = b.definition(node)
		} else {
			link.Address = b.address(Span{closing.bracket + 1, closing.end}, node.Destination)
		}
		at := len(b.Inlines)
		b.add(link)
		b.inside(node)
		b.Inlines[at].Next = len(b.Inlines)
	case *ast.Image:
		closing := b.closings[node]
		b.add(Inline{Kind: Image,
			Whole: Span{node.Pos(), closing.end}, Inner: Span{node.Pos() + 2, closing.bracket}})
	case *ast.AutoLink:
		b.autoLink(node)
	case *ast.CodeSpan:
		b.codeSpan(node)
	case *ast.RawHTML:
		whole := Span{node.Segments.At(0).Start, node.Segments.At(node.Segments.Len() - 1).Stop}
		b.add(Inline{Kind: RawHTML, Whole: whole, Inner: whole})
		if bytes.HasPrefix(b.content[whole.Start:whole.End], []byte("<!--")) {
			b.Comments = append(b.Comments, whole)
		}
	}
}

func (b *builder) add(inline Inline) {
	inline.Next = len(b.Inlines) + 1
	b.Inlines = append(b.Inlines, inline)
}

// addText adds a text, or lengthens the one before it: goldmark cuts at what turns out to mark
// nothing.
func (b *builder) addText(s Span) {
	if n := len(b.Inlines); n > b.own {
		if last := &b.Inlines[n-1]; last.Kind == Text && last.Whole.End == s.Start {
			last.Whole.End, last.Inner.End = s.End, s.End
			return
		}
	}
	if s.Len() > 0 {
		b.add(Inline{Kind: Text, Whole: s, Inner: s})
	}
}

func spanOf(s text.Segment) Span { return Span{s.Start, max(s.Start, s.Stop)} }

// marked adds emphasised text: what is inside, and the marks around it. They stand right before and
// behind; their number is width, or as many as there are where that is 0.
func (b *builder) marked(kind InlineKind, node ast.Node, width int) {
	at := len(b.Inlines)
	b.add(Inline{Kind: kind})
	b.inside(node)
	if len(b.Inlines) == at+1 { // nothing is inside
		b.Inlines = b.Inlines[:at]
		return
	}
	inner := Span{b.Inlines[at+1].Whole.Start, b.Inlines[at+1].Whole.End}
	for i := at + 1; i < len(b.Inlines); i = b.Inlines[i].Next {
		inner.End = b.Inlines[i].Whole.End
	}
	if width == 0 {
		for width < 2 && inner.Start-width > 0 && b.content[inner.Start-width-1] == '~' &&
			inner.End+width < len(b.content) && b.content[inner.End+width] == '~' {
			width++
		}
	}
	in := &b.Inlines[at]
	in.Whole, in.Inner, in.Next = Span{inner.Start - width, inner.End + width}, inner, len(b.Inlines)
}

// autoLink adds "<https://...>", or an address that stands by itself.
func (b *builder) autoLink(node *ast.AutoLink) {
	label := node.Label(b.content)
	start := node.Pos()
	if !bytes.HasPrefix(b.content[start:], label) {
		start++ // at "<", or at what comes before the address
	}
	link := Inline{Kind: Link, Bare: true, Inner: Span{start, start + len(label)}}
	link.Whole, link.Address = link.Inner, link.Inner
	end := link.Inner.End
	if start > 0 && b.content[start-1] == '<' && end < len(b.content) && b.content[end] == '>' {
		link.Whole = Span{start - 1, end + 1}
	}
	if node.AutoLinkType == ast.AutoLinkEmail {
		link.Scheme = "mailto:"
	} else if len(node.Protocol) > 0 {
		link.Scheme = string(node.Protocol) + "://"
	}
	b.add(link)
	b.add(Inline{Kind: Text, Bare: true, Whole: link.Inner, Inner: link.Inner})
	b.Inlines[len(b.Inlines)-2].Next++
	b.own = len(b.Inlines)
}

// codeSpan adds "`...`".
func (b *builder) codeSpan(node *ast.CodeSpan) {
	start := node.Pos()
	width := 0
	for start+width < len(b.content) && b.content[start+width] == '`' {
		width++
	}
	inner := Span{start + width, start + width}
	if last, ok := node.LastChild().(*ast.Text); ok {
		inner.End = max(inner.Start, last.Segment.Stop)
	}
	for end := inner.End; ; end++ { // one blank at the end is cut off
		if end >= len(b.content) || b.content[end] == '`' {
			inner.End = end
			break
		}
	}
	b.add(Inline{Kind: CodeSpan, Whole: Span{start, inner.End + width}, Inner: inner})
}

// address returns where the address of a link stands in what follows its text: "(address "title")".
func (b *builder) address(tail Span, destination []byte) Span {
	at := tail.Start + 1
	for at < tail.End && util.IsSpace(b.content[at]) {
		at++
	}
	if at < tail.End && b.content[at] == '<' && !bytes.HasPrefix(b.content[at:], destination) ||
		at < tail.End && b.content[at] == '<' && len(destination) == 0 {
		at++
	}
	if !bytes.HasPrefix(b.content[at:], destination) { // in a quote, the sign of it comes before
		if i := bytes.Index(b.content[tail.Start:tail.End], destination); i >= 0 {
			at = tail.Start + i
		}
	}
	return Span{at, at + len(destination)}
}

// definition returns where the address of a reference stands.
func (b *builder) definition(link *ast.Link) Span {
	if b.definitions == nil {
		b.definitions = make(map[string]Span)
		b.readDefinitions(root(link))
	}
	return b.definitions[util.ToLinkReference(link.Reference.Value)]
}

func root(node ast.Node) ast.Node {
	for node.Parent() != nil {
		node = node.Parent()
	}
	return node
}

// readDefinitions notes the addresses of the definitions inside a node. The first one of a label
// counts.
func (b *builder) readDefinitions(parent ast.Node) {
	for node := parent.FirstChild(); node != nil; node = node.NextSibling() {
		if node.Type() != ast.TypeBlock {
			return
		}
		definition, ok := node.(*ast.LinkReferenceDefinition)
		if !ok {
			if !node.IsRaw() {
				b.readDefinitions(node)
			}
			continue
		}
		label := util.ToLinkReference(definition.Label)
		if _, seen := b.definitions[label]; seen {
			continue
		}
		whole := b.extent(node)
		at := whole.Start
		if i := bytes.Index(b.content[at:whole.End], definition.Label); i >= 0 {
			at += i + len(definition.Label) // the label can hold escaped brackets
		}
		if i := bytes.Index(b.content[at:whole.End], []byte("]:")); i >= 0 {
			at += i + len("]")
		}
		b.definitions[label] = b.address(Span{at, whole.End}, definition.Destination)
	}
}

// comments notes the comments in a block of HTML.
func (b *builder) comments(html Span) {
	for at := html.Start; ; {
		start := strings.Index(b.text[at:html.End], "<!--")
		if start < 0 {
			return
		}
		start += at
		end := strings.Index(b.text[start+len("<!--"):html.End], "-->")
		if end < 0 {
			return
		}
		at = start + len("<!--") + end + len("-->")
		b.Comments = append(b.Comments, Span{start, at})
	}
}
