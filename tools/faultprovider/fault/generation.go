package fault

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// A generation is an answer on its way.
type generation struct {
	call    Call
	req     request
	fault   Fault
	reply   Reply
	tokens  []token
	stop    stop
	refusal string
	created int64

	firstToken, perToken time.Duration
	thinkingSignature    string
	sent                 []token
}

// A stop is why an answer ended.
type stop int

const (
	stopEnd stop = iota
	stopLength
	stopTools
	stopRefusal
	stopFilter
	stopFailed
	stopOther // fault.stopReason
)

const refusalText = "I'm sorry, but I can't help with that request."

func (s *Server) generate(c Call, req request, f Fault) *generation {
	g := &generation{call: c, req: req, fault: f, created: time.Now().Unix()}
	g.reply = spoil(s.reply(c, req), f, req)
	g.tokens = append(g.tokens, words(g.reply.Thinking, inThinking)...)
	g.tokens = append(g.tokens, words(g.reply.Text, inText)...)
	for i := range g.reply.ToolCalls {
		g.tokens = append(g.tokens, words(g.reply.ToolCalls[i].Arguments, i)...)
		g.stop = stopTools
	}
	g.thinkingSignature = s.sign(g.reply.Thinking)
	if req.maxTokens > 0 && len(g.tokens) > req.maxTokens {
		g.tokens, g.stop = g.tokens[:req.maxTokens], stopLength
	}
	switch f.kind {
	case kindTruncated:
		g.tokens, g.stop = g.head(), stopLength
	case kindFilter:
		g.tokens, g.stop = g.head(), stopFilter
	case kindRefusal:
		g.stop, g.refusal = stopRefusal, refusalText
	case kindFailed:
		g.stop = stopFailed
	case kindStop:
		g.stop = stopOther
	}
	firstToken := s.cfg.FirstToken
	if req.cachedTokens > 0 {
		firstToken = s.cfg.Cache.FirstToken
	}
	g.firstToken = c.draw(first(f.firstToken, firstToken), "first token")
	g.perToken = c.draw(first(f.perToken, s.cfg.PerToken), "token")
	return g
}

// head is the tokens before the fault happens.
func (g *generation) head() []token { return g.tokens[:min(g.fault.tokens, len(g.tokens))] }

// sign returns the signature of a thinking block, which only this server accepts.
func (s *Server) sign(thinking string) string {
	if thinking == "" {
		return ""
	}
	return "sig" + hash("thinking", s.cfg.Name, fmt.Sprint(s.cfg.Seed), thinking)
}

// text joins the tokens of one part that have been sent.
func (g *generation) text(part int) string {
	var b strings.Builder
	for _, t := range g.sent {
		if t.tool == part {
			b.WriteString(t.text)
		}
	}
	return b.String()
}

// outputTokens is what is billed; a refusal is text that was generated too.
func (g *generation) outputTokens() int { return len(g.sent) + countTokens(g.refusal) }

// whole answers at once, when all tokens would be there.
func (g *generation) whole(w http.ResponseWriter, r *http.Request, wire wire, rec *Record) {
	n := len(g.tokens)
	if g.fault.kind == kindCut {
		n = len(g.head())
	}
	begin := time.Now()
	if !sleep(r.Context(), g.time(n)) {
		rec.Abandoned = true
		rec.OutputTokens = g.generatedBy(time.Since(begin), n)
		return
	}
	g.sent = g.tokens[:n]
	rec.OutputTokens = g.outputTokens()
	switch g.fault.kind {
	case kindCut, kindLost:
		panic(http.ErrAbortHandler)
	case kindBadBody, kindEndEarly:
		rec.Status = http.StatusOK
		w.Header().Set("Content-Type", "application/json")
		data, _ := json.Marshal(wire.answer(g))
		w.Write(data[:len(data)*2/3])
		return
	}
	rec.Status = http.StatusOK
	writeJSON(w, http.StatusOK, wire.answer(g))
}

// time is how long n tokens take. Even an answer without any takes until its first token was due.
func (g *generation) time(n int) time.Duration {
	return g.firstToken + time.Duration(max(0, n-1))*g.perToken
}

// generatedBy is how many of n tokens exist after d.
func (g *generation) generatedBy(d time.Duration, n int) int {
	switch {
	case d < g.firstToken || n == 0:
		return 0
	case g.perToken == 0:
		return n
	}
	return min(n, 1+int((d-g.firstToken)/g.perToken))
}

// A frame is one server-sent event.
type frame struct {
	event string
	data  any // a value for JSON, or a rawData
}

type rawData string

// An encoder writes an answer as the events of one API.
type encoder interface {
	begin() []frame
	token(t token) []frame
	end() []frame
	fail(e apiError, requestID string) []frame
}

// stream answers token by token.
func (g *generation) stream(w http.ResponseWriter, r *http.Request, wire wire, rec *Record, requestID string) {
	ctx := r.Context()
	enc := wire.encoder(g)
	flush := http.NewResponseController(w)
	send := func(frames []frame) {
		for _, f := range frames {
			f.write(w)
		}
		flush.Flush()
	}
	if g.fault.kind == kindLost {
		if !sleep(ctx, g.time(len(g.tokens))) {
			rec.Abandoned = true
		}
		rec.OutputTokens = len(g.tokens)
		panic(http.ErrAbortHandler)
	}

	rec.Status = http.StatusOK
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	send(enc.begin())

	tokens := g.tokens
	switch g.fault.kind {
	case kindCut, kindStall, kindStreamError, kindBadBody, kindEndEarly:
		tokens = g.head()
	}
	for i, t := range tokens {
		wait := g.perToken
		if i == 0 {
			wait = g.firstToken
		}
		if !sleep(ctx, wait) {
			rec.Abandoned = true
			return
		}
		g.sent = g.tokens[:i+1]
		rec.OutputTokens = g.outputTokens()
		send(enc.token(t))
	}
	if len(g.tokens) == 0 && !sleep(ctx, g.firstToken) {
		rec.Abandoned = true
		return
	}
	switch g.fault.kind {
	case kindCut:
		panic(http.ErrAbortHandler)
	case kindEndEarly:
	case kindStall:
		<-ctx.Done()
		rec.Abandoned = true
	case kindStreamError:
		send(enc.fail(wire.errorFor(g.fault, g.req.model), requestID))
	case kindBadBody:
		send([]frame{{brokenEvents[wire.api()], rawData(`{"type":"` + brokenEvents[wire.api()] + `","del`)}})
	default:
		rec.OutputTokens = g.outputTokens()
		send(enc.end())
	}
}

// brokenEvents names the event that [BadBody] breaks off. Chat events have no name.
var brokenEvents = map[API]string{Messages: "content_block_delta", Responses: "response.output_text.delta"}

func (f frame) write(w io.Writer) {
	if f.event != "" {
		fmt.Fprintf(w, "event: %s\n", f.event)
	}
	data, ok := f.data.(rawData)
	if !ok {
		b, err := json.Marshal(f.data)
		if err != nil {
			panic(err) // all events are built from plain values
		}
		data = rawData(b)
	}
	fmt.Fprintf(w, "data: %s\n\n", data)
}
