package mojibake

import (
	"bytes"
	"os"
	"testing"
	"unicode/utf8"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/edit"
)

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestRepairOfTheReceivedPlan(t *testing.T) {
	received, repaired := read(t, "../../testdata/received.md"), read(t, "../../testdata/repaired.md")
	if got := Repair(received); !bytes.Equal(got, repaired) {
		t.Errorf("repair differs from the golden:\n%s", got)
	}
	if got := Garble(string(repaired)); got != string(received) {
		t.Error("garbling the golden does not give the received bytes")
	}
}

func TestRepair(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"a dash", "a â€” b", "a — b"},
		{"an emoji with a clean one beside it", "ðŸ“š ✅", "📚 ✅"},
		{"a garbled dash in clean text", "日本語 â€” ok", "日本語 — ok"},
		{"accents", "cafÃ©, naÃ¯ve, Â©", "café, naïve, ©"},
		{"Cyrillic beside a garbled dash", "ÐŸÑ€Ð¸Ð²ÐµÑ‚ â€” Ð¼Ð¸Ñ€", "Привет — мир"},
		{"garbled twice", Garble(Garble("✅ done")), "✅ done"},
		{"a byte that Windows-1252 lacks", Garble("”"), "”"},
		{"a variation selector", Garble("✔️"), "✔️"},
		{"after a backquote in code", "日 `` ` `` cafÃ©", "日 `` ` `` café"},
		{"after a backquote alone", "日 don`t cafÃ©", "日 don`t café"},
		{"after a fence in a fence", "日\n\n```\n~~~\n```\ncafÃ©", "日\n\n```\n~~~\n```\ncafé"},
		{"after a fence in text", "日\n\n    ```\n\ncafÃ©", "日\n\n    ```\n\ncafé"},
		{"after a fence that its item ends", "日\n\n- ```\n\ncafÃ©", "日\n\n- ```\n\ncafé"},
		{"in front matter", "---\na: '`Ã©`'\n---\n日", "---\na: '`é`'\n---\n日"},
	}
	for _, test := range tests {
		if got := string(Repair([]byte(test.src))); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// Honest text that holds the bytes of another character by chance.
func TestRepairLeavesHonestText(t *testing.T) {
	for _, text := range []string{
		"", "plain", "CAFÉ— et plus", "« Il est allé…»", "AMANHÔ sim", "« Â »", "das „É“ – ein Laut",
		"“â”…", "það”…»", "Ã", "â", "naïve café — ✅ 📚", "日本語", "\xff\xfe raw bytes \x97", "MANHÃ… e MANHÃ”", "Â«", "\ufeffBOM",
		"a decoder gives `\"HÃ©llo!\"` – not é", "– clean\n```\ncafÃ© â€”\n```\n",
		"日\n\n```\n    ```\ncafÃ©\n```\n", "日 `a\ncafÃ©`", "日\n\n    cafÃ©\n", "日\n\n> ````\n> ```\n> cafÃ©\n",
	} {
		if got := string(Repair([]byte(text))); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func FuzzRepair(f *testing.F) {
	f.Add(read(f, "../../testdata/received.md"))
	f.Add(read(f, "../../testdata/repaired.md"))
	f.Add([]byte("é…» \xf0\x9f é Â  â€"))
	f.Add([]byte("eâ€— `â€”` Ã© ÃƒÂ© âŠ™ ðŸ“š"))
	f.Fuzz(func(t *testing.T, src []byte) {
		once := Repair(src)
		if twice := Repair(once); !bytes.Equal(twice, once) {
			t.Errorf("repair twice differs from once: %q, %q", once, twice)
		}
		if utf8.Valid(src) && !utf8.Valid(once) {
			t.Errorf("repair broke the encoding of %q: %q", src, once)
		}
		// What is escaped reads as it was in text that is not garbled as a whole.
		const clean = " é"
		escaped := []byte(Escape(string(src)) + clean)
		if got, err := edit.Apply(escaped, Find(escaped)); err != nil || string(got) != string(src)+clean {
			t.Errorf("%q, escaped as %q, reads as %q, %v", src, escaped, got, err)
		}
		// Text with an evident sequence comes back whole from the accident.
		if text := "✅" + string(src); utf8.Valid(src) && len(Find([]byte(text))) == 0 {
			if got := string(Repair([]byte(Garble(text)))); got != text {
				t.Errorf("garbled and repaired %q is %q", text, got)
			}
		}
	})
}
