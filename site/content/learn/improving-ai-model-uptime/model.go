package main

import "math"

const (
	monthMinutes = 30 * 24 * 60
	meanOutage   = 150 // minutes; the study that the article cites has 2.6 h and 2.8 h
)

// region: model

// A Setup says how requests fail and what the client does about it.
type Setup struct {
	Scattered float64 // share of attempts that fail on their own, one by one
	Outages   float64 // share of time in which a provider is down: u
	Shared    float64 // share of that downtime that the spare has too, by the same cause: b
	Attempts  int     // attempts for each request, the first included
	Spare     bool    // a second provider can answer
	Detect    float64 // minutes from the start of an outage until traffic has moved
	Optional  float64 // share of requests that can be answered well without any model
	Own       float64 // share of time in which your own service is down
}

// Failing returns the share of requests that get no useful answer.
func (s Setup) Failing() float64 {
	model := math.Pow(s.Scattered, float64(s.Attempts)) + s.outage()
	unanswered := model * (1 - s.Optional)
	return unanswered + (1-unanswered)*s.Own
}

// outage returns the share of time in which outages leave no provider to ask.
func (s Setup) outage() float64 {
	if !s.Spare {
		return s.Outages
	}
	own := (1 - s.Shared) * s.Outages
	missed := 1 - math.Exp(-s.Detect/meanOutage) // share of it before traffic moves
	return s.Shared*s.Outages +                  // nobody is up
		own*missed + // the spare is up, but traffic has not moved
		own*(1-missed)*own // the spare happens to be down by itself
}

// endregion: model
