package main

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/indexnow/indexnowtest"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/stub"
	"aiperformanceoptimization.com/plansync/tools/siteserver/rules"
	"aiperformanceoptimization.com/plansync/tools/siteserver/serve"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"plansync": main})
}

// hugoPath returns the pinned Hugo.
func hugoPath(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "tool", "-n", "github.com/gohugoio/hugo").Output()
	if err != nil {
		t.Fatalf("go tool -n hugo: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// Each script in testdata/script is a story of somebody who uses plansync. It finds the plans of
// testdata in $PLANS, and a small site in $SITE to copy: hugo.toml, one layout and the real plan.
func TestScripts(t *testing.T) {
	hugo := hugoPath(t)
	plans, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			env.Setenv("PLANS", plans)
			env.Setenv("PLANSYNC_HUGO", hugo)
			env.Setenv("SOURCE_DATE_EPOCH", "1795305600") // 2026-11-22
			env.Setenv("HOME", env.WorkDir)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"site":    cmdSite,
			"publish": cmdPublish,
			"stamps":  cmdStamps,
			"exit":    cmdExit,
			"lines":   cmdLines,
			"deploy":  cmdDeploy,
			"engine":  cmdEngine,
			"await":   cmdAwait,
		},
	})
}

// site [plan.md] lays out a Hugo site with a plan of $PLANS, the repaired real one by default, and goes there.
func cmdSite(ts *testscript.TestScript, neg bool, args []string) {
	name := "repaired.md"
	if len(args) > 0 {
		name = args[0]
	}
	source, err := os.ReadFile(filepath.Join(ts.Getenv("PLANS"), name))
	ts.Check(err)
	for path, data := range map[string]string{
		"hugo.toml": "baseURL = 'https://aiperformanceoptimization.com/'\ntitle = 'T'\nlocale = 'en'\ndisableKinds = ['rss']\n" +
			"[taxonomies]\ncategory = 'categories'\n" +
			"[params.plansync]\nignore = ['no-description', 'no-highlights', 'few-siblings', 'few-sources', 'no-sample', 'thin', 'copied-paragraph', 'near-duplicate']\n",
		"layouts/all.html": `<!doctype html><html lang="en"><head><title>{{ .Title }}</title><link rel="canonical" href="{{ .Permalink }}"></head><body><h1>{{ .Title }}</h1>` +
			`{{ .Content }}{{ range .Pages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</body></html>`,
		"plan/ai-model-failover-performance.md": string(source),
	} {
		path = ts.MkAbs(path)
		ts.Check(os.MkdirAll(filepath.Dir(path), 0o777))
		ts.Check(os.WriteFile(path, []byte(data), 0o666))
	}
}

// publish slug... does an author's work on stubs: a text, a date, draft = false; "publish all" on every one.
func cmdPublish(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 1 && args[0] == "all" {
		entries, err := os.ReadDir(ts.MkAbs("content/learn"))
		ts.Check(err)
		args = nil
		for _, entry := range entries {
			args = append(args, entry.Name())
		}
	}
	for _, slug := range args {
		path := ts.MkAbs("content/learn/" + slug + "/index.md")
		front, _, _ := strings.Cut(strings.TrimPrefix(ts.ReadFile(path), "+++\n"), "+++\n")
		front = strings.Replace(front, "draft = true", "draft = false", 1)
		front = strings.Replace(front, " "+stub.StubDate, "", 1)
		ts.Check(os.WriteFile(path, []byte("+++\n"+front+"+++\nThe answer.\n"), 0o666))
	}
}

// stamps file writes the modification time and size of every file below content and plan to a file,
// so that two of them can be compared.
func cmdStamps(ts *testscript.TestScript, neg bool, args []string) {
	var b strings.Builder
	for _, dir := range []string{"content", "plan"} {
		if _, err := os.Stat(ts.MkAbs(dir)); err != nil {
			continue
		}
		ts.Check(filepath.WalkDir(ts.MkAbs(dir), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			info, err := entry.Info()
			if err != nil {
				return err
			}
			fmt.Fprintln(&b, path, info.ModTime().UnixNano(), info.Size())
			return nil
		}))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o666))
}

// exit code command... runs a command that must end with the exit code.
func cmdExit(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if exit, ok := err.(*exec.ExitError); ok {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got := fmt.Sprint(code); got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

// lines n file asserts how many lines a file has; "stdout" and "stderr" are those of the last command.
func cmdLines(ts *testscript.TestScript, neg bool, args []string) {
	if got := fmt.Sprint(strings.Count(ts.ReadFile(args[1]), "\n")); got != args[0] {
		ts.Fatalf("%s has %s lines, want %s", args[1], got, args[0])
	}
}

// deploy dir serves a built site as Netlify does, on loopback, and sets $LIVE to its base URL. A file
// dir/.down makes the server answer 503, as one that is too busy.
func cmdDeploy(ts *testscript.TestScript, neg bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o777))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := os.Stat(filepath.Join(dir, ".down")); err == nil {
			w.Header().Set("Retry-After", "0")
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return
		}
		serve.New(os.DirFS(dir), rules.Rules{}).ServeHTTP(w, r) // a new one sees what was deployed since
	}))
	ts.Defer(server.Close)
	ts.Setenv("LIVE", server.URL+"/")
}

// engine starts a search engine on loopback that takes IndexNow's announcements, and sets $ENGINE to its endpoint. It
// appends the URLs that it takes to the file taken. A file busy makes it answer 429.
func cmdEngine(ts *testscript.TestScript, neg bool, args []string) {
	taken, busy := ts.MkAbs("taken"), ts.MkAbs("busy")
	ts.Check(os.WriteFile(taken, nil, 0o666))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var engine indexnowtest.Engine
		if _, err := os.Stat(busy); err == nil {
			engine.Answer(http.StatusTooManyRequests)
		}
		engine.ServeHTTP(w, r)
		before, _ := os.ReadFile(taken)
		for _, urls := range engine.Taken() {
			before = append(before, strings.Join(urls, "\n")+"\n"...)
		}
		_ = os.WriteFile(taken, before, 0o666)
	}))
	ts.Defer(server.Close)
	ts.Setenv("ENGINE", server.URL+"/indexnow")
}

// await file pattern waits until a file matches a regular expression, line by line.
func cmdAwait(ts *testscript.TestScript, neg bool, args []string) {
	pattern := regexp.MustCompile("(?m)" + args[1])
	var data []byte
	for range 1200 { // a minute; it takes less than a second
		data, _ = os.ReadFile(ts.MkAbs(args[0]))
		if pattern.Match(data) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("%s never matches %q:\n%s", args[0], args[1], data)
}
