package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// goldmark takes time that grows with the square of three things, which people do not write and
// which are bounded here, so that the whole stays linear.
const (
	// MaxNesting is how many quotes, lists and list items may stand inside each other; a nested list
	// is two of them.
	MaxNesting = 100
	// MaxMarkup bounds the inline text of one block: the number of its bytes times the number of
	// those that can mark something (* _ ~ ` [ ] ! <). 4 KiB of nothing else is within it, and so is
	// 128 KiB with 128 of them.
	MaxMarkup = 1 << 24
	// MaxDefinitions is how many lines a paragraph may have that starts with a link definition.
	MaxDefinitions = 1 << 13
)

// A limit is what a document exceeds, at an offset. It leaves goldmark as a panic, which Parse
// takes.
type limit struct {
	at      int
	message string
}

const (
	tooDeep            = "more than 100 quotes, lists and list items stand inside each other"
	tooManyDefinitions = "a paragraph that starts with a link definition has more than 8192 lines"
	tooMuchMarkup      = "a block has too much inline markup for its length: cut it into several"
)

// located corrects a block parser of goldmark's: the position of a block that starts behind a tab
// counts the tab's columns as bytes. A container that is nested too deep ends the reading.
type located struct{ parser.BlockParser }

func (l located) Open(
	parent ast.Node, reader text.Reader, pc parser.Context,
) (ast.Node, parser.State) {
	_, segment := reader.Position()
	node, state := l.BlockParser.Open(parent, reader, pc)
	if node == nil {
		return node, state
	}
	source, start := reader.Source(), segment.Start
	for start < len(source) && (source[start] == ' ' || source[start] == '\t') {
		start++
	}
	pc.SetBlockOffset(start - segment.Start) // what the position is made of
	if state&parser.HasChildren != 0 && len(pc.OpenedBlocks()) >= MaxNesting {
		panic(limit{start, tooDeep})
	}
	if heading, ok := node.(*ast.Heading); ok {
		bound(source, heading.Lines())
	}
	return node, state
}

// bounded is a paragraph transformer that holds paragraphs to the limits.
type bounded struct{ before bool }

func (b bounded) Transform(node *ast.Paragraph, reader text.Reader, _ parser.Context) {
	lines, source := node.Lines(), reader.Source()
	if !b.before {
		bound(source, lines)
		return
	}
	// The paragraph may become definitions or a table, of which each cell is text of its own.
	if first := lines.At(0); lines.Len() > MaxDefinitions && source[first.Start] == '[' {
		panic(limit{first.Start, tooManyDefinitions})
	}
}

// bound holds the text in lines to MaxMarkup.
func bound(source []byte, lines *text.Segments) {
	const short = 1 << 12 // its square is the bound
	size := 0
	for i := range lines.Len() {
		line := lines.At(i)
		size += line.Stop - line.Start
	}
	if size <= short {
		return
	}
	markup := 0
	for i := range lines.Len() {
		line := lines.At(i)
		value := source[line.Start:line.Stop]
		for _, c := range []byte("*_~`[]!<") {
			markup += bytes.Count(value, []byte{c})
		}
	}
	if size*markup > MaxMarkup {
		panic(limit{lines.At(0).Start, tooMuchMarkup})
	}
}
