package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// region: quota

// A Quota is your own account of a deployment's tokens per minute, kept as
// the provider keeps it: it refills steadily and pays for requests on arrival.
type Quota struct {
	PerMinute float64
	left      float64
	at        time.Time
}

func (q *Quota) Left(now time.Time) float64 {
	if q.at.IsZero() {
		q.left = q.PerMinute
	} else {
		q.left += now.Sub(q.at).Minutes() * q.PerMinute
	}
	q.left, q.at = min(q.left, q.PerMinute), now
	return q.left
}

// MostRoom takes the deployment that has the largest part of its quota left
// after paying for the request, and pays there. The cost is the prompt plus
// max_tokens. It is called by one goroutine at a time.
func MostRoom(quotas []*Quota, cost float64, now time.Time) int {
	best, most := 0, 0.0
	for i, q := range quotas {
		room := (q.Left(now) - cost) / q.PerMinute
		if i == 0 || room > most {
			best, most = i, room
		}
	}
	if most >= 0 { // otherwise it will be refused, and that is free
		quotas[best].left -= cost
	}
	return best
}

// endregion: quota

// The deployments, the requests, and what these ask for.
var perMinute = []float64{60_000, 20_000}

const (
	quotaJobs   = 2_000
	quotaLoad   = 0.9
	promptSize  = 2 // "Job 17" is two words, and a word is a token here
	shortAnswer = 500
	longAnswer  = 8_000
	longShare   = 0.2
)

// A split sends each request of cost tokens to one of the deployments.
type split func(n int, cost float64) int

var splits = []struct {
	name string
	make func() split
	asks func(long bool) int64 // max_tokens
}{
	{"turns, 1 to 1", func() split { return turns(0, 1) }, asNeeded},
	{"turns, 3 to 1", func() split { return turns(0, 0, 1, 0) }, asNeeded},
	{"most room in tokens", mostRoom, asNeeded},
	{"same, max_tokens 8,000", mostRoom, func(bool) int64 { return longAnswer }},
}

func asNeeded(long bool) int64 {
	if long {
		return longAnswer
	}
	return shortAnswer
}

func turns(order ...int) split {
	return func(n int, _ float64) int { return order[n%len(order)] }
}

func mostRoom() split {
	var quotas []*Quota
	for _, q := range perMinute {
		quotas = append(quotas, &Quota{PerMinute: q})
	}
	return func(_ int, cost float64) int { return MostRoom(quotas, cost, time.Now()) }
}

// A Refusals counts the requests, and those that the quotas refuse.
type Refusals struct {
	All, Long               int
	RefusedAll, RefusedLong int
}

// refused sends the requests and counts.
func refused(split split, asks func(long bool) int64) (n Refusals, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		var clients []openai.Client
		var total float64
		for i, q := range perMinute {
			p := env.Start(fault.Config{
				Name:   fmt.Sprintf("deployment-%d", i),
				Limits: fault.Limits{RequestsPerMinute: 10_000, TokensPerMinute: int(q)},
			})
			clients = append(clients, openai.NewClient(
				option.WithBaseURL(p.URL+"/v1"), option.WithAPIKey("any"),
				option.WithHTTPClient(env.Client), option.WithMaxRetries(0)))
			total += q
		}
		mean := promptSize + shortAnswer + longShare*(longAnswer-shortAnswer)
		rng := rand.New(rand.NewPCG(seed, 3))
		order := rng.Perm(quotaJobs) // so that exactly longShare of them are long
		for i := range quotaJobs {
			between := rng.ExpFloat64() * mean / (quotaLoad * total)
			time.Sleep(time.Duration(between * float64(time.Minute)))
			long := float64(order[i]) < longShare*quotaJobs
			tokens := asks(long)
			to := split(i, promptSize+float64(tokens))
			_, err := clients[to].Chat.Completions.New(env.Context, openai.ChatCompletionNewParams{
				Model:               "fault-large",
				MaxCompletionTokens: openai.Int(tokens),
				Messages:            []openai.ChatCompletionMessageParamUnion{openai.UserMessage(prompt(i))},
			})
			n.All++
			if long {
				n.Long++
			}
			if err != nil {
				n.RefusedAll++
			}
			if err != nil && long {
				n.RefusedLong++
			}
		}
		return nil
	})
	return n, err
}

func printQuota(w io.Writer) error {
	fmt.Fprintf(w, "%-22s %7s %7s\n", "refused with 429", "all", "long")
	for _, s := range splits {
		n, err := refused(s.make(), s.asks)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%-22s %6.1f%% %6.1f%%\n", s.name,
			percent(n.RefusedAll, n.All), percent(n.RefusedLong, n.Long))
	}
	return nil
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(of) }
