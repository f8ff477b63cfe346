package live

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// counted counts what is read.
type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// Whatever a page holds: reading ends, without a panic, and what is found
// stands there.
func FuzzReadDocument(f *testing.F) {
	for _, c := range faultCases {
		if c.page == nil {
			continue
		}
		if text := spoken(c.page); len(text) < 4<<10 {
			f.Add([]byte(text))
		}
	}
	f.Add([]byte(`<head></head><link rel=canonical href=x></html><link rel=canonical href=y>`))
	f.Add([]byte(`<template><template></template><link rel=canonical href=x></template><meta name=robots content=none>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		h := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
		r := &counted{r: bytes.NewReader(body)}
		d, err := readDocument(r, h)
		var fail *failure
		if errors.As(err, &fail) && fail.fault == Unreadable {
			return // very deep nesting
		}
		if err != nil {
			t.Fatalf("an error from a reader that has none: %v", err)
		}
		if r.n > int64(len(body)) {
			t.Fatalf("read %d of %d bytes", r.n, len(body))
		}
		lower := bytes.ToLower(bytes.ReplaceAll(body, []byte{0}, nil))
		if n := len(d.canonicals); n > bytes.Count(lower, []byte("canonical")) && !bytes.Contains(body, []byte("&")) {
			t.Errorf("found the canonicals %q", d.canonicals)
		}
		if d.noindex != "" && !bytes.Contains(lower, []byte("noindex")) && !bytes.Contains(lower, []byte("none")) &&
			!bytes.Contains(body, []byte("&")) {
			t.Error("found noindex")
		}
		if n := bytes.Count(lower, []byte("<a")); len(d.links) > n+bytes.Count(lower, []byte("</")) {
			t.Errorf("found %d links", len(d.links))
		}
	})
}

// spoken is what a handler answers.
func spoken(h http.HandlerFunc) (text string) {
	defer func() { _ = recover() }() // some take over a connection that is not there
	r, err := http.NewRequestWithContext(canceledContext(), http.MethodGet, alpha, nil)
	if err != nil {
		panic(err)
	}
	resp, err := inMemory{h}.RoundTrip(r)
	if err != nil {
		return ""
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return ""
	}
	return string(b)
}

func canceledContext() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// Whatever a list page holds, reading its links ends, and every link is one
// that could be asked about.
func FuzzReadLinks(f *testing.F) {
	f.Add([]byte(`<base href="/x/"><a href="y/"><A HREF=' //h/z '><a href=%zz><a>`), "text/html")
	f.Add([]byte(inUTF16(`<a href="/x/">`, binary.BigEndian)), "text/html; charset=utf-16")
	from, err := url.Parse(production + "learn/")
	if err != nil {
		f.Fatal(err)
	}
	s, err := newSite(Options{BaseURL: production})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		d, err := readDocument(bytes.NewReader(body), http.Header{"Content-Type": {contentType}})
		if err != nil {
			return
		}
		for _, u := range d.resolved(from) {
			key, ok := s.key(u)
			if !ok {
				continue
			}
			here, err := s.here(u)
			if err != nil {
				t.Fatalf("%s is on the site and cannot be asked: %v", u, err)
			}
			if again, ok := s.key(here); !ok || again != key || origin(here) != origin(s.asked) {
				t.Fatalf("%s (%q) is asked as %s (%q)", u, key, here, again)
			}
		}
	})
}

// Whatever a sitemap holds, reading ends; and what the standard decoder reads
// without complaint is read the same.
func FuzzReadSitemap(f *testing.F) {
	f.Add([]byte(sitemap(production, alpha)))
	f.Add([]byte(`<sitemapindex><sitemap><loc> /a.xml </loc></sitemap><sitemap/></sitemapindex>`))
	f.Add([]byte(`<urlset><url><loc>a</loc><i:image xmlns:i="x"><i:loc>b</i:loc></i:image></url></urlset>`))
	f.Add([]byte(`<urlset><url><loc><![CDATA[a&b]]><!-- c -->d</loc></url></urlset>`))
	f.Add([]byte(`<!DOCTYPE x [<!ENTITY a "b">]><urlset>&a;`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r := &counted{r: bytes.NewReader(body)}
		var got []string
		err := readSitemap(r, func(loc string) { got = append(got, loc) }, func(string) {})
		if r.n > int64(len(body)) {
			t.Fatalf("read %d of %d bytes", r.n, len(body))
		}
		var set struct {
			XMLName xml.Name `xml:"urlset"`
			URL     []struct {
				Loc []string `xml:"loc"`
			} `xml:"url"`
		}
		if err != nil || xml.Unmarshal(body, &set) != nil {
			return
		}
		var expected []string
		for _, u := range set.URL {
			for _, loc := range u.Loc {
				expected = append(expected, trimHTML(loc))
			}
		}
		if bytes.Contains(body, []byte("<loc")) && !slices.Equal(got, expected) && !nested(body) {
			t.Errorf("got %q, want %q", got, expected)
		}
	})
}

// Whatever a robots.txt holds, what is read as a sitemap's address stands in
// one of its lines, behind the word.
func FuzzReadRobots(f *testing.F) {
	f.Add("\ufeffUser-agent: *\r\nSITEMAP : https://example.org/a.xml # all\rsitemap:b:c\n# Sitemap: d")
	word := regexp.MustCompile("(?i)sitemap")
	f.Fuzz(func(t *testing.T, text string) {
		locs, err := readRobots(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
		for _, loc := range locs {
			if loc == "" || strings.Contains(loc, "#") || !slices.ContainsFunc(lines, func(line string) bool {
				at := strings.LastIndex(line, loc)
				return at >= 0 && word.MatchString(line[:at])
			}) {
				t.Errorf("read %q", loc)
			}
		}
	})
}

// nested reports whether an element stands inside a loc, which the two
// readers take differently and no sitemap has, or whether something follows
// the root element, which the standard decoder does not look at.
func nested(body []byte) bool {
	d := xml.NewDecoder(bytes.NewReader(body))
	for depth, roots, loc := 0, 0, false; ; {
		token, err := d.Token()
		if err != nil {
			return err != io.EOF
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			if loc || roots > 1 || token.Name.Local != strings.ToLower(token.Name.Local) {
				return true
			}
			loc = token.Name.Local == "loc"
			depth++
		case xml.EndElement:
			loc = false
			depth--
		}
	}
}

// Headers of every kind are read without a panic and mean something sane.
func FuzzHeaders(f *testing.F) {
	f.Add("googlebot: noindex, nofollow")
	f.Add("unavailable_after: 25 Jun 2027 15:00:00 PST, none")
	f.Add(`</a>; rel="x \" canonical"; title=,<b>;rel=canonical,<c`)
	f.Add("0;url='/x/'")
	f.Add("Sun, 22 Nov 2026 12:01:30 GMT")
	f.Fuzz(func(t *testing.T, text string) {
		if where := headerNoindex([]string{text}); where != "" {
			if lower := strings.ToLower(text); !strings.Contains(lower, "noindex") && !strings.Contains(lower, "none") {
				t.Errorf("%q read as noindex", text)
			}
		}
		for _, c := range linkCanonicals([]string{text}) {
			if !strings.Contains(text, "<"+c) && !strings.Contains(text, c) {
				t.Errorf("%q names no %q", text, c)
			}
			if !strings.Contains(strings.ToLower(strings.ReplaceAll(text, `\`, "")), "canonical") {
				t.Errorf("%q holds no canonical", text)
			}
		}
		if target := refreshTarget(text); !strings.Contains(text, target) {
			t.Errorf("%q refreshes to %q", text, target)
		}
		if d := retryAfter(http.Header{"Retry-After": {text}}, time.Unix(0, 0)); d < 0 || d > maxPause {
			t.Errorf("%q is a pause of %v", text, d)
		}
		isHTML(http.Header{"Content-Type": {text}})
	})
}

// A permalink is refused, or asked below the base and nowhere else.
func FuzzPermalink(f *testing.F) {
	for _, text := range []string{alpha, "/learn/alpha", "//evil/", "/../../x", "/docs/%2e%2e/x", `\\evil\x`, "/docs//x", "https:learn/alpha", "/docs/a:b/c"} {
		f.Add(text)
	}
	s, err := newSite(Options{BaseURL: "https://preview.example.org:8443/p/", CanonicalBase: "https://aiperformanceoptimization.com/docs"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := s.page(text)
		if err != nil {
			return
		}
		if origin(p.url) != "https://preview.example.org:8443" || !strings.HasPrefix(p.url.EscapedPath(), "/p/") || p.url.User != nil {
			t.Errorf("%q is asked at %s", text, p.url)
		}
		if key, ok := s.key(p.url); !ok || key != p.key {
			t.Errorf("%q has the key %q and is asked at %s, key %q", text, p.key, p.url, key)
		}
	})
}

// A server that answers every request with the same bytes gets no panic, no
// second host, and no page called live that does not name its own canonical.
func FuzzHostileServer(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1/\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzipped(own)))
	f.Add([]byte("HTTP/1.1 429 Slow\r\nRetry-After: 5\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<link\r\n0\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<urlset><url><loc>/learn/alpha/</loc></url></urlset>"))
	f.Fuzz(func(t *testing.T, reply []byte) {
		c := newClock()
		u, err := url.Parse(bubble)
		if err != nil {
			t.Fatal(err)
		}
		transport := newTransport(u, net.Dialer{}, nil, false)
		transport.Proxy = nil
		transport.DialContext = func(_ context.Context, _, address string) (net.Conn, error) {
			if address != "site.example:80" {
				t.Errorf("connected to %s", address)
			}
			client, server := net.Pipe()
			go func() {
				defer func() { _ = server.Close() }()
				if _, err := http.ReadRequest(bufio.NewReader(server)); err == nil {
					_, _ = server.Write(reply)
				}
			}()
			return client, nil
		}
		defer transport.CloseIdleConnections()
		verdicts, err := Check(t.Context(), Options{BaseURL: bubble, Transport: transport, Rate: math.Inf(1),
			Attempts: 2, MaxBytes: 1 << 16, Now: c.Now, Sleep: c.Sleep}, permalinks(Options{BaseURL: bubble}, "alpha", "beta"))
		if err != nil && !errors.Is(err, ErrNoProof) {
			t.Fatal(err)
		}
		for _, v := range verdicts {
			if v.State == Live {
				t.Errorf("%+v after %q", v, reply)
			}
			if strings.ContainsFunc(v.Reason, func(r rune) bool { return r < ' ' || r == 0x7f }) {
				t.Errorf("a reason holds a control character: %q", v.Reason)
			}
		}
	})
}
