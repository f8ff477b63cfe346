package tests

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// nodeVersion is the oldest Node that all packages of this folder accept.
const nodeVersion = 22

// nodeBinary is a Node that is new enough: the one that npm installed here, or else
// the machine's.
var nodeBinary = sync.OnceValues(func() (string, error) {
	if _, err := os.Stat("node_modules/axe-core"); err != nil {
		return "", errors.New("the Node packages are not installed: run npm ci in themes/lectern/tests")
	}
	bundled, err := filepath.Glob("node_modules/node-*/bin/node")
	if err != nil {
		return "", err
	}
	for _, candidate := range append(bundled, "node") {
		out, err := exec.Command(candidate, "--version").Output()
		if err != nil {
			continue
		}
		major, _, _ := strings.Cut(strings.TrimPrefix(string(out), "v"), ".")
		if n, err := strconv.Atoi(major); err == nil && n >= nodeVersion {
			if filepath.Base(candidate) == candidate {
				return candidate, nil
			}
			return filepath.Abs(candidate)
		}
	}
	return "", fmt.Errorf("no Node %d or newer", nodeVersion)
})

// runNode runs a script of this folder with input as JSON on its standard input, and
// reads its standard output as JSON into output.
func runNode(t *testing.T, script string, input, output any, env ...string) {
	t.Helper()
	node, err := nodeBinary()
	if err != nil {
		missing(t, "%v", err)
	}
	in, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, script)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdin = bytes.NewReader(in)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node %s: %v\n%s", script, err, stderr.Bytes())
	}
	if err := json.Unmarshal(out, output); err != nil {
		t.Fatalf("node %s: its output is not JSON: %v\n%.2000s\n%s", script, err, out, stderr.Bytes())
	}
}
