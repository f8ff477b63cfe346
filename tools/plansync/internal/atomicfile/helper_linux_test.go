package atomicfile

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// self is how this program starts itself. The link works for a user, too, who
// cannot reach the directory of the program.
const self = "/proc/self/exe"

// mark tells a tracer that the operation under test begins or ends here.
func mark() { unix.Tgkill(unix.Getpid(), unix.Gettid(), unix.SIGUSR1) }

// memoryDir returns a new directory that is in memory, if there is such a thing:
// where only the order of the system calls matters, nobody has to wait for a disk.
func memoryDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "atomicfile-*")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// forget makes system calls fail in this thread, as they do on file systems that
// cannot do what they ask for.
func forget(calls []string) {
	known := map[string]struct{ number, errno uint32 }{
		"renameat2": {unix.SYS_RENAMEAT2, uint32(unix.EINVAL)},
		"linkat":    {unix.SYS_LINKAT, uint32(unix.EPERM)},
		"flock":     {unix.SYS_FLOCK, uint32(unix.ENOLCK)},
	}
	if len(calls) == 0 {
		return
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		panic(err)
	}
	for _, name := range calls {
		c, ok := known[name]
		if !ok {
			panic("unknown system call " + name)
		}
		program := []unix.SockFilter{
			{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}, // the call's number
			{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: c.number, Jf: 1},
			{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | c.errno},
			{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
		}
		filter := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
		if err := unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&filter)), 0, 0); err != nil {
			panic(err)
		}
	}
}

// asNobody makes cmd run as a user who owns nothing.
func asNobody(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	return cmd
}

const nobody = 65534

// mayMount reports whether this process is allowed to mount file systems.
func mayMount(t *testing.T) bool {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "CapEff:\t")
	hex, _, _ := strings.Cut(rest, "\n")
	caps, err := strconv.ParseUint(hex, 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	return caps&(1<<unix.CAP_SYS_ADMIN) != 0
}

// inOwnMounts runs the calling test again in a process whose mounts vanish with
// it, and reports whether this is that process. It skips the test where nobody
// may mount.
func inOwnMounts(t *testing.T) bool {
	t.Helper()
	const env = "PLANSYNC_TEST_OWN_MOUNTS"
	if os.Getenv(env) != "" {
		// What is mounted here must not show outside.
		if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
			t.Fatal(err)
		}
		return true
	}
	if !mayMount(t) {
		t.Skip("needs the right to mount file systems")
	}
	cmd := exec.Command(self, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), env+"=1")
	// It goes when this thread goes, so the thread has to stay.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	t.Logf("in its own mounts:\n%s", out.String())
	switch {
	case err != nil:
		t.Errorf("in its own mounts: %v", err)
	case strings.Contains(out.String(), "--- SKIP: "+t.Name()):
		t.Skip("skipped in its own mounts, see above")
	}
	return false
}
