package main

import (
	"fmt"
	"io"
	"math/rand/v2"
)

const (
	requests    = 20_000_000
	maxAttempts = 3
)

// A Shape is a way in which 1% of first attempts can fail.
type Shape struct {
	Name  string
	Time  float64 // share of time in which anything fails
	Fails float64 // chance that an attempt in that time fails
}

var shapes = []Shape{
	{"scattered errors", 1, 0.01},
	{"partial outage", 0.04, 0.25},
	{"full outage", 0.01, 1},
}

// Retried is what one shape did to many requests.
type Retried struct {
	OK     [maxAttempts + 1]float64 // share answered within so many attempts
	Refail float64                  // share of first retries that fail as well
	Load   float64                  // calls for each request while things fail
}

// region: retries

// retry sends requests with up to three attempts each. A share of them arrives
// while things fail, and so do all of their attempts; the rest succeed at once.
func retry(s Shape, rng *rand.Rand) Retried {
	exposed := int(s.Time * requests)
	var calls int
	var lost [maxAttempts + 1]int // requests without an answer after n attempts
	for range exposed {
		for n := 1; n <= maxAttempts; n++ {
			calls++
			if rng.Float64() >= s.Fails {
				break
			}
			lost[n]++
		}
	}

	var r Retried
	for n := 1; n <= maxAttempts; n++ {
		r.OK[n] = 1 - float64(lost[n])/requests
	}
	r.Refail = float64(lost[2]) / float64(lost[1])
	r.Load = float64(calls) / float64(exposed)
	return r
}

// endregion: retries

func printRetries(w io.Writer) error {
	fmt.Fprintf(w, "%-17s %9s %9s %9s %13s %15s\n",
		"1% of calls fail", "1 attempt", "2", "3", "retries lost", "calls/request")
	for _, s := range shapes {
		r := retry(s, rand.New(rand.NewPCG(seed, 0)))
		fmt.Fprintf(w, "%-17s %8.2f%% %8.3f%% %8.4f%% %12.0f%% %15.2f\n",
			s.Name, 100*r.OK[1], 100*r.OK[2], 100*r.OK[3], 100*r.Refail, r.Load)
	}
	return nil
}
