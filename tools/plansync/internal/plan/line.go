package plan

import "bytes"

// A line is one line of a plan's text. Its content excludes the line's own ending.
type line struct {
	Span           // content
	next      int  // start of the following line: Span.End plus the ending
	structure bool // can carry structure
	nested    bool // belongs to a list item that started before
	indent    int  // columns of leading blanks; a tab advances to a multiple of four
}

// maxLine is the longest line, in bytes, that is read for structure: no heading or list item of a
// plan comes near it, and it bounds the work on text that was never meant for people.
const maxLine = 1 << 16

// lineReader walks the lines of a document and tells which can carry structure: those outside
// front matter, code fences, HTML comments and raw HTML blocks (CommonMark 0.31.2, sections 4.5 and 4.6).
type lineReader struct {
	text []byte
	at   int

	fence       byte // '`' or '~' inside a code fence, otherwise 0
	fenceLen    int
	fenceIndent int    // content indent of the list item that holds the fence
	lists       []int  // content indents of the list items that are open, outermost first
	until       string // ends the HTML block or comment that the reader is in
	opened      int    // where the fence or block starts that the reader is or was in
	unclosed    int    // no "-->" follows before this offset, in the same paragraph
}

func newLineReader(text []byte) *lineReader {
	r := &lineReader{text: text}
	if bytes.HasPrefix(text, []byte("\ufeff")) {
		r.at = len("\ufeff")
	}
	r.skipFrontMatter()
	return r
}

// skipFrontMatter passes over YAML or TOML front matter. A thematic break at the start is not one.
func (r *lineReader) skipFrontMatter() {
	start := r.at
	fence := string(r.content(r.read()))
	assign := map[string]string{"---": ":", "+++": "="}[fence]
	if assign == "" || !bytes.Contains(r.content(r.read()), []byte(assign)) {
		r.at = start
		return
	}
	for r.at < len(r.text) {
		if string(r.content(r.read())) == fence {
			return
		}
	}
	r.at = start
}

// content returns the text of a line without the blanks around it.
func (r *lineReader) content(l line) []byte {
	s := trim(r.text, l.Span)
	return r.text[s.Start:s.End]
}

// read takes the next line as it is.
func (r *lineReader) read() line {
	l := line{Span: Span{r.at, len(r.text)}, next: len(r.text)}
	if i := bytes.IndexByte(r.text[r.at:], '\n'); i >= 0 {
		l.End = r.at + i
		l.next = l.End + 1
		if l.End > l.Start && r.text[l.End-1] == '\r' {
			l.End--
		}
	}
	r.at = l.next
	for _, c := range r.text[l.Start:l.End] {
		if c == ' ' {
			l.indent++
		} else if c == '\t' {
			l.indent += 4 - l.indent%4
		} else {
			break
		}
	}
	return l
}

// Next returns the next line; ok is false at the end of the document.
func (r *lineReader) Next() (l line, ok bool) {
	if r.at >= len(r.text) {
		return line{}, false
	}
	l = r.read()
	content := r.content(l)
	blank := len(content) == 0
	if r.until != "" {
		if containsFold(content, r.until) {
			r.until = ""
		}
		return l, true
	}
	if r.fence != 0 {
		dedented := !blank && l.indent < r.fenceIndent
		if closesFence(content, r.fence, r.fenceLen) {
			r.fence = 0
			return l, true
		}
		if !dedented {
			return l, true
		}
		r.fence = 0 // the list item ended, and the fence with it
	}
	for !blank && len(r.lists) > 0 && l.indent < r.lists[len(r.lists)-1] {
		r.lists = r.lists[:len(r.lists)-1]
	}
	listIndent := 0
	if len(r.lists) > 0 {
		listIndent = r.lists[len(r.lists)-1]
	}
	l.nested = listIndent > 0
	if l.indent < listIndent+4 {
		if char, n := opensFence(content); n > 0 {
			r.fence, r.fenceLen, r.fenceIndent, r.opened = char, n, listIndent, l.Start
			return l, true
		}
		if until := htmlBlock(content); until != "" {
			if !containsFold(content, until) {
				r.until, r.opened = until, l.Start
			}
			return l, true
		}
	}
	l.structure = l.End-l.Start <= maxLine
	if n := listMarker(content); n > 0 && l.indent < listIndent+4 {
		r.lists = append(r.lists, l.indent+n)
	}
	r.openComment(l)
	return l, true
}

// openComment notes a comment that starts inside a line of text and ends on a later line of the paragraph.
func (r *lineReader) openComment(l line) {
	text := r.text[l.Start:l.End]
	if l.End < r.unclosed || !bytes.Contains(text, []byte("<!--")) || bytes.Contains(text[bytes.LastIndex(text, []byte("<!--")):], []byte("-->")) {
		return
	}
	saved := r.at
	defer func() { r.at = saved }()
	for r.at < len(r.text) {
		l := r.read()
		content := r.content(l)
		if endsParagraph(r.text, l) {
			break
		}
		if bytes.Contains(content, []byte("-->")) {
			r.until = "-->"
			return
		}
	}
	r.unclosed = r.at
}

// endsParagraph reports whether l ends the paragraph before it.
func endsParagraph(text []byte, l line) bool {
	content := text[skipBlanks(text, l.Span):l.End]
	_, heading := atxHeading(text, l)
	_, fence := opensFence(content)
	return len(content) == 0 || heading || fence > 0 || htmlBlock(content) != "" || content[0] == '>' || listMarker(content) > 0 || setextUnderline(text, l) > 0
}

// unending returns where a block starts that swallows the rest of the document, because nothing ends it.
func (r *lineReader) unending() (at int, ok bool) {
	return r.opened, r.until != "" || r.fence != 0 && r.fenceIndent == 0
}

// opensFence reports the character and the length of the code fence that content opens, or 0.
func opensFence(content []byte) (char byte, n int) {
	if len(content) < 3 || content[0] != '`' && content[0] != '~' {
		return 0, 0
	}
	char = content[0]
	for n < len(content) && content[n] == char {
		n++
	}
	if n < 3 || char == '`' && bytes.IndexByte(content[n:], '`') >= 0 {
		return 0, 0
	}
	return char, n
}

func closesFence(content []byte, char byte, n int) bool {
	return len(content) >= n && len(bytes.Trim(content, string(char))) == 0
}

// htmlBlock returns what ends the comment or raw HTML block that content starts, or "".
func htmlBlock(content []byte) string {
	if len(content) == 0 || content[0] != '<' {
		return ""
	}
	if bytes.HasPrefix(content, []byte("<!--")) {
		return "-->"
	}
	for _, tag := range []string{"pre", "script", "style", "textarea"} {
		if rest := content[1:]; len(rest) >= len(tag) && bytes.EqualFold(rest[:len(tag)], []byte(tag)) &&
			(len(rest) == len(tag) || bytes.IndexByte([]byte(" \t>"), rest[len(tag)]) >= 0) {
			return "</" + tag + ">"
		}
	}
	return ""
}

func containsFold(content []byte, s string) bool {
	return bytes.Contains(bytes.ToLower(content), []byte(s))
}

// listMarker returns the width of the list marker at the start of content and of the blanks behind it, or 0.
func listMarker(content []byte) int {
	if len(content) == 0 {
		return 0
	}
	n := 0
	switch content[0] {
	case '-', '*', '+':
		n = 1
	default:
		for n < len(content) && n < 9 && content[n] >= '0' && content[n] <= '9' {
			n++
		}
		if n == 0 || n == len(content) || content[n] != '.' && content[n] != ')' {
			return 0
		}
		n++
	}
	if n == len(content) {
		return n
	}
	blanks := 0
	for n+blanks < len(content) && (content[n+blanks] == ' ' || content[n+blanks] == '\t') {
		blanks++
	}
	if blanks == 0 {
		return 0
	}
	return n + blanks
}
