package live

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"
	"time"
)

const production = "https://aiperformanceoptimization.com/"

// A deploy is a built site, by path of its files, that serves itself as
// Netlify documents: pretty URLs, 301 to the form with the slash, 404.html
// with status 404, and its usual headers.
type deploy map[string]string

func (d deploy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Server", "Netlify")
	h.Set("Cache-Control", "public,max-age=0,must-revalidate")
	h.Set("Cache-Status", `"Netlify Edge"; hit`)
	h.Set("Strict-Transport-Security", "max-age=31536000")
	h.Set("X-Nf-Request-Id", "01J0000000000000000000000")
	name := strings.TrimPrefix(r.URL.Path, "/")
	status := http.StatusOK
	body, ok := d[name]
	if !ok {
		if body, ok = d[path.Join(name, "index.html")]; ok && name != "" && !strings.HasSuffix(name, "/") {
			w.Header().Set("Location", r.URL.Path+"/")
			w.WriteHeader(http.StatusMovedPermanently)
			_, _ = fmt.Fprintf(w, "Redirecting to %s/", r.URL.Path)
			return
		}
	}
	if !ok {
		status, body, name = http.StatusNotFound, d["404.html"], "404.html"
	}
	h.Set("Content-Type", "text/html; charset=UTF-8")
	if path.Ext(name) == ".xml" {
		h.Set("Content-Type", "application/xml")
	}
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = gzipped(body)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func gzipped(body string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, body)
	_ = z.Close()
	return b.String()
}

// article is a published page as a theme would write it.
func article(canonical, title string) string {
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>` + title +
		` | AI Performance Optimization</title><meta name="robots" content="index, follow"><link rel="canonical" href="` + canonical +
		`"><link rel="stylesheet" href="/main.css"></head><body><h1>` + title + "</h1><p>Text.</p></body></html>\n"
}

// links is a list page.
func links(canonical, title string, hrefs ...string) string {
	var b strings.Builder
	for _, href := range hrefs {
		fmt.Fprintf(&b, `<li><a class="card" href="%s">read</a></li>`, href)
	}
	return strings.Replace(article(canonical, title), "<p>Text.</p>", "<ul>"+b.String()+"</ul>", 1)
}

func sitemap(locs ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8" standalone="yes"?>` + "\n" +
		`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">`)
	for _, loc := range locs {
		b.WriteString("\n  <url>\n    <loc>" + loc + "</loc>\n    <lastmod>2026-11-22T00:00:00+00:00</lastmod>\n  </url>")
	}
	b.WriteString("\n</urlset>\n")
	return b.String()
}

// newDeploy is a small site: alpha is listed by /learn/ itself, beta and
// gamma only by the second page of their category.
func newDeploy(base string) deploy {
	u, err := url.Parse(base)
	if err != nil {
		panic(err)
	}
	root := u.Path
	d := deploy{
		"index.html":                        links(base, "Home", root+"learn/"),
		"404.html":                          "<!doctype html><title>Page not found</title><h1>Page not found</h1>",
		"learn/index.html":                  links(base+"learn/", "Learn", root+"learn/alpha/", root+"categories/core/", "mailto:x@example.com", "https://example.org/", "%zz"),
		"categories/core/index.html":        links(base+"categories/core/", "Core", "page/2/"),
		"categories/core/page/2/index.html": links(base+"categories/core/page/2/", "Core, page 2", "../../../../learn/beta/", base+"learn/gamma/"),
	}
	var locs []string
	for _, slug := range []string{"alpha", "beta", "gamma"} {
		d["learn/"+slug+"/index.html"] = article(base+"learn/"+slug+"/", "About "+slug)
		locs = append(locs, base+"learn/"+slug+"/")
	}
	d["sitemap.xml"] = sitemap(append(locs, base)...)
	prefixed := make(deploy)
	for name, body := range d {
		if name == "404.html" {
			prefixed[name] = body
			continue
		}
		prefixed[strings.TrimPrefix(root, "/")+name] = body
	}
	return prefixed
}

// authority signs the certificates of the tests.
var authority = sync.OnceValue(func() *x509.Certificate { return sign(authorityKey(), nil, "Test CA", time.Hour) })

var authorityKey = sync.OnceValue(func() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
})

// sign makes a certificate for the name that ends after the given time, by
// the parent, or by itself as an authority.
func sign(key *ecdsa.PrivateKey, parent *x509.Certificate, name string, valid time.Duration) *x509.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-48 * time.Hour),
		NotAfter:     time.Now().Add(valid),
		DNSNames:     []string{name},
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	signer := authorityKey()
	if parent == nil {
		template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return cert
}

func certificate(parent *x509.Certificate, name string, valid time.Duration) tls.Certificate {
	key := authorityKey()
	return tls.Certificate{Certificate: [][]byte{sign(key, parent, name, valid).Raw}, PrivateKey: key}
}

func trusted() *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(authority())
	return &tls.Config{RootCAs: pool}
}

// A scene is a site on a real server on loopback, which stands in for the
// production host, and the options to ask it.
type scene struct {
	server *httptest.Server
	clock  *clock
	opts   Options

	mu       sync.Mutex
	dialled  map[string]int
	requests map[string]int
}

// start serves the handler over TLS as the host of the base URL.
func start(t *testing.T, base string, handler http.Handler) *scene {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	return startWith(t, base, handler, certificate(authority(), u.Hostname(), 24*time.Hour))
}

func startWith(t *testing.T, base string, handler http.Handler, cert tls.Certificate) *scene {
	t.Helper()
	s := &scene{clock: newClock(), dialled: make(map[string]int), requests: make(map[string]int)}
	s.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests[r.URL.Path]++
		s.mu.Unlock()
		handler.ServeHTTP(w, r)
	}))
	s.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	s.server.StartTLS()
	t.Cleanup(s.server.Close)

	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	transport := newTransport(u, net.Dialer{}, trusted(), false)
	transport.Proxy = nil
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		s.mu.Lock()
		s.dialled[address]++
		s.mu.Unlock()
		var d net.Dialer
		return d.DialContext(ctx, network, s.server.Listener.Addr().String())
	}
	t.Cleanup(transport.CloseIdleConnections)
	s.opts = Options{
		BaseURL: base, Transport: transport, Rate: math.Inf(1), Attempts: 3,
		PerRequest: time.Hour, Total: 10 * time.Hour,
		Now: s.clock.Now, Sleep: s.clock.Sleep, Rand: func() float64 { return 0.5 },
	}
	return s
}

// check asks for the pages with these slugs and fails on anything but whole
// verdicts.
func (s *scene) check(t *testing.T, slugs ...string) []Verdict {
	t.Helper()
	verdicts, err := Check(t.Context(), s.opts, permalinks(s.opts, slugs...))
	if err != nil && !errors.Is(err, ErrNoProof) {
		t.Fatal(err)
	}
	for _, v := range verdicts {
		if (v.Fault == SiteDown) != (err != nil) {
			t.Errorf("%+v, and the run ended with %v", v, err)
		}
	}
	return verdicts
}

func permalinks(opts Options, slugs ...string) []string {
	base := opts.CanonicalBase
	if base == "" {
		base = opts.BaseURL
	}
	var list []string
	for _, slug := range slugs {
		list = append(list, base+"learn/"+slug+"/")
	}
	return list
}

func (s *scene) asked(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests[path]
}

// A clock moves only when someone sleeps.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newClock() *clock {
	return &clock{now: time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.slept = append(c.slept, d)
	return ctx.Err()
}

// on serves one path by its own handler and the rest by next.
func on(path string, handler http.HandlerFunc, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == path {
			handler(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// want fails unless the verdict is as given; reason is a part of its words.
func want(t *testing.T, v Verdict, state State, fault Fault, reason string) {
	t.Helper()
	if v.State != state || v.Fault != fault || !strings.Contains(v.Reason, reason) || (reason == "") != (v.Reason == "") {
		t.Errorf("%s:\n got %v, %q, %q\nwant %v, %q, %q", v.Permalink, v.State, v.Fault, v.Reason, state, fault, reason)
	}
}
