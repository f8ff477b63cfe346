package tests

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Pages keep the line and the minutes that lists show of them. Under hugo server these must follow the text, and a link
// to a page that is written later must come alive.
func TestServerShowsWhatWasSaved(t *testing.T) {
	t.Parallel()
	hugo, err := hugoBinary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	article := func(slug, text string) {
		mustWrite(t, filepath.Join(dir, "content", "learn", slug, "index.md"), fmt.Sprintf("---\ntitle: %s\ndate: 2026-01-01\n---\n%s\n", slug, text))
	}
	mustWrite(t, filepath.Join(dir, "hugo.toml"), twoLines)
	article("first", "The first draft. See [the second](/learn/second/).")
	port := freePort(t)
	server := exec.Command(hugo, "server", "--source", dir, "--themesDir", themesDir(t), "--port", port, "--disableLiveReload")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer server.Wait()
	defer server.Process.Kill()

	base := "http://localhost:" + port + "/learn/"
	await(t, base, "<p>The first draft. See the second.</p><p class=\"meta\">Jan 1, 2026 · 1 min</p>")
	article("first", "The text. "+strings.Repeat("More of it, ", 500)+"see [the second](/learn/second/).")
	await(t, base, "<p>The text. More of it,", "· 5 min</p>")
	article("second", "Written later.")
	await(t, base, "<p>Written later.</p>")
	await(t, base+"first/", `<a href="/learn/second/">the second</a>`)
	await(t, base+"index.xml", "<description>Written later.</description>", "<description>The text. More of it,")
}

// await asks for a page until it holds some texts.
func await(t *testing.T, address string, texts ...string) {
	t.Helper()
	missing, body := "", []byte(nil)
	for range 300 {
		if response, err := http.Get(address); err == nil { // the server listens a moment after it was started
			body, _ = io.ReadAll(response.Body) // cut off while the page is being written
			response.Body.Close()
			missing = ""
			for _, text := range texts {
				if !strings.Contains(string(body), text) {
					missing = text
				}
			}
			if missing == "" {
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s never held %q:\n%s", address, missing, body)
}

// freePort asks the system for a port.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
