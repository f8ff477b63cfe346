package main

import (
	"bytes"
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
		Flags: append([]cli.Flag{planFlag()}, previewFlags()...),
		Action: func(ctx *cli.Context) error {
			var names []string
			p := &project{root: inherited(ctx, "C")}
			if ctx.Args().Present() {
				if ctx.IsSet("plan") {
					return usageError(ctx, errors.New("--plan and files are two ways to say what to repair: give one"))
				}
				for _, name := range ctx.Args().Slice() {
					names = append(names, filepath.ToSlash(name))
				}
			} else {
				opened, err := c.open(ctx)
				if err != nil {
					return err
				}
				p = opened
				for _, read := range p.plans {
					names = append(names, read.Name)
				}
			}
			return p.exclusively(ctx.Context, func() error { return c.runRepair(ctx, p, names) })
		},
	}
}

func (c *commands) runRepair(ctx *cli.Context, p *project, names []string) error {
	var changes []change
	for _, name := range names {
		source, err := atomicfile.ReadRegular(p.path(name), maxPlan)
		if err != nil {
			return err
		}
		repaired := mojibake.Repair(source)
		if bytes.Equal(repaired, source) {
			if err := p.clean(ctx, name); err != nil {
				return err
			}
			c.report.step("repair", "%s is not garbled, nothing to write", name)
			continue
		}
		n := len(mojibake.Find(source))
		changes = append(changes, change{name: name, old: source, new: repaired, what: fmt.Sprintf(": %s repaired", count(n, "character", "characters"))})
	}
	return c.apply(ctx, p, changes)
}
