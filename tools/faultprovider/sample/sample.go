// Package sample runs the TypeScript, Python and shell samples of articles in tests, against the same
// providers as the Go ones, and returns what they print.
//
// A sample finds its providers in the environment: OPENAI_BASE_URL (with /v1) and
// ANTHROPIC_BASE_URL, which the official SDKs read by themselves, or names of the test's
// choosing. It runs in real time, so it prints counts and decisions, no times, and the providers that
// the test starts for it have short delays.
//
//	primary := fault.New(fault.Config{Name: "primary", Plan: fault.Overloaded()})
//	backup := fault.New(fault.Config{Name: "backup"})
//	out := sample.TypeScript(t, "failover.ts", sample.Env{
//		"OPENAI_BASE_URL":    fault.Start(t, primary) + "/v1",
//		"ANTHROPIC_BASE_URL": fault.Start(t, backup),
//	})
//	golden.Compare(t, "testdata/failover-ts.golden", out)
//
// TypeScript runs by Node 22, which strips the types, with the official npm SDKs of
// tools/faultprovider/npm: run npm ci there once. Python runs by python3 with its standard
// library, shell by sh with curl. A test whose runtime is absent is skipped, unless the environment variable
// PLANSYNC_TEST_REQUIRE is "all".
package sample

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Env is environment variables for a sample.
type Env map[string]string

// TypeScript runs a .ts file and returns what it prints. It may import the official SDKs and nothing
// else: Node reads it from standard input, in the folder of the SDKs, as a reader can.
func TypeScript(t testing.TB, file string, env Env) string {
	t.Helper()
	folder := npmFolder()
	modules := filepath.Join(folder, "node_modules")
	node, err := findNode(modules)
	if err == nil {
		_, err = os.Stat(filepath.Join(modules, "openai"))
	}
	if err != nil {
		absent(t, "%v; run npm ci in tools/faultprovider/npm", err)
	}
	source, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	cmd := command(t, env, node, "--input-type=module-typescript", "--disable-warning=ExperimentalWarning")
	cmd.Dir, cmd.Stdin = folder, source
	return output(t, cmd, file)
}

// Python runs a .py file and returns what it prints.
func Python(t testing.TB, file string, env Env) string {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		absent(t, "%v", err)
	}
	cmd := command(t, env, python, "-B", filepath.Base(file))
	cmd.Dir = filepath.Dir(file)
	return output(t, cmd, file)
}

// Shell runs a .sh file, which may use curl, and returns what it prints.
func Shell(t testing.TB, file string, env Env) string {
	t.Helper()
	for _, name := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(name); err != nil {
			absent(t, "%v", err)
		}
	}
	return output(t, command(t, env, "sh", file), file)
}

func command(t testing.TB, env Env, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(os.Environ(), "OPENAI_API_KEY=any", "ANTHROPIC_API_KEY=any", "NO_PROXY=*", "no_proxy=*")
	for k, v := range env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	return cmd
}

func output(t testing.TB, cmd *exec.Cmd, file string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", file, err, stdout.String(), stderr.String())
	}
	return stdout.String()
}

func absent(t testing.TB, format string, args ...any) {
	t.Helper()
	reason := fmt.Sprintf(format, args...)
	if os.Getenv("PLANSYNC_TEST_REQUIRE") == "all" {
		t.Fatalf("PLANSYNC_TEST_REQUIRE=all: %s", reason)
	}
	t.Skip(reason)
}

// npmFolder is tools/faultprovider/npm of the module that the test belongs to.
func npmFolder() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	return filepath.Join(dir, "tools", "faultprovider", "npm")
}

// findNode returns a Node that runs TypeScript: the npm package's, or else the one on the PATH.
func findNode(modules string) (string, error) {
	candidates := []string{filepath.Join(modules, "node", "bin", "node")}
	if path, err := exec.LookPath("node"); err == nil {
		candidates = append(candidates, path)
	}
	for _, node := range candidates {
		out, err := exec.Command(node, "--version").Output()
		if err == nil && stripsTypes(strings.TrimSpace(string(out))) {
			return node, nil
		}
	}
	return "", errors.New("there is no Node of version 22.18 or later")
}

// stripsTypes reports whether a Node of this version ("v22.23.3") runs TypeScript as it is.
func stripsTypes(version string) bool {
	parts := strings.Split(strings.TrimPrefix(version, "v"), ".")
	if len(parts) < 2 {
		return false
	}
	major, err1 := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	return err1 == nil && err2 == nil && (major > 23 || major == 23 && minor >= 6 || major == 22 && minor >= 18)
}
