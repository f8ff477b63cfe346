package live

import (
	"bufio"
	"cmp"
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
	links          []string  // addresses of the links
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

// readDocument reads a page as a browser with scripts does: what stands in a
// comment, script, template or noscript is no element.
func readDocument(r io.Reader, h http.Header) (*document, error) {
	decoded, err := decode(r, h)
	if err != nil {
		return nil, err
	}
	body := &tail{r: decoded}
	tree, err := html.ParseWithOptions(body, html.ParseOptionEnableScripting(true))
	if err != nil {
		if body.err != nil {
			return nil, body.err
		}
		return nil, &failure{fault: Unreadable, status: http.StatusOK, reason: "cannot be read as HTML: " + oneLine(err)}
	}
	d := &document{}
	d.walk(tree, false)
	return d, nil
}

// walk takes in the elements below a node, in their order.
func (d *document) walk(n *html.Node, inHead bool) {
	for child := range n.ChildNodes() {
		if child.Type != html.ElementNode || child.DataAtom == atom.Template && child.Namespace == "" {
			continue
		}
		if child.Namespace == "" {
			d.element(child, inHead)
		}
		d.walk(child, inHead || child.DataAtom == atom.Head)
	}
}

// element takes in one element.
func (d *document) element(n *html.Node, inHead bool) {
	switch n.DataAtom {
	case atom.Title:
		if d.title == "" {
			d.title = textOf(n)
		}
	case atom.H1:
		if d.heading == "" {
			d.heading = textOf(n)
		}
	case atom.A:
		if href, ok := attribute(n, "href"); ok {
			d.links = append(d.links, trimHTML(href))
		}
	case atom.Base:
		if href, _ := attribute(n, "href"); d.base == "" {
			d.base = trimHTML(href)
		}
	case atom.Link:
		rel, _ := attribute(n, "rel")
		href, _ := attribute(n, "href")
		switch {
		case !hasWord(rel, "canonical"):
		case !inHead:
			d.bodyCanonical = true
		default:
			d.canonicals = append(d.canonicals, trimHTML(href))
		}
	case atom.Meta:
		d.meta(n, inHead)
	}
}

func (d *document) meta(n *html.Node, inHead bool) {
	name, _ := attribute(n, "name")
	name = strings.ToLower(trimHTML(name))
	equiv, _ := attribute(n, "http-equiv")
	content, _ := attribute(n, "content")
	switch {
	case strings.EqualFold(trimHTML(equiv), "refresh"):
		if d.refresh == "" {
			d.refresh = refreshTarget(content)
		}
	case !inHead || d.noindex != "":
	case name != "robots" && name != "googlebot":
	case forbidsIndex(content):
		d.noindex = "the meta element " + name
	case d.unavailable.IsZero():
		d.unavailable = unavailableAfter(content)
	}
}

// name is what a page calls itself.
func (d *document) name() string { return cmp.Or(d.title, d.heading) }

// resolved returns the addresses of the links, as they lead from a page that
// came from the given address.
func (d *document) resolved(from *url.URL) []*url.URL {
	base := from
	if u, err := from.Parse(d.base); err == nil && d.base != "" {
		base = u
	}
	var links []*url.URL
	for _, href := range d.links {
		if u, err := base.Parse(href); err == nil {
			links = append(links, u)
		}
	}
	return links
}

func attribute(n *html.Node, name string) (value string, ok bool) {
	for _, a := range n.Attr {
		if a.Namespace == "" && a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// textOf returns the text below an element, white space collapsed.
func textOf(n *html.Node) string {
	var b strings.Builder
	for child := range n.Descendants() {
		if child.Type == html.TextNode && !isRaw(child.Parent) {
			b.WriteString(child.Data)
		}
	}
	return collapse(b.String())
}

// isRaw reports whether the text of an element is not shown.
func isRaw(n *html.Node) bool {
	return n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Noscript || n.DataAtom == atom.Template
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
