package main

import (
	"path"
	"strings"
	"testing"
	"unicode/utf8"
)

// widths are the columns that a line may have, a tab being one, by the ending of the file's name.
var widths = map[string]int{".go": 100, ".html": 120}

// Lines are as long as a reader sees at once. A line without a blank cannot be broken. The files in
// testdata/wide.txt are older and still too wide: the list only ever shrinks, so that a file that
// has become narrow is to be taken off.
func TestWidth(t *testing.T) {
	const list = "testdata/wide.txt"
	excused := make(map[string]bool)
	for name := range strings.FieldsSeq(string(readFile(t, list))) {
		excused[name] = true
	}
	for name := range strings.FieldsSeq(runIn(t, root, nil, "git", "ls-files", "*.go", "themes/lectern/layouts/*.html")) {
		wide := 0
		number := 0
		for line := range strings.Lines(string(readFile(t, path.Join(root, name)))) {
			number++
			line = strings.TrimRight(line, "\r\n")
			if utf8.RuneCountInString(line) > widths[path.Ext(name)] && strings.Contains(strings.TrimSpace(line), " ") {
				if wide++; !excused[name] {
					t.Errorf("%s:%d: %d columns, at most %d", name, number, utf8.RuneCountInString(line), widths[path.Ext(name)])
				}
			}
		}
		if wide == 0 && excused[name] {
			t.Errorf("%s is narrow now: take it off %s", name, list)
		}
		delete(excused, name)
	}
	for name := range excused {
		t.Errorf("%s is no more: take it off %s", name, list)
	}
}
