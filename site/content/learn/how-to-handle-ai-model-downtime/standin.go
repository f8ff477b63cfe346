// Package standin has what users get while a model is down.
package standin

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	// Where you keep resilient.go, from
	// https://aiperformanceoptimization.com/reference/
	resilient "aiperformanceoptimization.com/plansync/site/reference/go"
)

// What users read.
const (
	Cannot = "The assistant cannot answer this."
	Sorry  = "The assistant is not available. " +
		"Your text is kept."
)

// A Reply is what the client shows.
type Reply struct {
	Status     int
	Source     string // model, stored, queue, none
	Text       string
	At         time.Time // of a stored answer
	Until      time.Time // of a job in the queue
	RetryAfter time.Duration
}

// region: features

// A Feature is what the product decided.
type Feature struct {
	Name      string
	StoredFor time.Duration // 0: never stored
	WantedFor time.Duration // 0: never queued
}

// Three features, for example.
var (
	Search = Feature{
		Name: "search", StoredFor: time.Hour}
	Summary = Feature{
		Name: "summary", WantedFor: 4 * time.Minute}
	Chat = Feature{Name: "chat"}
)

// endregion: features

// A Job is a question whose answer can wait.
type Job struct {
	User, Question string
	Expires        time.Time
}

// A Queue forgets what nobody wants any more.
type Queue struct {
	Limit int
	Tell  func(Job) // of one that expired
	mu    sync.Mutex
	jobs  []Job
}

// Add reports whether there was room.
func (q *Queue) Add(j Job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.drop()
	if len(q.jobs) >= q.Limit {
		return false
	}
	q.jobs = append(q.jobs, j)
	return true
}

// region: queue

// Take gives the oldest that is still wanted.
func (q *Queue) Take() (j Job, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.drop()
	if len(q.jobs) == 0 {
		return j, false
	}
	j, q.jobs = q.jobs[0], q.jobs[1:]
	return j, true
}

func (q *Queue) drop() {
	now := time.Now()
	q.jobs = slices.DeleteFunc(q.jobs,
		func(j Job) bool {
			over := !now.Before(j.Expires)
			if over && q.Tell != nil {
				q.Tell(j)
			}
			return over
		})
}

// endregion: queue

// region: reply

// What a model made of the question itself: the
// same question will fare no better later.
var aboutTheQuestion = []string{
	"bad_request", "not_found", "too_long",
	"refusal", "cut_off", "unfinished",
}

// Reply answers, with or without the model.
func (d *Desk) Reply(
	ctx context.Context, f Feature,
	user, question string,
) (Reply, error) {
	a, err := d.Chain.Ask(
		ctx, resilient.Prompt(question), nil)
	if ctx.Err() != nil {
		return Reply{}, ctx.Err() // the user left
	}
	if err == nil {
		d.store(f, user, question, a.Text)
		return Reply{Status: 200,
			Source: "model", Text: a.Text}, nil
	}
	var failed *resilient.Failed
	errors.As(err, &failed)
	if slices.Contains(
		aboutTheQuestion, failed.Verdict.Kind) {
		return Reply{Status: 422,
			Source: "none", Text: Cannot}, nil
	}
	return d.standIn(f, user, question), nil
}

// endregion: reply

// A Desk answers users. Make it with NewDesk.
type Desk struct {
	Chain   *resilient.Chain
	Queue   *Queue
	Room    int           // stored answers
	Pause   time.Duration // as the breaker's
	mu      sync.Mutex
	answers map[key]stored
	order   []key // of answers, oldest first
}

type key struct {
	user, feature, question string
}

type stored struct {
	text string
	at   time.Time
}

// region: standin

func (d *Desk) standIn(
	f Feature, user, question string,
) Reply {
	d.mu.Lock()
	old, ok := d.answers[key{
		user, f.Name, question}]
	d.mu.Unlock()
	if ok && time.Since(old.at) < f.StoredFor {
		return Reply{Status: 200,
			Source: "stored",
			Text:   old.text, At: old.at}
	}
	until := time.Now().Add(f.WantedFor)
	if f.WantedFor > 0 && d.Queue.Add(
		Job{user, question, until}) {
		return Reply{Status: 202,
			Source: "queue", Until: until}
	}
	return Reply{Status: 503, Source: "none",
		Text:       Sorry,
		RetryAfter: d.Pause + rand.N(d.Pause)}
}

// endregion: standin

// NewDesk stores up to 10,000 answers.
func NewDesk(c *resilient.Chain, q *Queue) *Desk {
	return &Desk{Chain: c, Queue: q, Room: 10_000,
		Pause:   30 * time.Second,
		answers: map[key]stored{}}
}

func (d *Desk) store(
	f Feature, user, question, text string,
) {
	if f.StoredFor == 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	k := key{user, f.Name, question}
	if _, ok := d.answers[k]; ok {
		d.order = slices.DeleteFunc(d.order,
			func(o key) bool { return o == k })
	}
	d.answers[k] = stored{text, time.Now()}
	d.order = append(d.order, k)
	if len(d.order) > d.Room {
		delete(d.answers, d.order[0])
		d.order = d.order[1:]
	}
}

// region: chain

// ChainOf is for a model that has no spare.
func ChainOf(
	m resilient.Model,
) *resilient.Chain {
	// There is nobody else to ask: open only when
	// nearly all calls fail, and let few people
	// find out if they still do.
	b := resilient.NewBreaker()
	b.Share, b.Run, b.Probes = 0.8, 12, 2
	link := resilient.NewLink("A", m, b)
	// Shorter than the deadline, or no timeout
	// would ever count against the model.
	link.Limit = 6 * time.Second
	c := resilient.NewChain(link)
	c.Deadline = 8 * time.Second
	return c
}

// endregion: chain
