"""Sends a question a second (by its own clock) through a breaker in front of A,
and prints when it switches. The addresses of A and B are in OPENAI_BASE_URL and
ANTHROPIC_BASE_URL."""

import json
import os
import threading
import urllib.error
import urllib.request
from typing import Any, Callable


class APIError(Exception):
    """An answer whose status is not 200."""

    def __init__(self, status: int, body: bytes):
        super().__init__(f"status {status}")
        self.status = status
        try:
            error = json.loads(body)["error"]
            self.names = {error.get("type"), error.get("code")}
        except (ValueError, KeyError, TypeError, AttributeError):
            self.names = set()  # a gateway's page


# region: evidence
def judge(err: Exception) -> str:
    """What a failed call to the OpenAI API says about the provider."""
    if not isinstance(err, APIError):
        return "counts"  # no connection, a broken answer, or none in time
    if err.status in (401, 402, 403, 404):
        return "certain"  # the key, the account or the model is gone
    if err.names & {"insufficient_quota", "credit_balance_exhausted"}:
        return "certain"  # a 429 that no waiting cures
    if err.status == 429:
        return "silent"  # A is well; our share of it is used up
    if err.status < 500 and err.status not in (408, 409):
        return "silent"  # the request is at fault, and would be at B too
    return "counts"
# endregion: evidence


# region: breaker
class Breaker:
    """Asks A while it is well, else the spare. Threads may share it."""

    def __init__(self, now: Callable[[], float], log: Callable[[str], None]):
        self.now, self.log = now, log  # time.monotonic, for example
        self.lock = threading.Lock()  # never held during a call
        self.begin("closed")

    def run(self, ask: Callable[[], Any], spare: Callable[[], Any]) -> Any:
        with self.lock:
            if self.state == "open" and self.now() - self.since > 30:
                self.become("half-open", "cooled down")
            probing = self.state == "half-open"
            passed = self.state == "open" or probing and self.probes >= 10
            if not passed:
                self.probes += 1
            began = self.since
        if passed:
            return spare()
        verdict = "silent"  # it stays so when the caller is cancelled
        try:
            answer = ask()
            verdict = "well"
            return answer
        except Exception as err:
            verdict = judge(err)
            raise
        finally:
            with self.lock:
                if began == self.since:  # else it is old news
                    self.end(verdict)

    def end(self, verdict: str) -> None:
        if verdict == "silent":
            self.probes -= 1
            return
        failed = verdict != "well"
        self.row = self.row + 1 if failed else 0
        self.ended.append((self.now(), failed))
        if self.state == "half-open":
            if failed:
                self.become("open", "a probe failed")
            elif len(self.ended) >= 10:
                self.become("closed", "10 probes were well")
            return
        self.ended = [end for end in self.ended if self.now() - end[0] < 60]
        n, bad = len(self.ended), sum(failed for _, failed in self.ended)
        share = n >= 40 and bad >= n / 5
        if failed and (verdict == "certain" or self.row >= 6 or share):
            self.become("open", f"{bad} of {n} failed")

    def become(self, state: str, why: str) -> None:
        self.log(f"{self.state} -> {state}: {why}")
        self.begin(state)

    def begin(self, state: str) -> None:
        self.state, self.since = state, self.now()
        self.ended: list[tuple[float, bool]] = []  # when, and if it failed
        self.row = 0  # failures in a row
        self.probes = 0  # calls that were let through
# endregion: breaker


def post(url: str, headers: dict, body: dict) -> dict:
    data = json.dumps(body).encode()
    headers = {"content-type": "application/json", **headers}
    request = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as err:
        raise APIError(err.code, err.read()) from err


def ask_a(messages: list) -> dict:
    return post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        {"authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        {"model": "model-a", "messages": messages},
    )


def ask_b(messages: list) -> dict:
    return post(
        os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages",
        {
            "x-api-key": os.environ["ANTHROPIC_API_KEY"],
            "anthropic-version": "2023-06-01",
        },
        {"model": "model-b", "max_tokens": 100, "messages": messages},
    )


second = 0
breaker = Breaker(lambda: second, lambda line: print(f"{second:3} s  {line}"))
failed = 0
for second in range(1, 301):
    question = [{"role": "user", "content": f"Question {second}?"}]
    try:
        breaker.run(lambda: ask_a(question), lambda: ask_b(question))
    except (APIError, OSError, ValueError):
        failed += 1
print(f"{failed} of 300 failed")
