package tests

import (
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chromedp/chromedp/kb"

	"aiperformanceoptimization.com/plansync/tools/siteserver/serve"
)

// asked are what readers look for in the repository's own site, and the article that answers it.
var asked = []struct{ query, article string }{
	{"failover strategies", "ai-model-failover-strategies"},
	{"hedged requests", "ai-model-failover-strategies"},
	{"handle downtime", "how-to-handle-ai-model-downtime"},
	{"queue or refuse", "how-to-handle-ai-model-downtime"},
	{"reliability best practices", "ai-model-reliability-best-practices"},
	{"retry budget", "ai-model-reliability-best-practices"},
	{"automatic fallback", "automatic-fallback-for-ai-models"},
	{"circuit breaker", "automatic-fallback-for-ai-models"},
	{"breaker", "automatic-fallback-for-ai-models"},
	{"error handling", "ai-model-error-handling-techniques"},
	{"429", "ai-model-error-handling-techniques"},
	{"improve uptime", "improving-ai-model-uptime"},
	{"load balancer", "load-balancing-for-ai-models"},
	{"prefix affinity", "load-balancing-for-ai-models"},
	{"shared causes", "redundancy-in-ai-model-deployments"},
	{"redundant deployment", "redundancy-in-ai-model-deployments"},
	{"health monitoring", "monitoring-ai-model-health"},
	{"canary", "monitoring-ai-model-health"},
	{"opentelemetry", "monitoring-ai-model-health"},
	{"performance troubleshooting", "ai-model-performance-troubleshooting"},
	{"trubleshooting", "ai-model-performance-troubleshooting"},
	{"what to do when models fail", "what-to-do-when-ai-models-fail"},
	{"multi provider failover", "multi-provider-ai-failover"},
	{"embeddings", "multi-provider-ai-failover"},
	{"implementing a fallback", "ai-api-fallback-implementation"},
	{"sla management", "ai-model-sla-management"},
	{"burn rates", "ai-model-sla-management"},
	{"claim sla credits", "ai-model-sla-management"},
	{"disastr recovry", "ai-model-disaster-recovery"},
	{"rto", "ai-model-disaster-recovery"},
}

// The first result is the article that answers, and results that are found in the text lead to a heading.
func TestTheFirstResultIsTheRightOne(t *testing.T) {
	s := theSite(t)
	tb := newTab(t, desktop)
	tb.open(s.url + "/search/")
	tb.click("input[type=search]")
	toHeadings := 0
	for _, a := range asked {
		tb.enter(a.query)
		found := tb.results()
		if len(found) == 0 || found[0] != "/learn/"+a.article+"/" {
			t.Errorf("%q finds %q, want %s first", a.query, found, a.article)
		}
		if eval[bool](tb, `Boolean(document.querySelector('.search-results a').hash)`) {
			toHeadings++
		}
	}
	if toHeadings < len(asked)/3 {
		t.Errorf("%d of %d first results lead to a heading, want a third", toHeadings, len(asked))
	}
}

// Words of the text are found in the articles in which Pagefind finds them, which reads all of the built pages.
func TestWordsOfTheTextAreFound(t *testing.T) {
	s := theSite(t)
	node, err := nodeBinary()
	if err != nil {
		missing(t, "%v", err)
	}
	t.Setenv("HUGO_PARAMS_SEARCH", "pagefind")
	other, err := buildMain(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "node_modules/pagefind/lib/runner/bin.cjs", "--site", other.dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("pagefind: %v\n%s", err, out)
	}
	other.rules.Headers = allowWasm(t)
	server := httptest.NewServer(serve.New(os.DirFS(other.dir), other.rules))
	defer server.Close()
	theirs := newTab(t, desktop)
	theirs.open(server.URL + "/")
	ours := newTab(t, desktop)
	ours.open(s.url + "/search/")
	ours.click("input[type=search]")
	for _, word := range []string{"failover", "streaming", "Bedrock", "Azure", "jitter"} {
		want := eval[[]string](theirs, fmt.Sprintf(`import('/pagefind/pagefind.js').then(p => p.search(%q))
			.then(found => Promise.all(found.results.map(r => r.data()))).then(pages => pages.map(p => p.url))`, word))
		ours.enter(word)
		got := ours.results()
		t.Logf("%s: %d articles, Pagefind %d", word, len(got), len(want))
		for _, address := range want {
			if !slices.Contains(got, address) {
				t.Errorf("%s: %s is not found, but by Pagefind", word, address)
			}
		}
		if len(want) > 0 && len(got) == 0 {
			t.Errorf("%s is not found", word)
		}
	}
}

// What is searched for is found in whatever form and script it is written.
func TestFormsOfWords(t *testing.T) {
	t.Parallel()
	s := buildForeign(t, "https://foreign.example/", fstest.MapFS{
		"hugo.toml": {Data: []byte(twoLines + "[languages.en]\nlocale = 'en'\n[languages.de]\nlocale = 'de'\ncontentDir = 'content.de'\n[languages.ja]\nlocale = 'ja'\ncontentDir = 'content.ja'\n")},
		"content/learn/one.md": {Data: []byte("---\ntitle: One\n---\nText.\n\n## Caching\n\nEntries are cached; it retries twice, says `max_tokens`.\n\n" +
			"## Second\n\nA café.\n\n```go\nretryBudget := newJitter()\n```\n")},
		"content/learn/two.md":     {Data: []byte("---\ntitle: Two\n---\nText.\n\n## Other\n\nThe classes of providers, the status of each.\n")},
		"content.de/learn/eins.md": {Data: []byte("---\ntitle: Eins\n---\nText.\n\n## Zweitens\n\nDie Ausfälle eines Anbieters.\n")},
		"content.ja/learn/ichi.md": {Data: []byte("---\ntitle: 一\n---\n本文。\n\n## 二番\n\n障害時の切り替え手順を説明します。\n")},
	})
	tb := newTab(t, desktop)
	for _, test := range []struct{ page, query, want string }{
		{"/search/", "caches", "/learn/one/#caching"},
		{"/search/", "retry", "/learn/one/#caching"},
		{"/search/", "retrying", "/learn/one/#caching"},
		{"/search/", "cafe", "/learn/one/#second"},
		{"/search/", "jitter", "/learn/one/#second"},
		{"/search/", "budgets", "/learn/one/#second"},
		{"/search/", "tokens", "/learn/one/#caching"},
		{"/search/", "class of provider", "/learn/two/#other"},
		{"/search/", "status", "/learn/two/#other"},
		{"/de/search/", "Ausfall Anbieter", "/de/learn/eins/#zweitens"},
		{"/ja/search/", "切り替え", "/ja/learn/ichi/#%E4%BA%8C%E7%95%AA"},
		{"/ja/search/", "障", "/ja/learn/ichi/#%E4%BA%8C%E7%95%AA"},
	} {
		tb.open(s.url + test.page + "?q=" + strings.ReplaceAll(test.query, " ", "+"))
		tb.waitFor("an answer", `document.querySelector('.search-status').textContent`)
		got := eval[[]string](tb, `[...document.querySelectorAll('.search-results a')].map(a => a.pathname + a.hash)`)
		if len(got) == 0 || got[0] != test.want {
			t.Errorf("%q finds %q, want %s first", test.query, got, test.want)
		}
		if problems := tb.complaints(); len(problems) > 0 {
			t.Error(problems)
		}
		if exists := eval[bool](tb, fmt.Sprintf(`fetch(%q).then(r => r.text()).then(t => t.includes('id="' + decodeURIComponent(%q.split('#')[1]) + '"'))`, test.want, test.want)); !exists {
			t.Errorf("%s leads to no heading", test.want)
		}
	}
}

// While nothing is found the dialog leads on, and what is typed on a result goes on in the field.
func TestSearchLeadsOn(t *testing.T) {
	s := theSite(t)
	tb := newTab(t, phone)
	tb.open(s.url + "/")
	tb.click("[data-search]")
	tb.waitFor("the topics", `document.querySelector('dialog[open] .search-topics a')?.checkVisibility()`)
	tb.enter("xyzzyx")
	tb.waitFor("the topics, where nothing is found", `document.querySelector('.search-topics a').checkVisibility() && !document.querySelector('.search-results a')`)
	tb.reportAxe("search without a result", allRules)
	tb.press(kb.ArrowDown)
	tb.waitFor("a topic has the focus", `document.activeElement.matches('.search-topics a')`)
	tb.press(kb.ArrowUp)
	tb.enter("fail")
	tb.waitFor("results instead of topics", `document.querySelector('.search-results a') && !document.querySelector('.search-topics a').checkVisibility()`)
	tb.press(kb.ArrowDown)
	tb.waitFor("a result has the focus", `document.activeElement.matches('.search-results a')`)
	tb.press("o")
	tb.waitFor("the field goes on", `document.activeElement.matches('input') && document.activeElement.value === 'failo'`)
	tb.press(kb.ArrowDown)
	tb.press(kb.Backspace)
	tb.waitFor("the field takes back", `document.activeElement.matches('input') && document.activeElement.value === 'fail'`)
	if wide := eval[[]string](tb, tooWide); len(wide) > 0 {
		t.Error(wide)
	}
}

// With 300 articles or more the index holds titles and headings only.
func TestALargeSiteLeavesTheWordsToPagefind(t *testing.T) {
	t.Parallel()
	for n, words := range map[int]bool{299: true, 300: false} {
		articles := map[string]string{}
		for i := range n {
			articles[fmt.Sprintf("article-%d", i)] = "Text.\n\n## Heading\n\nSomewhere is a zyzzyva.\n"
		}
		index := string(said(t, "params.socialImages = false\n", articles).read(t, "search-index.json"))
		if strings.Contains(index, "zyzzyva") != words || !strings.Contains(index, "Heading") {
			t.Errorf("%d articles: the index has the words: %v, want %v; %d bytes", n, !words, words, len(index))
		}
	}
}
