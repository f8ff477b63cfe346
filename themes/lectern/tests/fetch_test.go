package tests

import (
	"crypto/sha256"
	"crypto/sha512"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// digests are the algorithms of subresource integrity.
var digests = map[string]func([]byte) []byte{
	"sha256": func(b []byte) []byte { s := sha256.Sum256(b); return s[:] },
	"sha384": func(b []byte) []byte { s := sha512.Sum384(b); return s[:] },
	"sha512": func(b []byte) []byte { s := sha512.Sum512(b); return s[:] },
}

// client follows no redirect: a link that is redirected is a finding.
var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// get asks the local server for an address.
func get(t *testing.T, address string) (*http.Response, []byte) {
	t.Helper()
	response, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, body
}

// mustFiles names all files below a folder, with slashes.
func mustFiles(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		file, err := filepath.Rel(dir, name)
		files = append(files, filepath.ToSlash(file))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// mustRead gives the bytes of a file below a folder, as mustFiles names it.
func mustRead(t *testing.T, dir, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// mustPages gives the HTML pages of a site.
func mustPages(t *testing.T, s *site) []*page {
	t.Helper()
	pages, err := s.pages()
	if err != nil {
		t.Fatal(err)
	}
	return pages
}
