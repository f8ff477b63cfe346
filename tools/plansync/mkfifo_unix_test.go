//go:build unix

package main

import "syscall"

// mkfifo makes a named pipe.
func mkfifo(path string) error { return syscall.Mkfifo(path, 0o666) }

// nonblock opens a named pipe without waiting for its other end.
const nonblock = syscall.O_NONBLOCK
