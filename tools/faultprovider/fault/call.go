package fault

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net/http"
	"time"
)

// API names the wire format of a call.
type API string

// The wire formats that a Server speaks.
const (
	Chat      API = "chat"      // OpenAI, POST /v1/chat/completions
	Responses API = "responses" // OpenAI, POST /v1/responses
	Messages  API = "messages"  // Anthropic, POST /v1/messages
)

// A Call is what a [Plan] knows about a request when it decides how it fares.
type Call struct {
	N       int           // ordinal of arrival at the server, starting at 1
	Key     string        // what the draws depend on: the header X-Fault-Key, or else a hash of the request
	Attempt int           // ordinal of arrival among the calls with the same Key, starting at 1
	At      time.Duration // time since the server's zero (see [Server.Restart])
	API     API
	Model   string
	APIKey  string
	Stream  bool
	Prompt  string // the text of the last user message
	Header  http.Header

	seed uint64
	name string
}

// KeyHeader is the request header that names a call for its draws. Calls that carry the
// same key are attempts at the same thing. Without it, the path and body are the key.
const KeyHeader = "X-Fault-Key"

// Draw returns a number in [0, 1) that depends on the server's seed and name, the call's key
// and attempt, and the label, and on nothing else: not on scheduling and not on the
// clock. Ask for independent numbers by different labels.
func (c Call) Draw(label string) float64 {
	return float64(c.bits(label)>>11) / (1 << 53)
}

func (c Call) bits(label string) uint64 {
	h := sha256.New()
	fmt.Fprintf(h, "%d\x00%s\x00%s\x00%d\x00%s", c.seed, c.name, c.Key, c.Attempt, label)
	return binary.BigEndian.Uint64(h.Sum(nil))
}

// id returns an identifier that depends on what Draw depends on.
func (c Call) id(prefix string) string {
	return fmt.Sprintf("%s%016x%08x", prefix, c.bits(prefix), uint32(c.bits(prefix+"+")))
}
