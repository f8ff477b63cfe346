package fault

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Config describes a provider. The zero Config is one that is always well and answers at once.
type Config struct {
	Name string // mixed into every draw, so that two providers with one seed fail independently
	Seed uint64
	Plan Plan // how calls fare; nil: well

	FirstToken Delay // time to the first token of an answer; nil: none
	PerToken   Delay // time of each later token, drawn once for each call; nil: none
	Cache      Cache // of prompt prefixes; zero: none

	Text  string           // the answer; "": a sentence of 14 words
	Reply func(Call) Reply // decides each answer; nil: Text, or what the request's schema or tools ask for

	Models     []string // the models that exist; nil: every name does
	ModelsPlan Plan     // how GET /v1/models fares; nil: well, whatever happens to the other calls
	Keys       []string // the API keys that are accepted; nil: every one that is not empty
	Limits     Limits   // zero: none

	Log func(Record) // called when a call has ended; nil: nobody
}

// A Cache remembers the beginnings of prompts, as providers do to save work. A call whose prompt
// begins like that of an earlier call (in order of arrival) for the same model gets its first
// token sooner, and its usage reports the cached tokens.
type Cache struct {
	Tokens     int   // how long a beginning must be the same; 0: no cache
	FirstToken Delay // time to the first token after a hit
}

// A Server is a provider: an [http.Handler] that speaks the wire formats of OpenAI and Anthropic
// and fails by plan. Its methods may be called at any time.
type Server struct {
	cfg    Config
	settle func()

	mu       sync.Mutex
	zero     time.Time
	lazyZero bool
	attempts map[string]int
	records  []*Record
	inFlight int
	idle     *sync.Cond // inFlight is 0
	models   int
	seen     map[string]bool // prompt prefixes that are cached
	buckets  map[string]*buckets
	waiting  int
	slots    chan struct{}
}

// New returns a server. Its zero of time, from which schedules count, is now.
func New(cfg Config) *Server {
	s := &Server{cfg: cfg, settle: func() {}}
	s.idle = sync.NewCond(&s.mu)
	s.Restart()
	return s
}

// Restart forgets all calls and makes now the zero of time.
func (s *Server) Restart() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.zero = time.Now()
	s.lazyZero = false
	s.attempts = map[string]int{}
	s.records = nil
	s.models = 0
	s.buckets = map[string]*buckets{}
	s.seen = map[string]bool{}
	if s.slots == nil && s.cfg.Limits.Concurrency > 0 {
		s.slots = make(chan struct{}, s.cfg.Limits.Concurrency)
	}
}

// RestartAtFirstCall is [Server.Restart], but the zero of time is the moment at which the
// next call arrives: for a server that is started by hand.
func (s *Server) RestartAtFirstCall() {
	s.Restart()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lazyZero = true
}

// OnSettle sets a function that [Server.Stats] and [Server.Calls] run first, so that what clients have
// already done is counted. Package virtual sets it to synctest.Wait.
func (s *Server) OnSettle(f func()) { s.settle = f }

// WaitIdle waits until no call is in flight. In real time the account of a call may be closed a moment
// after its answer has arrived; wait here before you count. In virtual time there is no need to.
func (s *Server) WaitIdle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.inFlight > 0 {
		s.idle.Wait()
	}
}

// ServeHTTP serves the APIs, and the server's own account of them under /_fault/.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/v1")
	switch r.Method + " " + path {
	case "POST /chat/completions":
		s.serve(w, r, chatWire{})
	case "POST /responses":
		s.serve(w, r, responsesWire{})
	case "POST /messages":
		s.serve(w, r, messagesWire{s})
	case "GET /models":
		s.serveModels(w, r)
	case "GET /_fault/stats":
		writeJSON(w, http.StatusOK, s.Stats())
	case "GET /_fault/calls":
		writeJSON(w, http.StatusOK, s.Calls())
	case "POST /_fault/reset":
		s.RestartAtFirstCall()
		w.WriteHeader(http.StatusNoContent)
	default:
		wire := wireFor(r)
		e := apiError{status: http.StatusNotFound, typ: "invalid_request_error",
			message: "Unknown request URL: " + r.Method + " " + r.URL.Path + "."}
		writeError(w, wire, e, Call{}.id("req_"))
	}
}

// A wire is one API's wire format.
type wire interface {
	api() API
	// parse reads a request and refuses what the provider would refuse.
	parse(r *http.Request, body []byte) (request, *apiError)
	// headers adds the headers that the provider sends with every answer.
	headers(h http.Header, requestID string, l limitState)
	// errorFor completes an error with the provider's types, codes and wording.
	errorFor(f Fault, model string) apiError
	errorBody(e apiError, requestID string) any
	answer(g *generation) any
	encoder(g *generation) encoder
}

// wireFor picks the wire format of a request to a path that both providers have.
func wireFor(r *http.Request) wire {
	if r.Header.Get("anthropic-version") != "" {
		return messagesWire{}
	}
	return chatWire{}
}

// A request is what the formats have in common.
type request struct {
	model        string
	stream       bool
	includeUsage bool
	maxTokens    int
	inputTokens  int
	prompt       string
	text         string // all of the prompt, for the cache
	cachedTokens int
	tools        []tool
	toolCall     bool           // a tool should be called now
	schema       map[string]any // of the answer; nil: free text
	jsonMode     bool
}

type tool struct {
	name   string
	schema map[string]any
}

// An apiError is an error answer.
type apiError struct {
	status           int
	typ, code, param string
	message          string
	details          string
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, wire wire) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client left
	}
	req, refused := wire.parse(r, body)
	call := s.arrive(r, wire.api(), req, body)
	rec := call.record
	defer s.finish(rec)

	requestID := call.id("req_")
	if refused == nil {
		refused = s.authorise(wire, call.Call)
	}
	if refused != nil {
		wire.headers(w.Header(), requestID, limitState{})
		rec.Fault = "refused"
		rec.Status = refused.status
		writeError(w, wire, *refused, requestID)
		return
	}

	f, limits := s.admit(call.Call, req)
	rec.Fault = f.Name()
	if !sleep(r.Context(), call.draw(f.delay, "delay")) {
		rec.Abandoned = true
		return
	}
	if f.kind == kindRefuse {
		panic(http.ErrAbortHandler)
	}
	wire.headers(w.Header(), requestID, limits)
	for name, values := range f.headers {
		w.Header()[name] = values
	}
	if f.kind == kindRaw {
		rec.Status = f.status
		w.Header().Set("Content-Type", f.contentType)
		w.WriteHeader(f.status)
		io.WriteString(w, f.body)
		return
	}
	f.retryHeaders(w.Header())
	if f.kind == kindError ||
		f.kind == kindStreamError && !req.stream ||
		f.kind == kindFailed && wire.api() != Responses {
		e := wire.errorFor(f, req.model)
		rec.Status = e.status
		writeError(w, wire, e, requestID)
		return
	}

	free, ok := s.slot(r.Context())
	if !ok {
		e := wire.errorFor(Overloaded(), req.model)
		rec.Fault, rec.Status = "queue full", e.status
		if r.Context().Err() != nil {
			rec.Abandoned, rec.Status = true, 0
			return
		}
		writeError(w, wire, e, requestID)
		return
	}
	defer free()

	req.cachedTokens = s.cached(req)
	rec.CachedTokens = req.cachedTokens
	rec.InputTokens = req.inputTokens // the prompt is billed as soon as work on it begins
	if f.kind == kindHang || f.kind == kindStall && !req.stream {
		<-r.Context().Done()
		rec.Abandoned = true
		return
	}
	g := s.generate(call.Call, req, f)
	if req.stream {
		g.stream(w, r, wire, rec, requestID)
	} else {
		g.whole(w, r, wire, rec)
	}
}

type arrival struct {
	Call
	record *Record
}

// arrive numbers a call and opens its record.
func (s *Server) arrive(r *http.Request, api API, req request, body []byte) arrival {
	key := r.Header.Get(KeyHeader)
	if key == "" {
		key = hash(r.URL.Path, string(body))
	}
	apiKey := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if k := r.Header.Get("x-api-key"); k != "" {
		apiKey = k
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lazyZero {
		s.zero, s.lazyZero = time.Now(), false
	}
	s.attempts[key]++
	c := Call{
		N: len(s.records) + 1, Key: key, Attempt: s.attempts[key], At: time.Since(s.zero),
		API: api, Model: req.model, APIKey: apiKey, Stream: req.stream, Prompt: req.prompt, Header: r.Header,
		seed: s.cfg.Seed, name: s.cfg.Name,
	}
	rec := &Record{N: c.N, Key: key, Attempt: c.Attempt, At: c.At, API: api, Model: c.Model, APIKey: apiKey, Stream: c.Stream}
	s.records = append(s.records, rec)
	s.inFlight++
	return arrival{c, rec}
}

func (s *Server) finish(rec *Record) {
	s.mu.Lock()
	rec.Took = time.Since(s.zero) - rec.At
	rec.Done = true
	s.inFlight--
	if s.inFlight == 0 {
		s.idle.Broadcast()
	}
	s.mu.Unlock()
	if s.cfg.Log != nil {
		s.cfg.Log(*rec)
	}
}

func (s *Server) authorise(wire wire, c Call) *apiError {
	if c.APIKey == "" || s.cfg.Keys != nil && !slices.Contains(s.cfg.Keys, c.APIKey) {
		e := wire.errorFor(Status(http.StatusUnauthorized), c.Model)
		return &e
	}
	if s.cfg.Models != nil && !slices.Contains(s.cfg.Models, c.Model) {
		e := wire.errorFor(Status(http.StatusNotFound), c.Model)
		return &e
	}
	return nil
}

func (s *Server) serveModels(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.lazyZero {
		s.zero, s.lazyZero = time.Now(), false
	}
	s.models++
	c := Call{N: s.models, Key: "models", Attempt: s.models, At: time.Since(s.zero), Header: r.Header, seed: s.cfg.Seed, name: s.cfg.Name}
	s.mu.Unlock()

	wire := wireFor(r)
	requestID := c.id("req_")
	f := decide(s.cfg.ModelsPlan, c)
	if !sleep(r.Context(), c.draw(f.delay, "delay")) {
		return
	}
	wire.headers(w.Header(), requestID, limitState{})
	switch f.kind {
	case kindHang:
		<-r.Context().Done()
	case kindRefuse, kindCut:
		panic(http.ErrAbortHandler)
	case kindError:
		f.retryHeaders(w.Header())
		writeError(w, wire, wire.errorFor(f, ""), requestID)
	default:
		names := s.cfg.Models
		if names == nil {
			names = []string{"fault-large", "fault-small"}
		}
		writeJSON(w, http.StatusOK, modelList(wire, names))
	}
}

func modelList(wire wire, names []string) any {
	data := []any{}
	if wire.api() == Messages {
		for _, n := range names {
			data = append(data, object{"type": "model", "id": n, "display_name": n, "created_at": "2026-01-01T00:00:00Z"})
		}
		return object{"data": data, "has_more": false, "first_id": names[0], "last_id": names[len(names)-1]}
	}
	for _, n := range names {
		data = append(data, object{"id": n, "object": "model", "created": 1767225600, "owned_by": "faultprovider"})
	}
	return object{"object": "list", "data": data}
}

// A Record is the account of one call.
type Record struct {
	N       int           `json:"n"`
	Key     string        `json:"key"`
	Attempt int           `json:"attempt"`
	At      time.Duration `json:"at_ns"`
	Took    time.Duration `json:"took_ns"`
	API     API           `json:"api"`
	Model   string        `json:"model"`
	APIKey  string        `json:"-"`
	Stream  bool          `json:"stream"`

	Fault        string `json:"fault"`  // see [Fault.Name]; "refused" for an invalid request
	Status       int    `json:"status"` // 0: no answer was begun
	InputTokens  int    `json:"input_tokens"`
	CachedTokens int    `json:"cached_tokens"` // of the input
	OutputTokens int    `json:"output_tokens"`
	Abandoned    bool   `json:"abandoned"` // the client left before the end
	Done         bool   `json:"done"`
}

// Stats is what a server has done since it was started. Tokens are those billed: nothing for an
// error status, else the prompt and what was generated, whether or not it arrived.
type Stats struct {
	Calls        int            `json:"calls"`
	OK           int            `json:"ok"` // status 200, to the end, and a normal end
	Billed       int            `json:"billed"`
	Abandoned    int            `json:"abandoned"`
	InFlight     int            `json:"in_flight"`
	InputTokens  int            `json:"input_tokens"`
	CachedTokens int            `json:"cached_tokens"` // of the input
	OutputTokens int            `json:"output_tokens"`
	Faults       map[string]int `json:"faults"`   // by name, "ok" included
	Statuses     map[int]int    `json:"statuses"` // 0: no answer was begun
	Models       map[string]int `json:"models"`
	Lists        int            `json:"model_lists"` // GET /v1/models, not counted in Calls
}

// Cost prices the billed tokens, given prices for a million input and output tokens.
func (s Stats) Cost(input, output float64) float64 {
	return (float64(s.InputTokens)*input + float64(s.OutputTokens)*output) / 1e6
}

// Stats returns the account of all calls.
func (s *Server) Stats() Stats {
	s.settle()
	s.mu.Lock()
	defer s.mu.Unlock()
	st := Stats{Calls: len(s.records), Lists: s.models,
		Faults: map[string]int{}, Statuses: map[int]int{}, Models: map[string]int{}}
	for _, r := range s.records {
		if !r.Done {
			st.InFlight++
			continue
		}
		st.InputTokens += r.InputTokens
		st.CachedTokens += r.CachedTokens
		st.OutputTokens += r.OutputTokens
		st.Faults[r.Fault]++
		st.Statuses[r.Status]++
		st.Models[r.Model]++
		if r.InputTokens > 0 {
			st.Billed++
		}
		if r.Abandoned {
			st.Abandoned++
		} else if r.ok() {
			st.OK++
		}
	}
	return st
}

func (r Record) ok() bool { return r.Status == http.StatusOK && wellNames[r.Fault] }

// wellNames are the names of faults that only cost time.
var wellNames = map[string]bool{"ok": true, "slow": true, "slow first token": true, "slow tokens": true}

// Calls returns the records of all finished calls, in the order of arrival.
func (s *Server) Calls() []Record {
	s.settle()
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Record{}
	for _, r := range s.records {
		if r.Done {
			out = append(out, *r)
		}
	}
	return out
}

// FaultNames returns the names of the faults that were counted, sorted: for printing.
func (s Stats) FaultNames() []string { return slices.Sorted(maps.Keys(s.Faults)) }

// sleep waits and reports whether the client is still there.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// An object is a JSON object.
type object = map[string]any

func writeJSON(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // all answers are built from plain values
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(append(data, '\n'))
}

func writeError(w http.ResponseWriter, wire wire, e apiError, requestID string) {
	writeJSON(w, e.status, wire.errorBody(e, requestID))
}

// quiet drops the log lines of net/http, which reports every connection that a client or a
// fault cut short.
var quiet = log.New(io.Discard, "", 0)
