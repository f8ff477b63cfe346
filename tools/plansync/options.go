package main

import (
	"context"
	"time"

	"github.com/urfave/cli/v2"
)

// Each command has a struct of options. Its parse function reads the flags and arguments once, and
// refuses those that contradict each other; what runs after it knows nothing of a command line.

// action is the action of a command: it parses, then runs.
func action[O any](parse func(*cli.Context) (O, error), run func(context.Context, O) error) cli.ActionFunc {
	return func(ctx *cli.Context) error {
		o, err := parse(ctx)
		if err != nil {
			return err
		}
		return run(ctx.Context, o)
	}
}

// siteOptions say which site a command works in, and with what.
type siteOptions struct {
	root string // the root of the Hugo site
	plan string // the only plan to read; empty for every plan
	hugo string // the Hugo to run; empty for the one that is found

	hugoLimit time.Duration // of each run of it
}

func dirFlag() cli.Flag {
	return &cli.StringFlag{Name: "C", Usage: "work in `DIR`, the root of the Hugo site", Value: "."}
}

func planFlag() cli.Flag {
	return &cli.StringFlag{Name: "plan",
		Usage: "only this plan, a `FILE` below the root (default: every plan in the plan folder)"}
}

// hugoFlags are those of every command that works in a site.
func hugoFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "hugo", EnvVars: []string{"PLANSYNC_HUGO"},
			Usage: "run this Hugo, a `PATH` (default: hugo on PATH if it is new enough, then go tool hugo)"},
		&cli.DurationFlag{Name: "hugo-timeout", EnvVars: []string{"PLANSYNC_HUGO_TIMEOUT"},
			Value: 10 * time.Minute, Action: positive[time.Duration]("hugo-timeout"),
			Usage: "end a run of Hugo after `DURATION`"},
	}
}

func parseSite(ctx *cli.Context) siteOptions {
	return siteOptions{
		root: inherited(ctx, "C"), plan: ctx.String("plan"),
		hugo: ctx.String("hugo"), hugoLimit: ctx.Duration("hugo-timeout"),
	}
}

// inherited returns a string flag of the command, or else of the application.
func inherited(ctx *cli.Context, name string) string {
	for _, c := range ctx.Lineage() {
		if c.Command != nil && c.IsSet(name) {
			return c.String(name)
		}
	}
	return ctx.String(name)
}

// A preview is how a writing command shows what it would write, and writes nothing. Its zero value
// is none: the command writes.
type preview struct {
	list  bool // say what would be written; every preview does
	diff  bool // show it as a unified diff
	check bool // exit 1 if there is something
}

// previewFlags are those of every command that writes.
func previewFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{DisableDefaultText: true, Name: "dry-run",
			Usage: "write nothing, list what would be written"},
		&cli.BoolFlag{DisableDefaultText: true, Name: "diff",
			Usage: "write nothing, show what would be written as a unified diff"},
		&cli.BoolFlag{DisableDefaultText: true, Name: "check",
			Usage: "write nothing, exit 1 if something would be written"},
	}
}

func parsePreview(ctx *cli.Context) preview {
	p := preview{list: ctx.Bool("dry-run"), diff: ctx.Bool("diff"), check: ctx.Bool("check")}
	p.list = p.list || p.diff || p.check
	return p
}

// writes reports whether the command is to write.
func (p preview) writes() bool { return !p.list }
