package hugo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
)

// Build builds the site for production, and returns how many warnings Hugo gave. What it prints goes to output. Two pages
// of one address are an error: Hugo would publish one of them, and nobody knows which. Hugo's own --panicOnWarning ends at
// the first warning, and now and then not at all: it waits for pages that wait for each other.
func (c *Command) Build(ctx context.Context, output io.Writer, args ...string) (warnings int, err error) {
	var said bytes.Buffer
	output = io.MultiWriter(output, &said)
	args = append([]string{"--gc", "--minify", "--printPathWarnings"}, append(production, args...)...)
	if err := c.run(ctx, output, output, nil, args...); err != nil {
		return 0, &Error{Doing: "hugo build", Err: err, Try: hint(err, "mend what Hugo reports above, then run again")}
	}
	warnings = len(warning.FindAllIndex(said.Bytes(), -1))
	if n := len(twice.FindAllIndex(said.Bytes(), -1)); n > 0 {
		return warnings, &Error{Doing: "hugo build", Err: fmt.Errorf("pages share an address"), Try: "give each page that Hugo names above an address of its own"}
	}
	return warnings, nil
}

// production are the arguments of every run that speaks of the deployed site.
var production = []string{"--environment", "production"}

// warning is how a warning of Hugo starts, twice how those start that are about two pages of one address.
var (
	warning = regexp.MustCompile(`(?m)^WARN`)
	twice   = regexp.MustCompile(`(?m)^WARN.*[Dd]uplicate (content|target) path`)
)
