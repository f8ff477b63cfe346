//go:build unix && !linux && !darwin

package atomicfile

import "os"

func inheritAttributes(tmp, file *os.File) error { return nil }
