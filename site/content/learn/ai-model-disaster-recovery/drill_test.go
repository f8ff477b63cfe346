package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

const (
	every   = 30 * time.Second             // between two requests of users
	loss    = 1*time.Hour + 22*time.Minute // after the copy at midnight
	decide  = 15 * time.Minute             // from the alarm to a person's decision
	starter = time.Minute                  // between two calls under a starter quota
	aside   = time.Millisecond             // so that no call of the drill meets a user's
	calm    = 10 * time.Minute             // without a failure: the drill is over
	pass    = 38                           // of the 40 cases of the evaluation
)

// A Tier says how ready the spare is. Account and Quota are durations that
// people and vendors need after the decision: take yours from a drill.
type Tier struct {
	Name    string
	Copy    time.Duration // between copies of conversations; 0: each turn
	Account time.Duration // until account, contract and key exist
	Quota   time.Duration // until the spare may take all of the traffic
	Tested  bool          // the spare passed the evaluation last night
	Shared  bool          // the spare takes half of the traffic anyway
}

var tiers = []Tier{
	{Name: "backup only", Copy: 24 * time.Hour,
		Account: 2 * time.Hour, Quota: 3 * time.Hour},
	{Name: "pilot light", Copy: time.Hour, Quota: time.Hour},
	{Name: "+ tested", Copy: time.Hour,
		Quota: time.Hour, Tested: true},
	{Name: "warm standby", Copy: 5 * time.Minute, Tested: true},
	{Name: "automatic", Copy: 5 * time.Minute, Tested: true, Shared: true},
}

// A Result is what a drill measured, in time since the loss.
type Result struct {
	First, All time.Duration // the first answer to a user, and the end of failures
	Failed     int           // requests of users
	Lost       int           // turns of conversations that no copy has
	Events     []Event
}

// An Event is a line of the drill's log.
type Event struct {
	At   time.Duration // since the loss
	Text string
}

// A drill is one run: a service, its provider, its spare and the people.
type drill struct {
	env    *virtual.Env
	tier   Tier
	a      openai.Client
	b      anthropic.Client
	prompt string

	mu      sync.Mutex
	gone    int           // refusals of the primary's key in a row
	open    bool          // users are sent to the spare
	granted time.Duration // when the spare's full quota is there; 0: not asked for
	result  Result
}

// rehearse lives through a night, the loss and the recovery.
func rehearse(tier Tier) (Result, error) {
	var r Result
	err := virtual.Run(func(env *virtual.Env) (err error) {
		d := &drill{env: env, tier: tier, result: Result{First: -1}}
		primary := env.Start(fault.Config{Name: "primary", Seed: 1, FirstToken: fault.Fixed(time.Second),
			Plan: fault.Schedule(fault.Phase{For: loss}, fault.Phase{Plan: fault.Status(401)})})
		spare := env.Start(fault.Config{Name: "spare", Seed: 1, FirstToken: fault.Fixed(time.Second),
			Plan: d.quota(), Reply: answers()})
		d.a = openai.NewClient(openaioption.WithBaseURL(primary.URL+"/v1"), openaioption.WithAPIKey("any"),
			openaioption.WithHTTPClient(env.Client), openaioption.WithMaxRetries(0))
		d.b = anthropic.NewClient(anthropicoption.WithBaseURL(spare.URL), anthropicoption.WithAPIKey("any"),
			anthropicoption.WithHTTPClient(env.Client), anthropicoption.WithMaxRetries(0))
		if tier.Quota == 0 {
			d.granted = 1
		}
		r, err = d.run()
		return err
	})
	return r, err
}

// run sends a request at each tick until there has been calm after the loss.
func (d *drill) run() (Result, error) {
	var people sync.WaitGroup
	var failure error
	alarmed := false
	lastCopy, lastFailure := time.Duration(0), time.Duration(0)
	for i := 0; ; i++ {
		at := time.Duration(i) * every
		time.Sleep(at - d.env.Elapsed())
		if at < loss && (d.tier.Copy == 0 || at-lastCopy >= d.tier.Copy) {
			lastCopy = at
			d.result.Lost = 0
		}
		err := d.serve(fmt.Sprintf("Ticket %d", i), i%2 == 1)
		switch {
		case at < loss && err != nil:
			return Result{}, fmt.Errorf("before the loss: %w", err)
		case at < loss:
			if d.tier.Copy > 0 {
				d.result.Lost++
			}
		case err != nil:
			d.result.Failed++
			lastFailure = at
		default:
			if d.result.First < 0 {
				d.result.First = at - loss
			}
		}
		if d.alarm() && !alarmed {
			alarmed = true
			d.log("alarm: the key that worked is refused, 5 times in a row")
			people.Go(func() { failure = d.recover() })
		}
		if at > loss && d.isOpen() && at-max(lastFailure, loss) >= calm && d.full() {
			break
		}
	}
	people.Wait()
	if lastFailure > 0 {
		d.result.All = lastFailure + every - loss
	}
	return d.result, failure
}

// recover is what people do after the alarm, with the waits that they
// cannot shorten and the checks that they must not leave out.
func (d *drill) recover() error {
	time.Sleep(decide + aside)
	if d.tier.Shared {
		return d.finish("decided: the account is gone, stop calling it")
	}
	d.log("decided: this is no outage, recover elsewhere")
	d.askForQuota()
	time.Sleep(d.tier.Account)

	copied, running, err := lastNight()
	if err != nil {
		return err
	}
	problems, err := Verify(copied, running)
	if err != nil || len(problems) > 0 {
		return errors.Join(err, errors.New(strings.Join(problems, ", ")))
	}
	d.setPrompt(copied["prompts/triage.txt"].Data)
	d.log("restored: release " + running + ", every hash agrees")

	if !d.tier.Tested {
		right, cases, err := d.evaluate(copied["evals/triage.jsonl"].Data)
		if err != nil {
			return err
		}
		d.log(fmt.Sprintf("evaluated: %d of %d right, %d needed",
			right, cases, pass))
		if right < pass {
			return errors.New("the spare does not pass the evaluation")
		}
	}
	return d.finish("open: users are sent to the spare")
}

// setPrompt takes the prompt that was restored into use.
func (d *drill) setPrompt(text []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.prompt = string(text)
}

// finish ends the use of the primary.
func (d *drill) finish(text string) error {
	d.log(text)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open = true
	return nil
}

// evaluate asks the spare each case of the restored evaluation, and waits as
// long as it is told to when its quota is used up.
func (d *drill) evaluate(lines []byte) (right, cases int, err error) {
	for line := range strings.Lines(string(lines)) {
		var c struct{ Ticket, Queue string }
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			return right, cases, err
		}
		cases++
		answer, err := d.askSpare(d.prompt, c.Ticket)
		var e *anthropic.Error
		for errors.As(err, &e) && e.StatusCode == 429 {
			time.Sleep(5 * time.Second)
			answer, err = d.askSpare(d.prompt, c.Ticket)
		}
		if err != nil {
			return right, cases, err
		}
		if answer == c.Queue {
			right++
		}
	}
	return right, cases, nil
}

// serve answers one request of a user.
func (d *drill) serve(ticket string, odd bool) error {
	d.mu.Lock()
	open, prompt := d.open, d.prompt
	d.mu.Unlock()
	if open || d.tier.Shared && odd {
		_, err := d.askSpare(prompt, ticket)
		return err
	}
	err := d.askPrimary(prompt, ticket)
	var e *openai.Error
	if !errors.As(err, &e) || e.StatusCode != 401 {
		return err
	}
	d.mu.Lock()
	d.gone++
	d.mu.Unlock()
	if d.tier.Shared { // each provider stands in for the other
		_, err = d.askSpare(prompt, ticket)
	}
	return err
}

func (d *drill) askPrimary(system, user string) error {
	_, err := d.a.Chat.Completions.New(d.env.Context, openai.ChatCompletionNewParams{
		Model:    "fault-large",
		Messages: []openai.ChatCompletionMessageParamUnion{openai.SystemMessage(system), openai.UserMessage(user)},
	})
	return err
}

func (d *drill) askSpare(system, user string) (string, error) {
	ctx, cancel := context.WithTimeout(d.env.Context, 10*time.Second)
	defer cancel()
	params := anthropic.MessageNewParams{
		Model:     "fault-large",
		MaxTokens: 20,
		Messages:  []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(user))},
	}
	if system != "" {
		params.System = []anthropic.TextBlockParam{{Text: system}}
	}
	m, err := d.b.Messages.New(ctx, params)
	if err != nil {
		return "", err
	}
	return m.Content[0].Text, nil
}

// quota refuses what goes beyond the starter quota until the full one is granted.
func (d *drill) quota() fault.Plan {
	last := -starter
	return fault.PlanFunc(func(c fault.Call) fault.Fault {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.granted > 0 && c.At >= d.granted {
			return fault.OK()
		}
		if wait := starter - (c.At - last); wait > 0 {
			return fault.RateLimited(wait)
		}
		last = c.At
		return fault.OK()
	})
}

// answers gives the spare's answers to the evaluation: all of the expected
// queues but one, and "other" to everybody else.
func answers() func(fault.Call) fault.Reply {
	queues := map[string]string{}
	data, err := backup.ReadFile("backup/evals/triage.jsonl")
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(string(data)) {
		var c struct{ Ticket, Queue string }
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			panic(err)
		}
		queues[c.Ticket] = c.Queue
	}
	queues["Our new domain is not accepted."] = "other"
	return func(c fault.Call) fault.Reply {
		if q, ok := queues[c.Prompt]; ok {
			return fault.Reply{Text: q}
		}
		return fault.Reply{Text: "other"}
	}
}

func (d *drill) askForQuota() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.granted == 0 {
		d.granted = d.env.Elapsed() + d.tier.Quota
	}
}

func (d *drill) alarm() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.gone >= 5
}

func (d *drill) isOpen() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open
}

func (d *drill) full() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.granted > 0 && d.env.Elapsed() >= d.granted
}

func (d *drill) log(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.result.Events = append(d.result.Events, Event{d.env.Elapsed() - loss, text})
}
