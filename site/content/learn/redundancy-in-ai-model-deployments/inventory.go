package main

import "slices"

// region: inventory

// A Path is one way to get an answer: everything that has to work for it, and
// the requests a minute that it may carry.
type Path struct {
	Name  string
	Needs []string
	Quota int
}

const peak = 60 // requests a minute, all of which matter

// onPaper is a deployment with three providers, before the audit.
var onPaper = []Path{
	{"vendor A", []string{
		"prompt release", "gateway", "key store", "egress",
		"vendor A account", "vendor A platform", "model A"}, 60},
	{"model A, cloud", []string{
		"prompt release", "gateway", "key store", "egress",
		"cloud account", "cloud region", "model A"}, 40},
	{"vendor B", []string{
		"prompt release", "gateway", "key store", "egress",
		"vendor B account", "vendor B platform", "model B"}, 20},
}

// endregion: inventory

// inFact is the same deployment after the audit.
var inFact = []Path{
	{"vendor A", []string{
		"prompt release", "gateway", "egress",
		"vendor A account", "vendor A platform", "model A"}, 60},
	{"model A, cloud", []string{
		"prompt release", "gateway 2", "egress 2",
		"cloud account", "cloud region", "model A"}, 60},
	{"vendor B", []string{
		"prompt release", "gateway 2", "egress 2",
		"vendor B account", "vendor B platform", "model B"}, 60},
}

// region: audit

// causes lists everything that any path needs, once.
func causes(paths []Path) []string {
	var all []string
	for _, p := range paths {
		for _, need := range p.Needs {
			if !slices.Contains(all, need) {
				all = append(all, need)
			}
		}
	}
	return all
}

// without returns the paths that survive a cause, and what they may carry.
func without(cause string, paths []Path) (left []Path, quota int) {
	for _, p := range paths {
		if !slices.Contains(p.Needs, cause) {
			left = append(left, p)
			quota += p.Quota
		}
	}
	return left, quota
}

// endregion: audit
