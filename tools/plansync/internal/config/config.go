// Package config reads from Hugo's configuration what plansync needs to know of a site before Hugo
// is asked: where content, archetypes and plans are.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
	"github.com/xrash/smetrics"
)

// A Config is what plansync knows of a site. Its paths are relative to the project's root.
type Config struct {
	BaseURL      string
	ContentDir   string
	ArchetypeDir string
	ThemesDir    string
	Themes       []string
	PublishDir   string
	Sitemap      string
	LanguageDir  string   // where pages in the default content language are published, below the base: "fr", or empty
	Languages    []string // in lower case, the default content language first
	Section      string   // the section of the articles: [params.plansync] section
	PlanDir      string   // the folder of the plans: [params.plansync] plans
	Ignore       []string // rules of check that do not count here: [params.plansync] ignore
	KeepCase     []string // further spellings for derived titles: [params.plansync] keepCase
}

// file is the part of Hugo's configuration that counts. Hugo reads its keys in any case, and so does the decoder.
type file struct {
	BaseURL                        string
	ContentDir                     string
	ArchetypeDir                   string
	ThemesDir                      string
	PublishDir                     string
	Theme                          any
	Sitemap                        struct{ Filename string }
	DefaultContentLanguage         string
	DefaultContentLanguageInSubdir bool
	Languages                      map[string]struct{ ContentDir string }
	Params                         struct{ Plansync own }
}

type own struct {
	Section  string
	Plans    string
	Ignore   []string
	KeepCase []string
}

// Read reads the configuration of the project at root: hugo.toml, or the files of config/_default and
// config/production (https://gohugo.io/configuration/introduction/), with the environment variables that override them.
// Only rules can be ignored.
func Read(root string, rules []string) (*Config, error) {
	f := file{ContentDir: "content", ArchetypeDir: "archetypes", ThemesDir: "themes", PublishDir: "public", DefaultContentLanguage: "en"}
	f.Params.Plansync = own{Section: "learn", Plans: "plan"}
	type part struct {
		name string
		into any
	}
	found, inRoot := false, false
	dirs := []string{"", "config/_default/", "config/production/"}
	for _, dir := range dirs {
		parts := []part{{"config.toml", &f}, {"hugo.toml", &f}}
		if dir != "" {
			parts = append(parts, part{"params.toml", &f.Params}, part{"languages.toml", &f.Languages})
		}
		for _, part := range parts {
			data, err := decode(root, dir+part.name, part.into)
			if err != nil {
				return nil, err
			}
			if err := checkIgnore(dir+part.name, data, f.Params.Plansync.Ignore, rules); err != nil {
				return nil, err
			}
			if data != nil && part.into == any(&f) { // parameters alone can stand beside a hugo.yaml
				found, inRoot = true, inRoot || dir == ""
			}
		}
	}
	for _, dir := range dirs {
		if dir == "" && inRoot {
			continue // Hugo takes no notice of the others
		}
		for _, name := range []string{"hugo", "config", "languages"} {
			for _, extension := range []string{".yaml", ".yml", ".json"} {
				other := dir + name + extension
				if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(other))); err != nil {
					continue
				}
				try := "write it in TOML, as " + dir + name + ".toml"
				if dir == "" { // without --config Hugo would read the file that the shell has just made
					try = "convert it once: hugo config --format toml --config " + other + " > hugo.toml"
				}
				return nil, &Error{File: other, Err: errors.New("plansync reads the site's configuration from TOML"), Try: try}
			}
		}
	}
	if !found {
		return nil, &Error{File: "hugo.toml", Err: fs.ErrNotExist, Try: "run plansync in the root of a Hugo site, or name it: plansync -C DIR"}
	}
	for name, value := range map[string]*string{"HUGO_BASEURL": &f.BaseURL, "HUGO_CONTENTDIR": &f.ContentDir, "HUGO_ARCHETYPEDIR": &f.ArchetypeDir, "HUGO_THEMESDIR": &f.ThemesDir,
		"HUGO_PUBLISHDIR": &f.PublishDir, "HUGO_DEFAULTCONTENTLANGUAGE": &f.DefaultContentLanguage} {
		if v := os.Getenv(name); v != "" {
			*value = v
		}
	}
	languages := []string{strings.ToLower(f.DefaultContentLanguage)}
	for name, language := range f.Languages {
		if name = strings.ToLower(name); name != languages[0] {
			languages = append(languages, name)
		} else if language.ContentDir != "" {
			f.ContentDir = language.ContentDir
		}
	}
	c := &Config{BaseURL: f.BaseURL, ContentDir: filepath.Clean(f.ContentDir), ArchetypeDir: f.ArchetypeDir, ThemesDir: f.ThemesDir, PublishDir: f.PublishDir, Sitemap: f.Sitemap.Filename, Languages: languages,
		Section: strings.Trim(f.Params.Plansync.Section, "/"), PlanDir: f.Params.Plansync.Plans, Ignore: f.Params.Plansync.Ignore, KeepCase: f.Params.Plansync.KeepCase}
	for _, dir := range []string{c.ContentDir, c.Section, c.PlanDir} {
		if !filepath.IsLocal(dir) {
			return nil, &Error{File: "hugo.toml", Err: fmt.Errorf("folder %q is not inside the project", dir), Try: "give a path relative to hugo.toml"}
		}
	}
	if f.DefaultContentLanguageInSubdir {
		c.LanguageDir = languages[0]
	}
	switch theme := f.Theme.(type) {
	case string:
		c.Themes = []string{theme}
	case []any:
		for _, name := range theme {
			c.Themes = append(c.Themes, fmt.Sprint(name))
		}
	}
	return c, nil
}

// Sources returns the files and folders that Read looks at.
func Sources() []string {
	return []string{"hugo.toml", "config.toml", "config/_default", "config/production"}
}

// decode reads one TOML file into v and returns its text, nil if it does not exist.
func decode(root, name string, v any) (data []byte, err error) {
	data, err = os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &Error{File: name, Err: err}
	}
	if _, err := toml.Decode(string(data), v); err != nil {
		e := &Error{File: name, Err: err}
		if parse, ok := errors.AsType[toml.ParseError](err); ok {
			e.Line, e.Column, e.Err = parse.Position.Line, parse.Position.Col, errors.New(parse.Message)
		}
		return nil, e
	}
	return data, nil
}

// checkIgnore returns an error for each ignored name that is no rule, at its place in the file.
func checkIgnore(name string, data []byte, ignore, rules []string) error {
	var errs []error
	for _, ignored := range ignore {
		if slices.Contains(rules, ignored) {
			continue
		}
		nearest := slices.MinFunc(rules, func(a, b string) int {
			return smetrics.WagnerFischer(ignored, a, 1, 1, 1) - smetrics.WagnerFischer(ignored, b, 1, 1, 1)
		})
		e := &Error{File: name, Err: fmt.Errorf("ignore: no rule %q", ignored), Try: fmt.Sprintf("did you mean %q? check names the rule of each finding", nearest)}
		if at := max(bytes.Index(data, []byte("'"+ignored+"'")), bytes.Index(data, []byte(`"`+ignored+`"`))); at >= 0 {
			before := data[:at]
			e.Line = 1 + bytes.Count(before, []byte("\n"))
			e.Column = 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
		}
		errs = append(errs, e)
	}
	return errors.Join(errs...)
}

// Published returns where Hugo publishes a folder of the content, below the base: "learn", or "fr/learn".
func (c *Config) Published(dir string) string { return path.Join(c.LanguageDir, strings.ToLower(dir)) }

// Archetypes returns where Hugo would look for the archetype of the section, best first.
func (c *Config) Archetypes() []string {
	dirs := []string{c.ArchetypeDir}
	for _, theme := range c.Themes {
		dirs = append(dirs, filepath.Join(c.ThemesDir, theme, "archetypes"))
	}
	var paths []string
	for _, name := range []string{filepath.Join(c.Section, "index.md"), c.Section + ".md"} {
		for _, dir := range dirs {
			paths = append(paths, filepath.Join(dir, name))
		}
	}
	return paths
}

// An Error is located in a configuration file.
type Error struct {
	File         string
	Line, Column int // starting at 1; 0 if the error is about the whole file
	Err          error
	Try          string // the hint
}

func (e *Error) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s:%d:%d: %v", e.File, e.Line, e.Column, e.Err)
	}
	return fmt.Sprintf("%s: %v", e.File, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Hint says what to try.
func (e *Error) Hint() string { return e.Try }
