package main

import (
	"bytes"
	"encoding/json"
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

// What is built for others links no parser of Markdown of 2020, which the command line library needs for manual pages only.
func TestNothingAbandonedIsLinked(t *testing.T) {
	const tag = "-tags=urfave_cli_no_docs"
	for module := range strings.FieldsSeq(runIn(t, root, nil, "go", "list", "-deps", tag, "./tools/plansync")) {
		if strings.Contains(module, "blackfriday") || strings.Contains(module, "go-md2man") {
			t.Errorf("%s is linked", module)
		}
	}
	for _, name := range []string{".goreleaser.yaml", ".github/workflows/sync.yml", ".github/actions/plansync/plansync.sh",
		"tools/netlify/plugins/plan-status/index.js"} {
		if !bytes.Contains(readFile(t, filepath.Join(root, name)), []byte(tag)) {
			t.Errorf("%s does not build with %s", name, tag)
		}
	}
}

// Every release says what its binaries are made of.
func TestReleasesHaveABillOfMaterials(t *testing.T) {
	var config struct {
		Sboms []struct {
			Artifacts, Cmd string
			Args           []string
		}
	}
	if err := yaml.Unmarshal(readFile(t, root+"/.goreleaser.yaml"), &config); err != nil || len(config.Sboms) != 1 {
		t.Fatalf("%d bills, %v", len(config.Sboms), err)
	}
	if os.Getenv("PLANSYNC_TEST_REQUIRE") != "all" {
		t.Skip("cyclonedx-gomod is fetched and compiled only when PLANSYNC_TEST_REQUIRE is all")
	}
	sbom, dir := config.Sboms[0], t.TempDir()
	runIn(t, root, nil, "go", "build", "-tags=urfave_cli_no_docs", "-o", filepath.Join(dir, "plansync"), "./tools/plansync")
	var args []string
	for _, arg := range sbom.Args {
		args = append(args, strings.NewReplacer("$document", "bill.json", "$artifact", "plansync").Replace(arg))
	}
	runIn(t, dir, nil, sbom.Cmd, args...)
	var bill struct {
		BomFormat  string
		Components []struct{ Name, Version string }
	}
	if err := json.Unmarshal(readFile(t, filepath.Join(dir, "bill.json")), &bill); err != nil {
		t.Fatal(err)
	}
	names := make(map[string]bool)
	for _, component := range bill.Components {
		names[component.Name] = component.Version != ""
	}
	if bill.BomFormat != "CycloneDX" || !names["golang.org/x/net"] || !names["github.com/urfave/cli/v2"] || names["github.com/russross/blackfriday/v2"] {
		t.Errorf("%s with %v", bill.BomFormat, names)
	}
}
