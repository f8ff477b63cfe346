// Package config reads the settings of plansync from what Hugo says of a site's configuration.
package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cast"
	"github.com/xrash/smetrics"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/hugo"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

// A Config is what plansync knows of a site. Its paths are relative to the project's root, with slashes.
type Config struct {
	Hugo       *hugo.Config
	ContentDir string                 // where the content in the default language lies
	Section    string                 // the section of the articles, below the content: section
	Taxonomy   string                 // the plural name of the one that groups are terms of, empty for none: taxonomy
	Plans      []string               // folders, files and patterns of plans: plans
	Ignore     []string               // rules of check that do not count here: ignore
	KeepCase   []string               // further spellings for derived titles: keepCase
	Words      *vocabulary.Vocabulary // what words in plans mean here: columns, states
}

// settings are the names below [params.plansync].
var settings = []string{"columns", "ignore", "keepCase", "plans", "section", "states", "taxonomy"}

// NoTaxonomy is the setting of a site whose groups are no terms.
const NoTaxonomy = "none"

// Read reads the settings of the project at root from Hugo's answer. Only rules can be ignored.
func Read(root string, h *hugo.Config, rules []string) (*Config, error) {
	c := &Config{Hugo: h, ContentDir: h.ContentDir, Section: "learn", Plans: []string{"plan"}}
	for _, m := range h.ContentMounts() {
		if m.Target == "content" && filepath.IsLocal(filepath.FromSlash(m.Source)) {
			c.ContentDir = m.Source
			break
		}
	}
	c.ContentDir = path.Clean(filepath.ToSlash(c.ContentDir))
	own := make(map[string]any)
	if len(h.Params.Plansync) > 0 {
		if err := json.Unmarshal(h.Params.Plansync, &own); err != nil {
			return nil, locate(root, "plansync", "", fmt.Errorf("params.plansync is no table: %w", err), "write it as [params.plansync], with the settings below")
		}
	}
	var columns, states map[string][]string
	var errs []error
	fail := func(key, value string, err error, try string) {
		errs = append(errs, locate(root, key, value, err, try))
	}
	for _, key := range slices.Sorted(maps.Keys(own)) { // Hugo gives them in lower case
		value, name := own[key], key
		if i := slices.IndexFunc(settings, func(s string) bool { return strings.EqualFold(s, key) }); i >= 0 {
			name = settings[i]
		}
		var err error
		switch name {
		case "section":
			c.Section, err = cast.ToStringE(value)
		case "taxonomy":
			c.Taxonomy, err = cast.ToStringE(value)
		case "plans":
			c.Plans, err = list(value)
		case "ignore":
			c.Ignore, err = list(value)
		case "keepCase":
			c.KeepCase, err = list(value)
		case "columns":
			columns, err = lists(value)
		case "states":
			states, err = lists(value)
		default:
			fail(key, "", fmt.Errorf("params.plansync: no setting %q", key), fmt.Sprintf("did you mean %q? the settings are %s", nearest(key, settings), strings.Join(settings, ", ")))
		}
		if err != nil {
			fail(name, "", fmt.Errorf("%s: %w", name, err), "write a text in quotes, or a list of them")
		}
	}
	c.Section = strings.Trim(c.Section, "/")
	var err error
	if _, err = vocabulary.New(columns, nil); err != nil {
		fail("columns", "", err, "the names of columns stand below [params.plansync.columns]")
	}
	if c.Words, err = vocabulary.New(columns, states); err != nil && len(errs) == 0 {
		fail("states", "", err, "the words for states stand below [params.plansync.states]")
	}
	for _, ignored := range c.Ignore {
		if !slices.Contains(rules, ignored) {
			fail("ignore", ignored, fmt.Errorf("ignore: no rule %q", ignored), fmt.Sprintf("did you mean %q? check names the rule of each finding", nearest(ignored, rules)))
		}
	}
	inside := func(key, dir string) {
		if !filepath.IsLocal(filepath.FromSlash(dir)) {
			fail(key, dir, fmt.Errorf("folder %q is not inside the project", dir), "give a path relative to the root of the site")
		}
	}
	inside("contentDir", c.ContentDir)
	inside("section", c.Section)
	for _, plans := range c.Plans {
		inside("plans", plans)
	}
	if err := c.setTaxonomy(); err != nil {
		fail("taxonomy", c.Taxonomy, err, fmt.Sprintf("name one of %s, or %q", quoted(slices.Sorted(maps.Values(h.Taxonomies))), NoTaxonomy))
	}
	return c, errors.Join(errs...)
}

// setTaxonomy finds the taxonomy: the one that is set, else categories where the site has it, else none.
func (c *Config) setTaxonomy() error {
	name := c.Taxonomy
	if c.Taxonomy = ""; name == NoTaxonomy || slices.Contains(c.Hugo.DisableKinds, "term") {
		return nil
	}
	for singular, plural := range c.Hugo.Taxonomies {
		if plural == name || singular == name || name == "" && plural == "categories" {
			c.Taxonomy = plural
			return nil
		}
	}
	if name != "" {
		return fmt.Errorf("taxonomy: the site has no taxonomy %q", name)
	}
	return nil
}

// PlanDir returns the folder that new plans go to.
func (c *Config) PlanDir() string {
	for _, name := range c.Plans {
		if path.Ext(name) == "" && !strings.ContainsAny(name, "*?[") {
			return name
		}
	}
	return "plan"
}

// Published returns where Hugo publishes a folder of the content unless its permalinks say otherwise, below the base:
// "learn", or "fr/learn".
func (c *Config) Published(dir string) string { return c.PublishedExactly(strings.ToLower(dir)) }

// PublishedExactly is Published of a folder whose capitals stay.
func (c *Config) PublishedExactly(dir string) string {
	if c.Hugo.DefaultContentLanguageInSubdir {
		return path.Join(c.Hugo.DefaultContentLanguage, dir)
	}
	return dir
}

// Archetypes returns where Hugo would look for the archetype of the section, best first.
func (c *Config) Archetypes() []string {
	dirs := []string{c.Hugo.ArchetypeDir}
	for _, theme := range c.Hugo.Theme {
		dirs = append(dirs, filepath.Join(c.Hugo.ThemesDir, theme, "archetypes"))
	}
	kind, _, _ := strings.Cut(c.Section, "/")
	var paths []string
	for _, name := range []string{filepath.Join(kind, "index.md"), kind + ".md", "default.md"} {
		for _, dir := range dirs {
			paths = append(paths, filepath.Join(dir, name))
		}
	}
	return paths
}

// sources are the files and folders that hold Hugo's configuration.
func sources() (names []string) {
	for _, name := range []string{"hugo", "config"} {
		for _, extension := range []string{".toml", ".yaml", ".yml", ".json"} {
			names = append(names, name+extension)
		}
	}
	return names
}

// Advice says how a setting of plansync is set in the configuration of the project at root, to a
// value as JSON writes it.
func Advice(root, key, value string) string {
	for _, dir := range []string{"", "config/_default/"} {
		for _, name := range sources() {
			if _, err := os.Stat(filepath.Join(root, dir, name)); err != nil {
				continue
			}
			if path.Ext(name) == ".toml" {
				return fmt.Sprintf("set %s = %s below [params.plansync] in %s", key, value, dir+name)
			}
			return fmt.Sprintf("set %s to %s below plansync below params in %s", key, value, dir+name)
		}
	}
	return fmt.Sprintf("set params.plansync.%s to %s in the configuration of the site", key, value)
}

// Sources returns the files and folders that hold the configuration of the project at root.
func Sources(root string) []string {
	names := append(sources(), "config")
	folders, _ := filepath.Glob(filepath.Join(root, "config", "*"))
	for _, folder := range folders {
		if rel, err := filepath.Rel(root, folder); err == nil {
			names = append(names, rel)
		}
	}
	return names
}

// Exists reports whether there is a configuration of Hugo in the folder.
func Exists(root string) bool {
	return slices.ContainsFunc(append(sources(), "config"), func(name string) bool {
		_, err := os.Stat(filepath.Join(root, name))
		return err == nil
	})
}

// list takes a text for a list of one.
func list(value any) ([]string, error) {
	if text, ok := value.(string); ok {
		return []string{text}, nil
	}
	return cast.ToStringSliceE(value)
}

func lists(value any) (map[string][]string, error) {
	values, err := cast.ToStringMapE(value)
	if err != nil {
		return nil, err
	}
	all := make(map[string][]string, len(values))
	for key, value := range values {
		if all[key], err = list(value); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	return all, nil
}

func nearest(name string, names []string) string {
	return slices.MinFunc(names, func(a, b string) int {
		return smetrics.WagnerFischer(name, a, 1, 1, 1) - smetrics.WagnerFischer(name, b, 1, 1, 1)
	})
}

func quoted(names []string) string { return `"` + strings.Join(names, `", "`) + `"` }

// locate returns an error at the place of a setting: that of the value in the configuration if it stands there in quotes, or
// else that of the line that sets the key.
func locate(root, key, value string, err error, try string) error {
	e := &Error{File: "configuration", Err: err, Try: try}
	_ = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, name)
		rel = filepath.ToSlash(rel)
		switch {
		case err != nil || e.Line > 0:
			return fs.SkipAll
		case entry.IsDir():
			if rel != "." && rel != "config" && !strings.HasPrefix(rel, "config/") {
				return fs.SkipDir
			}
			return nil
		case path.Dir(rel) == "." && !slices.Contains(sources(), rel):
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil || len(data) > maxFile {
			return nil
		}
		at := -1
		for _, mark := range []string{"'", `"`} {
			if value != "" && at < 0 {
				at = bytes.Index(data, []byte(mark+value+mark))
			}
		}
		if at < 0 {
			at = keyAt(data, key)
		}
		if at >= 0 {
			before := data[:at]
			e.File, e.Line = rel, 1+bytes.Count(before, []byte("\n"))
			e.Column = 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
		}
		return nil
	})
	return e
}

// maxFile bounds the files in which a setting is looked for.
const maxFile = 1 << 20

// keyAt returns where a line sets a key, in any format, or -1.
func keyAt(data []byte, key string) int {
	at := 0
	for line := range bytes.Lines(data) {
		text := bytes.TrimLeft(line, " \t{[\"'")
		if len(text) > len(key) && strings.EqualFold(string(text[:len(key)]), key) && bytes.ContainsAny(text[len(key):len(key)+1], " \t=:\"']") {
			return at + len(line) - len(text)
		}
		at += len(line)
	}
	return -1
}

// An Error is located in a configuration file.
type Error struct {
	File         string
	Line, Column int // starting at 1; 0 if the place is not known
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
