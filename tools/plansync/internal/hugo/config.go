package hugo

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A Config is what Hugo says of a site's configuration: of all its files, environments, themes and
// modules, merged. Paths are as Hugo gives them, relative to the root unless they are absolute.
type Config struct {
	BaseURL      string
	ContentDir   string
	ArchetypeDir string
	ThemesDir    string
	PublishDir   string
	Theme        []string

	DefaultContentLanguage         string
	DefaultContentLanguageInSubdir bool
	Languages                      map[string]Language

	Taxonomies   map[string]string // plural names by singular ones
	DisableKinds []string
	BuildDrafts  bool
	BuildFuture  bool
	BuildExpired bool
	Sitemap      struct{ Filename string }
	Cascade      json.RawMessage // not what it says, only that there is one
	Module       struct{ Mounts []Mount }
	Params       struct{ Plansync json.RawMessage } // the settings of plansync
}

// A Language of a site.
type Language struct{ Disabled bool }

// A Mount says that the folder source lies at target in Hugo's file system.
type Mount struct {
	Source, Target string
	Lang           string // until Hugo 0.152
	Sites          struct{ Matrix struct{ Languages []string } }
}

// Config asks Hugo for the configuration of the site.
func (c *Command) Config(ctx context.Context) (*Config, error) {
	answer, err := c.ask(ctx, "hugo config", "config", "--format", "json", "--printZero") // else a language that sets nothing is left out
	if err != nil {
		return nil, err
	}
	config := new(Config)
	if err := json.Unmarshal(answer, config); err != nil {
		return nil, &Error{Doing: "hugo config", Err: fmt.Errorf("not understood: %w", err), Try: "try another version of Hugo, with --hugo PATH"}
	}
	return config, nil
}

// languages returns the names of the languages that the mount is for; none for the default one.
func (m *Mount) languages() []string {
	if m.Lang != "" {
		return []string{m.Lang}
	}
	return m.Sites.Matrix.Languages
}

// contentRoot is the target of content.
const contentRoot = "content"

// ContentMounts returns the mounts of content in the default language, the most specific target last.
func (c *Config) ContentMounts() []Mount {
	var mounts []Mount
	for _, m := range c.Module.Mounts {
		target := path.Clean(filepath.ToSlash(m.Target))
		if target != contentRoot && !strings.HasPrefix(target, contentRoot+"/") {
			continue
		}
		if names := m.languages(); len(names) > 0 && !slices.Contains(names, c.DefaultContentLanguage) && !slices.ContainsFunc(names, isPattern) {
			continue
		}
		m.Source, m.Target = path.Clean(filepath.ToSlash(m.Source)), target
		mounts = append(mounts, m)
	}
	slices.SortStableFunc(mounts, func(a, b Mount) int { return strings.Count(a.Target, "/") - strings.Count(b.Target, "/") })
	return mounts
}

func isPattern(name string) bool { return strings.ContainsAny(name, "*!{") }

// language returns the language of a content file, by its name or its mount.
func (c *Config) language(file string) string {
	stem := strings.TrimSuffix(file, path.Ext(file))
	if name := strings.TrimPrefix(path.Ext(stem), "."); c.isLanguage(name) {
		return strings.ToLower(name)
	}
	best, language := -1, c.DefaultContentLanguage
	for _, m := range c.Module.Mounts {
		source := path.Clean(filepath.ToSlash(m.Source))
		if source != "." && file != source && !strings.HasPrefix(file, source+"/") || len(source) <= best {
			continue
		}
		if names := m.languages(); len(names) > 0 && !slices.Contains(names, c.DefaultContentLanguage) && !slices.ContainsFunc(names, isPattern) {
			best, language = len(source), names[0]
		} else {
			best, language = len(source), c.DefaultContentLanguage
		}
	}
	return language
}

// isLanguage reports whether the name, in any case, is one of the languages.
func (c *Config) isLanguage(name string) bool {
	name = strings.ToLower(name)
	_, ok := c.Languages[name]
	return ok || name != "" && name == c.DefaultContentLanguage
}

// OtherLanguages returns the languages that are not the default one, in alphabetical order.
func (c *Config) OtherLanguages() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(c.Languages)), func(name string) bool { return name == c.DefaultContentLanguage })
}

// Files returns where a build writes the page with the permalink, below the publish folder, with slashes: in one of these
// places. There is none for an address that is not below the base URL.
func (c *Config) Files(permalink string) []string {
	rest, found := strings.CutPrefix(permalink, strings.TrimSuffix(c.BaseURL, "/")+"/")
	rest, err := url.PathUnescape(rest)
	if !found || err != nil {
		return nil
	}
	if rest == "" || strings.HasSuffix(rest, "/") {
		rest += "index.html"
	}
	return []string{rest, path.Join(c.DefaultContentLanguage, rest)} // with a host for each language, each has its folder
}

// HasCascade reports whether the configuration has front matter for pages.
func (c *Config) HasCascade() bool { return len(c.Cascade) > 0 && string(c.Cascade) != "null" }
