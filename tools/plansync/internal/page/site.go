package page

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
)

// A Site is the content of a Hugo site, as far as plans are about it.
type Site struct {
	Articles   map[string]*Page // the pages of the section, by slug
	Pages      []*Page          // every page, those of Articles included, in the order of their paths
	Sections   map[string]*Page // the sections right below the articles' own, by name
	Categories map[string]*Page // the term pages, by slug
	Findings   []diag.Finding   // pages that cannot be read, and pages that exist twice
}

// extensions are the formats of content that share one kind of front matter.
var extensions = []string{".md", ".markdown", ".html"}

// maxPage bounds a content file, in bytes.
const maxPage = 64 << 20

// maxKept is the longest page, in bytes, of which a Site keeps the content: opening the file takes longer than the rest
// of reading it.
const maxKept = 4 << 10

// ReadSite reads the pages below contentDir. The content of long ones, which is most of a site, stays in their files:
// Page.Whole reads it again. The paths of the pages are those in root, the project's file system; section is the one
// that the plans are about.
// Of a page in several languages, told by its file name, only the first of the languages counts.
func ReadSite(root fs.FS, contentDir, section string, languages []string) (*Site, error) {
	section = normalize(section)
	s := &Site{Articles: make(map[string]*Page), Sections: make(map[string]*Page), Categories: make(map[string]*Page)}
	paths, err := contentFiles(root, contentDir, languages)
	if err != nil {
		return nil, err
	}
	pages := make([]*Page, len(paths))
	failed := make([]error, len(paths))
	var wait sync.WaitGroup
	for worker := range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := worker; i < len(paths); i += runtime.GOMAXPROCS(0) {
				pages[i], failed[i] = read(root, paths[i])
			}
		})
	}
	wait.Wait()
	for i, p := range pages {
		if f, ok := errors.AsType[diag.Finding](failed[i]); ok {
			s.Findings = append(s.Findings, f)
		} else if failed[i] != nil {
			return nil, failed[i]
		}
		if p == nil {
			continue
		}
		rel, _ := inLanguage(normalize(strings.TrimPrefix(p.Path, contentDir+"/")), languages)
		name, isTerm := strings.CutPrefix(path.Dir(rel), "categories/")
		if base := path.Base(rel); strings.HasPrefix(base, "_index.") {
			if name, ok := strings.CutPrefix(path.Dir(rel), section+"/"); ok {
				s.Sections[name] = p
			}
			if isTerm {
				s.Categories[name] = p
			}
			continue
		}
		s.Pages = append(s.Pages, p)
		slug, ok := articleSlug(rel, section)
		if !ok {
			continue
		}
		if other := s.Articles[slug]; other != nil {
			s.Findings = append(s.Findings, bad(p.Path, 1, errors.New("also exists as "+other.Path),
				"Hugo shows only one of the two: keep one, remove the other"))
			continue
		}
		s.Articles[slug] = p
	}
	return s, nil
}

// normalize makes of a path in the content folder the one by which Hugo knows the page.
func normalize(path string) string { return strings.ReplaceAll(strings.ToLower(path), " ", "-") }

// articleSlug returns the slug of the page at rel, a path in the content folder, if it is in the section.
func articleSlug(rel, section string) (string, bool) {
	name, ok := strings.CutPrefix(rel, section+"/")
	if !ok {
		return "", false
	}
	if dir, base := path.Split(name); strings.HasPrefix(base, "index.") {
		name = strings.TrimSuffix(dir, "/")
	} else {
		name = strings.TrimSuffix(name, path.Ext(name))
	}
	return name, name != "" && !strings.Contains(name, "/")
}

func read(root fs.FS, name string) (*Page, error) {
	source, err := readFile(root, name)
	if err != nil {
		return nil, err
	}
	p, err := Parse(name, source)
	if err != nil {
		// The page exists, whatever its front matter says: nothing may be written over it.
		return &Page{Path: name}, err
	}
	if len(source) > maxKept {
		p.root, p.Source = root, bytes.Clone(source[:p.body])
	}
	return p, nil
}

func readFile(root fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(root, name)
	switch {
	case err != nil:
		return nil, bad(name, 1, err, "check the file and its permissions")
	case !info.Mode().IsRegular():
		return nil, bad(name, 1, errors.New("not a regular file"), "content is read from regular files")
	case info.Size() > maxPage:
		return nil, bad(name, 1, errors.New("larger than 64 MiB"), "move data out of the content file")
	}
	source, err := fs.ReadFile(root, name)
	if err != nil {
		return nil, bad(name, 1, err, "check the file and its permissions")
	}
	return source, nil
}

// contentFiles lists the content files below dir in order. In a leaf bundle only its index counts;
// its other files are resources.
func contentFiles(root fs.FS, dir string, languages []string) ([]string, error) {
	entries, err := fs.ReadDir(root, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var paths []string
	bundle := false
	for _, entry := range entries {
		if name := entry.Name(); strings.HasPrefix(name, "index.") && slices.Contains(extensions, path.Ext(name)) {
			bundle = true
			if _, ok := inLanguage(name, languages); ok && len(paths) == 0 {
				paths = append(paths, path.Join(dir, name))
			}
		}
	}
	if bundle {
		return paths, nil
	}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		if entry.IsDir() {
			below, err := contentFiles(root, name, languages)
			if err != nil {
				return nil, err
			}
			paths = append(paths, below...)
		} else if slices.Contains(extensions, path.Ext(name)) {
			if _, ok := inLanguage(name, languages); ok {
				paths = append(paths, name)
			}
		}
	}
	return paths, nil
}

// inLanguage cuts the language off a file name such as "index.en.md"; ok reports whether it is the first of the
// languages, which is also the one of a name without any.
func inLanguage(name string, languages []string) (plain string, ok bool) {
	stem := strings.TrimSuffix(name, path.Ext(name))
	language := path.Ext(stem)
	i := slices.Index(languages, strings.ToLower(strings.TrimPrefix(language, ".")))
	if i < 0 {
		return name, true
	}
	return strings.TrimSuffix(stem, language) + path.Ext(name), i == 0
}
