package fault

import (
	"math"
	"time"
)

// A Delay is a distribution of delays. It maps two independent uniform numbers of
// [0, 1) to a duration, so that every draw is decided by the seed.
type Delay func(u, v float64) time.Duration

// Fixed is always d.
func Fixed(d time.Duration) Delay {
	return func(_, _ float64) time.Duration { return d }
}

// Uniform is spread evenly over [low, high).
func Uniform(low, high time.Duration) Delay {
	return func(u, _ float64) time.Duration { return low + time.Duration(u*float64(high-low)) }
}

// LogNormal has the given median, and sigma as the standard deviation of its logarithm.
// Sigma 0.5 is a mild tail (p99 is 3.2 times the median), sigma 1 a heavy one (10 times).
func LogNormal(median time.Duration, sigma float64) Delay {
	return func(u, v float64) time.Duration {
		z := math.Sqrt(-2*math.Log(1-u)) * math.Cos(2*math.Pi*v)
		return time.Duration(float64(median) * math.Exp(sigma*z))
	}
}

// Pareto has the given minimum and tail index alpha. Alpha 2 or less has no finite
// variance: p99 is 10 times the minimum at alpha 2 and 100 times at alpha 1.
func Pareto(minimum time.Duration, alpha float64) Delay {
	return func(u, _ float64) time.Duration {
		return time.Duration(float64(minimum) * math.Pow(1-u, -1/alpha))
	}
}

func (c Call) draw(d Delay, label string) time.Duration {
	if d == nil {
		return 0
	}
	return max(0, d(c.Draw(label), c.Draw(label+"'")))
}
