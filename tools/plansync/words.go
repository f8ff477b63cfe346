package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// What stands in a plan, a page or a file name may hold whatever somebody put there. In front of a
// terminal or in the log of a workflow some of it would be a command: an escape sequence sets the
// title of a window, a line that starts with "::error" makes an annotation. Everything that
// plansync writes goes through this file, so that none of it ever is.

// printf writes words for people. Each text among the arguments ends up in one line and without a
// control character; only the format and what paint made can hold them.
func printf(w io.Writer, format string, args ...any) {
	clean := make([]any, len(args))
	for i, arg := range args {
		switch arg := arg.(type) {
		case painted:
			clean[i] = arg
		case string:
			clean[i] = oneLine(arg)
		case error:
			clean[i] = oneLine(arg.Error())
		case fmt.Stringer:
			clean[i] = oneLine(arg.String())
		default:
			clean[i] = arg
		}
	}
	fmt.Fprintf(w, format, clean...)
}

// oneLine makes text fit into one line that commands nothing.
func oneLine(text string) string { return replaceControls(text, "") }

// columns returns how many columns of a terminal a text takes: wide characters take two, those that
// go onto the one before them none.
func columns(text string) (n int) {
	for _, r := range oneLine(text) {
		switch kind := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case kind == width.EastAsianWide, kind == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// printable keeps the lines and tabs of a text, and nothing else that commands.
func printable(text string) string { return replaceControls(text, "\n\t") }

// indented is a text of several lines, as of another program, as a part of a message: all but the
// first line are marked as its continuation.
func indented(text string) painted {
	return painted(strings.ReplaceAll(printable(text), "\n", "\n  | "))
}

func replaceControls(text, keep string) string {
	return strings.Map(func(r rune) rune {
		if isControl(r) && !strings.ContainsRune(keep, r) {
			return '\ufffd'
		}
		return r
	}, text)
}

// isControl reports whether a character commands a terminal, or ends a line for some readers.
func isControl(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029'
}

// escapedControls writes JSON in which no control character is left, nor what an old command of a
// workflow starts with. In JSON both stand inside texts only, where they can be escaped.
func escapedControls(json []byte) []byte {
	var b bytes.Buffer
	for _, r := range string(json) {
		if isControl(r) && r != '\n' {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return bytes.ReplaceAll(b.Bytes(), []byte("##["), []byte(`##\u005b`))
}

// A lineWriter passes on whole lines, each edited.
type lineWriter struct {
	w    io.Writer
	edit func(line []byte) []byte
	rest []byte // of a line that has not ended yet
}

func (l *lineWriter) Write(data []byte) (int, error) {
	l.rest = append(l.rest, data...)
	end := bytes.LastIndexByte(l.rest, '\n') + 1
	if end == 0 {
		return len(data), nil
	}
	var out []byte
	for line := range bytes.Lines(l.rest[:end]) {
		out = append(out, l.edit(line)...)
	}
	l.rest = append([]byte(nil), l.rest[end:]...)
	if _, err := l.w.Write(out); err != nil {
		return 0, err
	}
	return len(data), nil
}

// Close writes the last line, if it did not end.
func (l *lineWriter) Close() error {
	if len(l.rest) == 0 {
		return nil
	}
	_, err := l.w.Write(l.edit(l.rest))
	l.rest = nil
	return err
}

// inWorkflow reports whether a runner of GitHub reads what is written.
func inWorkflow() bool { return os.Getenv("GITHUB_ACTIONS") == "true" }

// uncommanded keeps a line from being a command of a workflow, which starts with "::", blanks
// aside, or holds "##[" (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
func uncommanded(line []byte) []byte {
	text := bytes.TrimLeft(line, " \t\v\f\r\u0085\u00a0\u3000\ufeff")
	if bytes.HasPrefix(text, []byte("::")) {
		line = append(append(bytes.Clone(line[:len(line)-len(text)]), '\\'), text...)
	}
	return bytes.ReplaceAll(line, []byte("##["), []byte(`##\[`))
}

// foreign takes the words of another program, such as Hugo, that go to w. They end with Close.
func foreign(w io.Writer) *lineWriter {
	return &lineWriter{w: w, edit: func(line []byte) []byte {
		line = bytes.ReplaceAll(line, []byte("\r\n"), []byte("\n"))
		return []byte(printable(string(line)))
	}}
}
