package fault

import (
	"fmt"
	"net/http"
	"time"
)

// openAIError completes an error as OpenAI documents it.
func openAIError(f Fault, model string) apiError {
	e := apiError{status: f.status, typ: f.errType, code: f.code, message: f.message}
	if e.status == 0 {
		e.status = http.StatusServiceUnavailable
	}
	def := func(typ, code, message string) {
		if e.typ == "" {
			e.typ = typ
		}
		if e.code == "" {
			e.code = code
		}
		if e.message == "" {
			e.message = message
		}
	}
	switch e.status {
	case 400:
		def("invalid_request_error", "", "We could not parse the JSON body of your request.")
	case 401:
		def("invalid_request_error", "invalid_api_key", "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.")
	case 403:
		def("invalid_request_error", "unsupported_country_region_territory", "Country, region, or territory not supported")
	case 404:
		def("invalid_request_error", "model_not_found", fmt.Sprintf("The model `%s` does not exist or you do not have access to it.", model))
	case 408:
		def("invalid_request_error", "request_timeout", "Request timed out.")
	case 409:
		def("invalid_request_error", "conflict", "The resource was updated by another request.")
	case 413:
		def("invalid_request_error", "request_too_large", "Request body is too large.")
	case 422:
		def("invalid_request_error", "unprocessable_entity", "The request could not be processed.")
	case 429:
		def("requests", "rate_limit_exceeded", fmt.Sprintf("Rate limit reached for %s on requests per min (RPM). Please try again in %s.", model, f.retryAfter))
	case 503, 529:
		if e.code == "" {
			e.code = "server_is_overloaded"
		}
		def("service_unavailable_error", "", "The model is currently overloaded. Please try again later.")
	default:
		if e.code == "server_is_overloaded" { // StreamError's default, with another status
			e.code = ""
		}
		def("server_error", "", "The server had an error while processing your request. Sorry about that!")
	}
	return e
}

func openAIErrorObject(e apiError) object {
	return object{"message": e.message, "type": e.typ, "param": orNull(e.param), "code": orNull(e.code)}
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func openAIHeaders(h http.Header, requestID string, l limitState) {
	h.Set("X-Request-Id", requestID)
	h.Set("Openai-Version", "2020-10-01")
	h.Set("Openai-Processing-Ms", "1")
	if l.requests == 0 {
		return
	}
	reset := l.reset.Round(time.Millisecond).String()
	h.Set("X-Ratelimit-Limit-Requests", fmt.Sprint(l.requests))
	h.Set("X-Ratelimit-Remaining-Requests", fmt.Sprint(l.requestsLeft))
	h.Set("X-Ratelimit-Reset-Requests", reset)
	h.Set("X-Ratelimit-Limit-Tokens", fmt.Sprint(l.tokens))
	h.Set("X-Ratelimit-Remaining-Tokens", fmt.Sprint(l.tokensLeft))
	h.Set("X-Ratelimit-Reset-Tokens", reset)
}

func invalid(param, format string, args ...any) *apiError {
	return &apiError{status: http.StatusBadRequest, typ: "invalid_request_error", param: param, message: fmt.Sprintf(format, args...)}
}
