package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A block is a fenced block of a Markdown file.
type block struct{ info, text string }

func blocks(markdown string) (list []block) {
	for _, match := range regexp.MustCompile("(?ms)^```(.+?)\n(.*?)^```$").FindAllStringSubmatch(markdown, -1) {
		list = append(list, block{match[1], match[2]})
	}
	return list
}

// A newcomer follows the README: its console blocks run in a clone and print what they say, where "…" stands for
// anything; its blocks with file=PATH are what the newcomer writes. The diff that the README starts with is real.
func TestTheTutorialIsWhatHappens(t *testing.T) {
	dir, _ := clone(t)
	for _, name := range []string{"site", "themes/lectern", "plan"} {
		copySite(t, filepath.Join(root, name), filepath.Join(dir, name))
	}
	if err := os.WriteFile(filepath.Join(dir, "hugo.toml"), readFile(t, root+"/hugo.toml"), 0o666); err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	env := append(os.Environ(), "GOBIN="+bin, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "PLANSYNC_HUGO="+hugoPath(t))

	var diff, transcript string
	ran := 0
	for _, b := range blocks(string(readFile(t, root+"/README.md"))) {
		if b.info == "diff" {
			diff = b.text
		}
		if _, path, ok := strings.Cut(b.info, "file="); ok {
			if err := os.WriteFile(filepath.Join(dir, path), []byte(b.text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if b.info != "console" {
			continue
		}
		for step := range strings.SplitSeq(strings.TrimPrefix(b.text, "$ "), "\n$ ") {
			line, want, _ := strings.Cut(strings.TrimSuffix(step, "\n")+"\n", "\n")
			command := exec.Command("bash", "-c", line)
			command.Dir, command.Env = dir, env
			out, err := command.CombinedOutput()
			if _, ok := err.(*exec.ExitError); err != nil && !ok {
				t.Fatal(err)
			}
			pattern := strings.ReplaceAll(regexp.QuoteMeta(want), "…", ".*")
			pattern = regexp.MustCompile(`(?m)^\.\*\n`).ReplaceAllString(pattern, "(?:.*\n)*")
			if !regexp.MustCompile("^" + pattern + "$").Match(out) {
				t.Errorf("$ %s\nprints\n%s\nand the README has\n%s", line, out, want)
			}
			transcript += string(out)
			ran++
		}
	}
	if ran == 0 || diff == "" || !strings.Contains(transcript, diff) {
		t.Errorf("%d commands ran, and none shows the diff at the top of the README:\n%s", ran, diff)
	}
}
