package live

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

const (
	alpha = production + "learn/alpha/"
	body  = "<body><h1>About alpha</h1>"
	own   = `<link rel="canonical" href="` + alpha + `">`
)

// shows answers 200 with an HTML page of the given text, and headers in
// pairs.
func shows(text string, headers ...string) http.HandlerFunc {
	return answers(200, text, headers...)
}

func answers(status int, text string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		for i := 0; i < len(headers); i += 2 {
			if headers[i+1] == "" {
				w.Header()[headers[i]] = nil
				continue
			}
			w.Header().Add(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

func redirects(status int, location string) http.HandlerFunc {
	return answers(status, "", "Location", location)
}

// inTurn gives the first request to the first handler, and so on; the last
// one serves the rest.
func inTurn(handlers ...http.HandlerFunc) http.HandlerFunc {
	turn := make(chan http.HandlerFunc, len(handlers))
	for _, h := range handlers {
		turn <- h
	}
	return func(w http.ResponseWriter, r *http.Request) {
		h := <-turn
		if len(turn) == 0 {
			turn <- h
		}
		h(w, r)
	}
}

// speaks takes the connection over and sends raw bytes on it, then closes it
// in good order, or resets it.
func speaks(reset bool, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, buf, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = buf.WriteString(text)
		_ = buf.Flush()
		if reset {
			_ = conn.(*tls.Conn).NetConn().(*net.TCPConn).SetLinger(0)
			_ = conn.(*tls.Conn).NetConn().Close()
		}
		_ = conn.Close()
	}
}

// endless sends the headers and then the text for ever.
func endless(status int, text string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answers(status, own, headers...)(w, r)
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, text); err != nil {
				return
			}
		}
	}
}

// bomb is a small page that unpacks to a hundred megabytes.
func bomb() string {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = io.WriteString(z, own)
	zeros := make([]byte, 1<<20)
	for range 100 {
		_, _ = z.Write(zeros)
	}
	_ = z.Close()
	return b.String()
}

func inUTF16(text string, order binary.AppendByteOrder) string {
	b := order.AppendUint16(nil, 0xFEFF)
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

const (
	notFound     = "<title>Page  not found</title>"
	notFoundBody = "<body><H1 class=x>Page <em>not</em> found</H1>"
)

// softNotFound answers 200 for what does not exist.
func softNotFound(d deploy) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := d[strings.Trim(r.URL.Path, "/")+"/index.html"]; strings.Contains(r.URL.Path, "plansync-no-such") && !ok {
			shows(notFound+notFoundBody)(w, r)
			return
		}
		d.ServeHTTP(w, r)
	})
}

// A fault is one way in which a site misbehaves, or only looks odd. It is
// done to alpha, and beta must not be touched by it unless the case says so.
type faultCase struct {
	name   string
	page   http.HandlerFunc          // serves /learn/alpha/
	site   func(deploy) http.Handler // or: serves everything
	opts   func(*Options)            // or: asks in another way
	state  State
	fault  Fault
	reason string
	beta   *Verdict // Live when nil
}

// wholeSite marks a fault that hits beta as it hits alpha.
var wholeSite = &Verdict{}

func change(name string, edit func(string) string) func(deploy) http.Handler {
	return func(d deploy) http.Handler {
		d[name] = edit(d[name])
		return d
	}
}

func replaced(path string, handler http.HandlerFunc) func(deploy) http.Handler {
	return func(d deploy) http.Handler { return on(path, handler, d) }
}

// robots gives the site a robots.txt, and its sitemap another name.
func robots(text, name string) func(deploy) http.Handler {
	return func(d deploy) http.Handler {
		sitemap := d["sitemap.xml"]
		delete(d, "sitemap.xml")
		d["robots.txt"], d[name] = text, sitemap
		return d
	}
}

var faultCases = []faultCase{
	// Odd, and live all the same.
	{name: "nothing wrong", state: Live},
	{name: "canonical without the final slash", page: shows(`<link rel=canonical href=https://aiperformanceoptimization.com/learn/alpha>` + body), state: Live},
	{name: "relative canonical", page: shows(`<link rel='canonical' href='../alpha/'>` + body), state: Live},
	{name: "canonical relative to a base element", page: shows(`<base href="/learn/"><link rel=canonical href=alpha/>` + body), state: Live},
	{name: "upper-case tags and attributes", page: shows(`<!DOCTYPE HTML><HTML><HEAD><META NAME="ROBOTS" CONTENT="INDEX"><LINK HREF="` + alpha + `" REL="CANONICAL"></HEAD><BODY>`), state: Live},
	{name: "canonical with upper-case host and default port", page: shows(`<link rel=canonical href="HTTPS://AIPerformanceOptimization.com:443/learn/alpha/">`), state: Live},
	{name: "canonical percent-encoded in another way", page: shows(`<link rel=canonical href="` + production + `learn/%61lpha/">`), state: Live},
	{name: "canonical with entities and blanks", page: shows("<link rel=canonical href='\n " + production + "learn&#47;alpha/ '>"), state: Live},
	{name: "the same canonical twice", page: shows(own + own), state: Live},
	{name: "canonical among other relations", page: shows(`<link rel="bookmark Canonical" href="` + alpha + `">`), state: Live},
	{name: "canonical with a duplicate attribute", page: shows(`<link rel="canonical" href="` + alpha + `" href="/other/">`), state: Live},
	{name: "canonical by Link header only", page: shows("<title>x</title>"+body, "Link", `</main.css>; rel=preload; as=style, <`+alpha+`>; rel="canonical"`), state: Live},
	{name: "another canonical in a comment", page: shows(`<!-- <link rel=canonical href=/other/> -->` + own), state: Live},
	{name: "another canonical in a script", page: shows(`<script>"<link rel=canonical href=/other/>"</script>` + own), state: Live},
	{name: "another canonical in a template", page: shows(`<template><link rel=canonical href=/other/></template>` + own), state: Live},
	{name: "noindex in noscript", page: shows(`<noscript><meta name=robots content=noindex></noscript>` + own), state: Live},
	{name: "noindex in the text", page: shows(own + body + `&lt;meta name="robots" content="noindex"&gt; <code>X-Robots-Tag: noindex</code>`), state: Live},
	{name: "noindex for another crawler", page: shows(own, "X-Robots-Tag", "otherbot: noindex, nofollow", "X-Robots-Tag", "max-snippet: 5, unavailable_after: 25 Jun 2037 15:00:00 PST"), state: Live},
	{name: "available until a day to come", page: shows(`<meta name=robots content="unavailable_after: 2037-06-25">`+own, "X-Robots-Tag", "otherbot: unavailable_after: 2001-01-01"), state: Live},
	{name: "available until no day at all", page: shows(`<meta name=robots content="unavailable_after: soon">`+own, "X-Robots-Tag", "unavailable_after:"), state: Live},
	{name: "packed sitemap", site: change("sitemap.xml", func(s string) string { return string(gzipped(s)) }), state: Live},
	{name: "packed sitemaps in an index", site: func(d deploy) http.Handler {
		d["maps/all.xml.gz"] = string(gzipped(d["sitemap.xml"]))
		d["sitemap.xml"] = "<sitemapindex><sitemap><loc>/maps/all.xml.gz</loc></sitemap></sitemapindex>"
		return d
	}, state: Live},
	{name: "refresh of itself", page: shows(`<meta http-equiv="refresh" content="300">` + own + `<meta http-equiv="refresh" content="1;url=/learn/alpha">`), state: Live},
	{name: "no content type", page: shows(own, "Content-Type", ""), state: Live},
	{name: "XHTML", page: shows(`<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><link rel="canonical" href="`+alpha+`"/></head></html>`, "Content-Type", "application/xhtml+xml"), state: Live},
	{name: "byte order mark", page: shows("\ufeff<!doctype html>" + own), state: Live},
	{name: "UTF-16, little end first", page: shows(inUTF16("<!doctype html>"+own+body, binary.LittleEndian), "Content-Type", "text/html"), state: Live},
	{name: "UTF-16, big end first", page: shows(inUTF16("<!doctype html>"+own+body, binary.BigEndian), "Content-Type", "text/html"), state: Live},
	{name: "Latin-1", page: shows("<title>caf\xe9</title>"+own, "Content-Type", "text/html; charset=iso-8859-1"), state: Live},
	{name: "a charset that does not exist", page: shows(own, "Content-Type", "text/html; charset=klingon"), state: Live},
	{name: "a content type that cannot be parsed", page: shows(own, "Content-Type", "text/html; charset"), state: Live},
	{name: "NUL and invalid UTF-8", page: shows("<title>\x00\xff\xfe</title>" + own + "\x00\xc3"), state: Live},
	{name: "just as large as may be", page: shows(own + strings.Repeat(" ", 1<<20-len(own))), opts: func(o *Options) { o.MaxBytes = 1 << 20 }, state: Live},
	{name: "503, then fine", page: inTurn(answers(503, ""), shows(own)), state: Live},
	{name: "502, 504, then fine", page: inTurn(answers(502, ""), answers(504, ""), shows(own)), state: Live},
	{name: "429 with Retry-After in seconds, then fine", page: inTurn(answers(429, "", "Retry-After", "120"), shows(own)), state: Live},
	{name: "429 with Retry-After as a date, then fine", page: inTurn(answers(429, "", "Retry-After", "Sun, 22 Nov 2026 12:05:00 GMT"), shows(own)), state: Live},
	{name: "429 with a broken Retry-After, then fine", page: inTurn(answers(429, "", "Retry-After", "soon"), shows(own)), state: Live},
	{name: "reset, then fine", page: inTurn(speaks(true, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<"), shows(own)), state: Live},
	{name: "truncated, then fine", page: inTurn(speaks(false, "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"+own), shows(own)), state: Live},
	{name: "redirect within the site and back", page: inTurn(redirects(302, "/learn/alpha/?lang=en"), shows(own)), state: Live},
	{name: "an index of sitemaps", site: func(d deploy) http.Handler {
		d["posts.xml"] = d["sitemap.xml"]
		d["sitemap.xml"] = `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>` + production + `pages.xml</loc></sitemap><sitemap><loc> /posts.xml </loc></sitemap></sitemapindex>`
		d["pages.xml"] = sitemap(production)
		return d
	}, state: Live},
	{name: "a sitemap that only robots.txt names", site: robots("User-agent: *\nDisallow: /private/\n\nsitemap : "+production+"maps/all.xml # everything\n", "maps/all.xml"), state: Live},
	{name: "robots.txt with a byte order mark, CRLF and a path", site: robots("\ufeffSitemap:/all.xml\r\nUser-agent: *\r\n", "all.xml"), state: Live},
	{name: "an index of sitemaps that only robots.txt names", site: func(d deploy) http.Handler {
		d["index.xml"] = `<sitemapindex><sitemap><loc>/pages.xml</loc></sitemap></sitemapindex>`
		return robots("Sitemap: "+production+"none.xml\rSitemap: "+production+"index.xml", "pages.xml")(d)
	}, state: Live},
	{name: "a second sitemap, which robots.txt names", site: func(d deploy) http.Handler {
		d["old.xml"] = sitemap(alpha)
		d["sitemap.xml"] = strings.Replace(d["sitemap.xml"], alpha, production, 1)
		d["robots.txt"] = "Sitemap: " + production + "sitemap.xml\nSitemap: " + production + "old.xml\n"
		return d
	}, state: Live},
	{name: "sitemap forbidden, and robots.txt names another", site: func(d deploy) http.Handler {
		return on("/sitemap.xml", answers(403, ""), robots("Sitemap: /all.xml", "all.xml")(d))
	}, state: Live},
	{name: "a sitemap in Latin-1", site: func(d deploy) http.Handler {
		return on("/sitemap.xml", answers(200, strings.Replace(d["sitemap.xml"], "utf-8", "iso-8859-1", 1)+"<!-- \xe9 -->", "Content-Type", "text/xml"), d)
	}, state: Live},
	{name: "404 instead of a category that shows nothing", site: change("learn/index.html", func(s string) string {
		return strings.Replace(s, "<ul>", `<ul><a href="/categories/empty/">none</a>`, 1)
	}), state: Live},

	// Answers 200 and is no published page.
	{name: "canonical of a sibling", page: shows(`<link rel=canonical href="` + production + `learn/beta/">`), state: NotLive, fault: WrongCanonical, reason: `"` + production + `learn/beta/"`},
	{name: "canonical with http", page: shows(`<link rel=canonical href="http://aiperformanceoptimization.com/learn/alpha/">`), state: NotLive, fault: WrongCanonical, reason: "http://"},
	{name: "canonical on another host", page: shows(`<link rel=canonical href="//example.com/learn/alpha/">`), state: NotLive, fault: WrongCanonical, reason: "example.com"},
	{name: "canonical on another port", page: shows(`<link rel=canonical href="https://aiperformanceoptimization.com:8443/learn/alpha/">`), state: NotLive, fault: WrongCanonical, reason: "8443"},
	{name: "canonical with a query", page: shows(`<link rel=canonical href="` + alpha + `?x=1">`), state: NotLive, fault: WrongCanonical, reason: "?x=1"},
	{name: "canonical with an encoded slash", page: shows(`<link rel=canonical href="` + production + `learn%2Falpha/">`), state: NotLive, fault: WrongCanonical, reason: "%2F"},
	{name: "canonical that is no URL", page: shows("<link rel=canonical href='https://[::1/\x1b[31m'>"), state: NotLive, fault: WrongCanonical, reason: `\x1b`},
	{name: "canonical of a megabyte", page: shows(`<link rel=canonical href="/` + strings.Repeat("x", 1<<20) + `">`), state: NotLive, fault: WrongCanonical, reason: "…"},
	{name: "empty canonical", page: shows(`<link rel=canonical href="">`), state: NotLive, fault: WrongCanonical, reason: `names ""`},
	{name: "canonical without an address", page: shows(`<link rel=canonical>`), state: NotLive, fault: WrongCanonical, reason: `names ""`},
	{name: "two canonicals that disagree", page: shows(own + `<link rel=canonical href=/learn/beta/>`), state: NotLive, fault: WrongCanonical, reason: "/learn/beta/"},
	{name: "Link header that disagrees", page: shows(own, "Link", `<`+production+`>; rel=canonical`), state: NotLive, fault: WrongCanonical, reason: "its Link header"},
	{name: "no canonical", page: shows("<title>x</title>" + body), state: NotLive, fault: NoCanonical, reason: "has no canonical"},
	{name: "canonical in the body", page: shows("<title>x</title>" + body + own), state: NotLive, fault: NoCanonical, reason: "outside the head"},
	{name: "canonical after something that ends the head", page: shows("<head><title>x</title><div></div>" + own + "</head>" + body), state: NotLive, fault: NoCanonical, reason: "outside the head"},
	{name: "canonical after text that ends the head", page: shows("<head>oops" + own + "</head>" + body), state: NotLive, fault: NoCanonical, reason: "outside the head"},
	{name: "canonical in a title that never ends", page: shows("<title>x" + own), state: NotLive, fault: NoCanonical, reason: "has no canonical"},
	{name: "empty page", page: shows(""), state: NotLive, fault: NoCanonical, reason: "has no canonical"},
	{name: "noindex by meta element", page: shows(`<meta name="robots" content="noindex">` + own), state: NotLive, fault: NoIndex, reason: "(the meta element robots)"},
	{name: "noindex for Googlebot by meta element", page: shows(own + `<META CONTENT="max-snippet:3,NoIndex" NAME=GoogleBot>`), state: NotLive, fault: NoIndex, reason: "(the meta element googlebot)"},
	{name: "none by meta element, the second of two", page: shows(`<meta name=robots content="index"><meta name=robots content="NONE">` + own), state: NotLive, fault: NoIndex, reason: "(the meta element robots)"},
	{name: "noindex by header", page: shows(own, "X-Robots-Tag", "nofollow", "X-Robots-Tag", "noarchive, noindex"), state: NotLive, fault: NoIndex, reason: "(the header X-Robots-Tag)"},
	{name: "noindex for Googlebot by header", page: shows(own, "X-Robots-Tag", "otherbot: nofollow, googlebot: noindex"), state: NotLive, fault: NoIndex, reason: "(the header X-Robots-Tag)"},
	{name: "noindex after a date", page: shows(own, "X-Robots-Tag", "unavailable_after: Monday, 25-Jun-37 15:00:00 UTC, noindex"), state: NotLive, fault: NoIndex, reason: "(the header X-Robots-Tag)"},
	{name: "unavailable after a day that passed", page: shows(`<meta name=robots content="Unavailable_After: 2001-06-25, nofollow">` + own), state: NotLive, fault: NoIndex, reason: "(unavailable_after 2001-06-25)"},
	{name: "unavailable after a day that passed, by header", page: shows(own, "X-Robots-Tag", "googlebot: unavailable_after: Monday, 25-Jun-01 15:00:00 UTC, nofollow"), state: NotLive, fault: NoIndex, reason: "(unavailable_after 2001-06-25)"},
	{name: "two faults at once", page: shows(`<meta name=robots content=noindex>`), state: NotLive, fault: NoCanonical, reason: "has no canonical link; asks search engines"},
	{name: "redirect to the home page", page: redirects(301, "/"), state: NotLive, fault: LeadsElsewhere, reason: `redirects to "` + production + `"`},
	{name: "redirect to a sibling", page: redirects(308, "../beta/"), state: NotLive, fault: LeadsElsewhere, reason: "/learn/beta/"},
	{name: "refresh to a sibling", page: shows(`<meta http-equiv="Refresh" content="0; URL='../beta/'">` + own), state: NotLive, fault: LeadsElsewhere, reason: `sends its readers on to "../beta/"`},
	{name: "refresh to another site by header", page: shows(own, "Refresh", "5, https://example.com/"), state: NotLive, fault: LeadsElsewhere, reason: "https://example.com/"},
	{name: "alias page, as Hugo makes them", page: shows(`<!doctype html><html lang="en"><head><title>` + production + `learn/beta/</title><link rel="canonical" href="` + production + `learn/beta/"><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=` + production + `learn/beta/"></head></html>`), state: NotLive, fault: LeadsElsewhere, reason: "its canonical link names"},
	{name: "soft 404 without a canonical", site: replaced("/learn/alpha/", func(w http.ResponseWriter, r *http.Request) { shows(newDeploy(production)["404.html"])(w, r) }), state: NotLive, fault: NoCanonical, reason: "has no canonical"},
	{name: "soft 404 that calls itself canonical", page: shows(notFound + own + notFoundBody), site: func(d deploy) http.Handler {
		return softNotFound(d)
	}, state: NotLive, fault: SoftNotFound, reason: `do not exist ("Page not found")`},
	{name: "a page like the site's own for 404, which has that status", page: shows(notFound + own + notFoundBody), state: Live},
	{name: "home page instead of a 404", site: func(d deploy) http.Handler {
		delete(d, "learn/alpha/index.html")
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := *r
			if _, ok := d[strings.Trim(r.URL.Path, "/")+"/index.html"]; !ok && r.URL.Path != "/sitemap.xml" {
				u := *r.URL
				u.Path = "/"
				rec.URL = &u
			}
			d.ServeHTTP(w, &rec)
		})
	}, state: NotLive, fault: SoftNotFound, reason: "its canonical link names"},
	{name: "JSON without a content type", page: answers(200, `{"ok":true}`, "Content-Type", ""), state: NotLive, fault: NoCanonical, reason: "has no canonical"},
	{name: "JSON", page: shows(own, "Content-Type", "", "Content-Type", "application/json"), state: NotLive, fault: NotHTML, reason: `"application/json"`},
	{name: "not in the sitemap", site: change("sitemap.xml", func(s string) string { return strings.Replace(s, alpha, production+"learn/omega/", 1) }), state: NotLive, fault: NotInSitemap, reason: "not listed"},
	{name: "in the sitemap with http", site: change("sitemap.xml", func(s string) string { return strings.Replace(s, alpha, "http"+alpha[5:], 1) }), state: NotLive, fault: NotInSitemap, reason: "not listed"},
	{name: "in the sitemap with a query", site: change("sitemap.xml", func(s string) string { return strings.Replace(s, alpha, alpha+"?a=b", 1) }), state: NotLive, fault: NotInSitemap, reason: "not listed"},
	{name: "in the sitemap as an image only", site: change("sitemap.xml", func(s string) string {
		return strings.Replace(s, "<loc>"+alpha+"</loc>", "<loc>/x/</loc><image:image><image:loc>"+alpha+"</image:loc></image:image>", 1)
	}), state: NotLive, fault: NotInSitemap, reason: "not listed"},
	{name: "in a comment of the sitemap", site: change("sitemap.xml", func(s string) string {
		return strings.Replace(s, "<loc>"+alpha+"</loc>", "<!-- <loc>"+alpha+"</loc> -->", 1)
	}), state: NotLive, fault: NotInSitemap, reason: "not listed"},
	{name: "not in the sitemap that robots.txt names", site: func(d deploy) http.Handler {
		d["sitemap.xml"] = strings.Replace(d["sitemap.xml"], alpha, production, 1)
		return robots("Sitemap: "+production+"all.xml", "all.xml")(d)
	}, state: NotLive, fault: NotInSitemap, reason: "not listed"},
	{name: "named to robots in a comment, and in other words", site: func(d deploy) http.Handler {
		d["all.xml"] = d["sitemap.xml"]
		d["sitemap.xml"] = strings.Replace(d["sitemap.xml"], alpha, production, 1)
		d["robots.txt"] = "# Sitemap: /all.xml\nSitemap:\nSitemap /all.xml\nX-Sitemap: /all.xml\n"
		return d
	}, state: NotLive, fault: NotInSitemap, reason: "not listed"},
	{name: "not reachable", site: change("learn/index.html", func(s string) string { return strings.Replace(s, `href="/learn/alpha/"`, `href="/learn/"`, 1) }), state: NotLive, fault: NotReachable, reason: "no list page from /learn/ on"},
	{name: "linked in a comment only", site: change("learn/index.html", func(s string) string {
		return strings.Replace(s, `<a class="card" href="/learn/alpha/">`, `<!-- <a href="/learn/alpha/"> --><link href="/learn/alpha/">`, 1)
	}), state: NotLive, fault: NotReachable, reason: "no list page"},
	{name: "linked from a sibling only", site: func(d deploy) http.Handler {
		d["learn/index.html"] = strings.Replace(d["learn/index.html"], `href="/learn/alpha/"`, `href="/learn/beta/"`, 1)
		d["learn/beta/index.html"] += `<a href="/learn/alpha/">`
		return d
	}, state: NotLive, fault: NotReachable, reason: "no list page"},

	// Gone.
	{name: "404", site: func(d deploy) http.Handler { delete(d, "learn/alpha/index.html"); return d }, state: Gone, fault: PageGone, reason: "404 Not Found"},
	{name: "410", page: answers(410, "gone"), state: Gone, fault: PageGone, reason: "410 Gone"},
	{name: "404 with a page that looks live", page: answers(404, own), state: Gone, fault: PageGone, reason: "404"},
	{name: "404 that never ends", page: endless(404, strings.Repeat("x", 1<<10)), opts: func(o *Options) { o.MaxBytes = 1 << 16 }, state: Gone, fault: PageGone, reason: "404"},
	{name: "404 that breaks off", page: speaks(false, "HTTP/1.1 404 Not Found\r\nContent-Length: 999\r\n\r\n<"), state: Gone, fault: PageGone, reason: "404"},
	{name: "redirect to a 404", page: redirects(301, "/nowhere"), state: Gone, fault: PageGone, reason: "404"},

	// Unknown: the page's own answer proves nothing.
	{name: "401", page: answers(401, own), state: Unknown, fault: Status, reason: "401 Unauthorized"},
	{name: "403", page: answers(403, own), state: Unknown, fault: Status, reason: "403 Forbidden"},
	{name: "418", page: answers(418, own), state: Unknown, fault: Status, reason: "418"},
	{name: "451", page: answers(451, own), state: Unknown, fault: Status, reason: "451"},
	{name: "204", page: answers(204, ""), state: Unknown, fault: Status, reason: "204"},
	{name: "206", page: answers(206, own), state: Unknown, fault: Status, reason: "206"},
	{name: "304 without being asked", page: answers(304, ""), state: Unknown, fault: Status, reason: "304"},
	{name: "300", page: answers(300, "", "Location", "/"), state: Unknown, fault: Status, reason: "300"},
	{name: "500", page: answers(500, own), state: Unknown, fault: Status, reason: "500 Internal Server Error (3 attempts)"},
	{name: "502", page: answers(502, own), state: Unknown, fault: Status, reason: "502 Bad Gateway (3 attempts)"},
	{name: "503", page: answers(503, own), state: Unknown, fault: Status, reason: "503 Service Unavailable (3 attempts)"},
	{name: "504", page: answers(504, own), state: Unknown, fault: Status, reason: "504 Gateway Timeout (3 attempts)"},
	{name: "a status that has no name", page: answers(599, own), state: Unknown, fault: Status, reason: "answered 599 (3 attempts)"},
	{name: "429 for ever", page: answers(429, own), state: Unknown, fault: Status, reason: "429 Too Many Requests (3 attempts)"},
	{name: "429 with Retry-After beyond the end", page: answers(429, "", "Retry-After", "86400"), state: Unknown, fault: Status, reason: "a pause of 24h0m0s, longer than"},
	{name: "503 with Retry-After beyond all numbers", page: answers(503, "", "Retry-After", strings.Repeat("9", 40)), state: Unknown, fault: Status, reason: "longer than the time that was left"},
	{name: "body that never ends", page: endless(200, strings.Repeat("<p>", 1<<10)), opts: func(o *Options) { o.MaxBytes = 1 << 16 }, state: Unknown, fault: TooLarge, reason: "larger than the limit"},
	{name: "one byte too large", page: shows(own + strings.Repeat(" ", 1<<20+1-len(own))), opts: func(o *Options) { o.MaxBytes = 1 << 20 }, state: Unknown, fault: TooLarge, reason: "larger than the limit"},
	{name: "announced as too large", page: speaks(false, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999999999\r\n\r\n"+own), state: Unknown, fault: TooLarge, reason: "larger than the limit"},
	{name: "gzip bomb", page: func(w http.ResponseWriter, r *http.Request) { shows(bomb(), "Content-Encoding", "gzip")(w, r) }, state: Unknown, fault: TooLarge, reason: "larger than the limit"},
	{name: "gzip that never unpacks to anything", page: func(w http.ResponseWriter, r *http.Request) {
		shows(gzipped("")[:10], "Content-Encoding", "gzip")(w, r)
		for r.Context().Err() == nil {
			// A stored block of no bytes.
			if _, err := w.Write(bytes.Repeat([]byte{0, 0, 0, 0xff, 0xff}, 1<<10)); err != nil {
				return
			}
		}
	}, opts: func(o *Options) { o.MaxBytes = 1 << 16 }, state: Unknown, fault: TooLarge, reason: "larger than the limit"},
	{name: "gzip that breaks off", page: shows(gzipped(own)[:40], "Content-Encoding", "gzip"), state: Unknown, fault: Network, reason: "broke off: unexpected EOF"},
	{name: "gzip with a wrong checksum", page: func(w http.ResponseWriter, r *http.Request) {
		b := []byte(gzipped(own + body))
		b[len(b)-8] ^= 1
		shows(string(b), "Content-Encoding", "gzip")(w, r)
	}, state: Unknown, fault: Network, reason: "invalid checksum"},
	{name: "gzip in name only", page: shows(own, "Content-Encoding", "gzip"), state: Unknown, fault: Network, reason: "invalid header"},
	{name: "a coding that was not asked for", page: shows(own, "Content-Encoding", "br"), state: Unknown, fault: Network, reason: `content coding "br"`},
	{name: "redirect to itself", page: redirects(301, "/learn/alpha/"), state: Unknown, fault: BadRedirect, reason: "in a loop"},
	{name: "redirect loop of two", site: func(d deploy) http.Handler {
		return on("/a", redirects(302, "/learn/alpha/"), on("/learn/alpha/", redirects(302, "/a"), d))
	}, state: Unknown, fault: BadRedirect, reason: "in a loop"},
	{name: "redirects without end", site: func(d deploy) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/learn/alpha/") {
				redirects(302, r.URL.Path+"x/")(w, r)
				return
			}
			d.ServeHTTP(w, r)
		})
	}, state: Unknown, fault: BadRedirect, reason: "more than 5 times"},
	{name: "redirect without a target", page: answers(301, ""), state: Unknown, fault: BadRedirect, reason: "without a target"},
	{name: "redirect to what is no URL", page: redirects(301, "https://[::1"), state: Unknown, fault: BadRedirect, reason: "without a target"},
	{name: "redirect to another host", page: redirects(301, "https://example.com/learn/alpha/"), state: Unknown, fault: ForeignRedirect, reason: `"https://example.com/learn/alpha/"`},
	{name: "redirect to a subdomain", page: redirects(301, "https://www.aiperformanceoptimization.com/learn/alpha/"), state: Unknown, fault: ForeignRedirect, reason: "www."},
	{name: "redirect down to http", page: redirects(301, "http"+alpha[5:]), state: Unknown, fault: ForeignRedirect, reason: "http://"},
	{name: "redirect to another port", page: redirects(302, "https://aiperformanceoptimization.com:8443/learn/alpha/"), state: Unknown, fault: ForeignRedirect, reason: "8443"},
	{name: "redirect to loopback", page: redirects(302, "http://127.0.0.1/latest"), state: Unknown, fault: ForeignRedirect, reason: "127.0.0.1"},
	{name: "redirect to loopback by name", page: redirects(307, "http://localhost:631/"), state: Unknown, fault: ForeignRedirect, reason: "localhost"},
	{name: "redirect to loopback in IPv6", page: redirects(307, "https://[::1]/"), state: Unknown, fault: ForeignRedirect, reason: "[::1]"},
	{name: "redirect to a private address", page: redirects(302, "https://10.0.0.1/admin"), state: Unknown, fault: ForeignRedirect, reason: "10.0.0.1"},
	{name: "redirect to a cloud's metadata", page: redirects(302, "http://169.254.169.254/latest/meta-data/"), state: Unknown, fault: ForeignRedirect, reason: "169.254.169.254"},
	{name: "redirect to an address in one number", page: redirects(302, "https://2130706433/"), state: Unknown, fault: ForeignRedirect, reason: "2130706433"},
	{name: "redirect by //", page: redirects(302, "//example.com/learn/alpha/"), state: Unknown, fault: ForeignRedirect, reason: "example.com"},
	{name: "redirect that hides the host behind a user", page: redirects(302, "https://aiperformanceoptimization.com@example.com/"), state: Unknown, fault: ForeignRedirect, reason: "https://example.com/"},
	{name: "redirect to a file", page: redirects(302, "file:///etc/passwd"), state: Unknown, fault: ForeignRedirect, reason: "file:///etc/passwd"},
	{name: "redirect to a script", page: redirects(302, "javascript:alert(1)"), state: Unknown, fault: ForeignRedirect, reason: "javascript:"},
	{name: "reset before an answer", page: speaks(true, ""), state: Unknown, fault: Network, reason: "(3 attempts)"},
	{name: "reset in the body", page: speaks(true, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\n\r\n"+own), state: Unknown, fault: Network, reason: "(3 attempts)"},
	{name: "closed before an answer", page: speaks(false, ""), state: Unknown, fault: Network, reason: "EOF"},
	{name: "body that breaks off", page: speaks(false, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n"+own+body), state: Unknown, fault: Network, reason: "broke off: unexpected EOF"},
	{name: "long body that breaks off after the head", page: speaks(false, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\n\r\n"+own+body+"</h1>"+strings.Repeat("text ", 9999)), state: Unknown, fault: Network, reason: "broke off: unexpected EOF"},
	{name: "chunked body that breaks off", page: speaks(false, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n"+own), state: Unknown, fault: Network, reason: "broke off: unexpected EOF"},
	{name: "no HTTP", page: speaks(false, "SSH-2.0-OpenSSH_9.9\r\n"), state: Unknown, fault: Network, reason: "malformed HTTP"},
	{name: "a status that is no number", page: speaks(false, "HTTP/1.1 abc\r\n\r\n"), state: Unknown, fault: Network, reason: "malformed HTTP"},
	{name: "headers without end", page: speaks(false, "HTTP/1.1 200 OK\r\n"+strings.Repeat("X-Fill: "+strings.Repeat("y", 4<<10)+"\r\n", 80)), state: Unknown, fault: Network, reason: "headers"},
	{name: "two lengths that disagree", page: speaks(false, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"+own), state: Unknown, fault: Network, reason: "Content-Length"},

	// Unknown: what the page is held against cannot be read.
	{name: "no sitemap", site: func(d deploy) http.Handler { delete(d, "sitemap.xml"); return d }, state: Unknown, fault: SitemapUnread, reason: "sitemap.xml: answered 404", beta: wholeSite},
	{name: "sitemap forbidden", site: replaced("/sitemap.xml", answers(403, "")), state: Unknown, fault: SitemapUnread, reason: "answered 403", beta: wholeSite},
	{name: "sitemap out of order", site: replaced("/sitemap.xml", answers(500, "")), state: Unknown, fault: SitemapUnread, reason: "answered 500", beta: wholeSite},
	{name: "sitemap is an HTML page", site: replaced("/sitemap.xml", shows("<html><body>Hello</body></html>")), state: Unknown, fault: SitemapUnread, reason: `its root element is "html"`, beta: wholeSite},
	{name: "sitemap is empty", site: replaced("/sitemap.xml", answers(200, "", "Content-Type", "application/xml")), state: Unknown, fault: SitemapUnread, reason: "it is empty", beta: wholeSite},
	{name: "sitemap elsewhere", site: replaced("/sitemap.xml", redirects(302, "http://127.0.0.1/sitemap.xml")), state: Unknown, fault: SitemapUnread, reason: "which was not followed", beta: wholeSite},
	{name: "sitemap that breaks off before the page", site: change("sitemap.xml", func(s string) string { return s[:strings.Index(s, alpha)+5] }), state: Unknown, fault: SitemapUnread, reason: "unexpected EOF", beta: wholeSite},
	{name: "sitemap that is broken before the page", site: change("sitemap.xml", func(s string) string {
		return strings.Replace(strings.Replace(s, alpha, production+"learn/beta/", 1), production+"learn/beta/</loc>\n    <lastmod>2026-11-22T00:00:00+00:00</lastmod>\n  </url>\n  <url>\n    <loc>"+production+"learn/beta/", production+"learn/beta/</loc></url><url><loc>&bomb;", 1)
	}), state: Unknown, fault: SitemapUnread, reason: "invalid character entity"},
	{name: "sitemap with an entity bomb", site: replaced("/sitemap.xml", answers(200, `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>`, "Content-Type", "text/xml")), state: Unknown, fault: SitemapUnread, reason: "invalid character entity", beta: wholeSite},
	{name: "packed sitemap that breaks off", site: change("sitemap.xml", func(s string) string { return string(gzipped(s))[:40] }), state: Unknown, fault: SitemapUnread, reason: "unexpected EOF", beta: wholeSite},
	{name: "packed sitemap without end", site: change("sitemap.xml", func(string) string { return string(gzipped("<urlset><!--" + strings.Repeat(" ", maxSitemap))) }), state: Unknown, fault: SitemapUnread, reason: "too large", beta: wholeSite},
	{name: "sitemap index with a part that is gone", site: func(d deploy) http.Handler {
		d["beta.xml"] = sitemap(production + "learn/beta/")
		d["sitemap.xml"] = `<sitemapindex><sitemap><loc>/beta.xml</loc></sitemap><sitemap><loc>/alpha.xml</loc></sitemap></sitemapindex>`
		return d
	}, state: Unknown, fault: SitemapUnread, reason: "alpha.xml: answered 404"},
	{name: "sitemap index with a part on another host", site: func(d deploy) http.Handler {
		d["beta.xml"] = sitemap(production + "learn/beta/")
		d["sitemap.xml"] = `<sitemapindex><sitemap><loc>http://127.0.0.1/alpha.xml</loc></sitemap><sitemap><loc>/beta.xml</loc></sitemap></sitemapindex>`
		return d
	}, state: Unknown, fault: SitemapUnread, reason: `"http://127.0.0.1/alpha.xml", which is not on this site`},
	{name: "sitemap index that names itself", site: func(d deploy) http.Handler {
		d["sitemap.xml"] = `<sitemapindex><sitemap><loc>/sitemap.xml</loc></sitemap></sitemapindex>`
		return d
	}, state: NotLive, fault: NotInSitemap, reason: "not listed", beta: wholeSite},
	{name: "sitemap indexes without end", site: func(d deploy) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "sitemap.xml") {
				answers(200, `<sitemapindex><sitemap><loc>x`+r.URL.Path[1:]+`</loc></sitemap></sitemapindex>`, "Content-Type", "text/xml")(w, r)
				return
			}
			d.ServeHTTP(w, r)
		})
	}, state: Unknown, fault: SitemapUnread, reason: "more than 102 sitemaps", beta: wholeSite},
	{name: "no sitemap, and robots.txt names that one", site: func(d deploy) http.Handler {
		delete(d, "sitemap.xml")
		d["robots.txt"] = "Sitemap: " + production + "sitemap.xml"
		return d
	}, state: Unknown, fault: SitemapUnread, reason: "/sitemap.xml: answered 404", beta: wholeSite},
	{name: "no sitemap, and robots.txt names one that is gone", site: func(d deploy) http.Handler {
		delete(d, "sitemap.xml")
		d["robots.txt"] = "Sitemap: /all.xml"
		return d
	}, state: Unknown, fault: SitemapUnread, reason: "/all.xml: answered 404", beta: wholeSite},
	{name: "robots.txt names a sitemap on another host", site: robots("Sitemap: http://127.0.0.1/all.xml", "all.xml"), state: Unknown, fault: SitemapUnread, reason: `robots.txt names "http://127.0.0.1/all.xml", which is not on this site`, beta: wholeSite},
	{name: "robots.txt names sitemaps without end", site: func(d deploy) http.Handler {
		for i := range 200 {
			d["robots.txt"] += fmt.Sprintf("Sitemap: /%d.xml\n", i)
			d[fmt.Sprintf("%d.xml", i)] = sitemap(production)
		}
		delete(d, "sitemap.xml")
		return d
	}, state: Unknown, fault: SitemapUnread, reason: "robots.txt names more than 102 sitemaps", beta: wholeSite},
	{name: "missing from the sitemap, and robots.txt out of order", site: func(d deploy) http.Handler {
		d["sitemap.xml"] = strings.Replace(d["sitemap.xml"], alpha, production, 1)
		return on("/robots.txt", answers(503, ""), d)
	}, state: Unknown, fault: SitemapUnread, reason: "/robots.txt: answered 503"},
	{name: "missing from the sitemap, and robots.txt never ends", site: func(d deploy) http.Handler {
		d["sitemap.xml"] = strings.Replace(d["sitemap.xml"], alpha, production, 1)
		return on("/robots.txt", endless(200, "Sitemap: /sitemap.xml\n"), d)
	}, opts: func(o *Options) { o.MaxBytes = 1 << 16 }, state: Unknown, fault: SitemapUnread, reason: "larger than the limit"},
	{name: "missing from the sitemap, and robots.txt leads elsewhere", site: func(d deploy) http.Handler {
		d["sitemap.xml"] = strings.Replace(d["sitemap.xml"], alpha, production, 1)
		return on("/robots.txt", redirects(301, "http://127.0.0.1/robots.txt"), d)
	}, state: Unknown, fault: SitemapUnread, reason: "which was not followed"},
	{name: "no /learn/", site: func(d deploy) http.Handler { delete(d, "learn/index.html"); return d }, state: Unknown, fault: ListsUnread, reason: "learn/: answered 404", beta: wholeSite},
	{name: "/learn/ out of order", site: replaced("/learn/", answers(500, "")), state: Unknown, fault: ListsUnread, reason: "answered 500", beta: wholeSite},
	{name: "/learn/ forbidden", site: replaced("/learn/", answers(403, "")), state: Unknown, fault: ListsUnread, reason: "answered 403", beta: wholeSite},
	{name: "/learn/ leads to the home page", site: replaced("/learn/", redirects(302, "/")), state: Unknown, fault: ListsUnread, reason: `leads to "https://aiperformanceoptimization.com/"`, beta: wholeSite},
	{name: "/learn/ leads out of the site", site: replaced("/learn/", redirects(302, "https://example.com/learn/")), state: Unknown, fault: ListsUnread, reason: "not followed", beta: wholeSite},
	{name: "/learn/ is no HTML", site: replaced("/learn/", answers(200, "x", "Content-Type", "", "Content-Type", "text/plain")), state: Unknown, fault: ListsUnread, reason: "is no HTML page", beta: wholeSite},
	{name: "/learn/ never ends", site: replaced("/learn/", endless(200, strings.Repeat("<p>", 1<<10))), opts: func(o *Options) { o.MaxBytes = 1 << 16 }, state: Unknown, fault: ListsUnread, reason: "larger than the limit", beta: wholeSite},
	{name: "a category out of order", site: replaced("/categories/core/page/2/", answers(503, "")), state: Live, beta: &Verdict{State: Unknown, Fault: ListsUnread, Reason: "core/page/2/: answered 503"}},
	{name: "a category leads out of the site", site: replaced("/categories/core/", redirects(301, "http://10.1.2.3/")), state: Live, beta: &Verdict{State: Unknown, Fault: ListsUnread, Reason: "not followed"}},
	{name: "a category that is gone", site: replaced("/categories/core/", answers(404, "")), state: Live, beta: &Verdict{State: Unknown, Fault: ListsUnread, Reason: "answered 404"}},
	{name: "list pages without end", site: func(d deploy) http.Handler {
		d["learn/index.html"] = links(production+"learn/", "Learn", "/learn/page/2/", "/learn/alpha/")
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var n int
			if _, err := fmt.Sscanf(r.URL.Path, "/learn/page/%d/", &n); err == nil {
				shows(fmt.Sprintf(`<a href="/learn/page/%d/">next</a>`, n+1))(w, r)
				return
			}
			d.ServeHTTP(w, r)
		})
	}, state: Live, beta: &Verdict{State: Unknown, Fault: ListsUnread, Reason: "more than 104 list pages"}},

	// Unknown: nobody is there, or nobody that can be trusted.
	{name: "every request reset", site: func(deploy) http.Handler { return speaks(true, "") }, state: Unknown, fault: SiteDown, reason: "it does not answer: ", beta: wholeSite},
	{name: "every request 403", site: func(deploy) http.Handler { return answers(403, "") }, state: Unknown, fault: SiteDown, reason: "every address answered 403 Forbidden", beta: wholeSite},
	{name: "every request 404", site: func(deploy) http.Handler { return answers(404, "") }, state: Unknown, fault: SiteDown, reason: "every address answered 404 Not Found", beta: wholeSite},
	{name: "every request asks for a long pause", site: func(deploy) http.Handler {
		return answers(429, "", "Retry-After", time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC).Format(http.TimeFormat))
	}, state: Unknown, fault: SiteDown, reason: "longer than the time that was left", beta: wholeSite},
}

func TestFaults(t *testing.T) {
	seen := make(map[string]bool)
	for _, c := range faultCases {
		if seen[c.name] {
			t.Fatalf("two cases are called %q", c.name)
		}
		seen[c.name] = true
		t.Run(c.name, func(t *testing.T) {
			var handler http.Handler = newDeploy(production)
			if c.site != nil {
				handler = c.site(newDeploy(production))
			}
			if c.page != nil {
				handler = on("/learn/alpha/", c.page, handler)
			}
			s := start(t, production, handler)
			if c.opts != nil {
				c.opts(&s.opts)
			}
			v := s.check(t, "alpha", "beta")
			want(t, v[0], c.state, c.fault, c.reason)
			switch {
			case c.beta == nil:
				want(t, v[1], Live, "", "")
			case c.beta == wholeSite:
				want(t, v[1], c.state, c.fault, c.reason)
			default:
				want(t, v[1], c.beta.State, c.beta.Fault, c.beta.Reason)
			}
			for address := range s.dialled {
				if address != "aiperformanceoptimization.com:443" {
					t.Errorf("connected to %s", address)
				}
			}
		})
	}
	t.Logf("%d cases", len(faultCases))
}
