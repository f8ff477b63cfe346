package reference_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	resilient "aiperformanceoptimization.com/plansync/site/reference/go"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
)

// A script is what happens to a breaker.
type script struct {
	Name  string `json:"name"`
	Steps []step `json:"steps"`
}

// A step asks a breaker for a permit, or records the end of a call.
type step struct {
	At     float64 `json:"at"`
	Allow  bool    `json:"allow"`
	Call   int     `json:"call"` // whose permit, counted from 0
	Counts string  `json:"counts"`
}

// calls asks for permits and records the ends of the calls at once, one a step of time.
func (s *script) calls(at, every float64, counts ...string) {
	for i, c := range counts {
		n := s.permits()
		now := at + float64(i)*every
		s.Steps = append(s.Steps, step{At: now, Allow: true}, step{At: now, Call: n, Counts: c})
	}
}

// begin asks for n permits.
func (s *script) begin(at float64, n int) {
	for range n {
		s.Steps = append(s.Steps, step{At: at, Allow: true})
	}
}

// end records the ends of calls from a first one on.
func (s *script) end(at float64, first int, counts ...string) {
	for i, c := range counts {
		s.Steps = append(s.Steps, step{At: at, Call: first + i, Counts: c})
	}
}

func (s *script) permits() int {
	n := 0
	for _, st := range s.Steps {
		if st.Allow {
			n++
		}
	}
	return n
}

func repeat(n int, counts ...string) []string { return slices.Repeat(counts, n) }

func scripts() []script {
	make := func(name string, fill func(*script)) script {
		s := script{Name: name}
		fill(&s)
		return s
	}
	return []script{
		make("six in a row", func(s *script) {
			s.calls(0, 1, append([]string{"yes", "good"}, repeat(6, "yes")...)...)
			s.begin(8, 1)
		}),
		make("a fifth of forty", func(s *script) {
			s.calls(0, 1, repeat(8, "good", "good", "good", "good", "yes")...)
			s.begin(40, 1)
		}),
		make("less than a fifth", func(s *script) {
			s.calls(0, 1, repeat(10, "good", "good", "good", "good", "good", "yes")...)
			s.begin(60, 1)
		}),
		make("a fifth, but too long ago", func(s *script) {
			s.calls(0, 0, repeat(5, "yes", "good", "good")...)
			s.calls(100, 0, repeat(26, "good")...)
			s.begin(101, 1)
		}),
		make("what does not count", func(s *script) {
			s.calls(0, 0, repeat(5, "yes")...)
			s.calls(0, 0, repeat(50, "no")...)
			s.calls(1, 0, "yes")
			s.begin(2, 1)
		}),
		make("at once", func(s *script) { s.calls(0, 0, "at once"); s.begin(1, 1) }),
		make("ten probes close it", func(s *script) {
			s.calls(0, 0, "at once")
			s.begin(29, 1)
			s.begin(30, 11)
			s.end(31, 2, repeat(10, "good")...)
			s.begin(31, 1)
		}),
		make("a probe fails", func(s *script) {
			s.calls(0, 0, "at once")
			s.begin(30, 3)
			s.end(31, 1, "good", "yes", "good")
			s.begin(32, 1)
		}),
		make("a probe that says nothing gives its place", func(s *script) {
			s.calls(0, 0, "at once")
			s.begin(30, 10)
			s.end(31, 1, "no")
			s.begin(31, 2)
		}),
		make("probes that hang give their places", func(s *script) {
			s.calls(0, 0, "at once")
			s.begin(30, 11)
			s.begin(60, 1)
		}),
		make("late results", func(s *script) {
			s.begin(0, 2)
			s.calls(1, 0, "at once")
			s.begin(31, 1)
			s.end(32, 0, "yes", "good")
			s.begin(33, 1)
		}),
	}
}

// TestBreakers plays the scripts to the breaker of every client and demands the same from all.
func TestBreakers(t *testing.T) {
	list := scripts()
	var want []result
	var out strings.Builder
	for _, s := range list {
		r := result{Model: s.Name, Log: driveGo(t, s)}
		want = append(want, r)
		fmt.Fprintf(&out, "%s\n", s.Name)
		for _, line := range short(r.Log) {
			fmt.Fprintf(&out, "  %s\n", line)
		}
	}
	golden.Compare(t, "testdata/breaker.golden", out.String())
	for _, client := range clients {
		if client.name == "Go" {
			continue
		}
		t.Run(client.name, func(t *testing.T) {
			got := client.run(t, job{Cases: []testCase{}, Breaker: list})
			for i := range list {
				if !slices.Equal(got[i].Log, want[i].Log) {
					t.Errorf("%s: %q, not %q as in Go", list[i].Name, got[i].Log, want[i].Log)
				}
			}
		})
	}
}

// short leaves out permits that are like the one before.
func short(log []string) []string {
	var out []string
	for _, line := range log {
		if len(out) > 0 && after(line) == after(out[len(out)-1]) {
			out[len(out)-1] = line
			continue
		}
		out = append(out, line)
	}
	return out
}

// after is what a line says after its time.
func after(line string) string {
	_, text, _ := strings.Cut(line, " ")
	return text
}

func driveGo(t *testing.T, s script) (log []string) {
	synctest.Test(t, func(*testing.T) {
		begin := time.Now()
		say := func(format string, args ...any) {
			log = append(log, fmt.Sprintf("%gs ", time.Since(begin).Seconds())+fmt.Sprintf(format, args...))
		}
		b := resilient.NewBreaker()
		b.Log = func(from, to, why string) { say("%s -> %s: %s", from, to, why) }
		var permits []int
		for _, st := range s.Steps {
			time.Sleep(seconds(st.At) - time.Since(begin))
			if !st.Allow {
				b.Record(permits[st.Call], st.Counts)
				continue
			}
			permits = append(permits, b.Allow())
			if permits[len(permits)-1] > 0 {
				say("yes")
			} else {
				say("no")
			}
		}
	})
	return log
}
