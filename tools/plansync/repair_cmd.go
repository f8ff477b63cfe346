package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/atomicfile"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/mojibake"
)

func (c *commands) repair() *cli.Command {
	return &cli.Command{
		Name:      "repair",
		Usage:     "turn garbled encoding back into clean UTF-8",
		ArgsUsage: "[FILE ...]",
		Description: `Undoes one accident: UTF-8 that was read as Windows-1252 and saved again, so that a dash reads "â€”".
A file that is garbled throughout is repaired throughout. In one that has clean dashes or accents,
too, only what no language writes is repaired, and never inside code: to keep a "â€”", put it into
a code span or a fence. Without files it repairs every plan.

   plansync repair --diff plan/my-plan.md`,
		Flags:  append([]cli.Flag{planFlag()}, previewFlags()...),
		Action: action(parseRepair, c.runRepair),
	}
}

type repairOptions struct {
	site  siteOptions
	files []string // empty for the plans
	show  preview
}

func parseRepair(ctx *cli.Context) (repairOptions, error) {
	o := repairOptions{site: parseSite(ctx), show: parsePreview(ctx)}
	for _, name := range ctx.Args().Slice() {
		o.files = append(o.files, filepath.ToSlash(name))
	}
	if len(o.files) > 0 && ctx.IsSet("plan") {
		return o, usageError(ctx, errors.New("--plan and files are two ways to say what to repair: give one"))
	}
	return o, nil
}

func (c *commands) runRepair(ctx context.Context, o repairOptions) error {
	names, p := o.files, &project{root: o.site.root}
	if len(names) == 0 {
		opened, err := c.open(ctx, o.site)
		if err != nil {
			return err
		}
		p = opened
		for _, read := range p.plans {
			names = append(names, read.Name)
		}
	}
	return p.exclusively(ctx, func() error { return c.writeRepaired(p, o.show, names) })
}

// writeRepaired repairs files.
func (c *commands) writeRepaired(p *project, show preview, names []string) error {
	var changes []change
	for _, name := range names {
		source, err := atomicfile.ReadRegular(p.path(name), maxPlan)
		if err != nil {
			return err
		}
		repaired := mojibake.Repair(source)
		if bytes.Equal(repaired, source) {
			if err := p.clean(show, name); err != nil {
				return err
			}
			c.report.step("repair", "%s is not garbled, nothing to write", name)
			continue
		}
		n := len(mojibake.Find(source))
		changes = append(changes, change{name: name, old: source, new: repaired, what: fmt.Sprintf(": %s repaired", count(n, "character", "characters"))})
	}
	return c.apply(p, show, changes)
}
