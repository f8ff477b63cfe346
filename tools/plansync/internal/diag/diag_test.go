package diag

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"testing"
)

// A finding says as much of the place as it knows.
func TestError(t *testing.T) {
	for want, f := range map[string]Finding{
		"plan/p.md:3:9: no title": {File: "plan/p.md", Line: 3, Column: 9, Message: "no title"},
		"hugo.toml: no baseURL":   {File: "hugo.toml", Message: "no baseURL"},
		"no query \"x\"":          {Message: "no query \"x\""},
	} {
		if got := f.Error(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// A finding made of an error is still that error.
func TestOf(t *testing.T) {
	err := error(Finding{File: "a.md", Line: 1, Column: 1}.Of(fmt.Errorf("read: %w", fs.ErrNotExist)))
	if err.Error() != "a.md:1:1: read: file does not exist" || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if f, ok := errors.AsType[Finding](fmt.Errorf("stubs: %w", err)); !ok || f.File != "a.md" {
		t.Errorf("got %v", f)
	}
}

type otherShape struct{ hint string }

func (otherShape) Error() string  { return "failed" }
func (o otherShape) Hint() string { return o.hint }

// The outermost hint counts, whatever the shape of the errors, and an empty one is none.
func TestHintOf(t *testing.T) {
	inner := otherShape{"inner"}
	for _, test := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{errors.New("failed"), ""},
		{inner, "inner"},
		{fmt.Errorf("sync: %w", inner), "inner"},
		{WithHint(inner, "outer"), "outer"},
		{fmt.Errorf("sync: %w", WithHint(errors.New("failed"), "outer")), "outer"},
		{WithHint(inner, ""), "inner"},
		{otherShape{}, ""},
		{fmt.Errorf("stubs: %w", errors.Join(errors.New("a"), inner, WithHint(inner, "outer"))), "inner"},
	} {
		if got := HintOf(test.err); got != test.want {
			t.Errorf("HintOf(%#v) is %q, want %q", test.err, got, test.want)
		}
	}
}

func TestJSON(t *testing.T) {
	const want = `{"file":"p.md","line":1,"column":2,"severity":"warning","rule":"thin","message":"m"}`
	got, err := json.Marshal(Finding{File: "p.md", Line: 1, Column: 2, Severity: Warning, Rule: "thin", Message: "m"})
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

// Join gives nil for nothing, and each finding with its place.
func TestJoin(t *testing.T) {
	if err := Join(nil); err != nil {
		t.Errorf("got %v", err)
	}
	err := Join([]Finding{{File: "a.md", Line: 1, Column: 1, Message: "m"}, {File: "b.md", Message: "n"}})
	if want := "a.md:1:1: m\nb.md: n"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestAtLeast(t *testing.T) {
	list := []Finding{{Severity: Advice}, {Severity: Error, Line: 1}, {Severity: Warning}, {Severity: Error, Line: 2}}
	if got := lines(AtLeast(Error, list)); got != "[1 2]" {
		t.Errorf("errors are %s", got)
	}
	if !Matter(AtLeast(Warning, list)) || Matter(list[:1]) || Matter(nil) {
		t.Error("more than advice matters, and only that")
	}
	if n := Count(list); n[Error] != 2 || n[Warning] != 1 || n[Advice] != 1 {
		t.Errorf("counted %v", n)
	}
}
