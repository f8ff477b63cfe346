// Package corpus makes sites of any size out of articles that a site has published.
package corpus

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// An Article is the Markdown version of an article, as the theme publishes it: its shortcodes are
// carried out, so that a layout without any of them renders it too.
type Article struct {
	slug, title, description, body string
}

var version = regexp.MustCompile(`(?s)\A# ([^\n]+)\n\n> ([^\n]+)\n\nhttps?://([^/\n]+)/[^\n]*\n(.*)`)

// Read returns the articles below a published folder, learn/<slug>/index.md.
func Read(public string) ([]Article, error) {
	names, err := filepath.Glob(filepath.Join(public, "learn", "*", "index.md"))
	if err != nil {
		return nil, err
	}
	var articles []Article
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		part := version.FindStringSubmatch(string(text))
		if part == nil {
			return nil, fmt.Errorf("%s: not the Markdown version of an article", name)
		}
		articles = append(articles, Article{
			slug: filepath.Base(filepath.Dir(name)), title: part[1], description: part[2],
			body: strings.ReplaceAll(part[4], "](https://"+part[3]+"/", "](/"),
		})
	}
	if articles == nil {
		return nil, fmt.Errorf("no articles in %s", public)
	}
	return articles, nil
}

var link = regexp.MustCompile(`(\]\(/learn/[^/)]+)(/)`)

const (
	categories = 20 // however large the site is
	perTag     = 20 // articles
)

// Write makes a content folder of n articles. Those made of the same article differ in title,
// address, date, tags and in every listing, so that no two listings of the site are alike.
func Write(content string, articles []Article, n int) error {
	for i := range n {
		a, round := articles[i%len(articles)], i/len(articles)
		date := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(-time.Duration(i) * time.Hour)
		front := fmt.Sprintf("+++\ntitle = '%s'\ndate = %s\ndescription = '%s'\ncategories = ['category-%d']\ntags = ['tag-%d', 'label-%d']\nweight = %d\n+++\n",
			quote(fmt.Sprintf("%s, Part %d", a.title, round+1)), date.Format(time.RFC3339), quote(a.description), i%categories, i/perTag, (i+perTag/2)/perTag, i+1)
		body := link.ReplaceAllString(number(a.body, i), fmt.Sprintf("$1-%d$2", round+1))
		if err := write(filepath.Join(content, "learn", fmt.Sprintf("%s-%d", a.slug, round+1), "index.md"), front+body); err != nil {
			return err
		}
	}
	for i := range categories {
		front := fmt.Sprintf("+++\ntitle = 'Category %d'\ndescription = 'What belongs to category %d.'\nweight = %d\n+++\n", i, i, i+1)
		if err := write(filepath.Join(content, "categories", fmt.Sprintf("category-%d", i), "_index.md"), front); err != nil {
			return err
		}
	}
	return write(filepath.Join(content, "learn", "_index.md"), "+++\ntitle = 'Learn'\n+++\n")
}

// number ends every listing with a line that holds a number.
func number(body string, n int) string {
	var out strings.Builder
	open := false
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, "```") {
			if open {
				fmt.Fprintln(&out, n)
			}
			open = !open
		}
		out.WriteString(line)
	}
	return out.String()
}

func quote(s string) string { return strings.ReplaceAll(s, "'", "’") }

func write(name, text string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(text), 0o666)
}
