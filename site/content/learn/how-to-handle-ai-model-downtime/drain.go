package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/openai/openai-go/v3"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// The load: the outage is over at minute 5, and the next five minutes are watched.
const (
	outage   = 5 * time.Minute
	watched  = 5 * time.Minute
	chatGap  = time.Second     // between people who wait
	jobGap   = 2 * time.Second // between summaries
	jobLife  = 3 * time.Minute // for which a summary is wanted
	chatLife = 8 * time.Second // for which a person waits
	slots    = 6               // answers that the provider works on at once
)

// A Policy is a way to work off the queue.
type Policy struct {
	name    string
	workers int // 0: all jobs at once
	keep    bool
	newest  bool
}

var policies = []Policy{
	{"all at once", 0, true, false},
	{"2 workers", 2, true, false},
	{"+ expiry", 2, false, false},
	{"+ newest first", 2, false, true},
}

// An Aftermath is how the minutes after the outage went.
type Aftermath struct {
	ChatOK                        float64 // share
	ChatP95                       time.Duration
	InTime, Late, Failed, Dropped int           // jobs
	Wait                          time.Duration // median, of the jobs done in time
}

// measure lives through the minutes after the outage.
func measure(p Policy) (a Aftermath, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		model := newModel(env, fault.Config{Name: "model", Seed: 1, FirstToken: fault.LogNormal(2*time.Second, 0.3),
			Limits: fault.Limits{Concurrency: slots}})
		ask := func(ctx context.Context, question string) bool {
			answer, err := model.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
				Model: "model", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(question)}})
			return err == nil && answer.Choices[0].FinishReason == "stop"
		}
		var all sync.WaitGroup
		var mu sync.Mutex
		var waits []time.Duration
		queue := &Queue{Limit: 1000, Keep: p.keep, Newest: p.newest}
		over := env.Elapsed() + outage
		time.Sleep(outage)
		for i := range int(outage / jobGap) { // what the outage has left behind
			asked := epoch.Add(time.Duration(i) * jobGap)
			queue.jobs = append(queue.jobs, Job{fmt.Sprint("old summary ", i), asked, asked.Add(jobLife)})
		}

		work := func(job Job) {
			done := ask(env.Context, job.Question)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case !done:
				a.Failed++
			case time.Now().After(job.Expires):
				a.Late++
			default:
				a.InTime++
				waits = append(waits, time.Since(job.Asked))
			}
		}
		end := over + watched
		if p.workers == 0 {
			for {
				job, ok := queue.Take()
				if !ok {
					break
				}
				time.Sleep(time.Millisecond)
				all.Go(func() { work(job) })
			}
		}
		for i := range p.workers {
			all.Go(func() {
				time.Sleep(time.Duration(i) * 7 * time.Millisecond)
				for env.Elapsed() < end {
					if job, ok := queue.Take(); ok {
						work(job)
					} else {
						time.Sleep(100 * time.Millisecond)
					}
				}
			})
		}

		// New summaries keep coming, and people chat.
		all.Go(func() {
			time.Sleep(333 * time.Millisecond)
			for i := 0; env.Elapsed() < end; i++ {
				job := Job{fmt.Sprint("new summary ", i), time.Now(), time.Now().Add(jobLife)}
				if p.workers == 0 {
					all.Go(func() { work(job) })
				} else {
					queue.Add(job)
				}
				time.Sleep(jobGap)
			}
		})
		var delays []time.Duration
		ok := 0
		for i := 0; env.Elapsed() < end; i++ {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(env.Context, chatLife)
				defer cancel()
				begin := time.Now()
				answered := ask(ctx, fmt.Sprint("chat ", i))
				mu.Lock()
				defer mu.Unlock()
				delays = append(delays, time.Since(begin))
				if answered {
					ok++
				}
			})
			time.Sleep(chatGap)
		}
		all.Wait()
		slices.Sort(delays)
		a.ChatOK = float64(ok) / float64(len(delays))
		a.ChatP95 = delays[len(delays)*95/100]
		slices.Sort(waits)
		a.Wait = waits[len(waits)/2]
		a.Dropped = queue.Expired()
		return nil
	})
	return a, err
}

func printDrain(w io.Writer) error {
	fmt.Fprintf(w, "%-14s %5s %5s %5s %5s %5s %5s\n", "", "chats", "p95 s", "done", "late", "gone", "wait")
	for _, p := range policies {
		a, err := measure(p)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%-14s %4.0f%% %5.1f %5d %5d %5d %5.0f\n",
			p.name, 100*a.ChatOK, a.ChatP95.Seconds(), a.InTime, a.Late, a.Dropped, a.Wait.Seconds())
	}
	return nil
}
