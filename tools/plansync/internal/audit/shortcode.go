package audit

import (
	"bytes"
	"slices"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
)

// A shortcode is a call of one, {{< name argument="value" >}} or with percent signs. Hugo takes
// the calls out before it reads the Markdown, wherever they stand, and so do we
// (https://gohugo.io/content-management/shortcodes/).
type shortcode struct {
	markdown.Span
	name      string
	closing   bool              // {{< /name >}}
	arguments map[string]string // the named ones
}

// shortcodes returns the calls in a body, in order. Of highlight, what is between its calls is code:
// it is one call, to the end of the closing one.
func shortcodes(body []byte) (calls []shortcode) {
	open := -1 // the call of highlight that is not closed yet
	for at := 0; ; {
		i := bytes.Index(body[at:], []byte("{{"))
		if i < 0 {
			return calls
		}
		at += i
		call, ok := readShortcode(body, at)
		if !ok {
			at += len("{{")
			continue
		}
		at = call.End
		switch {
		case call.name == "highlight" && !call.closing:
			open = len(calls)
		case call.name == "highlight" && open >= 0:
			calls[open].End = call.End
			calls, open = calls[:open+1], -1
			continue
		}
		calls = append(calls, call)
	}
}

// readShortcode reads the call that starts at an offset. ok is false where none does that ends: Hugo
// stops at such a page, and shows what is between comment signs as it stands.
func readShortcode(body []byte, start int) (call shortcode, ok bool) {
	at := start + len("{{")
	if at >= len(body) || body[at] != '<' && body[at] != '%' {
		return call, false
	}
	end := string(body[at]) + "}}"
	if end[0] == '<' {
		end = ">}}"
	}
	call.Start = start
	at = skipBlanks(body, at+1)
	if at < len(body) && body[at] == '/' {
		call.closing = true
		at = skipBlanks(body, at+1)
	}
	if at < len(body) && body[at] == '*' {
		return call, false
	}
	for at < len(body) {
		switch rest := body[at:]; {
		case bytes.HasPrefix(rest, []byte(end)):
			call.End = at + len(end)
			return call, call.name != ""
		case bytes.HasPrefix(rest, []byte("{{")):
			return call, false
		}
		word, next, ok := readArgument(body, at, end)
		if !ok {
			return call, false
		}
		if at = next; call.name == "" {
			call.name = word
		} else if at < len(body) && body[at] == '=' {
			value, next, ok := readArgument(body, skipBlanks(body, at+1), end)
			if !ok {
				return call, false
			}
			if call.arguments == nil {
				call.arguments = make(map[string]string)
			}
			call.arguments[word], at = value, next
		}
		at = skipBlanks(body, at)
	}
	return call, false
}

// readArgument reads a name or a value: in quotation marks, which end in their line, in backquotes,
// or up to a blank, "=" or the end of the call.
func readArgument(body []byte, at int, end string) (value string, next int, ok bool) {
	if at >= len(body) {
		return "", at, false
	}
	switch body[at] {
	case '`':
		n := bytes.IndexByte(body[at+1:], '`')
		if n < 0 {
			return "", at, false
		}
		return string(body[at+1 : at+1+n]), at + n + 2, true
	case '"':
		for i := at + 1; i < len(body) && body[i] != '\n'; i++ {
			switch body[i] {
			case '\\':
				i++
			case '"':
				return strings.ReplaceAll(string(body[at+1:i]), `\"`, `"`), i + 1, true
			}
		}
		return "", at, false
	}
	i := at
	for i < len(body) && !isBlank(body[i]) && body[i] != '=' && !bytes.HasPrefix(body[i:], []byte(end)) {
		i++
	}
	return string(body[at:i]), max(i, at+1), true
}

func skipBlanks(body []byte, at int) int {
	for at < len(body) && isBlank(body[at]) {
		at++
	}
	return at
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// masked returns a body of the same length with a word in place of each call, as Hugo has it read.
func masked(body []byte, calls []shortcode) []byte {
	if len(calls) == 0 {
		return body
	}
	body = bytes.Clone(body)
	for _, call := range calls {
		for i := call.Start; i < call.End; i++ {
			body[i] = 'x'
		}
	}
	return body
}

// visible returns the calls that stand in no comment.
func visible(calls []shortcode, comments []markdown.Span) []shortcode {
	return slices.DeleteFunc(slices.Clone(calls), func(call shortcode) bool {
		for len(comments) > 0 && comments[0].End <= call.Start {
			comments = comments[1:]
		}
		return len(comments) > 0 && comments[0].Contains(call.Span)
	})
}

// shortcodes notes the files that shortcodes show, and figures without alternative text.
func (p *prose) shortcodes(calls []shortcode, lines lineCounter) {
	for _, call := range calls {
		if call.closing {
			continue
		}
		switch call.name {
		case "code", "output":
			if file := call.arguments["file"]; file != "" {
				p.listings = append(p.listings, listing{
					lines.at(call.Start), call.name == "output", file, call.arguments["region"]})
			}
		case "figure":
			if call.arguments["alt"] == "" {
				p.bareImages = append(p.bareImages, lines.at(call.Start))
			}
		}
	}
}
