package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Why the chain gave up on a model.
var (
	errSilent = errors.New("no text in time")
	errNoTime = errors.New("too little time left to ask")
)

// region: chain

// A Link is a model and the time that it needs when it is well.
type Link struct {
	Name  string
	Model Model
	First time.Duration // to its first text
	Need  time.Duration // to the end of its answer
}

// A Chain asks its links in order, until one of them answers.
type Chain struct {
	Links []Link
	Idle  time.Duration // the longest silence within an answer
	Hold  int           // how many bytes to hold back before any is shown
}

// An Answer says who gave the answer, and what went wrong before.
type Answer struct {
	By      string
	Stop    string // why the answer ended, in the words of the provider
	Partial bool   // text was shown, then the answer broke off
	Failed  []error
}

// Stream shows the answer of the first link that gives one before ctx ends.
func (c Chain) Stream(
	ctx context.Context, r Request, show func(string),
) (Answer, error) {
	var failed []error
	for _, link := range c.Links {
		end, limited := ctx.Deadline()
		if limited && time.Until(end) < link.Need {
			failed = append(failed, fmt.Errorf("%s: %w", link.Name, errNoTime))
			continue
		}
		out := &gate{show: show, hold: c.Hold}
		stop, err := c.try(ctx, link, r, out.emit)
		if err == nil {
			out.open()
			return Answer{By: link.Name, Stop: stop, Failed: failed}, nil
		}
		failed = append(failed, fmt.Errorf("%s: %w", link.Name, err))
		switch {
		case out.opened: // the reader has seen some of it
			return Answer{By: link.Name, Partial: true, Failed: failed}, err
		case ctx.Err() != nil: // the time is up, or the reader has left
			return Answer{Failed: failed}, context.Cause(ctx)
		case follows(err): // the next one would say the same
			return Answer{Failed: failed}, err
		}
	}
	return Answer{Failed: failed}, errors.Join(failed...)
}

// endregion: chain

// region: try

// try asks one link, and leaves it when no sign of work comes for too long.
func (c Chain) try(
	ctx context.Context, link Link, r Request, emit func(string),
) (string, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(link.First, func() { cancel(errSilent) })
	defer watch.Stop()
	stop, err := link.Model.Stream(ctx, r, func(text string) {
		if !watch.Stop() || ctx.Err() != nil {
			return // too late: text shown now would rule out the next link
		}
		emit(text)
		watch.Reset(c.Idle) // from here on: a slow reader is no silence
	})
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx) // says who ended it; err says "canceled"
	}
	return stop, err
}

// endregion: try

// region: gate

// A gate holds back the beginning of an answer. As long as it is closed,
// the answer can be thrown away and nobody has seen it.
type gate struct {
	show   func(string)
	hold   int
	held   strings.Builder
	opened bool
}

func (g *gate) emit(text string) {
	if g.opened {
		g.show(text)
		return
	}
	g.held.WriteString(text)
	if g.held.Len() > g.hold {
		g.open()
	}
}

func (g *gate) open() {
	if !g.opened {
		g.opened = true
		g.show(g.held.String())
	}
}

// endregion: gate
