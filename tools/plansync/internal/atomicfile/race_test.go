package atomicfile

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// Two processes change the same file at once: one wins, and the other is told.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	plan := filepath.Join(dir, "plan.md")
	now := "round 0"
	write(t, plan, now)
	servers := []*server{serve(t), serve(t)}
	wins := make([]int, len(servers))
	for round := 1; round <= 60; round++ {
		texts := make([]string, len(servers))
		for i := range servers {
			// The one that is told first takes turns.
			i = (i + round) % len(servers)
			texts[i] = fmt.Sprintf("round %d by %d", round, i)
			servers[i].send(order{Op: "replace", Path: plan, Old: []byte(now), New: []byte(texts[i])})
		}
		winner := -1
		for i, s := range servers {
			switch a := s.answer(); {
			case a.Err == "" && winner >= 0:
				t.Fatalf("round %d: both say that they have written", round)
			case a.Err == "":
				winner = i
			case !a.Changed:
				t.Fatalf("round %d: error %q, want ErrChanged", round, a.Err)
			}
		}
		if winner < 0 {
			t.Fatalf("round %d: nobody has written", round)
		}
		wins[winner]++
		now = texts[winner]
		holds(t, plan, now)
	}
	only(t, dir, "plan.md")
	t.Logf("wins: %v", wins)
}

// Some processes count in one file, each trying again when another was faster:
// no step is lost.
func TestNoUpdateIsLost(t *testing.T) {
	t.Parallel()
	const processes, steps = 4, 25
	dir := t.TempDir()
	path := filepath.Join(dir, "count")
	write(t, path, "0\n")
	var servers []*server
	for range processes {
		s := serve(t)
		s.send(order{Op: "count", Path: path, Old: []byte(strings.Repeat("x", steps))})
		servers = append(servers, s)
	}
	for _, s := range servers {
		if a := s.answer(); a.Err != "" {
			t.Error(a.Err)
		}
	}
	holds(t, path, fmt.Sprintf("%d\n", processes*steps))
	only(t, dir, "count")
}
