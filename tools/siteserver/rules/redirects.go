package rules

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// A Redirect sends a request path elsewhere.
type Redirect struct {
	From, To string
	Status   int
	Force    bool // applies although a file exists at the path

	parts []string
}

// RedirectFor gives the first redirect that matches a request path, and where it
// leads. With forced it looks at forced redirects only: they apply before files,
// the others after.
func (r Rules) RedirectFor(path string, forced bool) (rule Redirect, location string, ok bool) {
	for _, rule := range r.Redirects {
		if forced && !rule.Force {
			continue
		}
		if location, ok := rule.Match(path); ok {
			return rule, location, true
		}
	}
	return Redirect{}, "", false
}

// Match reports whether the redirect applies to a request path, and where it leads.
// A slash at the end of the path makes no difference.
func (r Redirect) Match(path string) (location string, ok bool) {
	have := split(path)
	values := map[string]string{}
	for i, part := range r.parts {
		if part == "*" {
			rest := strings.Join(have[min(i, len(have)):], "/")
			if rest != "" && strings.HasSuffix(path, "/") {
				rest += "/"
			}
			values["splat"] = rest
			return substitute(r.To, values), i <= len(have)
		}
		if i >= len(have) {
			return "", false
		}
		if name, isPlaceholder := strings.CutPrefix(part, ":"); isPlaceholder {
			values[name] = have[i]
		} else if part != have[i] {
			return "", false
		}
	}
	if len(have) != len(r.parts) {
		return "", false
	}
	return substitute(r.To, values), true
}

// redirectTable is one [[redirects]] table.
type redirectTable struct {
	From       string         `toml:"from"`
	To         string         `toml:"to"`
	Status     *int           `toml:"status"`
	Force      bool           `toml:"force"`
	Query      map[string]any `toml:"query"`
	Conditions map[string]any `toml:"conditions"`
	Signed     string         `toml:"signed"`
	Headers    map[string]any `toml:"headers"`
}

var (
	placeholder = regexp.MustCompile(`^:[A-Za-z_]\w*$`)
	variable    = regexp.MustCompile(`:[A-Za-z_]\w*`)
)

func (t redirectTable) rule() (Redirect, error) {
	r := Redirect{From: t.From, To: t.To, Status: http.StatusMovedPermanently, Force: t.Force}
	if t.Status != nil {
		r.Status = *t.Status
	}
	switch {
	case t.From == "" || t.To == "":
		return r, errors.New(`"from" or "to" is missing`)
	case len(t.Query)+len(t.Conditions)+len(t.Headers) > 0 || t.Signed != "":
		return r, fmt.Errorf("redirect from %q: query parameters, conditions, headers and signatures are not supported", t.From)
	case !strings.HasPrefix(t.From, "/"):
		return r, fmt.Errorf("redirect from %q: whole URLs are not supported", t.From)
	case !slices.Contains([]int{301, 302, 303, 307, 308}, r.Status):
		return r, fmt.Errorf("redirect from %q: status %d (a rewrite or a proxy) is not supported", t.From, r.Status)
	}
	r.parts = split(t.From)
	for i, part := range r.parts {
		switch {
		case part == "*" && i == len(r.parts)-1, placeholder.MatchString(part):
		case strings.ContainsAny(part, "*:"):
			return r, fmt.Errorf("redirect from %q: %q is neither a whole :placeholder nor a closing *, so it matches something else than it seems to", t.From, part)
		}
	}
	return r, nil
}

func split(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(s string) bool { return s == "" })
}

func substitute(to string, values map[string]string) string {
	return variable.ReplaceAllStringFunc(to, func(name string) string {
		if value, ok := values[name[1:]]; ok {
			return value
		}
		return name
	})
}
