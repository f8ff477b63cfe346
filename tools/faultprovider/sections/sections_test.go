package sections_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/sections"
)

func TestRun(t *testing.T) {
	prints := func(text string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
	}
	broken := errors.New("broken")
	list := sections.List{{"one", prints("1\n")}, {"two", prints("2\n")}, {"three", func(io.Writer) error { return broken }}}
	for _, tt := range []struct {
		list      sections.List
		names     string
		want, err string
	}{
		{list[:2], "", "1\n\n2\n", ""},
		{list, "two", "2\n", ""},
		{list, "two one", "2\n\n1\n", ""},
		{list, "one four", "", `unknown section "four": want one, two, three`},
		{list, "", "1\n\n2\n\n", "three: broken"},
	} {
		var out strings.Builder
		err := tt.list.Run(&out, strings.Fields(tt.names)...)
		if out.String() != tt.want {
			t.Errorf("%q printed %q, want %q", tt.names, out.String(), tt.want)
		}
		if (err != nil || tt.err != "") && (err == nil || err.Error() != tt.err) {
			t.Errorf("%q: error %v, want %q", tt.names, err, tt.err)
		}
	}
	if err := list.Run(io.Discard, "three"); !errors.Is(err, broken) {
		t.Errorf("the section's error is lost in %v", err)
	}
}
