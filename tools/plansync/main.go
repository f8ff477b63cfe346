// Plansync keeps a content plan true: it turns the plan's search queries into Hugo content stubs
// and category pages, and writes what is really published back into the plan, in place.
//
// See plansync help, and the README at the root of the repository.
package main

import (
	"context"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	code := run(ctx, os.Args, world{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, now: now})
	stop()
	os.Exit(code)
}

// now is the time of day, or the one that SOURCE_DATE_EPOCH sets for reproducible output
// (https://reproducible-builds.org/specs/source-date-epoch/).
func now() time.Time {
	if seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		return time.Unix(seconds, 0).UTC()
	}
	return time.Now().UTC()
}
