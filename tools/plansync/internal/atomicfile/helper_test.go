package atomicfile

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Many promises are about other processes: killed ones, unprivileged ones, ones
// that write at the same time. The test binary plays them all: with helperEnv set
// it is a helper that carries out one order from its arguments, or one for each
// line of its standard input, and answers each with a line of JSON.
const helperEnv = "PLANSYNC_TEST_HELPER"

// An order is what a helper shall do.
type order struct {
	Op       string
	Path     string
	Old, New []byte
	Marked   bool     // for a tracer: enclose the operation in marks
	Without  []string // system calls that the system is to have forgotten
}

// An answer is how an order ended.
type answer struct {
	Err        string
	Hint       string
	Changed    bool
	Permission bool
	Exist      bool
	Locked     bool
}

// init keeps the helper on its first thread, the one that a tracer watches.
func init() {
	if os.Getenv(helperEnv) != "" {
		runtime.LockOSThread()
	}
}

func TestMain(m *testing.M) {
	switch os.Getenv(helperEnv) {
	case "":
		os.Exit(m.Run())
	case "once":
		var o order
		if err := json.Unmarshal([]byte(os.Args[1]), &o); err != nil {
			panic(err)
		}
		reply(obey(o))
	case "serve":
		for in := bufio.NewReader(os.Stdin); ; {
			line, err := in.ReadBytes('\n')
			if err != nil {
				return
			}
			var o order
			if err := json.Unmarshal(line, &o); err != nil {
				panic(err)
			}
			reply(obey(o))
		}
	}
}

// flipTimes is how often a writer that flips repeats its text, which makes
// content that is written in several pieces.
const flipTimes = 20_000

func reply(err error) {
	a := answer{
		Changed:    errors.Is(err, ErrChanged),
		Permission: errors.Is(err, fs.ErrPermission),
		Exist:      errors.Is(err, fs.ErrExist),
		Locked:     errors.Is(err, ErrLocked),
		Hint:       hintOf(err),
	}
	if err != nil {
		a.Err = err.Error()
	}
	json.NewEncoder(os.Stdout).Encode(a)
}

func obey(o order) (err error) {
	forget(o.Without)
	if o.Marked {
		mark()
		defer mark()
	}
	switch o.Op {
	case "replace":
		return Replace(o.Path, o.Old, o.New)
	case "create":
		return Create(o.Path, o.New)
	case "clean":
		return Clean(o.Path)
	case "careless":
		return carelessReplace(o.Path, o.New)
	case "flip": // until killed
		old, new := bytes.Repeat(o.Old, flipTimes), bytes.Repeat(o.New, flipTimes)
		for {
			if err := Replace(o.Path, old, new); err != nil {
				return err
			}
			old, new = new, old
		}
	case "count": // as many times as Old has bytes
		for range o.Old {
			if err := increment(o.Path); err != nil {
				return err
			}
		}
		return nil
	case "lock": // and hold it until killed
		_, err := Lock(context.Background(), o.Path, 0)
		return err
	}
	panic("unknown order " + o.Op)
}

// carelessReplace is what Replace must not be: it renames without a sync of the
// file. It shows that the harness sees the loss.
func carelessReplace(path string, new []byte) error {
	if err := os.WriteFile(path+".new", new, 0o666); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// increment adds one to the number in the file, again and again until nobody
// else did so in between.
func increment(path string) error {
	for {
		old, err := ReadRegular(path, 100)
		if err != nil {
			return err
		}
		var n int
		if _, err := fmt.Sscan(string(old), &n); err != nil {
			return err
		}
		err = Replace(path, old, fmt.Appendf(nil, "%d\n", n+1))
		if !errors.Is(err, ErrChanged) {
			return err
		}
	}
}

func hintOf(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}

// helper returns a command that plays the mode with the orders as arguments.
func helper(t *testing.T, mode string, orders ...order) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(self, arguments(t, orders)...)
	cmd.Env = append(os.Environ(), helperEnv+"="+mode)
	cmd.Stderr = os.Stderr
	return cmd
}

func arguments(t *testing.T, orders []order) []string {
	t.Helper()
	var args []string
	for _, o := range orders {
		b, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		args = append(args, string(b))
	}
	return args
}

// once has a helper carry out one order.
func once(t *testing.T, cmd *exec.Cmd) answer {
	t.Helper()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("helper: %v", err)
	}
	var a answer
	if err := json.Unmarshal(out, &a); err != nil {
		t.Fatalf("helper said %q: %v", out, err)
	}
	return a
}

// A server is a helper that carries out order after order.
type server struct {
	t    *testing.T
	send func(order)
	out  *bufio.Reader
	pid  int
	kill func()
}

func serve(t *testing.T) *server {
	t.Helper()
	cmd := helper(t, "serve")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop := sync.OnceFunc(func() {
		in.Close()
		cmd.Wait()
	})
	t.Cleanup(stop)
	kill := func() {
		cmd.Process.Kill()
		stop()
	}
	enc := json.NewEncoder(in)
	send := func(o order) {
		if err := enc.Encode(o); err != nil {
			t.Error(err)
		}
	}
	return &server{t, send, bufio.NewReader(out), cmd.Process.Pid, kill}
}

func (s *server) answer() answer {
	s.t.Helper()
	line, err := s.out.ReadBytes('\n')
	if err != nil {
		s.t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(line, &a); err != nil {
		s.t.Fatal(err)
	}
	return a
}

// missing skips the test, or fails it where everything has to be there.
func missing(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("PLANSYNC_TEST_REQUIRE") == "all" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// holds fails the test unless the file at path holds want.
func holds(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s holds %s, want %s", filepath.Base(path), short(string(got)), short(want))
	}
}

func short(s string) string {
	if len(s) > 60 {
		return fmt.Sprintf("%q… (%d bytes)", s[:60], len(s))
	}
	return fmt.Sprintf("%q", s)
}

// only fails the test unless dir holds exactly the names given.
func only(t *testing.T, dir string, names ...string) {
	t.Helper()
	slices.Sort(names)
	if got := list(t, dir); !slices.Equal(got, names) {
		t.Errorf("directory holds %s, want %s", strings.Join(got, " "), strings.Join(names, " "))
	}
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// longAgo is a modification time that no write of a test can have.
var longAgo = time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)

func age(t *testing.T, path string) {
	t.Helper()
	if err := os.Chtimes(path, longAgo, longAgo); err != nil {
		t.Fatal(err)
	}
}

func modified(t *testing.T, path string) bool {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return !info.ModTime().Equal(longAgo)
}
