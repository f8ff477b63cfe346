package vocabulary

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// A Form is how an address is written.
type Form int

// The forms of an address.
const (
	Bare    Form = iota // my-article
	Path                // /learn/my-article/
	File                // my-article.md, posts/my-article/index.md
	URL                 // https://example.org/learn/my-article/
	Pattern             // /cards/[name]/: not one page

	lastForm = Pattern
)

// An Address says where an article is or shall be.
type Address struct {
	Form   Form
	Text   string // as written, without markup: "`/learn/x/` ✅" is "/learn/x/"
	Host   string // of a URL
	Folder string // the elements before the last one, joined by slashes: "learn/rules"
	Slug   string // the last element, without a file's extension and date; not always a valid slug
	Date   string // the date that a file's name starts with, as Hugo and Jekyll read it: "2026-03-02"
}

// ReadAddress reads a cell, or the text of a code span or link, that is an address and nothing
// else but markup, marks and a remark in brackets. ok is false where it is none. An error says why
// what it names is not one article: the home page, a pattern, or several addresses.
func ReadAddress(text string) (a Address, ok bool, err error) {
	words := addressWords(text)
	if len(words) == 0 {
		return Address{}, false, nil
	}
	a, ok = parseAddress(words[0])
	if !ok {
		return Address{}, false, nil
	}
	for _, word := range words[1:] {
		if _, isAddress := parseAddress(word); !isAddress {
			return Address{}, false, nil
		}
	}
	switch {
	case len(words) > 1 && a.Form == Bare:
		return Address{}, false, nil // words of a sentence
	case len(words) > 1:
		return a, true, fmt.Errorf("%q names several pages", strings.Join(words, " "))
	case a.Form == Pattern:
		return a, true, fmt.Errorf("%q is a pattern, not one page", a.Text)
	case a.Slug == "":
		return a, true, fmt.Errorf("%q is the home page, no article", a.Text)
	}
	return a, true, nil
}

// IsSlug reports whether s can only be a slug: lower-case words with hyphens between them, and
// none that people write so in a text ("up-to-date" is a slug, "word" is not).
func IsSlug(s string) bool { return strings.Contains(s, "-") && CheckSlug(s) == nil }

// addressWords returns the words of text that may be addresses: a remark in round brackets after
// the address, marks and markup are left out.
func addressWords(text string) []string {
	text = strings.TrimSpace(text)
	if opening := strings.IndexByte(text, '['); opening == 0 { // a link: its address counts
		if n := strings.Index(text, "]("); n > 0 && strings.HasSuffix(text, ")") {
			label := strings.Trim(text[1:n], "` ")
			if a, ok := parseAddress(label); ok && a.Form != Bare {
				return []string{label}
			}
			target, _, _ := strings.Cut(strings.Trim(text[n+2:len(text)-1], " "), " ")
			return []string{strings.Trim(target, "<>")}
		}
	}
	var words []string
	isSeparator := func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;→", r) }
	for _, word := range strings.FieldsFunc(text, isSeparator) {
		bare := word
		for _, pair := range []string{"**", "*", "__"} {
			if rest, ok := strings.CutPrefix(bare, pair); ok && strings.HasSuffix(rest, pair) {
				bare = strings.TrimSuffix(rest, pair)
			}
		}
		bare = trimSymbols(strings.Trim(bare, "`\"'“”"))
		if strings.HasPrefix(bare, "<http") {
			bare = strings.TrimSuffix(bare[1:], ">")
		}
		switch {
		case bare == "" || bare == "-" || bare == "—":
		case len(words) > 0 && (word[0] == '(' || strings.HasPrefix(word, "[")):
			return words // a remark
		case bare == "and" || bare == "or" || bare == "&" || bare == "+":
		default:
			words = append(words, bare)
		}
	}
	return words
}

// contentExtensions are those of files that hold articles.
var contentExtensions = []string{".md", ".mdx", ".markdown", ".mdown", ".html", ".htm", ".adoc",
	".asciidoc", ".rst", ".org", ".astro", ".php", ".pandoc"}

// parseAddress reads one word.
func parseAddress(word string) (Address, bool) {
	a := Address{Text: word}
	path := word
	switch {
	case strings.HasPrefix(word, "https://") || strings.HasPrefix(word, "http://"):
		u, err := url.Parse(word)
		if err != nil {
			return Address{}, false
		}
		a.Form, a.Host, path = URL, u.Host, u.EscapedPath()
	case strings.HasPrefix(word, "www.") && strings.Contains(word, "/"):
		a.Form = URL
		a.Host, path, _ = strings.Cut(word, "/")
	case isHostPath(word):
		a.Form = URL
		a.Host, path, _ = strings.Cut(word, "/")
	default:
		path, _, _ = strings.Cut(path, "#")
		path, _, _ = strings.Cut(path, "?")
		if strings.ContainsRune(path, '/') && !strings.Contains(path, "//") {
			a.Form = Path
		}
	}
	if isPattern(path) {
		a.Form = Pattern
		return a, strings.ContainsAny(word, "/.")
	}
	if a.Form == Path && !isPath(path) {
		return Address{}, false
	}
	elements := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	elements = withoutDots(elements)
	if len(elements) == 0 {
		return a, a.Form == Path || a.Form == URL
	}
	last := elements[len(elements)-1]
	if extension := contentExtension(last); extension != "" {
		if a.Form == Path || a.Form == Bare {
			a.Form = File
		}
		last = strings.TrimSuffix(last, extension)
		if stem := withoutLanguage(last); a.Form == File {
			last = stem
		}
		if (last == "index" || last == "_index") && len(elements) > 1 {
			elements = elements[:len(elements)-1]
			last = elements[len(elements)-1]
		} else if last == "index" || last == "_index" {
			last = ""
		}
		if a.Form == File {
			a.Date, last = leadingDate(last)
		}
	}
	if decoded, err := url.PathUnescape(last); err == nil {
		last = decoded
	}
	a.Slug = last
	a.Folder = strings.Join(elements[:len(elements)-1], "/")
	return a, a.Form != Bare || isBareSlug(last)
}

// isHostPath reads "example.org/learn/x".
func isHostPath(word string) bool {
	host, _, ok := strings.Cut(word, "/")
	if !ok || !strings.Contains(host, ".") || strings.HasPrefix(host, ".") {
		return false
	}
	top := host[strings.LastIndexByte(host, '.')+1:]
	return len(top) >= 2 && strings.Trim(top, "abcdefghijklmnopqrstuvwxyz") == "" && top != "js"
}

// isPath reports whether a word with a slash is a path and not "and/or" or "n/a": it starts or
// ends with one, has a file's name at its end, or a hyphen or a third element.
func isPath(s string) bool {
	if strings.ContainsAny(s, "\"<>|\\") {
		return false
	}
	for _, start := range []string{"/", "./", "../", "~"} {
		if strings.HasPrefix(s, start) {
			return true
		}
	}
	if strings.HasSuffix(s, "/") || contentExtension(s) != "" {
		return true
	}
	last := s[strings.LastIndexByte(s, '/')+1:]
	return s == strings.ToLower(s) && isASCII(s) && strings.ContainsAny(last, "-_") && !isNumberPair(s)
}

// isNumberPair reads "3/4" and "2026/27".
func isNumberPair(s string) bool { return strings.Trim(s, "0123456789/") == "" }

// isPattern reports whether a path stands for many pages: /[slug], /{id}, /*, /:name, /<topic>/, /…
func isPattern(path string) bool {
	return strings.ContainsAny(path, "[]{}*<>$…") || strings.Contains(path, "/...") ||
		strings.Contains(path, "/:") || strings.HasPrefix(path, ":")
}

func withoutDots(elements []string) []string {
	kept := elements[:0]
	for _, e := range elements {
		if e != "." && e != ".." && e != "~" {
			kept = append(kept, e)
		}
	}
	return kept
}

func contentExtension(name string) string {
	for _, extension := range contentExtensions {
		if len(name) > len(extension) && strings.EqualFold(name[len(name)-len(extension):], extension) {
			return name[len(name)-len(extension):]
		}
	}
	return ""
}

// withoutLanguage removes the language that a translated file's name ends in: "about.fr".
func withoutLanguage(stem string) string {
	n := strings.LastIndexByte(stem, '.')
	if n <= 0 {
		return stem
	}
	language, region, hasRegion := strings.Cut(stem[n+1:], "-")
	if len(language) != 2 || hasRegion && len(region) != 2 {
		return stem
	}
	for _, c := range []byte(language + region) {
		if !isASCIILetter(c) {
			return stem
		}
	}
	return stem[:n]
}

// leadingDate parts "2026-03-02-name".
func leadingDate(stem string) (date, name string) {
	const form = "dddd-dd-dd-"
	if len(stem) <= len(form) {
		return "", stem
	}
	for i := range form {
		digit := isDigit(stem[i])
		if digit != (form[i] == 'd') || !digit && stem[i] != '-' && stem[i] != '_' {
			return "", stem
		}
	}
	return stem[:len(form)-1], stem[len(form):]
}

// isBareSlug reports whether a word without a slash may be an address: Latin letters, digits and
// the signs that stand in file names, at least one letter.
func isBareSlug(s string) bool {
	letter := false
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letter = true
		case unicode.IsDigit(r) || r == '-' || r == '_' || r == '.' || r == '~' || r == '+':
		default:
			return false
		}
	}
	return letter && !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "-")
}
