package page

import (
	"bytes"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2/unstable"
	"go.yaml.in/yaml/v3"
)

// A field is one key of the front matter that plansync may change, where the parser of its format found it.
type field struct {
	name  string
	key   int  // offset of the key
	value span // the value; where that is empty, where one would go
	fixed string
	// fixed says why the value cannot be changed in place; empty if it can.
}

// A table is the top of the front matter, or what stands below "params".
type table struct {
	fields []field
	exists bool
	closed string // why no key can be added; empty if one can
	insert int    // where a new key goes
	before string // what stands before a new key: its indentation, or "params."
	after  string // what stands after a new value: the end of its line, or a comma
}

// find returns the field of the name, which may be written in any case; of several spellings that in lower case, as get
// takes it.
func (t *table) find(name string) (found field, ok bool) {
	for _, f := range t.fields {
		if strings.EqualFold(f.name, name) && (!ok || f.name > found.name) {
			found, ok = f, true
		}
	}
	return found, ok
}

// places are where the keys of a page's front matter stand. They are looked for once, and only if somebody asks.
type places struct {
	once        sync.Once
	top, params table
}

// tables returns the two tables whose keys plansync changes.
func (p *Page) tables() (top, params table) {
	if p.found == nil { // a page that could not be read
		return top, params
	}
	p.found.once.Do(func() { p.found.top, p.found.params = p.findTables() })
	return p.found.top, p.found.params
}

func (p *Page) findTables() (top, params table) {
	eol := "\n"
	if p.front.start > 1 && p.Source[p.front.start-2] == '\r' {
		eol = "\r\n"
	}
	top = table{exists: true, insert: p.front.start, after: eol}
	params = table{insert: p.front.end, after: eol}
	switch p.Format {
	case TOML:
		p.tomlTables(&top, &params)
	case YAML:
		p.yamlTables(&top, &params)
	}
	return top, params
}

func (p *Page) tomlTables(top, params *table) {
	var parser unstable.Parser
	parser.Reset(p.Source[p.front.start:p.front.end])
	current := top // nil in a table that is neither
	for parser.NextExpression() {
		e := parser.Expression()
		var names []string
		var last unstable.Range // of the last part of the key
		for key := e.Key(); key.Next(); {
			names = append(names, string(key.Node().Data))
			last = key.Node().Raw
		}
		isParams := strings.EqualFold(names[0], paramsKey)
		switch {
		case e.Kind != unstable.KeyValue:
			current = nil
			if e.Kind == unstable.Table && isParams && len(names) == 1 {
				current = params
				params.exists, params.insert = true, p.nextLine(p.front.start+int(last.Offset))
			}
		case current == nil:
		case current == top && isParams && len(names) == 1:
			params.exists, params.closed = true, "params is not a table"
			if value := e.Value(); value.Kind == unstable.InlineTable {
				p.inlineTable(params, value)
			}
		case current == top && isParams && len(names) == 2:
			f := p.tomlField(e, names[1], last)
			if !params.exists {
				params.exists, params.insert = true, p.lineStart(f.key)
				params.before = string(p.Source[params.insert : p.front.start+int(last.Offset)])
			}
			params.fields = append(params.fields, f)
		case len(names) == 1:
			f := p.tomlField(e, names[0], last)
			if len(current.fields) == 0 && current == params {
				params.before = string(p.Source[p.lineStart(f.key):f.key])
			}
			current.fields = append(current.fields, f)
		}
	}
}

// inlineTable takes the keys of "params = {...}".
func (p *Page) inlineTable(params *table, value *unstable.Node) {
	params.closed, params.after = "", ""
	params.insert = p.front.start + int(value.Raw.Offset) + 1
	for pairs := value.Children(); pairs.Next(); {
		pair := pairs.Node()
		if pair.Kind != unstable.KeyValue {
			continue
		}
		params.after = ", "
		key := pair.Key()
		key.Next()
		if name := key.Node(); name.Next() == nil {
			params.fields = append(params.fields, p.tomlField(pair, string(name.Data), name.Raw))
		}
	}
}

// tomlField returns the field of an expression whose key ends with the given part.
func (p *Page) tomlField(e *unstable.Node, name string, last unstable.Range) field {
	start := p.front.start + int(e.Raw.Offset)
	end := start + int(e.Raw.Length)
	at := p.front.start + int(last.Offset+last.Length)
	at += bytes.IndexByte(p.Source[at:end], '=') + 1
	at += len(p.Source[at:end]) - len(bytes.TrimLeft(p.Source[at:end], " \t"))
	f := field{name: name, key: start, value: span{at, end}}
	if bytes.IndexByte(p.Source[at:end], '\n') >= 0 {
		f.fixed = "the value takes more than one line"
	}
	return f
}

func (p *Page) yamlTables(top, params *table) {
	var document yaml.Node
	if yaml.Unmarshal(p.Source[p.front.start:p.front.end], &document) != nil || len(document.Content) == 0 {
		return
	}
	root := document.Content[0]
	starts := lineStarts(p.Source[p.front.start:p.front.end])
	p.mapping(top, root, starts)
	top.insert = min(top.insert, p.front.start)
	if root.Style&yaml.FlowStyle != 0 {
		top.insert = p.offset(root, starts) + 1
		params.closed = "the front matter is one flow mapping"
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if !strings.EqualFold(key.Value, paramsKey) {
			continue
		}
		params.exists, params.closed = true, ""
		switch {
		case value.Kind == yaml.MappingNode && value.Anchor == "":
			p.mapping(params, value, starts)
		case value.Kind == yaml.ScalarNode && value.Value == "" && value.Tag == "!!null" && value.Anchor == "" && top.after != ", ":
			params.insert, params.before = p.nextLine(p.offset(key, starts)), top.before+"  "
		default:
			params.closed = "params is not a table with a line for each key"
		}
	}
}

// mapping takes the keys of a YAML mapping.
func (p *Page) mapping(t *table, m *yaml.Node, starts []int) {
	flow := m.Style&yaml.FlowStyle != 0
	if flow {
		t.insert, t.after = p.offset(m, starts)+1, ""
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, value := m.Content[i], m.Content[i+1]
		at := p.offset(key, starts)
		if i == 0 {
			if flow {
				t.after = ", "
			} else {
				t.insert = p.lineStart(at)
				t.before = string(p.Source[t.insert:at])
			}
		}
		f := field{name: key.Value, key: at}
		start := p.offset(value, starts)
		end, ok := yamlEnd(p.Source[:p.front.end], start, flow)
		switch f.value = (span{start, end}); {
		case value.Anchor != "":
			f.fixed = "the value has an anchor, which other lines may name"
		case !ok || value.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
			f.fixed = "the value takes more than one line"
		case value.Kind != yaml.ScalarNode && value.Kind != yaml.AliasNode && value.Style&yaml.FlowStyle == 0:
			f.fixed = "the value takes more than one line"
		case value.Kind == yaml.ScalarNode && value.Value == "" && value.Style == 0:
			f.value.end = start // nothing stands there
		}
		t.fields = append(t.fields, f)
	}
}

// lineStarts returns where the lines of a YAML document start, by its own notion of a line.
func lineStarts(text []byte) []int {
	starts := []int{0}
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n':
		case text[i] == '\n' || text[i] == '\r':
			starts = append(starts, i+1)
		case bytes.HasPrefix(text[i:], []byte("\u0085")):
			starts = append(starts, i+len("\u0085"))
		case bytes.HasPrefix(text[i:], []byte("\u2028")), bytes.HasPrefix(text[i:], []byte("\u2029")):
			starts = append(starts, i+len("\u2028"))
		}
	}
	return starts
}

// offset returns where a node of the front matter stands in Source.
func (p *Page) offset(node *yaml.Node, starts []int) int {
	at := p.front.start + starts[min(node.Line, len(starts))-1]
	for range node.Column - 1 { // which counts characters
		if at >= p.front.end {
			break
		}
		at++
		for at < p.front.end && p.Source[at]&0xc0 == 0x80 {
			at++
		}
	}
	return at
}

// lineStart returns where the line of an offset starts.
func (p *Page) lineStart(at int) int { return bytes.LastIndexByte(p.Source[:at], '\n') + 1 }

// nextLine returns where the line after that of an offset starts.
func (p *Page) nextLine(at int) int {
	if i := bytes.IndexByte(p.Source[at:p.front.end], '\n'); i >= 0 {
		return at + i + 1
	}
	return p.front.end
}

// yamlEnd returns where the value at start ends in its line, before a comment; in a flow mapping also before what
// follows it there. ok is false if it goes on in the next line.
func yamlEnd(source []byte, start int, flow bool) (end int, ok bool) {
	text, _, _ := bytes.Cut(source[min(start, len(source)):], []byte("\n"))
	text = bytes.TrimRight(text, " \t\r")
	depth := 0
	quote := byte(0)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quote != 0:
			if c == '\\' && quote == '"' {
				i++
			} else if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && (i == 0 || depth > 0):
			quote = c
		case (c == '[' || c == '{') && (i == 0 || depth > 0):
			depth++
		case (c == ']' || c == '}') && depth > 0:
			depth--
		case flow && depth == 0 && (c == ',' || c == '}'):
			return start + len(bytes.TrimRight(text[:i], " \t")), true
		case c == '#' && depth == 0 && i > 0 && (text[i-1] == ' ' || text[i-1] == '\t'):
			return start + len(bytes.TrimRight(text[:i], " \t")), !flow
		}
	}
	return start + len(text), depth == 0 && quote == 0 && !flow
}
