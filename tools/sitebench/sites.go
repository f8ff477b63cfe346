//go:build unix

package main

// A site is a way to build the content.
type site struct {
	name  string
	files map[string]string // its configuration and layouts
}

// floor is the least that a build can do: highlighting, one line of layout, a sitemap. Hugo's own feeds
// would render every article a second time.
var floor = site{"floor", map[string]string{
	"hugo.toml":        "disableKinds = ['rss']\n",
	"layouts/all.html": "{{ .Title }}{{ .Content }}",
}}

// everything is the configuration of the theme with everything on.
const everything = "theme = 'lectern'\n_merge = 'deep'\n"

var theme = site{"lectern", map[string]string{"hugo.toml": everything}}

// without are the theme without one of its features each.
var without = []site{
	configured("no search", "[params]\nsearch = 'none'\n[outputs]\nhome = ['html', 'rss', 'jsonfeed', 'llms']\n"),
	configured("no feeds", "[outputs]\nhome = ['html', 'llms']\nsection = ['html']\nterm = ['html']\n"),
	configured("no llms.txt", "[outputs]\nhome = ['html', 'rss', 'jsonfeed']\n"),
	configured("no Markdown versions", "[outputs]\npage = ['html']\n"),
	configured("no social images", "[params]\nsocialImages = false\n"),
	emptied("no JSON-LD", "_partials/json/ld.html"),
	emptied("no related articles", "_partials/article/related.html"),
	emptied("no neighbours", "_partials/article/neighbours.html"),
	emptied("no contents", "_partials/article/toc.html"),
	emptied("no breadcrumb", "_partials/site/breadcrumb.html"),
	{"Hugo's code markup", map[string]string{"hugo.toml": everything,
		"layouts/_markup/render-codeblock.html": "{{ (transform.HighlightCodeBlock .).Wrapped }}"}},
}

func configured(name, config string) site {
	return site{name, map[string]string{"hugo.toml": everything + config}}
}

func emptied(name, layout string) site {
	return site{name, map[string]string{"hugo.toml": everything, "layouts/" + layout: ""}}
}
