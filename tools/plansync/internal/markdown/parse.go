package markdown

import (
	"bytes"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// goldmarkParser is CommonMark with GitHub's extensions. It leaves out what goldmark does to cells
// afterwards, a pipe that is escaped inside of code, since that takes quadratic time; see Plain.
var goldmarkParser = sync.OnceValue(func() parser.Parser {
	blocks := parser.DefaultBlockParsers()
	for i, b := range blocks {
		if b.Priority < 1000 { // all but paragraphs
			blocks[i].Value = located{b.Value.(parser.BlockParser)}
		}
	}
	inlines := parser.DefaultInlineParsers()
	for i, p := range inlines {
		if p.Priority == 200 {
			inlines[i].Value = closingLinks{p.Value.(linkParser)}
		}
	}
	return parser.NewParser(
		parser.WithBlockParsers(blocks...),
		parser.WithInlineParsers(append(inlines,
			util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
			util.Prioritized(extension.NewStrikethroughParser(), 500),
			util.Prioritized(extension.NewLinkifyParser(), 999))...),
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
			util.Prioritized(bounded{before: true}, 0),
			util.Prioritized(extension.NewTableParagraphTransformer(), 200),
			util.Prioritized(bounded{}, 1000))...))
})

// linkParser is what goldmark's parser of links is to goldmark.
type linkParser interface {
	parser.InlineParser
	parser.CloseBlocker
}

// closingLinks notes where links close, which their nodes do not tell.
type closingLinks struct{ linkParser }

// A closing is where the text and the whole of a link end.
type closing struct{ bracket, end int }

var closingsKey = parser.NewContextKey()

func (c closingLinks) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	_, bracket := block.Position()
	node := c.linkParser.Parse(parent, block, pc)
	if node != nil && (node.Kind() == ast.KindLink || node.Kind() == ast.KindImage) {
		_, end := block.Position()
		closings := pc.Get(closingsKey).(map[ast.Node]closing)
		closings[node] = closing{bracket.Start, end.Start}
	}
	return node
}

// Parse reads a document. The error, if any, is an *Error: the document exceeds a limit of this
// package. Whatever else the document is, it can be read.
func Parse(source []byte) (*Document, error) {
	content := readable(source)
	start := 0
	if bytes.HasPrefix(content, []byte("\ufeff")) {
		start = len("\ufeff")
	}
	return parse(source, content, frontMatter(content, start))
}

// ParseBody reads what follows the front matter of a page: none can stand in it any more.
func ParseBody(source []byte) (*Document, error) {
	return parse(source, readable(source), Span{})
}

func parse(source, content []byte, front Span) (doc *Document, err error) {
	d := &Document{Source: source, text: string(content), Front: front}
	defer func() {
		if r := recover(); r != nil {
			l, ok := r.(limit)
			if !ok {
				panic(r)
			}
			line, column := Position(source, LineStarts(source), l.at)
			doc, err = nil, &Error{line, column, l.message}
		}
	}()
	closings := make(map[ast.Node]closing)
	context := parser.NewContext()
	context.Set(closingsKey, closings)
	reader := text.NewReader(content)
	reader.SetPosition(-1, text.NewSegment(0, d.Front.End))
	reader.AdvanceLine() // to the first one after the front matter
	root := goldmarkParser().Parse(reader, parser.WithContext(context))
	b := &builder{Document: d, content: content, closings: closings}
	lines := 1 + bytes.Count(content, []byte("\n"))
	d.Blocks, d.Inlines = make([]Block, 0, 2*lines), make([]Inline, 0, 4*lines)
	b.blocks(root, -1)
	b.setLines()
	return d, nil
}

// readable returns a text of the same length whose lines end as goldmark expects: every CR that
// ends a line by itself is a LF, and the one of a CRLF after what may be the marker of an empty
// list item is a blank, since goldmark takes it for a character of the item. A text without either
// is returned as it is.
func readable(source []byte) []byte {
	content := source
	for i := 0; i < len(source); i++ {
		n := bytes.IndexByte(source[i:], '\r')
		if n < 0 {
			break
		}
		i += n
		with := byte('\n')
		if i+1 < len(source) && source[i+1] == '\n' {
			if i == 0 || bytes.IndexByte([]byte("-*+.)"), source[i-1]) < 0 {
				continue
			}
			with = ' '
		}
		if &content[0] == &source[0] {
			content = bytes.Clone(source)
		}
		content[i] = with
	}
	return content
}

// endOfLine returns where the line at an offset ends, with its ending.
func endOfLine(text []byte, at int) int {
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// A builder makes the flat lists of a document from goldmark's tree.
type builder struct {
	*Document
	content     []byte
	closings    map[ast.Node]closing
	definitions map[string]Span // the addresses of references, by their labels
	own         int             // the first inline inside the node that is read
	leaves      []int           // the blocks that have lines of their own, by their indexes
}

// blocks adds the blocks inside a node.
func (b *builder) blocks(parent ast.Node, index int) {
	for node := parent.FirstChild(); node != nil; node = node.NextSibling() {
		table, ok := node.(*extast.Table)
		if !ok {
			b.block(node, index)
			continue
		}
		// A paragraph above a table and a line "---" below it make a heading, which goldmark puts
		// after the table.
		heading, ok := node.NextSibling().(*ast.Heading)
		if ok && heading.Pos() < b.headerStart(table) {
			b.block(heading, index)
			node = heading
		}
		b.table(table, index)
	}
}

// block adds a block that is no table, and what is inside it.
func (b *builder) block(node ast.Node, parent int) {
	block := Block{Parent: parent, Marker: Span{node.Pos(), node.Pos()}}
	switch node := node.(type) {
	case *ast.Heading:
		b.heading(&block, node)
	case *ast.Paragraph, *ast.TextBlock:
		block.Kind, block.Text = Paragraph, b.extent(node)
		block.Marker = Span{block.Text.Start, block.Text.Start}
	case *ast.Blockquote:
		block.Kind = Quote
	case *ast.List:
		block.Kind = List
	case *ast.ListItem:
		block.Kind = Item
		block.Marker.End = b.markerEnd(block.Marker.Start)
		block.Level = number(b.content[block.Marker.Start:block.Marker.End])
	case *ast.CodeBlock:
		block.Kind, block.Text = Code, b.extent(node)
	case *ast.FencedCodeBlock:
		block.Kind, block.Fenced, block.Text = Code, true, b.extent(node)
	case *ast.HTMLBlock:
		block.Kind, block.Text = HTML, b.extent(node)
		if node.HasClosure() {
			block.Text.End = node.ClosureLine.Stop
		}
		block.Text = b.trim(Span{block.Marker.Start, max(block.Text.End, block.Marker.Start)})
	case *ast.ThematicBreak:
		block.Kind = Rule
	case *ast.LinkReferenceDefinition:
		block.Kind, block.Text = Definition, b.extent(node)
		block.Marker = Span{block.Text.Start, block.Text.Start}
	}
	if block.Text == (Span{}) {
		block.Text = Span{block.Marker.End, block.Marker.End}
	}
	at := len(b.Blocks)
	b.Blocks = append(b.Blocks, block)
	switch block.Kind {
	case Quote, List, Item:
		if !node.HasChildren() {
			b.leaves = append(b.leaves, at)
		}
		b.blocks(node, at)
	case Paragraph, Heading:
		b.leaves = append(b.leaves, at)
		b.inlines(node, at)
		if box, ok := node.FirstChild().(*extast.TaskCheckBox); ok {
			b.Blocks[parent].Box = box.Pos() + 1
		}
	default:
		b.leaves = append(b.leaves, at)
		if block.Kind == HTML {
			b.comments(block.Text)
		}
	}
	b.Blocks[at].Next = len(b.Blocks)
}

// heading reads a heading's own part.
func (b *builder) heading(block *Block, node *ast.Heading) {
	block.Kind, block.Level, block.Text = Heading, node.Level, b.extent(node)
	if at := block.Marker.Start; at < len(b.content) && b.content[at] == '#' &&
		(node.Lines().Len() == 0 || at < block.Text.Start) {
		block.Marker.End = at + node.Level
	}
	if node.Lines().Len() == 0 {
		end := block.Marker.End
		block.Text = Span{end, end}
	}
}

// extent returns the lines of a node from the first to the last byte, without the blanks around.
func (b *builder) extent(node ast.Node) Span {
	lines := node.Lines()
	if lines.Len() == 0 {
		return Span{max(node.Pos(), 0), max(node.Pos(), 0)}
	}
	s := b.trim(Span{lines.At(0).Start, lines.At(lines.Len() - 1).Stop})
	if s.Len() == 0 { // blank lines in a fence
		return Span{max(node.Pos(), 0), max(node.Pos(), 0)}
	}
	return s
}

// trim narrows a span by the white space at its ends.
func (b *builder) trim(s Span) Span {
	for s.Start < s.End && util.IsSpace(b.content[s.Start]) {
		s.Start++
	}
	for s.End > s.Start && util.IsSpace(b.content[s.End-1]) {
		s.End--
	}
	return s
}

// markerEnd returns where the list marker at an offset ends.
func (b *builder) markerEnd(at int) int {
	for at < len(b.content) && b.content[at] >= '0' && b.content[at] <= '9' {
		at++
	}
	return min(at+1, len(b.content))
}

// number reads the digits of an ordered item's marker, and 0 from another one.
func number(marker []byte) (n int) {
	for _, c := range marker[:len(marker)-1] {
		n = 10*n + int(c-'0')
	}
	return n
}

// table adds a table with its rows and cells.
func (b *builder) table(node *extast.Table, parent int) {
	at, start := len(b.Blocks), b.headerStart(node)
	none := Span{start, start}
	b.Blocks = append(b.Blocks, Block{Kind: Table, Parent: parent, Marker: none, Text: none})
	b.leaves = append(b.leaves, at)
	for row := node.FirstChild(); row != nil; row = row.NextSibling() {
		if row != node.FirstChild() {
			start = b.startOfText(row.Pos())
		}
		index := len(b.Blocks)
		line := Span{b.startOfLine(start), endOfLine(b.content, start)}
		b.Blocks = append(b.Blocks, Block{Kind: Row, Parent: at, Lines: line, Marker: Span{start, start},
			Text: b.trim(Span{start, line.End})})
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			text := Span{-1, -1}
			if lines := cell.Lines(); lines.Len() > 0 {
				segment := lines.At(0)
				bound(b.content, lines)
				text = Span{segment.Start, max(segment.Start, segment.Stop)}
			}
			own := len(b.Blocks)
			b.Blocks = append(b.Blocks, Block{Kind: Cell, Parent: index, Next: own + 1, Lines: line,
				Text: text, Marker: Span{text.Start, text.Start}})
			b.inlines(cell, own)
		}
		b.Blocks[index].Next = len(b.Blocks)
	}
	b.Blocks[at].Next = len(b.Blocks)
}

// headerStart returns where the header of a table starts. goldmark gives the table the position of
// the paragraph that it was cut from.
func (b *builder) headerStart(table *extast.Table) int {
	for cell := table.FirstChild().FirstChild(); cell != nil; cell = cell.NextSibling() {
		if lines := cell.Lines(); lines.Len() > 0 {
			return b.startOfText(lines.At(0).Start)
		}
	}
	if before := table.PreviousSibling(); before != nil && before.Pos() == table.Pos() {
		if lines := before.Lines(); lines.Len() > 0 {
			return b.startOfText(endOfLine(b.content, lines.At(lines.Len()-1).Start))
		}
	}
	return table.Pos()
}

// startOfLine returns where the line of an offset starts.
func (b *builder) startOfLine(at int) int { return bytes.LastIndexByte(b.content[:at], '\n') + 1 }

// startOfText returns the first byte of the line of an offset that is no blank.
func (b *builder) startOfText(at int) int {
	at = b.startOfLine(at)
	for at < len(b.content) && (b.content[at] == ' ' || b.content[at] == '\t') {
		at++
	}
	return at
}

// setLines gives each block its whole lines. A block goes on to the last line that is not blank
// before the next one starts: what closes it (a fence, an underline, a tag) is in no other block.
func (b *builder) setLines() {
	end := len(b.content)
	for i := len(b.leaves) - 1; i >= 0; i-- {
		block := &b.Blocks[b.leaves[i]]
		start := b.startOfLine(block.Marker.Start)
		block.Lines = Span{start, max(b.withoutBlankLines(start, end), start)}
		end = start
	}
	for i := len(b.Blocks) - 1; i >= 0; i-- {
		block := &b.Blocks[i]
		if block.Next > i+1 && block.Kind != Row && block.Kind != Table {
			block.Lines = Span{b.startOfLine(block.Marker.Start), b.Blocks[block.Next-1].lastLine(b.Blocks)}
		}
	}
}

// lastLine returns the end of a block's lines, of a cell's those of its table.
func (b *Block) lastLine(blocks []Block) int {
	for b.Kind == Cell || b.Kind == Row {
		b = &blocks[b.Parent]
	}
	return b.Lines.End
}

// withoutBlankLines returns the end of the last line before end that is not blank.
func (b *builder) withoutBlankLines(start, end int) int {
	last := end
	for last > start && util.IsSpace(b.content[last-1]) {
		last--
	}
	if last == end {
		return end
	}
	return min(endOfLine(b.content, last), end)
}
