package atomicfile

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A call is a system call that a traced helper is about to make.
type call struct {
	number int
	args   [6]uint64
	pid    int
}

// file returns the path that the call's descriptor (its first argument) stands for.
func (c call) file() string {
	path, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", c.pid, c.args[0]))
	return strings.TrimSuffix(path, " (deleted)")
}

// path returns the base name that argument n points to.
func (c call) path(n int) string {
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", c.pid))
	if err != nil {
		return err.Error()
	}
	defer mem.Close()
	buf := make([]byte, 4096)
	got, _ := mem.ReadAt(buf, int64(c.args[n]))
	name, _, _ := strings.Cut(string(buf[:got]), "\x00")
	return filepath.Base(name)
}

// writes reports whether the call changes a file system, or what of it is on the disk.
func (c call) writes() bool {
	switch c.number {
	case unix.SYS_OPENAT:
		return c.args[2]&unix.O_CREAT != 0
	case unix.SYS_WRITE, unix.SYS_FSYNC, unix.SYS_FCHMOD, unix.SYS_FCHOWN, unix.SYS_FSETXATTR, unix.SYS_FREMOVEXATTR,
		unix.SYS_FTRUNCATE, unix.SYS_RENAMEAT, unix.SYS_RENAMEAT2, unix.SYS_UNLINKAT, unix.SYS_LINKAT, unix.SYS_MKDIRAT:
		return true
	}
	return false
}

// String gives the calls that matter to files a name.
func (c call) String() string {
	switch c.number {
	case unix.SYS_OPENAT:
		return "openat " + c.path(1)
	case unix.SYS_WRITE:
		return "write " + filepath.Base(c.file())
	case unix.SYS_FSYNC:
		return "fsync " + filepath.Base(c.file())
	case unix.SYS_FCHMOD:
		return "fchmod " + filepath.Base(c.file())
	case unix.SYS_FCHOWN:
		return "fchown " + filepath.Base(c.file())
	case unix.SYS_FSETXATTR:
		return "fsetxattr " + filepath.Base(c.file())
	case unix.SYS_FTRUNCATE:
		return "ftruncate " + filepath.Base(c.file())
	case unix.SYS_RENAMEAT:
		return "renameat " + c.path(1) + " " + c.path(3)
	case unix.SYS_RENAMEAT2:
		return fmt.Sprintf("renameat2 %s %s %#x", c.path(1), c.path(3), c.args[4])
	case unix.SYS_UNLINKAT:
		return "unlinkat " + c.path(1)
	case unix.SYS_LINKAT:
		return "linkat " + c.path(1) + " " + c.path(3)
	case unix.SYS_MKDIRAT:
		return "mkdirat " + c.path(1)
	}
	return "system call " + strconv.Itoa(c.number)
}

// A verdict says how a traced helper goes on.
type verdict int

const (
	goOn verdict = iota
	die          // at once, before the call is made
)

// trace runs a helper that carries out o, and stops it before each system call
// between the operation's begin and end. There the world holds still, and see
// may look, or interfere, or let the helper die. At the end see is called once
// more with a call of number -1. The result is the helper's answer, if it lived.
//
// The kernel obeys only the thread that started the helper; so all of it happens
// in this one.
func trace(t *testing.T, o order, see func(call) verdict) (a answer, lived bool) {
	t.Helper()
	if raceDetector {
		t.Skip("the race detector sees nothing of another process, but makes each one slow to start")
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	o.Marked = true
	pid, err := syscall.ForkExec(self, append([]string{self}, arguments(t, []order{o})...), &syscall.ProcAttr{
		// The runtime shall have nothing to do besides. Above all it must not try to
		// preempt what only seems to run for long: it would do so again and again.
		Env:   append(os.Environ(), helperEnv+"=once", "GOMAXPROCS=1", "GOGC=off", "GODEBUG=asyncpreemptoff=1"),
		Files: []uintptr{0, w.Fd(), 2},
		Sys:   &syscall.SysProcAttr{Ptrace: true},
	})
	w.Close()
	if err != nil {
		missing(t, "cannot trace: "+err.Error())
	}
	ended := false
	defer func() {
		if !ended {
			syscall.Kill(pid, syscall.SIGKILL)
			syscall.Wait4(pid, nil, 0, nil)
		}
	}()

	var status syscall.WaitStatus
	wait := func() {
		t.Helper()
		for {
			_, err := syscall.Wait4(pid, &status, 0, nil)
			if err == syscall.EINTR {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	wait() // for the start of the program
	if err := syscall.PtraceSetOptions(pid, syscall.PTRACE_O_TRACESYSGOOD|unix.PTRACE_O_EXITKILL); err != nil {
		t.Fatal(err)
	}
	marks, entering := 0, true
	resume := func(signal syscall.Signal) {
		if marks == 1 {
			err = syscall.PtraceSyscall(pid, int(signal))
		} else {
			err = syscall.PtraceCont(pid, int(signal))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	resume(0)
	for {
		wait()
		switch {
		case status.Exited():
			ended = true
			if marks != 2 {
				t.Fatalf("helper ended with status %d after %d marks", status.ExitStatus(), marks)
			}
			out, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(out, &a); err != nil {
				t.Fatalf("helper said %q: %v", out, err)
			}
			return a, true
		case status.Signaled():
			ended = true
			t.Fatalf("helper was killed: %v", status.Signal())
		case status.StopSignal() == syscall.SIGUSR1:
			marks++
			if marks == 2 && see(call{number: -1, pid: pid}) == die {
				return a, false
			}
			resume(0)
		case status.StopSignal() == syscall.SIGTRAP|0x80:
			if entering && marks == 1 {
				if see(entered(t, pid)) == die {
					return a, false
				}
			}
			entering = !entering
			resume(0)
		default:
			// The runtime's own signals.
			resume(status.StopSignal())
		}
	}
}

// entered asks the kernel which call the stopped process is about to make.
func entered(t *testing.T, pid int) call {
	t.Helper()
	// struct ptrace_syscall_info of <linux/ptrace.h>, for an entry.
	var info struct {
		op       uint8
		_        [3]uint8
		arch     uint32
		ip, sp   uint64
		number   uint64
		args     [6]uint64
		reserved [2]uint64
	}
	_, _, errno := unix.RawSyscall6(unix.SYS_PTRACE, unix.PTRACE_GET_SYSCALL_INFO, uintptr(pid),
		unsafe.Sizeof(info), uintptr(unsafe.Pointer(&info)), 0, 0)
	if errno != 0 {
		t.Fatalf("which system call: %v", errno)
	}
	if info.op != unix.PTRACE_SYSCALL_INFO_ENTRY {
		t.Fatalf("the stop is no entry into a system call, but of kind %d", info.op)
	}
	return call{number: int(info.number), args: info.args, pid: pid}
}
