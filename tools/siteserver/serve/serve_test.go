package serve

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"

	"aiperformanceoptimization.com/plansync/tools/siteserver/rules"
)

var files = fstest.MapFS{
	"index.html":           {Data: []byte("<h1>home</h1>")},
	"404.html":             {Data: []byte("<h1>not here</h1>")},
	"learn/index.html":     {Data: []byte("<h1>learn</h1>" + strings.Repeat("text ", 500))},
	"learn/one/index.html": {Data: []byte("<h1>one</h1>")},
	"learn/one/index.md":   {Data: []byte("# one")},
	"plain.html":           {Data: []byte("<h1>plain</h1>")},
	"lectern/main.0f.css":  {Data: []byte("body{}")},
	"icon.png":             {Data: []byte("\x89PNG")},
	"_redirects":           {Data: []byte("")},
}

const config = `
[[headers]]
for = "/*"
[headers.values]
X-Frame-Options = "DENY"

[[headers]]
for = "/lectern/*"
[headers.values]
Cache-Control = "public, max-age=31536000, immutable"

[[redirects]]
from = "/learn/:slug/index.html"
to = "/learn/:slug/"
force = true

[[redirects]]
from = "/old/*"
to = "/learn/:splat"
status = 302

[[redirects]]
from = "/plain"
to = "/never/"
`

// handler serves the files with the rules above.
func handler(t *testing.T) http.Handler {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, "netlify.toml")
	if err := os.WriteFile(name, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := rules.Load(name, dir)
	if err != nil {
		t.Fatal(err)
	}
	return New(files, r)
}

// ask sends a request; headers are name and value in turn.
func ask(h http.Handler, method, target string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestPathsLeadWhereNetlifyLeadsThem(t *testing.T) {
	h := handler(t)
	for _, c := range []struct {
		target   string
		status   int
		location string
		body     string
	}{
		{"/", 200, "", "home"},
		{"/learn/", 200, "", "learn"},
		{"/learn", 301, "/learn/", ""},
		{"/learn?q=1", 301, "/learn/?q=1", ""},
		{"/learn/one", 301, "/learn/one/", ""},
		{"/learn/one/", 200, "", "one"},
		{"/learn/one/index.html", 301, "/learn/one/", ""}, // forced, although the file exists
		{"/learn/one/index.md", 200, "", "# one"},
		{"/learn/index.html", 200, "", "learn"}, // no rule, and the file exists
		{"/plain", 200, "", "plain"},            // the file shadows the rule
		{"/plain/", 301, "/plain", ""},
		{"/plain.html", 200, "", "plain"},
		{"/old/one/", 302, "/learn/one/", ""},
		{"/old/one/?a=b&c", 302, "/learn/one/?a=b&c", ""},
		{"/none", 404, "", "not here"},
		{"/none/", 404, "", "not here"},
		{"/../secret", 404, "", "not here"},
		{"/_redirects", 404, "", "not here"},
	} {
		response := ask(h, http.MethodGet, c.target)
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		if response.StatusCode != c.status || response.Header.Get("Location") != c.location || !strings.Contains(string(body), c.body) {
			t.Errorf("%s: %d %q %.40q, want %d %q %q", c.target, response.StatusCode, response.Header.Get("Location"), body, c.status, c.location, c.body)
		}
	}
}

func TestHeadersAreThoseOfTheRules(t *testing.T) {
	h := handler(t)
	for target, want := range map[string]map[string]string{
		"/":                    {"X-Frame-Options": "DENY", "Cache-Control": "public,max-age=0,must-revalidate", "Content-Type": "text/html; charset=UTF-8", "Vary": "Accept-Encoding"},
		"/none":                {"X-Frame-Options": "DENY", "Content-Type": "text/html; charset=UTF-8"},
		"/lectern/main.0f.css": {"X-Frame-Options": "DENY", "Cache-Control": "public, max-age=31536000, immutable", "Content-Type": "text/css; charset=UTF-8"},
		"/icon.png":            {"Content-Type": "image/png", "Vary": "", "Content-Encoding": ""},
	} {
		response := ask(h, http.MethodGet, target, "Accept-Encoding", "gzip, br")
		for name, value := range want {
			if got := response.Header.Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", target, name, got, value)
			}
		}
	}
}

func TestTextIsCompressedAsTheBrowserAsks(t *testing.T) {
	h := handler(t)
	plain := files["learn/index.html"].Data
	for accept, want := range map[string]string{
		"gzip, deflate, br, zstd": "br", "gzip": "gzip", "br;q=0, gzip;q=0.5": "gzip", "": "", "identity": "",
	} {
		response := ask(h, http.MethodGet, "/learn/", "Accept-Encoding", accept)
		if got := response.Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: %q, want %q", accept, got, want)
		}
		var body io.Reader = response.Body
		switch want {
		case "br":
			body = brotli.NewReader(body)
		case "gzip":
			unzipped, err := gzip.NewReader(body)
			if err != nil {
				t.Fatal(err)
			}
			body = unzipped
		}
		got, err := io.ReadAll(body)
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("Accept-Encoding %q: %d bytes, want the %d of the file: %v", accept, len(got), len(plain), err)
		}
	}
}

func TestUnchangedFilesAreNotSentAgain(t *testing.T) {
	h := handler(t)
	first := ask(h, http.MethodGet, "/learn/", "Accept-Encoding", "br")
	etag := first.Header.Get("Etag")
	if other := ask(h, http.MethodGet, "/learn/").Header.Get("Etag"); etag == "" || other == etag {
		t.Errorf("the entity tags %q (brotli) and %q (plain) are to differ", etag, other)
	}
	again := ask(h, http.MethodGet, "/learn/", "Accept-Encoding", "br", "If-None-Match", etag)
	body, err := io.ReadAll(again.Body)
	if err != nil || again.StatusCode != http.StatusNotModified || len(body) > 0 {
		t.Errorf("status %d and %d bytes, want 304 and none: %v", again.StatusCode, len(body), err)
	}
}

func TestOnlyReadingIsAllowed(t *testing.T) {
	h := handler(t)
	if response := ask(h, http.MethodPost, "/"); response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: status %d, Allow %q", response.StatusCode, response.Header.Get("Allow"))
	}
	response := ask(h, http.MethodHead, "/learn/")
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != 200 || len(body) > 0 || response.Header.Get("Content-Length") == "" {
		t.Errorf("HEAD: status %d, %d bytes, Content-Length %q: %v", response.StatusCode, len(body), response.Header.Get("Content-Length"), err)
	}
}
