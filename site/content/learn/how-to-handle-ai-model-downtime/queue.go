package main

import (
	"sync"
	"time"
)

// region: queue

// A Job is a question whose answer can wait, but not for ever.
type Job struct {
	Question string
	Asked    time.Time
	Expires  time.Time
}

// A Queue holds the jobs that fit and forgets those that have expired.
type Queue struct {
	Limit  int
	Newest bool // take the newest job first
	Keep   bool // keep jobs that have expired

	mu      sync.Mutex
	jobs    []Job
	expired int
}

// Add reports whether there was room.
func (q *Queue) Add(j Job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.forget()
	if len(q.jobs) >= q.Limit {
		return false
	}
	q.jobs = append(q.jobs, j)
	return true
}

// Take returns the next job that somebody still waits for.
func (q *Queue) Take() (j Job, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.forget()
	n := len(q.jobs)
	if n == 0 {
		return Job{}, false
	}
	if q.Newest {
		j, q.jobs = q.jobs[n-1], q.jobs[:n-1]
	} else {
		j, q.jobs = q.jobs[0], q.jobs[1:]
	}
	return j, true
}

// forget drops what has expired. The jobs are in the order in which they expire.
func (q *Queue) forget() {
	for !q.Keep && len(q.jobs) > 0 && !time.Now().Before(q.jobs[0].Expires) {
		q.jobs = q.jobs[1:]
		q.expired++
	}
}

// endregion: queue

// Expired returns how many jobs were dropped.
func (q *Queue) Expired() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.expired
}
