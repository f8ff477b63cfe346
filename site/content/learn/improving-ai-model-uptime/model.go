package main

import "math"

const monthMinutes = 30 * 24 * 60

// meanOutage is in minutes. The study that the article cites has 2.6 hours for
// one provider and 2.8 hours for another.
const meanOutage = 150

// region: model

// A Setup says how requests fail and what the client does about it.
type Setup struct {
	Scattered float64 // share of attempts that fail by themselves
	Outages   float64 // share of time in which a provider is down: u
	Shared    float64 // share of u that has a cause in common with the spare: b
	Attempts  int     // attempts for each request, the first included
	Spare     bool    // a second provider can answer
	Detect    float64 // minutes of an outage until traffic has moved
	Optional  float64 // share of requests answered well without a model
	Own       float64 // share of time in which your own service is down
}

// Failing returns the share of requests that get no useful answer.
func (s Setup) Failing() float64 {
	model := math.Pow(s.Scattered, float64(s.Attempts)) + s.outage()
	unanswered := model * (1 - s.Optional)
	return unanswered + (1-unanswered)*s.Own
}

// outage returns the share of time in which outages leave nobody to ask.
func (s Setup) outage() float64 {
	if !s.Spare {
		return s.Outages
	}
	both := s.Shared * s.Outages
	own := s.Outages - both
	unmoved := own * (1 - math.Exp(-s.Detect/meanOutage))
	coincidence := (own - unmoved) * own // the spare has an outage of its own
	return both + unmoved + coincidence
}

// endregion: model
