package fault

import (
	"fmt"
	"time"
)

// A Plan decides how each call fares. It must be a pure function of the call, so that it
// may run at any time and in any order.
type Plan interface {
	Decide(Call) Fault
}

// A PlanFunc is a function that is a Plan.
type PlanFunc func(Call) Fault

// Decide calls the function.
func (f PlanFunc) Decide(c Call) Fault { return f(c) }

// decide treats the nil plan as OK.
func decide(p Plan, c Call) Fault {
	if p == nil {
		return OK()
	}
	return p.Decide(c)
}

// Rate applies p to this share of the calls, chosen by [Call.Draw], and answers the others well.
// Rates at different places of a plan draw together; give them different labels with
// [RateLabelled], or use [Mix] for several faults of which at most one happens.
func Rate(share float64, p Plan) Plan { return RateLabelled("rate", share, p) }

// RateLabelled is [Rate] with draws of its own.
func RateLabelled(label string, share float64, p Plan) Plan {
	return PlanFunc(func(c Call) Fault {
		if c.Draw(label) < share {
			return decide(p, c)
		}
		return OK()
	})
}

// A Share is a plan and the share of calls that it applies to.
type Share struct {
	Share float64
	Plan  Plan
}

// Mix applies at most one of the plans to a call, each to its share of the calls. What is left
// of 1 is answered well.
func Mix(shares ...Share) Plan {
	return PlanFunc(func(c Call) Fault {
		u := c.Draw("mix")
		for _, s := range shares {
			if u < s.Share {
				return decide(s.Plan, c)
			}
			u -= s.Share
		}
		return OK()
	})
}

// Script applies the i-th plan to the i-th call that arrives, and answers all later calls well.
// It depends on the order of arrival: use it where calls follow one another, else [Attempts].
func Script(plans ...Plan) Plan {
	return PlanFunc(func(c Call) Fault { return nth(plans, c.N, c) })
}

// Attempts applies the i-th plan to the i-th attempt at each request, as told apart by
// [Call.Key], and answers all later attempts well.
func Attempts(plans ...Plan) Plan {
	return PlanFunc(func(c Call) Fault { return nth(plans, c.Attempt, c) })
}

func nth(plans []Plan, n int, c Call) Fault {
	if n <= len(plans) {
		return decide(plans[n-1], c)
	}
	return OK()
}

// Every applies p to every n-th call that arrives.
func Every(n int, p Plan) Plan {
	return PlanFunc(func(c Call) Fault {
		if c.N%n == 0 {
			return decide(p, c)
		}
		return OK()
	})
}

// A Phase is a part of a [Schedule].
type Phase struct {
	For  time.Duration // how long it lasts; 0 is for ever
	Plan Plan          // nil is OK
}

// Schedule applies the phases one after the other, by the time since the server's zero at
// which a call arrives. After the last phase all is well.
func Schedule(phases ...Phase) Plan {
	return PlanFunc(func(c Call) Fault {
		var end time.Duration
		for _, p := range phases {
			end += p.For
			if p.For == 0 || c.At < end {
				return decide(p.Plan, c)
			}
		}
		return OK()
	})
}

// ByModel picks a plan by the model that is asked for; the key "" is for all others.
func ByModel(plans map[string]Plan) Plan {
	return pick(plans, func(c Call) string { return c.Model })
}

// ByAPIKey picks a plan by the caller's API key; the key "" is for all others.
func ByAPIKey(plans map[string]Plan) Plan {
	return pick(plans, func(c Call) string { return c.APIKey })
}

func pick(plans map[string]Plan, by func(Call) string) Plan {
	return PlanFunc(func(c Call) Fault {
		p, ok := plans[by(c)]
		if !ok {
			p = plans[""]
		}
		return decide(p, c)
	})
}

// When applies p to the calls for which the condition holds.
func When(holds func(Call) bool, p Plan) Plan {
	return PlanFunc(func(c Call) Fault {
		if holds(c) {
			return decide(p, c)
		}
		return OK()
	})
}

// All lays plans over one another: the first one that does not answer well decides the outcome,
// and delays come from the first that has them. All(Slow(d), Rate(0.1, Hang())) is slow and
// hangs in a tenth of the calls.
func All(plans ...Plan) Plan {
	return PlanFunc(func(c Call) Fault {
		out := OK()
		for _, p := range plans {
			out = out.over(decide(p, c))
		}
		return out
	})
}

// Delayed waits before every answer of p, good or bad, for a delay drawn for each call.
func Delayed(d Delay, p Plan) Plan {
	return PlanFunc(func(c Call) Fault {
		f := decide(p, c)
		name := f.name
		f = f.AfterDelay(d)
		f.name = name
		return f
	})
}

func (c Call) String() string {
	return fmt.Sprintf("call %d (%s, %s, attempt %d)", c.N, c.API, c.Model, c.Attempt)
}
