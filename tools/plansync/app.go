package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
)

// A world is what a run sees of the machine.
type world struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time
}

// The exit codes.
const (
	exitOK    = 0
	exitFound = 1 // check, --check or build --strict found something
	exitError = 2 // usage, input or I/O
)

// errFound ends a command that did its work and found something.
var errFound = errors.New("found something")

// run executes one command line and returns its exit code.
func run(ctx context.Context, args []string, w world) int {
	r := newReport(w)
	out := &output{Writer: w.stdout}
	w.stdout, r.out, r.runner = out, out, out
	if inWorkflow() {
		stdout, stderr := &lineWriter{w: out, edit: uncommanded}, &lineWriter{w: w.stderr, edit: uncommanded}
		defer stderr.Close()
		defer stdout.Close()
		w.stdout, r.out, w.stderr, r.err = stdout, stdout, stderr, stderr
	}
	err := newApp(w, r).RunContext(ctx, args)
	if out.err != nil && !errors.Is(err, out.err) {
		err = outrank(err, out.err)
	}
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFound):
		return exitFound
	case ctx.Err() != nil:
		r.failure(errors.New("interrupted; what was done is listed above, running again completes it"))
	default:
		r.failure(err)
	}
	return exitError
}

// An output remembers that something could not be written, so that what prints need not look each time.
type output struct {
	io.Writer
	err error
}

func (o *output) Write(data []byte) (int, error) {
	n, err := o.Writer.Write(data)
	o.err = cmp.Or(o.err, err)
	return n, err
}

func newApp(w world, r *report) *cli.App {
	c := &commands{world: w, report: r}
	usage := func(ctx *cli.Context, err error, _ bool) error { return usageError(ctx, err) }
	app := &cli.App{
		Name:  "plansync",
		Usage: "keep a content plan true",
		Description: `A content plan in Markdown lists the searches that readers make, one article to answer each,
and phases with checkboxes. plansync turns the queries into Hugo stubs and category pages,
and writes what is really published back into the plan, changing not one other byte.

   plansync adopt FILE       make a plan that you already keep one of plansync's
   plansync build            stubs, Hugo's build, sync, check and status in one go
   plansync check            where plan, content and published site disagree
   plansync sync --diff      what would be written into the plan

Exit codes: 0 done or clean; 1 check, --check or build --strict found something; 2 usage, input or I/O.
Flags stand before arguments. NO_COLOR turns colours off.`,
		Version:                   version(),
		Reader:                    w.stdin,
		Writer:                    w.stdout,
		ErrWriter:                 w.stderr,
		EnableBashCompletion:      true,
		DisableSliceFlagSeparator: true,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              usage,
		Flags:                     []cli.Flag{dirFlag(), cli.HelpFlag},
		Commands: []*cli.Command{
			c.build(), c.adopt(), c.stubs(), c.sync(), c.check(), c.status(), c.new(), c.brief(), c.watch(), c.repair(),
			c.completion(), help(),
		},
	}
	app.Action = func(ctx *cli.Context) error {
		if name := ctx.Args().First(); name != "" {
			return unknownCommand(name)
		}
		return cli.ShowAppHelp(ctx)
	}
	for _, command := range app.Commands {
		command.OnUsageError = usage
		command.Flags = append(command.Flags, dirFlag())
		if command.Name != "completion" && command.Name != "help" {
			command.Flags = append(command.Flags, hugoFlags()...)
		}
		run := command.Action
		command.Action = func(ctx *cli.Context) error {
			for _, arg := range ctx.Args().Slice() {
				if strings.HasPrefix(arg, "-") && arg != "-" {
					return usageError(ctx, fmt.Errorf("flag %s stands after an argument: flags go first", arg))
				}
			}
			if ctx.Args().Present() && command.ArgsUsage == "" {
				return usageError(ctx, fmt.Errorf("no arguments are taken, %q is one", ctx.Args().First()))
			}
			return run(ctx)
		}
	}
	return app
}

// help is a command of ours, since the library's says in other words that there is no such command.
func help() *cli.Command {
	return &cli.Command{
		Name:            "help",
		Usage:           "show this help, or that of a command",
		ArgsUsage:       "[COMMAND]",
		HideHelpCommand: true,
		Action: func(ctx *cli.Context) error {
			name := ctx.Args().First()
			if name == "" {
				return cli.ShowAppHelp(ctx)
			}
			if ctx.App.Command(name) == nil {
				return unknownCommand(name)
			}
			return cli.ShowCommandHelp(ctx, name)
		},
	}
}

func unknownCommand(name string) error {
	return diag.WithHint(fmt.Errorf("no command %q", name), "plansync help")
}

func usageError(ctx *cli.Context, err error) error {
	help := "plansync help"
	if ctx.Command != nil && ctx.Command.Name != "" && ctx.Command.Name != "plansync" {
		help = "plansync help " + ctx.Command.Name
	}
	return diag.WithHint(err, help)
}

// outrank joins what a command returns with why it could not do all of it, which says more than that something was found.
func outrank(err, failed error) error {
	if failed != nil && errors.Is(err, errFound) {
		return failed
	}
	return errors.Join(err, failed)
}

// commands are the actions of the command line; each file *_cmd.go holds one.
type commands struct {
	world
	report *report
}

// version tells the version and the commit that the binary was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	commit := "commit unknown"
	for _, setting := range info.Settings { // vcs.modified comes after vcs.revision
		switch {
		case setting.Key == "vcs.revision":
			commit = "commit " + setting.Value
		case setting.Key == "vcs.modified" && setting.Value == "true":
			commit += ", modified"
		}
	}
	return fmt.Sprintf("%s (%s, %s)", strings.Trim(info.Main.Version, "()"), commit, info.GoVersion)
}
