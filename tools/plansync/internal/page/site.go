package page

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/hugo"
)

// A Site is the content of a Hugo site, as far as plans are about it. Of a page in several languages the one in the default
// language counts.
type Site struct {
	Articles   map[string]*Page   // by slug: the pages of wanted articles, and the other pages of the section
	Rivals     map[string][]*Page // of a wanted article, the pages that all could be it
	Pages      []*Page            // every page, those of Articles included, in the order of their paths
	Sections   map[string]*Page   // the sections right below the articles' own, by name
	Categories map[string]*Page   // the pages of terms, by the term's name in its address
	Findings   []diag.Finding     // pages that cannot be read, and pages that exist twice
	AllTerms   bool               // the terms of every page are known: none can come from elsewhere than the page's own file

	section string
}

// Options say what to look for in a site.
type Options struct {
	Section  string   // the one that the plans are about, such as "learn"
	Taxonomy string   // its plural name, such as "categories"; empty for none
	Language string   // the default one
	Cascade  bool     // front matter comes from elsewhere, too
	Dirs     []string // where articles of the section can lie
	Wanted   []Wanted
}

// A Wanted is an article of a plan.
type Wanted struct {
	Slug, Query string
	Link        string // to its page, where the plan has one
}

// maxPage bounds a content file, in bytes.
const maxPage = 64 << 20

// maxKept is the longest page, in bytes, of which a Site keeps the content: opening the file takes longer than the rest
// of reading it.
const maxKept = 4 << 10

// ReadSite reads the front matter of the pages that Hugo lists. The content of long ones, which is most of a site, stays in
// their files: Page.Whole reads it again. The paths of the pages are those in root, the project's file system.
func ReadSite(root fs.FS, listed []hugo.Page, o Options) *Site {
	s := &Site{Articles: make(map[string]*Page), Rivals: make(map[string][]*Page), Sections: make(map[string]*Page),
		Categories: make(map[string]*Page), AllTerms: !o.Cascade, section: normalize(o.Section)}
	listed = slices.DeleteFunc(slices.Clone(listed), func(p hugo.Page) bool { return p.Language != o.Language })
	slices.SortStableFunc(listed, func(a, b hugo.Page) int { return strings.Compare(a.Path, b.Path) })
	pages := make([]*Page, len(listed))
	problems := make([]error, len(listed))
	var wait sync.WaitGroup
	for worker := range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := worker; i < len(listed); i += runtime.GOMAXPROCS(0) {
				pages[i], problems[i] = read(root, listed[i], o.Taxonomy)
			}
		})
	}
	wait.Wait()
	for i, p := range pages {
		if f, ok := errors.AsType[diag.Finding](problems[i]); ok {
			s.Findings = append(s.Findings, f)
		}
		s.AllTerms = s.AllTerms && !p.foreign && !p.Front.cascades
		s.add(p, listed[i], o.Taxonomy)
	}
	s.bind(o.Wanted)
	s.unlisted(root, o)
	s.twins(root)
	return s
}

// unlisted finds the pages of wanted articles that are there and that Hugo does not list, such as those with the build option
// "list: never". Whether they are published is not known.
func (s *Site) unlisted(root fs.FS, o Options) {
	for _, dir := range o.Dirs {
		entries, err := fs.ReadDir(root, dir)
		if err != nil {
			continue
		}
		files := make(map[string]string) // by stem
		for _, entry := range entries {
			if stem, ok := contentStem(entry.Name()); ok && !entry.IsDir() {
				files[stem] = path.Join(dir, entry.Name())
			}
		}
		for _, w := range o.Wanted {
			if s.Articles[w.Slug] != nil || s.Rivals[w.Slug] != nil || s.Sections[w.Slug] != nil {
				continue
			}
			name, ok := files[w.Slug]
			if below, err := fs.ReadDir(root, path.Join(dir, w.Slug)); !ok && err == nil {
				for _, entry := range below {
					if stem, isContent := contentStem(entry.Name()); isContent && stem == "index" {
						name, ok = path.Join(dir, w.Slug, entry.Name()), true
					}
				}
			}
			if !ok {
				continue
			}
			p, err := read(root, hugo.Page{Path: name}, o.Taxonomy)
			if f, ok := errors.AsType[diag.Finding](err); ok {
				s.Findings = append(s.Findings, f)
			}
			p.inSection, p.names = true, []string{w.Slug}
			s.Articles[w.Slug] = p
			s.Pages = append(s.Pages, p)
		}
	}
}

// contentStem cuts the extension off the name of a content file.
func contentStem(name string) (stem string, ok bool) {
	extension := path.Ext(name)
	switch strings.ToLower(extension) {
	case ".md", ".markdown", ".mdown", ".html", ".htm", ".org", ".adoc", ".ad", ".asciidoc", ".rst", ".pandoc", ".pdc":
		return strings.ToLower(strings.TrimSuffix(name, extension)), true
	}
	return "", false
}

// add sorts a page in.
func (s *Site) add(p *Page, listed hugo.Page, taxonomy string) {
	dir := normalize(path.Dir(listed.Content))
	switch listed.Kind {
	case "page":
		s.Pages = append(s.Pages, p)
		p.Section = listed.Section
		p.inSection = strings.HasPrefix(normalize(listed.Content), s.section+"/")
		p.names = names(listed)
	case "section":
		if name, ok := strings.CutPrefix(dir, s.section+"/"); ok {
			s.Sections[name] = p
		}
	case "term":
		if name, ok := strings.CutPrefix(dir, normalize(taxonomy)+"/"); ok && taxonomy != "" {
			s.Categories[name] = p
		}
	}
}

// names returns by what a page is called: its file, its slug, and how its address ends.
func names(listed hugo.Page) []string {
	file := path.Base(listed.Content)
	if stem := strings.TrimSuffix(file, path.Ext(file)); stem != "index" {
		file = stem
	} else {
		file = path.Base(path.Dir(listed.Content))
	}
	names := []string{addressName(listed.Permalink), listed.Slug, normalize(file)}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" || name == "." || name == "_content" })
}

// addressName returns the last element of an address, or "".
func addressName(permalink string) string {
	u, err := url.Parse(permalink)
	if err != nil {
		return ""
	}
	name := strings.TrimSuffix(u.Path, "/")
	name = name[strings.LastIndexByte(name, '/')+1:]
	if stem, ok := strings.CutSuffix(name, ".html"); ok {
		return stem
	}
	return name
}

// normalize makes of a path in the content folder the one by which Hugo knows the page.
func normalize(path string) string { return strings.ReplaceAll(strings.ToLower(path), " ", "-") }

// bind finds the pages of the wanted articles: by the query that a page says it answers, else by name, in the section before
// the rest of the site. Where several pages could be the one, none is.
func (s *Site) bind(wanted []Wanted) {
	byQuery, byName := make(map[string][]*Page), make(map[string][]*Page)
	for _, p := range s.Pages {
		if query := p.Front.Params.Query; query != "" {
			byQuery[query] = append(byQuery[query], p)
		}
		for i, name := range p.names {
			if !slices.Contains(p.names[:i], name) {
				byName[name] = append(byName[name], p)
			}
		}
	}
	bound := make(map[*Page]bool)
	var linked []Wanted // those that only a link of theirs tells
	for _, w := range wanted {
		candidates := byQuery[w.Query]
		if w.Query == "" || len(candidates) == 0 {
			candidates = byName[w.Slug]
		}
		if inside := slices.DeleteFunc(slices.Clone(candidates), func(p *Page) bool { return !p.inSection }); len(inside) > 0 {
			candidates = inside
		}
		// Of pages that answer one query, that which also has the name is meant.
		if named := slices.DeleteFunc(slices.Clone(candidates), func(p *Page) bool { return !slices.Contains(p.names, w.Slug) }); len(named) > 0 {
			candidates = named
		}
		if len(candidates) != 1 && w.Link != "" {
			linked = append(linked, w)
		}
		switch len(candidates) {
		case 0:
		case 1:
			s.Articles[w.Slug] = candidates[0]
			bound[candidates[0]] = true
		default:
			s.Rivals[w.Slug] = candidates
		}
	}
	s.bindLinked(linked, bound)
	for _, p := range s.Pages {
		if p.inSection && !bound[p] && len(p.names) > 0 && s.Articles[p.names[0]] == nil && s.Rivals[p.names[0]] == nil {
			s.Articles[p.names[0]] = p
		}
	}
}

// bindLinked binds the articles of which no page has the name, or several have it, to the page at
// their link, if it is no other article's.
func (s *Site) bindLinked(wanted []Wanted, bound map[*Page]bool) {
	if len(wanted) == 0 {
		return
	}
	byAddress := make(map[string]*Page, len(s.Pages))
	for _, p := range s.Pages {
		other, shared := byAddress[p.Address()]
		switch {
		case p.URL == "":
		case !shared || p.Published && other != nil && !other.Published:
			byAddress[p.Address()] = p
		case p.Published:
			byAddress[p.Address()] = nil // of two published pages it tells nothing
		}
	}
	for _, w := range wanted {
		u, err := url.Parse(w.Link)
		if err != nil {
			continue
		}
		p := byAddress[strings.Trim(u.Path, "/")]
		if p == nil || bound[p] || !p.onHost(u.Host) {
			continue
		}
		bound[p], s.Articles[w.Slug] = true, p
		delete(s.Rivals, w.Slug)
	}
}

// onHost reports whether the page of a Site can be published on a host.
func (p *Page) onHost(host string) bool {
	u, err := url.Parse(p.URL)
	return err == nil && (host == "" || u.Host == "" || strings.EqualFold(host, u.Host))
}

// twins reports the articles that are there as a file and as a folder. Hugo takes one of them, and lists no other.
func (s *Site) twins(root fs.FS) {
	for _, p := range s.Pages {
		if !p.inSection || p.foreign {
			continue
		}
		stem := strings.TrimSuffix(p.Path, path.Ext(p.Path))
		other := stem + "/index"
		if path.Base(stem) == "index" {
			other = path.Dir(stem)
		}
		for _, extension := range []string{".md", ".markdown", ".html"} {
			if info, err := fs.Stat(root, other+extension); err == nil && info.Mode().IsRegular() {
				s.Findings = append(s.Findings, bad(p.Path, 1, errors.New("also exists as "+other+extension),
					"Hugo shows only one of the two: keep one, remove the other"))
			}
		}
	}
}

// SameTerm reports whether two names could be of one term: their letters and digits are the same. Hugo tells some of them
// apart, "R&D" and "rd"; that none of the site's terms is taken for a new one counts more.
func SameTerm(a, b string) bool { return Fold(a) == Fold(b) }

// Fold returns what [SameTerm] compares.
func Fold(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// read reads the page that Hugo lists. A page exists, whatever is wrong with its file: nothing may be written over it.
func read(root fs.FS, listed hugo.Page, taxonomy string) (*Page, error) {
	p := &Page{Path: listed.Path, URL: listed.Permalink, Published: listed.Published,
		Front: FrontMatter{Title: listed.Title, Draft: listed.Draft, Date: listed.Date}}
	// Of an adapter, a file of a module, and org-mode Hugo's word is all that is needed.
	if hugo.IsAdapter(p.Path) || !fs.ValidPath(p.Path) || path.Ext(p.Path) == ".org" {
		p.foreign = true
		return p, nil
	}
	source, err := readFile(root, p.Path)
	if err != nil {
		return p, err
	}
	parsed, err := ParseIn(p.Path, source, taxonomy)
	if err != nil {
		return p, err
	}
	parsed.URL, parsed.Published = p.URL, p.Published
	if listed.Kind != "" { // with what cascades to it
		parsed.Front.Draft = p.Front.Draft
	}
	if len(source) > maxKept {
		parsed.root, parsed.Source = root, bytes.Clone(source[:parsed.body])
	}
	return parsed, nil
}

func readFile(root fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(root, name)
	switch {
	case err != nil:
		return nil, bad(name, 1, err, "check the file and its permissions")
	case !info.Mode().IsRegular():
		return nil, bad(name, 1, errors.New("not a regular file"), "content is read from regular files")
	case info.Size() > maxPage:
		return nil, bad(name, 1, fmt.Errorf("larger than %d MiB", maxPage>>20), "move data out of the content file")
	}
	source, err := fs.ReadFile(root, name)
	if err != nil {
		return nil, bad(name, 1, err, "check the file and its permissions")
	}
	return source, nil
}
