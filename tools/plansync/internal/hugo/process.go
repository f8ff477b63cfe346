package hugo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// grace is how long a Hugo that was told to end has for it.
const grace = 2 * time.Second

// run runs Hugo in the root until it ends, ctx ends, or its time is over, and ends everything that it
// started. Nothing that it needs for itself is left in the project: no lock, and no build statistics
// of a run that rendered nothing, unless environ says so.
func (c *Command) run(ctx context.Context, stdout, stderr io.Writer, environ []string, args ...string) error {
	limited := ctx
	if c.Limit > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, c.Limit)
		defer cancel()
	}
	command := exec.CommandContext(limited, c.Path, args...)
	command.Dir, command.Stdout, command.Stderr = c.Root, stdout, stderr
	command.Env = append(os.Environ(), environ...)
	command.WaitDelay = grace // what Hugo started can hold on to its output
	inGroup(command)

	// The system ends the child with the thread that started it, so that must live as long.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := command.Run()
	if command.Process != nil {
		endGroup(command)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case limited.Err() != nil:
		return &Timeout{c.Limit}
	case errors.Is(err, exec.ErrWaitDelay) && command.ProcessState.Success():
		return nil // it ended well, and something that it started goes on
	}
	return err
}

// A Timeout is the error of a Hugo that did not end in its time.
type Timeout struct{ Limit time.Duration }

func (t *Timeout) Error() string { return fmt.Sprintf("no end after %v, stopped", t.Limit) }

// timeoutHint is what to try when Hugo does not end.
const timeoutHint = "pages that show each other's content make Hugo wait for ever; give it more time with --hugo-timeout"

// hint returns what to try after an error of a run.
func hint(err error, otherwise string) string {
	var timeout *Timeout
	if errors.As(err, &timeout) {
		return timeoutHint
	}
	return otherwise
}

// reading is the environment of runs that must not change a file of the project. Hugo writes the
// statistics of a build even where it rendered nothing (https://github.com/gohugoio/hugo/issues/10985).
var reading = []string{"HUGO_BUILD_BUILDSTATS_ENABLE=false", "HUGO_NOBUILDLOCK=true"}

// ask runs Hugo for an answer on stdout, without a change to the project.
func (c *Command) ask(ctx context.Context, doing string, args ...string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	err := c.run(ctx, &stdout, &stderr, reading, append(args, production...)...)
	if err != nil {
		output := stderr.String()
		if strings.TrimSpace(output) == "" {
			output = stdout.String()
		}
		if root, err := filepath.Abs(c.Root); err == nil { // files are named as everywhere
			output = strings.ReplaceAll(output, root+string(filepath.Separator), "")
		}
		return nil, &Error{Doing: doing, Err: err, Output: output, Try: hint(err, "mend what Hugo reports, then run again")}
	}
	return stdout.Bytes(), nil
}
