package indexnow_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/indexnow"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/indexnow/indexnowtest"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/live"
)

const key = "0fb4-4c1e-Key"

func TestNew(t *testing.T) {
	for _, c := range []struct{ endpoint, key, want string }{
		{indexnow.Endpoint, "12345678", ""},
		{"http://127.0.0.1:1/x", strings.Repeat("aZ9-", 32), ""},
		{indexnow.Endpoint, "", "the key of 0 bytes"},
		{indexnow.Endpoint, "1234567", "the key of 7 bytes"},
		{indexnow.Endpoint, strings.Repeat("x", 129), "the key of 129 bytes"},
		{indexnow.Endpoint, "12345678\n", "the key of 9 bytes"},
		{indexnow.Endpoint, "../../12345678", "the key of 14 bytes"},
		{"", key, `the endpoint ""`},
		{"api.indexnow.org/indexnow", key, "the endpoint"},
		{"ftp://api.indexnow.org/indexnow", key, "the endpoint"},
		{"https:///indexnow", key, "the endpoint"},
	} {
		_, err := indexnow.New(c.endpoint, c.key)
		if text := fmt.Sprint(err); (err != nil) != (c.want != "") || !strings.Contains(text, c.want) || len(c.key) > 6 && strings.Contains(text, c.key) {
			t.Errorf("%q, %q: %v, want %q", c.endpoint, c.key, err, c.want)
		}
	}
}

// A siteServer publishes the text as the key, at the path.
func siteServer(t *testing.T, path string, answer http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path {
			http.NotFound(w, r)
			return
		}
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	return server
}

func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
}

// noHTTP answers with the key where the protocol wants a status.
func noHTTP(w http.ResponseWriter, _ *http.Request) {
	if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
		_, _ = io.WriteString(conn, "HTTP/1.1 "+key+"\r\n\r\n")
		_ = conn.Close()
	}
}

func optionsFor(base string) live.Options {
	return live.Options{BaseURL: base, Rate: math.Inf(1), Attempts: 2, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
}

// Every answer that the protocol documents, and some that it does not.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		answer int
		want   string
	}{
		{200, ""},
		{202, ""},
		{204, "answered 204 No Content"},
		{301, "answered 301 Moved Permanently"}, // and is not followed
		{307, "answered 307 Temporary Redirect"},
		{400, "answered 400 Bad Request: the request is not of the protocol's form"},
		{403, "answered 403 Forbidden: the key is not valid"},
		{422, "answered 422 Unprocessable Entity: the URLs are not below the folder of the key file"},
		{429, "answered 429 Too Many Requests: too many requests"},
		{503, "answered 503 Service Unavailable"},
		{599, "answered 599"},
	} {
		t.Run(fmt.Sprint(c.answer), func(t *testing.T) {
			site := siteServer(t, "/"+key+".txt", says(key))
			engine := new(indexnowtest.Engine)
			engine.Answer(c.answer)
			server := httptest.NewServer(engine)
			defer server.Close()
			urls := []string{site.URL + "/learn/a/", site.URL + "/learn/%C3%A9t%C3%A9/?a=1&b"}
			n, err := announce(t, server.URL, optionsFor(site.URL+"/"), urls)
			check(t, err, c.want)
			if c.want == "" && (n != 2 || !slices.EqualFunc(engine.Taken(), [][]string{urls}, slices.Equal)) || c.want != "" && (n != 0 || len(engine.Taken()) > 0) {
				t.Errorf("%d taken: %q", n, engine.Taken())
			}
		})
	}
}

// Without the key's file nothing is sent.
func TestKeyFile(t *testing.T) {
	for _, c := range []struct {
		name   string
		path   string
		answer http.HandlerFunc
		base   string // below the server's
		want   string
	}{
		{"with a final newline", "/" + key + ".txt", says(key + "\r\n"), "/", ""},
		{"of a site below a path", "/docs/" + key + ".txt", says(key), "/docs", ""},
		{"at the root of a site below a path", "/" + key + ".txt", says(key), "/docs/", "/docs/<key>.txt: answered 404 Not Found"},
		{"none", "/x.txt", says(key), "/", "/<key>.txt: answered 404 Not Found"},
		{"another key", "/" + key + ".txt", says(key + "x"), "/", "holds something else"},
		{"in other letters", "/" + key + ".txt", says(strings.ToUpper(key)), "/", "holds something else"},
		{"a page for addresses that do not exist", "/" + key + ".txt", says("<html>Not found: " + key), "/", "holds something else"},
		{"without end", "/" + key + ".txt", says(strings.Repeat(key, 1<<19)), "/", "larger than the limit"},
		{"that leads to another page", "/" + key + ".txt", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/else?"+key, http.StatusFound) }, "/", "leads elsewhere"},
		{"that leads to another site", "/" + key + ".txt", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://"+strings.Repeat("x", 180)+"/"+key, http.StatusFound)
		}, "/", "leads elsewhere"},
		{"out of order", "/" + key + ".txt", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, "/", "answered 503 Service Unavailable (2 attempts)"},
		{"that is no HTTP", "/" + key + ".txt", noHTTP, "/", `malformed HTTP status code "<key>"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			site := siteServer(t, c.path, c.answer)
			engine := new(indexnowtest.Engine)
			server := httptest.NewServer(engine)
			defer server.Close()
			n, err := announce(t, server.URL, optionsFor(site.URL+c.base), []string{site.URL + strings.TrimSuffix(c.base, "/") + "/learn/a/"})
			check(t, err, c.want)
			if errors.Is(err, indexnow.ErrKeyFile) != (c.want != "") {
				t.Errorf("the error is %v", err)
			}
			if got := len(engine.Taken()); got != n || (n == 1) != (c.want == "") {
				t.Errorf("%d taken, the engine has %d", n, got)
			}
		})
	}
}

// The protocol's limit for one request is kept, and what was taken before an error is told.
func TestManyURLs(t *testing.T) {
	site := siteServer(t, "/"+key+".txt", says(key))
	engine := new(indexnowtest.Engine)
	server := httptest.NewServer(engine)
	defer server.Close()
	var urls []string
	for i := range 20_001 {
		urls = append(urls, fmt.Sprintf("%s/learn/%d/", site.URL, i))
	}
	n, err := announce(t, server.URL, optionsFor(site.URL), urls)
	check(t, err, "")
	if got := engine.Taken(); n != len(urls) || len(got) != 3 || !slices.Equal(slices.Concat(got...), urls) {
		t.Errorf("%d taken in %d requests", n, len(got))
	}
	engine.Answer(200, 429)
	n, err = announce(t, server.URL, optionsFor(site.URL), urls)
	check(t, err, "429")
	if n != 10_000 {
		t.Errorf("%d taken", n)
	}
}

// What reaches the endpoint has neither the password of the base URL nor a host that is not ASCII.
func TestAddresses(t *testing.T) {
	var body string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		body = string(text)
	}))
	defer server.Close()
	site := optionsFor("http://me:s3cret@bücher.example:8080/é/")
	site.Transport = roundTripper(func(r *http.Request) string { return key })
	_, err := announce(t, server.URL, site, []string{"http://bücher.example:8080/é/learn/ö/"})
	check(t, err, "")
	if want := `{"host":"xn--bcher-kva.example:8080","key":"` + key + `","keyLocation":"http://xn--bcher-kva.example:8080/%C3%A9/` + key +
		`.txt","urlList":["http://xn--bcher-kva.example:8080/%C3%A9/learn/%C3%B6/"]}`; body != want {
		t.Errorf("got  %s\nwant %s", body, want)
	}
}

type roundTripper func(*http.Request) string

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	_, _ = io.WriteString(w, f(r))
	return w.Result(), nil
}

func TestNobodyThere(t *testing.T) {
	site := siteServer(t, "/"+key+".txt", says(key))
	server := httptest.NewServer(http.HandlerFunc(noHTTP))
	_, err := announce(t, server.URL, optionsFor(site.URL), []string{site.URL + "/a/"})
	check(t, err, `malformed HTTP status code "<key>"`)
	server.Close()
	_, err = announce(t, server.URL, optionsFor(site.URL), []string{site.URL + "/a/"})
	check(t, err, "connect")
	site.Close()
	_, err = announce(t, server.URL, optionsFor(site.URL), []string{site.URL + "/a/"})
	check(t, err, "connect")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	client, err := indexnow.New(server.URL, key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Announce(ctx, optionsFor(site.URL), []string{site.URL + "/a/"}); err == nil {
		t.Error("announced after the end")
	}
}

func announce(t *testing.T, endpoint string, site live.Options, urls []string) (int, error) {
	t.Helper()
	client, err := indexnow.New(endpoint, key)
	if err != nil {
		t.Fatal(err)
	}
	return client.Announce(t.Context(), site, urls)
}

// check fails unless the error is as wanted, and does not show the key.
func check(t *testing.T, err error, want string) {
	t.Helper()
	if text := fmt.Sprint(err); (err != nil) != (want != "") || !strings.Contains(text, want) || strings.Contains(text, key) {
		t.Errorf("got %v, want %q", err, want)
	}
}
