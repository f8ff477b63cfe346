// Package rules reads what netlify.toml, _headers and _redirects say about serving
// a site, the way Netlify reads it: the same wildcards, placeholders and order.
//
// What this package does not know (proxies, conditions, query parameters, signed
// redirects) is an error that names it, never a rule that is quietly dropped.
package rules

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Rules are the serving rules of one site, in the order in which they apply.
type Rules struct {
	Headers   []HeaderRule
	Redirects []Redirect
}

// Load reads netlify.toml at config and the files _headers and _redirects of the
// published folder dir, where they exist. Rules of the files come before rules of
// netlify.toml.
func Load(config, dir string) (Rules, error) {
	var doc struct {
		Headers   []headerTable   `toml:"headers"`
		Redirects []redirectTable `toml:"redirects"`
	}
	text, err := os.ReadFile(config)
	if err != nil {
		return Rules{}, err
	}
	if err := toml.Unmarshal(text, &doc); err != nil {
		if at, ok := errors.AsType[*toml.DecodeError](err); ok {
			line, column := at.Position()
			return Rules{}, fmt.Errorf("%s:%d:%d: %w", config, line, column, err)
		}
		return Rules{}, fmt.Errorf("%s: %w", config, err)
	}
	headers, err := readLines(filepath.Join(dir, "_headers"), parseHeaderLines)
	if err != nil {
		return Rules{}, err
	}
	redirects, err := readLines(filepath.Join(dir, "_redirects"), parseRedirectLines)
	if err != nil {
		return Rules{}, err
	}
	r := Rules{Headers: headers, Redirects: redirects}
	var errs []error
	for i, t := range doc.Headers {
		h, err := t.rule()
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: headers, entry %d: %w", config, i+1, err))
			continue
		}
		r.Headers = append(r.Headers, h)
	}
	for i, t := range doc.Redirects {
		d, err := t.rule()
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: redirects, entry %d: %w", config, i+1, err))
			continue
		}
		r.Redirects = append(r.Redirects, d)
	}
	return r, errors.Join(errs...)
}

// line is one meaningful line of a _headers or _redirects file.
type line struct {
	number int // starting at 1
	text   string
}

// readLines hands the lines of a file that are neither empty nor comments to parse.
// A file that does not exist has no rules.
func readLines[T any](path string, parse func([]line) ([]T, error)) ([]T, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var lines []line
	scan := bufio.NewScanner(f)
	for n := 1; scan.Scan(); n++ {
		text := strings.TrimSpace(scan.Text())
		if text != "" && !strings.HasPrefix(text, "#") {
			lines = append(lines, line{n, text})
		}
	}
	if err := scan.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	rules, err := parse(lines)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return rules, nil
}

func parseHeaderLines(lines []line) ([]HeaderRule, error) {
	var tables []headerTable
	for _, l := range lines {
		if strings.HasPrefix(l.text, "/") {
			tables = append(tables, headerTable{For: l.text, Values: map[string]any{}})
			continue
		}
		name, value, ok := strings.Cut(l.text, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || name == "" || value == "" {
			return nil, fmt.Errorf("line %d: want \"name: value\", have %q", l.number, l.text)
		}
		if len(tables) == 0 {
			return nil, fmt.Errorf("line %d: header %q stands before any path", l.number, name)
		}
		values := tables[len(tables)-1].Values
		if before, ok := values[name]; ok {
			value = before.(string) + ", " + value
		}
		values[name] = value
	}
	var rules []HeaderRule
	for _, t := range tables {
		if len(t.Values) == 0 {
			continue
		}
		r, err := t.rule()
		if err != nil {
			return nil, err
		}
		rules = append(rules, r)
	}
	return rules, nil
}

func parseRedirectLines(lines []line) ([]Redirect, error) {
	var rules []Redirect
	for _, l := range lines {
		fields := strings.Fields(l.text)
		if i := slices.IndexFunc(fields, func(f string) bool { return strings.HasPrefix(f, "#") }); i >= 0 {
			fields = fields[:i]
		}
		if len(fields) < 2 || len(fields) > 3 {
			return nil, fmt.Errorf("line %d: want \"from to [status]\", have %q: conditions and query parameters are not supported", l.number, l.text)
		}
		t := redirectTable{From: fields[0], To: fields[1]}
		if len(fields) == 3 {
			status, force := strings.CutSuffix(fields[2], "!")
			n, err := strconv.Atoi(status)
			if err != nil {
				return nil, fmt.Errorf("line %d: %q is not a status", l.number, fields[2])
			}
			t.Status, t.Force = &n, force
		}
		r, err := t.rule()
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", l.number, err)
		}
		rules = append(rules, r)
	}
	return rules, nil
}
