package main

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/mod/modfile"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

// root is the root of the repository.
const root = "../.."

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Netlify downloads the Hugo that go.mod pins.
func TestHugoIsPinnedOnce(t *testing.T) {
	var netlify struct {
		Build struct {
			Environment map[string]string
		}
	}
	if err := toml.Unmarshal(readFile(t, root+"/netlify.toml"), &netlify); err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", readFile(t, root+"/go.mod"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, require := range mod.Require {
		if require.Mod.Path == "github.com/gohugoio/hugo" {
			if want := strings.TrimPrefix(require.Mod.Version, "v"); netlify.Build.Environment["HUGO_VERSION"] != want {
				t.Errorf("netlify.toml has Hugo %q, go.mod has %q", netlify.Build.Environment["HUGO_VERSION"], want)
			}
			return
		}
	}
	t.Error("go.mod does not require Hugo")
}

// The plan in the repository is the golden of the repaired plan with what sync wrote for the
// articles that are no drafts, and nothing else.
func TestThePlanIsTheGoldenAndWhatSyncWrote(t *testing.T) {
	golden := plan.Parse("golden", readFile(t, "testdata/repaired.md"), plan.Options{Section: "learn"})
	published := make(map[string]plan.Published)
	for _, q := range golden.Queries {
		name := "site/content/learn/" + q.Slug + "/index.md"
		article, err := page.Parse(name, readFile(t, filepath.Join(root, name)))
		if err != nil {
			t.Fatal(err)
		}
		if !article.Front.Draft {
			published[q.Slug] = plan.Published{URL: "https://aiperformanceoptimization.com/learn/" + q.Slug + "/", Highlights: article.Front.Params.Highlights}
		}
	}
	want, _, err := golden.Sync(published, plan.SyncOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if live := readFile(t, root+"/plan/ai-model-failover-performance.md"); !bytes.Equal(want.Source, live) {
		t.Errorf("the plan differs; if an article was published, run plansync build:\n%s", diff.Diff("golden and sync", want.Source, "plan", live))
	}
}

// The site is held to what plansync check asks of every site: a true plan, finished articles, no text twice.
func TestTheRepositoryPassesItsOwnCheck(t *testing.T) {
	t.Setenv("PLANSYNC_HUGO", hugoPath(t))
	if code, stdout, stderr := command(root, "check"); code != exitOK {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}

// A fresh clone previews with drafts, and shows what an author saves.
func TestPreviewShowsWhatIsSaved(t *testing.T) {
	site := t.TempDir()
	for _, dir := range []string{"site", "themes/lectern"} {
		copySite(t, filepath.Join(root, dir), filepath.Join(site, dir))
	}
	if err := os.WriteFile(filepath.Join(site, "hugo.toml"), readFile(t, root+"/hugo.toml"), 0o666); err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	server := exec.CommandContext(ctx, hugoPath(t), "server", "-D", "--port", port, "--renderToMemory")
	server.Dir = site
	var log bytes.Buffer
	server.Stdout, server.Stderr = &log, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		ended <- server.Wait()
		stop() // nothing is shown any more
	}()
	defer func() {
		stop()
		<-ended
		if t.Failed() {
			t.Log(log.String())
		}
	}()

	article := filepath.Join(site, "site/content/learn/preview-test/index.md")
	url := "http://localhost:" + port + "/learn/preview-test/"
	text := "+++\ntitle = 'Preview'\ndate = 2026-01-01T00:00:00Z\ndraft = true\n+++\nBefore the edit.\n"
	if err := os.MkdirAll(filepath.Dir(article), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(article, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	page := eventually(ctx, t, url, "Before the edit.")
	if !strings.Contains(page, "Draft") {
		t.Error("the page of a draft has no draft badge")
	}
	if err := os.WriteFile(article, []byte(strings.Replace(text, "Before", "After", 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	eventually(ctx, t, url, "After the edit.")
}

// copySite copies the files of a folder; packages of tests stay behind.
func copySite(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "tests") {
			return filepath.SkipDir
		}
		rel, err := filepath.Rel(from, path)
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, rel)), 0o777); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), data, 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// eventually fetches the URL until the body holds the text. Only the end of ctx ends the wait.
func eventually(ctx context.Context, t *testing.T, url, text string) string {
	t.Helper()
	for ctx.Err() == nil {
		if response, err := http.Get(url); err == nil {
			body, err := io.ReadAll(response.Body)
			response.Body.Close()
			if err == nil && strings.Contains(string(body), text) {
				return string(body)
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s never showed %q", url, text)
	return ""
}
