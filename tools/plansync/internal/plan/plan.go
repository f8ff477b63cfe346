// Package plan reads a content plan and changes it in place.
//
// A plan is an ordinary Markdown file. Parse keeps its bytes and points into them: every item knows
// the spans of its box, its link and the place where a link goes, so that a change is a list of
// edits and everything else stays as it was, byte for byte. There is no printer.
package plan

import (
	"bytes"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/edit"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/mojibake"
)

// A Plan is a parsed content plan. All spans are offsets into its text: the source with garbled
// characters undone (see package mojibake).
type Plan struct {
	Name     string // how messages call the file
	Source   []byte // the bytes as they were read
	Title    string
	Queries  []Query
	Phases   []Phase        // those below "Implementation Phases"
	Findings []diag.Finding // what the plan does not say, says twice or says wrongly

	completed *section // phases recorded as completed; nil without the section
	summary   *section // nil without the section

	options     Options
	isPlan      bool
	bySlug      map[string]int      // indexes into Queries
	named       map[string]int      // how many phases have a name, in its plain form
	recorded    map[recordKey][]int // indexes of the completed phases
	text        []byte
	definitions map[string]Span // the URLs of references, by their labels
	shared      string          // the text again: what is cut from it takes no memory of its own
	repairs     []edit.Edit     // from Source to text; empty for clean plans
	shifts      []int           // how much longer Source is than the text, behind each repair
	lineStarts  []int           // offsets into Source
	eol         string          // the ending of the document's first line
}

// A Query is a search that the plan answers with one article.
type Query struct {
	Slug  string
	Title string
	Text  string // the words that people search for
	Span  Span   // the slug, or the quoted query
}

// A Phase groups the items of one category.
type Phase struct {
	Name     string // without number and done mark
	Category string // the category's slug
	Items    []Item
	Done     bool // the heading ends in a done mark

	heading heading
	mark    Span // the done mark with the blanks before it; empty at its place when there is none
	end     int  // behind the last line of the last item
}

// An Item is one article's line in a phase or in the completed section.
type Item struct {
	Slug    string // empty if the plan does not say which article it is
	Done    bool
	Span    Span // what names the article
	HasLink bool
	Link    Link // the first link on the line that claims a published page

	box   Span // the byte between the brackets
	after int  // where a new link goes
	line  line
	end   int // behind the item's last line, nested lines included
}

// An entry is one article's line in the summary section.
type entry struct {
	slug       string
	title      string
	span       Span // the title
	hasLink    bool
	link       Link
	after      int  // where a new link goes
	highlights Span // what follows the link, without separator; may be empty
	line       line
	end        int // behind its last line, nested lines included
}

// A section is a part of the plan that records what is published.
type section struct {
	heading heading
	end     int     // behind its last line that is not blank
	phases  []Phase // of the completed section
	groups  []group // of the summary section
}

// A group is a "### <Phase name> Articles" part of the summary section. The first one, without a
// heading, holds entries before any heading.
type group struct {
	name    string
	heading heading
	entries []entry
	end     int // behind its last entry, or its heading
}

type part int

const (
	otherPart part = iota
	queriesPart
	phasesPart
	completedPart
	summaryPart
)

// partOf recognises a section by the words of its heading.
func partOf(name string) part {
	switch {
	case strings.HasPrefix(name, "identified search queries"):
		return queriesPart
	case strings.HasPrefix(name, "implementation phases"):
		return phasesPart
	case strings.HasSuffix(name, "completed tasks"):
		return completedPart
	case strings.HasSuffix(name, "created articles summary"):
		return summaryPart
	}
	return otherPart
}

// Options are what a plan does not say about itself.
type Options struct {
	Section  string   // the site's section that the articles are in, such as "learn"
	KeepCase []string // spellings that derived titles keep; see Title
}

// inSection reports whether a URL is one of a page in the articles' section.
func (o Options) inSection(url string) bool { return strings.Contains(path(url), "/"+o.Section+"/") }

// Parse reads a plan. What it cannot make sense of is in Findings; it never fails.
func Parse(name string, source []byte, options Options) *Plan {
	p := &Plan{Name: name, Source: source, text: source, eol: "\n", options: options}
	p.lineStarts = make([]int, 1, 1+bytes.Count(source, []byte("\n")))
	for i, c := range source {
		if c == '\n' {
			p.lineStarts = append(p.lineStarts, i+1)
		}
	}
	if p.repairs = mojibake.Find(source); len(p.repairs) > 0 {
		p.text, _ = edit.Apply(source, p.repairs) // Find's edits are ordered and apart
		shift := 0
		for _, e := range p.repairs {
			shift += e.End - e.Start - len(e.New)
			p.shifts = append(p.shifts, shift)
		}
	}
	p.shared = string(p.text)
	if i := slices.Index(source, '\n'); i > 0 && source[i-1] == '\r' {
		p.eol = "\r\n"
	}
	p.readDefinitions()
	parser := &parser{Plan: p, reader: newLineReader(p.text)}
	parser.run()
	p.resolveEntries()
	parser.resolveTasks()
	p.checkNames()
	p.indexPhases()
	diag.Sort(p.Findings)
	return p
}

// IsPlan reports whether the document has a section of search queries. Other Markdown files beside
// plans are left alone.
func (p *Plan) IsPlan() bool { return p.isPlan }

// Errors returns the findings that forbid to write anything.
func (p *Plan) Errors() []diag.Finding { return diag.AtLeast(diag.Error, p.Findings) }

// Garbled reports how many characters of the source are garbled.
func (p *Plan) Garbled() int { return len(p.repairs) }

// Query returns the query with the slug.
func (p *Plan) Query(slug string) (Query, bool) {
	i, ok := p.bySlug[slug]
	if !ok {
		return Query{}, false
	}
	return p.Queries[i], true
}

// sourceOffset translates an offset into the text to one into Source.
func (p *Plan) sourceOffset(offset int) int {
	i := sort.Search(len(p.repairs), func(i int) bool {
		return p.repairs[i].Start-p.shiftBefore(i) >= offset
	})
	return offset + p.shiftBefore(i)
}

func (p *Plan) shiftBefore(repair int) int {
	if repair == 0 {
		return 0
	}
	return p.shifts[repair-1]
}

// parser fills a Plan from its lines.
type parser struct {
	*Plan
	reader *lineReader
	tasks  []task

	part   part
	level  int // of the heading that opened the part
	phase  *Phase
	group  *group
	item   *Item // the item that nested lines belong to
	list   queryList
	unread []Span // the items of lists without a query
	lazy   bool   // a paragraph in the next line goes on with the list item in this one (CommonMark 0.31.2, section 5.2)

	otherEncoding bool // reported once, for it is the whole file's
}

// A task is an item that names its article by title, not by slug.
type task struct {
	phase, item int
	completed   bool // in the completed section
	title       string
}

func (p *parser) run() {
	var paragraph []line // the paragraph so far, for setext headings
	for {
		l, ok := p.reader.Next()
		if !ok {
			break
		}
		l.nested = l.nested || p.lazy && l.structure && isParagraph(p.text, l)
		p.lazy = l.structure && len(p.reader.content(l)) > 0 && (l.nested || listMarker(p.reader.content(l)) > 0)
		if !l.structure {
			paragraph = nil
			p.extend(l)
			continue
		}
		if h, ok := atxHeading(p.text, l); ok {
			p.open(h)
			paragraph = nil
			continue
		}
		if level := setextUnderline(p.text, l); level > 0 && len(paragraph) > 0 {
			first, last := paragraph[0], paragraph[len(paragraph)-1]
			p.open(heading{level, trim(p.text, Span{first.Start, last.End}), Span{first.Start, l.next}})
			paragraph = nil
			continue
		}
		if isParagraph(p.text, l) && !l.nested {
			paragraph = append(paragraph, l)
		} else {
			paragraph = nil
		}
		p.read(l)
	}
	p.endList()
	if len(p.Queries) == 0 {
		p.notQueries(p.unread)
	}
	if at, ok := p.reader.unending(); ok { // what is added must stand before it
		for _, s := range []*section{p.completed, p.summary} {
			if s != nil {
				s.end = min(s.end, at)
			}
		}
	}
}

// open starts the section, phase or group that the heading names.
func (p *parser) open(h heading) {
	p.item = nil
	p.endList()
	for _, s := range []*section{p.completed, p.summary} {
		if s != nil && s.end > h.block.Start { // the text of a setext heading was taken for a paragraph
			s.end = p.blankLinesBefore(h.block.Start)
		}
	}
	if h.level == 1 && p.Title == "" {
		p.Title = p.slice(h.text)
		p.checkEncoding(h.text)
	}
	if p.part == otherPart || h.level <= p.level {
		p.phase, p.group = nil, nil
		p.part, p.level = otherPart, h.level
		if h.level > 1 {
			p.part = partOf(plainName(p.slice(h.text)))
		}
		opened := &section{heading: h, end: h.block.End}
		switch {
		case p.part == queriesPart:
			p.isPlan = true
		case p.part == completedPart && p.completed == nil:
			p.completed = opened
		case p.part == summaryPart && p.summary == nil:
			p.summary = opened
			p.startGroup(group{end: h.block.End})
		case p.part == completedPart || p.part == summaryPart:
			p.problem(h.text, diag.Warning, "duplicate-section", "keep one of them; only the first is kept in step",
				"section %q appears twice", p.slice(h.text))
			p.part = otherPart
		}
		return
	}
	switch p.part {
	case phasesPart:
		p.checkEncoding(h.text)
		p.phase = p.startPhase(&p.Phases, h)
	case completedPart:
		p.completed.end = h.block.End
		p.phase = p.startPhase(&p.completed.phases, h)
	case summaryPart:
		p.summary.end = h.block.End
		p.startGroup(group{name: plainName(p.slice(h.text)), heading: h, end: h.block.End})
	}
}

func (p *parser) startGroup(g group) {
	p.summary.groups = append(p.summary.groups, g)
	p.group = &p.summary.groups[len(p.summary.groups)-1]
}

// extend notes that l belongs to the section and to the item that it is nested in.
func (p *parser) extend(l line) {
	content := p.reader.content(l)
	if len(content) == 0 {
		return
	}
	switch {
	case isThematicBreak(content): // parts the section from the next one, unless more of it follows
	case p.part == completedPart:
		p.completed.end = l.next
	case p.part == summaryPart:
		p.summary.end = l.next
	}
	if p.group != nil && len(p.group.entries) > 0 && l.nested {
		p.group.end = l.next
		p.group.entries[len(p.group.entries)-1].end = l.next
	}
	if p.item != nil && l.nested {
		p.item.end, p.phase.end = l.next, l.next
	} else {
		p.item = nil
	}
}

// read takes a line that is no heading.
func (p *parser) read(l line) {
	p.extend(l)
	if p.part == queriesPart {
		p.readQueryLine(l)
		return
	}
	content, ok := listItem(p.text, l)
	if !ok {
		return
	}
	switch p.part {
	case phasesPart, completedPart:
		if p.part == phasesPart && hasBox(p.text[content.Start:content.End]) {
			p.checkEncoding(content)
			if p.phase == nil {
				p.problem(content, diag.Warning, "item-without-phase", "put a heading before it: ### Phase 1: Name", "item in no phase: its box is never checked")
			}
		}
		if p.phase != nil {
			p.readItem(l, content)
		}
	case summaryPart:
		p.readEntry(l, content)
	}
}

// checkEncoding reports the first byte that is not UTF-8 in what is used of the plan. What is not used may be anything.
func (p *parser) checkEncoding(s Span) {
	if utf8.Valid(p.text[s.Start:s.End]) {
		return
	}
	for at := s.Start; at < s.End && !p.otherEncoding; {
		r, size := utf8.DecodeRune(p.text[at:s.End])
		if r == utf8.RuneError && size == 1 {
			p.otherEncoding = true
			p.problem(Span{at, s.End}, diag.Error, "not-utf8", "save the file as UTF-8, as with iconv -f WINDOWS-1252 -t UTF-8", "not UTF-8: the byte 0x%02X", p.text[at])
		}
		at += size
	}
}

// listItem returns the content of a list item that is not nested.
func listItem(text []byte, l line) (content Span, ok bool) {
	start := skipBlanks(text, l.Span)
	n := listMarker(text[start:l.End])
	return trim(text, Span{start + n, l.End}), n > 0 && !l.nested && l.indent <= 3
}

// bold returns the strong emphasis at the start of s: its inside and the offset behind it.
func bold(text []byte, s Span) (inside Span, after int, ok bool) {
	for _, mark := range [][]byte{[]byte("**"), []byte("__")} {
		if rest, found := bytes.CutPrefix(text[s.Start:s.End], mark); found {
			if n := bytes.Index(rest, mark); n > 0 {
				start := s.Start + len(mark)
				return trim(text, Span{start, start + n}), start + n + len(mark), true
			}
		}
	}
	return Span{}, 0, false
}
