package main

import "time"

// region: diagnose

// diagnose names the part that grew most over a usual call, then asks
// that part's own question.
func diagnose(t, usual Timing) string {
	parts := []struct {
		name  string
		grown time.Duration
	}{
		{"failed", t.Failed - usual.Failed},
		{"queued", t.Queued - usual.Queued},
		{"first", t.First - usual.First},
		{"rest", t.Rest - usual.Rest},
	}
	part, most := "", usual.Total()/2 // less than that is no finding
	for _, p := range parts {
		if p.grown > most {
			part, most = p.name, p.grown
		}
	}
	switch {
	case part == "":
		return "as usual"
	case part == "failed":
		return "retries: look at the errors"
	case part == "queued":
		return "connection: pool or network"
	case part == "first" && t.Cached < usual.Cached/2:
		return "prompt: the cache missed"
	case part == "first" && t.Input > 2*usual.Input:
		return "prompt: more input"
	case part == "first":
		return "provider: slow to start"
	case t.LongestGap > t.Rest/2:
		return "provider: the stream stalled"
	case t.Output > 2*usual.Output:
		return "answer: more tokens"
	}
	return "provider: slow tokens"
}

// endregion: diagnose
