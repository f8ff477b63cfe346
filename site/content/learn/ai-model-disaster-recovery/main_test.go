package main

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

//go:embed backup
var backup embed.FS

// lastNight is the copy of the backup that the drill restores, and the release that production's log
// names.
func lastNight() (copied fstest.MapFS, running string, err error) {
	copied = fstest.MapFS{}
	err = fs.WalkDir(backup, "backup", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := backup.ReadFile(name)
		copied[strings.TrimPrefix(name, "backup/")] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return copied, digest(copied["MANIFEST"].Data), nil
}

// copies are backups that a restore may meet, and what keeps it from them.
var copies = []struct {
	name, problem string
	spoil         func(fstest.MapFS)
}{
	{"last night's", "", func(fstest.MapFS) {}},
	{"edited on Windows", "damaged prompts/triage.txt", func(c fstest.MapFS) {
		c["prompts/triage.txt"].Data = bytes.ReplaceAll(c["prompts/triage.txt"].Data, []byte("\n"), []byte("\r\n"))
	}},
	{"upload broke off", "missing evals/triage.jsonl", func(c fstest.MapFS) { delete(c, "evals/triage.jsonl") }},
	{"two releases mixed", "unlisted prompts/triage-v1.txt", func(c fstest.MapFS) {
		c["prompts/triage-v1.txt"] = &fstest.MapFile{Data: []byte("Sort this ticket.\n")}
	}},
	{"job stopped in May", "is release ", func(c fstest.MapFS) {
		c["prompts/triage.txt"].Data = []byte("Sort this ticket.\n")
		var m strings.Builder
		for line := range strings.Lines(string(c["MANIFEST"].Data)) {
			_, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
			fmt.Fprintf(&m, "%s  %s\n", digest(c[name].Data), name)
		}
		c["MANIFEST"] = &fstest.MapFile{Data: []byte(m.String())}
	}},
}

// Only one copy of five may be restored, in all three languages, and the page says why.
func TestThreeLanguagesAgree(t *testing.T) {
	for _, c := range copies {
		copied, running, err := lastNight()
		if err != nil {
			t.Fatal(err)
		}
		c.spoil(copied)
		problems, err := Verify(copied, running)
		if err != nil {
			t.Fatal(err)
		}
		want := "restore"
		if len(problems) > 0 {
			want = strings.Join(problems, "\n")
		}
		if c.problem == "" != (want == "restore") || !strings.HasPrefix(want, c.problem) || len(problems) > 1 {
			t.Errorf("%s: %q", c.name, want)
		}
		golden.Page(t, "| "+c.name+" |")
		folder := t.TempDir()
		if err := os.CopyFS(folder, copied); err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{"verify.py", "verify.ts"} {
			out, err := sample.Command(t, file, nil, folder, running).Output()
			if got := strings.TrimSpace(string(out)); got != want || (err == nil) != (len(problems) == 0) {
				t.Errorf("%s, %s: %q (%v), want %q", c.name, file, got, err, want)
			}
		}
	}
}

// Each single changed byte is found, and a release is not known by a part of its hash.
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
			data := bytes.Clone(file.Data)
			data[i] ^= 1
			copied[name].Data = data
			if problems, err := Verify(copied, running); err == nil && len(problems) == 0 {
				t.Errorf("byte %d of %s changed, and nobody noticed", i, name)
			}
		}
	}
	if problems, _ := Verify(intact, running[:8]); len(problems) != 1 {
		t.Errorf("with 32 bits of the hash: %q", problems)
	}
}

// seal.sh makes the manifest that the backup has.
func TestSeal(t *testing.T) {
	copied, running, err := lastNight()
	if err != nil {
		t.Fatal(err)
	}
	want := string(copied["MANIFEST"].Data)
	delete(copied, "MANIFEST")
	cmd := sample.Command(t, "seal.sh", nil)
	if err := os.CopyFS(cmd.Dir, copied); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(cmd.Dir, "MANIFEST"))
	if err != nil || string(got) != want || !strings.HasPrefix(string(out), running) {
		t.Errorf("%v: %s\n%s", err, got, out)
	}
}

type row struct {
	first, all   float64 // minutes
	failed, lost int
}

func table(t *testing.T, args ...string) (string, map[string]row) {
	t.Helper()
	out, err := sample.Command(t, "drill.py", nil, args...).Output()
	if err != nil {
		if e, ok := err.(*exec.ExitError); ok {
			t.Fatalf("%v: %s", err, e.Stderr)
		}
		t.Fatal(err)
	}
	rows := map[string]row{}
	for line := range strings.Lines(string(out)) {
		var r row
		name, rest := strings.TrimSpace(line[:13]), line[13:]
		if _, err := fmt.Sscan(rest, &r.first, &r.all, &r.failed, &r.lost); err == nil {
			rows[name] = r
		}
	}
	return string(out), rows
}

// drill.py has the figures that real SDKs, a restore and an evaluation have against a provider whose
// key stops working.
func TestRealDrill(t *testing.T) {
	_, rows := table(t)
	for _, tier := range tiers {
		r, err := rehearse(tier)
		if err != nil {
			t.Fatal(err)
		}
		p := rows[tier.Name]
		near := func(minutes float64, d time.Duration) bool {
			return max(minutes-d.Minutes(), d.Minutes()-minutes) <= 1.5
		}
		if !near(p.first, r.First) || !near(p.all, r.All) || max(p.failed-r.Failed, r.Failed-p.failed) > 1 || p.lost != r.Lost {
			t.Errorf("%s: %+v, with real SDKs %v, %v, %d, %d", tier.Name, p, r.First, r.All, r.Failed, r.Lost)
		}
		if tier.Name == "pilot light" && !strings.Contains(fmt.Sprint(r.Events), "39 of 40 right") {
			t.Errorf("the evaluation did not run in full: %v", r.Events)
		}
	}
}

// What the page says of the tiers, with its durations and with others.
func TestTiers(t *testing.T) {
	out, rows := table(t)
	golden.Compare(t, "testdata/drill.golden", out)
	csv := "tier,first answer,all answered\n"
	for _, tier := range tiers {
		csv += fmt.Sprintf("%s,%.0f,%.0f\n", tier.Name, rows[tier.Name].first, rows[tier.Name].all)
	}
	golden.Compare(t, "testdata/drill.csv", csv)
	backup, pilot, tested, warm := rows["backup only"], rows["pilot light"], rows["+ tested"], rows["warm standby"]
	golden.Compare(t, "testdata/facts.csv", fmt.Sprintf("value,label\n"+
		"%.0f min,\"until all users are answered, with a backup only\"\n"+
		"%.0f min,\"with an account, a quota and a tested spare\"\n"+
		"%d of %d,\"of the copies that a restore may find is fit for it\"\n", backup.all, warm.all, 1, len(copies)))
	golden.Page(t,
		fmt.Sprintf("value = '%.0f min'", backup.all),
		fmt.Sprintf("loses %d turns of conversation, the hourly one %d, the one every five minutes %d", backup.lost, pilot.lost, warm.lost),
		fmt.Sprintf("comes %.0f minutes earlier and failures fall from %d to %d", pilot.first-tested.first, pilot.failed, tested.failed),
		fmt.Sprintf("%d requests fail", warm.failed),
		fmt.Sprintf("%.0f minutes to decide", decide.Minutes()),
		fmt.Sprintf("%.0f hours to open an account", tiers[0].Account.Hours()),
		fmt.Sprintf("%.0f or %.0f hours until the quota is raised", tiers[1].Quota.Hours(), tiers[0].Quota.Hours()),
	)
	for _, decide := range []string{"5", "15", "60"} {
		for _, quota := range []string{"30", "120", "600"} {
			_, r := table(t, decide, quota)
			if r["automatic"].failed != 0 || r["warm standby"].failed > r["+ tested"].failed ||
				r["+ tested"].failed > r["pilot light"].failed || r["pilot light"].failed > r["backup only"].failed ||
				r["warm standby"].all > r["pilot light"].all {
				t.Errorf("%s minutes to decide, %s for the quota: %+v", decide, quota, r)
			}
			// The quota ends both pilot lights, unless it comes before the evaluation has passed.
			if d := r["pilot light"].all - r["+ tested"].all; quota != "30" && (d > 1 || d < -1) {
				t.Errorf("%s, %s: pilot lights end at %g and %g", decide, quota, r["pilot light"].all, r["+ tested"].all)
			}
		}
	}
	if _, r := table(t, "60"); r["warm standby"].all < warm.all+44 || r["warm standby"].all > warm.all+46 {
		t.Errorf("45 minutes more to decide: %g after %g", r["warm standby"].all, warm.all)
	}
}
