package plan

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSlug leaves room in the 255 bytes that file systems give a name.
const maxSlug = 120

// reserved are the names that Windows gives to devices.
var reserved = []string{"con", "prn", "aux", "nul",
	"com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
	"lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"}

// checkSlug returns why s cannot be a folder and a URL on every system, or nil.
func checkSlug(s string) error {
	switch {
	case s == "":
		return fmt.Errorf("the slug is empty")
	case len(s) > maxSlug:
		return fmt.Errorf("slug of %d characters: at most %d fit", len(s), maxSlug)
	case slices.Contains(reserved, s):
		return fmt.Errorf("slug %q is the name of a device on Windows", s)
	case s != Slugify(s):
		return fmt.Errorf("slug %q is not made of lower-case words with single hyphens between", s)
	}
	return nil
}

// undecomposed spells the Latin letters that Unicode does not take apart into a letter and marks.
var undecomposed = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'þ': "th", 'ð': "d", 'ı': "i"}

// Slugify turns a name into a URL element: its words in lower-case ASCII letters and digits,
// joined by single hyphens. Apostrophes are dropped, everything else separates words. Letters lose
// their marks: ä becomes a, since only some languages spell it ae and a name does not tell its own.
func Slugify(name string) string {
	var b strings.Builder
	b.Grow(len(name))
	for _, r := range norm.NFD.String(name) {
		r = unicode.ToLower(r)
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteByte(byte(r))
		case r == '\'' || r == '’' || unicode.Is(unicode.Mn, r):
		case undecomposed[r] != "":
			b.WriteString(undecomposed[r])
		default:
			if b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
				b.WriteByte('-')
			}
		}
	}
	return strings.TrimSuffix(b.String(), "-")
}
