package live

import (
	"bufio"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

// A document is what an HTML page says about itself. Addresses in it are as
// written, to be resolved against base.
type document struct {
	base           string    // href of the first base element
	canonicals     []string  // addresses of the canonical links in the head
	bodyCanonical  bool      // one stands in the body, where it does not count
	noindex        string    // which meta element asks search engines to stay away; empty if none
	unavailable    time.Time // when one asks them to stay away from then on; zero if none
	refresh        string    // where a meta element sends the readers on
	title, heading string    // text of the title and of the first h1, white space collapsed
}

// isHTML reports whether the header announces HTML, or nothing at all.
func isHTML(h http.Header) bool {
	text := h.Get("Content-Type")
	if text == "" {
		return true
	}
	kind, _, err := mime.ParseMediaType(text)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return false
	}
	return kind == "text/html" || kind == "application/xhtml+xml"
}

// decode returns the body as UTF-8, by the header, a byte order mark, or
// what the document itself declares.
func decode(r io.Reader, h http.Header) (io.Reader, error) {
	utf8, err := charset.NewReader(r, h.Get("Content-Type"))
	if err == io.EOF {
		return strings.NewReader(""), nil // it is empty
	}
	if err != nil {
		return nil, err
	}
	// A browser drops the mark; left in, it would be text that ends the head.
	buffered := bufio.NewReader(utf8)
	if mark, _ := buffered.Peek(len("\ufeff")); string(mark) == "\ufeff" {
		_, _ = buffered.Discard(len(mark))
	}
	return buffered, nil
}

// readDocument reads the beginning of a page, up to its first heading. It
// looks further only while it has seen no canonical link.
//
// The head ends where a browser ends it: at the first thing that cannot
// stand in a head. What looks like a link or meta element inside a comment,
// script, template or noscript is none.
func readDocument(r io.Reader, h http.Header) (*document, error) {
	d := &document{}
	r, err := decode(r, h)
	if err != nil {
		return nil, err
	}
	var (
		z        = html.NewTokenizer(r)
		inHead   = true
		template int             // depth of template elements
		raw      atom.Atom       // the element whose content the next token is
		text     strings.Builder // of the title or heading being read
		heading  bool            // inside the first h1
	)
	for {
		kind := z.Next()
		within := raw
		raw = 0
		switch kind {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				return nil, z.Err()
			}
			if heading {
				d.heading = collapse(text.String())
			}
			return d, nil
		case html.TextToken:
			switch {
			case template > 0:
			case within == atom.Title:
				if d.title == "" {
					d.title = collapse(string(z.Text()))
				}
			case within != 0:
			case heading:
				text.Write(z.Text())
			case inHead && len(strings.TrimSpace(string(z.Text()))) > 0:
				inHead = false
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			switch tag := atom.Lookup(name); {
			case tag == atom.Template && template > 0:
				template--
			case template > 0:
			case tag == atom.Body || tag == atom.Html || tag == atom.Br:
				inHead = false
			case tag == atom.H1 && heading:
				d.heading = collapse(text.String())
				if len(d.canonicals) > 0 {
					return d, nil
				}
				heading = false
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, hasAttr := z.TagName()
			tag := atom.Lookup(name)
			switch tag {
			case atom.Title, atom.Script, atom.Style, atom.Noscript, atom.Noframes,
				atom.Textarea, atom.Iframe, atom.Noembed, atom.Xmp, atom.Plaintext:
				raw = tag
			case atom.Template:
				template++
			}
			if template > 0 {
				break
			}
			if inHead && !inHeads(tag) {
				inHead = false
			}
			switch tag {
			case atom.Base, atom.Link, atom.Meta:
				if hasAttr {
					d.element(tag, attributes(z), inHead)
				}
			case atom.H1:
				if d.heading == "" && !heading {
					heading = true
					text.Reset()
				}
			}
		}
	}
}

// inHeads reports whether the element can stand in a head.
func inHeads(tag atom.Atom) bool {
	switch tag {
	case atom.Html, atom.Head, atom.Title, atom.Meta, atom.Link, atom.Base,
		atom.Script, atom.Style, atom.Noscript, atom.Noframes, atom.Template:
		return true
	}
	return false
}

// element takes in one base, link or meta element.
func (d *document) element(tag atom.Atom, attr map[string]string, inHead bool) {
	switch tag {
	case atom.Base:
		if d.base == "" {
			d.base = trimHTML(attr["href"])
		}
	case atom.Link:
		switch {
		case !hasWord(attr["rel"], "canonical"):
		case !inHead:
			d.bodyCanonical = true
		default:
			d.canonicals = append(d.canonicals, trimHTML(attr["href"]))
		}
	case atom.Meta:
		name := strings.ToLower(trimHTML(attr["name"]))
		switch {
		case strings.EqualFold(trimHTML(attr["http-equiv"]), "refresh"):
			if d.refresh == "" {
				d.refresh = refreshTarget(attr["content"])
			}
		case !inHead || d.noindex != "":
		case name != "robots" && name != "googlebot":
		case forbidsIndex(attr["content"]):
			d.noindex = "the meta element " + name
		case d.unavailable.IsZero():
			d.unavailable = unavailableAfter(attr["content"])
		}
	}
}

// attributes reads those of the current tag. Of two with one name the first
// counts.
func attributes(z *html.Tokenizer) map[string]string {
	attr := make(map[string]string)
	for {
		key, value, more := z.TagAttr()
		if _, ok := attr[string(key)]; !ok && len(key) > 0 {
			attr[string(key)] = string(value)
		}
		if !more {
			return attr
		}
	}
}

// readLinks calls found with the address of every link of a page, resolved
// against where the page came from.
func readLinks(r io.Reader, h http.Header, from *url.URL, found func(*url.URL)) error {
	r, err := decode(r, h)
	if err != nil {
		return err
	}
	z := html.NewTokenizer(r)
	base, hasBase := from, false
	for {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				return z.Err()
			}
			return nil
		case html.StartTagToken, html.SelfClosingTagToken:
			name, hasAttr := z.TagName()
			tag := atom.Lookup(name)
			if !hasAttr || tag != atom.A && tag != atom.Base {
				continue
			}
			href, ok := attributes(z)["href"]
			if !ok {
				continue
			}
			u, err := base.Parse(trimHTML(href))
			switch {
			case err != nil:
			case tag == atom.A:
				found(u)
			case !hasBase:
				base, hasBase = u, true
			}
		}
	}
}

// refreshTarget reads the address from the content of a refresh, such as
// "0; url=/x/". It is empty when the page only loads itself again.
func refreshTarget(content string) string {
	rest := strings.TrimLeft(trimHTML(content), "0123456789.")
	if rest == "" || !strings.ContainsAny(rest[:1], htmlSpace+";,") {
		return ""
	}
	rest = strings.TrimLeft(rest, htmlSpace)
	if rest != "" && (rest[0] == ';' || rest[0] == ',') {
		rest = strings.TrimLeft(rest[1:], htmlSpace)
	}
	if len(rest) >= 3 && strings.EqualFold(rest[:3], "url") {
		if value, ok := strings.CutPrefix(strings.TrimLeft(rest[3:], htmlSpace), "="); ok {
			rest = strings.TrimLeft(value, htmlSpace)
		}
	}
	if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
		rest, _, _ = strings.Cut(rest[1:], rest[:1])
	}
	return trimHTML(rest)
}

// htmlSpace is what HTML calls ASCII white space.
const htmlSpace = " \t\n\f\r"

func trimHTML(text string) string { return strings.Trim(text, htmlSpace) }

func collapse(text string) string { return strings.Join(strings.Fields(text), " ") }

// hasWord reports whether a list of words, parted by white space, has the
// word in any case.
func hasWord(list, word string) bool {
	for field := range strings.FieldsSeq(list) {
		if strings.EqualFold(field, word) {
			return true
		}
	}
	return false
}
