package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// The fleet: how many replicas there are, and what one can do.
const (
	replicas   = 8
	slots      = 4 // answers that a replica generates at once; more wait
	firstToken = 200 * time.Millisecond
	perToken   = 20 * time.Millisecond
	meanTokens = 150
	maxTokens  = 20 * meanTokens
)

// capacity is how many answers of the mean length the fleet gives in a second.
var capacity = replicas * slots /
	(firstToken + (meanTokens-1)*perToken).Seconds()

// names are the replicas' hosts.
func names() (hosts []string) {
	for i := range replicas {
		hosts = append(hosts, fmt.Sprintf("gpu-%d", i))
	}
	return hosts
}

// A Job is a request that arrives.
type Job struct {
	At     time.Duration
	Tokens int // of the answer, which no balancer can know
	Prefix string
}

// jobs returns n jobs that arrive at random and use a share of the fleet's
// capacity. The lengths of the answers have the mean meanTokens and are spread
// log-normally by sigma; with 0 they are all alike.
func jobs(n int, share, sigma float64) []Job {
	rng := rand.New(rand.NewPCG(seed, 0))
	median := meanTokens / math.Exp(sigma*sigma/2)
	list := make([]Job, n)
	var at float64
	for i := range list {
		at += rng.ExpFloat64() / (share * capacity)
		tokens := int(math.Round(median * math.Exp(sigma*rng.NormFloat64())))
		list[i] = Job{
			At:     time.Duration(at * float64(time.Second)),
			Tokens: min(max(1, tokens), maxTokens),
		}
	}
	return list
}

// A Served is what became of jobs that were sent over HTTP.
type Served struct {
	Took   []time.Duration // by job; 0: it failed
	Failed int
	Calls  [replicas]int
}

// serve sends the jobs through a balancer to a fleet of model servers, of which
// those after the first failing ones work.
func serve(jobs []Job, rule Rule, penalty time.Duration, failing int) (Served, error) {
	served := Served{Took: make([]time.Duration, len(jobs))}
	err := virtual.Run(func(env *virtual.Env) error {
		b := &Balancer{Hosts: names(), Rule: rule, Penalty: penalty, Next: env.Transport()}
		var servers []*virtual.Provider
		for i, host := range b.Hosts {
			config := fault.Config{
				Name:       host,
				FirstToken: fault.Fixed(firstToken),
				PerToken:   fault.Fixed(perToken),
				Limits:     fault.Limits{Concurrency: slots},
				Reply: func(c fault.Call) fault.Reply {
					return fault.Reply{Text: words(jobs[number(c.Prompt)].Tokens)}
				},
			}
			if i < failing {
				config.Plan = fault.Overloaded().After(10 * time.Millisecond)
			}
			servers = append(servers, env.Start(config))
		}
		client := openai.NewClient(
			option.WithBaseURL("http://fleet/v1"), option.WithAPIKey("any"),
			option.WithHTTPClient(&http.Client{Transport: b}),
			option.WithMaxRetries(0))

		var mu sync.Mutex
		var all sync.WaitGroup
		for i, job := range jobs {
			time.Sleep(job.At - env.Elapsed())
			all.Go(func() {
				begin := time.Now()
				err := ask(env.Context, client, i, job.Prefix)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					served.Failed++
					return
				}
				served.Took[i] = time.Since(begin)
			})
		}
		all.Wait()
		for i, s := range servers {
			served.Calls[i] = s.Stats().Calls
		}
		return nil
	})
	return served, err
}

func ask(ctx context.Context, c openai.Client, i int, prefix string) error {
	_, err := c.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
		Model:    "fault-large",
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(prompt(i))},
	}, option.WithHeader(PrefixHeader, prefix))
	return err
}

func prompt(i int) string { return fmt.Sprintf("Job %d", i) }

func number(prompt string) (i int) {
	fmt.Sscanf(prompt, "Job %d", &i)
	return i
}

var text = strings.Repeat("word ", maxTokens)

// words returns an answer of so many tokens.
func words(n int) string { return text[:len("word ")*n-1] }

const (
	failingJobs = 200
	penalty     = 10 * time.Second
)

func printFailing(w io.Writer) error {
	fmt.Fprintf(w, "%-18s %12s %12s\n", "requests that fail", "no penalty", "10 s penalty")
	for _, r := range rules {
		fmt.Fprintf(w, "%-18s", r.name)
		for _, p := range []time.Duration{0, penalty} {
			served, err := serve(jobs(failingJobs, load, 1), r.make(), p, 1)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, " %11.1f%%", percent(served.Failed, failingJobs))
		}
		fmt.Fprintln(w)
	}
	return nil
}
