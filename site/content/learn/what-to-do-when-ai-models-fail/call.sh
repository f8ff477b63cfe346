#!/bin/sh
# One streamed answer, past your own stack. --include shows retry-after,
# the quota that is left, and the request id.
curl --silent --show-error --no-buffer --include --max-time 30 \
  --header "Authorization: Bearer $OPENAI_API_KEY" \
  --header 'Content-Type: application/json' \
  --data '{"model": "model", "stream": true, "messages":
    [{"role": "user", "content": "Count to five."}]}' \
  --write-out '\nfirst byte %{time_starttransfer} s, all %{time_total} s\n' \
  "$OPENAI_BASE_URL/chat/completions"
