//go:build !unix

package main

import "errors"

// mkfifo makes a named pipe where the system has them in its files.
func mkfifo(string) error { return errors.ErrUnsupported }

const nonblock = 0
