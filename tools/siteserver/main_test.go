package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

func TestMistakesAreReported(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"-port", "x"}, "invalid value"},
		{[]string{"-dir", filepath.Join(dir, "none")}, "build the site first"},
		{[]string{"-dir", dir, "-config", filepath.Join(dir, "none.toml")}, "none.toml"},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(c.args, &stdout, &stderr); code != 2 || !strings.Contains(stderr.String(), c.says) || stdout.Len() > 0 {
			t.Errorf("%q: exit code %d, stdout %q, stderr %q, want 2 and %q", c.args, code, stdout.String(), stderr.String(), c.says)
		}
	}
}
