package fault

import (
	"fmt"
	"net/http"
	"time"
)

// A Fault is what happens to one call. Build one with the functions of this file, refine it
// with its methods, which return a changed copy. A Fault is a [Plan] that always answers itself.
type Fault struct {
	name string
	kind kind

	status  int // of an error answer; 0 is the provider's choice
	code    string
	errType string
	message string
	details string // Anthropic error.details.error_code

	contentType, body string // of a raw answer

	retryAfter  time.Duration
	retryMillis bool
	shouldRetry string
	headers     http.Header

	tokens     int // how many tokens are sent before it happens
	stopReason string

	delay, firstToken, perToken Delay
}

type kind int

const (
	kindOK kind = iota
	kindError
	kindRaw
	kindHang
	kindStall
	kindRefuse
	kindCut
	kindLost
	kindStreamError
	kindFailed
	kindTruncated
	kindRefusal
	kindFilter
	kindEmpty
	kindBadJSON
	kindSchema
	kindBadBody
	kindEndEarly
	kindStop
)

// Decide makes a Fault a [Plan].
func (f Fault) Decide(Call) Fault { return f }

// Name returns the fault's name, under which [Stats] counts it: "ok", "status 503", "hang".
func (f Fault) Name() string {
	if f.name == "" {
		return "ok"
	}
	return f.name
}

// OK answers well.
func OK() Fault { return Fault{} }

// Status answers with the error that the provider documents for this HTTP status, in the
// body shape of the API that was called.
func Status(code int) Fault {
	return Fault{name: fmt.Sprintf("status %d", code), kind: kindError, status: code}
}

// RateLimited answers 429 for a rate limit, to be retried after d: `retry-after` in whole
// seconds, rounded up, and the provider's rate-limit headers with nothing remaining.
// Use [Fault.Millis] for `retry-after-ms`.
func RateLimited(d time.Duration) Fault {
	return Fault{name: "rate limited", kind: kindError, status: 429, retryAfter: d}
}

// SlowDown answers 429 because traffic was ramped up too fast: OpenAI `slow_down`,
// Anthropic `ramp_limit_exceeded`.
func SlowDown(d time.Duration) Fault {
	return Fault{name: "slow down", kind: kindError, status: 429, code: "slow_down", errType: "rate_limit_error",
		details: "ramp_limit_exceeded", retryAfter: d,
		message: "Your request rate increased faster than the service can safely handle. Please slow down."}
}

// QuotaExhausted answers the 429 that must not be retried, because the money is spent:
// OpenAI `insufficient_quota`, Anthropic `enforced_spend_limit_reached`, without `retry-after`.
func QuotaExhausted() Fault {
	return Fault{name: "quota exhausted", kind: kindError, status: 429, code: "insufficient_quota", errType: "insufficient_quota",
		details: "enforced_spend_limit_reached",
		message: "You exceeded your current quota, please check your plan and billing details."}
}

// Overloaded answers that the provider has no capacity: Anthropic 529 `overloaded_error`,
// OpenAI 503 `server_is_overloaded`.
func Overloaded() Fault {
	return Fault{name: "overloaded", kind: kindError, code: "server_is_overloaded"}
}

// ContextTooLong answers 400 because prompt and answer do not fit the model's context window.
func ContextTooLong() Fault {
	return Fault{name: "context too long", kind: kindError, status: 400, code: "context_length_exceeded", errType: "invalid_request_error",
		message: "prompt is too long: the model's context window is exceeded"}
}

// Raw answers a body that is not of the provider's making, as proxies and gateways do:
// Raw(502, "text/html", "<h1>Bad Gateway</h1>").
func Raw(status int, contentType, body string) Fault {
	return Fault{name: fmt.Sprintf("raw %d", status), kind: kindRaw, status: status, contentType: contentType, body: body}
}

// Slow waits before anything is sent, then answers well.
func Slow(d time.Duration) Fault { return OK().After(d) }

// SlowFirstToken answers well, but its first token takes d.
func SlowFirstToken(d time.Duration) Fault {
	return Fault{name: "slow first token", firstToken: Fixed(d)}
}

// SlowTokens answers well, but every token after the first takes d.
func SlowTokens(d time.Duration) Fault { return Fault{name: "slow tokens", perToken: Fixed(d)} }

// Hang accepts the request and sends nothing until the client leaves.
func Hang() Fault { return Fault{name: "hang", kind: kindHang} }

// Stall sends the first tokens of an answer, then nothing until the client leaves.
// A call that does not stream gets nothing at all.
func Stall(tokens int) Fault { return Fault{name: "stall", kind: kindStall, tokens: tokens} }

// Refuse closes the connection before the request is handled: nothing is billed.
func Refuse() Fault { return Fault{name: "connection refused", kind: kindRefuse} }

// Cut sends the first tokens of an answer, then closes the connection. A call that does not
// stream loses its connection at the same moment, before any byte of the answer.
func Cut(tokens int) Fault { return Fault{name: "cut", kind: kindCut, tokens: tokens} }

// Lost generates and bills the whole answer, then closes the connection without sending
// a byte of it: a retry is billed a second time.
func Lost() Fault { return Fault{name: "lost answer", kind: kindLost} }

// StreamError sends the first tokens of an answer with status 200, then an error in the
// stream, in the form of the API. A call that does not stream gets the same error as a status.
// The error is "overloaded" unless [Fault.WithStatus] names another one.
func StreamError(tokens int) Fault {
	return Fault{name: "stream error", kind: kindStreamError, tokens: tokens, code: "server_is_overloaded"}
}

// Failed answers 200 with an answer whose status says that it failed. Only the Responses API has
// such a thing (`status: "failed"`, in a stream `response.failed`); elsewhere it is status 500.
func Failed() Fault { return Fault{name: "failed", kind: kindFailed, status: 500} }

// Truncated answers 200 but stops after some tokens, as if max_tokens were reached:
// `finish_reason: "length"`, `stop_reason: "max_tokens"`, `status: "incomplete"`.
func Truncated(tokens int) Fault {
	return Fault{name: "truncated", kind: kindTruncated, tokens: tokens}
}

// Refusal answers 200 with a refusal: `message.refusal`, a refusal item, or
// `stop_reason: "refusal"` with an empty content.
func Refusal() Fault { return Fault{name: "refusal", kind: kindRefusal} }

// ContentFilter answers 200, stopped by a content filter after some tokens:
// `finish_reason: "content_filter"`, `incomplete_details.reason: "content_filter"`.
// Anthropic has no such reason; there it is a refusal after these tokens.
func ContentFilter(tokens int) Fault {
	return Fault{name: "content filter", kind: kindFilter, tokens: tokens}
}

// Empty answers 200 with no text at all.
func Empty() Fault { return Fault{name: "empty", kind: kindEmpty} }

// BadJSON answers 200 and ends normally, but the content, which should be JSON, breaks off.
func BadJSON() Fault { return Fault{name: "bad json", kind: kindBadJSON} }

// SchemaViolation answers 200 with valid JSON that does not match the requested schema:
// the first required property is missing.
func SchemaViolation() Fault { return Fault{name: "schema violation", kind: kindSchema} }

// BadBody answers 200 with a response body that is not valid JSON, or, when streaming,
// an event whose data is not.
func BadBody() Fault { return Fault{name: "bad body", kind: kindBadBody} }

// EndEarly answers 200 and ends the stream in good order after some tokens, but without the events
// that close an answer, as a proxy does whose upstream is gone. A call that does
// not stream gets a body that breaks off.
func EndEarly(tokens int) Fault { return Fault{name: "end early", kind: kindEndEarly, tokens: tokens} }

// StopReason answers 200 with this reason to stop, for the ones that have no function of their own
// ("pause_turn", "model_context_window_exceeded").
func StopReason(reason string) Fault {
	return Fault{name: "stop " + reason, kind: kindStop, stopReason: reason}
}

// After adds a delay before anything is sent.
func (f Fault) After(d time.Duration) Fault { return f.AfterDelay(Fixed(d)) }

// AfterDelay adds a delay, drawn for each call, before anything is sent.
func (f Fault) AfterDelay(d Delay) Fault {
	f.delay = d
	if f.name == "" {
		f.name = "slow"
	}
	return f
}

// RetryAfter sets the header `retry-after`.
func (f Fault) RetryAfter(d time.Duration) Fault { f.retryAfter = d; return f }

// Millis sends `retry-after-ms` beside `retry-after`.
func (f Fault) Millis() Fault { f.retryMillis = true; return f }

// ShouldRetry sets the header `x-should-retry`, which the official SDKs obey before the status.
func (f Fault) ShouldRetry(yes bool) Fault { f.shouldRetry = fmt.Sprint(yes); return f }

// WithStatus changes the HTTP status of an error.
func (f Fault) WithStatus(code int) Fault { f.status = code; return f }

// WithMessage changes the message of an error.
func (f Fault) WithMessage(text string) Fault { f.message = text; return f }

// WithCode changes the error's code (OpenAI `code`, Anthropic `details.error_code`).
func (f Fault) WithCode(code string) Fault { f.code, f.details = code, code; return f }

// WithHeader adds a response header.
func (f Fault) WithHeader(name, value string) Fault {
	f.headers = f.headers.Clone()
	if f.headers == nil {
		f.headers = http.Header{}
	}
	f.headers.Set(name, value)
	return f
}

// Named changes the name under which [Stats] counts the fault.
func (f Fault) Named(name string) Fault { f.name = name; return f }

// over lays f over g: f's outcome wins unless it is to answer well, delays come from
// whichever has them, f first.
func (f Fault) over(g Fault) Fault {
	out := f
	if f.kind == kindOK {
		out = g
		if g.kind == kindOK && f.name != "" {
			out.name = f.name
		}
	}
	out.delay = first(f.delay, g.delay)
	out.firstToken = first(f.firstToken, g.firstToken)
	out.perToken = first(f.perToken, g.perToken)
	return out
}

func first(a, b Delay) Delay {
	if a != nil {
		return a
	}
	return b
}
