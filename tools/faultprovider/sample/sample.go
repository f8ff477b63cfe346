// Package sample runs the TypeScript and Python samples of articles in tests, against the same
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
// library. A test whose runtime is absent is skipped, unless the environment variable
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

// TypeScript runs a .ts file and returns what it prints. Files that it imports by relative
// paths must lie in the same folder.
func TypeScript(t testing.TB, file string, env Env) string {
	t.Helper()
	modules := filepath.Join(npmFolder(), "node_modules")
	node, err := findNode(modules)
	if err == nil {
		_, err = os.Stat(filepath.Join(modules, "openai"))
	}
	if err != nil {
		absent(t, "%v; run npm ci in tools/faultprovider/npm", err)
	}
	// Node looks for packages in the folders above a file, so the sample moves to where they are.
	dir := t.TempDir()
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	if err := copySources(filepath.Dir(file), dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"type": "module"}`), 0o666); err != nil {
		t.Fatal(err)
	}
	return run(t, dir, env, node, "--disable-warning=ExperimentalWarning", filepath.Base(file))
}

// Python runs a .py file and returns what it prints.
func Python(t testing.TB, file string, env Env) string {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		absent(t, "%v", err)
	}
	return run(t, filepath.Dir(file), env, python, "-B", filepath.Base(file))
}

func run(t testing.TB, dir string, env Env, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "OPENAI_API_KEY=any", "ANTHROPIC_API_KEY=any", "NO_PROXY=*", "no_proxy=*")
	for k, v := range env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", filepath.Base(name), strings.Join(args, " "), err, stdout.String(), stderr.String())
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

// copySources copies the files of a folder that a TypeScript sample may import.
func copySources(from, to string) error {
	for _, pattern := range []string{"*.ts", "*.mts", "*.js", "*.mjs", "*.json"} {
		files, err := filepath.Glob(filepath.Join(from, pattern))
		if err != nil {
			return err
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(to, filepath.Base(file)), data, 0o666); err != nil {
				return err
			}
		}
	}
	return nil
}
