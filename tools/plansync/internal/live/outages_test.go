package live

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

const maintenance = `<!doctype html><html><head><title>Maintenance</title></head><body><h1>We will be back soon</h1></body></html>`

func says(title, heading string) string {
	return "<!doctype html><title>" + title + "</title><h1>" + heading + "</h1>"
}

// everywhere serves the same for every address but those that keep their own.
func everywhere(h http.HandlerFunc, keep ...string) func(deploy) http.Handler {
	return func(d deploy) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for _, path := range keep {
				if r.URL.Path == path {
					d.ServeHTTP(w, r)
					return
				}
			}
			h(w, r)
		})
	}
}

// An outage is one way in which a whole site is not itself.
var outages = []struct {
	name string
	site func(deploy) http.Handler
	says string // what the run says of the site
}{
	{"a maintenance page with 200", everywhere(shows(maintenance)), `it shows "Maintenance" at addresses that do not exist`},
	{"a maintenance page with a canonical link home", everywhere(shows(strings.Replace(maintenance, "<head>",
		`<head><link rel="canonical" href="`+production+`">`, 1))), `it shows "Maintenance"`},
	{"a maintenance page that keeps the home page", everywhere(shows(maintenance), "/"), `it shows "Maintenance"`},
	{"a maintenance page that keeps robots.txt and favicon", everywhere(shows(maintenance), "/robots.txt", "/favicon.ico"), "Maintenance"},
	{"a maintenance page that keeps the sitemap", everywhere(shows(maintenance), "/sitemap.xml"), "Maintenance"},
	{"a maintenance page that keeps home page and sitemap", everywhere(shows(maintenance), "/", "/sitemap.xml"), "Maintenance"},
	{"a maintenance page that names each address", func(deploy) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			shows(says("Down: "+r.URL.Path, "No "+r.URL.Path+" today"))(w, r)
		})
	}, "it shows \"Down: /learn/plansync-no-such-page"},
	{"a maintenance page without title and heading", everywhere(shows("<p>Back soon</p>")), `it shows "" at addresses`},
	{"a maintenance page with 503", everywhere(answers(503, maintenance)), "every address answered 503 Service Unavailable"},
	{"503 with Retry-After", everywhere(answers(503, "", "Retry-After", "1")), "every address answered 503"},
	{"a log-in page with 200", everywhere(shows(says("Log in", "Please log in"), "Set-Cookie", "s=1")), `it shows "Log in"`},
	{"a log-in page that remembers where one came from", func(deploy) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			shows(says("Log in to see "+r.URL.Path, "Please log in"))(w, r)
		})
	}, "Log in to see"},
	{"a log-in page for all but the home page", everywhere(shows(says("Log in", "Log in")), "/"), `it shows "Log in"`},
	{"everything redirects to a log-in page", func(d deploy) http.Handler {
		return on("/login", shows(says("Log in", "Log in")), everywhere(redirects(302, "/login"))(d))
	}, `it sends every address on to "` + production + `login"`},
	{"everything redirects to a log-in page of another host", everywhere(redirects(302, "https://sso.example.com/?next=x")),
		`redirects out of the site to "https://sso.example.com/?next=x"`},
	{"everything but the home page redirects to another host", everywhere(redirects(302, "https://sso.example.com/"), "/"),
		`its section /learn/ redirects out of the site`},
	{"everything redirects home", everywhere(redirects(302, "/"), "/"), `it sends every address on to "` + production + `"`},
	{"everything redirects to a notice with 200", func(d deploy) http.Handler {
		return on("/notice/", shows(maintenance), everywhere(redirects(307, "/notice/"))(d))
	}, `it sends every address on to "` + production + `notice/"`},
	{"everything redirects to a notice with 503", func(d deploy) http.Handler {
		return on("/notice/", answers(503, maintenance), everywhere(redirects(307, "/notice/"))(d))
	}, "every address answered 503"},
	{"everything redirects to a notice with 404", func(d deploy) http.Handler {
		return on("/notice/", answers(404, maintenance), everywhere(redirects(307, "/notice/"))(d))
	}, "every address answered 404"},
	{"everything redirects in a loop", everywhere(redirects(302, "/loop"), "/nothing"), "in a loop"},
	{"404 for everything", everywhere(answers(404, says("Site not found", "Site Not Found"))), "every address answered 404 Not Found"},
	{"410 for everything", everywhere(answers(410, "")), "every address answered 410 Gone"},
	{"404 for all but the home page", everywhere(answers(404, ""), "/"), `its home page shows "Home | AI Performance Optimization", its section /learn/ answered 404`},
	{"401 for everything", everywhere(answers(401, "", "WWW-Authenticate", "Basic")), "every address answered 401 Unauthorized"},
	{"402 for everything", everywhere(answers(402, "")), "every address answered 402"},
	{"403 for everything", everywhere(answers(403, "<title>Just a moment...</title>")), "every address answered 403 Forbidden"},
	{"418 for everything", everywhere(answers(418, "")), "every address answered 418"},
	{"429 for everything", everywhere(answers(429, "")), "every address answered 429"},
	{"451 for everything", everywhere(answers(451, "")), "every address answered 451"},
	{"500 for everything", everywhere(answers(500, "")), "every address answered 500"},
	{"502 for everything", everywhere(answers(502, "")), "every address answered 502"},
	{"508 for everything", everywhere(answers(508, "")), "every address answered 508"},
	{"522 for everything", everywhere(answers(522, "")), "every address answered 522"},
	{"500 for all but the home page", everywhere(answers(500, ""), "/"), "its section /learn/ answered 500"},
	{"204 for everything", everywhere(answers(204, "")), "every address answered 204"},
	{"an empty 200 for everything", everywhere(shows("")), `it shows ""`},
	{"a parked domain", everywhere(shows(says("example.com is for sale", "Buy this domain"))), "is for sale"},
	{"a listing of a folder", everywhere(shows(says("Index of /", "Index of /"))), "Index of /"},
	{"a challenge by script", everywhere(shows("<title>Just a moment...</title><script>x()</script><noscript><h1>Enable JavaScript</h1></noscript>")),
		"Just a moment..."},
	{"the page of an application that scripts fill", everywhere(shows(`<title>App</title><div id="app"></div><script src="/x.js"></script>`)), `it shows "App"`},
	{"JSON for everything", everywhere(answers(200, "{}", "Content-Type", "", "Content-Type", "application/json")), "every address is no HTML page"},
	{"a default page of a server", everywhere(shows(says("Welcome to nginx!", "Welcome to nginx!"))), "Welcome to nginx!"},
	{"everything breaks off", everywhere(speaks(false, "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n<")), "broke off"},
	{"everything is no HTTP", everywhere(speaks(false, "SSH-2.0\r\n")), "it does not answer"},
	{"everything is too large", everywhere(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<title>x</title>"+strings.Repeat(" ", 5<<20))
	}), "larger than the limit"},
	{"everything nests without end", everywhere(shows(strings.Repeat("<div>", 5000))), "cannot be read as HTML"},
	{"gzip that is none, everywhere", everywhere(shows("x", "Content-Encoding", "gzip")), "every address cannot be read: the answer broke off"},
}

// No page is judged by a site that cannot tell it from one that does not exist.
func TestAnOutageIsNoVerdict(t *testing.T) {
	for _, c := range outages {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, production, c.site(newDeploy(production)))
			verdicts, err := Check(t.Context(), s.opts, permalinks(s.opts, "alpha", "beta", "nowhere"))
			if !errors.Is(err, ErrNoProof) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
			if err != nil && strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("not one line: %q", err)
			}
			for _, v := range verdicts {
				if v.State != Unknown || v.Fault != SiteDown {
					t.Errorf("%+v", v)
				}
			}
			if n := s.asked("/learn/alpha/"); n != 0 {
				t.Errorf("a page was asked %d times", n)
			}
		})
	}
	t.Logf("%d outages", len(outages))
}

// What of a site is not in order keeps its pages from being gone, and not from being live.
func TestAPartOfASiteIsOutOfOrder(t *testing.T) {
	for _, c := range []struct {
		name string
		site func(deploy) http.Handler
		live bool // alpha is proven all the same
		says string
	}{
		{"the home page", replaced("/", answers(503, "")), true, "its home page answered 503"},
		{"the home page asks for a password", replaced("/", answers(401, "")), true, "its home page answered 401"},
		{"the home page is somewhere else", replaced("/", redirects(302, "https://example.com/")), true, "its home page redirects out"},
		{"the section", replaced("/learn/", answers(500, "")), false, "its section /learn/ answered 500"},
		{"the section is gone", replaced("/learn/", answers(404, "")), false, "its section /learn/ answered 404"},
		{"the sitemap", replaced("/sitemap.xml", answers(500, "")), false, "its sitemap: " + production + "sitemap.xml: answered 500"},
		{"the sitemap is gone", replaced("/sitemap.xml", answers(404, "")), false, "its sitemap: " + production + "sitemap.xml: answered 404"},
		{"the sitemap is a page", replaced("/sitemap.xml", shows(maintenance)), false, "its sitemap: "},
		{"the way to say 404", func(d deploy) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.Path, "no-such-page") {
					answers(500, "")(w, r)
					return
				}
				d.ServeHTTP(w, r)
			})
		}, true, "a page that does not exist answered 500"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, production, c.site(newDeploy(production)))
			v := s.check(t, "alpha", "nowhere")
			if c.live {
				want(t, v[0], Live, "", "")
			} else if v[0].State != Unknown {
				t.Errorf("%+v", v[0])
			}
			want(t, v[1], Unknown, SiteUnsure, c.says)
		})
	}
	t.Run("a site has no home page", func(t *testing.T) {
		v := start(t, production, replaced("/", answers(404, ""))(newDeploy(production))).check(t, "alpha", "nowhere")
		want(t, v[0], Live, "", "")
		want(t, v[1], Gone, PageGone, "404")
	})
}

// An outage that begins while the pages are asked takes back what was said against them since the site was last well.
func TestAnOutageInTheMiddle(t *testing.T) {
	for _, c := range []struct {
		name string
		then http.HandlerFunc
		says string
	}{
		{"404", answers(404, ""), "every address answered 404"},
		{"maintenance", shows(maintenance), "Maintenance"},
		{"503", answers(503, ""), "every address answered 503"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDeploy(production)
			delete(d, "learn/beta/index.html")
			var down atomic.Bool
			s := start(t, production, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if down.Load() && r.URL.Path != "/learn/alpha/" {
					c.then(w, r)
					return
				}
				d.ServeHTTP(w, r)
				if r.URL.Path == "/learn/beta/" {
					down.Store(true)
				}
			}))
			s.opts.Concurrency = 1
			verdicts, err := Check(t.Context(), s.opts, permalinks(s.opts, "alpha", "beta", "gamma"))
			if !errors.Is(err, ErrNoProof) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
			want(t, verdicts[0], Live, "", "")
			for _, v := range verdicts[1:] {
				if v.State != Unknown {
					t.Errorf("%+v", v)
				}
			}
		})
	}
}

// List pages are found as Hugo paginates them, whatever the site calls its pages, and wherever the section lies.
func TestListPages(t *testing.T) {
	for _, c := range []struct {
		name  string
		lists map[string][]string // links by the path of a list page
		opts  func(*Options)
		state State
		fault Fault
	}{
		{"pagination.path", map[string][]string{"/learn/": {"/learn/seite/2/"}, "/learn/seite/2/": {"/learn/alpha/"}}, nil, Live, ""},
		{"pagination.path with ugly URLs", map[string][]string{"/learn/": {"/learn/seite/2.html"}, "/learn/seite/2.html": {"/learn/alpha/"}}, nil, Live, ""},
		{"pagination.path of two parts", map[string][]string{"/learn/": {"/learn/p/q/2/"}, "/learn/p/q/2/": {"/learn/alpha/"}}, nil, Live, ""},
		{"pagination of a category", map[string][]string{"/learn/": {"/categories/x/"}, "/categories/x/": {"/categories/x/seite/2/"}, "/categories/x/seite/2/": {"/learn/alpha/"}}, nil, Live, ""},
		{"pages that skip", map[string][]string{"/learn/": {"/learn/page/9/"}, "/learn/page/9/": {"/learn/page/8/"}, "/learn/page/8/": {"/learn/alpha/"}}, nil, Live, ""},
		{"a page of another list", map[string][]string{"/learn/": {"/blog/page/2/"}, "/blog/page/2/": {"/learn/alpha/"}}, nil, NotLive, NotReachable},
		{"a sibling that links", map[string][]string{"/learn/": {"/learn/beta/"}, "/learn/beta/": {"/learn/alpha/"}}, nil, NotLive, NotReachable},
		{"a second page that is missing", map[string][]string{"/learn/": {"/learn/page/2/"}}, nil, Unknown, ListsUnread},
		{"a section in upper case", map[string][]string{"/Learn/": {"/learn/alpha/"}, "/learn/": nil}, func(o *Options) { o.Section = "Learn/" }, Live, ""},
		{"a section in upper case, published in lower", map[string][]string{"/learn/": {"/learn/alpha/"}}, func(o *Options) { o.Section = "Learn/" }, Live, ""},
		{"a section that moved", map[string][]string{"/": {"/guides/"}, "/learn/": nil, "/guides/": {"/learn/alpha/"}}, nil, Live, ""},
		{"a section that moved, its second page", map[string][]string{"/": {"/guides/"}, "/learn/": nil, "/guides/": {"/guides/page/2/"}, "/guides/page/2/": {"/learn/alpha/"}}, nil, Live, ""},
		{"a section that moved, listed by the home page", map[string][]string{"/": {"/page/2/"}, "/learn/": nil, "/page/2/": {"/learn/alpha/"}}, nil, Live, ""},
		{"pagination with ugly URLs and folders", map[string][]string{"/learn/": {"/learn/page/2/index.html"}, "/learn/page/2/index.html": {"/learn/alpha/"}}, nil, Live, ""},
		{"a section that moved, which the sitemap lists", map[string][]string{"/": {}, "/learn/": nil, "/guides/": {"/learn/alpha/"}}, nil, Live, ""},
		{"a section that moved out of sight", map[string][]string{"/": {"/about/"}, "/learn/": nil}, nil, Unknown, ListsUnread},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDeploy(production)
			d["sitemap.xml"] = strings.Replace(d["sitemap.xml"], "</urlset>", "<url><loc>"+production+"guides/</loc></url></urlset>", 1)
			s := start(t, production, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				hrefs, ok := c.lists[r.URL.Path]
				switch {
				case ok && hrefs == nil:
					answers(404, "")(w, r)
				case ok:
					shows(links(production+r.URL.Path[1:], "List "+r.URL.Path, hrefs...))(w, r)
				default:
					d.ServeHTTP(w, r)
				}
			}))
			if c.opts != nil {
				c.opts(&s.opts)
			}
			v := s.check(t, "alpha")[0]
			if v.State != c.state || v.Fault != c.fault {
				t.Errorf("%+v", v)
			}
		})
	}
	t.Run("a section that redirects", func(t *testing.T) {
		d := newDeploy(production)
		d["guides/index.html"] = d["learn/index.html"]
		s := start(t, production, on("/learn/", redirects(301, "/guides/"), d))
		want(t, s.check(t, "alpha")[0], Live, "", "")
	})
}

// A site with the same title and heading everywhere is live if it says 404 for what does not exist.
func TestTheSameTitleEverywhere(t *testing.T) {
	d := newDeploy(production)
	for name, text := range d {
		if strings.HasSuffix(name, ".html") {
			head, _, _ := strings.Cut(text, "<title>")
			_, rest, _ := strings.Cut(text, "</title>")
			before, _, _ := strings.Cut(rest, "<h1>")
			_, after, _ := strings.Cut(rest, "</h1>")
			d[name] = head + "<title>Site</title>" + before + "<h1>Site</h1>" + after
		}
	}
	s := start(t, production, d)
	for _, v := range s.check(t, "alpha", "beta", "gamma") {
		want(t, v, Live, "", "")
	}
	want(t, s.check(t, "nowhere")[0], Gone, PageGone, "404")
	// Without that, nothing tells its pages apart.
	d["404.html"] = "<title>Site</title><h1>Site</h1>"
	soft := start(t, production, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "no-such") {
			shows(d["404.html"])(w, r)
			return
		}
		d.ServeHTTP(w, r)
	}))
	want(t, soft.check(t, "alpha")[0], Unknown, SiteDown, fmt.Sprintf("it shows %q at addresses that do not exist", "Site"))
}
