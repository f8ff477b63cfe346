// Package page reads the front matter of content pages and changes single lines of it in place.
package page

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2" // Hugo reads front matter with it, too
	"github.com/pelletier/go-toml/v2/unstable"
	"github.com/spf13/cast" // and converts its values with this
	"go.yaml.in/yaml/v3"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
)

// A Page is a content file. Its spans are offsets into Source.
type Page struct {
	Path   string // relative to the project's root, with slashes
	Source []byte // the file; of a long page of a Site only what stands before the content
	Size   int    // of the file, in bytes
	Front  FrontMatter
	Format Format

	// Of a page of a Site, what Hugo says.
	URL       string // where it is published, or would be; empty if it is never rendered
	Published bool   // a production build publishes it
	Section   string // the first folder below the content

	front     span     // between the delimiters
	body      int      // where the content starts
	root      fs.FS    // where the whole file is; nil if Source has all of it
	taxonomy  string   // the key of the categories
	names     []string // what it is called; the first is how its address ends, if it has one
	inSection bool     // of the plans
	foreign   bool     // its file is none that is read here
	found     *places
}

// Address returns where the page of a Site is published on its host, without slashes around; "" if that is not known.
func (p *Page) Address() string {
	u, err := url.Parse(p.URL)
	if err != nil {
		return ""
	}
	return strings.Trim(u.Path, "/")
}

// Foreign reports whether the file of the page is none that is read here: an adapter, org-mode, a module's file.
func (p *Page) Foreign() bool { return p.foreign }

// InSection reports whether the page of a Site is in the section of the plans.
func (p *Page) InSection() bool { return p.inSection }

// Names returns by what the page of a Site is called: how its address ends, its slug, its file.
func (p *Page) Names() []string { return p.names }

// Owned reports whether plansync made the page, and may change the keys that a plan owns: of an article that has its query,
// of a category that has its mark.
func (p *Page) Owned() bool { return p.Front.Params.Query != "" || p.Front.Params.Plansync }

// Taxonomy returns the key under which the page names its categories.
func (p *Page) Taxonomy() string { return p.taxonomy }

type span struct{ start, end int }

// FrontMatter is the part of a page's front matter that plansync reads.
type FrontMatter struct {
	Title       string
	Description string
	Draft       bool
	Weight      int
	Date        time.Time
	Categories  []string
	Render      string // of the build options
	Params      Params

	cascades bool // it sets the categories of the pages below
}

// Params are the keys below [params].
type Params struct {
	Plan       string
	Query      string
	Plansync   bool // plansync made this page of a category
	Highlights []string
}

// A Format is a notation of front matter (https://gohugo.io/content-management/front-matter/).
type Format int

const (
	None Format = iota
	TOML
	YAML
	JSON
)

// bad is what is wrong with a content file, from a line on.
func bad(path string, line int, err error, hint string) diag.Finding {
	return diag.Finding{
		File: path, Line: line, Column: 1, Severity: diag.Error, Rule: "bad-page", Hint: hint,
	}.Of(err)
}

// Parse reads a content file. The error is a diag.Finding if its front matter cannot be read.
func Parse(path string, source []byte) (*Page, error) { return ParseIn(path, source, "categories") }

// ParseIn reads a content file of a site whose categories are terms of the given taxonomy; it may be empty.
func ParseIn(path string, source []byte, taxonomy string) (*Page, error) {
	p := &Page{Path: path, Source: source, Size: len(source), taxonomy: taxonomy, found: new(places)}
	if err := p.split(); err != nil {
		return nil, err
	}
	values, err := p.values()
	if err != nil {
		return nil, err
	}
	if err := p.Front.set(values, taxonomy); err != nil {
		return nil, p.unreadable(p.Line("date"), err)
	}
	return p, nil
}

// unreadable is why the front matter cannot be read, from a line on.
func (p *Page) unreadable(line int, err error) error {
	return bad(p.Path, line, fmt.Errorf("front matter: %w", err),
		"correct the front matter; Hugo cannot read it either")
}

// maxKeys bounds the keys of a front matter in TOML or YAML: the time that the libraries take grows with their square.
const maxKeys = 5000

// values reads the front matter. The error is a diag.Finding.
func (p *Page) values() (values map[string]any, err error) {
	front := p.Source[p.front.start:p.front.end]
	line := p.lineAt(p.front.start)
	switch p.Format {
	case TOML:
		if len(front) > maxKeys && countTOML(front) > maxKeys {
			return nil, p.tooManyKeys(line)
		}
		err = toml.Unmarshal(front, &values)
		if decode, ok := errors.AsType[*toml.DecodeError](err); ok {
			row, _ := decode.Position()
			line += row - 1
			err = errors.New(strings.TrimPrefix(decode.Error(), "toml: "))
		}
	case YAML:
		var document yaml.Node
		if err = yaml.Unmarshal(front, &document); err == nil {
			if countYAML(&document) > maxKeys {
				return nil, p.tooManyKeys(line)
			}
			err = document.Decode(&values)
		}
		if err != nil {
			line, err = yamlError(err, line)
		}
	case JSON:
		err = json.Unmarshal(front, &values)
	}
	if err != nil {
		return nil, p.unreadable(line, err)
	}
	return values, nil
}

func (p *Page) tooManyKeys(line int) error {
	return bad(p.Path, line, fmt.Errorf("front matter: more than %d keys", maxKeys),
		"move data out of the front matter, into a data file of Hugo or a resource of the page")
}

// countTOML counts the keys of a document, those of inline tables included.
func countTOML(text []byte) (n int) {
	var parser unstable.Parser
	parser.Reset(text)
	for parser.NextExpression() {
		e := parser.Expression()
		n += countParts(e)
		if e.Kind == unstable.KeyValue {
			n += countPairs(e.Value())
		}
	}
	return n
}

// countParts counts the parts of a key, which may be dotted.
func countParts(e *unstable.Node) (n int) {
	for parts := e.Key(); parts.Next(); {
		n++
	}
	return n
}

func countPairs(value *unstable.Node) (n int) {
	for children := value.Children(); children.Next(); {
		child := children.Node()
		if child.Kind == unstable.KeyValue {
			n += countParts(child)
			child = child.Value()
		}
		n += countPairs(child)
	}
	return n
}

// countYAML counts the keys of a document.
func countYAML(node *yaml.Node) (n int) {
	if node.Kind == yaml.MappingNode {
		n = len(node.Content) / 2
	}
	for _, child := range node.Content {
		n += countYAML(child)
	}
	return n
}

var (
	yamlPrefix = regexp.MustCompile(`^(yaml: )?(unmarshal errors:\s*)?`)
	yamlLine   = regexp.MustCompile(`(^|\bat )line \d+`)
)

// yamlError returns the line of an error in a YAML document that starts in the given line, and the error in one line, with
// the lines of the file.
func yamlError(err error, start int) (line int, plain error) {
	text, _, _ := strings.Cut(yamlPrefix.ReplaceAllString(err.Error(), ""), "\n")
	text = yamlLine.ReplaceAllStringFunc(text, func(found string) string {
		before, number, _ := strings.Cut(found, "line ")
		n, _ := strconv.Atoi(number) // which it is, by the expression
		line = cmp.Or(line, start+n-1)
		return fmt.Sprintf("%sline %d", before, start+n-1)
	})
	text = strings.TrimPrefix(text, fmt.Sprintf("line %d: ", line))
	return cmp.Or(line, start), errors.New(text)
}

// set takes the values as Hugo does, in any type that stands for the one that is needed. The error is about the date, the
// only value that Hugo refuses.
func (f *FrontMatter) set(values map[string]any, taxonomy string) (err error) {
	params := cast.ToStringMap(get(values, "params"))
	*f = FrontMatter{
		Title:       cast.ToString(get(values, "title")),
		Description: cast.ToString(get(values, "description")),
		Draft:       cast.ToBool(get(values, "draft")),
		Weight:      cast.ToInt(get(values, "weight")),
		Categories:  list(get(values, taxonomy)),
		Render:      cast.ToString(get(cast.ToStringMap(get(values, "build")), "render")),
		cascades:    mentions(get(values, "cascade"), taxonomy),
		Params: Params{
			Plan:       cast.ToString(get(params, "plan")),
			Query:      cast.ToString(get(params, "query")),
			Plansync:   cast.ToBool(get(params, "plansync")),
			Highlights: list(get(params, "highlights")),
		},
	}
	f.Date, err = date(get(values, "date"))
	return err
}

// mentions reports whether a value has the key somewhere.
func mentions(value any, key string) bool {
	switch value := value.(type) {
	case map[string]any:
		for name, below := range value {
			if strings.EqualFold(name, key) || mentions(below, key) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(value, func(below any) bool { return mentions(below, key) })
	}
	return false
}

// get returns the value of a name, which may be written in any case; of several spellings that in lower case counts.
func get(values map[string]any, name string) any { return values[spelling(values, name)] }

// spelling returns how the name is written that get returns the value of.
func spelling(values map[string]any, name string) string {
	found := ""
	for key := range values {
		if key > found && strings.EqualFold(key, name) {
			found = key
		}
	}
	return found
}

func date(value any) (time.Time, error) {
	switch value := value.(type) {
	case toml.LocalDate:
		return value.AsTime(time.UTC), nil
	case toml.LocalDateTime:
		return value.AsTime(time.UTC), nil
	}
	if value == nil || value == "" {
		return time.Time{}, nil
	}
	day, err := cast.ToTimeE(value)
	if err != nil {
		err = fmt.Errorf("date: %w", err)
	}
	return day, err
}

// list takes a text for a list of one.
func list(value any) []string {
	if text, ok := value.(string); ok {
		return []string{text}
	}
	return cast.ToStringSlice(value)
}

// IsEmpty reports whether the page has no content behind the front matter.
func (p *Page) IsEmpty() bool { return p.body == p.Size }

// BodyLine returns the line, starting at 1, on which the content begins.
func (p *Page) BodyLine() int { return 1 + bytes.Count(p.Source[:p.body], []byte("\n")) }

// Whole returns the page with all of its file in Source. A long page of a Site is read from there, each time; the error
// is a diag.Finding if the file is gone or has another front matter now.
func (p *Page) Whole() (*Page, error) {
	if p.root == nil {
		return p, nil
	}
	source, err := readFile(p.root, p.Path)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(source, p.Source) {
		return nil, bad(p.Path, 1, errors.New("changed while it was read"), "run again")
	}
	whole := *p
	whole.Source, whole.root = source, nil
	return &whole, nil
}

// Body returns the content behind the front matter of the whole page.
func (p *Page) Body() ([]byte, error) {
	whole, err := p.Whole()
	if err != nil {
		return nil, err
	}
	return whole.Source[p.body:], nil
}

// Line returns the line, starting at 1, of the key in the front matter, or 1 without one. The key is a top-level one, or
// one of "params.".
func (p *Page) Line(key string) int {
	f, ok := p.field(key)
	if !ok {
		return 1
	}
	return p.lineAt(f.key)
}

// Raw returns the text of the line that holds the key, or "".
func (p *Page) Raw(key string) string {
	f, ok := p.field(key)
	if !ok {
		return ""
	}
	line, _, _ := bytes.Cut(p.Source[p.lineStart(f.key):], []byte("\n"))
	return string(line)
}

func (p *Page) field(key string) (field, bool) {
	top, params := p.tables()
	if strings.HasPrefix(key, paramsPrefix) {
		return params.find(baseKey(key))
	}
	return top.find(key)
}

// lineAt returns the line, starting at 1, of an offset.
func (p *Page) lineAt(at int) int { return 1 + bytes.Count(p.Source[:at], []byte("\n")) }

// split finds the front matter.
func (p *Page) split() error {
	start := 0
	if bytes.HasPrefix(p.Source, []byte("\ufeff")) {
		start = len("\ufeff")
	}
	rest := bytes.TrimLeft(p.Source[start:], " \t\r\n") // as Hugo does
	start = len(p.Source) - len(rest)
	first, _, _ := bytes.Cut(rest, []byte("\n"))
	fence := string(bytes.TrimRight(first, " \t\r"))
	switch {
	case fence == "+++":
		p.Format = TOML
	case fence == "---":
		p.Format = YAML
	case strings.HasPrefix(fence, "{"):
		p.Format = JSON
		decoder := json.NewDecoder(bytes.NewReader(rest))
		var object map[string]any
		if err := decoder.Decode(&object); err != nil {
			at := start + int(decoder.InputOffset())
			if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
				at = start + int(syntax.Offset)
			}
			return p.unreadable(p.lineAt(min(at, len(p.Source))), err)
		}
		p.front = span{start, start + int(decoder.InputOffset())}
		p.body = p.front.end
		return nil
	default:
		p.body = start
		return nil
	}
	p.front.start = start + len(first) + 1
	for at := p.front.start; at < len(p.Source); {
		line, _, found := bytes.Cut(p.Source[at:], []byte("\n"))
		next := at + len(line)
		if found {
			next++
		}
		if string(bytes.TrimRight(line, " \t\r")) == fence {
			p.front.end, p.body = at, next
			return nil
		}
		at = next
	}
	return bad(p.Path, 1, fmt.Errorf("front matter: no closing %s", fence), "close it with a line of "+fence)
}
