package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// clone commits what plansync is built from to a new repository, and returns its folder and the commit.
func clone(t *testing.T) (dir, commit string) {
	t.Helper()
	dir = t.TempDir()
	copySite(t, filepath.Join(root, "tools/plansync"), filepath.Join(dir, "tools/plansync"))
	for _, name := range []string{"go.mod", "go.sum"} {
		if err := os.WriteFile(filepath.Join(dir, name), readFile(t, filepath.Join(root, name)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	env := []string{"GIT_AUTHOR_DATE=2026-11-22T00:00:00Z", "GIT_COMMITTER_DATE=2026-11-22T00:00:00Z"}
	runIn(t, dir, env, "git", "init", "--quiet")
	runIn(t, dir, env, "git", "add", "-A")
	runIn(t, dir, env, "git", "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "--quiet", "--message", "all")
	return dir, runIn(t, dir, env, "git", "rev-parse", "HEAD")
}

// runIn runs a command in a folder and returns what it prints.
func runIn(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	command := exec.Command(name, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, stderr.Bytes())
	}
	return strings.TrimSpace(string(out))
}

// From a clone, go install makes a plansync that tells the commit.
func TestInstallFromAClone(t *testing.T) {
	dir, commit := clone(t)
	bin := t.TempDir()
	runIn(t, dir, []string{"GOFLAGS=-buildvcs=auto", "GOBIN=" + bin}, "go", "install", "./tools/plansync")
	if got := runIn(t, dir, nil, filepath.Join(bin, "plansync"), "--version"); !strings.Contains(got, "(commit "+commit+", go") {
		t.Errorf("--version says %q, the commit is %s", got, commit)
	}
}

// The flags of .goreleaser.yaml make the same bytes from the same commit, wherever the clone lies.
func TestReleasesAreReproducible(t *testing.T) {
	var config struct {
		Builds []struct {
			Main                string
			Env, Flags, Ldflags []string
		}
	}
	if err := yaml.Unmarshal(readFile(t, root+"/.goreleaser.yaml"), &config); err != nil || len(config.Builds) != 1 {
		t.Fatalf("%d builds, %v", len(config.Builds), err)
	}
	build := config.Builds[0]
	var binaries [][]byte
	for range 2 {
		dir, commit := clone(t)
		out := filepath.Join(t.TempDir(), "plansync")
		args := slices.Concat([]string{"build"}, build.Flags, []string{"-ldflags=" + strings.Join(build.Ldflags, " "), "-o", out, build.Main})
		runIn(t, dir, build.Env, "go", args...)
		binary := readFile(t, out)
		if !bytes.Contains(binary, []byte(commit)) {
			t.Errorf("the binary does not name its commit %s", commit)
		}
		binaries = append(binaries, binary)
	}
	if !bytes.Equal(binaries[0], binaries[1]) {
		t.Error("two clones of one commit give different binaries")
	}
}
