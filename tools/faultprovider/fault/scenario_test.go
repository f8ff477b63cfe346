package fault_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

func parse(t *testing.T, text string) fault.Config {
	t.Helper()
	cfg, err := fault.ParseScenario("test.toml", text)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestScenarioMatchesGo(t *testing.T) {
	inGo := fault.Config{Seed: 3, Name: "n", Plan: fault.Schedule(
		fault.Phase{For: 50 * time.Second},
		fault.Phase{For: 50 * time.Second, Plan: fault.RateLabelled("phase 2", 0.25, fault.Status(500))},
		fault.Phase{Plan: fault.Status(503)},
	)}
	inTOML := parse(t, `
		name = "n"
		seed = 3
		[[phase]]
		for = "50s"
		[[phase]]
		for = "50s"
		rate = 0.25
		fault = "status"
		status = 500
		[[phase]]
		fault = "status"
		status = 503`)
	run := func(cfg fault.Config) (got []int) {
		inVirtualTime(t, func(env *virtual.Env) {
			p := env.Start(cfg)
			for i := range 120 {
				got = append(got, post(env, p, "m", "k", fmt.Sprint(i)))
				time.Sleep(time.Second)
			}
		})
		return got
	}
	a, b := run(inGo), run(inTOML)
	if !slices.Equal(a, b) {
		t.Errorf("Go    %v\nTOML  %v", a, b)
	}
	if count(b[:50], 200) != 50 || count(b[100:], 503) != 20 || count(b[50:100], 500) < 5 {
		t.Errorf("not the schedule: %v", b)
	}
}

func TestScenarioRules(t *testing.T) {
	tests := []struct {
		name, text string
		asks       string
		want       []int
	}{
		{"model", `[[rule]]
			model = "x"
			fault = "overloaded"`, "x,k,a m,k,b", []int{503, 200}},
		{"key", `[[rule]]
			key = "spent"
			fault = "quota_exhausted"`, "m,spent,a m,k,b", []int{429, 200}},
		{"api and stream", `[[rule]]
			api = "messages"
			fault = "overloaded"
			[[rule]]
			stream = true
			fault = "overloaded"`, "m,k,a", []int{200}},
		{"calls and attempts", `[[rule]]
			calls = [1, 4]
			fault = "status"
			status = 500
			[[rule]]
			attempts = [2]
			fault = "status"
			status = 503`, "m,k,a m,k,a m,k,a m,k,b", []int{500, 503, 200, 500}},
		{"every", `[[rule]]
			every = 2
			fault = "status"
			status = 500`, "m,k,a m,k,b m,k,c m,k,d", []int{200, 500, 200, 500}},
		{"the first rule wins", `[[rule]]
			calls = [1]
			fault = "status"
			status = 500
			[[rule]]
			fault = "status"
			status = 503`, "m,k,a m,k,b", []int{500, 503}},
		{"rules of a phase", `[[phase]]
			[[phase.rule]]
			model = "x"
			fault = "status"
			status = 500`, "x,k,a m,k,b", []int{500, 200}},
		{"models and keys", `models = ["m"]
			keys = ["k"]`, "m,k,a x,k,a m,z,a", []int{200, 404, 401}},
		{"limits", `[limits]
			requests_per_minute = 1`, "m,k,a m,k,b m,z,c", []int{200, 429, 200}},
		{"raw", `[[rule]]
			fault = "raw"
			status = 502
			content_type = "text/html"
			body = "x"`, "m,k,a", []int{502}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := parse(t, tt.text)
			var got []int
			inVirtualTime(t, func(env *virtual.Env) {
				p := env.Start(cfg)
				for _, ask := range strings.Fields(tt.asks) {
					f := strings.Split(ask, ",")
					got = append(got, post(env, p, f[0], f[1], f[2]))
				}
			})
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestScenarioDelays(t *testing.T) {
	for text, want := range map[string]time.Duration{
		`first_token = "1.5s"`:                                              1500 * time.Millisecond,
		"per_token = \"100ms\"\ntext = \"one two three\"":                   200 * time.Millisecond,
		`first_token = {uniform = ["2s", "2s"]}`:                            2 * time.Second,
		"[[rule]]\ndelay = \"3s\"":                                          3 * time.Second,
		"[[rule]]\nfirst_token = \"4s\"":                                    4 * time.Second,
		"first_token = \"1s\"\n[[phase]]\n[[phase.rule]]\ndelay = \"2s\"\n": 3 * time.Second,
	} {
		inVirtualTime(t, func(env *virtual.Env) {
			p := env.Start(parse(t, text))
			if status := post(env, p, "m", "k", "a"); status != 200 || env.Elapsed() != want || p.Stats().OK != 1 {
				t.Errorf("%q: %d after %v, want %v", text, status, env.Elapsed(), want)
			}
		})
	}
	for _, text := range []string{`first_token = {lognormal = "1s", sigma = 0.5}`, `first_token = {pareto = "1s", alpha = 2}`} {
		inVirtualTime(t, func(env *virtual.Env) {
			p := env.Start(parse(t, text))
			post(env, p, "m", "k", "a")
			first := env.Elapsed()
			post(env, p, "m", "k", "b")
			if second := env.Elapsed() - first; first == 0 || second == 0 || first == second {
				t.Errorf("%q: %v and %v are not drawn", text, first, second)
			}
		})
	}
}

func TestScenarioErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"sed = 1", `test.toml: unknown key "sed"`},
		{"[[rule]]\nfalt = \"hang\"", `test.toml: unknown key "rule.falt"`},
		{"[[phase]]\n[[phase.rule]]\nx = 1", `test.toml: unknown key "phase.rule.x"`},
		{"[[rule]]\nfault = \"nope\"", `test.toml: rule 1: unknown fault "nope"; there are bad_body,`},
		{"[[rule]]\nfault = \"status\"", `test.toml: rule 1: fault "status" needs a status from 200 to 599, not 0`},
		{"[[rule]]\nrate = 25", `test.toml: rule 1: rate 25 is not between 0 and 1`},
		{"[[rule]]\napi = \"completions\"", `test.toml: rule 1: unknown api "completions"`},
		{"[[phase]]\nfault = \"hang\"\n[[phase]]", `test.toml: phase 1: "for" is missing`},
		{"[[phase]]\n[[phase.rule]]\n[[phase.rule]]\nrate = 2", `test.toml: phase 1, rule 2: rate 2`},
		{"[models_rule]\nfault = \"x\"", `test.toml: models_rule: unknown fault "x"`},
		{"first_token = 3", `a delay is a duration`},
		{"first_token = {lognormal = \"1s\"}", `lognormal needs a positive number sigma`},
		{"first_token = {gamma = \"1s\"}", `a delay table needs uniform, lognormal or pareto`},
		{"first_token = {uniform = [\"1s\"]}", `uniform has 1 durations`},
		{"first_token = {pareto = \"1s\", alpha = 1, x = 1}", `pareto takes no other keys`},
		{"[[phase]]\nfor = \"-1s\"", `duration "-1s" is negative`},
		{"seed =", `test.toml: toml: line 1`},
		{"sed = 1\n[[rule]]\nrate = 2", "test.toml: unknown key \"sed\"\ntest.toml: rule 1: rate 2"},
	}
	for _, tt := range tests {
		_, err := fault.ParseScenario("test.toml", tt.text)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q:\n got %v\nwant %s", tt.text, err, tt.want)
		}
	}
}

// Every fault that Go can build has a name in scenarios, and the format describes every name and key.
func TestScenarioNamesAllFaults(t *testing.T) {
	format, err := os.ReadFile(filepath.Join("..", "scenarios", "FORMAT.md"))
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fault.ScenarioFaults() {
		text := fmt.Sprintf("[[rule]]\nfault = %q\nstatus = 500\n", f)
		if _, err := fault.ParseScenario("x", text); err != nil {
			t.Error(err)
		}
		if !strings.Contains(string(readme), "`"+f+"`") {
			t.Errorf("README.md does not name the fault %q", f)
		}
	}
	for _, f := range faults {
		name, _, _ := strings.Cut(f.code, "(")
		if !strings.Contains(string(readme), "`"+name+"(") {
			t.Errorf("README.md does not name the function %s", name)
		}
	}
	for _, key := range strings.Fields(`name seed text models keys first_token per_token limits requests_per_minute tokens_per_minute
		concurrency queue rule phase for models_rule rate model key api stream every calls attempts fault status tokens reason
		message code content_type body delay retry_after retry_after_ms should_retry`) {
		if !strings.Contains(string(format), key) {
			t.Errorf("FORMAT.md does not describe %q", key)
		}
	}
}
