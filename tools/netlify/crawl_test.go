package netlify

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// client follows no redirect: where a redirect leads is what is tested.
var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// get asks for a path.
func (d deployed) get(t *testing.T, path string) (*http.Response, string) {
	t.Helper()
	response, err := client.Get(d.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

// body gives what stands at a path.
func (d deployed) body(t *testing.T, path string) string {
	t.Helper()
	response, body := d.get(t, path)
	if response.StatusCode != http.StatusOK {
		t.Errorf("%s: status %d", path, response.StatusCode)
	}
	return body
}

// wantHeader checks one header of a response.
func (d deployed) wantHeader(t *testing.T, path, name, want string) {
	t.Helper()
	if response, _ := d.get(t, path); response.Header.Get(name) != want {
		t.Errorf("%s: %s is %q, want %q", path, name, response.Header.Get(name), want)
	}
}

// wantRedirect checks that an address is sent on for good.
func (d deployed) wantRedirect(t *testing.T, from, to string) {
	t.Helper()
	response, _ := d.get(t, from)
	if response.StatusCode != http.StatusMovedPermanently || response.Header.Get("Location") != to {
		t.Errorf("%s: status %d to %q, want 301 to %s", from, response.StatusCode, response.Header.Get("Location"), to)
	}
}

// crawl follows every link from the home page; each leads to a page at once. Every
// article is found at its old addresses too, and what does not exist has status 404.
func (d deployed) crawl(t *testing.T) {
	t.Helper()
	seen := map[string]bool{"/": true}
	for queue := []string{"/"}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		response, body := d.get(t, at)
		if response.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", at, response.StatusCode)
			continue
		}
		if !strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
			continue
		}
		doc, err := html.Parse(bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		base, err := url.Parse(d.url + at)
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			for _, a := range n.Attr {
				if n.Data == "link" && a.Key == "href" || a.Key != "href" && a.Key != "src" {
					continue
				}
				u, err := base.Parse(a.Val)
				if err == nil && u.Host == base.Host && !seen[u.Path] {
					seen[u.Path] = true
					queue = append(queue, u.Path)
				}
			}
		}
	}
	articles := 0
	for path := range seen {
		slug, ok := strings.CutPrefix(path, "/learn/")
		if slug = strings.TrimSuffix(slug, "/"); !ok || slug == "" || strings.ContainsAny(slug, "/.") {
			continue
		}
		articles++
		for _, old := range []string{"", ".html", "/index.html"} {
			d.wantRedirect(t, "/learn/"+slug+old, "/learn/"+slug+"/")
		}
	}
	t.Logf("%d addresses, %d articles", len(seen), articles)
	if response, body := d.get(t, "/no/such/page"); response.StatusCode != http.StatusNotFound || !strings.Contains(body, "<main") {
		t.Errorf("/no/such/page: status %d, want 404 with the site's own page", response.StatusCode)
	}
}
