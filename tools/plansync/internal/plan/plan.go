// Package plan reads a content plan and changes it in place.
//
// A plan is an ordinary Markdown file. Parse keeps its bytes and points into them: every item knows
// the spans of its box, its link and the place where a link goes, so that a change is a list of
// edits and everything else stays as it was, byte for byte. There is no printer.
package plan

import (
	"bytes"
	"errors"
	"sort"
	"strings"
	"unicode/utf8"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/edit"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/mojibake"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

// A Plan is a parsed content plan. All spans are offsets into its text: the source with garbled
// characters undone (see package mojibake).
type Plan struct {
	Name     string // how messages call the file
	Source   []byte // the bytes as they were read
	Title    string
	Queries  []Query
	Searches []Query        // in a plan whose tasks are the articles: what people search for
	Phases   []Phase        // those below "Implementation Phases"
	Findings []diag.Finding // what the plan does not say, says twice or says wrongly

	// Declarations are the lines that would help to read what may name articles.
	Declarations []Declaration
	guesses      []Declaration // where nothing says that it may name any: for whoever asks

	otherEncoding bool // reported once, for it is the whole file's

	adopted       bool   // the owner says that it is a plan, or
	ignored       bool   // that it is none
	ignores       []Span // comments above what names no articles
	declarations  []declaration
	carriers      []carrier
	places        []place
	refused       []diag.Finding
	legend        []vocabulary.LegendEntry
	parts         []partStart // the standard sections, in order
	queriesAt     Span
	titleAt       Span // the first heading of level 1
	standardSlugs map[string]bool

	completed *section // phases recorded as completed; nil without the section
	summary   *section // nil without the section

	options    Options
	isPlan     bool
	bySlug     map[string]int      // indexes into Queries
	named      map[string]int      // how many phases have a name, in its plain form
	recorded   map[recordKey][]int // indexes of the completed phases
	text       []byte
	doc        *markdown.Document
	shared     string      // the text again: what is cut from it takes no memory of its own
	repairs    []edit.Edit // from Source to text; empty for clean plans
	shifts     []int       // how much longer Source is than the text, after each repair
	lineStarts []int       // offsets into Source
	eol        string      // the ending of the document's first line
}

// A Query is a search that the plan answers with one article.
type Query struct {
	Slug     string
	Title    string
	Text     string   // the words that people search for; the title where the plan has none
	More     []string // further ones that the article answers
	Path     string   // of its page below the section, "rules/x", where the plan says it
	Untitled bool     // the plan has no title, and Title is made from the slug
	Done     bool     // a row says that it is published: it has a page, or somebody is wrong
	Span     Span     // the slug, the quoted query or the title

	quoted bool // a search in quotation marks
	kept   bool // named in a table, a list or by a heading
}

// A partStart is the start of a section of the standard form, or of another one.
type partStart struct {
	at   int
	part part
}

// A Phase groups the items of one category.
type Phase struct {
	Name     string // without number and done mark
	Category string // the category's slug
	Items    []Item
	Done     bool // the heading ends in a done mark
	Kept     bool // a category of a table, a list or headings: it has no heading with a mark

	numbered bool // "Phase 3"
	heading  heading
	mark     Span // the done mark with the blanks before it; empty at its place when there is none
	end      int  // behind the last line of the last item
}

// An Item is one article's line in a phase or in the completed section.
type Item struct {
	Slug    string // empty if the plan does not say which article it is
	Done    bool
	Span    Span // what names the article
	HasLink bool
	Link    Link // the first link on the line that claims a published page

	box     Span // the sign between the brackets
	after   int  // where a new link goes
	content Span // its paragraph, which may go on over lines, without the box
	own     Span // the whole lines of the paragraph
	end     int  // after the item's last line, nested lines included
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
	content    Span // its paragraph, which may go on over lines
	own        Span // the whole lines of the paragraph
	end        int  // after its last line, nested lines included
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
func partOf(heading string) part {
	name := plainName(heading)
	if before, _, ok := strings.Cut(heading, "("); ok && plainName(before) != "" {
		name = plainName(before) // "(Slugs & Titles)"
	}
	switch {
	case name == "identified search queries", name == "identified search categories":
		return queriesPart
	case name == "implementation phases", name == "content enhancement tasks":
		return phasesPart
	case name == "completed tasks", strings.HasSuffix(name, " completed tasks") &&
		!strings.HasSuffix(name, "not completed tasks"):
		return completedPart
	case strings.HasSuffix(name, "created articles summary"):
		return summaryPart
	}
	return otherPart
}

// Options are what a plan does not say about itself.
type Options struct {
	Section  string                 // the site's section that the articles are in, such as "learn"
	BaseURL  string                 // of the site; addresses of other hosts are no articles of it
	KeepCase []string               // spellings that derived titles keep; see Title
	Words    *vocabulary.Vocabulary // the site's names of columns and states; nil for the usual ones
}

// inSection reports whether a URL is one of a page in the articles' section.
func (o Options) inSection(url string) bool {
	folder := "/" + o.Section + "/"
	return strings.Contains(url, folder) && strings.Contains(pagePath(url)+"/", folder)
}

// Parse reads a plan. What it cannot make sense of is in Findings; it never fails.
func Parse(name string, source []byte, options Options) *Plan {
	p := &Plan{Name: name, Source: source, text: source, options: options}
	p.lineStarts, p.eol = markdown.LineStarts(source), "\n"
	if len(p.lineStarts) > 1 {
		p.eol = endingBefore(source[:p.lineStarts[1]])
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
	doc, err := markdown.Parse(p.text)
	if err != nil {
		p.unreadable(err)
		return p
	}
	p.doc = doc
	parser := &parser{Plan: p}
	parser.run()
	p.resolveEntries()
	parser.resolveTasks()
	p.checkNames()
	p.standardSlugs = make(map[string]bool, len(p.bySlug))
	for slug := range p.bySlug {
		p.standardSlugs[slug] = true
	}
	p.readKept()
	p.indexQueries()
	p.indexPhases()
	diag.Sort(p.Findings)
	return p
}

// unreadable notes that nothing of the document can be read. Whether it is a plan is not known
// then; it counts as one if it may be, so that nobody takes it for an empty one.
func (p *Plan) unreadable(err error) {
	p.doc = &markdown.Document{Source: p.text}
	text := strings.ToLower(p.shared)
	p.isPlan = strings.Contains(text, "identified search") || strings.Contains(text, "plansync: plan")
	f := diag.Finding{File: p.Name, Severity: diag.Error, Rule: "not-readable",
		Hint: "no text that was written for people looks like this: take it out of the plan"}
	if e, ok := errors.AsType[*markdown.Error](err); ok {
		f.Line, f.Column, f.Message = e.Line, e.Column, e.Message
	}
	p.Findings = append(p.Findings, f)
	p.bySlug = make(map[string]int)
}

// endingBefore returns the ending of a text's last line.
func endingBefore(text []byte) string {
	switch {
	case bytes.HasSuffix(text, []byte("\r\n")):
		return "\r\n"
	case bytes.HasSuffix(text, []byte("\r")):
		return "\r"
	}
	return "\n"
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

// parser fills a Plan from its blocks.
type parser struct {
	*Plan
	tasks []task

	part         part
	level        int // of the heading that opened the part
	phase        *Phase
	group        *group
	unread       []Span // the items of lists without a query
	searchGroups bool   // the section of queries is one of categories: queries are nested in them
	nested       []Span // what looks like a query below an item that is none
}

// A task is an item that names its article by title, not by slug.
type task struct {
	phase, item int
	completed   bool // in the completed section
	title       string
}

func (p *parser) run() {
	blocks := p.doc.Blocks
	for i := 0; i < len(blocks); i = blocks[i].Next {
		switch b := &blocks[i]; b.Kind {
		case markdown.Heading:
			p.open(headingOf(b))
		case markdown.List:
			p.extend(b)
			p.readList(i)
		case markdown.Rule: // parts the section from the next one, unless more of it follows
		default:
			p.extend(b)
			if p.part == queriesPart && b.Kind == markdown.Paragraph {
				p.notMarked(Span(b.Text))
			}
		}
	}
	p.closePhase()
	if len(p.Queries) == 0 {
		p.notQueries(p.unread)
	}
	if at, ok := p.unending(); ok { // what is added must stand before it
		for _, s := range []*section{p.completed, p.summary} {
			if s != nil {
				s.end = min(s.end, at)
			}
		}
	}
}

// unending returns where a block starts that goes on to the end of the document, because nothing
// ends it: what is added after it would be part of it.
func (p *parser) unending() (at int, ok bool) {
	last := -1
	for i := 0; i < len(p.doc.Blocks); i = p.doc.Blocks[i].Next {
		last = i
	}
	if last < 0 {
		return 0, false
	}
	b := &p.doc.Blocks[last]
	if b.Kind != markdown.HTML && !(b.Kind == markdown.Code && b.Fenced) {
		return 0, false
	}
	extended, err := markdown.Parse([]byte(p.slice(Span(b.Lines)) + "\n\nx"))
	return b.Lines.Start, err == nil && len(extended.Blocks) == 1
}

// open starts the section, phase or group that the heading names.
func (p *parser) open(h heading) {
	if h.level == 1 && p.Title == "" {
		p.Title, p.titleAt = p.slice(h.text), h.text
		p.checkEncoding(h.text)
	}
	if p.part == otherPart || h.level <= p.level {
		p.closePhase()
		p.phase, p.group = nil, nil
		p.part, p.level = otherPart, h.level
		if h.level > 1 {
			p.part = partOf(p.slice(h.text))
		}
		p.parts = append(p.parts, partStart{h.block.Start, p.part})
		opened := &section{heading: h, end: h.block.End}
		switch {
		case p.part == queriesPart:
			p.isPlan, p.queriesAt = true, h.text
			p.searchGroups = strings.HasPrefix(plainName(p.slice(h.text)), "identified search categories")
		case p.part == completedPart && p.completed == nil:
			p.completed = opened
		case p.part == summaryPart && p.summary == nil:
			p.summary = opened
			p.startGroup(group{end: h.block.End})
		case p.part == completedPart || p.part == summaryPart:
			p.problem(h.text, diag.Warning, "duplicate-section",
				"keep one of them; only the first is kept in step",
				"section %q appears twice", p.slice(h.text))
			p.part = otherPart
		}
		return
	}
	switch p.part {
	case phasesPart:
		p.closePhase()
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

// partAt returns the section of the standard form that an offset is in, if it is in one.
func (p *Plan) partAt(offset int) part {
	i := sort.Search(len(p.parts), func(i int) bool { return p.parts[i].at > offset })
	if i == 0 {
		return otherPart
	}
	return p.parts[i-1].part
}

// indexQueries notes the queries that tables, lists and headings name, too.
func (p *Plan) indexQueries() {
	for i, q := range p.Queries {
		if _, ok := p.bySlug[q.Slug]; !ok {
			p.bySlug[q.Slug] = i
		}
	}
}

// closePhase drops the last phase if it is none: a heading without items and without a number, as
// of notes between phases, or of a part of the plan that has phases below it.
func (p *parser) closePhase() {
	if p.part != phasesPart || len(p.Phases) == 0 {
		return
	}
	last := p.Phases[len(p.Phases)-1]
	if len(last.Items) == 0 && !last.numbered {
		p.Phases = p.Phases[:len(p.Phases)-1]
	}
}

func (p *parser) startGroup(g group) {
	p.summary.groups = append(p.summary.groups, g)
	p.group = &p.summary.groups[len(p.summary.groups)-1]
}

// extend notes that a block belongs to the section.
func (p *parser) extend(b *markdown.Block) {
	switch p.part {
	case completedPart:
		p.completed.end = b.Lines.End
	case summaryPart:
		p.summary.end = b.Lines.End
	}
}

// readList reads the items of a list that is not nested, by its index.
func (p *parser) readList(index int) {
	blocks := p.doc.Blocks
	var queries queryList
	for i := index + 1; i < blocks[index].Next; i = blocks[i].Next {
		item, content, own := &blocks[i], Span{blocks[i].Marker.End, blocks[i].Marker.End}, Span{}
		if i+1 < item.Next {
			if blocks[i+1].Kind != markdown.Paragraph {
				if p.part == queriesPart {
					queries.last = false
				}
				continue
			}
			content, own = Span(blocks[i+1].Text), Span{item.Lines.Start, blocks[i+1].Lines.End}
		}
		switch p.part {
		case queriesPart:
			p.readQueryItem(i, content, &queries)
		case phasesPart, completedPart:
			if _, _, ok := p.box(content); !ok {
				continue
			}
			if p.part == phasesPart {
				p.checkEncoding(content)
				if p.phase == nil {
					p.problem(content, diag.Warning, "item-without-phase",
						"put a heading before it: ### Phase 1: Name",
						"item in no phase: its box is never checked")
				}
			}
			if p.phase != nil {
				p.readItem(item, content, own)
			}
		case summaryPart:
			p.readEntry(item, content, own)
		}
	}
	p.endList(queries)
}

// checkEncoding reports the first byte that is not UTF-8 in what is used of the plan. What is not
// used may be anything.
func (p *Plan) checkEncoding(s Span) {
	if utf8.Valid(p.text[s.Start:s.End]) {
		return
	}
	for at := s.Start; at < s.End && !p.otherEncoding; {
		r, size := utf8.DecodeRune(p.text[at:s.End])
		if r == utf8.RuneError && size == 1 {
			p.otherEncoding = true
			p.problem(Span{at, s.End}, diag.Error, "not-utf8",
				"save the file as UTF-8, as with iconv -f WINDOWS-1252 -t UTF-8",
				"not UTF-8: the byte 0x%02X", p.text[at])
		}
		at += size
	}
}
