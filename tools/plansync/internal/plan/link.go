package plan

import (
	"bytes"
	"iter"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Link is a link of the plan: inline, a reference, or an address that stands by itself.
type Link struct {
	Text, URL Span // the same span for an address; a reference has its URL in its definition
	Whole     Span // from "[" to ")", or as much as the others take
}

// isAddress reports whether the link is <https://…>, or https://… in the text.
func (l Link) isAddress() bool { return l.Text == l.URL }

// isReference reports whether the link is [text][label], [text][] or [text].
func (l Link) isReference() bool { return l.URL.Start < l.Whole.Start || l.URL.End > l.Whole.End }

// label returns what follows the text of a reference: "[label]", "[]" or nothing.
func (l Link) label() Span { return Span{l.Text.End + len("]"), l.Whole.End} }

// links yields the links in s. Code spans and backslash escapes are respected. An address inside the text of a link is
// part of the text.
func (p *Plan) links(s Span) iter.Seq[Link] {
	return func(yield func(Link) bool) {
		text := p.text
		var open []int       // the brackets that may start a link
		var addresses []Link // that may be inside one
		for at := s.Start; at < s.End; at++ {
			switch text[at] {
			case '\\':
				at++
			case '`':
				n := run(text[at:s.End], '`')
				if end := codeSpanEnd(text[at+n:s.End], n); end >= 0 {
					at += n + end
				}
				at += n - 1
			case '<', 'h':
				address, ok := findAddress(text, Span{at, s.End})
				if !ok {
					continue
				}
				if addresses = append(addresses, address); len(open) == 0 {
					if !yield(address) {
						return
					}
					addresses = nil
				}
				at = address.Whole.End - 1
			case '[':
				open = append(open, at)
			case ']':
				if len(open) == 0 {
					continue
				}
				start := open[len(open)-1]
				open = open[:len(open)-1]
				inside := Span{start + 1, at}
				url, end, ok := linkTail(text, Span{at + 1, s.End})
				if !ok {
					url, end, ok = p.referenceTail(inside, Span{at + 1, s.End})
				}
				if !ok {
					continue
				}
				for _, address := range addresses {
					if address.Whole.End <= start && !yield(address) {
						return
					}
				}
				if !yield(Link{Text: inside, URL: url, Whole: Span{start, end}}) {
					return
				}
				open, addresses = nil, nil // no link holds another
				at = end - 1
			}
		}
		for _, address := range addresses {
			if !yield(address) {
				return
			}
		}
	}
}

// plain returns the text of s, of its links only their texts.
func (p *Plan) plain(s Span) string {
	var parts []string
	for l := range p.links(s) {
		parts = append(parts, p.slice(Span{s.Start, l.Whole.Start}), p.slice(l.Text))
		s.Start = l.Whole.End
	}
	if parts == nil {
		return p.slice(s)
	}
	return strings.Join(append(parts, p.slice(s)), "")
}

// findAddress returns the address that s starts with: <https://…>, or https://… as GitHub makes links of it
// (https://github.github.com/gfm/#autolinks-extension-).
func findAddress(text []byte, s Span) (link Link, ok bool) {
	start := s.Start
	if text[start] == '<' {
		start++
	} else if start > 0 && bytes.IndexByte([]byte(" \t\n*_~("), text[start-1]) < 0 {
		return link, false
	}
	rest := text[start:s.End]
	host, ok := bytes.CutPrefix(rest, []byte("https://"))
	if !ok {
		host, ok = bytes.CutPrefix(rest, []byte("http://"))
	}
	if first, _ := utf8.DecodeRune(host); !ok || !unicode.IsLetter(first) && !unicode.IsDigit(first) {
		return link, false
	}
	n := bytes.IndexAny(rest, " \t<>[]`|")
	if text[s.Start] == '<' {
		if n < 0 || rest[n] != '>' {
			return link, false
		}
		url := Span{start, start + n}
		return Link{Text: url, URL: url, Whole: Span{s.Start, url.End + 1}}, true
	}
	if n < 0 {
		n = len(rest)
	}
	for n > 0 && (bytes.IndexByte([]byte("?!.,:*_~'\""), rest[n-1]) >= 0 || rest[n-1] == ')' && bytes.Count(rest[:n], []byte(")")) > bytes.Count(rest[:n], []byte("("))) {
		n--
	}
	url := Span{start, start + n}
	return Link{Text: url, URL: url, Whole: url}, true
}

// referenceTail reads "[label]", "[]" or nothing at the start of s, behind the text of a link, and returns the URL of
// the definition.
func (p *Plan) referenceTail(inside, s Span) (url Span, end int, ok bool) {
	if len(p.definitions) == 0 {
		return url, 0, false
	}
	label, end := inside, s.Start
	if s.Start < s.End && p.text[s.Start] == '[' {
		n := bytes.IndexAny(p.text[s.Start+1:s.End], "[]")
		if n < 0 || p.text[s.Start+1+n] == '[' {
			return url, 0, false
		}
		end = s.Start + 1 + n + 1
		if n > 0 {
			label = Span{s.Start + 1, end - 1}
		}
	}
	if label.End-label.Start > maxLabel {
		return url, 0, false
	}
	url, ok = p.definitions[normalLabel(p.text[label.Start:label.End])]
	return url, end, ok
}

// maxLabel is how long a label may be, in bytes (CommonMark 0.31.2, section 6.3).
const maxLabel = 999

// normalLabel returns a label as labels are compared.
func normalLabel(label []byte) string {
	return strings.ToLower(strings.Join(strings.Fields(string(label)), " "))
}

// readDefinitions notes the URLs that references lead to: lines such as "[label]: URL". The first one of a label counts.
func (p *Plan) readDefinitions() {
	if !bytes.Contains(p.text, []byte("]:")) {
		return
	}
	p.definitions = make(map[string]Span)
	for reader := newLineReader(p.text); ; {
		l, ok := reader.Next()
		if !ok {
			return
		}
		at := skipBlanks(p.text, l.Span)
		n := bytes.Index(p.text[at:l.End], []byte("]:"))
		if !l.structure || l.indent > 3 || n < 2 || n > maxLabel || p.text[at] != '[' || p.text[at+1] == '^' {
			continue
		}
		url, _, ok := destination(p.text, Span{skipBlanks(p.text, Span{at + n + len("]:"), l.End}), l.End})
		label := normalLabel(p.text[at+1 : at+n])
		if _, seen := p.definitions[label]; ok && url.End > url.Start && label != "" && !seen {
			p.definitions[label] = url
		}
	}
}

// maxNesting is how deep parentheses may nest inside a URL; CommonMark asks for three at least.
const maxNesting = 32

// linkTail reads "(url)" or `(url "title")` at the start of s; end is the offset behind it.
func linkTail(text []byte, s Span) (url Span, end int, ok bool) {
	at := s.Start
	if at >= s.End || text[at] != '(' {
		return url, 0, false
	}
	url, at, ok = destination(text, Span{skipBlanks(text, Span{at + 1, s.End}), s.End})
	if !ok {
		return url, 0, false
	}
	at = skipBlanks(text, Span{at, s.End})
	if at < s.End && (text[at] == '"' || text[at] == '\'') {
		n := bytes.IndexByte(text[at+1:s.End], text[at])
		if n < 0 {
			return url, 0, false
		}
		at = skipBlanks(text, Span{at + n + 2, s.End})
	}
	if at >= s.End || text[at] != ')' {
		return url, 0, false
	}
	return url, at + 1, true
}

// destination reads "url" or "<url>" at the start of s; end is the offset behind it.
func destination(text []byte, s Span) (url Span, end int, ok bool) {
	at := s.Start
	if at < s.End && text[at] == '<' {
		n := bytes.IndexAny(text[at+1:s.End], "<>")
		if n < 0 || text[at+1+n] == '<' {
			return url, 0, false
		}
		url = Span{at + 1, at + 1 + n}
		return url, url.End + 1, true
	}
	url.Start = at
	for depth := 0; at < s.End && !isBlank(text[at]) && (text[at] != ')' || depth > 0); at++ {
		if text[at] == '(' {
			depth++
		} else if text[at] == ')' {
			depth--
		}
		if depth > maxNesting {
			return url, 0, false
		}
	}
	url.End = at
	return url, at, true
}

func skipBlanks(text []byte, s Span) int {
	for s.Start < s.End && isBlank(text[s.Start]) {
		s.Start++
	}
	return s.Start
}

// run counts how often c is repeated at the start of b.
func run(b []byte, c byte) int { return len(b) - len(bytes.TrimLeft(b, string(c))) }

// codeSpanEnd returns the offset of the run of exactly n backquotes that closes a code span, or -1.
func codeSpanEnd(b []byte, n int) int {
	for at := 0; at < len(b); {
		i := bytes.IndexByte(b[at:], '`')
		if i < 0 {
			return -1
		}
		at += i
		if got := run(b[at:], '`'); got == n {
			return at
		} else {
			at += got
		}
	}
	return -1
}

// SamePage reports whether two URLs name the same page: same host and path, but for a slash at
// the end. The scheme does not matter, and a URL without a host names a page of the other's host.
func SamePage(a, b string) bool {
	ua, errA := url.Parse(a)
	ub, errB := url.Parse(b)
	if errA != nil || errB != nil {
		return a == b
	}
	return (ua.Host == "" || ub.Host == "" || strings.EqualFold(ua.Host, ub.Host)) &&
		strings.TrimSuffix(ua.Path, "/") == strings.TrimSuffix(ub.Path, "/")
}

// path returns the path of a URL, or the whole of it where it does not parse.
func path(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	return u.EscapedPath()
}

// pagePath returns the path of a URL for comparisons: decoded, and without a slash at the end.
func pagePath(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	return strings.TrimSuffix(u.Path, "/")
}

// slugOfURL returns the last element of a URL's path, without the extension of an ugly URL.
func slugOfURL(raw string) string {
	p := strings.TrimSuffix(pagePath(raw), ".html")
	return p[strings.LastIndexByte(p, '/')+1:]
}
