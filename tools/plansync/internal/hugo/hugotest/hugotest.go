// Package hugotest says of a few files in memory what Hugo would say of them, for tests of what reads a site.
package hugotest

import (
	"bytes"
	"io/fs"
	"path"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/hugo"
)

// Base is the address of the site.
const Base = "https://h.example/"

// Pages lists the content files below dir. A page is published unless its file says that it is a draft.
func Pages(files fs.FS, dir string) []hugo.Page {
	var pages []hugo.Page
	_ = fs.WalkDir(files, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		content := strings.TrimPrefix(name, dir+"/")
		address := strings.ReplaceAll(strings.ToLower(strings.TrimSuffix(content, path.Ext(content))), " ", "-")
		p := hugo.Page{Path: name, Content: content, Kind: "page", Draft: bytes.Contains(data, []byte("draft = true")) || bytes.Contains(data, []byte("draft: true"))}
		switch {
		case path.Base(address) == "_index" && strings.HasPrefix(address, "categories/"):
			p.Kind, address = "term", path.Dir(address)
		case path.Base(address) == "_index":
			p.Kind, address = "section", path.Dir(address)
		case path.Base(address) == "index":
			address = path.Dir(address)
		}
		p.Published = !p.Draft
		p.Permalink = Base + address + "/"
		pages = append(pages, p)
		return nil
	})
	return pages
}
