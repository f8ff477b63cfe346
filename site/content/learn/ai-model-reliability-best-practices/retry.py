"""Asks a provider many questions, retries what fails within a budget, and counts."""

import json
import os
import random
import threading
import time
import urllib.error
import urllib.request


class Temporary(Exception):
    """A failure that another attempt may not meet."""


# region: retry
class Budget:
    """Lets retries be at most a tenth of the requests, and ten at once."""

    def __init__(self) -> None:
        self.saved = 10.0
        self.lock = threading.Lock()

    def request(self) -> None:
        with self.lock:
            self.saved = min(self.saved + 0.1, 10)

    def retry(self) -> bool:
        with self.lock:
            if self.saved < 1:
                return False
            self.saved -= 1
            return True


def retried(ask, question, budget, deadline, longest=0.5):
    """Asks up to three times, after random waits that grow, until the deadline."""
    budget.request()
    for attempt in range(3):
        try:
            return ask(question, deadline)
        except Temporary:
            wait = random.random() * longest * 2**attempt
            late = time.monotonic() + wait >= deadline
            if attempt == 2 or late or not budget.retry():
                raise
            time.sleep(wait)
# endregion: retry


def ask(question: str, deadline: float) -> bytes:
    body = {"model": "model", "messages": [{"role": "user", "content": question}]}
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json.dumps(body).encode(),
        {
            "authorization": "Bearer " + os.environ["OPENAI_API_KEY"],
            "content-type": "application/json",
        },
    )
    left = max(deadline - time.monotonic(), 0.001)
    try:
        with urllib.request.urlopen(request, timeout=left) as r:
            return r.read()
    except urllib.error.HTTPError as err:
        if err.code in (408, 429) or err.code >= 500:
            raise Temporary from err
        raise
    except OSError as err:
        raise Temporary from err


budget = Budget()
answered = 0
for n in range(int(os.environ["REQUESTS"])):
    try:
        retried(ask, f"Question {n}?", budget, time.monotonic() + 60, longest=0.001)
        answered += 1
    except Temporary:
        pass
print(f"{answered} answered")
