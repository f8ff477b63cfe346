// Package uptime has your uptime from a log, and what a change would do to it.
package uptime

import (
	"math"
	"slices"
)

const meanOutage = 150.0 // minutes

// A Try is an attempt: its link, and the kind of
// its verdict, as in Answer.Tried.
type Try struct{ Link, Kind string }

// The fault of the request, or of who asked:
var notCounted = []string{
	"bad_request", "not_found", "too_long",
	"refusal", "cancelled",
}

// region: measure

// Measure gives the share that fails: of
// requests, of first retries, of spares.
func Measure(requests [][]Try) (
	lost, retries, spares float64,
) {
	var bad, all [3]float64
	count := func(i int, t Try) {
		all[i]++
		if t.Kind != "ok" {
			bad[i]++
		}
	}
	for _, tried := range requests {
		last := tried[len(tried)-1]
		if slices.Contains(notCounted, last.Kind) {
			continue
		}
		count(0, last)
		if len(tried) > 1 &&
			tried[1].Link == tried[0].Link {
			count(1, tried[1])
		}
		if last.Link != tried[0].Link {
			count(2, last)
		}
	}
	return bad[0] / max(1, all[0]),
		bad[1] / max(1, all[1]),
		bad[2] / max(1, all[2])
}

// endregion: measure

// region: model

// A Setup is how requests fail, and what helps.
type Setup struct {
	Scattered float64 // share of attempts
	Outages   float64 // share of time
	Shared    float64 // of that, with the spare
	Attempts  int     // for each request
	Spare     bool    // can answer instead
	Minutes   float64 // until traffic has moved
	Optional  float64 // can do without a model
	Own       float64 // your service's downtime
}

// Failing is the share without an answer.
func (s Setup) Failing() float64 {
	lost := s.Outages
	if s.Spare {
		both := s.Shared * s.Outages
		alone := s.Outages - both
		unmoved := alone * (1 - math.Exp(
			-s.Minutes/meanOutage))
		moved := alone - unmoved
		lost = both + unmoved + moved*alone
	}
	lost += math.Pow(
		s.Scattered, float64(s.Attempts))
	lost *= 1 - s.Optional
	return lost + (1-lost)*s.Own
}

// endregion: model
