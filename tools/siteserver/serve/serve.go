// Package serve answers requests for a built site the way Netlify does: headers and
// redirects by rule, pretty URLs, /404.html with status 404, compression, entity tags.
package serve

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"

	"aiperformanceoptimization.com/plansync/tools/siteserver/rules"
)

// brotliLevel is the level that content delivery networks use for what they compress
// at the edge: the bytes measured here are neither the best nor the worst case.
const brotliLevel = 6

// A Site is the handler that serves one built site.
type Site struct {
	files fs.FS
	rules rules.Rules

	mu      sync.Mutex
	encoded map[string]*file // by name within files
}

// New returns a handler for the published files and their rules. A file is read once
// and kept, so the files must not change while the site is served.
func New(files fs.FS, r rules.Rules) *Site {
	return &Site{files: files, rules: r, encoded: map[string]*file{}}
}

// file is a published file in every encoding that was asked for.
type file struct {
	contentType string
	etag        string

	mu     sync.Mutex
	bodies map[string][]byte // by content encoding, "" is the file as it is
}

func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	if rule, location, ok := s.rules.RedirectFor(r.URL.Path, true); ok {
		redirect(w, r, location, rule.Status)
		return
	}
	name, location := s.resolve(r.URL.Path)
	switch {
	case location != "":
		redirect(w, r, location, http.StatusMovedPermanently)
	case name != "":
		s.send(w, r, name, http.StatusOK)
	default:
		if rule, location, ok := s.rules.RedirectFor(r.URL.Path, false); ok {
			redirect(w, r, location, rule.Status)
			return
		}
		s.send(w, r, "404.html", http.StatusNotFound)
	}
}

// resolve gives the name of the file at a request path, or the path that the request
// is redirected to; both are empty where the site has nothing.
func (s *Site) resolve(request string) (name, location string) {
	clean := path.Clean("/" + request)
	name = strings.TrimPrefix(clean, "/")
	slash := strings.HasSuffix(request, "/")
	if !slash && s.isFile(name) {
		return name, ""
	}
	if index := path.Join(name, "index.html"); s.isFile(index) {
		if !slash {
			return "", clean + "/"
		}
		return index, ""
	}
	if s.isFile(name + ".html") {
		if slash {
			return "", clean
		}
		return name + ".html", ""
	}
	return "", ""
}

func (s *Site) isFile(name string) bool {
	if name == "_headers" || name == "_redirects" {
		return false // rules, never published
	}
	info, err := fs.Stat(s.files, name)
	return err == nil && info.Mode().IsRegular()
}

func redirect(w http.ResponseWriter, r *http.Request, location string, status int) {
	if r.URL.RawQuery != "" && !strings.Contains(location, "?") {
		location += "?" + r.URL.RawQuery
	}
	w.Header().Set("Location", location)
	w.WriteHeader(status)
}

func (s *Site) send(w http.ResponseWriter, r *http.Request, name string, status int) {
	f, err := s.load(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		http.Error(w, "not found", http.StatusNotFound)
		return
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Cache-Control", "public,max-age=0,must-revalidate")
	header.Set("Content-Type", f.contentType)
	for name, value := range s.rules.HeadersFor(r.URL.Path) {
		header.Set(name, value)
	}
	encoding := ""
	if compressible(f.contentType) {
		header.Set("Vary", "Accept-Encoding")
		encoding = choose(r.Header.Get("Accept-Encoding"))
	}
	etag := f.etag
	if encoding != "" {
		etag += "-" + encoding
		header.Set("Content-Encoding", encoding)
	}
	etag = strconv.Quote(etag)
	header.Set("Etag", etag)
	if status == http.StatusOK && r.Header.Get("If-None-Match") == etag {
		header.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.body(encoding)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // a reader that went away is no concern of the server
	}
}

func (s *Site) load(name string) (*file, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f, ok := s.encoded[name]; ok {
		return f, nil
	}
	body, err := fs.ReadFile(s.files, name)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	f := &file{contentType: contentType(name), etag: hex.EncodeToString(sum[:16]), bodies: map[string][]byte{"": body}}
	s.encoded[name] = f
	return f, nil
}

// contentTypes are the types that Netlify sends, where they differ from what the
// operating system would say or where systems disagree.
var contentTypes = map[string]string{
	".css":         "text/css; charset=UTF-8",
	".html":        "text/html; charset=UTF-8",
	".ico":         "image/x-icon",
	".js":          "application/javascript; charset=UTF-8",
	".json":        "application/json",
	".md":          "text/markdown; charset=UTF-8",
	".mjs":         "application/javascript; charset=UTF-8",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=UTF-8",
	".wasm":        "application/wasm",
	".webmanifest": "application/manifest+json",
	".webp":        "image/webp",
	".woff2":       "font/woff2",
	".xml":         "application/xml",
}

func contentType(name string) string {
	ext := path.Ext(name)
	if t, ok := contentTypes[ext]; ok {
		return t
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return "application/octet-stream"
}

func compressible(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+xml") || strings.HasSuffix(kind, "+json") ||
		kind == "application/javascript" || kind == "application/json" || kind == "application/xml" ||
		kind == "application/wasm" || kind == "image/x-icon"
}

// choose picks the content encoding for an Accept-Encoding header: brotli before gzip.
func choose(accept string) string {
	offered := map[string]bool{}
	for part := range strings.SplitSeq(accept, ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		offered[strings.TrimSpace(name)] = strings.ReplaceAll(quality, " ", "") != "q=0"
	}
	switch {
	case offered["br"]:
		return "br"
	case offered["gzip"]:
		return "gzip"
	}
	return ""
}

func (f *file) body(encoding string) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	if body, ok := f.bodies[encoding]; ok {
		return body
	}
	var out bytes.Buffer
	switch encoding {
	case "br":
		w := brotli.NewWriterLevel(&out, brotliLevel)
		_, _ = w.Write(f.bodies[""]) // a buffer takes everything
		_ = w.Close()
	case "gzip":
		w := gzip.NewWriter(&out)
		_, _ = w.Write(f.bodies[""])
		_ = w.Close()
	}
	f.bodies[encoding] = out.Bytes()
	return out.Bytes()
}
