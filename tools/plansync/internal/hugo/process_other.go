//go:build !unix

package hugo

import "os/exec"

// inGroup does nothing: there are no process groups here, and the command itself is ended.
func inGroup(*exec.Cmd) {}

func endGroup(*exec.Cmd) {}
