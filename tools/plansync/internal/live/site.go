package live

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// A site is one set of pages under one or two bases: where it is asked, and
// where production says that it lives.
type site struct {
	asked, canonical *url.URL // paths end in a slash; no user, query or fragment
	user             *url.Userinfo
	section          string   // key of the section's first list page, in lower case, as Hugo publishes it by default
	sections         []string // keys where it can be
	taxonomy         string   // key of the categories' list page
	sitemap          *url.URL
}

// A page is one permalink, placed on the site.
type page struct {
	permalink string
	index     int      // in the list given to Check, starting at 0
	key       string   // see site.key
	url       *url.URL // where it is asked
	own       *url.URL // its address in production
}

func newSite(opts Options) (*site, error) {
	s := &site{}
	asked, err := parseBase("base URL", opts.BaseURL)
	if err != nil {
		return nil, err
	}
	s.user, asked.User = asked.User, nil
	s.asked, s.canonical = asked, asked
	if opts.CanonicalBase != "" {
		if s.canonical, err = parseBase("canonical base URL", opts.CanonicalBase); err != nil {
			return nil, err
		}
		s.canonical.User = nil
	}
	for _, place := range []struct {
		name, path, fallback string
		put                  func(*url.URL)
	}{
		{"section", opts.Section, "learn/", func(u *url.URL) {
			written, _ := s.key(u)
			s.section = strings.ToLower(written)
			s.sections = slices.Compact([]string{s.section, written})
		}},
		{"taxonomy", opts.Taxonomy, "categories/", func(u *url.URL) { s.taxonomy, _ = s.key(u) }},
		{"sitemap", opts.Sitemap, "sitemap.xml", func(u *url.URL) { s.sitemap = u }},
	} {
		path := strings.TrimLeft(place.path, "/")
		if path == "" {
			path = place.fallback
		}
		// "./" keeps a colon in the first segment from being read as a scheme.
		u, err := s.asked.Parse("./" + path)
		if err != nil || u.RawQuery != "" || u.Fragment != "" {
			return nil, fmt.Errorf("%s %q: not a path", place.name, place.path)
		}
		if _, ok := s.key(u); !ok {
			return nil, fmt.Errorf("%s %q: not below %s", place.name, place.path, s.asked)
		}
		place.put(u)
	}
	return s, nil
}

// parseBase reads a base URL and gives its path a final slash.
func parseBase(name, text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		// The text may hold a password, so neither it nor the error is shown.
		return nil, fmt.Errorf("the %s is not a URL", name)
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("%s %q: it must start with https:// or http://", name, u.Redacted())
	case u.Hostname() == "":
		return nil, fmt.Errorf("%s %q: it names no host", name, u.Redacted())
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%s %q: it must not have a query or a fragment", name, u.Redacted())
	}
	return u.JoinPath("/"), nil
}

func (s *site) preview() bool {
	return origin(s.asked) != origin(s.canonical) || s.asked.EscapedPath() != s.canonical.EscapedPath()
}

// page places a permalink, absolute or a path from the root of the host, on
// the site that is asked.
func (s *site) page(permalink string) (page, error) {
	if permalink == "" {
		return page{}, errors.New("the page has no permalink")
	}
	own, err := s.canonical.Parse(permalink)
	if err != nil || own.RawQuery != "" || own.Fragment != "" || own.User != nil {
		return page{}, fmt.Errorf("permalink %q is not the address of a page", shorten(permalink))
	}
	if _, ok := below(s.canonical, own); !ok {
		return page{}, fmt.Errorf("permalink %q is not below %s", shorten(permalink), s.canonical)
	}
	key, _ := s.key(own)
	asked, err := s.here(own)
	if err != nil {
		return page{}, fmt.Errorf("permalink %q is not the address of a page", shorten(permalink))
	}
	return page{permalink: permalink, key: key, url: asked, own: own}, nil
}

// key names a page of the site wherever it is deployed: its path below the
// base, percent-encoded and composed in one way, without the final slash. It reports false
// for an address that is below neither base. Query and fragment do not count.
func (s *site) key(u *url.URL) (string, bool) {
	for _, base := range []*url.URL{s.canonical, s.asked} {
		if rest, ok := below(base, u); ok {
			segments := strings.Split(strings.TrimSuffix(rest, "/"), "/")
			for i, segment := range segments {
				if plain, err := url.PathUnescape(segment); err == nil {
					segments[i] = url.PathEscape(norm.NFC.String(plain))
				}
			}
			return strings.Join(segments, "/"), true
		}
	}
	return "", false
}

// here returns where a page of the site, named below either base, is asked.
func (s *site) here(u *url.URL) (*url.URL, error) {
	for _, base := range []*url.URL{s.canonical, s.asked} {
		if rest, ok := below(base, u); ok {
			here, err := s.asked.Parse("./" + rest)
			if err != nil {
				return nil, err
			}
			here.RawQuery = u.RawQuery
			return here, nil
		}
	}
	return nil, fmt.Errorf("%q is not below %s", shorten(u.String()), s.asked)
}

// onHost returns where a file is asked that is not a page and may lie outside the base: here, or anywhere else on the
// host that is asked.
func (s *site) onHost(u *url.URL) (*url.URL, error) {
	if here, err := s.here(u); err == nil || origin(u) != origin(s.asked) {
		return here, err
	}
	elsewhere := *u
	elsewhere.User, elsewhere.Fragment, elsewhere.RawFragment = nil, "", ""
	return &elsewhere, nil
}

// below returns the escaped path of u relative to the base. The base itself,
// with or without its final slash, is the empty path.
func below(base, u *url.URL) (rest string, ok bool) {
	if origin(base) != origin(u) {
		return "", false
	}
	path := u.EscapedPath()
	if path == "" || path+"/" == base.EscapedPath() {
		path += "/"
	}
	return strings.CutPrefix(path, base.EscapedPath())
}

// origin names scheme, host and port in one way, as browsers compare them.
func origin(u *url.URL) string {
	host, port := u.Hostname(), u.Port()
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii
	}
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.ToLower(host), port)
}

// listsFrom returns what tells by its key whether a page lists articles: the
// given ones and anything of the taxonomy, with what they are paginated into.
func (s *site) listsFrom(lists ...string) func(key string) bool {
	isList := make(map[string]bool)
	for _, key := range lists {
		isList[key] = true
	}
	return func(key string) bool {
		if isList[key] || key == s.taxonomy || strings.HasPrefix(key, s.taxonomy+"/") {
			return true
		}
		// Hugo's pages of a list lie below it, at a word of the site's own
		// and a number: /learn/page/2/, /learn/seite/2.html, or with
		// index.html after it.
		above, number := path.Split(strings.TrimSuffix(key, "/index.html"))
		if _, err := strconv.Atoi(strings.TrimSuffix(number, ".html")); err != nil {
			return false
		}
		for above = path.Dir(strings.TrimSuffix(above, "/")); above != "."; above = path.Dir(above) {
			if isList[above] {
				return true
			}
		}
		return isList[""] && strings.Contains(key, "/")
	}
}

// shorten keeps what a site or a document says short enough for a message.
func shorten(text string) string {
	const most = 200
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
