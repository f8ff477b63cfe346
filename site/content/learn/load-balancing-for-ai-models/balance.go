// Package balance shares requests out among replicas, or quotas.
package balance

import (
	"cmp"
	"context"
	"crypto/sha256"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	// Where you keep resilient.go, from
	// https://aiperformanceoptimization.com/reference/
	resilient "aiperformanceoptimization.com/plansync/site/reference/go"
)

// A Member is a replica.
type Member struct {
	Name  string
	Model resilient.Model
	open  int // requests
}

// A Rule picks one of at least one member.
type Rule func(
	ms []*Member, prefix string,
) *Member

// region: rules

// LeastOpen: fewest open requests, ties random.
func LeastOpen(ms []*Member, _ string) *Member {
	return best(shuffled(ms))
}

// TwoRandom: the better, where counts are old.
func TwoRandom(ms []*Member, _ string) *Member {
	return best(shuffled(ms)[:min(2, len(ms))])
}

// Affinity: the same one for the same prefix,
// unless it has over 1.5 times the mean open.
func Affinity(
	ms []*Member, prefix string,
) *Member {
	if prefix == "" {
		return LeastOpen(ms, "")
	}
	open := 1
	for _, m := range ms {
		open += m.open
	}
	limit := 1.5 * float64(open) /
		float64(len(ms))
	ms = ranked(ms, prefix) // by a hash of both
	return ms[slices.IndexFunc(ms,
		func(m *Member) bool {
			return float64(m.open) < limit
		})]
}

// endregion: rules

func best(ms []*Member) *Member {
	return slices.MinFunc(ms, func(a, b *Member) int {
		return cmp.Compare(a.open, b.open)
	})
}

func shuffled(ms []*Member) []*Member {
	list := slices.Clone(ms)
	rand.Shuffle(len(list), func(i, j int) {
		list[i], list[j] = list[j], list[i]
	})
	return list
}

func ranked(ms []*Member, prefix string) []*Member {
	rank := func(m *Member) string {
		sum := sha256.Sum256([]byte(m.Name + " " + prefix))
		return string(sum[:])
	}
	return slices.SortedFunc(slices.Values(ms), func(a, b *Member) int {
		return cmp.Compare(rank(a), rank(b))
	})
}

// A Pool asks one of its members.
type Pool struct {
	Rule    Rule
	Prefix  func(resilient.Request) string // nil: none
	Penalty time.Duration
	mu      sync.Mutex
	members []*Member
}

// Set changes the members, at any time.
func (p *Pool) Set(members ...*Member) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.members = members
}

// region: pool

// Ask is a model, for a Link.
func (p *Pool) Ask(
	ctx context.Context, r resilient.Request,
	show func(string),
) (resilient.Answer, error) {
	m := p.pick(r)
	wait := time.Duration(0)
	defer func() {
		time.AfterFunc(wait, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			m.open--
		})
	}()
	// It returns after the last token.
	a, err := m.Model(ctx, r, show)
	if err != nil && ctx.Err() == nil &&
		atFault(resilient.Classify(a, err, nil)) {
		wait = p.Penalty
	}
	return a, err
}

// atFault: a member that fails fast looks idle.
func atFault(v resilient.Verdict) bool {
	return v.Counts == "yes" ||
		v.Counts == "at once" ||
		v.Kind == "rate_limit"
}

// endregion: pool

func (p *Pool) pick(
	r resilient.Request,
) *Member {
	p.mu.Lock()
	defer p.mu.Unlock()
	prefix := ""
	if p.Prefix != nil {
		prefix = p.Prefix(r)
	}
	m := p.Rule(p.members, prefix)
	m.open++
	return m
}

// region: quota

// A Quota is your own account of a limit.
type Quota struct {
	PerMinute float64 // tokens
	left      float64
	at        time.Time
}

// Room is what is left now.
func (q *Quota) Room(now time.Time) float64 {
	minutes := now.Sub(q.at).Minutes()
	q.left = min(q.PerMinute,
		q.left+minutes*q.PerMinute)
	q.at = now
	return q.left
}

// MostRoom pays for the prompt and max_tokens
// where the largest part is left after it, or
// nil: wait, since a refusal can cost tokens.
func MostRoom(
	quotas []*Quota, cost float64, now time.Time,
) *Quota {
	part := func(q *Quota) float64 {
		return (q.Room(now) - cost) / q.PerMinute
	}
	q := slices.MaxFunc(quotas,
		func(a, b *Quota) int {
			return cmp.Compare(part(a), part(b))
		})
	if q.left < cost {
		return nil
	}
	q.left -= cost
	return q
}

// endregion: quota
