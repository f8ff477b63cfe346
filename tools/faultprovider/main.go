// Command faultprovider serves a local model provider that fails by a scenario: for trying the
// programs of the articles, and your own, against failures that are hard to get from a real one.
package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
)

//go:embed scenarios
var scenarios embed.FS

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "faultprovider:", err)
		os.Exit(1)
	}
}

// run serves until the context ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("faultprovider", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	addr := flags.String("addr", "127.0.0.1:8089", "the `address` to listen on; port 0 picks a free one")
	scenario := flags.String("scenario", "healthy", "a `scenario`: a file, or the name of one of those below")
	seed := flags.Uint64("seed", 0, "a `seed` instead of the scenario's")
	check := flags.Bool("check", false, "check the scenario and stop")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return help(stdout, flags)
	case err != nil:
		return fmt.Errorf("%w\ntry -h", err)
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q\ntry -scenario %s", flags.Arg(0), flags.Arg(0))
	}

	cfg, err := load(*scenario)
	if err != nil {
		return err
	}
	if *check {
		return nil
	}
	if *seed != 0 {
		cfg.Seed = *seed
	}
	cfg.Log = func(r fault.Record) {
		left := ""
		if r.Abandoned {
			left = "  (the client left)"
		}
		fmt.Fprintf(stderr, "%4d  %9.3fs  %-9s  %-16s  %-18s  %3d  %d+%d tokens%s\n",
			r.N, r.At.Seconds(), r.API, r.Model, r.Fault, r.Status, r.InputTokens, r.OutputTokens, left)
	}
	s := fault.New(cfg)
	s.RestartAtFirstCall()
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	url := "http://" + l.Addr().String()
	fmt.Fprintf(stdout, "OPENAI_BASE_URL=%s/v1\nANTHROPIC_BASE_URL=%s\n", url, url)
	stop := fault.Serve(l, s)
	<-ctx.Done()
	st := s.Stats()
	fmt.Fprintf(stdout, "calls %d, billed %d, tokens %d+%d\n", st.Calls, st.Billed, st.InputTokens, st.OutputTokens)
	return stop()
}

// load reads a scenario file, or an embedded one by its name.
func load(name string) (fault.Config, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		embedded, embeddedErr := scenarios.ReadFile("scenarios/" + name + ".toml")
		if embeddedErr == nil {
			text, err = embedded, nil
		}
	}
	if err != nil {
		return fault.Config{}, fmt.Errorf("scenario %q is neither a file nor one of %s", name, strings.Join(names(), ", "))
	}
	return fault.ParseScenario(name, string(text))
}

// names returns the embedded scenarios.
func names() []string {
	files, _ := scenarios.ReadDir("scenarios") // embedded, so it is there
	var out []string
	for _, f := range files {
		if name, ok := strings.CutSuffix(f.Name(), ".toml"); ok {
			out = append(out, name)
		}
	}
	return out
}

func help(w io.Writer, flags *flag.FlagSet) error {
	fmt.Fprint(w, `Usage: go run ./tools/faultprovider [-scenario name-or-file] [-addr address]

Serves the wire formats of OpenAI (POST /v1/chat/completions, /v1/responses) and Anthropic
(POST /v1/messages), with GET /v1/models, and fails by a scenario. Any API key will do. What was
billed is at GET /_fault/stats, each call at GET /_fault/calls; POST /_fault/reset starts again.

`)
	flags.SetOutput(w)
	flags.PrintDefaults()
	fmt.Fprintln(w, "\nScenarios:")
	for _, name := range names() {
		text, err := scenarios.ReadFile(path.Join("scenarios", name+".toml"))
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(string(text), "\n")
		fmt.Fprintf(w, "  %-15s %s\n", name, strings.TrimPrefix(first, "# "))
	}
	format, err := scenarios.ReadFile("scenarios/FORMAT.md")
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s\nFaults: %s\n", format, strings.Join(fault.ScenarioFaults(), ", "))
	return nil
}
