//go:build unix && !linux

package hugo

import (
	"os/exec"
	"syscall"
)

// inGroup starts the command in a process group of its own, so that all of it can be ended.
func inGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGTERM) }
}

// endGroup ends what the command left of its group.
func endGroup(command *exec.Cmd) { _ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
