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

func paint(color bool, style, text string) string {
	if !color {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// step says that something was done.
func (r *report) step(name, format string, args ...any) {
	fmt.Fprintf(r.err, "%s %s\n", paint(r.colorErr, bold, name+":"), fmt.Sprintf(format, args...))
}

// progress draws how far a long step is, on a terminal.
func (r *report) progress(name string, done, total int) {
	if r.colorErr {
		fmt.Fprintf(r.err, "\r%s %s %d of %d", paint(true, bold, name+":"), bar(done, total, barWidth), done, total)
	}
}

// endProgress wipes the line that progress drew.
func (r *report) endProgress() {
	if r.colorErr {
		fmt.Fprint(r.err, "\r\x1b[K")
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
	fmt.Fprintf(r.err, "%s %s\n", paint(r.colorErr, red, "error:"), printable(err.Error()))
	if hint := diag.HintOf(err); hint != "" {
		fmt.Fprintf(r.err, "  hint: %s\n", printable(hint))
	}
}

// finding writes one finding as file:line:col.
func (r *report) finding(w io.Writer, color bool, f diag.Finding) {
	style := map[diag.Severity]string{diag.Advice: dim, diag.Warning: yellow, diag.Error: red}[f.Severity]
	fmt.Fprintf(w, "%s:%d:%d: %s %s [%s]\n", f.File, f.Line, f.Column, paint(color, style, f.Severity.String()+":"), printable(f.Message), f.Rule)
	if f.Hint != "" {
		fmt.Fprintf(w, "  hint: %s\n", printable(f.Hint))
	}
}

// gone writes a finding that is no more.
func (r *report) gone(f diag.Finding) {
	fmt.Fprintf(r.out, "%s:%d:%d: %s %s [%s]\n", f.File, f.Line, f.Column, paint(r.colorOut, green, "gone:"), printable(f.Message), f.Rule)
}

// diff shows a change of one file. old is nil for a new file.
func (r *report) diff(name string, old, new []byte) {
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
		if style != "" && r.colorOut {
			line = paint(true, style, strings.TrimSuffix(line, "\n")) + "\n"
		}
		fmt.Fprint(r.out, line)
	}
}

// printable keeps control characters of foreign text from reaching a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '\ufffd'
		}
		return r
	}, s)
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
