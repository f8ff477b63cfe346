package audit

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

// What every published article is held to.
const (
	minDescription, maxDescription = 110, 155 // characters
	maxOpening                     = 60       // words of the first paragraph
	minSiblings                    = 3        // links to other articles
	minSources                     = 2        // links to other sites
	thin                           = 600      // words
	shingle                        = 8        // words that two texts must share in a row to count as alike
	maxAlike                       = 0.1      // of the shingles of the shorter text
	minShared                      = 5        // shingles at least, so that a short text has more than a phrase in common
	copied                         = 20       // words of a paragraph that stands in two articles
	common                         = 20       // articles that share a shingle until it counts as a turn of speech
	maxShingles                    = 1 << 18  // of all articles together; of more, a sample is compared
)

// isArticle reports whether an address without a host is one of an article: of a page that is there, or of one below the
// section.
func (a *audit) isArticle(address string) bool {
	name, ok := strings.CutPrefix(address, a.Section+"/")
	return a.addresses[address] || ok && name != ""
}

// readAddresses notes where the articles of the site are published.
func (a *audit) readAddresses() {
	a.addresses, a.articleAddress = make(map[string]bool), a.Section+"/<slug>"
	for _, slug := range slices.Sorted(maps.Keys(a.Site.Articles)) {
		address := a.Site.Articles[slug].Address()
		if address == "" {
			continue
		}
		if !strings.HasPrefix(address, a.Section+"/") { // the site has addresses of its own: one of them is the example
			a.articleAddress = address
		}
		a.addresses[address] = true
	}
}

// quality checks the published articles of the plans. Of their texts it keeps no more than what tells copies.
func (a *audit) quality(articles []*page.Page) {
	a.readAddresses()
	size := 0
	for _, p := range articles {
		size += p.Size
	}
	every := uint64(max(1, size/maxShingles/6)) // a word and its blank take some six bytes
	var wait sync.WaitGroup
	var mutex sync.Mutex
	var paragraphs, shingles []occurrence
	for worker := range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := worker; i < len(articles); i += runtime.GOMAXPROCS(0) {
				p, one := articles[i], &audit{Input: a.Input, outline: a.outline, addresses: a.addresses, articleAddress: a.articleAddress}
				body, ok := one.body(p)
				text, err := readProse(body, every)
				if e, beyond := errors.AsType[*markdown.Error](err); beyond {
					one.inPage(p, p.BodyLine()+e.Line-1, diag.Warning, "not-readable",
						"no text that was written for people looks like this", "%s", e.Message)
				} else if ok {
					one.stubText(p, body)
					one.frontMatter(p)
					one.text(p, text)
					one.samples(p, text)
					one.wideListings(p, text.listings)
				}
				mutex.Lock()
				a.findings = append(a.findings, one.findings...)
				for _, paragraph := range text.paragraphs {
					paragraphs = append(paragraphs, occurrence{paragraph.sum, int32(i), int32(paragraph.line)})
				}
				for _, sum := range text.shingles {
					shingles = append(shingles, occurrence{sum: sum, article: int32(i)})
				}
				mutex.Unlock()
			}
		})
	}
	wait.Wait()
	a.alike(articles, paragraphs, shingles)
}

func (a *audit) frontMatter(p *page.Page) {
	n := letters(strings.TrimSpace(p.Front.Description))
	switch line := p.Line("description"); {
	case n == 0:
		a.inPage(p, line, diag.Warning, "no-description", fmt.Sprintf("say in %d to %d characters what the reader will be able to do", minDescription, maxDescription), "no description")
	case n < minDescription || n > maxDescription:
		a.inPage(p, line, diag.Warning, "description-length", fmt.Sprintf("%d to %d characters are shown whole by search engines", minDescription, maxDescription), "description of %d characters", n)
	}
	if len(p.Front.Params.Highlights) == 0 {
		a.inPage(p, p.Line("params.highlights"), diag.Warning, "no-highlights", "name three short noun phrases: the plan's summary line shows them", "no highlights")
	}
}

func (a *audit) text(p *page.Page, text *prose) {
	first := p.BodyLine()
	if text.openingWords > maxOpening {
		a.inPage(p, first+text.openingLine, diag.Warning, "long-opening", fmt.Sprintf("answer the question in at most %d words, then explain", maxOpening), "opening paragraph of %d words", text.openingWords)
	}
	level := 1
	for _, h := range text.headings {
		if h.level > level+1 {
			a.inPage(p, first+h.line, diag.Warning, "skipped-heading", "make it a level "+fmt.Sprint(level+1)+" heading", "heading of level %d behind one of level %d", h.level, level)
		} else if h.level == 1 {
			a.inPage(p, first+h.line, diag.Warning, "second-title", "start at level 2", "heading of level 1: the title is the page's")
		}
		level = h.level
	}
	siblings, sources := make(map[string]bool), make(map[string]bool)
	for _, link := range text.links {
		u, err := url.Parse(link)
		if err != nil {
			continue
		}
		if u.Host != "" {
			sources[link] = true
		} else if address := strings.Trim(u.Path, "/"); a.isArticle(address) && address != p.Address() {
			siblings[address] = true
		}
	}
	if len(siblings) < minSiblings {
		hint := fmt.Sprintf("link at least %d other articles where the reader needs them, as /%s/",
			minSiblings, a.articleAddress)
		a.inPage(p, 1, diag.Warning, "few-siblings", hint, "other articles linked: %d", len(siblings))
	}
	if len(sources) < minSources {
		a.inPage(p, 1, diag.Warning, "few-sources", fmt.Sprintf("link at least %d primary sources", minSources), "sources linked: %d", len(sources))
	}
	for _, line := range text.bareImages {
		a.inPage(p, first+line, diag.Warning, "no-alternative", "say what the image says, for those who do not see it", "image without alternative text")
	}
	for _, f := range text.filler {
		a.inPage(p, first+f.line, diag.Advice, "filler", "cut it: the sentence says the same without it", "empty phrase %q", f.text)
	}
	if text.words < thin {
		a.inPage(p, 1, diag.Advice, "thin", "a page that answers its question better than its siblings do needs more, or belongs into one of them", "thin article of %d words", text.words)
	}
}

// samples checks that an article shows code, and that a test beside each file runs it.
func (a *audit) samples(p *page.Page, text *prose) {
	samples := make(map[string]bool)
	for _, l := range text.listings {
		if !l.output {
			samples[l.file] = true
		}
	}
	if len(samples) == 0 {
		a.inPage(p, 1, diag.Warning, "no-sample",
			`show a region of a file of the article's folder: {{< code file="main.go" region="..." >}}`, "no runnable sample")
		return
	}
	for _, file := range slices.Sorted(maps.Keys(samples)) {
		if name, ok := a.listingPath(p, file); ok && !a.isTested(name) {
			a.inPage(p, 1, diag.Warning, "sample-not-run", "let a test in its folder build and run it", "sample %s: no test runs it", file)
		}
	}
}

// isTested reports whether a Go test runs the file: any test of its package for Go, one that names it, beside it or in a
// folder above, for all languages.
func (a *audit) isTested(name string) bool {
	if a.Files == nil {
		return true
	}
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		tests, err := fs.Glob(a.Files, dir+"/*_test.go")
		if err != nil || dir == "." {
			return false
		}
		for _, test := range tests {
			if path.Ext(name) == ".go" && path.Dir(test) == path.Dir(name) {
				return true
			}
			if source, err := fs.ReadFile(a.Files, test); err == nil && strings.Contains(string(source), path.Base(name)) {
				return true
			}
		}
	}
}

// An occurrence is a piece of text, told by its hash, in an article.
type occurrence struct {
	sum     uint64
	article int32 // its index
	line    int32 // of its body, from 0
}

// groups calls visit with the occurrences of each piece of text, in the order of the articles.
func groups(all []occurrence, visit func(same []occurrence)) {
	slices.SortFunc(all, func(x, y occurrence) int {
		return cmp.Or(cmp.Compare(x.sum, y.sum), cmp.Compare(x.article, y.article), cmp.Compare(x.line, y.line))
	})
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].sum == all[0].sum {
			n++
		}
		visit(all[:n])
		all = all[n:]
	}
}

// alike reports articles that share text. Only texts that share a shingle are compared, and of
// many texts only a sample of their shingles.
func (a *audit) alike(articles []*page.Page, paragraphs, shingles []occurrence) {
	groups(paragraphs, func(same []occurrence) {
		first := same[0]
		for _, o := range same[1:] {
			if o.article != first.article {
				p, other := articles[o.article], articles[first.article]
				a.inPage(p, p.BodyLine()+int(o.line), diag.Warning, "copied-paragraph", "say it once and link to it",
					"paragraph also in %s:%d", other.Path, other.BodyLine()+int(first.line))
			}
		}
	})
	type pair struct{ a, b int32 }
	shared := make(map[pair]int)
	distinct := make([]int, len(articles)) // shingles of each
	groups(shingles, func(same []occurrence) {
		same = slices.CompactFunc(same, func(x, y occurrence) bool { return x.article == y.article })
		for i, o := range same {
			distinct[o.article]++
			if i < common {
				for _, other := range same[:i] {
					shared[pair{other.article, o.article}]++
				}
			}
		}
	})
	for _, p := range slices.SortedFunc(maps.Keys(shared), func(x, y pair) int { return cmp.Or(cmp.Compare(x.b, y.b), cmp.Compare(x.a, y.a)) }) {
		if share := float64(shared[p]) / float64(min(distinct[p.a], distinct[p.b])); share > maxAlike && shared[p] >= minShared {
			a.inPage(articles[p.b], 1, diag.Warning, "near-duplicate", "each question has one home: move what they share into one of them and link to it",
				"%.0f%% of the text also in %s", 100*share, articles[p.a].Path)
		}
	}
}

// Bar says in sentences what a published article is held to, but for the rules to ignore.
func Bar(ignore []string) []string {
	var sentences []string
	for _, held := range []struct{ rule, sentence string }{
		{"title-differs", "The title is the plan's."},
		{"query-differs", "The query is the plan's."},
		{"long-opening", fmt.Sprintf("The first paragraph answers the question in at most %d words.", maxOpening)},
		{"no-description", "A description says what the reader will be able to do."},
		{"description-length", fmt.Sprintf("The description has %d to %d characters.", minDescription, maxDescription)},
		{"no-highlights", "Highlights: three short noun phrases."},
		{"few-siblings", fmt.Sprintf("Links to at least %d other articles.", minSiblings)},
		{"few-sources", fmt.Sprintf("Links to at least %d primary sources.", minSources)},
		{"no-sample", "Code comes from files of the article's folder."},
		{"sample-not-run", "A test in the article's folder runs each file that is shown."},
		{"wide-listing", fmt.Sprintf("Listings have at most %d columns, output at most %d.", maxCodeColumns, maxOutputColumns)},
		{"second-title", "Headings start at level 2."},
		{"skipped-heading", "Headings skip no level."},
		{"no-alternative", "Every image has an alternative text."},
		{"copied-paragraph", "No paragraph of another article."},
		{"near-duplicate", fmt.Sprintf("No more than %.0f%% of another article's text.", 100*maxAlike)},
		{"filler", "No empty phrases."},
	} {
		if !slices.Contains(ignore, held.rule) {
			sentences = append(sentences, held.sentence)
		}
	}
	return sentences
}

// Links reports whether a text links to the path.
func Links(body []byte, path string) bool {
	text, err := readProse(body, 1)
	return err == nil && slices.ContainsFunc(text.links, func(link string) bool {
		return plan.SamePage(link, path)
	})
}
