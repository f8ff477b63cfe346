package main

import (
	"cmp"
	"hash/fnv"
	"io"
	"slices"
)

// region: affinity

// Affinity keeps prompts with the same prefix on the same host, unless that
// host has more than factor times the mean of the open requests; then the
// prefix's second host gets it, or its third. A factor of 0 is no bound.
func Affinity(hosts []string, factor float64) Rule {
	return func(open []int, prefix string) int {
		total := 1 // this request
		for _, n := range open {
			total += n
		}
		limit := factor * float64(total) / float64(len(open))
		order := preference(prefix, hosts)
		for _, i := range order {
			if factor == 0 || float64(open[i]) < limit {
				return i
			}
		}
		return order[0]
	}
}

// preference ranks the hosts for a prefix by rendezvous hashing: when a host
// comes or goes, only the prefixes that rank it first move.
func preference(prefix string, hosts []string) []int {
	rank := make([]uint64, len(hosts))
	order := make([]int, len(hosts))
	for i, host := range hosts {
		h := fnv.New64a()
		io.WriteString(h, host)
		io.WriteString(h, prefix)
		rank[i], order[i] = mix(h.Sum64()), i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Compare(rank[a], rank[b])
	})
	return order
}

// endregion: affinity

// mix spreads what FNV leaves in the low bits over all of them.
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}
