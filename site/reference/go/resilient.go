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
		return "", fmt.Errorf("%s: %w", v.Kind, err)
	}
	return answer.Text, nil
}

// endregion: minimum

// region: kinds

// kinds has, for each kind of end of a call, what
// to do and what the breaker makes of it.
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

// Patience is the longest wait for a rate limit.
const Patience = 2 * time.Second

// A Verdict is how a call ended, and what to do.
type Verdict struct {
	Kind   string
	Action string        // use, retry, switch, fix, stop
	Counts string        // good, no, yes, at once
	Wait   time.Duration // the provider's
}

func verdict(k string, wait time.Duration) Verdict {
	v := Verdict{k, kinds[k][0], kinds[k][1], wait}
	if k == "rate_limit" && wait > Patience {
		v.Action = "switch"
	}
	return v
}

// endregion: kinds

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

// region: classify

// words are error codes and types.
var words = map[string]string{
	"insufficient_quota":                "quota",
	"credit_balance_exhausted":          "quota",
	"organization_spend_limit_exceeded": "quota",
	"organization_usage_limit_exceeded": "quota",
	"project_spend_limit_exceeded":      "quota",
	"enforced_spend_limit_reached":      "quota",
	"contract_spend_limit_reached":      "quota",
	"billing_error":                     "quota",
	"rate_limit_exceeded":               "rate_limit",
	"rate_limit_error":                  "rate_limit",
	"slow_down":                         "rate_limit",
	"model_not_found":                   "model_not_found",
	"context_length_exceeded":           "too_long",
	"request_too_large":                 "too_long",
	"invalid_request_error":             "bad_request",
	"authentication_error":              "auth",
	"permission_error":                  "forbidden",
	"not_found_error":                   "not_found",
	"timeout_error":                     "timeout",
	"server_is_overloaded":              "overloaded",
	"overloaded_error":                  "overloaded",
	"server_error":                      "server_error",
	"api_error":                         "server_error",
	"error":                             "server_error", // without a code
}

var statuses = map[int]string{
	401: "auth", 402: "quota", 403: "forbidden",
	404: "not_found", 408: "timeout",
	409: "conflict", 413: "too_long",
	429: "rate_limit", 503: "overloaded",
	504: "timeout", 529: "overloaded",
}

// ErrTimeout ends an attempt, not the request.
var ErrTimeout = errors.New("no sign of work")

// A StreamFailed is an error with status 200.
type StreamFailed struct{ Code string }

func (e StreamFailed) Error() string { return e.Code }

// Classify judges how a call ended.
func Classify(
	a Answer, err error, valid func(string) bool,
) Verdict {
	if err == nil {
		return verdict(ofAnswer(a, valid), 0)
	}
	if errors.Is(err, context.Canceled) {
		return verdict("cancelled", 0)
	}
	if errors.Is(err, ErrTimeout) {
		return verdict("timeout", 0)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return verdict("deadline", 0)
	}
	if e, ok := errors.AsType[StreamFailed](err); ok {
		return verdict(ofError(200, e.Code, "", ""), 0)
	}
	if e, ok := errors.AsType[*openai.Error](err); ok {
		return verdict(ofError(e.StatusCode, e.Code,
			e.Type, e.Message), retryAfter(e.Response))
	}
	if e, ok :=
		errors.AsType[*anthropic.Error](err); ok {
		return verdict(ofError(e.StatusCode,
			string(e.ErrorCode()), string(e.Type()),
			e.Message), retryAfter(e.Response))
	}
	if e, ok :=
		errors.AsType[*ssestream.StreamError](err); ok {
		var event struct {
			Error struct{ Code, Type string }
		}
		_ = json.Unmarshal(e.Event.Data, &event)
		return verdict(ofError(200, event.Error.Code,
			event.Error.Type, ""), 0)
	}
	return verdict("connection", 0) // or no JSON
}

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

// endregion: classify

// region: retry

// A Budget lets a share of the calls have another.
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

// Backoff is full jitter below a limit that doubles.
func Backoff(attempt int) time.Duration {
	limit := min(
		8*time.Second, time.Second/2<<attempt)
	return rand.N(limit)
}

// retryAfter is the wait that a response asks for.
func retryAfter(r *http.Response) time.Duration {
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
	if at, err := http.ParseTime(s); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}

// endregion: retry

// region: deadline

// attempt asks once: limit is for the first sign of
// work, link.Idle for every further one.
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
			if !watch.Stop() || ctx.Err() != nil {
				late = true
				expire() // if it was about to
				return
			}
			if text != "" {
				show(text) // reading is no pause
			}
			watch.Reset(link.Idle)
		}
	}
	a, err := link.Model(ctx, r, emit)
	if late || err != nil && ctx.Err() != nil {
		err = context.Cause(ctx) // whose time it was
	}
	return a, err
}

// endregion: deadline

// region: breaker

// A Breaker opens when a share of the recent calls
// failed, or a run of them, or one whose error says
// that all of them will.
type Breaker struct {
	Share    float64       // of the calls
	Minimum  int           // of calls, for Share
	Window   time.Duration // that is recent
	Run      int
	Cooldown time.Duration
	Probes   int // that must pass to close it
	Log      func(from, to, why string)

	mu      sync.Mutex
	state   string
	since   time.Time
	period  int
	slots   map[int64][2]int // calls, failed
	inARow  int
	passed  int
	probing []time.Time
}

// NewBreaker has the rules that the articles use.
func NewBreaker() *Breaker {
	return &Breaker{
		Share: 0.2, Minimum: 40,
		Window: time.Minute, Run: 6,
		Cooldown: 30 * time.Second, Probes: 10,
		state: "closed", period: 1,
		slots: map[int64][2]int{},
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
			time.Since(b.probing[0]) >= b.Cooldown {
			b.probing = b.probing[1:] // it hangs
		}
		if b.passed+len(b.probing) >= b.Probes {
			return 0
		}
		b.probing = append(b.probing, time.Now())
	}
	return b.period
}

// Record says how the call ended.
func (b *Breaker) Record(permit int, counts string) {
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
			b.become("closed", "all probes passed")
		}
	}
}

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
	if b.inARow >= b.Run || calls >= b.Minimum &&
		float64(bad) >= b.Share*float64(calls) {
		b.become("open", fmt.Sprintf(
			"%d of %d failed, %d in a row",
			bad, calls, b.inARow))
	}
}

// endregion: breaker

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
		return Answer{}, StreamFailed{"ended early"}
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
				return Answer{}, StreamFailed{cmp.Or(event.Code, event.Type)}
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
		return Answer{}, StreamFailed{"ended early"}
	case "failed":
		return Answer{}, StreamFailed{string(r.Error.Code)}
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
		return Answer{}, StreamFailed{"ended early"}
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

// A gate holds back the first text of an answer: as
// long as none is shown, it can be replaced.
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

// region: chain

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
func NewLink(name string, m Model, b *Breaker) Link {
	return Link{name, m, b, 20 * time.Second,
		10 * time.Second, 2}
}

// A Failed is that no link gave a whole answer.
type Failed struct {
	Verdict Verdict
	Tried   []Try
	Text    string // what there is of an answer
	Err     error  // the last one
}

func (f *Failed) Error() string {
	return f.Verdict.Kind
}

// Unwrap returns the last error.
func (f *Failed) Unwrap() error { return f.Err }

// A Chain asks its links in order.
type Chain struct {
	Links    []Link
	Deadline time.Duration // of a request
	Hold     int           // bytes of text, before any is shown
	Valid    func(string) bool
	SwitchOn map[string]bool // kinds of fix and stop
	Budget   *Budget         // of retries
	Backoff  func(attempt int) time.Duration
}

// NewChain gives a request 60 seconds.
func NewChain(links ...Link) *Chain {
	return &Chain{
		Links: links, Deadline: time.Minute,
		Budget: NewBudget(0.1, 10), Backoff: Backoff,
	}
}

// Ask gives the first whole answer. With show, it is
// streamed there.
func (c *Chain) Ask(
	ctx context.Context, r Request,
	show func(string),
) (Answer, error) {
	ctx, cancel := context.WithTimeout(
		ctx, c.Deadline)
	defer cancel()
	end, _ := ctx.Deadline()
	g := &gate{show: show, hold: c.Hold}
	var tried []Try
	var v Verdict
	var err error
	c.Budget.Earn()
	for n, link := range c.Links {
		later := len(c.Links) - n - 1
		for i := range link.Tries {
			// Leave the later links their share.
			share := time.Until(end) /
				time.Duration(later+1)
			var a Answer
			a, v, err = c.once(ctx, link, r, g, share)
			tried = append(tried, Try{link.Name, v})
			if v.Action == "use" {
				a.By, a.Tried = link.Name, tried
				return a, nil
			}
			if g.shown != "" {
				a.Text = g.shown
			}
			if g.shown != "" || c.ends(v) {
				return Answer{},
					&Failed{v, tried, a.Text, err}
			}
			wait := max(v.Wait, c.Backoff(i))
			if i+1 == link.Tries || !again(v, later) ||
				time.Until(end) <= wait ||
				!c.Budget.Spend() {
				break
			}
			if !sleep(ctx, wait) {
				v = Classify(a, ctx.Err(), nil)
				return Answer{},
					&Failed{v, tried, "", ctx.Err()}
			}
		}
	}
	return Answer{}, &Failed{v, tried, "", err}
}

func (c *Chain) ends(v Verdict) bool {
	return !c.SwitchOn[v.Kind] &&
		(v.Action == "fix" || v.Action == "stop")
}

// again says whether to ask the same link again: a
// switch becomes a retry where no link is left.
func again(v Verdict, later int) bool {
	return v.Action == "retry" || later == 0 &&
		v.Action == "switch" && v.Kind != "open" &&
		v.Counts != "at once"
}

func (c *Chain) once(
	ctx context.Context, link Link, r Request,
	g *gate, share time.Duration,
) (a Answer, v Verdict, err error) {
	if link.Breaker != nil {
		permit := link.Breaker.Allow()
		if permit == 0 {
			return a, verdict("open", 0), nil
		}
		defer func() {
			link.Breaker.Record(permit, v.Counts)
		}()
	}
	var emit func(string)
	if g.show != nil {
		g.held, emit = "", g.emit
	}
	limit := min(share, link.Limit)
	a, err = attempt(ctx, link, r, emit, limit)
	v = Classify(a, err, c.Valid)
	if v.Action == "use" {
		g.open()
	}
	if errors.Is(err, ErrTimeout) {
		end, _ := ctx.Deadline()
		if time.Until(end) < 10*time.Millisecond {
			v = verdict("deadline", 0)
		} else if limit < link.Limit {
			v.Counts = "no" // it had too little
		}
	}
	return a, v, err
}

func sleep(
	ctx context.Context, d time.Duration,
) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// endregion: chain

// region: hedge

// Hedge is a model that asks second too when first
// has said nothing for so long. The budget caps that:
// NewBudget(0.05, 10) is 5% of the calls.
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
		var last ended
		for ; running > 0; running-- {
			e := <-race.ends
			v := Classify(e.answer, e.err, nil)
			if race.leads(e.who) ||
				race.leads(0) && v.Action == "use" {
				return e.answer, e.err
			}
			if last.who != 1 { // first's error counts
				last = e
			}
		}
		return last.answer, last.err
	}
}

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
	lead   chan struct{} // closed when there is one
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
			if r.leader == 0 || r.leader == who {
				r.show(text)
			} else {
				cancel() // the other one shows text
			}
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

// endregion: hedge
