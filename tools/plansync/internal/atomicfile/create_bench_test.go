package atomicfile

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkThousandFiles compares Create with a plain program that makes the
// same thousand files, one directory each, as a first run of stubs does.
func BenchmarkThousandFiles(b *testing.B) {
	data := bytes.Repeat([]byte("a line of an outline\n"), 60)
	plain := func(path string, data []byte) error {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		return os.WriteFile(path, data, 0o666)
	}
	for _, c := range []struct {
		name  string
		write func(string, []byte) error
	}{{"plain", plain}, {"Create", Create}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				dir, err := os.MkdirTemp(b.TempDir(), "")
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				for i := range 1000 {
					if err := c.write(filepath.Join(dir, fmt.Sprintf("query-%d", i), "index.md"), data); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
