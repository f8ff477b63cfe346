package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// The page shows the golden files, so it shows what the program prints.
func TestGolden(t *testing.T) { golden.Sections(t, outputs) }

// Each visitor of the outage gets the first means that works, and nobody waits for a model that is known to be down.
func TestOutage(t *testing.T) {
	out := golden.Print(t, printOutage)
	for _, want := range []string{"cache, as of 00:12", "queue, until 05:30", "none, retry in", "thread 2", "1 expired"} {
		if !strings.Contains(out, want) {
			t.Errorf("the outage lacks %q", want)
		}
	}
	slow := 0
	for _, line := range strings.Split(out, "\n") {
		if strings.Contains(line, " 8 s ") {
			slow++
		}
		if strings.Contains(line, "503") != strings.Contains(line, "retry") {
			t.Errorf("a refusal without a time to return: %q", line)
		}
	}
	if slow != 2 {
		t.Errorf("%d visitors waited for the model that hangs, want 2: the first, and one after the pause", slow)
	}
}

// While the model is down, one request after each pause asks it, whatever the traffic.
func TestOneAsksForAll(t *testing.T) {
	err := virtual.Run(func(env *virtual.Env) error {
		p := env.Start(fault.Config{Name: "down", Plan: fault.Hang()})
		s := &Service{state: state{rng: rand.New(rand.NewPCG(1, 0)), cache: map[string]cached{}}, queue: &Queue{},
			model: openai.NewClient(option.WithBaseURL(p.URL+"/v1"), option.WithAPIKey("any"),
				option.WithHTTPClient(env.Client), option.WithMaxRetries(0))}
		s.ask(env.Context, "first")
		time.Sleep(recheck)
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				time.Sleep(time.Duration(i) * time.Microsecond)
				rec := httptest.NewRecorder()
				s.ServeHTTP(rec, httptest.NewRequestWithContext(env.Context, "GET", "/?feature=chat&question=hello", nil))
				if rec.Code != 503 {
					t.Errorf("status %d", rec.Code)
				}
			})
		}
		all.Wait()
		if n := p.Stats().Calls; n != 2 {
			t.Errorf("the model was asked %d times, want 2", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Neither a user who leaves nor a question without an answer takes the model away from everybody else.
func TestOnlyTheModelTakesTheModelAway(t *testing.T) {
	err := virtual.Run(func(env *virtual.Env) error {
		s := &Service{model: newModel(env, fault.Config{Name: "model", FirstToken: fault.Fixed(2 * time.Second),
			Plan: fault.Script(fault.OK(), fault.Truncated(1), fault.ContextTooLong(), fault.OK())})}
		left, cancel := context.WithCancel(env.Context)
		defer time.AfterFunc(time.Second, cancel).Stop()
		for _, tt := range []struct {
			name string
			ctx  context.Context
			err  error
		}{
			{"leaves", left, context.Canceled},
			{"is cut short", env.Context, errQuestion},
			{"asks too much", env.Context, errQuestion},
			{"is answered", env.Context, nil},
		} {
			if _, err := s.ask(tt.ctx, "hello"); !errors.Is(err, tt.err) {
				t.Errorf("a user who %s: %v", tt.name, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A user who has left gets no place in the queue.
func TestNobodyQueuesForThoseWhoLeft(t *testing.T) {
	err := virtual.Run(func(env *virtual.Env) error {
		s := &Service{model: newModel(env, fault.Config{Name: "model", Plan: fault.Hang()}), queue: &Queue{Limit: 1}}
		left, cancel := context.WithCancel(env.Context)
		defer time.AfterFunc(time.Second, cancel).Stop()
		s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(left, "GET", "/?feature=summary&question=hello", nil))
		if job, ok := s.queue.Take(); ok {
			t.Errorf("queued %q", job.Question)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var aftermaths = map[string]Aftermath{}

func aftermath(t *testing.T, policy string) Aftermath {
	t.Helper()
	for _, p := range policies {
		if p.name == policy {
			a, ok := aftermaths[policy]
			if !ok {
				var err error
				if a, err = measure(p); err != nil {
					t.Fatal(err)
				}
				aftermaths[policy] = a
			}
			return a
		}
	}
	t.Fatalf("no policy %q", policy)
	return Aftermath{}
}

// A queue that is let go at once is an outage for the people who chat; two workers are not.
func TestFlushIsASecondOutage(t *testing.T) {
	if a := aftermath(t, "all at once"); a.ChatOK > 0.85 {
		t.Errorf("%g of the chats survived the flush", a.ChatOK)
	}
	for _, p := range policies[1:] {
		if a := aftermath(t, p.name); a.ChatOK < 1 {
			t.Errorf("%s: %g of the chats were answered", p.name, a.ChatOK)
		}
	}
}

// Dropping what nobody waits for any more turns late answers into answers in time.
func TestExpiryPaysForItself(t *testing.T) {
	keep, drop := aftermath(t, "2 workers"), aftermath(t, "+ expiry")
	if drop.Late > 1 || drop.InTime < keep.InTime*3/2 {
		t.Errorf("in time %d and late %d with expiry, %d and %d without", drop.InTime, drop.Late, keep.InTime, keep.Late)
	}
	newest := aftermath(t, "+ newest first")
	if newest.InTime > drop.InTime || newest.Wait > drop.Wait/10 {
		t.Errorf("newest first: %d in time after %v; oldest first: %d after %v", newest.InTime, newest.Wait, drop.InTime, drop.Wait)
	}
	for _, p := range policies {
		if a := aftermath(t, p.name); a.Failed > 0 {
			t.Errorf("%s: %d jobs failed", p.name, a.Failed)
		}
	}
}

// A queue never hands out what has expired, keeps its order and its limit, and loses nothing else.
func TestQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 0))
		for range 200 {
			q := &Queue{Limit: 1 + rng.IntN(10), Newest: rng.IntN(2) == 0}
			added, taken := 0, 0
			for i := range 50 {
				if rng.IntN(2) == 0 {
					room := len(q.jobs) < q.Limit
					if q.Add(Job{fmt.Sprint(i), time.Now(), time.Now().Add(10 * time.Second)}) {
						added++
					} else if room {
						t.Fatal("refused although there was room")
					}
				} else {
					before := append([]Job(nil), q.jobs...)
					if j, ok := q.Take(); ok {
						taken++
						if !time.Now().Before(j.Expires) {
							t.Fatal("an expired job was handed out")
						}
						if q.Newest && j != before[len(before)-1] {
							t.Fatal("not the newest")
						}
						if !q.Newest && len(q.jobs) > 0 && j.Asked.After(q.jobs[0].Asked) {
							t.Fatal("not the oldest")
						}
					}
				}
				if len(q.jobs) > q.Limit || added != taken+q.expired+len(q.jobs) {
					t.Fatalf("%d added, %d taken, %d expired, %d left, limit %d", added, taken, q.expired, len(q.jobs), q.Limit)
				}
				time.Sleep(time.Duration(rng.IntN(4)) * time.Second)
			}
		}
	})
}

func TestPageShowsItsSums(t *testing.T) {
	at := func(clock string) time.Time {
		v, err := time.Parse("2 15:04", clock)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	cause := at("20 02:40").Sub(at("19 23:48"))
	after := at("20 14:20").Sub(at("20 02:40"))
	backlog := int(outage / jobGap)
	spare := 2/2.0 - 1/jobGap.Seconds() // two workers, an answer in two seconds, new jobs
	flush := aftermath(t, "all at once")
	fifo, drop, newest := aftermath(t, "2 workers"), aftermath(t, "+ expiry"), aftermath(t, "+ newest first")
	golden.Page(t,
		fmt.Sprintf("%d hours %d minutes", int(cause.Hours()), int(cause.Minutes())%60),
		fmt.Sprintf("another %d hours %d minutes", int(after.Hours()), int(after.Minutes())%60),
		fmt.Sprintf("%d jobs", backlog),
		fmt.Sprintf("%d / %.1f, or %.0f minutes", backlog, spare, float64(backlog)/spare/60),
		fmt.Sprintf("%.0f%% of the chats fail", 100*(1-flush.ChatOK)),
		fmt.Sprintf("%d of %d answers come too late", fifo.Late, fifo.Late+fifo.InTime),
		fmt.Sprintf("from %d to %d", fifo.InTime, drop.InTime),
		fmt.Sprintf("%.0f seconds instead of %.0f", newest.Wait.Seconds(), drop.Wait.Seconds()),
		fmt.Sprintf("%d jobs expire instead of %d", newest.Dropped, drop.Dropped),
	)
}
