package plan

import "aiperformanceoptimization.com/plansync/tools/plansync/internal/vocabulary"

// checkSlug returns why s cannot be a folder and a URL on every system, or nil.
func checkSlug(s string) error { return vocabulary.CheckSlug(s) }

// Slugify turns a name into a URL element; see [vocabulary.Slugify].
func Slugify(name string) string { return vocabulary.Slugify(name) }
