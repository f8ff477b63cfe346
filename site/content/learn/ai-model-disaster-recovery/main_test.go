package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
)

// The page shows the golden files, so it shows what the program prints.
func TestGolden(t *testing.T) { golden.Sections(t, outputs) }

// Only one copy of five may be restored, and the stale one is intact.
func TestVerifyRefusesFourOfFive(t *testing.T) {
	out := golden.Print(t, printVerify)
	if got := strings.Count(out, " restore "); got != 1 {
		t.Errorf("%d copies would be restored:\n%s", got, out)
	}
	copied, running, err := lastNight()
	if err != nil {
		t.Fatal(err)
	}
	copies[len(copies)-1].spoil(copied)
	problems, err := Verify(copied, running)
	if err != nil || len(problems) != 1 || !strings.HasPrefix(problems[0], "is release ") {
		t.Errorf("the stale copy: %q, %v", problems, err)
	}
}

// Each single changed byte is found.
func TestVerifyFindsAnyChangedByte(t *testing.T) {
	intact, running, err := lastNight()
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range intact {
		for _, i := range []int{0, len(file.Data) / 2, len(file.Data) - 1} {
			copied, _, err := lastNight()
			if err != nil {
				t.Fatal(err)
			}
			data := []byte(string(file.Data))
			data[i] ^= 1
			copied[name].Data = data
			if problems, err := Verify(copied, running); err == nil && len(problems) == 0 {
				t.Errorf("byte %d of %s changed, and nobody noticed", i, name)
			}
		}
	}
}

func TestDrill(t *testing.T) {
	out := golden.Print(t, printDrill)
	if !strings.Contains(out, "39 of 40 right") {
		t.Errorf("the evaluation did not run in full:\n%s", out)
	}
}

// What the page says about the tiers.
func TestTiers(t *testing.T) {
	out, err := os.ReadFile("testdata/tiers.golden")
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]Result{}
	for line := range strings.Lines(string(out)) {
		name, rest := strings.TrimSpace(line[:20]), strings.Fields(line[20:])
		if name == "tier" {
			continue
		}
		var r Result
		r.First, r.All = parse(t, rest[0]), parse(t, rest[1])
		if _, err := fmt.Sscan(rest[2]+" "+rest[3], &r.Failed, &r.Lost); err != nil {
			t.Fatal(err)
		}
		byName[name] = r
	}
	backup, pilot, tested := byName["backup only"], byName["pilot light"], byName["pilot light, tested"]
	warm, both := byName["warm standby"], byName["active/active"]

	if d := pilot.First - tested.First; d < 39*time.Minute || d > 42*time.Minute {
		t.Errorf("testing in advance is worth %v, not about the 40 minutes of 40 calls", d)
	}
	if d := (pilot.All - tested.All).Abs(); d > every {
		t.Errorf("the quota decides when all is well, not the test: %v and %v", pilot.All, tested.All)
	}
	if d := pilot.All - decide - 2*time.Minute - tiers[1].Quota; d.Abs() > every {
		t.Errorf("pilot light is complete at %v, not when the quota is granted", pilot.All)
	}
	if warm.First != warm.All {
		t.Errorf("warm standby: first answer %v, all %v", warm.First, warm.All)
	}
	if both.Failed != 0 || both.Lost != 0 {
		t.Errorf("active/active: %d failed, %d lost", both.Failed, both.Lost)
	}
	if !(backup.Lost > pilot.Lost && pilot.Lost > warm.Lost && warm.Lost > both.Lost) {
		t.Error("a tier with more frequent copies loses more")
	}

	golden.Page(t,
		fmt.Sprintf("%d turns", backup.Lost),
		fmt.Sprintf("%.0f minutes", (pilot.First-tested.First).Minutes()),
		fmt.Sprintf("%d requests fail", warm.Failed),
		fmt.Sprintf("%d to %d", pilot.Failed, tested.Failed),
	)
}

// The durations that the page calls assumptions are those of the program.
func TestPageShowsItsAssumptions(t *testing.T) {
	golden.Page(t,
		fmt.Sprintf("%.0f minutes to decide", decide.Minutes()),
		fmt.Sprintf("%.0f hours to open an account", tiers[0].Account.Hours()),
		fmt.Sprintf("%.0f or %.0f hours until the quota is raised", tiers[1].Quota.Hours(), tiers[0].Quota.Hours()),
	)
}

func parse(t *testing.T, s string) time.Duration {
	t.Helper()
	var h, m, sec int
	if _, err := fmt.Sscanf(s, "%d:%d:%d", &h, &m, &sec); err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec)*time.Second
}
