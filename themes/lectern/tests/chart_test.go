package tests

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/net/html"
)

// unfit gives the texts of charts that are too small to be read or reach out of their chart.
const unfit = `[...document.querySelectorAll('.chart text')].flatMap(text => {
	const box = text.getBoundingClientRect(), chart = text.closest('.chart').getBoundingClientRect()
	const size = parseFloat(getComputedStyle(text).fontSize) * Math.abs(text.getScreenCTM().a)
	const wrong = []
	if (size < 13) wrong.push(size + ' px')
	if (box.left < chart.left - 1 || box.right > chart.right + 1) wrong.push('out of its chart')
	if (box.width < 1) wrong.push('not drawn')
	return wrong.map(what => text.textContent + ': ' + what)
})`

// A chart can be read on every screen: its text has its size and stays inside, from right to left too.
func TestChartsCanBeRead(t *testing.T) {
	s := theExample(t)
	tb := newTab(t, phone)
	for path, charts := range map[string]int{"/learn/everything/": 4, "/ar/learn/first/": 1} {
		tb.open(s.url + path)
		for _, width := range []int64{320, 390, 768, 1280, 1920} {
			tb.look(look{width: width, height: 844})
			if n := eval[int](tb, `document.querySelectorAll('.chart svg:not(svg svg)').length`); n != charts {
				t.Fatalf("%s shows %d charts, want %d", path, n, charts)
			}
			if wrong := eval[[]string](tb, unfit); len(wrong) > 0 {
				t.Errorf("%s at %d pixels: %q", path, width, wrong)
			}
		}
	}
}

// The colours of a chart are those of the scheme, and those of the system where it forces its own.
func TestChartsFollowTheScheme(t *testing.T) {
	s := theExample(t)
	const fill = `getComputedStyle(document.querySelector('.chart .s1')).fill`
	tb := newTab(t, phone)
	tb.open(s.url + "/learn/everything/")
	light := eval[string](tb, fill)
	tb.look(phone.inDark())
	dark := eval[string](tb, fill)
	tb.force("forced-colors", "active")
	forced := eval[string](tb, fill)
	if light == dark || dark == forced || light == forced {
		t.Errorf("light %s, dark %s, forced %s: want three colours", light, dark, forced)
	}
}

// Who does not see a chart hears what it shows and reads its numbers, in the page and in its Markdown version.
func TestChartsHaveWordsAndNumbers(t *testing.T) {
	s := theExample(t)
	markdown := string(s.read(t, "learn/everything/index.md"))
	charts := 0
	for _, p := range mustPages(t, s) {
		if p.path != "/learn/everything/" {
			continue
		}
		for n := range p.doc.Descendants() {
			if n.Data != "figure" || !strings.HasPrefix(attr(n, "class"), "chart") {
				continue
			}
			charts++
			var alt, table string
			for d := range n.Descendants() {
				switch {
				case attr(d, "role") == "img":
					alt = attr(d, "aria-label")
				case d.Data == "table" && d.Type == html.ElementNode:
					table = textOf(d)
				}
			}
			if alt == "" || !strings.Contains(markdown, alt) {
				t.Errorf("a chart is described as %q, which its Markdown version does not say", alt)
			}
			if !strings.ContainsAny(table, "0123456789") {
				t.Errorf("the table of a chart has no numbers: %q", table)
			}
		}
	}
	if charts != 4 {
		t.Errorf("%d charts, want 4", charts)
	}
	for _, want := range []string{"| hedged | 2.2 | 1.6 |", "| design | p99 (s) | mean (s) |", "- **2.2 s**: p99 with a hedge, 10.0 s without"} {
		if !strings.Contains(markdown, want) {
			t.Errorf("the Markdown version lacks %q", want)
		}
	}
}

// What cannot be drawn ends the build, which says what is wrong, where it stands, and how it is written.
func TestChartsRefuse(t *testing.T) {
	t.Parallel()
	const good = `file="a.csv" x="name" y="a" alt="words"`
	for call, want := range map[string]string{
		`chart x="name" y="a" alt="w"`:                                  `no file is named`,
		`chart file="none.csv" x="name" y="a" alt="w"`:                  `no file "none.csv" in the folder of the page`,
		`chart file="/none.csv" x="name" y="a" alt="w"`:                 `no file "/none.csv" among the assets`,
		`chart file="a.csv" y="a" alt="w"`:                              `x="…" holds the labels`,
		`chart file="a.csv" x="name" y="c" alt="w"`:                     `"a.csv" has no column "c", but name, a, b`,
		`chart file="a.csv" x="name" y="a"`:                             `write alt="…"`,
		`chart kind="pie" ` + good:                                      `kind "pie": want bar, grouped, line or timeline`,
		`chart mark="x" ` + good:                                        `mark "x": no row of "a.csv" has this label`,
		`chart kind="bar" file="a.csv" x="name" y="a,b" alt="w"`:        `kind="grouped" draws several`,
		`chart kind="timeline" file="a.csv" x="name" y="b,a" alt="w"`:   `"a.csv", line 2: it ends (1) before it begins (2)`,
		`chart kind="timeline" file="gap.csv" x="name" y="a" alt="w"`:   `"gap.csv", line 3: a timeline needs a number`,
		`chart file="words.csv" x="name" y="a" alt="w"`:                 `"words.csv", line 3, column "a": want a number, not "12 ms"`,
		`chart file="below.csv" x="name" y="a" alt="w"`:                 `-1 is below 0: kind="line"`,
		`chart file="ragged.csv" x="name" y="a" alt="w"`:                `"ragged.csv" is not CSV: record on line 3: wrong number of fields`,
		`chart file="head.csv" x="name" y="a" alt="w"`:                  `"head.csv" has no rows below the names of its columns`,
		`chart file="long.csv" x="name" y="a" alt="w"`:                  `has more than 40 characters`,
		`chart kind="line" file="empty.csv" x="name" y="a" alt="words"`: `"empty.csv" holds no number in a`,
		`facts file="a.csv"`:                                            `the first line of "a.csv" is "name,a,b": want value,label`,
		`facts file="four.csv"`:                                         `"four.csv" has 4 rows below its first line: want at most 3`,
		`facts file="blank.csv"`:                                        `"blank.csv", line 2: want a value and a label`,
		`facts file="none.csv"`:                                         `no file "none.csv" in the folder of the page`,
	} {
		_, err := buildChart(t, call)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), `index.md:6:1"`) {
			t.Errorf("{{< %s >}}\n%v\nwant %s at index.md:6:1", call, err, want)
		} else if strings.Contains(err.Error(), "failed to render") {
			t.Errorf("{{< %s >}} makes a template fail: %v", call, err)
		}
	}
	for _, call := range []string{
		`chart ` + good, `chart kind="line" file="gap.csv" x="name" y="a" alt="w"`, `chart kind="line" file="below.csv" x="name" y="a" alt="w"`,
		`chart file="gap.csv" x="name" y="a" alt="w"`, `chart file="zero.csv" x="name" y="a" alt="w"`, `chart kind="line" file="zero.csv" x="name" y="a" alt="w"`,
		`chart file="/assets.golden" x="name" y="a" alt="w"`, `facts file="quoted.csv"`,
	} {
		if page, err := buildChart(t, call); err != nil {
			t.Errorf("{{< %s >}}: %v", call, err)
		} else if strings.Contains(page, "NaN") || strings.Contains(page, "Inf") || strings.Contains(page, "%!") || strings.Contains(page, "<b>") {
			t.Errorf("{{< %s >}} comes out as\n%s", call, page)
		}
	}
}

// buildChart gives the page that one shortcode stands in, on the sixth line of its source.
func buildChart(t *testing.T, call string) (string, error) {
	t.Helper()
	files := fstest.MapFS{
		"hugo.toml":                {Data: []byte(twoLines)},
		"assets/assets.golden":     {Data: []byte("name,a\none,1\n")},
		"content/learn/a/index.md": {Data: []byte("---\ntitle: A\n---\nText.\n\n{{< " + call + " >}}\n")},
	}
	for name, text := range map[string]string{
		"a.csv": "name,a,b\none,1,2\ntwo,3,4\n", "words.csv": "name,a\none,1\ntwo,12 ms\n", "below.csv": "name,a\none,-1\ntwo,2\n",
		"ragged.csv": "name,a\none,1\ntwo,1,2\n", "head.csv": "name,a\n", "gap.csv": "name,a\none,1\ntwo,\nthree,2\n", "empty.csv": "name,a\none,\n",
		"long.csv": "name,a\n" + strings.Repeat("long ", 9) + ",1\n", "zero.csv": "name,a\none,0\ntwo,0\n",
		"four.csv": "value,label\n1,a\n2,b\n3,c\n4,d\n", "blank.csv": "value,label\n1,\n", "quoted.csv": "value,label\n\"1,000\",\"<b>bold</b>, and more\"\n",
	} {
		files["content/learn/a/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	source := t.TempDir()
	if err := os.CopyFS(source, files); err != nil {
		t.Fatal(err)
	}
	if _, err := runHugo(source, "--themesDir", themesDir(t), "--noBuildLock"); err != nil {
		return "", err
	}
	page, err := os.ReadFile(source + "/public/learn/a/index.html")
	return string(page), err
}
