package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/ssestream"
)

// region: action

// An Action is what has to happen before another attempt can succeed.
type Action string

// The actions, by who has to do something.
const (
	Use    Action = "use"    // nobody: the answer is good
	Retry  Action = "retry"  // nobody: time will do
	Switch Action = "switch" // the provider: ask another one
	Fix    Action = "fix"    // the request: change it, then ask again
	Stop   Action = "stop"   // the user: another attempt would say the same
)

// A Decision is an action, when to take it, and whether to tell somebody.
type Decision struct {
	Action Action
	Wait   time.Duration // before a retry; 0: use your own back-off
	Page   bool          // it will not end before a person acts
}

// A Result is how a call ended, whichever SDK made it.
type Result struct {
	Err     error
	Stop    string // finish_reason or stop_reason
	Refusal string // OpenAI: what the model said instead of an answer
	Text    string
	Valid   func(text string) bool // nil: any text is good
}

// Classify says what to do about a call.
func Classify(r Result) Decision {
	if r.Err != nil {
		return classifyError(r.Err)
	}
	return classifyAnswer(r)
}

// endregion: action

// region: error

func classifyError(err error) Decision {
	if errors.Is(err, context.Canceled) {
		return Decision{Action: Stop} // the user left
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return Decision{Action: Switch} // a retry would wait as long again
	}
	if e, ok := errors.AsType[*openai.Error](err); ok {
		return classifyAPI(e.StatusCode, e.Type, e.Code, e.Response)
	}
	if e, ok := errors.AsType[*anthropic.Error](err); ok {
		code := string(e.ErrorCode())
		return classifyAPI(e.StatusCode, string(e.Type()), code, e.Response)
	}
	if e, ok := errors.AsType[*ssestream.StreamError](err); ok {
		var event struct {
			Error struct{ Type, Code string }
		}
		if json.Unmarshal(e.Event.Data, &event) == nil {
			return classifyAPI(200, event.Error.Type, event.Error.Code, nil)
		}
	}
	return Decision{Action: Retry} // the connection or the body broke
}

// endregion: error

// region: api

// patience is how long a rate limit may ask us to wait before another provider
// is the better choice.
const patience = 2 * time.Second

// spent are the codes of a 429 that no waiting cures.
var spent = map[string]bool{
	"insufficient_quota": true, "credit_balance_exhausted": true,
	"organization_spend_limit_exceeded": true, "project_spend_limit_exceeded": true,
	"organization_usage_limit_exceeded": true, // these OpenAI's, those Anthropic's
	"enforced_spend_limit_reached":      true, "contract_spend_limit_reached": true,
}

// statusOf is the status that an error would have had before the stream began.
var statusOf = map[string]int{
	"invalid_request_error": 400, "authentication_error": 401,
	"billing_error": 402, "permission_error": 403, "not_found_error": 404,
	"request_too_large": 413, "rate_limit_error": 429, "api_error": 500,
	"server_error": 500, "service_unavailable_error": 503,
	"timeout_error": 504, "overloaded_error": 529,
}

// classifyAPI reads the code first, then the status, or the type in its place
// where the status says 200.
func classifyAPI(status int, kind, code string, res *http.Response) Decision {
	if status == 200 {
		status = statusOf[kind]
	}
	switch {
	case spent[code], kind == "insufficient_quota":
		return Decision{Action: Switch, Page: true}
	case code == "context_length_exceeded":
		return Decision{Action: Fix}
	}
	switch status {
	case 429:
		if wait := retryAfter(res); wait <= patience {
			return Decision{Action: Retry, Wait: wait}
		}
		return Decision{Action: Switch}
	case 401, 402, 403, 404:
		return Decision{Action: Switch, Page: true} // key, bill or model
	case 503, 504, 529:
		return Decision{Action: Switch}
	case 413:
		return Decision{Action: Fix}
	case 0, 408, 409:
		return Decision{Action: Retry}
	}
	if status < 500 {
		return Decision{Action: Stop} // every provider would refuse it
	}
	return Decision{Action: Retry}
}

// endregion: api

// region: answer

// classifyAnswer looks at an answer that arrived with status 200. Only reasons
// that are known to be good can make it one.
func classifyAnswer(r Result) Decision {
	switch r.Stop {
	case "stop", "end_turn", "stop_sequence":
		if r.Refusal != "" {
			return Decision{Action: Stop}
		}
		if r.Text == "" || r.Valid != nil && !r.Valid(r.Text) {
			return Decision{Action: Fix} // the same request gets the same answer
		}
		return Decision{Action: Use}
	case "tool_calls", "tool_use":
		return Decision{Action: Use} // check the arguments before you act on them
	case "refusal", "content_filter":
		return Decision{Action: Stop}
	case "":
		return Decision{Action: Retry} // the stream ended without an end
	}
	// "length" and its like want a larger limit or a shorter task, "pause_turn"
	// wants its answer sent back, and a reason that is new wants a reader.
	return Decision{Action: Fix}
}

// endregion: answer

// retryAfter returns how long a response asks to wait, 0 if it does not say.
func retryAfter(res *http.Response) time.Duration {
	if res == nil {
		return 0
	}
	if ms, err := strconv.ParseFloat(res.Header.Get("retry-after-ms"), 64); err == nil {
		return time.Duration(ms * float64(time.Millisecond))
	}
	if s, err := strconv.ParseFloat(res.Header.Get("retry-after"), 64); err == nil {
		return time.Duration(s * float64(time.Second))
	}
	if at, err := http.ParseTime(res.Header.Get("retry-after")); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}
