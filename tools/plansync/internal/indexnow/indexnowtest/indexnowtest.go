// Package indexnowtest is a search engine that takes IndexNow's announcements and holds them against the protocol,
// for tests (https://www.indexnow.org/documentation).
package indexnowtest

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// An Engine answers as the protocol documents. Its zero value is ready for use.
type Engine struct {
	mu      sync.Mutex
	answers []int
	taken   [][]string
}

// Answer makes the next requests be answered with these statuses, one each. 200 and 202 still hold the request against
// the protocol.
func (e *Engine) Answer(statuses ...int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answers = statuses
}

// Taken returns the URLs of each request that was taken.
func (e *Engine) Taken() [][]string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.taken
}

func (e *Engine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	status := http.StatusOK
	if len(e.answers) > 0 {
		status, e.answers = e.answers[0], e.answers[1:]
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		status = http.StatusBadRequest
	}
	if status == http.StatusOK || status == http.StatusAccepted {
		urls, refused := read(r, body)
		if refused != 0 {
			status = refused
		} else {
			e.taken = append(e.taken, urls)
		}
	}
	if status >= 300 && status < 400 {
		w.Header().Set("Location", "/elsewhere")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // which repeats the key, as engines may
}

// read returns the URLs of a request, or the status that refuses it.
func read(r *http.Request, body []byte) (urls []string, refused int) {
	var s struct {
		Host        string   `json:"host"`
		Key         string   `json:"key"`
		KeyLocation string   `json:"keyLocation"`
		URLList     []string `json:"urlList"`
	}
	var names map[string]json.RawMessage // encoding/json would take them in any case
	if json.Unmarshal(body, &names) != nil || !slices.Equal(slices.Sorted(maps.Keys(names)), []string{"host", "key", "keyLocation", "urlList"}) {
		return nil, http.StatusBadRequest
	}
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json; charset=utf-8" || json.Unmarshal(body, &s) != nil ||
		len(s.URLList) == 0 || len(s.URLList) > 10_000 {
		return nil, http.StatusBadRequest
	}
	location, err := url.Parse(s.KeyLocation)
	if err != nil || location.Host != s.Host || !keyForm.MatchString(s.Key) {
		return nil, http.StatusUnprocessableEntity
	}
	folder := location.JoinPath("../").String() // what the key speaks for
	for _, u := range s.URLList {
		if !strings.HasPrefix(u, folder) {
			return nil, http.StatusUnprocessableEntity
		}
	}
	resp, err := http.Get(s.KeyLocation)
	if err != nil {
		return nil, http.StatusForbidden
	}
	defer resp.Body.Close()
	if key, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK || strings.TrimSpace(string(key)) != s.Key {
		return nil, http.StatusForbidden
	}
	return s.URLList, 0
}

var keyForm = regexp.MustCompile(`^[a-zA-Z0-9-]{8,128}$`)
