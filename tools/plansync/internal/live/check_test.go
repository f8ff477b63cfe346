package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// The promise about permalinks: absolute or a path, slash or none, below the
// base or refused without a request.
func TestPermalinks(t *testing.T) {
	s := start(t, production, newDeploy(production))
	for _, c := range []struct {
		permalink, url string
		state          State
		fault          Fault
		reason         string
	}{
		{alpha, alpha, Live, "", ""},
		{"/learn/alpha/", alpha, Live, "", ""},
		{"/learn/alpha", alpha[:len(alpha)-1], Live, "", ""}, // Netlify redirects to the slash
		{"HTTPS://AIPERFORMANCEOPTIMIZATION.COM:443/learn/alpha/", alpha, Live, "", ""},
		{production + "learn/x/../alpha/", alpha, Live, "", ""},
		{"/learn/", production + "learn/", NotLive, NotInSitemap, "not listed"},
		{"", "", Unknown, BadPermalink, "no permalink"},
		{"https://example.com/learn/alpha/", "", Unknown, BadPermalink, "not below " + production},
		{"http://aiperformanceoptimization.com/learn/alpha/", "", Unknown, BadPermalink, "not below"},
		{"//127.0.0.1/learn/alpha/", "", Unknown, BadPermalink, "not below"},
		{alpha + "?x", "", Unknown, BadPermalink, "not the address of a page"},
		{alpha + "#top", "", Unknown, BadPermalink, "not the address of a page"},
		{"https://user@aiperformanceoptimization.com/learn/alpha/", "", Unknown, BadPermalink, "not the address of a page"},
		{"/learn/\x7f/", "", Unknown, BadPermalink, `\x7f`},
		{"/learn/%zz/", "", Unknown, BadPermalink, "not the address of a page"},
		{"javascript:alert(1)", "", Unknown, BadPermalink, "not below"},
	} {
		verdicts, err := Check(t.Context(), s.opts, []string{c.permalink})
		if err != nil {
			t.Fatal(err)
		}
		v := verdicts[0]
		want(t, v, c.state, c.fault, c.reason)
		if v.URL != c.url || v.Permalink != c.permalink {
			t.Errorf("%q was asked at %q, want %q", c.permalink, v.URL, c.url)
		}
	}
}

func TestNothingToAskAsksNothing(t *testing.T) {
	s := start(t, production, newDeploy(production))
	if got := s.check(t); len(got) != 0 || len(s.requests) != 0 {
		t.Errorf("got %v after %v", got, s.requests)
	}
}

// A site below a path, with names that are not ASCII, in the sitemap with accents of their own.
func TestSiteBelowAPath(t *testing.T) {
	const base = "https://example.org/docs/fr/"
	d := newDeploy(base)
	d["docs/fr/learn/index.html"] = links(base+"learn/", "Learn", "été/", "/docs/fr/learn/a%2Bb/", "/learn/alpha/")
	d["docs/fr/learn/été/index.html"] = article(base+"learn/%c3%a9t%C3%A9/", "Été")
	d["docs/fr/learn/a+b/index.html"] = article(base+"learn/a+b/", "A+B")
	d["docs/fr/sitemap.xml"] = sitemap(base+"learn/e\u0301te\u0301/", base+"learn/a%2bb/", base+"learn/alpha/")
	s := start(t, base, d)
	v := s.check(t, "%C3%A9t%C3%A9", "a+b", "alpha")
	want(t, v[0], Live, "", "")
	want(t, v[1], Live, "", "")
	want(t, v[2], NotLive, NotReachable, "no list page from /learn/ on")
}

// robots.txt lies at the root of the host, and may name a sitemap there. It is
// asked once, and only when the sitemap alone does not settle every page.
func TestRobots(t *testing.T) {
	const base = "https://example.org/docs/"
	d := newDeploy(base)
	s := start(t, base, d)
	want(t, s.check(t, "alpha")[0], Live, "", "")
	if n := s.asked("/robots.txt"); n != 0 {
		t.Errorf("robots.txt was asked %d times though the sitemap lists the page", n)
	}
	d["all.xml"] = d["docs/sitemap.xml"]
	delete(d, "docs/sitemap.xml")
	d["docs/robots.txt"] = "Sitemap: /elsewhere.xml\n"
	d["robots.txt"] = "Sitemap: https://example.org/all.xml\n"
	for _, v := range s.check(t, "alpha", "beta", "gamma") {
		want(t, v, Live, "", "")
	}
	if n := s.asked("/robots.txt"); n != 1 {
		t.Errorf("robots.txt was asked %d times", n)
	}
}

// On a preview both addresses count as the page's own, and noindex is meant.
func TestPreview(t *testing.T) {
	const preview = "https://deploy-preview-7--site.netlify.app/"
	for _, c := range []struct {
		name      string
		built     string // the base that the pages were built for
		state     State
		fault     Fault
		reason    string
		noindex   bool
		preview   bool
		canonical string
	}{
		{"built for the preview", preview, Live, "", "", true, true, production},
		{"built for production", production, Live, "", "", true, true, production},
		{"built for elsewhere", "https://example.com/", NotLive, WrongCanonical, "example.com", true, true, production},
		{"noindex in production", preview, NotLive, NoIndex, "X-Robots-Tag", true, false, preview},
		{"nothing said of production", preview, NotLive, NoIndex, "X-Robots-Tag", true, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDeploy(c.built)
			s := start(t, preview, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Robots-Tag", "noindex")
				d.ServeHTTP(w, r)
			}))
			s.opts.CanonicalBase = c.canonical
			if got := s.opts.Preview(); got != c.preview {
				t.Errorf("Preview() = %v", got)
			}
			for _, v := range s.check(t, "alpha", "beta", "gamma") {
				want(t, v, c.state, c.fault, c.reason)
				if !strings.HasPrefix(v.URL, preview) {
					t.Errorf("asked %s", v.URL)
				}
			}
		})
	}
	if (Options{BaseURL: "nonsense"}).Preview() {
		t.Error("a base that is no URL is called a preview")
	}
}

// User and password are sent, to this site only, and shown nowhere.
func TestPasswordAndUserAgent(t *testing.T) {
	const base = "https://aiperformanceoptimization.com/"
	d := newDeploy(base)
	s := start(t, base, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "me" || password != "s3cret" || r.UserAgent() != "plansync/1.2 (+https://example.org)" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		d.ServeHTTP(w, r)
	}))
	s.opts.BaseURL = "https://me:s3cret@aiperformanceoptimization.com/"
	s.opts.CanonicalBase = base
	s.opts.UserAgent = "plansync/1.2 (+https://example.org)"
	v := s.check(t, "alpha", "nowhere")
	want(t, v[0], Live, "", "")
	want(t, v[1], Gone, PageGone, "404")
	if text := fmt.Sprint(v); strings.Contains(text, "s3cret") {
		t.Error(text)
	}
	s.opts.BaseURL = "https://me:wrong@aiperformanceoptimization.com/"
	want(t, s.check(t, "alpha")[0], Unknown, SiteDown, "every address answered 401 Unauthorized")
	want(t, s.check(t, "alpha")[0], Unknown, SiteDown, "every address answered 401 Unauthorized")
}

func TestDefaultUserAgentNamesUs(t *testing.T) {
	got := make(chan string, 100)
	s := start(t, production, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.UserAgent() }))
	s.check(t, "alpha")
	if ua := <-got; ua != "plansync (+https://aiperformanceoptimization.com/)" {
		t.Error(ua)
	}
}

// Attempts are bounded, 404 is believed at once, and what is settled is not
// asked again.
func TestAttempts(t *testing.T) {
	for _, c := range []struct {
		name     string
		page     http.HandlerFunc
		requests int
	}{
		{"404", answers(404, ""), 1}, {"403", answers(403, ""), 1}, {"wrong canonical", shows(""), 1},
		{"foreign redirect", redirects(301, "http://example.com/"), 1}, {"loop", redirects(301, "/learn/alpha/"), 1},
		{"501", answers(501, ""), 1}, {"endless", endless(200, strings.Repeat("x", 1<<16)), 1},
		{"500", answers(500, ""), 4}, {"429", answers(429, ""), 4}, {"408", answers(408, ""), 4}, {"425", answers(425, ""), 4},
		{"no room for the pause", answers(503, "", "Retry-After", "99999999"), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, production, on("/learn/alpha/", c.page, newDeploy(production)))
			s.opts.Attempts = 4
			s.check(t, "alpha")
			if got := s.asked("/learn/alpha/"); got != c.requests {
				t.Errorf("%d requests, want %d", got, c.requests)
			}
		})
	}
}

// A site that asks everyone for a pause beyond the end of the run is left
// alone soon.
func TestLongPausesEndTheAsking(t *testing.T) {
	d := newDeploy(production)
	s := start(t, production, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/learn/page") {
			answers(429, "", "Retry-After", "999999")(w, r)
			return
		}
		d.ServeHTTP(w, r)
	}))
	var slugs []string
	for i := range 500 {
		slugs = append(slugs, fmt.Sprintf("page%d", i))
	}
	verdicts, err := Check(t.Context(), s.opts, permalinks(s.opts, slugs...))
	if !errors.Is(err, ErrIncomplete) || !strings.Contains(err.Error(), "longer than the time that was left") {
		t.Error(err)
	}
	requests := 0
	for _, slug := range slugs {
		requests += s.asked("/learn/" + slug + "/")
	}
	if most := mostRefusals + 8; requests > most {
		t.Errorf("%d requests, want at most %d", requests, most)
	}
	for _, v := range verdicts {
		if v.State != Unknown {
			t.Errorf("%+v", v)
		}
	}
}

// Interrupted at any point and started again with its own verdicts, through
// JSON, a run comes to the same end and asks no live page twice.
func TestResume(t *testing.T) {
	d := newDeploy(production)
	var slugs, locs, hrefs []string
	for i := range 60 {
		slug := fmt.Sprintf("p%02d", i)
		slugs = append(slugs, slug)
		locs = append(locs, production+"learn/"+slug+"/")
		hrefs = append(hrefs, "/learn/"+slug+"/")
		switch i % 6 {
		case 4:
			d["learn/"+slug+"/index.html"] = article(production+"learn/other/", slug)
		case 5: // 404
		default:
			d["learn/"+slug+"/index.html"] = article(locs[i], slug)
		}
	}
	d["learn/index.html"] = links(production+"learn/", "Learn", hrefs...)
	d["sitemap.xml"] = sitemap(locs...)

	whole := start(t, production, d)
	expected := whole.check(t, slugs...)

	for _, stopAt := range []int{0, 1, 7, 30, 59} {
		t.Run(fmt.Sprint(stopAt), func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			var mu sync.Mutex
			count := 0
			s := start(t, production, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, "/learn/p") && !strings.Contains(r.URL.Path, "plansync") {
					mu.Lock()
					stop := count == stopAt
					count++
					mu.Unlock()
					if stop {
						cancel(errors.New("the user pressed a key"))
						<-r.Context().Done() // the answer must not win the race
					}
				}
				d.ServeHTTP(w, r)
			}))
			s.opts.Concurrency = 1
			first, err := Check(ctx, s.opts, permalinks(s.opts, slugs...))
			if !errors.Is(err, ErrIncomplete) || !strings.Contains(err.Error(), "pressed a key") {
				t.Fatalf("got %v", err)
			}
			if len(first) != len(slugs) {
				t.Fatalf("%d verdicts", len(first))
			}
			for i, v := range first {
				if v.Fault == NotAsked {
					if v.State != Unknown || !v.Time.IsZero() {
						t.Errorf("%+v", v)
					}
				} else if v.State != expected[i].State && v.Fault != SiteUnsure {
					t.Errorf("before the interruption: %+v", v)
				}
			}
			saved, err := json.Marshal(first)
			if err != nil {
				t.Fatal(err)
			}

			again := start(t, production, d)
			if err := json.Unmarshal(saved, &again.opts.Known); err != nil {
				t.Fatal(err)
			}
			for i, v := range again.check(t, slugs...) {
				if v.State != expected[i].State || v.Fault != expected[i].Fault || v.Reason != expected[i].Reason || v.Status != expected[i].Status || v.URL != expected[i].URL {
					t.Errorf("after the interruption: %+v, want %+v", v, expected[i])
				}
				requests := again.asked("/learn/" + slugs[i] + "/")
				if wasLive := first[i].State == Live; wasLive != (requests == 0) {
					t.Errorf("%s was %v and got %d requests", slugs[i], first[i].State, requests)
				}
			}
		})
	}
}

// Only a fresh proof of life, from the same address, is believed.
func TestKnown(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*Verdict)
		ask  bool
	}{
		{"live just now", func(*Verdict) {}, false},
		{"live at the limit", func(v *Verdict) { v.Time = v.Time.Add(-15 * time.Minute) }, false},
		{"live too long ago", func(v *Verdict) { v.Time = v.Time.Add(-15*time.Minute - 1) }, true},
		{"live in the future", func(v *Verdict) { v.Time = v.Time.Add(1) }, true},
		{"no time", func(v *Verdict) { v.Time = time.Time{} }, true},
		{"live elsewhere", func(v *Verdict) { v.URL = "https://example.com/learn/alpha/" }, true},
		{"another page", func(v *Verdict) { v.Permalink = production + "learn/beta/" }, true},
		{"gone", func(v *Verdict) { v.State = Gone }, true},
		{"not live", func(v *Verdict) { v.State = NotLive }, true},
		{"unknown", func(v *Verdict) { v.State = Unknown }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, production, newDeploy(production))
			v := Verdict{Permalink: alpha, URL: alpha, State: Live, Status: 200, Time: s.clock.Now()}
			c.edit(&v)
			s.opts.Known = []Verdict{v}
			want(t, s.check(t, "alpha")[0], Live, "", "")
			if asked := s.asked("/learn/alpha/") > 0; asked != c.ask {
				t.Errorf("asked: %v", asked)
			}
		})
	}
}

func TestProgress(t *testing.T) {
	s := start(t, production, newDeploy(production))
	s.opts.Known = []Verdict{{Permalink: alpha, URL: alpha, State: Live, Time: s.clock.Now()}}
	var lines []string
	last := 0
	s.opts.Progress = func(done, total int, v Verdict) {
		if done != last+1 || total != 4 {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last = done
		lines = append(lines, v.Permalink+" "+v.State.String())
	}
	verdicts, err := Check(t.Context(), s.opts, []string{alpha, production + "learn/beta/", "", production + "learn/x/"})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range verdicts {
		line := v.Permalink + " " + v.State.String()
		if !strings.Contains(strings.Join(lines, "\n"), line) {
			t.Errorf("%q was not reported", line)
		}
	}
	if last != 4 {
		t.Errorf("%d reports", last)
	}
}

func TestVerdictsAreReadableJSON(t *testing.T) {
	v := Verdict{Permalink: alpha, URL: alpha, State: NotLive, Fault: NoIndex, Reason: "x", Status: 200, Time: time.Unix(0, 0).UTC()}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(text), `{"permalink":"`+alpha+`","url":"`+alpha+`","state":"not live","fault":"noindex","reason":"x","status":200,"time":"1970-01-01T00:00:00Z"}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var back Verdict
	if err := json.Unmarshal(text, &back); err != nil || back != v {
		t.Errorf("got %+v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"state":"dead"}`), &back); err == nil {
		t.Error("a state that does not exist was read")
	}
	if _, err := json.Marshal(State(9)); err == nil {
		t.Error("a state that does not exist was written")
	}
	if text, err := json.Marshal(Verdict{Permalink: alpha}); err != nil || string(text) != `{"permalink":"`+alpha+`","state":"unknown"}` {
		t.Errorf("%s, %v", text, err)
	}
}

// inMemory carries requests to a handler without a network.
type inMemory struct{ http.Handler }

func (m inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	m.ServeHTTP(w, r)
	return w.Result(), nil
}

// bigSite has n articles in categories of 500, ten on a list page. Of every
// two, the second answers as given.
func bigSite(n int, second http.HandlerFunc) http.Handler {
	const category, perPage = 500, 10
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var c, p int
		w.Header().Set("Content-Type", "text/html")
		switch path := r.URL.Path; {
		case path == "/sitemap.xml":
			var locs []string
			for i := range n {
				locs = append(locs, fmt.Sprintf("%slearn/article-%d/", production, i))
			}
			_, _ = io.WriteString(w, sitemap(locs...))
		case path == "/learn/":
			var hrefs []string
			for c := range (n + category - 1) / category {
				hrefs = append(hrefs, fmt.Sprintf("/categories/c%d/", c))
			}
			_, _ = io.WriteString(w, links(production+"learn/", "Learn", hrefs...))
		case scan(path, "/categories/c%d/page/%d/", &c, &p) || scan(path, "/categories/c%d/", &c):
			hrefs := []string{fmt.Sprintf("/categories/c%d/page/%d/", c, max(p, 1)+1)}
			for i := range perPage {
				hrefs = append(hrefs, fmt.Sprintf("/learn/article-%d/", c*category+(max(p, 1)-1)*perPage+i))
			}
			if p >= category/perPage {
				hrefs = hrefs[1:]
			}
			_, _ = io.WriteString(w, links(production+path[1:], path, hrefs...))
		case scan(path, "/learn/article-%d/", &c) && c < n:
			if c%2 == 1 && second != nil {
				second(w, r)
				return
			}
			_, _ = io.WriteString(w, article(production+path[1:], path))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
}

func scan(text, format string, args ...any) bool {
	n, err := fmt.Sscanf(text, format, args...)
	return err == nil && n == len(args)
}

func checkBig(t *testing.T, n int, second http.HandlerFunc) map[State]int {
	t.Helper()
	c := newClock()
	opts := Options{BaseURL: production, Transport: inMemory{bigSite(n, second)}, Rate: math.Inf(1), Attempts: 2, Now: c.Now, Sleep: c.Sleep, Total: 1000 * time.Hour}
	var pages []string
	for i := range n {
		pages = append(pages, fmt.Sprintf("%slearn/article-%d/", production, i))
	}
	verdicts, err := Check(t.Context(), opts, pages)
	if err != nil {
		t.Fatal(err)
	}
	states := make(map[State]int)
	for i, v := range verdicts {
		if v.Permalink != pages[i] {
			t.Fatalf("verdict %d is on %s", i, v.Permalink)
		}
		states[v.State]++
	}
	return states
}

func TestThousandsOfPages(t *testing.T) {
	for _, c := range []struct {
		name   string
		pages  int
		second http.HandlerFunc
		other  State
	}{
		{"all live", 10_000, nil, Live},
		{"half of them dead", 10_000, answers(404, ""), Gone},
		{"half of them out of order", 1_000, answers(503, ""), Unknown},
		{"half of them soft 404", 1_000, shows("<title>Oops</title>"), NotLive},
	} {
		t.Run(c.name, func(t *testing.T) {
			states := checkBig(t, c.pages, c.second)
			expected := map[State]int{Live: c.pages / 2}
			expected[c.other] += c.pages / 2
			if !maps.Equal(states, expected) {
				t.Errorf("got %v, want %v", states, expected)
			}
		})
	}
}
