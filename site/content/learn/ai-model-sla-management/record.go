package main

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

const (
	shift    = 8 * time.Hour
	interval = 15 * time.Second // between two calls
	deadline = 10 * time.Second // after which the user is gone
)

// An Incident is a part of the shift in which something is wrong.
type Incident struct {
	Name     string
	From, To time.Duration
	Plan     fault.Plan
}

var incidents = []Incident{
	{"outage, 4 min", at(0, 30), at(0, 34), fault.Status(503)},
	{"4% errors, 3 h", at(1, 30), at(4, 30), fault.Rate(0.04, fault.Status(500))},
	{"rate limit, 20 min", at(5, 0), at(5, 20), fault.Rate(0.5, fault.RateLimited(time.Second))},
	{"stalls, 20 min", at(5, 45), at(6, 5), fault.Rate(0.4, fault.Hang())},
	{"cut short, 20 min", at(6, 30), at(6, 50), fault.Rate(0.25, fault.Truncated(8))},
	{"outage, 20 min", at(7, 15), at(7, 35), fault.Status(503)},
}

func at(hours, minutes int) time.Duration {
	return time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
}

// shiftLog is what record wrote; a test records it anew and compares.
//
//go:embed testdata/shift.log
var shiftLog string

// A Call is one line of the log, written by the client.
type Call struct {
	At     time.Duration // since the shift began
	Status int           // 0: the client stopped waiting
	Usable bool          // complete, and within the deadline
}

// record sends a call every 15 seconds through the shift and logs what came back.
func record(w io.Writer) error {
	return virtual.Run(func(env *virtual.Env) error {
		var phases []fault.Phase
		var end time.Duration
		for _, i := range incidents {
			phases = append(phases, fault.Phase{For: i.From - end}, fault.Phase{For: i.To - i.From, Plan: i.Plan})
			end = i.To
		}
		p := env.Start(fault.Config{Name: "provider", Seed: 1, FirstToken: fault.Fixed(time.Second), Plan: fault.Schedule(phases...)})
		client := openai.NewClient(option.WithBaseURL(p.URL+"/v1"), option.WithAPIKey("any"),
			option.WithHTTPClient(env.Client), option.WithMaxRetries(0))
		for t := time.Duration(0); t < shift; t += interval {
			time.Sleep(t - env.Elapsed())
			c := ask(env.Context, client, fmt.Sprintf("Question %d?", t/interval))
			c.At = t
			fmt.Fprintf(w, "%s %d %t\n", clock(c.At), c.Status, c.Usable)
		}
		return nil
	})
}

func ask(ctx context.Context, client openai.Client, question string) Call {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	answer, err := client.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
		Model:    "model",
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(question)},
	})
	var refused *openai.Error
	switch {
	case errors.As(err, &refused):
		return Call{Status: refused.StatusCode}
	case err != nil:
		return Call{}
	}
	return Call{Status: 200, Usable: len(answer.Choices) > 0 && answer.Choices[0].FinishReason == "stop"}
}

func clock(t time.Duration) string {
	return fmt.Sprintf("%02d:%02d:%02d", int(t.Hours()), int(t.Minutes())%60, int(t.Seconds())%60)
}

func parse(log string) ([]Call, error) {
	var calls []Call
	for lines := bufio.NewScanner(strings.NewReader(log)); lines.Scan(); {
		var h, m, s int
		var c Call
		var usable string
		_, err := fmt.Sscanf(lines.Text(), "%d:%d:%d %d %s", &h, &m, &s, &c.Status, &usable)
		if err == nil {
			c.Usable, err = strconv.ParseBool(usable)
		}
		if err != nil {
			return nil, fmt.Errorf("log line %q: %w", lines.Text(), err)
		}
		c.At = at(h, m) + time.Duration(s)*time.Second
		calls = append(calls, c)
	}
	return calls, nil
}
