package live

import (
	"strings"
	"time"
)

// forbidsIndex reports whether a list of robots directives keeps a page out
// of search results.
func forbidsIndex(directives string) bool {
	for word := range strings.FieldsFuncSeq(directives, func(r rune) bool {
		return r == ',' || r == ';' || strings.ContainsRune(htmlSpace, r)
	}) {
		if strings.EqualFold(word, "noindex") || strings.EqualFold(word, "none") {
			return true
		}
	}
	return false
}

// headerNoindex says which X-Robots-Tag header keeps a page out of search
// results, or nothing. A line may be addressed to one crawler, as in
// "otherbot: noindex"; only those to all crawlers or to Googlebot count.
func headerNoindex(lines []string) string {
	for _, line := range lines {
		agent := ""
		for part := range strings.SplitSeq(line, ",") {
			if name, rest, ok := strings.Cut(part, ":"); ok && isAgent(strings.TrimSpace(name)) {
				agent, part = strings.ToLower(strings.TrimSpace(name)), rest
			}
			if isForUs(agent) && forbidsIndex(part) {
				return "the header X-Robots-Tag"
			}
		}
	}
	return ""
}

// robotDates are the notations of dates that Google names for unavailable_after: RFC 822, RFC 850, ISO 8601.
var robotDates = []string{time.DateOnly, time.RFC3339, "2006-01-02T15:04:05", time.DateTime, time.RFC850, time.RFC1123, time.RFC1123Z,
	"2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04:05 -0700", "2 Jan 2006", time.RFC822, time.RFC822Z, "2-Jan-2006 15:04:05 MST"}

// unavailableAfter returns the date from which a list of robots directives keeps a page out of search results. It is
// zero without one, and where the date cannot be read, which search engines pass over.
func unavailableAfter(directives string) time.Time {
	const name = "unavailable_after:"
	at := strings.Index(strings.ToLower(directives), name)
	if at < 0 || len(directives) < at+len(name) { // lower case can be longer
		return time.Time{}
	}
	// A date may hold a comma, and another directive may follow one.
	first, rest, _ := strings.Cut(directives[at+len(name):], ",")
	second, _, _ := strings.Cut(rest, ",")
	for _, text := range []string{first, first + "," + second} {
		for _, layout := range robotDates {
			if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
				return t
			}
		}
	}
	return time.Time{}
}

// headerUnavailableAfter returns the date that the X-Robots-Tag headers name to all crawlers or to Googlebot.
func headerUnavailableAfter(lines []string) time.Time {
	for _, line := range lines {
		agent, _, _ := strings.Cut(line, ":")
		agent = strings.ToLower(strings.TrimSpace(agent))
		if isAgent(agent) && !isForUs(agent) {
			continue
		}
		if date := unavailableAfter(line); !date.IsZero() {
			return date
		}
	}
	return time.Time{}
}

// isForUs reports whether directives to a crawler, named in lower case, count: those to all, or to Googlebot.
func isForUs(agent string) bool {
	return agent == "" || agent == "*" || agent == "robots" || agent == "googlebot"
}

// isAgent tells a crawler's name before a colon from a directive with a
// value ("max-snippet: 5") and from a date ("25 Jun 2027 15:00:00").
func isAgent(name string) bool {
	switch strings.ToLower(name) {
	case "", "max-snippet", "max-image-preview", "max-video-preview", "unavailable_after":
		return false
	}
	return !strings.ContainsAny(name, htmlSpace+"\"=")
}

// linkCanonicals returns the targets of the Link headers (RFC 8288) whose
// relation is canonical. What cannot be read as a link is passed over.
func linkCanonicals(lines []string) []string {
	var targets []string
	for _, line := range lines {
		for {
			_, rest, ok := strings.Cut(line, "<")
			if !ok {
				break
			}
			target, rest, ok := strings.Cut(rest, ">")
			if !ok {
				break
			}
			rel, rest := linkRelation(rest)
			if hasWord(rel, "canonical") {
				targets = append(targets, strings.TrimSpace(target))
			}
			line = rest
		}
	}
	return targets
}

// linkRelation reads the parameters after one target, up to the comma that
// ends the link, and returns the first rel among them.
func linkRelation(text string) (rel, rest string) {
	found := false
	for {
		text = strings.TrimLeft(text, " \t;")
		if text == "" || text[0] == ',' {
			return rel, strings.TrimPrefix(text, ",")
		}
		end := strings.IndexAny(text, "=;,")
		if end < 0 {
			return rel, ""
		}
		name := strings.TrimSpace(text[:end])
		if text[end] != '=' {
			text = text[end:]
			continue
		}
		var value string
		value, text = linkValue(strings.TrimLeft(text[end+1:], " \t"))
		if strings.EqualFold(name, "rel") && !found {
			rel, found = value, true
		}
	}
}

// linkValue reads a token or a quoted string.
func linkValue(text string) (value, rest string) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexAny(text, ";,")
		if end < 0 {
			end = len(text)
		}
		return strings.TrimSpace(text[:end]), text[end:]
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '"':
			return b.String(), text[i+1:]
		case text[i] == '\\' && i+1 < len(text):
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String(), ""
}
