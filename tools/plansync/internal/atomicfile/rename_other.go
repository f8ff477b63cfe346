//go:build !linux && !darwin

package atomicfile

import "errors"

func exchange(a, b string) error { return errors.ErrUnsupported }

func renameExclusive(from, to string) error { return errors.ErrUnsupported }
