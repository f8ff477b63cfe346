package edit

import (
	"bytes"
	"testing"
)

func TestApply(t *testing.T) {
	tests := []struct {
		name  string
		src   string
		edits []Edit
		want  string
		err   string
	}{
		{"no edits", "abc", nil, "abc", ""},
		{"replace, insert, delete, in any order", "abcdef", []Edit{{5, 6, ""}, {0, 1, "A"}, {3, 3, "-"}}, "Abc-de", ""},
		{"insertions at one offset keep their order", "ab", []Edit{{1, 1, "x"}, {1, 1, "y"}}, "axyb", ""},
		{"an insertion beside a replacement", "ab", []Edit{{1, 2, "B"}, {1, 1, "x"}}, "axB", ""},
		{"the ends", "ab", []Edit{{0, 0, "<"}, {2, 2, ">"}}, "<ab>", ""},
		{"overlap", "abc", []Edit{{0, 2, "x"}, {1, 3, "y"}}, "", "edits overlap at byte 1"},
		{"an insertion inside a replacement", "abc", []Edit{{0, 2, "x"}, {1, 1, "y"}}, "", "edits overlap at byte 1"},
		{"outside", "abc", []Edit{{2, 4, ""}}, "", "edit [2, 4) is outside the document of 3 bytes"},
		{"backwards", "abc", []Edit{{2, 1, ""}}, "", "edit [2, 1) is outside the document of 3 bytes"},
		{"negative", "abc", []Edit{{-1, 1, ""}}, "", "edit [-1, 1) is outside the document of 3 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Apply([]byte(test.src), test.edits)
			if test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Fatalf("error %v, want %q", err, test.err)
				}
				return
			}
			if err != nil || string(got) != test.want {
				t.Errorf("got %q, %v; want %q", got, err, test.want)
			}
		})
	}
}

// Bytes outside an edit are the same, whatever the document and the edit.
func FuzzApplyKeepsTheRest(f *testing.F) {
	f.Add([]byte("- [ ] **slug**\r\n"), 3, 4, "x")
	f.Fuzz(func(t *testing.T, src []byte, start, end int, text string) {
		got, err := Apply(src, []Edit{{start, end, text}})
		if err != nil {
			if 0 <= start && start <= end && end <= len(src) {
				t.Fatalf("a good edit was refused: %v", err)
			}
			return
		}
		want := bytes.Join([][]byte{src[:start], []byte(text), src[end:]}, nil)
		if !bytes.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}
