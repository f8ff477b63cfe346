package stub

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
)

// A Shape is how the section's own articles look.
type Shape struct {
	Flat      bool        // a file, not a folder with an index
	Weighted  bool        // the section is ordered by weight
	Format    page.Format // of the front matter
	Archetype *Archetype  // nil without one
}

// ShapeOf returns the shape that most pages of the section have. A section without pages gets what suits a plan: folders,
// TOML, and the plan's order.
func ShapeOf(site *page.Site) Shape {
	flat, weighted, all := 0, 0, 0
	formats := make(map[page.Format]int)
	shape := Shape{Format: page.TOML}
	for _, p := range site.Pages {
		if !p.InSection() || p.Foreign() {
			continue
		}
		all++
		if base := path.Base(p.Path); !strings.HasPrefix(base, "index.") {
			flat++
		}
		if p.Front.Weight != 0 {
			weighted++
		}
		if p.Format != page.None {
			if formats[p.Format]++; formats[p.Format] > formats[shape.Format] {
				shape.Format = p.Format
			}
		}
	}
	shape.Flat, shape.Weighted = 2*flat > all, 2*weighted >= all
	return shape
}

// A value is a key of front matter. Front matter is written in order.
type value struct {
	key   string
	value any
}

type values []value

// A literal is a value that stands as it is in TOML and YAML; JSON has no comments.
type literal string

// write returns a page with the front matter, the table params in it, and a text.
func (v values) write(format page.Format, params values, text string) []byte {
	var b bytes.Buffer
	switch format {
	case page.JSON:
		b.WriteString("{\n")
		v.json(&b, "  ")
		b.WriteString(",\n  \"params\": {\n")
		params.json(&b, "    ")
		b.WriteString("\n  }\n}\n")
	case page.YAML:
		b.WriteString("---\n")
		v.lines(&b, "", ": ")
		b.WriteString("params:\n")
		params.lines(&b, "  ", ": ")
		b.WriteString("---\n")
	default:
		b.WriteString("+++\n")
		v.lines(&b, "", " = ")
		b.WriteString("[params]\n")
		params.lines(&b, "", " = ")
		b.WriteString("+++\n")
	}
	b.WriteString(text)
	return b.Bytes()
}

func (v values) lines(b *bytes.Buffer, indent, assign string) {
	for _, one := range v {
		text, ok := one.value.(literal)
		if !ok {
			text = literal(page.Literal(one.value))
		}
		fmt.Fprintf(b, "%s%s%s%s\n", indent, one.key, assign, text)
	}
}

func (v values) json(b *bytes.Buffer, indent string) {
	for i, one := range v {
		if text, ok := one.value.(literal); ok {
			one.value, _, _ = strings.Cut(string(text), " ")
		}
		text, _ := json.Marshal(one.value) // texts, lists of them, numbers and truth values always encode
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(b, "%s%q: %s", indent, one.key, text)
	}
}

// Placeholder is the name of the article for which Hugo runs an archetype; its slug and its title take its place.
const Placeholder = "zz-plansync-stub"

var placeholder = regexp.MustCompile(`(?i)zz([-_ ])plansync[-_ ]stub`)

// An Archetype is what Hugo makes of the site's archetype for [Placeholder].
type Archetype struct {
	page      []byte
	beside    map[string][]byte // the other files of a folder, by their paths in it
	templates map[string]string // the page with marks for what articles differ in, by kind
}

// Marks stand for the values of one article.
const (
	titleMark  = "zzPlansyncTitle"
	termMark   = "zzPlansyncTerm"
	planMark   = "zzPlansyncPlan"
	queryMark  = "zzPlansyncQuery"
	weightMark = 987654321
)

// NewArchetype takes the files that Hugo made for the placeholder, by their paths. It returns nil if they say no more than
// Hugo's own archetype, which is that of a site without one.
func NewArchetype(files map[string][]byte) *Archetype {
	a := &Archetype{beside: make(map[string][]byte), templates: make(map[string]string)}
	for name, data := range files {
		_, below, _ := strings.Cut(name, Placeholder)
		switch path.Ext(name) {
		case ".md", ".markdown", ".html":
			if base := path.Base(below); strings.HasPrefix(base, "index.") || !strings.Contains(below, "/") {
				a.page = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")) // the lines of all stubs end alike
				continue
			}
		}
		a.beside[strings.TrimPrefix(below, "/")] = data
	}
	if a.page == nil || len(a.beside) == 0 && isHugos(a.page) {
		return nil
	}
	return a
}

// text returns the text of an archetype that has no front matter; ok is false if it has.
func (t *Archetype) text() (text string, ok bool) {
	p, err := page.Parse("archetype", t.page)
	return string(t.page), err == nil && p.Format == page.None
}

// isHugos reports whether a page has only what Hugo's own archetype makes.
func isHugos(source []byte) bool {
	p, err := page.Parse("", source)
	if err != nil {
		return false
	}
	for _, key := range p.Keys() {
		if !strings.EqualFold(key, "title") && !strings.EqualFold(key, "date") && !strings.EqualFold(key, "draft") {
			return false
		}
	}
	body, err := p.Body()
	return err == nil && len(bytes.TrimSpace(body)) == 0
}

// files returns the files of a new article at name.
func (t *Archetype) files(o *Options, a Article, name, term string) ([]File, error) {
	text, err := t.template(o, term != "")
	if err != nil {
		return nil, err
	}
	text = strings.NewReplacer(
		page.Literal(titleMark), page.Literal(a.Query.Title),
		page.Literal([]string{termMark}), page.Literal([]string{term}),
		page.Literal(planMark), page.Literal(PlanName(a.Plan)),
		page.Literal(queryMark), page.Literal(a.Query.Text),
		fmt.Sprint(weightMark), fmt.Sprint(a.Weight),
	).Replace(text)
	files := []File{{Path: name, New: []byte(fill(text, a))}}
	for below, data := range t.beside {
		files = append(files, File{Path: path.Join(path.Dir(name), below), New: data})
	}
	return files, nil
}

// fill puts the slug and the title of an article where the placeholder's stand.
func fill(text string, a Article) string {
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		switch found[2] {
		case ' ':
			return a.Query.Title
		case '_':
			return strings.ReplaceAll(a.Query.Slug, "-", "_")
		}
		return a.Query.Slug
	})
}

// template returns the page with marks in it.
func (t *Archetype) template(o *Options, inTerm bool) (string, error) {
	kind := fmt.Sprint(inTerm)
	if text, ok := t.templates[kind]; ok {
		return text, nil
	}
	p, err := page.ParseIn("archetype", t.page, o.Taxonomy)
	if err != nil {
		return "", err
	}
	// Keys that the archetype does not have go to the top, the last one first.
	var settings values
	if o.Shape.Weighted {
		settings = append(settings, value{"weight", weightMark})
	}
	if inTerm {
		settings = append(settings, value{o.Taxonomy, []string{termMark}})
	}
	settings = append(settings, value{"draft", true}, value{"title", titleMark}, value{"params.query", queryMark}, value{"params.plan", planMark})
	for _, s := range settings {
		if p, err = p.With(s.key, s.value); err != nil {
			return "", err
		}
	}
	if body, err := p.Body(); err == nil && len(bytes.TrimSpace(body)) == 0 {
		text := string(p.Source)
		if !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		t.templates[kind] = text + Outline
		return t.templates[kind], nil
	}
	t.templates[kind] = string(p.Source)
	return t.templates[kind], nil
}

// actions are those of a template, but for shortcodes, which are text.
var actions = regexp.MustCompile(`(?s)\{\{-?\s*[^<%\s].*?\}\}`)

// OutlineOf returns the text of an archetype, with its actions; [Outline] if it has none.
func OutlineOf(archetype []byte) string {
	archetype = bytes.ReplaceAll(bytes.TrimPrefix(archetype, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	// Hugo runs an archetype as a template, so that its front matter need not read yet.
	body := archetype
	for _, fence := range []string{"+++", "---"} {
		if rest, ok := bytes.CutPrefix(archetype, []byte(fence+"\n")); ok {
			if _, after, ok := bytes.Cut(append(rest, '\n'), []byte("\n"+fence+"\n")); ok {
				body = after
			}
		}
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return Outline
	}
	return strings.TrimSuffix(string(body), "\n") + "\n"
}

// IsUntouched reports whether a text is what a stub with the outline has: nobody has written on it yet.
func IsUntouched(body, outline string) bool {
	body, outline = strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n")), strings.TrimSpace(outline)
	if !actions.MatchString(outline) {
		return body == outline
	}
	parts := actions.Split(outline, -1)
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	pattern, err := regexp.Compile(`(?s)\A` + strings.Join(parts, `.*?`) + `\z`)
	return err == nil && pattern.MatchString(body)
}
