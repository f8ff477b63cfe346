package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// visits are what users do, and when.
var visits = []struct {
	at                time.Duration
	feature, question string
}{
	{10 * time.Second, "search", "return policy"},
	{70 * time.Second, "chat", "where is my order"},
	{80 * time.Second, "search", "return policy"},
	{85 * time.Second, "search", "gift cards"},
	{90 * time.Second, "summary", "thread 1"},
	{100 * time.Second, "chat", "hello?"},
	{4 * time.Minute, "summary", "thread 2"},
	{270 * time.Second, "summary", "thread 3"},
	{275 * time.Second, "summary", "thread 4"},
	{370 * time.Second, "chat", "where is my order"},
}

func newModel(env *virtual.Env, cfg fault.Config) openai.Client {
	return openai.NewClient(option.WithBaseURL(env.Start(cfg).URL+"/v1"), option.WithAPIKey("any"),
		option.WithHTTPClient(env.Client), option.WithMaxRetries(0))
}

// printOutage lives through an outage from minute 1 to minute 6, in which the model hangs.
func printOutage(w io.Writer) error {
	return virtual.Run(func(env *virtual.Env) error {
		s := &Service{
			model: newModel(env, fault.Config{Name: "model", Seed: 1, FirstToken: fault.Fixed(2 * time.Second),
				Plan: fault.Schedule(fault.Phase{For: time.Minute}, fault.Phase{For: 5 * time.Minute, Plan: fault.Hang()})}),
			state: state{rng: rand.New(rand.NewPCG(1, 0)), cache: map[string]cached{}},
			queue: &Queue{Limit: 2},
		}
		fmt.Fprintln(w, "at    feature took code answer             question")
		for _, v := range visits {
			time.Sleep(v.at - env.Elapsed())
			rec := httptest.NewRecorder()
			form := url.Values{"feature": {v.feature}, "question": {v.question}}
			begin := time.Now()
			s.ServeHTTP(rec, httptest.NewRequestWithContext(env.Context, "GET", "/?"+form.Encode(), nil))
			var got reply
			if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil {
				return err
			}
			answer := got.Source
			if after := rec.Header().Get("Retry-After"); after != "" {
				answer += ", retry in " + after + " s"
			}
			if got.AsOf != "" {
				answer += ", as of " + got.AsOf
			}
			if got.Expires != "" {
				answer += ", until " + got.Expires
			}
			fmt.Fprintf(w, "%s %-7s %2.0f s %4d %-18s %s\n",
				clock(begin), v.feature, time.Since(begin).Seconds(), rec.Code, answer, v.question)
		}
		for {
			job, ok := s.queue.Take()
			if !ok {
				break
			}
			if _, err := s.ask(env.Context, job.Question); err == nil {
				fmt.Fprintf(w, "%s %-17s %-18s %s\n", clock(time.Now()), "queue", "done", job.Question)
			}
		}
		fmt.Fprintf(w, "%s %-17s %d expired\n", clock(time.Now()), "queue", s.queue.Expired())
		return nil
	})
}
