package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/cache"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/live"
)

// liveSite serves the articles a and b.
func liveSite(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	base := "http://" + r.Host
	switch path := r.URL.Path; path {
	case "/sitemap.xml":
		fmt.Fprintf(w, "<urlset><url><loc>%s/learn/a/</loc></url><url><loc>%[1]s/learn/b/</loc></url></urlset>", base)
	case "/learn/":
		fmt.Fprint(w, `<a href="/learn/a/">a</a><a href="/learn/b/">b</a>`)
	case "/learn/a/", "/learn/b/":
		fmt.Fprintf(w, `<link rel="canonical" href="%s%s"><h1>%[2]s</h1>`, base, path)
	default:
		http.NotFound(w, r)
	}
}

// liveProject makes a project that publishes them at the address, with a cache of its own, and returns its folder and
// the command line that asks the site.
func liveProject(t *testing.T, address string) (dir string, args []string) {
	home := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", home)
	t.Setenv("HOME", home)
	t.Setenv("HUGO_BASEURL", address+"/")
	dir = t.TempDir()
	t.Setenv("PLANSYNC_HUGO", filepath.Join(dir, "fake"))
	lay(t, dir, map[string]string{"content/learn/a/index.md": "---\ntitle: A\n---\n", "content/learn/b/index.md": "---\ntitle: B\n---\n",
		"plan/p.md": strings.Replace(goodPlan, "— A\n", "— A\n2. **b** — B\n", 1) + "- [ ] **b**\n"})
	fakeHugo("echo "+listHeader+"\nfor i in a b; do echo "+listLine("content/learn/$i/index.md", address+"/learn/$i/", false)+"; done")(t, dir)
	return dir, []string{"plansync", "-C", dir, "sync", "--live"}
}

// What --check would find does not hide that the site was not asked about everything.
func TestLiveCheckThatEndedEarly(t *testing.T) {
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/learn/b/" {
			interrupt()
			<-r.Context().Done()
			return
		}
		liveSite(w, r)
	}))
	defer server.Close()
	_, args := liveProject(t, server.URL)
	url := server.URL + "/learn/a/"
	if err := cache.Of("live", server.URL+"/").Write([]live.Verdict{{Permalink: url, URL: url, State: live.Live, Time: time.Now()}}); err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	world := world{stdin: strings.NewReader(""), stdout: &stderr, stderr: &stderr, now: now}
	if code := run(ctx, append(args, "--check"), world); code != exitError || !strings.Contains(stderr.String(), "would be updated") || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("exit code %d: %s", code, stderr.String())
	}
}

// A run with --live that was interrupted leaves what it knows to the next one, which asks only for the rest.
func TestLiveGoesOnWhereItEnded(t *testing.T) {
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	var mu sync.Mutex
	asked := make(map[string]int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked[r.URL.Path]++
		if r.URL.Path == "/sitemap.xml" {
			interrupt()
		}
		liveSite(w, r)
	}))
	defer server.Close()
	dir, args := liveProject(t, server.URL)
	var stderr strings.Builder
	world := world{stdin: strings.NewReader(""), stdout: &stderr, stderr: &stderr, now: now}
	before := snapshot(t, filepath.Join(dir, "plan"))
	if code := run(ctx, args, world); code != exitError || !strings.Contains(stderr.String(), "interrupted") {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	if snapshot(t, filepath.Join(dir, "plan")) != before {
		t.Error("an interrupted run wrote what it had not proven")
	}
	known := cache.Of("live", server.URL+"/")
	var verdicts []live.Verdict
	if err := json.Unmarshal([]byte(string(readFile(t, string(known)))), &verdicts); err != nil || len(verdicts) != 2 {
		t.Fatalf("left %v, %v", verdicts, err)
	}
	// What it had proven by then is left to chance, so this is said for it.
	verdicts[0] = live.Verdict{Permalink: server.URL + "/learn/a/", URL: server.URL + "/learn/a/", State: live.Live, Time: time.Now()}
	if err := known.Write(verdicts); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	clear(asked)
	mu.Unlock()
	stderr.Reset()
	if code := run(context.Background(), args, world); code != exitOK || !strings.Contains(stderr.String(), "live: 2 live") {
		t.Errorf("exit code %d: %s", code, stderr.String())
	}
	mu.Lock()
	defer mu.Unlock()
	if asked["/learn/a/"] != 0 || asked["/learn/b/"] != 1 {
		t.Errorf("asked %v", asked)
	}
	if _, err := os.Stat(string(known)); err == nil {
		t.Error("a run that came to its end leaves what it knew")
	}
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("HOME", "")
	t.Setenv("LocalAppData", "")
	if name := cache.Of("live", server.URL); name != "" {
		t.Errorf("without a folder of the user's own, %s", name)
	}
}
