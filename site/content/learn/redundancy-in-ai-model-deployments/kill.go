package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

const (
	warmUp  = time.Minute // in which the quotas that were saved up are spent
	counted = time.Minute
)

// region: kill

// answered takes a cause away from a running deployment and returns the share
// of requests that still get an answer, at peak traffic.
func answered(cause string, paths []Path) (share float64, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		var clients []openai.Client
		for _, path := range paths {
			server := env.Start(fault.Config{
				Name:   strings.NewReplacer(" ", "-", ",", "").Replace(path.Name),
				Limits: fault.Limits{RequestsPerMinute: path.Quota},
			})
			if slices.Contains(path.Needs, cause) {
				server.Kill()
			}
			clients = append(clients, openai.NewClient(
				option.WithBaseURL(server.URL+"/v1"), option.WithAPIKey("any"),
				option.WithHTTPClient(env.Client), option.WithMaxRetries(0)))
		}
		asked, good := 0, 0
		for env.Elapsed() < warmUp+counted {
			err := ask(env.Context, clients)
			if env.Elapsed() >= warmUp {
				asked++
				if err == nil {
					good++
				}
			}
			time.Sleep(time.Minute / peak)
		}
		share = float64(good) / float64(asked)
		return nil
	})
	return share, err
}

// ask goes through the paths until one answers.
func ask(ctx context.Context, clients []openai.Client) (err error) {
	for _, c := range clients {
		_, err = c.Chat.Completions.New(ctx, question)
		if err == nil {
			return nil
		}
	}
	return err
}

// endregion: kill

var question = openai.ChatCompletionNewParams{
	Model: "fault-large",
	Messages: []openai.ChatCompletionMessageParamUnion{
		openai.UserMessage("Is anybody there?"),
	},
}

func printKill(w io.Writer, paths []Path) error {
	fmt.Fprintf(w, "%-17s %5s %8s  %s\n", "take away", "quota", "answered", "paths left")
	for _, cause := range causes(paths) {
		left, quota := without(cause, paths)
		names := make([]string, len(left))
		for i, p := range left {
			names[i] = p.Name
		}
		list := strings.Join(names, " + ")
		if len(left) == 0 {
			list = "none"
		}
		share, err := answered(cause, paths)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%-17s %4.0f%% %7.0f%%  %s\n", cause,
			100*float64(quota)/peak, 100*share, list)
	}
	return nil
}

func printPaper(w io.Writer) error { return printKill(w, onPaper) }

func printFact(w io.Writer) error { return printKill(w, inFact) }

// printSpare shows how busy the copies of a fleet may be if it is to survive
// the loss of one, and of two.
func printSpare(w io.Writer) error {
	fmt.Fprintf(w, "%-6s %12s %12s\n", "copies", "to lose one", "to lose two")
	for _, n := range []int{2, 3, 4, 8, 16} {
		two := "-"
		if n > 2 {
			two = fmt.Sprintf("%d%% busy", busiest(n, 2))
		}
		fmt.Fprintf(w, "%-6d %12s %12s\n", n, fmt.Sprintf("%d%% busy", busiest(n, 1)), two)
	}
	return nil
}

// busiest is the highest load at which n copies can lose some of them, in whole
// percent, rounded down.
func busiest(n, lost int) int { return 100 * (n - lost) / n }
