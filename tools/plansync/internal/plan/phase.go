package plan

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

// startPhase opens the phase that h names: "Phase N: Name", with a done mark after it or not, be it
// after a closing sequence. A heading without a phase's number still groups items, under its whole
// text.
func (p *parser) startPhase(phases *[]Phase, h heading) *Phase {
	mark, done := doneMark(p.text, h.text)
	title := p.titleOf(withoutClosing(p.text, Span{h.text.Start, mark.Start}))
	name, numbered := phaseName(title)
	phase := Phase{Name: name, Category: vocabulary.Slugify(name), Done: done, numbered: numbered,
		heading: h, mark: mark, end: h.block.End}
	if vocabulary.CheckSlug(phase.Category) != nil {
		p.problem(h.text, diag.Error, "bad-phase", "name it in words: ### Phase 1: Name",
			"phase %q: no category can be named after it", name)
	}
	*phases = append(*phases, phase)
	return &(*phases)[len(*phases)-1]
}

// phaseName cuts "Phase N:" and emphasis off a heading's text. numbered reports whether there is a
// number.
func phaseName(text string) (name string, numbered bool) {
	text = strings.Trim(text, " \t*_")
	if len(text) > len("phase") && strings.EqualFold(text[:len("phase")], "phase") {
		rest := strings.TrimLeftFunc(text[len("phase"):], unicode.IsSpace)
		number := strings.TrimLeftFunc(rest, func(r rune) bool { return unicode.IsDigit(r) || r == '.' })
		if len(number) < len(rest) {
			number = strings.TrimLeft(number, " \t*_")
			for _, separator := range separators {
				if name, ok := strings.CutPrefix(number, separator); ok {
					return strings.Trim(name, " \t*_"), true
				}
			}
		}
	}
	return text, false
}

// box returns where the sign of a box at the start of an item stands, and what follows the box.
// Some teams have signs of their own for what is under way. A link or a footnote is no box.
func (p *Plan) box(content Span) (sign, rest Span, ok bool) {
	text := p.text[content.Start:content.End]
	if len(text) < len("[ ]") || text[0] != '[' {
		return sign, rest, false
	}
	end := bytes.IndexByte(text[1:min(len(text), maxBox)], ']') + 1
	if end <= 1 || end+1 < len(text) && bytes.IndexByte([]byte("([:"), text[end+1]) >= 0 {
		return sign, rest, false
	}
	inside := bytes.TrimSuffix(text[1:end], []byte(emojiForm))
	if r, n := utf8.DecodeRune(inside); n != len(inside) || r != utf8.RuneError &&
		unicode.IsControl(r) {
		return sign, rest, false
	}
	sign = Span{content.Start + 1, content.Start + end}
	return sign, trim(p.text, Span{sign.End + len("]"), content.End}), true
}

// maxBox is more bytes than a box takes with any sign.
const maxBox = 12

// readItem reads an item of a phase: "[ ] **slug**", or "[ ] **Task 1.1**: Add "Title"".
func (p *parser) readItem(b *markdown.Block, content, own Span) {
	sign, rest, _ := p.box(content)
	text := p.slice(sign)
	item := Item{Done: text == "x" || text == "X", box: sign, content: content, own: own,
		end: b.Lines.End}
	name, after, ok := p.strongAt(rest)
	if !ok {
		name, after = rest, rest.End
	}
	item.Span, item.after = name, after
	title := ""
	if sign.End+1 < content.End && !isSpace(p.text[sign.End+1]) { // GitHub shows no box then
		item.Done = false
		p.problem(content, diag.Warning, "item-without-slug", "put a blank after the box",
			"item %q: no blank after the box", p.slice(content))
	} else if label := p.slice(name); !ok || isTask(label) {
		title = p.taskTitle(&item, Span{after, content.End})
	} else if err := vocabulary.CheckSlug(label); err != nil {
		p.problem(name, diag.Warning, "item-without-slug",
			"name the article's slug in bold, such as "+suggestion(p.plain(name)), "item %q: %v", label, err)
		ok = true
	} else {
		item.Slug = label
	}
	item.Link, item.HasLink = p.publishedLink(Span{item.after, content.End}, item.Slug, item.Done)
	p.phase.Items = append(p.phase.Items, item)
	p.phase.end = b.Lines.End
	if item.Slug == "" && (!ok || isTask(p.slice(name))) {
		t := task{phase: len(p.Phases) - 1, item: len(p.phase.Items) - 1, title: title}
		if p.part == completedPart {
			t.completed, t.phase = true, len(p.completed.phases)-1
		}
		p.tasks = append(p.tasks, t)
	}
}

// isTask reports whether a bold label names a task ("Task 1.1"), not an article.
func isTask(label string) bool {
	name, number, _ := strings.Cut(strings.ToLower(label), " ")
	return name == "task" && number != "" && unicode.IsDigit(rune(number[0]))
}

// maxTitle is more bytes than stand before the end of a task's title.
const maxTitle = 1 << 12

// taskTitle returns the quoted title after a task's label and moves the place for a link after it.
func (p *parser) taskTitle(item *Item, s Span) string {
	s.End = min(s.End, s.Start+maxTitle)
	for at := s.Start; at < s.End; at++ {
		if inside, whole, ok := quotation(p.text, Span{at, s.End}); ok {
			item.Span, item.after = whole, whole.End
			return p.titleOf(inside)
		}
	}
	return ""
}

// resolveTasks gives each task the slug of the query or of the summary line that has its title.
// A task without either, or with a title of two articles, is a finding, not a guess.
func (p *parser) resolveTasks() {
	if len(p.tasks) == 0 {
		return
	}
	if p.tasksAreArticles() {
		p.takeTasks()
		return
	}
	named := make(map[string]bool) // by items of their own
	for _, phase := range p.Phases {
		for _, item := range phase.Items {
			named[item.Slug] = true
		}
	}
	slugs := make(titles)
	if p.summary != nil {
		for _, g := range p.summary.groups {
			for _, e := range g.entries {
				if !named[e.slug] {
					slugs.add(e.title, e.slug)
				}
			}
		}
	}
	maps.Copy(slugs, p.slugsByTitle())
	for _, t := range p.tasks {
		phases := p.Phases
		if t.completed {
			phases = p.completed.phases
		}
		item := &phases[t.phase].Items[t.item]
		if item.Slug = slugs[plainName(t.title)]; t.title != "" && item.Slug != "" {
			item.Link, item.HasLink = p.publishedLink(Span{item.after, item.content.End}, item.Slug,
				item.Done)
			continue
		}
		item.Slug = ""
		if !t.completed {
			p.problem(item.Span, diag.Warning, "item-without-slug",
				"name its slug in bold, or list its title among the queries",
				"item %q: the plan does not say which article it is", p.slice(item.Span))
		}
	}
}

// tasksAreArticles reports whether the tasks are the articles of the plan, and the searches what
// they answer: the searches have no slugs of their own, and no task has the title of one.
func (p *parser) tasksAreArticles() bool {
	titles := make(map[string]bool)
	for _, t := range p.tasks {
		if t.title != "" && !t.completed {
			titles[plainName(t.title)] = true
		}
	}
	return len(titles) > 0 && !slices.ContainsFunc(p.Queries, func(q Query) bool {
		return !q.quoted || titles[plainName(q.Title)]
	})
}

// takeTasks makes the articles of the plan from its tasks. Their slugs are those of the summary, or
// else come from their titles.
func (p *parser) takeTasks() {
	p.Searches, p.Queries = p.Queries, nil
	slugs := make(titles)
	if p.summary != nil {
		for _, g := range p.summary.groups {
			for _, e := range g.entries {
				if e.hasLink {
					slugs.add(e.title, e.slug)
				}
			}
		}
	}
	for _, t := range p.tasks {
		phases := p.Phases
		if t.completed {
			phases = p.completed.phases
		}
		item := &phases[t.phase].Items[t.item]
		slug := slugs[plainName(t.title)]
		if t.title == "" {
			if !t.completed {
				p.problem(item.Span, diag.Advice, "item-without-slug",
					"quote the title of its article, if it is one",
					"item %q: no article", p.slice(item.Span))
			}
			continue
		}
		if slug == "" {
			made, err := vocabulary.TitleSlug(t.title)
			if err != nil {
				p.problem(item.Span, diag.Warning, "no-slug", "name its slug in bold: - [ ] **my-slug**", "%v",
					err)
				continue
			}
			slug = made
		}
		item.Slug = slug
		item.Link, item.HasLink = p.publishedLink(Span{item.after, item.content.End}, slug, item.Done)
		if !t.completed {
			p.Queries = append(p.Queries, Query{Slug: slug, Title: t.title, Text: t.title, Span: item.Span})
		}
	}
}

// publishedLink returns the link in s that says that an article is published: the first one to its
// page, or else, if the article is recorded as done, a link to another page right after its name.
// Others are the author's.
func (p *Plan) publishedLink(s Span, slug string, done bool) (link Link, ok bool) {
	for l := range p.links(s) {
		if p.isOf(l, slug) {
			return l, true
		}
		gap := p.slice(Span{s.Start, l.Whole.Start})
		if done && !ok && p.isOf(l, "") && isSeparator(gap) && isOneLine(gap) {
			link, ok = l, true
		}
	}
	return link, ok
}

// isOf reports whether a link is one to a published page, which is shown as a path or leads into
// the section, and to that of the article. An empty slug is not known yet, and every such page may
// be its. The section's own index is no article.
func (p *Plan) isOf(link Link, slug string) bool {
	url := p.target(link)
	return (strings.HasPrefix(p.slice(link.Text), "/") || p.options.inSection(url)) &&
		(slug == "" || slugOfURL(url) == slug) && pagePath(url) != "/"+p.options.Section
}
