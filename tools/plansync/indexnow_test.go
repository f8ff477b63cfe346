package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/cache"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/indexnow/indexnowtest"
)

// When search engines are told what is newly live the plan says it already, and it is noted for the next run, so
// that a run that ends there, in whatever way, is made good by the next one that finds it live.
func TestWhatWasNotAnnouncedWaits(t *testing.T) {
	const key = "4f1e-KEY-c0de"
	t.Setenv(indexNowKey, key)
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	var closed atomic.Bool // b proves nothing
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/"+key+".txt":
			_, _ = w.Write([]byte(key))
		case r.URL.Path == "/learn/b/" && closed.Load():
			w.WriteHeader(http.StatusForbidden)
		default:
			liveSite(w, r)
		}
	}))
	defer site.Close()
	dir, args := liveProject(t, site.URL)
	engine := new(indexnowtest.Engine)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ctx.Err() == nil {
			if plan, err := os.ReadFile(filepath.Join(dir, "plan/p.md")); !strings.Contains(string(plan), "- [x] **a**") {
				t.Errorf("announced before it was written: %v\n%s", err, plan)
			}
			if note, err := os.ReadFile(string(cache.Of("indexnow", site.URL+"/"))); string(note) != `["a","b"]` {
				t.Errorf("announced before it was noted: %v: %s", err, note)
			}
			interrupt()
			panic(http.ErrAbortHandler)
		}
		engine.ServeHTTP(w, r)
	}))
	defer server.Close()
	args = append(args, "--indexnow", "--indexnow-endpoint", server.URL)
	var stderr strings.Builder
	world := world{stdin: strings.NewReader(""), stdout: &stderr, stderr: &stderr, now: now}
	if code := run(ctx, args, world); code != exitError || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("exit code %d: %s", code, stderr.String())
	}
	before := snapshot(t, filepath.Join(dir, "plan"))
	for _, now := range []bool{true, false, false} {
		closed.Store(now)
		if code := run(context.Background(), args, world); code != exitOK {
			t.Errorf("exit code %d: %s", code, stderr.String())
		}
	}
	if snapshot(t, filepath.Join(dir, "plan")) != before {
		t.Error("a later run wrote what the first one had")
	}
	want := [][]string{{site.URL + "/learn/a/"}, {site.URL + "/learn/b/"}}
	if got := engine.Taken(); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("announced %q, want %q", got, want)
	}
	if strings.Contains(stderr.String(), key) {
		t.Errorf("the key is shown: %s", stderr.String())
	}
}
