"""Asks until the provider answers, by the standard library alone."""

import json
import os
import time
import urllib.error
import urllib.request


def ask(question):
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        data=json.dumps({"model": "m", "messages": [{"role": "user", "content": question}]}).encode(),
        headers={"Authorization": "Bearer any", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)["choices"][0]["finish_reason"]


for attempt in range(1, 4):
    try:
        print(f"attempt {attempt}: {ask('Anything?')}")
        break
    except urllib.error.HTTPError as err:
        print(f"attempt {attempt}: {err.code} {json.load(err)['error']['code']}")
        time.sleep(int(err.headers["retry-after-ms"]) / 1000)
