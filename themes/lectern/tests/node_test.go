package tests

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/nodejs"
)

// nodeBinary is a Node that runs the packages of this folder.
var nodeBinary = sync.OnceValues(func() (string, error) {
	if _, err := os.Stat("node_modules/axe-core"); err != nil {
		return "", errors.New("the Node packages are not installed: run npm ci in themes/lectern/tests")
	}
	return nodejs.Find(".", 22)
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
