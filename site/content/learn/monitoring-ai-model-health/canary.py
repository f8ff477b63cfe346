import http.client
import json
import os
import time
import urllib.error
import urllib.request

# region: canary
DEADLINE = 5  # seconds for the whole answer


def canary(question, want):
    """Asks as your users' requests do, as a stream; judges the answer."""
    start = time.monotonic()
    first, answer, finish = 0, "", ""
    error = ""  # a short class for error.type; "": usable
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json.dumps({
            "model": "model",
            "messages": [{"role": "user", "content": question}],
            "stream": True,
        }).encode(),
        {"content-type": "application/json",
         "authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
    )
    try:
        # This timeout is for one read, so lines are timed as well.
        with urllib.request.urlopen(request, timeout=DEADLINE) as stream:
            for line in stream:
                if time.monotonic() - start > DEADLINE:
                    raise TimeoutError
                data = line.decode().strip().removeprefix("data: ")
                if not data or data == "[DONE]":
                    continue
                for choice in json.loads(data)["choices"]:
                    text = choice["delta"].get("content") or ""
                    if text and not first:
                        first = time.monotonic() - start
                    answer += text
                    finish = choice.get("finish_reason") or finish
        if finish != "stop":
            error = "incomplete"
        elif want not in answer:
            error = "wrong_answer"
    except urllib.error.HTTPError as err:
        error = str(err.code)
    except TimeoutError:
        error = "timeout"
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        error = "stream"
    took = time.monotonic() - start
    return {"error": error, "first": first, "took": took}
# endregion: canary


for i in range(1, 8):
    result = canary(f"Check {i}: what is the capital of France?", "Paris")
    print(f"{i}. {result['error'] or 'usable'}")
