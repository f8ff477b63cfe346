// Package page reads the front matter of content pages and changes single lines of it in place.
package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2" // Hugo reads front matter with it, too
	"github.com/spf13/cast"           // and converts its values with this
	"go.yaml.in/yaml/v3"
)

// A Page is a content file. Its spans are offsets into Source.
type Page struct {
	Path   string // relative to the project's root, with slashes
	Source []byte // the file; of a long page of a Site only what stands before the content
	Size   int    // of the file, in bytes
	Front  FrontMatter
	Format Format

	front span  // between the delimiters
	body  int   // where the content starts
	root  fs.FS // where the whole file is; nil if Source has all of it
}

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
}

// Params are the keys below [params].
type Params struct {
	Plan       string
	Query      string
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

// An Error is located in a content file.
type Error struct {
	Path string
	Line int // starting at 1
	Err  error
	Try  string // the hint
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d:1: %v", e.Path, e.Line, e.Err) }

func (e *Error) Unwrap() error { return e.Err }

// Hint says what to try.
func (e *Error) Hint() string { return e.Try }

// Parse reads a content file. The error is an *Error if its front matter cannot be read.
func Parse(path string, source []byte) (*Page, error) {
	p := &Page{Path: path, Source: source, Size: len(source)}
	if err := p.split(); err != nil {
		return nil, err
	}
	front := source[p.front.start:p.front.end]
	var values map[string]any
	var err error
	line := 1 + bytes.Count(source[:p.front.start], []byte("\n"))
	switch p.Format {
	case TOML:
		err = toml.Unmarshal(front, &values)
		if decode, ok := errors.AsType[*toml.DecodeError](err); ok {
			row, _ := decode.Position()
			line += row - 1
			err = errors.New(strings.TrimPrefix(decode.Error(), "toml: "))
		}
	case YAML:
		err = yaml.Unmarshal(front, &values)
	case JSON:
		err = json.Unmarshal(front, &values)
	}
	if err == nil {
		if err = p.Front.set(values); err != nil {
			line = p.Line("date")
		}
	}
	if err != nil {
		return nil, &Error{Path: path, Line: line, Err: fmt.Errorf("front matter: %w", err), Try: "correct the front matter; Hugo cannot read it either"}
	}
	return p, nil
}

// set takes the values as Hugo does, in any type that stands for the one that is needed. The error is about the date, the
// only value that Hugo refuses.
func (f *FrontMatter) set(values map[string]any) (err error) {
	params := cast.ToStringMap(get(values, "params"))
	*f = FrontMatter{
		Title:       cast.ToString(get(values, "title")),
		Description: cast.ToString(get(values, "description")),
		Draft:       cast.ToBool(get(values, "draft")),
		Weight:      cast.ToInt(get(values, "weight")),
		Categories:  list(get(values, "categories")),
		Render:      cast.ToString(get(cast.ToStringMap(get(values, "build")), "render")),
		Params: Params{
			Plan:       cast.ToString(get(params, "plan")),
			Query:      cast.ToString(get(params, "query")),
			Highlights: list(get(params, "highlights")),
		},
	}
	f.Date, err = date(get(values, "date"))
	return err
}

// get returns the value of a name, which may be written in any case; of several spellings that in lower case counts.
func get(values map[string]any, name string) any {
	found := ""
	for key := range values {
		if key > found && strings.EqualFold(key, name) {
			found = key
		}
	}
	return values[found]
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
// is an *Error if the file is gone or has another front matter now.
func (p *Page) Whole() (*Page, error) {
	if p.root == nil {
		return p, nil
	}
	source, err := readFile(p.root, p.Path)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(source, p.Source) {
		return nil, &Error{Path: p.Path, Line: 1, Err: errors.New("changed while it was read"), Try: "run again"}
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

// Line returns the line, starting at 1, of the top-level key in the front matter, or 1 without one.
func (p *Page) Line(key string) int {
	at := 0
	if value, ok := p.value(key); ok {
		at = value.start
	}
	return 1 + bytes.Count(p.Source[:at], []byte("\n"))
}

// Raw returns the text of the line that holds the top-level key, or "".
func (p *Page) Raw(key string) string {
	value, ok := p.value(key)
	if !ok {
		return ""
	}
	start := bytes.LastIndexByte(p.Source[:value.start], '\n') + 1
	line, _, _ := bytes.Cut(p.Source[start:], []byte("\n"))
	return string(line)
}

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
			return &Error{Path: p.Path, Line: 1, Err: fmt.Errorf("front matter: %w", err), Try: "correct the front matter; Hugo cannot read it either"}
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
	return &Error{Path: p.Path, Line: 1, Err: fmt.Errorf("front matter: no closing %s", fence), Try: "close it with a line of " + fence}
}
