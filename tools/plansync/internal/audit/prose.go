package audit

import (
	"bytes"
	"math"
	"strings"
	"unicode/utf8"
)

// prose is what the quality findings need to know of an article's Markdown. It is read in one pass
// over the lines: an audit reads every article of a site, and building a syntax tree of each takes
// longer than all the rest.
type prose struct {
	words        int // outside code, tables, headings and shortcodes
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

// readProse reads the text of an article. Of its shingles it keeps one of every so many.
func readProse(body []byte, every uint64) *prose {
	p := &prose{text: reader{keep: math.MaxUint64 / every}}
	var fence []byte
	comment := false
	open := false // a paragraph goes on
	for number := 0; len(body) > 0; number++ {
		var line []byte
		line, body, _ = bytes.Cut(body, []byte("\n"))
		text := bytes.TrimSpace(line)
		if fence != nil {
			if bytes.HasPrefix(text, fence) && len(bytes.Trim(text, string(fence[:1]))) == 0 {
				fence = nil
			}
			continue
		}
		for len(text) > 0 && text[0] == '>' {
			text = bytes.TrimSpace(text[1:])
		}
		switch {
		case comment || bytes.HasPrefix(text, []byte("<!--")):
			comment = !bytes.Contains(text, []byte("-->"))
			open = false
		case len(text) == 0 || bytes.HasPrefix(text, []byte("[!")):
			open = false
		case bytes.HasPrefix(text, []byte("```")) || bytes.HasPrefix(text, []byte("~~~")):
			n := 3
			for n < len(text) && text[n] == text[0] {
				n++
			}
			fence, open = text[:n], false
		case text[0] == '#' && headingLevel(text) > 0:
			p.headings = append(p.headings, mark{headingLevel(text), number})
			open = false
		case bytes.HasPrefix(text, []byte("{{")):
			p.shortcodes(text, number)
			open = false
		case text[0] == '|':
			p.noteLinks(text, number)
			open = false
		default:
			if item := listItem(text); item != nil {
				text, open = item, false
			}
			p.noteLinks(text, number)
			if !open {
				p.endParagraph()
				p.text.line = number
				open = true
			}
			p.read(text, number)
		}
	}
	p.endParagraph()
	return p
}

// endParagraph notes the paragraph that was read.
func (p *prose) endParagraph() {
	r := &p.text
	if r.words == 0 {
		return
	}
	if p.words == 0 {
		p.openingWords, p.openingLine = r.words, r.line
	}
	if r.words >= copied {
		p.paragraphs = append(p.paragraphs, paragraph{r.line, r.sum})
	}
	p.words += r.words
	*r = reader{keep: r.keep}
}

func headingLevel(text []byte) int {
	n := len(text) - len(bytes.TrimLeft(text, "#"))
	if n > 6 || n < len(text) && text[n] != ' ' && text[n] != '\t' {
		return 0
	}
	return n
}

// listItem returns the text behind a list marker and a box, or nil.
func listItem(text []byte) []byte {
	marker, rest, ok := bytes.Cut(text, []byte(" "))
	if !ok || len(marker) > 4 || len(bytes.Trim(marker, "-*+")) != 0 && len(bytes.Trim(marker, "0123456789.)")) != 0 {
		return nil
	}
	for _, box := range []string{"[ ] ", "[x] ", "[X] "} {
		rest = bytes.TrimPrefix(rest, []byte(box))
	}
	return bytes.TrimSpace(rest)
}

// noteLinks notes links and images of a line.
func (p *prose) noteLinks(text []byte, number int) {
	for rest := text; ; {
		i := bytes.Index(rest, []byte("]("))
		if i < 0 {
			break
		}
		bare := i > 1 && rest[i-1] == '[' && rest[i-2] == '!'
		rest = rest[i+2:]
		// An address ends before the next one starts, so no part of the line is looked at twice.
		address, _, _ := bytes.Cut(rest, []byte("]("))
		end := bytes.IndexAny(address, ") \t")
		if bare {
			p.bareImages = append(p.bareImages, number)
		}
		if end > 0 {
			p.links = append(p.links, string(bytes.Trim(rest[:end], "<>")))
		}
	}
	if bytes.Contains(text, []byte("]: http")) { // a footnote or a reference definition
		_, url, _ := bytes.Cut(text, []byte("]: "))
		p.links = append(p.links, string(bytes.Fields(url)[0]))
	}
}

// shortcodes notes the files that the shortcodes of a line show, and figures without alternative text.
func (p *prose) shortcodes(text []byte, number int) {
	for _, call := range strings.Split(string(text), "{{")[1:] {
		call, _, _ = strings.Cut(strings.TrimLeft(call, "<% "), "}}")
		name, _, _ := strings.Cut(call, " ")
		switch name {
		case "code", "output":
			if file := argument(call, "file"); file != "" {
				p.listings = append(p.listings, listing{number, name == "output", file, argument(call, "region")})
			}
		case "figure":
			if argument(call, "alt") == "" {
				p.bareImages = append(p.bareImages, number)
			}
		}
	}
}

// argument returns a named, quoted argument of a shortcode.
func argument(call, name string) string {
	_, value, ok := strings.Cut(call, " "+name+`="`)
	if !ok {
		return ""
	}
	value, _, _ = strings.Cut(value, `"`)
	return value
}

// letters counts characters.
func letters(s string) int { return utf8.RuneCountInString(s) }
