package main

import (
	"fmt"
	"io"
)

// region: credits

// A Tier is the share of a month's charges that is credited below a level.
type Tier struct{ Below, Credit float64 }

// bedrock has the tiers of Amazon Bedrock's SLA; yours may be copied from it.
var bedrock = []Tier{{0.999, 0.10}, {0.99, 0.25}, {0.95, 1}}

// credit is what is due for a month, of what was charged for it.
func credit(tiers []Tier, availability, charged float64) float64 {
	share := 0.0
	for _, t := range tiers {
		if availability < t.Below {
			share = t.Credit
		}
	}
	return share * charged
}

// endregion: credits

const (
	modelBill = 8_000  // what you pay the provider in the month
	revenue   = 60_000 // what your customers pay you for the feature
)

func printCredits(w io.Writer, calls []Call) {
	r := reading(calls)
	fmt.Fprintf(w, "%-28s %9s  %12s  %14s\n", "available means", "measured", "you are owed", "you would owe")
	for _, row := range []struct {
		name string
		got  float64
	}{
		{"no 5-minute downtime", r.Contract},
		{"no server error", r.Server},
		{"an answer the user can use", r.Users},
	} {
		fmt.Fprintf(w, "%-28s %8.3f%%  %12s  %14s\n", row.name, 100*row.got,
			dollars(credit(bedrock, row.got, modelBill)), dollars(credit(bedrock, row.got, revenue)))
	}
}

func dollars(x float64) string {
	if x < 1000 {
		return fmt.Sprintf("$%.0f", x)
	}
	return fmt.Sprintf("$%d,%03d", int(x)/1000, int(x)%1000)
}
