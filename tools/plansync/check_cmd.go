package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/audit"
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
		Flags: append([]cli.Flag{planFlag(),
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
	p, err := c.openToLook(ctx, o.site)
	if err != nil {
		return err
	}
	published, err := c.load(ctx, p)
	if err != nil {
		return err
	}
	verdicts, incomplete := c.askLive(ctx, p, o.live, published)
	if incomplete != nil && verdicts == nil {
		return incomplete
	}
	findings := diag.Sort(append(p.audit(published, c.now()), audit.Live(p.site, published, verdicts, p.config.Ignore)...))
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
		return writeJSON(c.stdout, diag.SARIF(findings))
	case "github":
		for _, f := range findings {
			printf(c.report.runner, "%s\n", painted(oneLine(diag.Annotation(f))))
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
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(escapedControls(b.Bytes()))
	return err
}
