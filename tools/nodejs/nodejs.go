// Package nodejs finds the Node that the tests run JavaScript tools with.
package nodejs

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Find gives the path of a Node of at least a major version: the one that npm installed
// in a folder, or else the machine's.
func Find(dir string, major int) (string, error) {
	installed, err := filepath.Glob(filepath.Join(dir, "node_modules", "node-*", "bin", "node"))
	if err != nil {
		return "", err
	}
	for _, candidate := range append(installed, "node") {
		found, err := exec.LookPath(candidate)
		if err != nil {
			continue
		}
		out, err := exec.Command(found, "--version").Output()
		if err != nil {
			continue
		}
		number, _, _ := strings.Cut(strings.TrimPrefix(string(out), "v"), ".")
		if n, err := strconv.Atoi(number); err == nil && n >= major {
			return filepath.Abs(found)
		}
	}
	return "", fmt.Errorf("no Node %d or newer: run npm ci in %s", major, dir)
}
