package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v3"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/edit"
)

// Set returns the whole page's source with the value of a key changed, in its one line, or with a line
// for the key added at the top of its table. The key is a top-level one or one of "params.", a table that is added at
// the end of the front matter if there is none. A comment behind the value stays. The result was read again: apart
// from the key it says what it said before, or there is an error.
func (p *Page) Set(key string, value any) ([]byte, error) {
	fail := func(format string, args ...any) ([]byte, error) {
		return nil, &Error{Path: p.Path, Line: p.Line(key), Err: fmt.Errorf("%s: %w", key, fmt.Errorf(format, args...)),
			Try: fmt.Sprintf("set %s by hand to %s", key, Literal(value))}
	}
	if p.Format != TOML && p.Format != YAML {
		return fail("plansync changes front matter in TOML or YAML only")
	}
	var e edit.Edit
	if at, ok := p.value(key); !ok {
		assign := " = "
		if p.Format == YAML {
			assign = ": "
		}
		eol := "\n"
		if p.front.start > 1 && p.Source[p.front.start-2] == '\r' {
			eol = "\r\n"
		}
		start, indent, found := p.table(key)
		header := ""
		if !found {
			if has, err := p.hasParams(); err != nil || has {
				return fail("params is not a table with a line for each key")
			}
			start, header = p.front.end, "[params]"+eol
			if p.Format == YAML {
				header, indent = "params:"+eol, "  "
			}
		}
		e = edit.Edit{Start: start, End: start, New: header + indent + baseKey(key) + assign + Literal(value) + eol}
	} else if end, ok := valueEnd(p.Source, at, p.Format); !ok {
		return fail("the value takes more than one line")
	} else {
		e = edit.Edit{Start: at.start, End: end, New: Literal(value)}
	}
	result, err := edit.Apply(p.Source, []edit.Edit{e})
	if err != nil {
		return fail("%w", err)
	}
	after, err := Parse(p.Path, result)
	if err != nil {
		return fail("the changed line does not read: %w", err)
	}
	want := p.Front
	owner := reflect.ValueOf(&want).Elem()
	if strings.HasPrefix(key, paramsPrefix) {
		owner = reflect.ValueOf(&want.Params).Elem()
	}
	owner.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, baseKey(key)) }).Set(reflect.ValueOf(value))
	if _, ok := after.value(key); !ok || !reflect.DeepEqual(after.Front, want) {
		return fail("the changed line does not read as meant")
	}
	return result, nil
}

// Literal writes a value so that TOML and YAML both read it.
func Literal(value any) string {
	switch v := value.(type) {
	case string:
		if !strings.ContainsFunc(v, func(r rune) bool { return r == '\'' || r < ' ' || r == 0x7f }) {
			return "'" + v + "'"
		}
		var b bytes.Buffer
		encoder := json.NewEncoder(&b) // a JSON string is a TOML basic string and a YAML flow scalar
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(v) // strings always encode
		return strings.TrimSpace(strings.ReplaceAll(b.String(), "\x7f", `\u007f`))
	case []string:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = Literal(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return fmt.Sprint(value)
}

// paramsPrefix starts the keys of the table "params".
const paramsPrefix = "params."

func baseKey(key string) string { return strings.TrimPrefix(key, paramsPrefix) }

// value returns where the value of a key starts, up to the end of its line.
func (p *Page) value(key string) (s span, ok bool) {
	p.lines(func(inParams bool, at int, line []byte) bool {
		if inParams != strings.HasPrefix(key, paramsPrefix) {
			return true
		}
		if offset, found := assigned(line, baseKey(key), p.Format); found {
			s, ok = span{at + offset, at + len(line)}, true
		}
		return !ok
	})
	return s, ok
}

// table returns where a line for the key would go, and its indentation.
func (p *Page) table(key string) (start int, indent string, ok bool) {
	if !strings.HasPrefix(key, paramsPrefix) {
		return p.front.start, "", true
	}
	p.lines(func(inParams bool, at int, line []byte) bool {
		if inParams {
			start, ok = at, true
			indent = string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
		}
		return !ok
	})
	return start, indent, ok
}

// hasParams reports whether the front matter, in TOML or YAML, has anything called params.
func (p *Page) hasParams() (bool, error) {
	unmarshal := toml.Unmarshal
	if p.Format == YAML {
		unmarshal = yaml.Unmarshal
	}
	var front map[string]any
	err := unmarshal(p.Source[p.front.start:p.front.end], &front)
	for key := range front {
		if strings.EqualFold(key, "params") {
			return true, err
		}
	}
	return false, err
}

// lines calls visit for the lines of the front matter that can hold a top-level key or one of the
// table "params", until it returns false. Blanks at the end of a line are cut.
func (p *Page) lines(visit func(inParams bool, at int, line []byte) bool) {
	if p.Format != TOML && p.Format != YAML {
		return
	}
	const top, params, other = "", "params", "other"
	table := top
	multiline := "" // ends the string that the line is in
	for at := p.front.start; at < p.front.end; {
		end := p.front.end
		if i := bytes.IndexByte(p.Source[at:end], '\n'); i >= 0 {
			end = at + i
		}
		line := bytes.TrimRight(p.Source[at:end], " \t\r")
		content := bytes.TrimLeft(line, " \t")
		switch {
		case multiline != "":
			if bytes.Contains(line, []byte(multiline)) {
				multiline = ""
			}
		case p.Format == TOML && bytes.HasPrefix(content, []byte("[")):
			table = other
			if name, _, _ := bytes.Cut(content[1:], []byte("]")); strings.EqualFold(string(bytes.TrimSpace(name)), params) {
				table = params
			}
		default:
			if p.Format == YAML && len(line) > 0 && len(content) == len(line) {
				table = top
			}
			if len(content) > 0 && table != other && !visit(table == params, at, line) {
				return
			}
			if p.Format == YAML && strings.EqualFold(string(line), params+":") {
				table = params
			}
			for _, quotes := range []string{`"""`, "'''"} {
				if p.Format == TOML && bytes.Count(line, []byte(quotes)) == 1 {
					multiline = quotes
				}
			}
		}
		at = end + 1
	}
}

// assigned returns the offset of the value in a line "key = value" or "key: value".
func assigned(line []byte, key string, format Format) (offset int, ok bool) {
	rest := bytes.TrimLeft(line, " \t")
	for _, quoted := range []string{key, `"` + key + `"`, "'" + key + "'"} {
		if len(rest) < len(quoted) || !strings.EqualFold(string(rest[:len(quoted)]), quoted) {
			continue
		}
		after := bytes.TrimLeft(rest[len(quoted):], " \t")
		assign := byte('=')
		if format == YAML {
			assign = ':'
		}
		if len(after) == 0 || after[0] != assign {
			continue
		}
		value := bytes.TrimLeft(after[1:], " \t")
		return len(line) - len(value), true
	}
	return 0, false
}

// valueEnd returns where the value in s ends, before a comment; ok is false if it goes on in the next line.
func valueEnd(source []byte, s span, format Format) (end int, ok bool) {
	text := source[s.start:s.end]
	if len(text) == 0 {
		return s.start, format == TOML
	}
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
		case c == '"' || c == '\'':
			if bytes.HasPrefix(text[i:], []byte{c, c, c}) {
				return 0, false
			}
			if i == 0 || depth > 0 {
				quote = c
			}
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		case c == '#' && depth == 0 && (format == TOML || i > 0 && (text[i-1] == ' ' || text[i-1] == '\t')):
			return s.start + len(bytes.TrimRight(text[:i], " \t")), true
		case format == YAML && i == 0 && (c == '|' || c == '>' || c == '&' || c == '*' || c == '!'):
			return 0, false
		}
	}
	return s.end, depth == 0 && quote == 0
}
