package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
)

// formats are how check writes its findings.
var formats = []string{"text", "json", "sarif", "github"}

func (c *commands) check() *cli.Command {
	return &cli.Command{
		Name:  "check",
		Usage: "report where plan, content and published site disagree",
		Description: `Each finding stands behind file:line:col, is an error, a warning or advice, and ends with its [rule].
An error or a warning makes the exit code 1, advice does not. Rules that a site does not keep go into
ignore, below [params.plansync] in hugo.toml.

   plansync check
   plansync check --live                # the deployed site, too
   plansync check --format sarif > plansync.sarif
   plansync check --format github       # annotations in a workflow's log`,
		Flags: append([]cli.Flag{planFlag(), hugoFlag(),
			&cli.StringFlag{Name: "format", Usage: "write findings as `FORMAT`: " + strings.Join(formats, ", "), Value: "text"},
			&cli.BoolFlag{DisableDefaultText: true, Name: "json", Usage: "short for --format json"}}, liveFlags()...),
		Action: action(parseCheck, c.runCheck),
	}
}

type checkOptions struct {
	site   siteOptions
	live   liveOptions
	format string // one of formats
}

func parseCheck(ctx *cli.Context) (checkOptions, error) {
	o := checkOptions{site: parseSite(ctx), live: parseLive(ctx), format: ctx.String("format")}
	if ctx.Bool("json") {
		if ctx.IsSet("format") && o.format != "json" {
			return o, usageError(ctx, fmt.Errorf("--json and --format %s contradict each other", o.format))
		}
		o.format = "json"
	}
	if !slices.Contains(formats, o.format) {
		return o, usageError(ctx, fmt.Errorf("no format %q: it is one of %s", o.format, strings.Join(formats, ", ")))
	}
	return o, nil
}

func (c *commands) runCheck(ctx context.Context, o checkOptions) error {
	p, err := c.open(o.site)
	if err != nil {
		return err
	}
	published, err := c.load(ctx, p, o.site)
	if err != nil {
		return err
	}
	verdicts, incomplete := c.askLive(ctx, p, o.live, published)
	if incomplete != nil && verdicts == nil {
		return incomplete
	}
	findings := diag.Sort(append(p.audit(published, c.now()), p.liveFindings(published, verdicts)...))
	// The readers of these formats count from the root of the repository, where the command runs.
	if o.format == "sarif" || o.format == "github" {
		for i, f := range findings {
			findings[i].File = p.fromHere(f.File)
		}
	}
	if err := c.writeFindings(o.format, findings); err != nil {
		return err
	}
	if incomplete == nil && diag.Matter(findings) {
		return errFound
	}
	return incomplete
}

// fromHere returns the path of a file of the project from the working folder, or the name as it is if it is not below.
func (p *project) fromHere(name string) string {
	here, err := os.Getwd()
	full, failed := filepath.Abs(p.path(name))
	if rel, outside := filepath.Rel(here, full); errors.Join(err, failed, outside) == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return name
}

func (c *commands) writeFindings(format string, findings []diag.Finding) error {
	switch format {
	case "json":
		return writeJSON(c.stdout, append([]diag.Finding{}, findings...)) // never null
	case "sarif":
		return writeJSON(c.stdout, sarif(findings))
	case "github":
		for _, f := range findings {
			fmt.Fprintln(c.stdout, annotation(f))
		}
		return nil
	}
	for _, f := range findings {
		c.report.finding(c.stdout, c.report.colorOut, f)
	}
	c.report.step("check", "%s", tally(findings))
	return nil
}

// tally counts findings by severity.
func tally(findings []diag.Finding) string {
	if len(findings) == 0 {
		return "nothing found"
	}
	n := diag.Count(findings)
	return fmt.Sprintf("%s, %s, %s", count(n[diag.Error], "error", "errors"), count(n[diag.Warning], "warning", "warnings"), count(n[diag.Advice], "piece of advice", "pieces of advice"))
}

func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// annotation writes a finding as a workflow command
// (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
func annotation(f diag.Finding) string {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	message := f.Message
	if f.Hint != "" {
		message += "\nhint: " + f.Hint
	}
	command := map[diag.Severity]string{diag.Advice: "notice", diag.Warning: "warning", diag.Error: "error"}[f.Severity]
	return fmt.Sprintf("::%s file=%s,line=%d,col=%d,title=%s::%s", command, property.Replace(f.File), f.Line, f.Column, property.Replace(f.Rule), data.Replace(message))
}

// sarif writes findings in the Static Analysis Results Interchange Format 2.1.0
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/).
func sarif(findings []diag.Finding) any {
	type object = map[string]any
	results := make([]object, 0, len(findings))
	rules := make([]object, 0)
	seen := make(map[string]bool)
	for _, f := range findings {
		if !seen[f.Rule] {
			seen[f.Rule] = true
			rules = append(rules, object{"id": f.Rule})
		}
		text := f.Message
		if f.Hint != "" {
			text += "; " + f.Hint
		}
		results = append(results, object{
			"ruleId":  f.Rule,
			"level":   map[diag.Severity]string{diag.Advice: "note", diag.Warning: "warning", diag.Error: "error"}[f.Severity],
			"message": object{"text": text},
			"locations": []object{{"physicalLocation": object{
				"artifactLocation": object{"uri": (&url.URL{Path: f.File}).String(), "uriBaseId": "%SRCROOT%"},
				"region":           object{"startLine": f.Line, "startColumn": f.Column},
			}}},
		})
	}
	return object{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json",
		"version": "2.1.0",
		"runs": []object{{
			"tool":       object{"driver": object{"name": "plansync", "informationUri": "https://aiperformanceoptimization.com/", "rules": rules}},
			"columnKind": "unicodeCodePoints",
			"results":    results,
		}},
	}
}
