// Package sample runs the samples of articles in tests, Python, TypeScript, Go and shell, against the same
// providers, and returns what they print.
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
// A sample runs as a reader runs it: copied into an empty folder, beside the reference client of its
// language (site/reference), which it may import as resilient, ./resilient.ts or hello/resilient.
//
// TypeScript runs by Node 22, which strips the types, with the official npm SDKs of
// tools/faultprovider/npm: run npm ci there once. Python runs by the interpreter that the environment variable
// PLANSYNC_TEST_PYTHON names, of a virtual environment with the packages of
// site/reference/python/requirements.txt. Shell runs by sh with curl. A test whose runtime is absent is skipped, unless
// the environment variable PLANSYNC_TEST_REQUIRE is "all".
package sample

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Env is environment variables for a sample.
type Env map[string]string

// TypeScript runs a .ts file and returns what it prints. It may import the official SDKs and
// ./resilient.ts.
func TypeScript(t testing.TB, file string, env Env) string {
	t.Helper()
	return output(t, Command(t, file, env), file)
}

// Python runs a .py file and returns what it prints. It may import the official SDKs and resilient.
func Python(t testing.TB, file string, env Env) string {
	t.Helper()
	return output(t, Command(t, file, env), file)
}

// Shell runs a .sh file, which may use curl, and returns what it prints.
func Shell(t testing.TB, file string, env Env) string {
	t.Helper()
	return output(t, Command(t, file, env), file)
}

// Command prepares to run a .ts, .py, .go or .sh file with arguments, for a test that needs more than what it
// prints. A .go file is tagged ignore and imports hello/resilient.
func Command(t testing.TB, file string, env Env, args ...string) *exec.Cmd {
	t.Helper()
	folder, root := t.TempDir(), moduleRoot()
	place(t, file, folder)
	name := filepath.Base(file)
	switch filepath.Ext(file) {
	case ".ts":
		modules := filepath.Join(root, "tools", "faultprovider", "npm", "node_modules")
		node, err := findNode(modules)
		if err == nil {
			_, err = os.Stat(filepath.Join(modules, "openai"))
		}
		if err != nil {
			absent(t, "%v; run npm ci in tools/faultprovider/npm", err)
		}
		place(t, filepath.Join(root, "site", "reference", "typescript", "resilient.ts"), folder)
		if err := errors.Join(os.Symlink(modules, filepath.Join(folder, "node_modules")),
			os.WriteFile(filepath.Join(folder, "package.json"), []byte(`{"type": "module"}`), 0o666)); err != nil {
			t.Fatal(err)
		}
		args = append([]string{node, "--disable-warning=ExperimentalWarning", name}, args...)
	case ".py":
		python := os.Getenv("PLANSYNC_TEST_PYTHON")
		if python == "" {
			absent(t, "PLANSYNC_TEST_PYTHON does not name the Python of a virtual environment with "+
				"the packages of site/reference/python/requirements.txt")
		}
		place(t, filepath.Join(root, "site", "reference", "python", "resilient.py"), folder)
		args = append([]string{python, "-B", name}, args...)
	case ".go":
		asModule(t, folder, root)
		args = append([]string{"go", "run", name}, args...)
	case ".sh":
		for _, program := range []string{"sh", "curl"} {
			if _, err := exec.LookPath(program); err != nil {
				absent(t, "%v", err)
			}
		}
		args = append([]string{"sh", name}, args...)
	default:
		t.Fatalf("%s: a sample is a .ts, .py, .go or .sh file", file)
	}
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "OPENAI_API_KEY=any", "ANTHROPIC_API_KEY=any", "NO_PROXY=*", "no_proxy=*")
	if filepath.Ext(file) == ".go" {
		cmd.Env = append(cmd.Env, "GOFLAGS=-mod=mod", "GOPROXY=off")
	}
	for k, v := range env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	return cmd
}

// asModule makes a folder what "go mod init hello" and "go mod tidy" make of it, at the versions of this module,
// with the reference client in it.
func asModule(t testing.TB, folder, root string) {
	t.Helper()
	client := filepath.Join(folder, "resilient")
	if err := os.Mkdir(client, 0o777); err != nil {
		t.Fatal(err)
	}
	place(t, filepath.Join(root, "site", "reference", "go", "resilient.go"), client)
	place(t, filepath.Join(root, "go.sum"), folder)
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`(?m)^module .*`).ReplaceAllString(string(mod), "module hello")
	text = regexp.MustCompile(`(?s)\ntool [^\n]*|\nignore \(.*?\)`).ReplaceAllString(text, "")
	if err := os.WriteFile(filepath.Join(folder, "go.mod"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// place copies a file into a folder.
func place(t testing.TB, file, folder string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, filepath.Base(file)), data, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
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

// moduleRoot is the folder of the module that the test belongs to.
func moduleRoot() string {
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
	return dir
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
