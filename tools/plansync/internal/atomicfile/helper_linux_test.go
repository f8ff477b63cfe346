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

	"golang.org/x/sys/unix"
)

// self is how this program starts itself. The link works for a user, too, who
// cannot reach the directory of the program.
const self = "/proc/self/exe"

// mark tells a tracer that the operation under test begins or ends here.
func mark() { unix.Tgkill(unix.Getpid(), unix.Gettid(), unix.SIGUSR1) }

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
