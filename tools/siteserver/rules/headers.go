package rules

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A HeaderRule adds headers to the responses whose path it matches.
type HeaderRule struct {
	For    string
	Values map[string]string

	pattern *regexp.Regexp
}

// Matches reports whether the rule applies to a request path.
func (r HeaderRule) Matches(path string) bool { return r.pattern.MatchString(path) }

// HeadersFor gives the headers of a response to a request path. Where several
// rules name one header, the last one counts.
func (r Rules) HeadersFor(path string) map[string]string {
	headers := map[string]string{}
	for _, rule := range r.Headers {
		if !rule.Matches(path) {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(rule.Values)) {
			maps.DeleteFunc(headers, func(had, _ string) bool { return strings.EqualFold(had, name) })
			headers[name] = rule.Values[name]
		}
	}
	return headers
}

// headerTable is one [[headers]] table. A value is a string or a list of strings.
type headerTable struct {
	For    string         `toml:"for"`
	Values map[string]any `toml:"values"`
}

func (t headerTable) rule() (HeaderRule, error) {
	path := strings.TrimSpace(t.For)
	if path == "" {
		return HeaderRule{}, errors.New(`"for" is missing`)
	}
	rule := HeaderRule{For: path, Values: map[string]string{}}
	for name, value := range t.Values {
		text, err := headerValue(value)
		if err != nil {
			return HeaderRule{}, fmt.Errorf("header %q: %w", name, err)
		}
		rule.Values[strings.TrimSpace(name)] = text
	}
	var err error
	rule.pattern, err = headerPattern(path)
	return rule, err
}

func headerValue(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return oneLine(v), nil
	case []any:
		parts := make([]string, 0, len(v))
		for _, item := range v {
			s, ok := item.(string)
			if !ok {
				return "", fmt.Errorf("%v is not a string", item)
			}
			parts = append(parts, strings.TrimSpace(s))
		}
		return strings.Join(parts, ", "), nil
	}
	return "", fmt.Errorf("%v is neither a string nor a list of strings", value)
}

// commas matches a comma with the space and the line breaks around it.
var commas = regexp.MustCompile(`\s*,\s*`)

// oneLine joins the lines of a list that is broken after its commas.
func oneLine(s string) string {
	return commas.ReplaceAllString(strings.TrimSpace(s), ", ")
}

// headerPattern turns a path with * and :placeholder parts into an expression.
func headerPattern(path string) (*regexp.Regexp, error) {
	var parts []string
	for part := range strings.SplitSeq(path, "/") {
		part = strings.TrimRight(part, " ")
		switch {
		case part == "":
		case strings.HasPrefix(part, ":"):
			parts = append(parts, "([^/]+)")
		case part == "*":
			// The slash before a closing * is optional: /a/* matches /a too.
			parts = append(parts, "?(.*)")
		case strings.Contains(part, "*"):
			parts = append(parts, strings.ReplaceAll(part, "*", "(.*)"))
		default:
			parts = append(parts, regexp.QuoteMeta(part))
		}
	}
	return regexp.Compile("(?i)^/" + strings.Join(parts, "/") + "/?$")
}
