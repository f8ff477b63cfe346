package netlify

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/nodejs"
)

// repo is the repository, seen from the folder in which the tests run.
const repo = "../.."

// missing skips a test for want of something that the machine does not have; where
// everything must run, it fails instead.
func missing(t *testing.T, err error) {
	t.Helper()
	if os.Getenv("PLANSYNC_TEST_REQUIRE") == "all" {
		t.Fatal(err)
	}
	t.Skip(err)
}

// node gives a Node that runs the packages of this folder.
func node(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat("node_modules/@netlify/build"); err != nil {
		missing(t, errors.New("the Node packages are not installed: run npm ci in tools/netlify"))
	}
	found, err := nodejs.Find(".", 22)
	if err != nil {
		missing(t, err)
	}
	return found
}

// command runs a program in a folder and gives what it prints; env adds to the
// environment.
func command(t *testing.T, dir string, env []string, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// must is command for a program that is not meant to fail.
func must(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	out, err := command(t, dir, env, name, args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return out
}

// root gives the absolute path of the repository.
func root(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(repo)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// write writes a file and the folders above it.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// ask runs a script of this folder with JSON in and out.
func ask(t *testing.T, script string, input, output any) {
	t.Helper()
	in, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), node(t), script)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node %s: %v\n%s", script, err, stderr.Bytes())
	}
	if err := json.Unmarshal(out, output); err != nil {
		t.Fatalf("node %s: %v\n%s", script, err, out)
	}
}
