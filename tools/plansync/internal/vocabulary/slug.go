package vocabulary

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

// CheckSlug returns why s cannot be a folder and a URL on every system, or nil.
func CheckSlug(s string) error {
	switch {
	case s == "":
		return fmt.Errorf("the slug is empty")
	case len(s) > maxSlug:
		return fmt.Errorf("slug of %d characters: at most %d fit", len(s), maxSlug)
	case slices.Contains(reserved, s):
		return fmt.Errorf("slug %q is the name of a device on Windows", s)
	case !isPlainSlug(s) && s != Slugify(s):
		return fmt.Errorf("slug %q is not made of lower-case words with single hyphens between", s)
	}
	return nil
}

// isPlainSlug reports whether s is lower-case ASCII words with single hyphens between, as nearly
// every slug is: it is its own slug.
func isPlainSlug(s string) bool {
	hyphen := true // before the first letter none may stand
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			hyphen = false
		case c == '-' && !hyphen:
			hyphen = true
		default:
			return false
		}
	}
	return !hyphen
}

// undecomposed spells the Latin letters that Unicode does not take apart into a letter and marks.
var undecomposed = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l",
	'đ': "d", 'þ': "th", 'ð': "d", 'ı': "i",
	'ħ': "h", 'ŧ': "t", 'ª': "a", 'º': "o"}

// Slugify turns a name into a URL element: its words in lower-case ASCII letters and digits,
// joined by single hyphens. Apostrophes are dropped, everything else separates words. Letters lose
// their marks: ä becomes a, since only some languages spell it ae and a name does not tell its own.
// Ligatures and full-width letters are folded. Letters of other scripts are lost; see [TitleSlug].
func Slugify(name string) string {
	slug, _ := slugify(name)
	return slug
}

// TitleSlug makes the slug of an article from its title. It fails rather than leave out a letter.
func TitleSlug(title string) (string, error) {
	slug, lost := slugify(title)
	if lost != "" {
		return "", fmt.Errorf("title %q: a slug made from it would lose %q", title, lost)
	}
	if err := CheckSlug(slug); err != nil {
		return "", fmt.Errorf("title %q: %w", title, err)
	}
	return slug, nil
}

// slugify also returns the first run of letters that are not in the slug.
func slugify(name string) (slug, lost string) {
	var b, missing strings.Builder
	b.Grow(len(name))
	before := false // the rune before was lost, too
	for _, r := range norm.NFD.String(foldForms(strings.ToValidUTF8(name, "\ufffd"))) {
		r = unicode.ToLower(r)
		missed := false
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteByte(byte(r))
		case r == '\'' || r == '’' || r == 'ʼ' || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
			missed = before && missing.Len() > 0
		case undecomposed[r] != "":
			b.WriteString(undecomposed[r])
		default:
			missed = unicode.IsLetter(r) || unicode.Is(unicode.Mc, r) ||
				unicode.IsNumber(r) && r > unicode.MaxLatin1
			if b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
				b.WriteByte('-')
			}
		}
		if missed && (before || missing.Len() == 0) {
			missing.WriteRune(r)
		}
		before = missed && (before || missing.Len() > 0)
	}
	return strings.TrimSuffix(b.String(), "-"), norm.NFC.String(missing.String())
}

// foldForms spells out ligatures and full-width letters: ordinary letters in another form.
func foldForms(s string) string {
	isForm := func(r rune) bool { return r >= 0xFB00 && r <= 0xFB06 || r >= 0xFF10 && r <= 0xFF5A }
	if !strings.ContainsFunc(s, isForm) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if isForm(r) {
			b.WriteString(norm.NFKD.String(string(r)))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
