#!/bin/sh
# One streamed answer, past your own stack.
base=https://api.openai.com/v1
curl --silent --show-error --no-buffer \
  --include --max-time 30 \
  -H "Authorization: Bearer $OPENAI_API_KEY" \
  -H 'Content-Type: application/json' \
  -d '{"model": "gpt-5.5", "stream": true,
    "messages": [{"role": "user",
      "content": "Count to five."}]}' \
  -w '\nfirst %{time_starttransfer} s\n' \
  "${OPENAI_BASE_URL:-$base}/chat/completions"
