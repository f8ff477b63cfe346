package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/openai/openai-go/v3"
)

// What the product has decided, feature by feature.
type feature struct {
	stale time.Duration // how old an answer from the cache may be; 0: never
	wait  time.Duration // how long a result is still useful; 0: do not queue
}

var features = map[string]feature{
	"search":  {stale: time.Hour},
	"summary": {wait: 4 * time.Minute},
	"chat":    {},
}

// A reply is what the client shows. Source says where the answer comes from.
type reply struct {
	Source  string `json:"source"` // model, cache, queue or none
	Text    string `json:"text,omitempty"`
	AsOf    string `json:"as_of,omitempty"`   // of a cached answer
	Expires string `json:"expires,omitempty"` // of a queued job
	Message string `json:"message,omitempty"`
}

// A Service answers users with a model, or does its best without one.
type Service struct {
	state
	model openai.Client
	queue *Queue
}

const (
	patience = 8 * time.Second  // for one answer
	recheck  = 30 * time.Second // between attempts while the model is down
)

// region: handler

var (
	errDown     = errors.New("the model is down")
	errQuestion = errors.New("the model is well but will not answer this question")
)

// ServeHTTP answers a question for a feature, by the first means that works:
// the model, the cache, the queue, and last a refusal that says when to return.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, question := r.FormValue("feature"), r.FormValue("question")
	f, now := features[name], time.Now()
	key := name + "/" + question // and the user, where the answer depends on them

	text, err := s.ask(r.Context(), question)
	switch {
	case err == nil:
		s.store(key, text)
		send(w, http.StatusOK, reply{Source: "model", Text: text})
		return
	case r.Context().Err() != nil: // the user has left, so nobody waits
		return
	case errors.Is(err, errQuestion): // later would be no better
		send(w, http.StatusUnprocessableEntity, reply{Source: "none",
			Message: "The assistant cannot answer this. Your text is kept."})
		return
	}
	if c, ok := s.stored(key, f.stale); ok {
		send(w, http.StatusOK, reply{Source: "cache", Text: c.text, AsOf: clock(c.at)})
		return
	}
	until := now.Add(f.wait)
	if f.wait > 0 && s.queue.Add(Job{question, now, until}) {
		send(w, http.StatusAccepted, reply{Source: "queue", Expires: clock(until),
			Message: "Your summary will be here by " + clock(until) + ". You can leave this page."})
		return
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(s.returnAfter().Seconds())+1))
	send(w, http.StatusServiceUnavailable, reply{Source: "none",
		Message: "The assistant is not available. This is our fault. Your text is kept; try again in a minute."})
}

// ask tries the model, unless it was down a moment ago.
func (s *Service) ask(ctx context.Context, question string) (string, error) {
	if !s.mayAsk() {
		return "", errDown
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer, err := s.model.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
		Model:    "model",
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(question)},
	})
	var refused *openai.Error
	switch {
	case errors.Is(err, context.Canceled): // the user has left, which proves nothing
		return "", err
	case errors.As(err, &refused) && slices.Contains([]int{400, 413, 422}, refused.StatusCode):
		s.learn(true)
		return "", errQuestion
	case err != nil:
		s.learn(false)
		return "", err
	}
	s.learn(true)
	if len(answer.Choices) == 0 || answer.Choices[0].FinishReason != "stop" {
		return "", errQuestion // cut short or filtered, with a status of 200
	}
	return answer.Choices[0].Message.Content, nil
}

// endregion: handler

func send(w http.ResponseWriter, status int, r reply) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(r)
}

// epoch is where virtual time begins.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// clock tells the minutes and seconds since the program began.
func clock(t time.Time) string {
	return time.Time{}.Add(t.Sub(epoch)).Format("04:05")
}
