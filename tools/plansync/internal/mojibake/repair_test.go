package mojibake

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/edit"
)

// byPasses is what Repair says that it does, pass by pass over the whole document.
func byPasses(t *testing.T, src []byte) []byte {
	for {
		edits := Find(src)
		if len(edits) == 0 {
			return src
		}
		repaired, err := edit.Apply(src, edits)
		if err != nil {
			t.Fatal(err)
		}
		src = repaired
	}
}

// Repair makes Find's edits until there are none, and nothing else.
func FuzzRepairIsFindToTheEnd(f *testing.F) {
	for _, s := range []string{
		"", "é", "â€”", Garble("—"), Garble(Garble("— ✅ ’")),
		"x " + Garble("é") + " `" + Garble("—") + "`\n```\n" + Garble("✅") + "\n```\n",
		"ââ€š¬š¬", strings.Repeat("ââ", 5) + "€" + strings.Repeat("š¬", 5), "Ã\xff©",
		Garble(Garble("é")) + "é", "CAFÉ—", "ðŸ˜€", "â\n€”", "Ãâ€š©",
		Garble("\ufeff") + "---\na: `" + Garble("—") + "`\n---\n日",
		Garble("日本 Ã — é") + " — ", "`â€”` â€” ``", "> ~~~\nâ€”",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 4<<10 {
			return
		}
		if got, want := Repair(src), byPasses(t, src); !bytes.Equal(got, want) {
			t.Errorf("%q became %q, want %q", src, got, want)
		}
	})
}

// However deep it is garbled, the time grows with the size: the old way took minutes for this.
func TestRepairIsLinear(t *testing.T) {
	for name, text := range map[string]func(int) string{
		"nested": func(n int) string {
			return strings.Repeat("ââ", n) + "€" + strings.Repeat("š¬", n)
		},
		"nested, apart": func(n int) string {
			return strings.Repeat(strings.Repeat("ââ", 50)+"€"+strings.Repeat("š¬", 50)+"\n", n/50)
		},
		"leads":           func(n int) string { return strings.Repeat("â", 2*n) },
		"one deep in all": func(n int) string { return strings.Repeat(Garble("é "), n) + strings.Repeat("Ã", n) },
		"backquotes":      func(n int) string { return strings.Repeat("`"+Garble("—"), n) },
		"whole":           func(n int) string { return Garble(Garble(Garble(strings.Repeat("é", n/8)))) },
	} {
		start := time.Now()
		src := []byte(text(1 << 19))
		Repair(src)
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: %d bytes took %v", name, len(src), took)
		}
	}
}
