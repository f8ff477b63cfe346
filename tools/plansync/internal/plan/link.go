package plan

import (
	"bytes"
	"net/url"
	"strings"
)

// A Link is an inline link of the plan.
type Link struct {
	Text, URL Span
	Whole     Span // from "[" to ")"
}

// findLink returns the first inline link in s. Code spans and backslash escapes are respected.
func findLink(text []byte, s Span) (link Link, ok bool) {
	var open []int
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
		case '[':
			open = append(open, at)
		case ']':
			if len(open) == 0 {
				continue
			}
			start := open[len(open)-1]
			open = open[:len(open)-1]
			if url, end, ok := linkTail(text, Span{at + 1, s.End}); ok {
				return Link{Text: Span{start + 1, at}, URL: url, Whole: Span{start, end}}, true
			}
		}
	}
	return Link{}, false
}

// maxNesting is how deep parentheses may nest inside a URL; CommonMark asks for three at least.
const maxNesting = 32

// linkTail reads "(url)" or `(url "title")` at the start of s; end is the offset behind it.
func linkTail(text []byte, s Span) (url Span, end int, ok bool) {
	at := s.Start
	if at >= s.End || text[at] != '(' {
		return url, 0, false
	}
	at = skipBlanks(text, Span{at + 1, s.End})
	if at < s.End && text[at] == '<' {
		n := bytes.IndexAny(text[at+1:s.End], "<>")
		if n < 0 || text[at+1+n] == '<' {
			return url, 0, false
		}
		url = Span{at + 1, at + 1 + n}
		at = url.End + 1
	} else {
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
