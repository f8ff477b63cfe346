// Package redundancy audits a deployment: what is left when one thing after another is gone.
package redundancy

import "slices"

// region: inventory

// A Path is a way to an answer.
type Path struct {
	Name  string
	Needs []string // all that has to work
	Quota float64  // requests a minute
}

// Peak is in requests a minute.
const Peak = 60

var ours = []string{
	"client release", "prompt release",
	"gateway", "key store", "egress"}

// Before is a deployment with three providers.
var Before = []Path{
	{"A", append(slices.Clone(ours), "A account",
		"A platform", "model A"), 60},
	{"cloud", append(slices.Clone(ours),
		"cloud account", "region", "model A"), 40},
	{"B", append(slices.Clone(ours), "B account",
		"B platform", "model B"), 20},
}

// endregion: inventory

// After is the same one, after the audit.
var After = []Path{
	{"A", []string{"client release",
		"prompt release", "gateway", "egress",
		"A account", "A platform", "model A"}, 60},
	{"cloud", []string{"client release",
		"prompt release", "gateway 2", "egress 2",
		"cloud account", "region", "model A"}, 60},
	{"B", []string{"client release",
		"last release", "gateway 2", "egress 2",
		"B account", "B platform", "model B"}, 60},
}

// A Loss is what is left without a cause.
type Loss struct {
	Cause string
	Share float64 // of the peak
	Left  []string
}

// region: audit

// Audit takes away each cause in turn.
func Audit(paths []Path, peak float64) []Loss {
	var list []Loss
	done := map[string]bool{}
	for _, path := range paths {
		for _, cause := range path.Needs {
			if !done[cause] {
				done[cause] = true
				list = append(list,
					without(cause, paths, peak))
			}
		}
	}
	return list
}

func without(
	cause string, paths []Path, peak float64,
) Loss {
	loss := Loss{Cause: cause}
	for _, p := range paths {
		if !slices.Contains(p.Needs, cause) {
			loss.Share += p.Quota / peak
			loss.Left = append(loss.Left, p.Name)
		}
	}
	return loss
}

// endregion: audit
