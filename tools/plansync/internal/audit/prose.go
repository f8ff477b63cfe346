package audit

import (
	"bytes"
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
	bareImages   []int    // lines of images without alternative text
	samples      []string // files that code shortcodes show
	filler       []phrase
	paragraphs   []paragraph
}

type mark struct{ level, line int }

type phrase struct {
	text string
	line int
}

// A paragraph is a run of lines of text; lines count from the start of the body, from 0.
type paragraph struct {
	line  int
	words [][]byte
}

// fillers say nothing. They are compared in lower case.
var fillers = []string{
	"in today's fast-paced", "in today's digital", "it is important to note", "it's important to note", "it is worth noting", "it's worth noting",
	"in conclusion,", "delve into", "game-changer", "game changer", "unlock the power", "unleash the power", "in the ever-evolving", "in the realm of", "look no further", "needless to say", "at the end of the day",
}

func readProse(body []byte) *prose {
	p := &prose{}
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
			p.shortcode(text, number)
			open = false
		case text[0] == '|':
			p.inline(text, number)
			open = false
		default:
			if item := listItem(text); item != nil {
				text, open = item, false
			}
			p.inline(text, number)
			words := bytes.Fields(text)
			p.words += len(words)
			if !open {
				p.paragraphs = append(p.paragraphs, paragraph{line: number})
				open = true
			}
			last := &p.paragraphs[len(p.paragraphs)-1]
			last.words = append(last.words, words...)
		}
	}
	if len(p.paragraphs) > 0 {
		p.openingWords, p.openingLine = len(p.paragraphs[0].words), p.paragraphs[0].line
	}
	return p
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

// inline notes links, images and empty phrases of a line.
func (p *prose) inline(text []byte, number int) {
	for rest := text; ; {
		i := bytes.Index(rest, []byte("]("))
		if i < 0 {
			break
		}
		bare := i > 1 && rest[i-1] == '[' && rest[i-2] == '!'
		rest = rest[i+2:]
		end := bytes.IndexAny(rest, ") \t")
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
	lower := bytes.ToLower(text)
	for _, filler := range fillers {
		if bytes.Contains(lower, []byte(filler)) {
			p.filler = append(p.filler, phrase{filler, number})
		}
	}
}

// shortcode notes the file that a code shortcode shows, and figures without alternative text.
func (p *prose) shortcode(text []byte, number int) {
	call := strings.TrimLeft(string(text[2:]), "<%/ ")
	name, _, _ := strings.Cut(call, " ")
	switch name {
	case "code":
		if file := argument(call, "file"); file != "" {
			p.samples = append(p.samples, file)
		}
	case "figure":
		if argument(call, "alt") == "" {
			p.bareImages = append(p.bareImages, number)
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
