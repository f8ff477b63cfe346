package plan

import (
	"maps"
	"strings"
	"unicode"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
)

// startPhase opens the phase that h names: "Phase N: Name", with a done mark behind it or not, be it behind a closing
// sequence. A heading without a phase's number still groups items, under its whole text.
func (p *parser) startPhase(phases *[]Phase, h heading) *Phase {
	mark, done := doneMark(p.text, h.text)
	name := phaseName(p.slice(withoutClosing(p.text, Span{h.text.Start, mark.Start})))
	phase := Phase{Name: name, Category: Slugify(name), Done: done, heading: h, mark: mark, end: h.block.End}
	if checkSlug(phase.Category) != nil {
		p.problem(h.text, diag.Error, "bad-phase", "name it in words: ### Phase 1: Name", "phase %q: no category can be named after it", name)
	}
	*phases = append(*phases, phase)
	return &(*phases)[len(*phases)-1]
}

// phaseName cuts "Phase N:" and emphasis off a heading's text.
func phaseName(text string) string {
	text = strings.Trim(text, " \t*_")
	if len(text) > len("phase") && strings.EqualFold(text[:len("phase")], "phase") {
		rest := strings.TrimLeftFunc(text[len("phase"):], unicode.IsSpace)
		number := strings.TrimLeftFunc(rest, func(r rune) bool { return unicode.IsDigit(r) || r == '.' })
		if len(number) < len(rest) {
			number = strings.TrimLeft(number, " \t*_")
			for _, separator := range separators {
				if name, ok := strings.CutPrefix(number, separator); ok {
					return strings.Trim(name, " \t*_")
				}
			}
		}
	}
	return text
}

// readItem reads the content of a list item of a phase: "[ ] **slug**", or "[ ] **Task 1.1**: Add "Title"".
func (p *parser) readItem(l line, content Span) {
	text := p.text[content.Start:content.End]
	if !hasBox(text) {
		return
	}
	item := Item{
		Done: text[1] == 'x' || text[1] == 'X', // some teams have signs of their own for what is under way
		box:  Span{content.Start + 1, content.Start + 2},
		line: l,
		end:  l.next,
	}
	rest := trim(p.text, Span{content.Start + 3, content.End})
	name, after, ok := bold(p.text, rest)
	if !ok {
		name, after = rest, rest.End
	}
	item.Span, item.after = name, after
	title := ""
	if label := p.slice(name); !ok || isTask(label) {
		title = p.taskTitle(&item, Span{after, content.End})
	} else if err := checkSlug(label); err != nil {
		p.problem(name, diag.Warning, "item-without-slug", "name the article's slug in bold, such as "+suggestion(p.plain(name)), "item %q: %v", label, err)
	} else {
		item.Slug = label
	}
	item.Link, item.HasLink = p.publishedLink(Span{item.after, content.End}, item.Slug, item.Done)
	p.phase.Items = append(p.phase.Items, item)
	p.item = &p.phase.Items[len(p.phase.Items)-1]
	p.phase.end = l.next
	if item.Slug == "" && (!ok || isTask(p.slice(name))) {
		t := task{phase: len(p.Phases) - 1, item: len(p.phase.Items) - 1, title: title}
		if p.part == completedPart {
			t.completed, t.phase = true, len(p.completed.phases)-1
		}
		p.tasks = append(p.tasks, t)
	}
}

// hasBox reports whether a list item starts with a box, whatever sign is in it, and not with a link or a footnote.
func hasBox(text []byte) bool {
	return len(text) >= 3 && text[0] == '[' && text[2] == ']' && text[1] >= ' ' && text[1] <= '~' &&
		(len(text) == 3 || strings.IndexByte("([:", text[3]) < 0)
}

// isTask reports whether a bold label names a task ("Task 1.1"), not an article.
func isTask(label string) bool {
	name, number, _ := strings.Cut(strings.ToLower(label), " ")
	return name == "task" && number != "" && unicode.IsDigit(rune(number[0]))
}

// taskTitle returns the quoted title behind a task's label and moves the place for a link behind it.
func (p *parser) taskTitle(item *Item, s Span) string {
	for at := s.Start; at < s.End; at++ {
		if inside, whole, ok := quotation(p.text, Span{at, s.End}); ok {
			item.Span, item.after = whole, whole.End
			return words(p.plain(inside))
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
			item.Link, item.HasLink = p.publishedLink(Span{item.after, item.line.End}, item.Slug, item.Done)
			continue
		}
		item.Slug = ""
		if !t.completed {
			p.problem(item.Span, diag.Warning, "item-without-slug", "name its slug in bold, or list its title among the queries",
				"item %q: the plan does not say which article it is", p.slice(item.Span))
		}
	}
}

// publishedLink returns the link in s that says that an article is published: the first one to its page, or else, if the
// article is recorded as done, a link to another page right behind its name. Others are the author's.
func (p *Plan) publishedLink(s Span, slug string, done bool) (link Link, ok bool) {
	for l := range p.links(s) {
		if p.isOf(l, slug) {
			return l, true
		}
		if done && !ok && p.isOf(l, "") && isSeparator(p.slice(Span{s.Start, l.Whole.Start})) {
			link, ok = l, true
		}
	}
	return link, ok
}

// isOf reports whether a link is one to a published page, which is shown as a path or leads into the section, and to
// that of the article. An empty slug is not known yet, and every such page may be its.
func (p *Plan) isOf(link Link, slug string) bool {
	url := p.slice(link.URL)
	return (strings.HasPrefix(p.slice(link.Text), "/") || p.options.inSection(url)) && (slug == "" || slugOfURL(url) == slug)
}
