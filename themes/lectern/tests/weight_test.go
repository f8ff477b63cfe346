package tests

import (
	"bytes"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// A budget is the most that one kind of page may take: requests, bytes as they cross
// the wire (brotli, without headers) and elements of the document.
type budget struct {
	requests int
	bytes    int
	nodes    int
}

// budgets are lighter than the lightest well-known theme measured on the same content. The row that
// stays, the map, questions and key numbers took an index of 15 articles a little over 12,000 bytes.
var budgets = map[string]budget{
	"article": {requests: 3, bytes: 16_000, nodes: 3_000}, // of some 2,600 words; see longer
	"section": {requests: 3, bytes: 12_500, nodes: 1_500},
	"":        {requests: 3, bytes: 12_000, nodes: 1_500}, // every other kind
}

// A weight is what showing one page took.
type weight struct {
	Requests int
	HTML     int
	CSS      int
	JS       int
	Other    int
	Raw      int // the HTML as it is on disk
	Nodes    int
}

func (w weight) bytes() int { return w.HTML + w.CSS + w.JS + w.Other }

const weigh = `(() => {
	const [page] = performance.getEntriesByType('navigation')
	const w = {HTML: page.encodedBodySize, Raw: page.decodedBodySize, CSS: 0, JS: 0, Other: 0, Nodes: document.querySelectorAll('*').length}
	for (const r of performance.getEntriesByType('resource')) {
		const ext = new URL(r.name).pathname.split('.').pop()
		w[ext === 'css' ? 'CSS' : ext === 'js' ? 'JS' : 'Other'] += r.encodedBodySize
	}
	return w
})()`

// A page is light, asks nothing of anybody else, and does nothing that the policy or the
// integrity of an asset forbids.
func TestPagesAreLightAndAskNothingOfOthers(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for _, k := range s.ownKinds(t) {
			t.Run(k.name, func(t *testing.T) {
				t.Parallel()
				tb := newTab(t, phone)
				tb.open(s.url + k.path)
				tb.settle()
				w := eval[weight](tb, weigh)
				w.Requests = len(tb.asked())
				t.Logf("%s: %d requests, %d bytes (HTML %d of %d, CSS %d, JS %d, other %d), %d elements",
					k.path, w.Requests, w.bytes(), w.HTML, w.Raw, w.CSS, w.JS, w.Other, w.Nodes)
				limit := budgetOf(k.name)
				limit.requests += eval[int](tb, "document.querySelectorAll('main img').length") // the author's
				if strings.HasPrefix(k.name, "article") || k.name == "single" {
					limit.bytes = longer(limit.bytes, eval[string](tb, "document.body.textContent"))
				}
				if w.Requests > limit.requests {
					t.Errorf("%d requests, the limit is %d: %q", w.Requests, limit.requests, tb.asked())
				}
				if w.bytes() > limit.bytes {
					t.Errorf("%d bytes, the limit is %d", w.bytes(), limit.bytes)
				}
				if w.Nodes > limit.nodes {
					t.Errorf("%d elements, the limit is %d", w.Nodes, limit.nodes)
				}
				for _, address := range foreign(tb.asked(), s.url) {
					t.Errorf("%s asks %s", k.path, address)
				}
				for _, problem := range tb.complaints() {
					if k.name != "404" || !isOwnStatus(problem, s.url+k.path) {
						t.Errorf("%s: %s", k.path, problem)
					}
				}
			})
		}
	})
}

// longer gives the limit for a text: what is long takes more. Its bare text, compressed as the page
// is, may grow by 60 % with its markup, and by style sheet and script, which take some 7,500 bytes where
// a page has charts.
func longer(limit int, text string) int {
	var packed bytes.Buffer
	w := brotli.NewWriterLevel(&packed, brotli.DefaultCompression)
	_, _ = w.Write([]byte(text)) // a buffer takes everything
	_ = w.Close()
	return max(limit, packed.Len()*16/10+7_600)
}

// budgetOf gives the budget of a kind of page.
func budgetOf(kind string) budget {
	for name, b := range budgets {
		if name != "" && strings.HasPrefix(kind, name) {
			return b
		}
	}
	return budgets[""]
}

// isOwnStatus reports whether a problem is only that the page itself has status 404.
func isOwnStatus(problem, address string) bool {
	return strings.Contains(problem, "404") && strings.HasSuffix(problem, address)
}
