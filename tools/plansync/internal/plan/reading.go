package plan

import (
	"cmp"
	"slices"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"
)

// A Reading is how a document is understood: what plansync adopt shows.
type Reading struct {
	Rows         []Row          `json:"rows"`         // in the order of the document
	Refused      []diag.Finding `json:"refused"`      // rows left out, with why and what to try
	Declarations []Declaration  `json:"declarations"` // lines that would help to read more
}

// A Row is one place where a document names an article.
type Row struct {
	Line     int      `json:"line"` // starting at 1
	Slug     string   `json:"slug"`
	Title    string   `json:"title,omitempty"`
	Queries  []string `json:"queries,omitempty"`
	Category string   `json:"category,omitempty"`
	State    string   `json:"state"` // "not-begun", "in-work", "published" or "unstated"
	// Word is the state as the document has it; empty where a box or a heading says it.
	Word string `json:"word,omitempty"`
	Link string `json:"link,omitempty"` // to the published page, as the document has it
	// Written is where sync writes the state: "cell", "box", "mark", "field", "section" or "".
	Written string `json:"written,omitempty"`
}

// A Declaration is a line that an owner can put above a table or a list, and where.
type Declaration struct {
	// Line is that of the table or list, starting at 1, and the text goes on a line of its own above
	// it; or that of the heading above several of them, and the text goes below it.
	Line  int    `json:"line"`
	Below bool   `json:"below,omitempty"`
	Text  string `json:"text"` // <!-- plansync: articles title="Idea" -->

	offset int
}

// slotNames say where a state is written.
var slotNames = [...]string{"", "cell", "field", "box", "mark", "mark"}

// Reading returns how the document is understood, its standard list of queries included.
func (p *Plan) Reading() Reading {
	r := Reading{Rows: []Row{}, Refused: append([]diag.Finding{}, p.refused...),
		Declarations: append([]Declaration{}, p.offered()...)}
	category := make(map[string]string)
	item := make(map[string]Item)
	for _, phase := range p.Phases {
		for _, i := range phase.Items {
			category[i.Slug] = phase.Name
			item[i.Slug] = i
		}
	}
	queries := func(slug string) []string {
		q, ok := p.Query(slug)
		if !ok || q.Text == q.Title {
			return nil
		}
		return append([]string{q.Text}, q.More...)
	}
	for _, q := range p.Queries {
		if q.kept {
			continue
		}
		row := Row{Line: p.Position(q.Span.Start).Line, Slug: q.Slug, Title: q.Title,
			Queries:  queries(q.Slug),
			Category: category[q.Slug], State: vocabulary.Unstated.String()}
		if i, ok := item[q.Slug]; ok {
			row.State, row.Written = vocabulary.NotBegun.String(), "box"
			if i.Done {
				row.State = vocabulary.Published.String()
			}
			if i.HasLink {
				row.Link = p.target(i.Link)
			}
		}
		r.Rows = append(r.Rows, row)
	}
	for _, at := range p.places {
		row := Row{Line: p.Position(at.name.Start).Line, Slug: at.slug, Title: at.title,
			Queries:  queries(at.slug),
			Category: category[at.slug], State: at.state.String(), Word: at.word, Link: at.url,
			Written: slotNames[at.slot.kind]}
		if p.carriers[at.carrier].stage != vocabulary.Unstated {
			row.Written = "section"
		}
		r.Rows = append(r.Rows, row)
	}
	slices.SortStableFunc(r.Rows, func(a, b Row) int { return cmp.Compare(a.Line, b.Line) })
	return r
}

// offered returns the lines that would help, or else those that might.
func (p *Plan) offered() []Declaration {
	if len(p.Declarations) == 0 {
		return p.guesses
	}
	return p.Declarations
}

// Moved returns the reading with other lines.
func (r Reading) Moved(line func(int) int) Reading {
	r.Rows, r.Refused = slices.Clone(r.Rows), slices.Clone(r.Refused)
	r.Declarations = slices.Clone(r.Declarations)
	for i := range r.Rows {
		r.Rows[i].Line = line(r.Rows[i].Line)
	}
	for i := range r.Refused {
		r.Refused[i].Line = line(r.Refused[i].Line)
	}
	for i := range r.Declarations {
		r.Declarations[i].Line = line(r.Declarations[i].Line)
	}
	return r
}

// Adopted reports whether the file holds the owner's word that it is a plan.
func (p *Plan) Adopted() bool { return p.adopted }

// Ignored reports whether the file says that it is no plan.
func (p *Plan) Ignored() bool { return p.ignored }

// MayBePlan reports whether a file that is no plan yet names articles, or may.
func (p *Plan) MayBePlan() bool {
	return !p.isPlan && !p.ignored && len(p.places)+len(p.Declarations)+len(p.refused) > 0
}

// AdoptionPoint returns the offset in Source at which the line goes that adopts the file, and the
// text to insert there: AdoptionLine with the endings that it needs.
func (p *Plan) AdoptionPoint() (offset int, text string) {
	at := p.doc.Front.End
	if at > 0 && at == len(p.text) && !endsLine(p.shared) && p.doc.Front.Start < at {
		return p.sourceOffset(at), p.eol + AdoptionLine + p.eol
	}
	return p.sourceOffset(at), AdoptionLine + p.eol
}

// DeclarationPoint returns the offset in Source at which a declaration goes, and the text to
// insert.
func (p *Plan) DeclarationPoint(d Declaration) (offset int, text string) {
	return p.sourceOffset(d.offset), d.Text + p.eol
}
