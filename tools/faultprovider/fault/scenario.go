package fault

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// ParseScenario reads a scenario, the TOML form of a [Config]. The format is described in
// scenarios/FORMAT.md. All that is wrong is reported at once, each on its line, after the name.
func ParseScenario(name, text string) (Config, error) {
	var sc scenario
	md, err := toml.Decode(text, &sc)
	if err != nil {
		return Config{}, fmt.Errorf("%s: %w", name, err)
	}
	var errs []error
	for _, key := range md.Undecoded() {
		errs = append(errs, fmt.Errorf("%s: unknown key %q", name, key))
	}
	cfg := Config{
		Name: sc.Name, Seed: sc.Seed, Text: sc.Text, Models: sc.Models, Keys: sc.Keys,
		FirstToken: sc.FirstToken.delay, PerToken: sc.PerToken.delay, Limits: Limits(sc.Limits),
	}
	report := func(where string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", name, where, err))
		}
	}
	var plans []Plan
	for i, r := range sc.Rules {
		where := fmt.Sprintf("rule %d", i+1)
		p, err := r.plan(where)
		report(where, err)
		plans = append(plans, p)
	}
	var phases []Phase
	for i, ph := range sc.Phases {
		where := fmt.Sprintf("phase %d", i+1)
		if ph.For.Duration == 0 && i < len(sc.Phases)-1 {
			report(where, errors.New(`"for" is missing, so the phases after it never begin`))
		}
		own, err := ph.rule.plan(where)
		report(where, err)
		inPhase := []Plan{own}
		for j, r := range ph.Rules {
			where := fmt.Sprintf("%s, rule %d", where, j+1)
			p, err := r.plan(where)
			report(where, err)
			inPhase = append(inPhase, p)
		}
		phases = append(phases, Phase{For: ph.For.Duration, Plan: All(inPhase...)})
	}
	if phases != nil {
		plans = append(plans, Schedule(phases...))
	}
	cfg.Plan = All(plans...)
	if sc.ModelsRule != nil {
		p, err := sc.ModelsRule.plan("models_rule")
		report("models_rule", err)
		cfg.ModelsPlan = p
	}
	return cfg, errors.Join(errs...)
}

type scenario struct {
	Name       string    `toml:"name"`
	Seed       uint64    `toml:"seed"`
	Text       string    `toml:"text"`
	Models     []string  `toml:"models"`
	Keys       []string  `toml:"keys"`
	FirstToken delayTOML `toml:"first_token"`
	PerToken   delayTOML `toml:"per_token"`
	Limits     struct {
		RequestsPerMinute int `toml:"requests_per_minute"`
		TokensPerMinute   int `toml:"tokens_per_minute"`
		Concurrency       int `toml:"concurrency"`
		Queue             int `toml:"queue"`
	} `toml:"limits"`
	Rules      []rule      `toml:"rule"`
	Phases     []phaseTOML `toml:"phase"`
	ModelsRule *rule       `toml:"models_rule"`
}

type phaseTOML struct {
	For duration `toml:"for"`
	rule
	Rules []rule `toml:"rule"`
}

// A rule is a fault and the calls that it happens to.
type rule struct {
	// Which calls.
	Rate    *float64 `toml:"rate"`
	Model   string   `toml:"model"`
	Key     string   `toml:"key"`
	API     API      `toml:"api"`
	Stream  *bool    `toml:"stream"`
	Every   int      `toml:"every"`
	Calls   []int    `toml:"calls"`
	Attempt []int    `toml:"attempts"`

	// What happens.
	Fault       string    `toml:"fault"`
	Status      int       `toml:"status"`
	Tokens      int       `toml:"tokens"`
	Reason      string    `toml:"reason"`
	Message     string    `toml:"message"`
	Code        string    `toml:"code"`
	ContentType string    `toml:"content_type"`
	Body        string    `toml:"body"`
	Delay       delayTOML `toml:"delay"`
	FirstToken  delayTOML `toml:"first_token"`
	PerToken    delayTOML `toml:"per_token"`
	RetryAfter  duration  `toml:"retry_after"`
	Millis      bool      `toml:"retry_after_ms"`
	ShouldRetry *bool     `toml:"should_retry"`
}

// builders make the faults that a scenario can name.
var builders = map[string]func(rule) Fault{
	"ok":                func(rule) Fault { return OK() },
	"status":            func(r rule) Fault { return Status(r.Status) },
	"rate_limited":      func(r rule) Fault { return RateLimited(r.RetryAfter.Duration) },
	"slow_down":         func(r rule) Fault { return SlowDown(r.RetryAfter.Duration) },
	"quota_exhausted":   func(rule) Fault { return QuotaExhausted() },
	"overloaded":        func(rule) Fault { return Overloaded() },
	"context_too_long":  func(rule) Fault { return ContextTooLong() },
	"raw":               func(r rule) Fault { return Raw(r.Status, r.ContentType, r.Body) },
	"hang":              func(rule) Fault { return Hang() },
	"stall":             func(r rule) Fault { return Stall(r.Tokens) },
	"refuse_connection": func(rule) Fault { return Refuse() },
	"cut":               func(r rule) Fault { return Cut(r.Tokens) },
	"lost":              func(rule) Fault { return Lost() },
	"stream_error":      func(r rule) Fault { return StreamError(r.Tokens) },
	"end_early":         func(r rule) Fault { return EndEarly(r.Tokens) },
	"failed":            func(rule) Fault { return Failed() },
	"truncated":         func(r rule) Fault { return Truncated(r.Tokens) },
	"refusal":           func(rule) Fault { return Refusal() },
	"content_filter":    func(r rule) Fault { return ContentFilter(r.Tokens) },
	"empty":             func(rule) Fault { return Empty() },
	"bad_json":          func(rule) Fault { return BadJSON() },
	"schema_violation":  func(rule) Fault { return SchemaViolation() },
	"bad_body":          func(rule) Fault { return BadBody() },
	"stop_reason":       func(r rule) Fault { return StopReason(r.Reason) },
}

// ScenarioFaults returns the names of the faults that a scenario can use, sorted.
func ScenarioFaults() []string { return slices.Sorted(maps.Keys(builders)) }

// build makes the fault of a rule.
func (r rule) build() (Fault, error) {
	name := r.Fault
	if name == "" {
		name = "ok"
	}
	b, ok := builders[name]
	if !ok {
		return Fault{}, fmt.Errorf("unknown fault %q; there are %s", r.Fault, strings.Join(ScenarioFaults(), ", "))
	}
	if (name == "status" || name == "raw") && (r.Status < 200 || r.Status > 599) {
		return Fault{}, fmt.Errorf("fault %q needs a status from 200 to 599, not %d", name, r.Status)
	}
	f := b(r)
	if r.Status != 0 {
		f = f.WithStatus(r.Status)
	}
	if r.Message != "" {
		f = f.WithMessage(r.Message)
	}
	if r.Code != "" {
		f = f.WithCode(r.Code)
	}
	if r.RetryAfter.Duration != 0 {
		f = f.RetryAfter(r.RetryAfter.Duration)
	}
	if r.Millis {
		f = f.Millis()
	}
	if r.ShouldRetry != nil {
		f = f.ShouldRetry(*r.ShouldRetry)
	}
	if r.Delay.delay != nil {
		f = f.AfterDelay(r.Delay.delay)
	}
	f.firstToken, f.perToken = r.FirstToken.delay, r.PerToken.delay
	if f.name == "" && (f.firstToken != nil || f.perToken != nil) {
		f.name = "slow tokens"
		if f.firstToken != nil {
			f.name = "slow first token"
		}
	}
	return f, nil
}

// plan makes the plan of a rule. The label keeps its draws apart from those of other rules.
func (r rule) plan(label string) (Plan, error) {
	f, err := r.build()
	if err != nil {
		return nil, err
	}
	switch r.API {
	case "", Chat, Responses, Messages:
	default:
		return nil, fmt.Errorf("unknown api %q; there are %q, %q and %q", r.API, Chat, Responses, Messages)
	}
	if r.Rate != nil && (*r.Rate < 0 || *r.Rate > 1) {
		return nil, fmt.Errorf("rate %v is not between 0 and 1", *r.Rate)
	}
	return When(func(c Call) bool {
		return (r.Model == "" || r.Model == c.Model) &&
			(r.Key == "" || r.Key == c.APIKey) &&
			(r.API == "" || r.API == c.API) &&
			(r.Stream == nil || *r.Stream == c.Stream) &&
			(r.Every == 0 || c.N%r.Every == 0) &&
			(r.Calls == nil || slices.Contains(r.Calls, c.N)) &&
			(r.Attempt == nil || slices.Contains(r.Attempt, c.Attempt)) &&
			(r.Rate == nil || c.Draw(label) < *r.Rate)
	}, f), nil
}

// A duration is a TOML string like "1.5s".
type duration struct{ time.Duration }

// UnmarshalText reads "1.5s".
func (d *duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err == nil && v < 0 {
		err = fmt.Errorf("duration %q is negative", text)
	}
	d.Duration = v
	return err
}

// A delayTOML is a fixed duration, or a table that names a distribution.
type delayTOML struct{ delay Delay }

// UnmarshalTOML reads "1.5s", {uniform = ["1s", "2s"]}, {lognormal = "1s", sigma = 0.5} or
// {pareto = "1s", alpha = 1.5}.
func (d *delayTOML) UnmarshalTOML(v any) error {
	switch v := v.(type) {
	case string:
		fixed, err := time.ParseDuration(v)
		d.delay = Fixed(fixed)
		return err
	case map[string]any:
		return d.fromTable(v)
	}
	return fmt.Errorf("a delay is a duration like \"1.5s\" or a table like {lognormal = \"1s\", sigma = 0.5}, not %v", v)
}

func (d *delayTOML) fromTable(table map[string]any) error {
	kinds := map[string]string{"uniform": "", "lognormal": "sigma", "pareto": "alpha"}
	for kind, parameter := range kinds {
		v, ok := table[kind]
		if !ok {
			continue
		}
		var shape float64
		want := 1
		if parameter != "" {
			want = 2
			switch p := table[parameter].(type) {
			case float64:
				shape = p
			case int64:
				shape = float64(p)
			}
			if shape <= 0 {
				return fmt.Errorf("%s needs a positive number %s", kind, parameter)
			}
		}
		if len(table) != want {
			return fmt.Errorf("%s takes no other keys than %q and %q", kind, kind, parameter)
		}
		bounds, err := durations(v)
		switch {
		case err != nil:
			return err
		case kind == "uniform" && len(bounds) == 2:
			d.delay = Uniform(bounds[0], bounds[1])
		case kind == "lognormal" && len(bounds) == 1:
			d.delay = LogNormal(bounds[0], shape)
		case kind == "pareto" && len(bounds) == 1:
			d.delay = Pareto(bounds[0], shape)
		default:
			return fmt.Errorf("%s has %d durations", kind, len(bounds))
		}
		return nil
	}
	return errors.New("a delay table needs uniform, lognormal or pareto")
}

func durations(v any) ([]time.Duration, error) {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var out []time.Duration
	for _, x := range list {
		d, err := time.ParseDuration(fmt.Sprint(x))
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}
