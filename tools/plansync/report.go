package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/term"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
)

// The voice of plansync: data goes to stdout, everything said to a person goes to stderr. What is
// wrong stands on one line that starts with the place, in lower case and without a full stop; what
// to try stands on the next, behind "hint:". Progress is one line for each step that was done.
// Colour only ever repeats what the words say.
type report struct {
	out, err           io.Writer
	runner             io.Writer // where commands for the runner of a workflow go, to the same place as out
	colorOut, colorErr bool
}

func newReport(w world) *report {
	return &report{out: w.stdout, err: w.stderr, colorOut: hasColor(w.stdout), colorErr: hasColor(w.stderr)}
}

// hasColor reports whether w is a terminal whose user wants colours (https://no-color.org).
func hasColor(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}

// The styles of text, as ANSI SGR codes.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
)

// painted is text that may be written as it is.
type painted string

func paint(color bool, style, text string) painted {
	text = oneLine(text)
	if !color {
		return painted(text)
	}
	return painted("\x1b[" + style + "m" + text + "\x1b[0m")
}

// step says that something was done.
func (r *report) step(name, format string, args ...any) {
	printf(r.err, "%s ", paint(r.colorErr, bold, name+":"))
	printf(r.err, format+"\n", args...)
}

// progress draws how far a long step is, on a terminal.
func (r *report) progress(name string, done, total int) {
	if r.colorErr {
		printf(r.err, "\r%s %s %d of %d", paint(true, bold, name+":"), bar(done, total, barWidth), done, total)
	}
}

// endProgress wipes the line that progress drew.
func (r *report) endProgress() {
	if r.colorErr {
		printf(r.err, "\r\x1b[K")
	}
}

// failure says why the command stops.
func (r *report) failure(err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			r.failure(e)
		}
		return
	}
	text := indented(err.Error())
	if f, ok := err.(diag.Finding); ok {
		f.File = oneLine(f.File)
		text = indented(f.Error())
	}
	printf(r.err, "%s %s\n", paint(r.colorErr, red, "error:"), text)
	if hint := diag.HintOf(err); hint != "" {
		printf(r.err, "  hint: %s\n", hint)
	}
}

// finding writes one finding as file:line:col.
func (r *report) finding(w io.Writer, color bool, f diag.Finding) {
	style := map[diag.Severity]string{diag.Advice: dim, diag.Warning: yellow, diag.Error: red}[f.Severity]
	printf(w, "%s:%d:%d: %s %s [%s]\n", f.File, f.Line, f.Column, paint(color, style, f.Severity.String()+":"), f.Message, f.Rule)
	if f.Hint != "" {
		printf(w, "  hint: %s\n", f.Hint)
	}
}

// gone writes a finding that is no more.
func (r *report) gone(f diag.Finding) {
	printf(r.out, "%s:%d:%d: %s %s [%s]\n", f.File, f.Line, f.Column, paint(r.colorOut, green, "gone:"), f.Message, f.Rule)
}

// diff shows a change of one file. old is nil for a new file.
func (r *report) diff(name string, old, new []byte) {
	name = oneLine(name)
	from := "a/" + name
	if old == nil {
		from = "/dev/null"
	}
	text := string(diff.Diff(from, old, "b/"+name, new))
	_, text, _ = strings.Cut(text, "\n") // the first line repeats the names
	for line := range strings.Lines(text) {
		style := ""
		switch line[0] {
		case '+':
			style = green
		case '-':
			style = red
		}
		line, eol := strings.TrimSuffix(line, "\n"), "\n"
		if before, ok := strings.CutSuffix(line, "\r"); ok {
			line, eol = before, "\r\n"
		}
		show := painted(printable(line))
		if style != "" && r.colorOut {
			show = "\x1b[" + painted(style) + "m" + show + "\x1b[0m"
		}
		printf(r.out, "%s%s", show, painted(eol))
	}
}

// bar draws how many of total are done, in width cells.
func bar(done, total, width int) string {
	filled := 0
	if total > 0 {
		filled = done * width / total
	}
	return strings.Repeat("█", filled) + strings.Repeat("░", width-filled)
}

// count writes a number with its noun: "1 page", "2 pages".
func count(n int, singular, plural string) string {
	if n == 1 {
		return "1 " + singular
	}
	return fmt.Sprintf("%d %s", n, plural)
}
