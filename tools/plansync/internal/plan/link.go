package plan

import (
	"iter"
	"net/url"
	"sort"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
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

// inlines yields what is inside of s, without what is inside of that.
func (p *Plan) inlines(s Span) iter.Seq[*markdown.Inline] {
	return func(yield func(*markdown.Inline) bool) {
		all := p.doc.Inlines
		i := sort.Search(len(all), func(i int) bool { return all[i].Whole.Start >= s.Start })
		for i < len(all) && all[i].Whole.Start < s.End {
			if in := &all[i]; in.Whole.End > s.End {
				i++
			} else {
				i = in.Next
				if !yield(in) {
					return
				}
			}
		}
	}
}

// links yields the links that a reader sees in s.
func (p *Plan) links(s Span) iter.Seq[Link] {
	return func(yield func(Link) bool) {
		all := p.doc.Inlines
		i := sort.Search(len(all), func(i int) bool { return all[i].Whole.Start >= s.Start })
		for ; i < len(all) && all[i].Whole.Start < s.End; i++ {
			in := &all[i]
			if in.Kind == markdown.Link && in.Whole.End <= s.End && in.Scheme != "mailto:" &&
				!(in.Ref && p.text[in.Inner.Start] == '^') && // a footnote
				!yield(Link{Text: Span(in.Inner), URL: Span(in.Address), Whole: Span(in.Whole)}) {
				return
			}
		}
	}
}

// target returns the address of a link as a program follows it.
func (p *Plan) target(l Link) string {
	return p.doc.Target(&markdown.Inline{Address: markdown.Span(l.URL)})
}

// strongAt returns the strong text at the start of s: its inside, and the offset after it.
func (p *Plan) strongAt(s Span) (inside Span, after int, ok bool) {
	for in := range p.inlines(s) {
		if in.Kind == markdown.Strong && in.Whole.Start == s.Start {
			inside = trim(p.text, Span(in.Inner))
			return inside, in.Whole.End, inside.Len() > 0
		}
		break
	}
	return Span{}, 0, false
}

// titleOf returns s as a title that is written elsewhere: what a reader sees, where emphasis and
// code keep their marks. Links are their texts; images and comments are left out.
func (p *Plan) titleOf(s Span) string {
	all := p.doc.Inlines
	i := sort.Search(len(all), func(i int) bool { return all[i].Whole.Start >= s.Start })
	var b strings.Builder
	if i > 0 && all[i-1].Kind == markdown.Text && all[i-1].Whole.End > s.Start {
		if all[i-1].Whole.End >= s.End { // there is nothing but text
			return strings.TrimSpace(p.plain(s))
		}
		b.WriteString(p.plain(Span{s.Start, min(all[i-1].Whole.End, s.End)}))
	}
	if p.writeTitle(&b, i, len(all), s.End) {
		return words(b.String())
	}
	return strings.TrimSpace(b.String())
}

// writeTitle writes the inlines from index i to next, as far as they start before end. It reports
// whether something was left out, so that blanks may stand side by side.
func (p *Plan) writeTitle(b *strings.Builder, i, next, end int) (leftOut bool) {
	for i < next && p.doc.Inlines[i].Whole.Start < end {
		in := &p.doc.Inlines[i]
		switch in.Kind {
		case markdown.Strong, markdown.Emphasis, markdown.Strike:
			b.WriteString(p.slice(Span{in.Whole.Start, in.Inner.Start}))
			leftOut = p.writeTitle(b, i+1, in.Next, end) || leftOut
			b.WriteString(p.slice(Span{in.Inner.End, in.Whole.End}))
		case markdown.Link:
			leftOut = p.writeTitle(b, i+1, in.Next, end) || leftOut
		case markdown.Image, markdown.Break:
			b.WriteString(p.plain(Span(in.Whole)))
			leftOut = true
		case markdown.CodeSpan:
			b.WriteString(p.slice(Span(in.Whole)))
		case markdown.RawHTML:
			if strings.HasPrefix(p.slice(Span(in.Whole)), "<!--") {
				leftOut = true
			} else {
				b.WriteString(p.slice(Span(in.Whole)))
			}
		default:
			b.WriteString(p.plain(Span{in.Whole.Start, min(in.Whole.End, end)}))
		}
		i = in.Next
	}
	return leftOut
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
	if path, ok := plainPath(raw); ok {
		return strings.TrimSuffix(path, "/")
	}
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	return strings.TrimSuffix(u.Path, "/")
}

// plainPath returns the path of a URL in which nothing is encoded, as in nearly all of them.
func plainPath(raw string) (path string, ok bool) {
	for i := range len(raw) {
		switch c := raw[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '/', c == '-',
			c == '.', c == '_':
		case c == ':' && (raw[:i] == "https" || raw[:i] == "http") && strings.HasPrefix(raw[i:], "://"):
		default:
			return "", false
		}
	}
	if rest, found := strings.CutPrefix(raw, "https://"); found {
		raw = rest
	} else if rest, found := strings.CutPrefix(raw, "http://"); found {
		raw = rest
	} else {
		return raw, strings.HasPrefix(raw, "/") && !strings.HasPrefix(raw, "//")
	}
	if i := strings.IndexByte(raw, '/'); i > 0 {
		return raw[i:], true
	}
	return "", raw != ""
}

// slugOfURL returns the last element of a URL's path, without the extension of an ugly URL.
func slugOfURL(raw string) string {
	p := strings.TrimSuffix(pagePath(raw), ".html")
	return p[strings.LastIndexByte(p, '/')+1:]
}
