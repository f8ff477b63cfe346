package main

import (
	"fmt"
	"io"
	"math"
)

// Days from the data that Chu et al. published with their study, status pages
// up to 31 August 2024: days with an outage of the Anthropic API, and how many
// of them had an outage of another service as well.
var observed = []struct {
	other         string
	common, total int
}{
	{"OpenAI API", 1, 25},
	{"claude.ai", 24, 25},
}

// region: shared

// interval returns the 95% Clopper-Pearson interval for a share of which
// common cases out of total were seen: the shares that the data do not rule out.
func interval(common, total int) (low, high float64) {
	if common > 0 {
		low = solve(func(p float64) bool { return 1-atMost(common-1, total, p) < 0.025 })
	}
	high = 1
	if common < total {
		high = solve(func(p float64) bool { return atMost(common, total, p) > 0.025 })
	}
	return low, high
}

// atMost returns the chance of k or fewer hits in n tries that each hit with chance p.
func atMost(k, n int, p float64) float64 {
	term := math.Pow(1-p, float64(n))
	sum := term
	for i := range k {
		term *= p / (1 - p) * float64(n-i) / float64(i+1)
		sum += term
	}
	return sum
}

// solve returns the p between 0 and 1 up to which tooSmall holds.
func solve(tooSmall func(p float64) bool) float64 {
	low, high := 0.0, 1.0
	for range 50 {
		mid := (low + high) / 2
		if tooSmall(mid) {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

// endregion: shared

func printShared(w io.Writer) error {
	fmt.Fprintf(w, "%-11s %11s %7s %15s   %s\n",
		"other", "common days", "b", "95% interval", "uptime of the pair")
	for _, o := range observed {
		low, high := interval(o.common, o.total)
		fmt.Fprintf(w, "%-11s %8d/%2d %6.1f%% %6.1f - %5.1f%%   %s - %s\n",
			o.other, o.common, o.total, 100*float64(o.common)/float64(o.total), 100*low, 100*high,
			uptime(high), uptime(low))
	}
	return nil
}

// uptime prints what two providers at 99.9% each come to when traffic moves at
// once and they share b of their downtime.
func uptime(b float64) string {
	return fmt.Sprintf("%.4f%%", 100*(1-Setup{Outages: 0.001, Shared: b, Spare: true}.outage()))
}
