package audit

import (
	"bytes"
	"math"
	"unicode/utf8"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
)

// prose is what the quality findings need to know of an article's Markdown, as its reader sees it.
type prose struct {
	words        int // outside code blocks, tables, headings and shortcodes
	openingWords int // of the first paragraph
	openingLine  int
	headings     []mark // level and line
	links        []string
	bareImages   []int // lines of images without alternative text
	listings     []listing
	filler       []phrase
	paragraphs   []paragraph
	shingles     []uint64 // a sample of the hashes of every run of words of that length
	text         reader
}

type mark struct{ level, line int }

type phrase struct {
	text string
	line int
}

// A paragraph is long enough to be told by its hash where it stands again. Lines count from the
// start of the body, from 0.
type paragraph struct {
	line int
	sum  uint64
}

// readProse reads the text of an article. Of its shingles it keeps one of every so many. The error,
// if any, is a *markdown.Error.
func readProse(body []byte, every uint64) (*prose, error) {
	p := &prose{text: reader{keep: math.MaxUint64 / every}}
	calls := shortcodes(body)
	doc, err := markdown.ParseBody(masked(body, calls))
	if err != nil {
		return p, err
	}
	r := proseReader{prose: p, doc: doc, calls: calls, lines: lineCounter{text: body}}
	for i := range doc.Blocks {
		r.block(i)
	}
	p.shortcodes(visible(calls, doc.Comments), lineCounter{text: body})
	return p, nil
}

// A proseReader takes what an article says out of its blocks, in their order.
type proseReader struct {
	*prose
	doc   *markdown.Document
	calls []shortcode // the first of them ends after what was read
	lines lineCounter
}

func (r *proseReader) block(index int) {
	b := &r.doc.Blocks[index]
	inlines := r.doc.InlinesOf(b)
	switch b.Kind {
	case markdown.Heading:
		r.headings = append(r.headings, mark{b.Level, r.lines.at(b.Marker.Start)})
	case markdown.Paragraph:
		r.paragraph(inlines[r.alert(index, inlines):])
	case markdown.Cell:
	default:
		return
	}
	for i := range inlines {
		switch in := &inlines[i]; in.Kind {
		case markdown.Link:
			r.links = append(r.links, r.doc.Target(in))
		case markdown.Image:
			if len(bytes.TrimSpace(r.doc.Source[in.Inner.Start:in.Inner.End])) == 0 {
				r.bareImages = append(r.bareImages, r.lines.at(in.Whole.Start))
			}
		}
	}
}

// alert returns how many of a paragraph's inlines say which kind of alert its quote is: "[!NOTE]" is
// for Hugo, with the rest of its line (https://gohugo.io/render-hooks/blockquotes/#alerts).
func (r *proseReader) alert(index int, inlines []markdown.Inline) int {
	b := &r.doc.Blocks[index]
	kind, ok := bytes.CutPrefix(r.doc.Source[b.Text.Start:b.Text.End], []byte("[!"))
	if !ok || b.Parent != index-1 || b.Parent < 0 || r.doc.Blocks[b.Parent].Kind != markdown.Quote {
		return 0
	}
	kind, _, ok = bytes.Cut(kind, []byte("]"))
	if !ok || len(kind) == 0 || !isLetters(kind) || inlines[0].Kind != markdown.Text {
		return 0
	}
	for i := range inlines {
		if inlines[i].Kind == markdown.Break {
			return i
		}
	}
	return len(inlines)
}

func isLetters(s []byte) bool {
	for _, c := range s {
		if c |= 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// paragraph reads the words of a paragraph, and notes it.
func (r *proseReader) paragraph(inlines []markdown.Inline) {
	for i := range inlines {
		switch in := &inlines[i]; in.Kind {
		case markdown.Break:
			r.endWord()
		case markdown.Text, markdown.CodeSpan:
			r.visibleText(in.Inner)
		}
	}
	r.endParagraph()
}

// visibleText reads the words in a span, less its shortcodes.
func (r *proseReader) visibleText(s markdown.Span) {
	for ; len(r.calls) > 0 && r.calls[0].Start < s.End; r.calls = r.calls[1:] {
		call := r.calls[0].Span
		if call.End <= s.Start {
			continue
		}
		r.piece(markdown.Span{Start: s.Start, End: max(s.Start, call.Start)})
		r.endWord()
		if s.Start = min(call.End, s.End); call.End > s.End {
			return
		}
	}
	r.piece(s)
}

func (r *proseReader) piece(s markdown.Span) {
	if s.Len() == 0 {
		return
	}
	text := r.doc.Source[s.Start:s.End]
	if bytes.IndexByte(text, '&') >= 0 {
		text = []byte(r.doc.Plain(s)) // entities
	}
	r.read(text, r.lines.at(s.Start))
}

// endParagraph notes the paragraph that was read.
func (p *prose) endParagraph() {
	p.endWord()
	r := &p.text
	if r.words == 0 {
		return
	}
	if p.words == 0 {
		p.openingWords, p.openingLine = r.words, r.first
	}
	if r.words >= copied {
		p.paragraphs = append(p.paragraphs, paragraph{r.first, r.sum})
	}
	p.words += r.words
	*r = reader{keep: r.keep}
}

// A lineCounter counts the lines before offsets into a text, which grow as a rule.
type lineCounter struct {
	text       []byte
	line, from int
}

// at returns the line of an offset, from 0.
func (c *lineCounter) at(offset int) int {
	if offset < c.from {
		c.line, c.from = 0, 0
	}
	c.line += bytes.Count(c.text[c.from:offset], []byte("\n"))
	c.from = offset
	return c.line
}

// letters counts characters.
func letters(s string) int { return utf8.RuneCountInString(s) }
