package fault_test

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

// post asks a question by plain HTTP and returns the status, 0 when there is none.
func post(env *virtual.Env, p *virtual.Provider, model, key, prompt string) int {
	status, _, _ := exchange(env, p, "/v1/chat/completions", map[string]string{"Authorization": "Bearer " + key},
		fmt.Sprintf(`{"model":%q,"messages":[{"role":"user","content":%q}]}`, model, prompt))
	return status
}

func exchange(env *virtual.Env, p *virtual.Provider, path string, headers map[string]string, body string) (int, http.Header, string) {
	req, err := http.NewRequestWithContext(env.Context, "POST", p.URL+path, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	res, err := env.Client.Do(req)
	if err != nil {
		return 0, nil, err.Error()
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return res.StatusCode, res.Header, string(text)
}

// statuses asks n different questions, one after the other, and returns the statuses.
func statuses(t *testing.T, cfg fault.Config, n int) []int {
	t.Helper()
	var out []int
	err := virtual.Run(func(env *virtual.Env) error {
		p := env.Start(cfg)
		for i := range n {
			out = append(out, post(env, p, "m", "k", fmt.Sprint(i)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func count(list []int, want int) int {
	n := 0
	for _, x := range list {
		if x == want {
			n++
		}
	}
	return n
}

func TestRateIsDecidedBySeedAndName(t *testing.T) {
	plan := fault.Rate(0.25, fault.Status(503))
	first := statuses(t, fault.Config{Seed: 1, Plan: plan}, 400)
	if n := count(first, 503); n < 75 || n > 125 {
		t.Errorf("%d of 400 calls failed, which is not a quarter", n)
	}
	if !slices.Equal(first, statuses(t, fault.Config{Seed: 1, Plan: plan}, 400)) {
		t.Error("the same seed gives other faults")
	}
	if slices.Equal(first, statuses(t, fault.Config{Seed: 2, Plan: plan}, 400)) {
		t.Error("another seed gives the same faults")
	}
	if slices.Equal(first, statuses(t, fault.Config{Seed: 1, Name: "other", Plan: plan}, 400)) {
		t.Error("another name gives the same faults")
	}
}

// Concurrent calls arrive in any order, and still each prompt fares as it does alone.
func TestFaultsDoNotDependOnOrder(t *testing.T) {
	cfg := fault.Config{Seed: 7, Plan: fault.Mix(fault.Share{Share: 0.2, Plan: fault.Status(500)}, fault.Share{Share: 0.2, Plan: fault.Overloaded()})}
	want := statuses(t, cfg, 100)
	got := make([]int, 100)
	err := virtual.Run(func(env *virtual.Env) error {
		p := env.Start(cfg)
		var wg sync.WaitGroup
		for i := range got {
			wg.Go(func() { got[i] = post(env, p, "m", "k", fmt.Sprint(i)) })
		}
		wg.Wait()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("at once   %v\nin a row  %v", got, want)
	}
	if count(want, 500) == 0 || count(want, 503) == 0 || count(want, 200) < 40 {
		t.Errorf("the mix is not what was asked for: %v", want)
	}
}

func TestPlans(t *testing.T) {
	e := func(code int) fault.Plan { return fault.Status(code) }
	tests := []struct {
		name string
		plan fault.Plan
		ask  string // model, key and prompt of each call
		want []int
	}{
		{"nil is well", nil, "m,k,a", []int{200}},
		{"script by arrival", fault.Script(e(500), nil, e(503)), "m,k,a m,k,b m,k,c m,k,d", []int{500, 200, 503, 200}},
		{"attempts by request", fault.Attempts(e(500), e(503)), "m,k,a m,k,b m,k,a m,k,b m,k,a", []int{500, 500, 503, 503, 200}},
		{"every third", fault.Every(3, e(500)), "m,k,a m,k,b m,k,c m,k,d m,k,e m,k,f", []int{200, 200, 500, 200, 200, 500}},
		{"by model", fault.ByModel(map[string]fault.Plan{"x": e(500), "": e(503)}), "x,k,a m,k,b", []int{500, 503}},
		{"by key", fault.ByAPIKey(map[string]fault.Plan{"spent": fault.QuotaExhausted()}), "m,spent,a m,k,b", []int{429, 200}},
		{"when", fault.When(func(c fault.Call) bool { return c.Prompt == "b" }, e(500)), "m,k,a m,k,b", []int{200, 500}},
		{"all: the first that fails", fault.All(fault.Slow(time.Second), fault.Script(nil, e(500)), fault.Script(e(503), e(503))), "m,k,a m,k,b", []int{503, 500}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []int
			err := virtual.Run(func(env *virtual.Env) error {
				p := env.Start(fault.Config{Plan: tt.plan})
				for _, ask := range strings.Fields(tt.ask) {
					f := strings.Split(ask, ",")
					got = append(got, post(env, p, f[0], f[1], f[2]))
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestScheduleAndDelays(t *testing.T) {
	err := virtual.Run(func(env *virtual.Env) error {
		p := env.Start(fault.Config{Plan: fault.Delayed(fault.Fixed(100*time.Millisecond), fault.Schedule(
			fault.Phase{For: 2 * time.Second},
			fault.Phase{For: 5 * time.Second, Plan: fault.Status(500)},
			fault.Phase{Plan: fault.Status(503)},
		))})
		want := map[time.Duration]int{0: 200, 1900 * time.Millisecond: 200, 2 * time.Second: 500, 6900 * time.Millisecond: 500, 7 * time.Second: 503, time.Hour: 503}
		for _, at := range []time.Duration{0, 1900 * time.Millisecond, 2 * time.Second, 6900 * time.Millisecond, 7 * time.Second, time.Hour} {
			time.Sleep(at - env.Elapsed())
			if got := post(env, p, "m", "k", "a"); got != want[at] {
				t.Errorf("at %v: %d, want %d", at, got, want[at])
			}
			if took := env.Elapsed() - at; took != 100*time.Millisecond {
				t.Errorf("at %v: took %v", at, took)
			}
		}
		p.Restart()
		if got := post(env, p, "m", "k", "a"); got != 200 || p.Stats().Calls != 1 {
			t.Errorf("after a restart: %d, %d calls", got, p.Stats().Calls)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDelayDistributions(t *testing.T) {
	quantile := func(d fault.Delay, q float64) time.Duration {
		var all []time.Duration
		for i := range 20_000 {
			c := draw(fmt.Sprint(i))
			all = append(all, d(c("u"), c("v")))
		}
		slices.Sort(all)
		return all[int(q*float64(len(all)))]
	}
	near := func(name string, got time.Duration, want float64) {
		t.Helper()
		if math.Abs(got.Seconds()/want-1) > 0.1 {
			t.Errorf("%s is %v, want about %.2f s", name, got, want)
		}
	}
	near("uniform p50", quantile(fault.Uniform(time.Second, 3*time.Second), 0.5), 2)
	near("lognormal p50", quantile(fault.LogNormal(time.Second, 1), 0.5), 1)
	near("lognormal p99", quantile(fault.LogNormal(time.Second, 1), 0.99), 10.24)
	near("pareto p50", quantile(fault.Pareto(time.Second, 2), 0.5), math.Sqrt2)
	near("pareto p99", quantile(fault.Pareto(time.Second, 2), 0.99), 10)
}

func draw(key string) func(string) float64 {
	return fault.Call{Key: key, Attempt: 1}.Draw
}

func TestLimits(t *testing.T) {
	err := virtual.Run(func(env *virtual.Env) error {
		p := env.Start(fault.Config{Limits: fault.Limits{RequestsPerMinute: 2}})
		body := `{"model":"m","messages":[{"role":"user","content":"hi"}]}`
		ask := func(key string) (int, http.Header) {
			status, h, _ := exchange(env, p, "/v1/chat/completions", map[string]string{"Authorization": "Bearer " + key}, body)
			return status, h
		}
		for range 2 {
			if status, _ := ask("a"); status != 200 {
				t.Errorf("within the quota: %d", status)
			}
		}
		status, h := ask("a")
		if status != 429 || h.Get("Retry-After") != "30" || h.Get("Retry-After-Ms") != "30000" ||
			h.Get("X-Ratelimit-Remaining-Requests") != "0" || h.Get("X-Ratelimit-Reset-Requests") != "30s" {
			t.Errorf("over the quota: %d %v", status, h)
		}
		if status, _ := ask("b"); status != 200 {
			t.Errorf("another key: %d", status)
		}
		time.Sleep(30 * time.Second)
		if status, _ := ask("a"); status != 200 {
			t.Errorf("after the wait: %d", status)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPromptCache(t *testing.T) {
	inVirtualTime(t, func(env *virtual.Env) {
		p := env.Start(fault.Config{FirstToken: fault.Fixed(2 * time.Second),
			Cache: fault.Cache{Tokens: 3, FirstToken: fault.Fixed(time.Second)}})
		for _, ask := range []struct {
			model, prompt string
			took          time.Duration
		}{
			{"m", "You are helpful. One?", 2 * time.Second},
			{"m", "You are helpful. Two?", time.Second},
			{"n", "You are helpful. Two?", 2 * time.Second},
			{"m", "You are rude. One?", 2 * time.Second},
			{"m", "You are", 2 * time.Second},
			{"m", "You are", 2 * time.Second},
		} {
			begin := env.Elapsed()
			post(env, p, ask.model, "k", ask.prompt)
			if took := env.Elapsed() - begin; took != ask.took {
				t.Errorf("%v took %v", ask, took)
			}
		}
		if s := p.Stats(); s.CachedTokens != 3 {
			t.Errorf("%d cached tokens", s.CachedTokens)
		}
		c := anthropicClient(env, p.URL)
		m, err := c.Messages.New(env.Context, messagesParams())
		if err != nil || m.Usage.InputTokens != 4 || m.Usage.CacheReadInputTokens != 0 {
			t.Errorf("%v, %+v", err, m.Usage)
		}
		m, err = c.Messages.New(env.Context, messagesParams())
		if err != nil || m.Usage.InputTokens != 1 || m.Usage.CacheReadInputTokens != 3 {
			t.Errorf("%v, %+v", err, m.Usage)
		}
	})
}

func TestConcurrencyAndQueue(t *testing.T) {
	err := virtual.Run(func(env *virtual.Env) error {
		p := env.Start(fault.Config{FirstToken: fault.Fixed(time.Second), Limits: fault.Limits{Concurrency: 1, Queue: 1}})
		type result struct {
			status int
			at     time.Duration
		}
		got := make([]result, 3)
		var wg sync.WaitGroup
		for i := range got {
			time.Sleep(time.Microsecond)
			wg.Go(func() {
				status := post(env, p, "m", "k", fmt.Sprint(i))
				got[i] = result{status, env.Elapsed().Truncate(time.Millisecond)}
			})
		}
		wg.Wait()
		want := []result{{200, time.Second}, {200, 2 * time.Second}, {503, 0}}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
