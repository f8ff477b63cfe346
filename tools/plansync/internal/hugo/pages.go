package hugo

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A Page is a page of the site that has a content file.
type Page struct {
	Path      string // of the content file, with slashes, relative to the root or absolute
	Content   string // the path of the content file in Hugo's content folder, without the name of a language
	Title     string
	Slug      string // what the front matter says; usually empty
	Permalink string // empty for a page that is never rendered
	Kind      string // page, section, term, taxonomy, home
	Section   string // the first folder below the content
	Language  string
	Draft     bool
	Date      time.Time // of publication
	Published bool      // a production build publishes it
}

// Pages returns every page of the site that has a content file, drafts included.
func (c *Command) Pages(ctx context.Context, config *Config, now time.Time) ([]Page, error) {
	answer, err := c.ask(ctx, "hugo list all", "list", "all")
	if err != nil {
		return nil, err
	}
	pages, err := config.readList(bytes.NewReader(answer), now)
	if err != nil {
		return nil, &Error{Doing: "hugo list all", Err: err, Output: string(answer[:min(len(answer), 200)]), Try: "try another version of Hugo, with --hugo PATH"}
	}
	return pages, nil
}

// readList reads the CSV of "hugo list". Its columns are found by name. Of a file that is a page in
// several languages only that in the default one counts.
func (c *Config) readList(r io.Reader, now time.Time) ([]Page, error) {
	reader := csv.NewReader(r)
	reader.ReuseRecord = true
	header, err := reader.Read()
	if err != nil {
		return nil, fmt.Errorf("no header: %w", err)
	}
	column := make(map[string]int)
	for i, name := range header {
		column[name] = i
	}
	for _, name := range []string{"path", "slug", "title", "expiryDate", "publishDate", "draft", "permalink", "kind", "section"} {
		if _, ok := column[name]; !ok {
			return nil, fmt.Errorf("no column %q among %q", name, header)
		}
	}
	var pages []Page
	seen := make(map[string]int) // indexes into pages, by file; an adapter makes several pages of one
	for {
		record, err := reader.Read()
		if err == io.EOF {
			return pages, nil
		}
		if err != nil {
			return nil, err
		}
		p := Page{
			Path:      filepath.ToSlash(record[column["path"]]),
			Title:     record[column["title"]],
			Slug:      record[column["slug"]],
			Permalink: record[column["permalink"]],
			Kind:      record[column["kind"]],
			Section:   record[column["section"]],
		}
		if p.Draft, err = strconv.ParseBool(record[column["draft"]]); err != nil {
			return nil, err
		}
		expiry, err := time.Parse(time.RFC3339, record[column["expiryDate"]])
		if err != nil {
			return nil, err
		}
		if p.Date, err = time.Parse(time.RFC3339, record[column["publishDate"]]); err != nil {
			return nil, err
		}
		p.Published = p.Permalink != "" && (!p.Draft || c.BuildDrafts) && (!p.Date.After(now) || c.BuildFuture) &&
			(expiry.IsZero() || expiry.After(now) || c.BuildExpired)
		p.Language, p.Content = c.language(p.Path), c.content(p.Path)
		if i, ok := seen[p.Path]; ok && !IsAdapter(p.Path) {
			if c.inOtherLanguage(pages[i].Permalink) && !c.inOtherLanguage(p.Permalink) {
				pages[i] = p
			}
			continue
		}
		seen[p.Path] = len(pages)
		pages = append(pages, p)
	}
}

// IsAdapter reports whether a content file makes pages by a template.
func IsAdapter(name string) bool { return strings.HasPrefix(path.Base(name), "_content.") }

// content returns where a content file lies in Hugo's content folder, without the name of a language.
func (c *Config) content(file string) string {
	stem, extension := strings.TrimSuffix(file, path.Ext(file)), path.Ext(file)
	if name := strings.TrimPrefix(path.Ext(stem), "."); c.isLanguage(name) {
		stem = strings.TrimSuffix(stem, path.Ext(stem))
	}
	best := ""
	content := stem + extension
	for _, m := range c.Module.Mounts {
		source, target := path.Clean(filepath.ToSlash(m.Source)), path.Clean(filepath.ToSlash(m.Target))
		rest, ok := strings.CutPrefix(stem+extension, source+"/")
		if !ok || len(source) <= len(best) || target != contentRoot && !strings.HasPrefix(target, contentRoot+"/") {
			continue
		}
		best, content = source, path.Join(target, rest)
	}
	if best == "" { // of a theme or a module
		if _, rest, ok := strings.Cut(content, "/"+contentRoot+"/"); ok {
			return rest
		}
		return content
	}
	return strings.TrimPrefix(content, contentRoot+"/")
}

// inOtherLanguage reports whether an address is one of another language than the default one.
func (c *Config) inOtherLanguage(permalink string) bool {
	rest := strings.TrimPrefix(strings.TrimPrefix(permalink, strings.TrimSuffix(c.BaseURL, "/")), "/")
	first, _, _ := strings.Cut(rest, "/")
	return c.isLanguage(first) && strings.ToLower(first) != c.DefaultContentLanguage
}
