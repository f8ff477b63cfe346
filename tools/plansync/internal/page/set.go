package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/edit"
)

// Set returns the whole page's source with the value of a key changed, in its one line, or with the key added at the top
// of its table. The key is a top-level one or one of "params.", a table that is added at the end of the front matter if
// there is none. A comment after the value stays. The result was read again: apart from the key it says what it said
// before, or there is an error, at the line of the key.
func (p *Page) Set(key string, value any) ([]byte, error) {
	fail := func(format string, args ...any) ([]byte, error) {
		return nil, bad(p.Path, p.Line(key), fmt.Errorf("%s: %w", key, fmt.Errorf(format, args...)),
			fmt.Sprintf("set %s by hand to %s", key, Literal(value)))
	}
	if p.Format != TOML && p.Format != YAML {
		return fail("plansync changes front matter in TOML or YAML only")
	}
	e, reason := p.setting(key, Literal(value))
	if reason != "" {
		return fail("%s", reason)
	}
	result, err := edit.Apply(p.Source, []edit.Edit{e})
	if err != nil {
		return fail("%w", err)
	}
	after, err := ParseIn(p.Path, result, p.taxonomy)
	if err != nil {
		if f, ok := errors.AsType[diag.Finding](err); ok {
			err = f.Unwrap() // without its place, which is one of the edited text
		}
		return fail("the changed line does not read: %w", err)
	}
	want := p.Front
	owner := reflect.ValueOf(&want).Elem()
	if strings.HasPrefix(key, paramsPrefix) {
		owner = reflect.ValueOf(&want.Params).Elem()
	}
	field := baseKey(key)
	if key == p.taxonomy {
		field = "Categories"
	}
	owner.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, field) }).Set(reflect.ValueOf(value))
	if !reflect.DeepEqual(after.Front, want) || !reflect.DeepEqual(p.others(key), after.others(key)) {
		return fail("the changed line does not read as meant")
	}
	return result, nil
}

// With returns the page with the value of a key changed as by [Page.Set].
func (p *Page) With(key string, value any) (*Page, error) {
	source, err := p.Set(key, value)
	if err != nil {
		return nil, err
	}
	changed, err := ParseIn(p.Path, source, p.taxonomy)
	if err != nil {
		return nil, err
	}
	changed.URL, changed.Published, changed.Section = p.URL, p.Published, p.Section
	changed.names, changed.inSection = p.names, p.inSection
	return changed, nil
}

// Keys returns the top-level keys of the front matter.
func (p *Page) Keys() []string {
	values, err := p.values()
	if err != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(values))
}

// setting returns the edit that sets a key, or why there is none.
func (p *Page) setting(key, literal string) (e edit.Edit, reason string) {
	top, params := p.tables()
	owner := &top
	if strings.HasPrefix(key, paramsPrefix) {
		owner = &params
	}
	assign := " = "
	if p.Format == YAML {
		assign = ": "
	}
	if f, ok := owner.find(baseKey(key)); ok {
		if p.Format == YAML && f.value.start == f.value.end {
			literal = " " + literal // there is nothing after the colon
		}
		return edit.Edit{Start: f.value.start, End: f.value.end, New: literal}, f.fixed
	}
	header := ""
	if !owner.exists {
		header = "[" + paramsKey + "]" + owner.after
		if p.Format == YAML {
			header, owner.before = top.before+paramsKey+":"+owner.after, top.before+"  "
		}
	}
	return edit.Edit{Start: owner.insert, End: owner.insert, New: header + owner.before + baseKey(key) + assign + literal + owner.after}, owner.closed
}

// others returns what the front matter says apart from the key.
func (p *Page) others(key string) map[string]any {
	values, err := p.values()
	if err != nil {
		return nil
	}
	owner := values
	if strings.HasPrefix(key, paramsPrefix) {
		owner, _ = get(values, paramsKey).(map[string]any)
	}
	delete(owner, spelling(owner, baseKey(key)))
	if len(owner) == 0 {
		delete(values, spelling(values, paramsKey))
	}
	if len(values) == 0 {
		return nil
	}
	return values
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

// paramsKey is the table "params", paramsPrefix what starts its keys.
const (
	paramsKey    = "params"
	paramsPrefix = paramsKey + "."
)

func baseKey(key string) string { return strings.TrimPrefix(key, paramsPrefix) }
