package atomicfile

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
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
	// By turns, so that both find the disk in the same mood.
	took := make([]time.Duration, 2)
	for b.Loop() {
		for i, write := range []func(string, []byte) error{plain, Create} {
			dir, err := os.MkdirTemp(b.TempDir(), "")
			if err != nil {
				b.Fatal(err)
			}
			start := time.Now()
			for n := range 1000 {
				if err := write(filepath.Join(dir, fmt.Sprintf("query-%d", n), "index.md"), data); err != nil {
					b.Fatal(err)
				}
			}
			took[i] += time.Since(start)
		}
	}
	b.ReportMetric(float64(took[0].Microseconds())/1000/float64(b.N), "ms-plain/op")
	b.ReportMetric(float64(took[1].Microseconds())/1000/float64(b.N), "ms-Create/op")
	b.ReportMetric(float64(took[1])/float64(took[0]), "times-plain")
}
