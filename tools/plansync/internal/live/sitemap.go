package live

import (
	"bufio"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html/charset"
)

// readRobots returns the sitemaps that a robots.txt names (sitemaps.org/protocol.html#submit_robots), in its order. To
// whom the lines around them speak does not matter.
func readRobots(r io.Reader) ([]string, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var locs []string
	for line := range strings.FieldsFuncSeq(strings.TrimPrefix(string(text), "\ufeff"), func(r rune) bool { return r == '\n' || r == '\r' }) {
		line, _, _ = strings.Cut(line, "#")
		name, loc, ok := strings.Cut(line, ":")
		if loc = strings.TrimSpace(loc); ok && loc != "" && strings.EqualFold(strings.TrimSpace(name), "sitemap") {
			locs = append(locs, loc)
		}
	}
	return locs, nil
}

// readSitemap calls page with every address of a sitemap, or index with
// every address of a sitemap index (sitemaps.org/protocol.html). Those before
// a fault count; the error says that there may have been more. The file may
// be packed with gzip, as the protocol allows.
func readSitemap(r io.Reader, page, index func(loc string)) error {
	buffered := bufio.NewReader(r)
	r = buffered
	if magic, _ := buffered.Peek(2); string(magic) == "\x1f\x8b" {
		unpacked, err := gzip.NewReader(buffered)
		if err != nil {
			return err
		}
		r = &limited{r: unpacked, left: maxSitemap}
	}
	d := xml.NewDecoder(r)
	d.CharsetReader = charset.NewReaderLabel
	var (
		depth int
		take  func(string)
		entry string // the element that holds a loc: "url" or "sitemap"
		path  [3]string
		loc   strings.Builder
	)
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			switch {
			case take == nil:
				return errors.New("it is empty")
			case depth > 0:
				return io.ErrUnexpectedEOF
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth == 0 {
				switch token.Name.Local {
				case "urlset":
					take, entry = page, "url"
				case "sitemapindex":
					take, entry = index, "sitemap"
				default:
					return fmt.Errorf("it is no sitemap: its root element is %q", shorten(token.Name.Local))
				}
			}
			if depth < len(path) {
				path[depth] = token.Name.Local
			}
			depth++
			loc.Reset()
		case xml.CharData:
			if depth == 3 && path[1] == entry && path[2] == "loc" {
				loc.Write(token)
			}
		case xml.EndElement:
			if depth == 0 {
				return errors.New("an element ends that did not start")
			}
			if depth == 3 && path[1] == entry && path[2] == "loc" {
				if token.Name.Local != "loc" {
					return fmt.Errorf("the element loc ends as %q", shorten(token.Name.Local))
				}
				take(trimHTML(loc.String()))
			}
			depth--
		}
	}
}
