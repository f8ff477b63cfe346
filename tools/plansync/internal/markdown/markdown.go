// Package markdown reads a document as a reader sees it: goldmark, the parser that Hugo renders
// with, finds the blocks and what is inside them (CommonMark, and GitHub's tables, task lists,
// strikethrough and bare links), and this package keeps what an edit needs, the byte spans.
//
// A Document owns no text. It has two flat lists, in the order of the source: Blocks, each followed
// by the blocks inside it, and Inlines, likewise. Next skips what is inside.
//
//	doc, err := markdown.Parse(source)
//	for i := range doc.Blocks {
//		if b := &doc.Blocks[i]; b.Kind == markdown.Heading {
//			fmt.Println(b.Level, doc.Plain(b.Text))
//		}
//	}
package markdown

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// A Span is a range of bytes [Start, End) in a document.
type Span struct{ Start, End int }

// Len returns the number of bytes in the span.
func (s Span) Len() int { return s.End - s.Start }

// Contains reports whether other lies inside the span.
func (s Span) Contains(other Span) bool { return s.Start <= other.Start && other.End <= s.End }

// A Kind says what a block is.
type Kind uint8

// The kinds of blocks.
const (
	Heading    Kind = iota // "## text", or text above "---"
	Paragraph              // also the text of a list item, whether a blank line follows or not
	Quote                  // "> ..."
	List                   // items that go on with one kind of marker
	Item                   // "- ...", "1. ..."
	Table                  // a header, a delimiter and rows
	Row                    // one line of a table; the first one is its header
	Cell                   // of a row
	Code                   // a fence, or indented
	HTML                   // raw HTML, comments included
	Rule                   // "---"
	Definition             // "[label]: address"
)

var kindNames = [...]string{"heading", "paragraph", "quote", "list", "item", "table", "row", "cell",
	"code", "html", "rule", "definition"}

func (k Kind) String() string { return kindNames[k] }

// A Block is a heading, a paragraph, a list item and so on.
type Block struct {
	Kind   Kind
	Fenced bool // of Code: it stands in a fence
	Level  int  // of Heading: 1 to 6; of Item in an ordered list: its number, otherwise 0
	Parent int  // the index of the block that holds it, or -1
	Next   int  // the index behind the last block inside it

	// Lines are the whole lines that the block takes, nested ones included: from the start of its
	// first line to the start of the line after its last one that is not blank.
	Lines Span
	// Text is what is inside, without what marks it: a heading's words, a paragraph from its first
	// to its last byte, a cell without the blanks around it. It is empty where there is none; of a
	// cell that its row lacks, Start is -1.
	Text Span
	// Marker is an item's "-" or "1.", a heading's "##" (empty where it is underlined), and where
	// any other block starts, an empty span there.
	Marker Span
	// Box is where the sign of a task's box stands, the byte between the brackets; 0 without a box.
	Box int

	inlines Span // indexes into Document.Inlines
}

// An InlineKind says what an inline is.
type InlineKind uint8

// The kinds of inlines.
const (
	Text     InlineKind = iota // as it stands, but for escapes and entities
	Break                      // the end of a line inside a paragraph
	Strong                     // "**...**"
	Emphasis                   // "*...*"
	Strike                     // "~~...~~"
	Link                       // inline, reference, "<https://...>" or a bare address
	Image                      // "![...](...)": what is inside is not listed
	CodeSpan                   // "`...`"
	RawHTML                    // a tag or a comment
)

// An Inline is a piece of a block's text.
type Inline struct {
	Kind  InlineKind
	Hard  bool // of Break: a line break for the reader, too
	Bare  bool // of Link: an address without text, in "<>" or by itself; of Text: that address
	Ref   bool // of Link: its address stands in a definition
	Next  int  // the index behind the last inline inside it
	Whole Span // with what marks it
	Inner Span // without: the text of a link, the inside of strong text and of code
	// Address is the address of a link as it is written, without "<>". Of a reference it stands in
	// the definition. It is empty, at its place, where there is none.
	Address Span

	// Scheme is what a reader's program puts before the address of a bare link: "http://" before
	// www.example.org, "mailto:" before an e-mail address, otherwise nothing.
	Scheme string

	cell bool // of CodeSpan: it stands in a table, where a pipe is escaped even in code
}

// A Document is a parsed document. Its spans are offsets into Source.
type Document struct {
	Source   []byte
	Front    Span // front matter with its fences, as whole lines; empty at its place without
	Blocks   []Block
	Inlines  []Inline
	Comments []Span // "<!-- ... -->", in blocks of HTML and in text, in the order of the source

	text string // Source as goldmark reads it; see readable
}

// An Error is a document that cannot be read within the limits of this package.
type Error struct {
	Line, Column int // of the block, starting at 1; columns count characters
	Message      string
}

func (e *Error) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message) }

// InlinesOf returns the inlines of a block, without those of the blocks inside it.
func (d *Document) InlinesOf(b *Block) []Inline { return d.Inlines[b.inlines.Start:b.inlines.End] }

// Slice returns the bytes of a span as they stand, but for some CRs, which read as LF or a blank.
func (d *Document) Slice(s Span) string { return d.text[s.Start:s.End] }

// LineStarts returns the offsets at which the lines of a text start. A line ends in LF, CRLF or a
// lone CR.
func LineStarts(source []byte) []int {
	starts := []int{0}
	for i, c := range source {
		if c == '\n' || c == '\r' && (i+1 == len(source) || source[i+1] != '\n') {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// Position returns the line and the column of an offset, both starting at 1; columns count
// characters. The starts are those of LineStarts.
func Position(source []byte, starts []int, offset int) (line, column int) {
	line, found := slices.BinarySearch(starts, offset)
	if !found {
		line--
	}
	return line + 1, utf8.RuneCount(source[starts[line]:offset]) + 1
}
