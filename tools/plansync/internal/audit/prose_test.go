package audit

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// An article is read as its reader sees it: what Hugo makes no text, link or heading of is none, and
// what it does is one, however it is written.
func TestProse(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"words", "One, two *three* `four five` [six](/a/) don't.\n", "7 words, links [/a/]"},
		{"a word in marks", "un**believ**able [H](/a/)~~2~~O &amp; more\n", "3 words, links [/a/]"},
		{"an image has no words and is no link",
			"![a chart of it](https://a.example/x.png) one\n", "1 words"},
		{"an image in a link", "[![a chart](x.png)](https://a.example/)\n",
			"0 words, links [https://a.example/]"},
		{"no alternative", "a\n![ ](x.png) ![][x]\n\n[x]: y.png\n",
			"1 words, bare images [1 1]"},
		{"an image in code", "`![](x)`\n\n    ![](x)\n", "1 words"},
		{"links that nobody sees", "`[a](/b)` \\[a](/c) <!-- [a](/d) -->\n\n    [a](/e)\n\n" +
			"<!--\n[a](/f)\n-->\n\n[unused]: https://a.example/\n", "2 words"},
		{"links in other forms", "[a][r] [r] <https://b.example/> https://c.example/x. [d](\n/d/ \"T\") " +
			"[e](</e f/>) [g](/g(h)) www.i.example\n\n[r]: https://a.example/\n",
			"8 words, links [https://a.example/ https://a.example/ https://b.example/ " +
				"https://c.example/x /d/ /e f/ /g(h) http://www.i.example]"},
		{"links of footnotes", "Text[^1].\n\n[^1]: See [one](https://a.example/1).\n",
			"4 words, links [https://a.example/1]"},
		{"a table without bars around it", "a | b\n--|--\nc [d](/e/) | f\n\ntext\n", "1 words, links [/e/]"},
		{"headings", "Two\nlines\n---\n\n# One #\n\n> ### Three\n\n- #### Four\n  text\n",
			"1 words, headings [2@0 1@4 3@6 4@8]"},
		{"a heading's link", "## [a](/b/)\n", "0 words, links [/b/], headings [2@0]"},
		{"no headings", "    # a\n\n#b\n\n```\n# c\n    ```\n# d\n```\n\n<div>\n# e\n</div>\n\n***\n---\n", "1 words"},
		{"a fence in a fence", "````\n```\nno\n````\nyes\n\n~~~\n```\n~~~\nyes\n", "2 words"},
		{"HTML", "<div>\nin a block\n</div>\n\none <b>two</b>\n", "2 words"},
		{"a definition", "[a]: /b\n---\n\none\n", "1 words"},
		{"a list", "- [ ] one\n- [x] two\n  three\n1. four\n", "4 words"},
		{"an alert", "> [!NOTE] A title\n> one two\n\n> three\n", "3 words"},
		{"no alert", "> [!a](x) b\n\n[!NOTE] a\n", "4 words, links [x]"},
		{"a call in a text", "one {{< x \"two\" >}} three{{% y %}}four\n", "3 words"},
		{"a call over lines",
			"{{< figure\n  src=\"a.svg\"\n>}}\n\none\n\n# H\n", "1 words, headings [1@6], bare images [0]"},
		{"a call with an end inside",
			"{{< figure alt=\"a >}} b\" >}} {{< figure alt=`c\nd` >}} {{< figure src=x alt=y/>}}\n", "0 words"},
		{"calls in a line", "a {{< code file=\"a.go\" region=\"r\" >}} {{< output file=`b.txt` >}}\n",
			"1 words, listings [a.go#r b.txt#]"},
		{"a call in a comment", "<!-- {{< code file=\"a.go\" >}} -->\n\n<!--\n{{< figure >}}\n-->\none\n\ntwo\n",
			"2 words"},
		{"a call that is shown", "{{</* code file=\"a.go\" */>}} `{{%/* figure */%}}`\n", "3 words"},
		{"highlighted code", "{{< highlight go >}}\n# a [b](/c/)\n\nd\n{{< /highlight >}}\n\none\n", "1 words"},
		{"a call without an end", "{{< code file=\"a.go\"\n\n{{< code file=\"b.go\" >}}\n",
			"2 words, listings [b.go#]"},
		{"no front matter any more", "---\na: b\n---\n", "0 words, headings [2@1]"},
		{"carriage returns", "one\r\ntwo\r\n\r\n## H\r\n", "2 words, headings [2@3]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := readProse([]byte(test.text), 1)
			if err != nil {
				t.Fatal(err)
			}
			got := []string{fmt.Sprintf("%d words", p.words)}
			note := func(what string, values []string) {
				if len(values) > 0 {
					got = append(got, fmt.Sprintf("%s %v", what, values))
				}
			}
			note("links", p.links)
			var headings, images, listings []string
			for _, h := range p.headings {
				headings = append(headings, fmt.Sprintf("%d@%d", h.level, h.line))
			}
			for _, line := range p.bareImages {
				images = append(images, fmt.Sprint(line))
			}
			for _, l := range p.listings {
				listings = append(listings, l.file+"#"+l.region)
			}
			note("headings", headings)
			note("bare images", images)
			note("listings", listings)
			if got := strings.Join(got, ", "); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// What a reader sees alike is alike, whatever marks it and wherever it links.
func TestTheSameTextInOtherMarks(t *testing.T) {
	var plain, marked strings.Builder
	for i := range 30 {
		fmt.Fprintf(&plain, "word%d ", i)
		fmt.Fprintf(&marked, "[**word%d**](/a/%d)\n", i, i)
	}
	a, errA := readProse([]byte(plain.String()), 1)
	b, errB := readProse([]byte("one\n\n> "+marked.String()), 1)
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if len(a.paragraphs) != 1 || len(b.paragraphs) != 1 || a.paragraphs[0].sum != b.paragraphs[0].sum ||
		!slices.Equal(a.shingles, b.shingles) {
		t.Errorf("%v and %v", a.paragraphs, b.paragraphs)
	}
	if line := b.paragraphs[0].line; line != 2 {
		t.Errorf("the paragraph is at line %d, want 2", line)
	}
}

// A filler is found over the end of a line, and where it ends.
func TestFillerOverLines(t *testing.T) {
	p, err := readProse([]byte("Text.\n\nNow it is\nworth *noting* that\n"), 1)
	if err != nil {
		t.Fatal(err)
	}
	if want := []phrase{{"it is worth noting", 3}}; !slices.Equal(p.filler, want) {
		t.Errorf("got %v, want %v", p.filler, want)
	}
}

// An article beyond what can be read in linear time is named, and the others are checked.
func TestAnArticleThatIsTooMuch(t *testing.T) {
	text := front + strings.Repeat("> ", 300) + "a\n"
	if got := check(t, nil, text); got != "9 warning not-readable" {
		t.Errorf("got %s", got)
	}
}

// What is held of an article grows with its size, whatever is in it: half a megabyte of addresses in
// one line once took more than eight gigabytes.
func TestProseTakesLittleMemory(t *testing.T) {
	for name, text := range map[string]string{
		"one line":      strings.Repeat("](", 1<<18) + ")",
		"many of them":  strings.Repeat(strings.Repeat("](", 1<<10)+")\n\n", 1<<8),
		"open brackets": strings.Repeat(strings.Repeat("[", 1<<11)+"\n\n", 1<<8),
		"calls":         strings.Repeat("{{< code file=\"", 1<<15),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = readProse([]byte(text), 1) // a text beyond the limits is one, too
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > uint64(500*len(text)) {
			t.Errorf("%s: %d bytes of text took %d", name, len(text), took)
		}
	}
}
