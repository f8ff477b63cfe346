// Package resilient asks language models, and gets an answer when one of them fails. It needs only
// the official SDKs:
//
//	go get github.com/openai/openai-go/v3 github.com/anthropics/anthropic-sdk-go/v2
//
// The same in Python and TypeScript, and the table of faults that all three are tested with:
// https://aiperformanceoptimization.com/reference/
package resilient

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/ssestream"
	"github.com/openai/openai-go/v3/responses"
)

// region: minimum

// Minimum asks A, and B if A fails.
func Minimum(
	ctx context.Context, prompt string,
	a openai.Client, modelA string,
	b anthropic.Client, modelB string,
) (string, error) {
	first, cancel := context.WithTimeout(
		ctx, 10*time.Second)
	defer cancel()
	answer, err := Chat(a, modelA)(
		first, Prompt(prompt), nil)
	if err != nil {
		log.Print("A failed: ", err)
		answer, err = Messages(b, modelB)(
			ctx, Prompt(prompt), nil)
	}
	v := Classify(answer, err, nil)
	if v.Action != "use" {
		return "", fmt.Errorf(
			"%s: %w", v.Kind, err)
	}
	return answer.Text, nil
}

// endregion: minimum

// region: kinds

// kinds has the action for each kind of end, and
// what the breaker makes of it.
var kinds = map[string][2]string{
	"ok": {"use", "good"},
	// The provider, or the way to it:
	"rate_limit":      {"retry", "no"},
	"quota":           {"switch", "at once"},
	"auth":            {"switch", "at once"},
	"model_not_found": {"switch", "at once"},
	"forbidden":       {"switch", "yes"},
	"overloaded":      {"switch", "yes"},
	"timeout":         {"switch", "yes"},
	"server_error":    {"retry", "yes"},
	"connection":      {"retry", "yes"},
	"conflict":        {"retry", "no"},
	// The request:
	"bad_request": {"fix", "no"},
	"not_found":   {"fix", "no"},
	"too_long":    {"fix", "no"},
	// The answer, which came with status 200:
	"refusal":    {"stop", "good"},
	"cut_off":    {"fix", "good"},
	"unfinished": {"fix", "good"},
	"empty":      {"switch", "no"},
	"invalid":    {"retry", "no"},
	// The caller, and a breaker:
	"deadline":  {"stop", "no"},
	"cancelled": {"stop", "no"},
	"open":      {"switch", "no"},
}

// endregion: kinds

// region: verdict

// A Verdict is how a call ended, and what to do.
type Verdict struct {
	Kind string
	// Use, retry, switch, fix or stop:
	Action string
	// For the breaker: good, no, yes or at once.
	Counts string
	Wait   time.Duration // if it said so
}

// Patience is the longest wait for a rate limit.
const Patience = 2 * time.Second

func verdict(kind string) Verdict {
	k := kinds[kind]
	return Verdict{
		Kind: kind, Action: k[0], Counts: k[1]}
}

func (v Verdict) after(
	wait time.Duration,
) Verdict {
	v.Wait = wait
	long := wait > Patience
	if v.Kind == "rate_limit" && long {
		v.Action = "switch"
	}
	return v
}

// endregion: verdict

// region: answer

// An Answer is what a model said.
type Answer struct {
	Text    string
	Stop    string // why, in the provider's words
	Refusal string
	Model   string // the provider's name of it
	Turn    any    // as it came: for the history
	By      string // the link that answered
	Tried   []Try  // each attempt
}

// A Try is an attempt at a link.
type Try struct {
	Link string
	Verdict
}

// endregion: answer

const linked = "linked_organization_"

// region: codes

// words are error codes and types.
var words = map[string]string{
	"insufficient_quota":                "quota",
	"credit_balance_exhausted":          "quota",
	"organization_spend_limit_exceeded": "quota",
	"organization_usage_limit_exceeded": "quota",
	"project_spend_limit_exceeded":      "quota",
	"enforced_spend_limit_reached":      "quota",
	"contract_spend_limit_reached":      "quota",
	linked + "spend_limit_reached":      "quota",
	linked + "billing_unavailable":      "quota",
	"billing_error":                     "quota",

	"rate_limit_exceeded":     "rate_limit",
	"rate_limit_error":        "rate_limit",
	"slow_down":               "rate_limit",
	"model_not_found":         "model_not_found",
	"context_length_exceeded": "too_long",
	"request_too_large":       "too_long",

	"invalid_request_error": "bad_request",
	"authentication_error":  "auth",
	"permission_error":      "forbidden",
	"not_found_error":       "not_found",
	"timeout_error":         "timeout",
	"server_is_overloaded":  "overloaded",
	"overloaded_error":      "overloaded",
	"server_error":          "server_error",
	"api_error":             "server_error",
	"error":                 "server_error",
}

var statuses = map[int]string{
	401: "auth", 402: "quota", 403: "forbidden",
	404: "not_found", 408: "timeout",
	409: "conflict", 413: "too_long",
	429: "rate_limit", 503: "overloaded",
	504: "timeout", 529: "overloaded",
}

// endregion: codes

// region: classify

// ErrTimeout ends an attempt, not the request.
var ErrTimeout = errors.New("no sign of work")

// A StreamFailed came with status 200.
type StreamFailed struct{ Code, Type string }

func (e StreamFailed) Error() string {
	return e.Code
}

// Classify judges how a call ended.
func Classify(
	a Answer, err error, valid func(string) bool,
) Verdict {
	is := func(e error) bool {
		return errors.Is(err, e)
	}
	if err == nil {
		return verdict(ofAnswer(a, valid))
	}
	if is(context.Canceled) {
		return verdict("cancelled")
	}
	if is(ErrTimeout) {
		return verdict("timeout")
	}
	if is(context.DeadlineExceeded) {
		return verdict("deadline")
	}
	return ofAPIError(err)
}

// endregion: classify

// region: errors

func ofAPIError(err error) Verdict {
	var o *openai.Error
	if errors.As(err, &o) {
		return verdict(ofError(o.StatusCode,
			o.Code, o.Type, o.Message)).
			after(retryAfter(o.Response))
	}
	var a *anthropic.Error
	if errors.As(err, &a) {
		return verdict(ofError(a.StatusCode,
			string(a.ErrorCode()),
			string(a.Type()), a.Message)).
			after(retryAfter(a.Response))
	}
	var event struct{ Error StreamFailed }
	var s *ssestream.StreamError
	if errors.As(err, &s) {
		_ = json.Unmarshal(s.Event.Data, &event)
		err = event.Error
	}
	var f StreamFailed
	if errors.As(err, &f) {
		return verdict(
			ofError(200, f.Code, f.Type, ""))
	}
	return verdict("connection") // or no JSON
}

// endregion: errors

// region: statuses

func ofError(
	status int, code, kind, message string,
) string {
	switch {
	case words[code] != "":
		return words[code]
	case kind == "insufficient_quota":
		return "quota"
	// Anthropic has no codes for these two:
	case strings.HasPrefix(
		message, "prompt is too long"):
		return "too_long"
	case status == 404 &&
		strings.HasPrefix(message, "model:"):
		return "model_not_found"
	case statuses[status] != "":
		return statuses[status]
	case status >= 500:
		return "server_error"
	case status >= 400:
		return "bad_request"
	case words[kind] != "":
		return words[kind]
	}
	return "connection"
}

// endregion: statuses

// region: answers

func ofAnswer(
	a Answer, valid func(string) bool,
) string {
	switch a.Stop {
	case "refusal", "content_filter":
		return "refusal"
	case "length", "max_tokens",
		"max_output_tokens",
		"model_context_window_exceeded":
		return "cut_off"
	case "tool_calls", "tool_use":
		return "ok" // check what they ask for
	case "stop", "completed",
		"end_turn", "stop_sequence":
	default:
		return "unfinished" // as pause_turn
	}
	switch {
	case a.Refusal != "":
		return "refusal"
	case strings.TrimSpace(a.Text) == "":
		return "empty"
	case valid != nil && !valid(a.Text):
		return "invalid"
	}
	return "ok"
}

// endregion: answers

// region: budget

// A Budget lets a share of the calls be extra.
type Budget struct {
	share, burst, left float64
	mu                 sync.Mutex
}

// NewBudget is full to begin with.
func NewBudget(share, burst float64) *Budget {
	return &Budget{
		share: share, burst: burst, left: burst}
}

// Earn is called at each call.
func (b *Budget) Earn() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left = min(b.burst, b.left+b.share)
}

// Spend asks for an extra one.
func (b *Budget) Spend() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}

// endregion: budget

// region: retry

// Backoff is full jitter: below a doubling limit.
func Backoff(attempt int) time.Duration {
	limit := min(
		8*time.Second, time.Second/2<<attempt)
	return rand.N(limit)
}

// retryAfter is how long a response says to wait.
func retryAfter(
	r *http.Response,
) time.Duration {
	if r == nil {
		return 0
	}
	ms := r.Header.Get("retry-after-ms")
	s := r.Header.Get("retry-after")
	unit := time.Millisecond
	if ms == "" {
		ms, unit = s, time.Second
	}
	n, err := strconv.ParseFloat(ms, 64)
	if err == nil {
		return max(
			0, time.Duration(n*float64(unit)))
	}
	at, err := http.ParseTime(s)
	if err != nil {
		return 0
	}
	return max(0, time.Until(at))
}

// endregion: retry

// region: deadline

// attempt asks once: limit is for the first sign
// of work, link.Idle for every further one.
func attempt(
	ctx context.Context, link Link, r Request,
	show func(string), limit time.Duration,
) (Answer, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	expire := func() { cancel(ErrTimeout) }
	watch := time.AfterFunc(limit, expire)
	defer watch.Stop()
	late := false
	var emit func(string)
	if show != nil {
		emit = func(text string) {
			if !watch.Stop() ||
				ctx.Err() != nil {
				late = true
				expire() // if it was about to
				return
			}
			if text != "" {
				show(text) // watch stands still
			}
			watch.Reset(link.Idle)
		}
	}
	a, err := link.Model(ctx, r, emit)
	if late || err != nil && ctx.Err() != nil {
		err = context.Cause(ctx) // says whose
	}
	return a, err
}

// ofTimeout says whose time was up. An attempt
// with less than its limit says nothing of the
// model.
func ofTimeout(
	ctx context.Context, limit time.Duration,
	link Link,
) Verdict {
	end, _ := ctx.Deadline()
	if time.Until(end) < 10*time.Millisecond {
		return verdict("deadline")
	}
	v := verdict("timeout")
	if limit < link.Limit {
		v.Counts = "no"
	}
	return v
}

// endregion: deadline

// region: breaker

// A Breaker opens when a share of the recent
// calls failed, or a run of them, or one whose
// error says that all of them will.
type Breaker struct {
	Share    float64
	Minimum  int           // calls, for the share
	Window   time.Duration // that is recent
	Run      int
	Cooldown time.Duration // when open
	Probes   int           // must pass to close
	Log      func(from, to, why string)
	breakerState
}

// NewBreaker has the rules that the articles use.
func NewBreaker() *Breaker {
	return &Breaker{
		Share: 0.2, Minimum: 40,
		Window: time.Minute, Run: 6,
		Cooldown: 30 * time.Second, Probes: 10,
		breakerState: breakerState{
			state: "closed", period: 1,
			slots: map[int64][2]int{},
		},
	}
}

// endregion: breaker

// region: trip

func (b *Breaker) recordCall(failed bool) {
	// The window moves on by twelfths.
	slot := time.Now().UnixNano() /
		(int64(b.Window) / 12)
	n := b.slots[slot]
	n[0]++
	b.inARow++
	if failed {
		n[1]++
	} else {
		b.inARow = 0
	}
	b.slots[slot] = n
	calls, bad := 0, 0
	for s, n := range b.slots {
		if s <= slot-12 {
			delete(b.slots, s)
			continue
		}
		calls, bad = calls+n[0], bad+n[1]
	}
	many := calls >= b.Minimum &&
		float64(bad) >= b.Share*float64(calls)
	if many || b.inARow >= b.Run {
		b.become("open", fmt.Sprintf(
			"%d of %d failed", bad, calls))
	}
}

// endregion: trip

// region: probes

// Allow gives a permit for Record, or 0.
func (b *Breaker) Allow() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state == "open" {
		if time.Since(b.since) < b.Cooldown {
			return 0
		}
		b.become("half-open", "cooled down")
	}
	if b.state == "half-open" {
		for len(b.probing) > 0 &&
			time.Since(b.probing[0]) >=
				b.Cooldown { // it hangs
			b.probing = b.probing[1:]
		}
		if b.passed+len(b.probing) >= b.Probes {
			return 0
		}
		b.probing = append(
			b.probing, time.Now())
	}
	return b.period
}

// endregion: probes

// region: probed

func (b *Breaker) recordProbe(counts string) {
	if len(b.probing) > 0 {
		b.probing = b.probing[1:]
	}
	switch counts {
	case "yes":
		b.become("open", "a probe failed")
	case "good":
		b.passed++
		if b.passed == b.Probes {
			b.become(
				"closed", "the probes passed")
		}
	}
}

// endregion: probed

// region: states

type breakerState struct {
	mu      sync.Mutex
	state   string
	since   time.Time
	period  int
	slots   map[int64][2]int // calls, failed
	inARow  int
	passed  int
	probing []time.Time
}

// Record says how the call ended.
func (b *Breaker) Record(
	permit int, counts string,
) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case permit != b.period:
		// It began under another state.
	case counts == "at once":
		b.become("open", "needs a person")
	case b.state == "half-open":
		b.recordProbe(counts)
	case counts != "no":
		b.recordCall(counts == "yes")
	}
}

func (b *Breaker) become(state, why string) {
	if b.Log != nil {
		b.Log(b.state, state, why)
	}
	b.state, b.since = state, time.Now()
	b.period++
	b.slots = map[int64][2]int{}
	b.inARow, b.passed, b.probing = 0, 0, nil
}

// endregion: states

// region: models

// A Turn is one side's part of a conversation.
type Turn struct{ Role, Text string }

// A Request is a conversation so far, in words. Other parameters, and turns of one's own as they came,
// are for the edit functions of the models.
type Request []Turn

// Prompt is a request of one turn.
func Prompt(text string) Request { return Request{{"user", text}} }

// A Model asks a provider once. With show, it calls that with each text, and with "" at other signs of work.
type Model func(ctx context.Context, r Request, show func(string)) (Answer, error)

// Chat is a model asked through Chat Completions.
func Chat(client openai.Client, model string, edit ...func(*openai.ChatCompletionNewParams)) Model {
	return func(ctx context.Context, r Request, show func(string)) (Answer, error) {
		params := openai.ChatCompletionNewParams{Model: model}
		for _, t := range r {
			turn := openai.UserMessage(t.Text)
			switch t.Role {
			case "assistant":
				turn = openai.AssistantMessage(t.Text)
			case "system":
				turn = openai.SystemMessage(t.Text)
			}
			params.Messages = append(params.Messages, turn)
		}
		for _, f := range edit {
			f(&params)
		}
		if show == nil {
			c, err := client.Chat.Completions.New(ctx, params)
			if err != nil {
				return Answer{}, err
			}
			return ofCompletion(*c)
		}
		stream := client.Chat.Completions.NewStreaming(ctx, params)
		defer stream.Close()
		var all openai.ChatCompletionAccumulator
		for stream.Next() {
			chunk := stream.Current()
			all.AddChunk(chunk)
			for _, c := range chunk.Choices {
				show(c.Delta.Content)
			}
		}
		if err := stream.Err(); err != nil {
			return Answer{}, err
		}
		return ofCompletion(all.ChatCompletion)
	}
}

func ofCompletion(c openai.ChatCompletion) (Answer, error) {
	if len(c.Choices) == 0 || c.Choices[0].FinishReason == "" {
		return Answer{}, StreamFailed{Code: "ended early"}
	}
	m := c.Choices[0].Message
	return Answer{Text: m.Content, Stop: c.Choices[0].FinishReason, Refusal: m.Refusal,
		Model: c.Model, Turn: m.ToParam()}, nil
}

// Responses is a model asked through Responses.
func Responses(client openai.Client, model string, edit ...func(*responses.ResponseNewParams)) Model {
	return func(ctx context.Context, r Request, show func(string)) (Answer, error) {
		var input responses.ResponseInputParam
		for _, t := range r {
			input = append(input, responses.ResponseInputItemParamOfMessage(
				t.Text, responses.EasyInputMessageRole(t.Role)))
		}
		params := responses.ResponseNewParams{Model: model,
			Input: responses.ResponseNewParamsInputUnion{OfInputItemList: input}}
		for _, f := range edit {
			f(&params)
		}
		if show == nil {
			res, err := client.Responses.New(ctx, params)
			if err != nil {
				return Answer{}, err
			}
			return ofResponse(*res)
		}
		stream := client.Responses.NewStreaming(ctx, params)
		defer stream.Close()
		var last responses.Response
		for stream.Next() {
			event := stream.Current()
			text := ""
			switch event.Type {
			case "error":
				return Answer{}, StreamFailed{Code: event.Code, Type: event.Type}
			case "response.completed", "response.incomplete", "response.failed":
				last = event.Response
			case "response.output_text.delta":
				text = event.Delta
			}
			show(text)
		}
		if err := stream.Err(); err != nil {
			return Answer{}, err
		}
		return ofResponse(last)
	}
}

func ofResponse(r responses.Response) (Answer, error) {
	switch r.Status {
	case "":
		return Answer{}, StreamFailed{Code: "ended early"}
	case "failed":
		return Answer{}, StreamFailed{Code: string(r.Error.Code)}
	}
	a := Answer{Text: r.OutputText(), Stop: string(r.Status), Model: r.Model, Turn: r.Output}
	for _, item := range r.Output {
		if item.Type == "function_call" {
			a.Stop = "tool_calls"
		}
		for _, part := range item.Content {
			a.Refusal += part.Refusal
		}
	}
	if r.IncompleteDetails.Reason != "" {
		a.Stop = r.IncompleteDetails.Reason
	}
	return a, nil
}

// Messages is a model asked through Messages.
func Messages(client anthropic.Client, model string, edit ...func(*anthropic.MessageNewParams)) Model {
	return func(ctx context.Context, r Request, show func(string)) (Answer, error) {
		params := anthropic.MessageNewParams{Model: model, MaxTokens: 4000}
		for _, t := range r {
			block := anthropic.NewTextBlock(t.Text)
			switch t.Role {
			case "system":
				params.System = append(params.System, *block.OfText)
			case "assistant":
				params.Messages = append(params.Messages, anthropic.NewAssistantMessage(block))
			default:
				params.Messages = append(params.Messages, anthropic.NewUserMessage(block))
			}
		}
		for _, f := range edit {
			f(&params)
		}
		if show == nil {
			m, err := client.Messages.New(ctx, params)
			if err != nil {
				return Answer{}, err
			}
			return ofMessage(*m)
		}
		stream := client.Messages.NewStreaming(ctx, params)
		defer stream.Close()
		var all anthropic.Message
		for stream.Next() {
			event := stream.Current()
			if err := all.Accumulate(event); err != nil {
				return Answer{}, err
			}
			show(event.Delta.Text)
		}
		if err := stream.Err(); err != nil {
			return Answer{}, err
		}
		return ofMessage(all)
	}
}

func ofMessage(m anthropic.Message) (Answer, error) {
	if m.StopReason == "" {
		return Answer{}, StreamFailed{Code: "ended early"}
	}
	a := Answer{Stop: string(m.StopReason), Model: m.Model, Turn: m.ToParam()}
	for _, block := range m.Content {
		if block.Type == "text" {
			a.Text += block.Text
		}
	}
	return a, nil
}

// endregion: models

// region: stream

// A gate holds back the first text: while none
// is shown, the answer can be replaced.
type gate struct {
	show        func(string)
	hold        int
	held, shown string
}

func (g *gate) emit(text string) {
	g.held += text
	if g.shown != "" || len(g.held) > g.hold {
		g.open()
	}
}

func (g *gate) open() {
	text := g.held
	g.held = ""
	g.shown += text
	if text != "" {
		g.show(text)
	}
}

// endregion: stream

// region: links

// A Link is a model, and the time it is given.
type Link struct {
	Name    string
	Model   Model
	Breaker *Breaker      // nil: none
	Limit   time.Duration // see attempt
	Idle    time.Duration
	Tries   int
}

// NewLink has two tries of 20 seconds.
func NewLink(
	name string, m Model, b *Breaker,
) Link {
	return Link{name, m, b, 20 * time.Second,
		10 * time.Second, 2}
}

// Failed: no link gave a whole answer.
type Failed struct {
	Verdict Verdict // the last one
	Tried   []Try
	Text    string // what there is of an answer
	Err     error
}

func (f *Failed) Error() string {
	return f.Verdict.Kind
}

// Unwrap returns the last error.
func (f *Failed) Unwrap() error { return f.Err }

// endregion: links

// A Chain asks its links in order.
type Chain struct {
	Links    []Link
	Deadline time.Duration
	Hold     int                    // bytes of text, before any shows
	Valid    func(text string) bool // nil: any text is good
	SwitchOn map[string]bool        // more kinds that may
	Budget   *Budget
	Backoff  func(attempt int) time.Duration
}

// NewChain gives a request 60 seconds, and 10% of them a retry.
func NewChain(links ...Link) *Chain {
	return &Chain{Links: links, Deadline: time.Minute,
		Budget: NewBudget(0.1, 10), Backoff: Backoff}
}

// region: chain

// Ask gives the first whole answer. With show,
// its text goes there as it comes.
func (c *Chain) Ask(
	ctx context.Context, r Request,
	show func(string),
) (a Answer, err error) {
	ctx, cancel := context.WithTimeout(
		ctx, c.Deadline)
	defer cancel()
	g := &gate{show: show, hold: c.Hold}
	f := &Failed{}
	c.Budget.Earn()
	for n, link := range c.Links {
		left := len(c.Links) - n
		for i := range link.Tries {
			a, f.Verdict, f.Err =
				c.once(ctx, link, r, g, left)
			v := f.Verdict
			f.Tried = append(
				f.Tried, Try{link.Name, v})
			if v.Action == "use" {
				a.By, a.Tried = link.Name, f.Tried
				return a, nil
			}
			if g.shown != "" || c.ends(v) {
				f.Text = cmp.Or(g.shown, a.Text)
				return Answer{}, f
			}
			if i+1 == link.Tries ||
				!c.retry(ctx, v, i, left) {
				break
			}
		}
	}
	return Answer{}, f
}

// endregion: chain

// region: once

func (c *Chain) once(
	ctx context.Context, link Link, r Request,
	g *gate, left int,
) (a Answer, v Verdict, err error) {
	if link.Breaker != nil {
		permit := link.Breaker.Allow()
		if permit == 0 {
			return a, verdict("open"), nil
		}
		defer func() {
			link.Breaker.Record(permit, v.Counts)
		}()
	}
	var emit func(string)
	if g.show != nil {
		g.held, emit = "", g.emit
	}
	// The later links keep a share.
	end, _ := ctx.Deadline()
	share := time.Until(end) / time.Duration(left)
	limit := min(share, link.Limit)
	a, err = attempt(ctx, link, r, emit, limit)
	v = Classify(a, err, c.Valid)
	if v.Action == "use" {
		g.open()
	}
	if errors.Is(err, ErrTimeout) {
		v = ofTimeout(ctx, limit, link)
	}
	return a, v, err
}

// endregion: once

func (c *Chain) ends(v Verdict) bool {
	return !c.SwitchOn[v.Kind] && (v.Action == "fix" || v.Action == "stop")
}

// again: a switch is a retry where no link is left.
func again(v Verdict, left int) bool {
	return v.Action == "retry" || v.Action == "switch" && left == 1 &&
		v.Kind != "open" && v.Counts != "at once"
}

// retry waits, where there is to be another try.
func (c *Chain) retry(ctx context.Context, v Verdict, i, left int) bool {
	wait := max(v.Wait, c.Backoff(i))
	return again(v, left) && c.Budget.Spend() && sleep(ctx, wait)
}

// sleep reports whether there is time after it.
func sleep(ctx context.Context, d time.Duration) bool {
	if end, _ := ctx.Deadline(); time.Until(end) <= d {
		return false
	}
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// region: hedge

// Hedge is a model that asks second too when
// first is silent for so long. The budget caps
// that: NewBudget(0.05, 10) is 5% of the calls.
func Hedge(
	first, second Model, after time.Duration,
	budget *Budget,
) Model {
	return func(
		ctx context.Context, r Request,
		show func(string),
	) (Answer, error) {
		budget.Earn()
		ctx, cancel := context.WithCancel(ctx)
		race := &race{show: show, ctx: ctx,
			ends: make(chan ended, 2),
			lead: make(chan struct{})}
		defer race.wait.Wait()
		defer cancel()
		race.start(1, first, r)
		running := 1
		select {
		case e := <-race.ends:
			return e.answer, e.err
		case <-race.lead:
		case <-time.After(after):
			if budget.Spend() {
				race.start(2, second, r)
				running = 2
			}
		}
		e := race.winner(running)
		return e.answer, e.err
	}
}

// endregion: hedge

// region: race

type ended struct {
	who    int
	answer Answer
	err    error
}

type race struct {
	ctx    context.Context
	show   func(string)
	ends   chan ended
	wait   sync.WaitGroup
	mu     sync.Mutex
	leader int           // shows its text
	lead   chan struct{} // closed: there is one
}

func (r *race) start(
	who int, model Model, request Request,
) {
	ctx, cancel := context.WithCancel(r.ctx)
	var emit func(string)
	if r.show != nil {
		emit = func(text string) {
			r.mu.Lock()
			defer r.mu.Unlock()
			if text != "" && r.leader == 0 {
				r.leader = who
				close(r.lead)
			}
			if r.leader > 0 && r.leader != who {
				cancel()
				return
			}
			r.show(text)
		}
	}
	r.wait.Go(func() {
		defer cancel()
		a, err := model(ctx, request, emit)
		r.ends <- ended{who, a, err}
	})
}

func (r *race) leads(who int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.leader == who
}

// winner is the leader, or whose answer is good.
func (r *race) winner(running int) (e ended) {
	ends := map[int]ended{}
	for ; running > 0; running-- {
		e = <-r.ends
		ends[e.who] = e
		v := Classify(e.answer, e.err, nil)
		if r.leads(e.who) ||
			r.leads(0) && v.Action == "use" {
			return e
		}
	}
	return ends[1]
}

// endregion: race
