"""Runs the chain against two providers, whose addresses are in OPENAI_BASE_URL
and ANTHROPIC_BASE_URL, and prints who answered."""

import http.client
import json
import os
import time
import urllib.parse
from contextlib import closing
from dataclasses import dataclass
from typing import Callable, Iterator


# region: models
class APIError(Exception):
    def __init__(self, status: int, body: str):
        super().__init__(f"status {status}")
        self.status, self.body = status, body


def events(
    url: str, headers: dict, body: dict, silence: float
) -> Iterator[dict]:
    """Yields each event's data. The socket's timeout limits a silence."""
    at = urllib.parse.urlsplit(url)
    if at.scheme == "https":
        conn = http.client.HTTPSConnection(at.netloc, timeout=silence)
    else:
        conn = http.client.HTTPConnection(at.netloc, timeout=silence)
    try:
        headers = {"content-type": "application/json", **headers}
        body = {**body, "stream": True}
        conn.request("POST", at.path, json.dumps(body), headers)
        answer = conn.getresponse()
        if answer.status != 200:
            raise APIError(answer.status, answer.read().decode())
        for line in answer:
            name, _, data = line.decode().strip().partition(": ")
            if name == "data" and data != "[DONE]":
                event = json.loads(data)
                if "error" in event:
                    raise APIError(200, data)
                yield event
    finally:
        conn.close()


def ask_a(prompt: str, silence: float):
    """Yields text, returns why the answer stopped: None if it broke off."""
    stop = None
    for event in events(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        {"authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        {
            "model": "model-a",
            "max_completion_tokens": 400,
            "messages": [{"role": "user", "content": prompt}],
        },
        silence,
    ):
        for choice in event["choices"]:
            yield choice["delta"].get("content") or ""
            stop = choice.get("finish_reason") or stop
    return stop


def ask_b(prompt: str, silence: float):
    stop = None
    for event in events(
        os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages",
        {
            "x-api-key": os.environ["ANTHROPIC_API_KEY"],
            "anthropic-version": "2026-10-21",
        },
        {
            "model": "model-b",
            "max_tokens": 400,
            "messages": [{"role": "user", "content": prompt}],
        },
        silence,
    ):
        if event["type"] == "message_delta":
            stop = event["delta"]["stop_reason"]
        if event["type"] == "content_block_delta":
            yield event["delta"].get("text", "")
        else:
            yield ""  # lets the chain look at its clock
    return stop
# endregion: models


# region: chain
@dataclass
class Link:
    name: str
    ask: Callable
    silence: float  # seconds without a byte
    need: float  # seconds to the end of its answer


class ChainError(Exception):
    def __init__(self, failed: list[str], shown: bool):
        super().__init__("; ".join(failed))
        self.failed, self.shown = failed, shown


def chain(links: list[Link], prompt: str, deadline: float):
    """Yields the text of the first link that answers, returns its name."""
    failed = []
    for link in links:
        left = deadline - time.monotonic()
        if left < link.need:
            failed.append(f"{link.name}: too little time")
            continue
        shown = False
        try:
            with closing(link.ask(prompt, min(link.silence, left))) as text:
                while True:
                    piece = next(text)
                    if time.monotonic() > deadline:
                        raise TimeoutError("too late")
                    if piece:
                        shown = True
                        yield piece
        except StopIteration as end:  # its value: why the answer stopped
            if end.value is not None:
                return link.name
            error = EOFError("broke off")
        except (
            APIError, OSError, http.client.HTTPException, ValueError
        ) as err:
            error = err
        failed.append(f"{link.name}: {error}")
        if shown or time.monotonic() > deadline or follows(error):
            raise ChainError(failed, shown)
    raise ChainError(failed, False)


def follows(error: Exception) -> bool:
    """Whether the request itself is at fault: every provider would refuse."""
    return isinstance(error, APIError) and error.status in (400, 413, 422)
# endregion: chain


links = [Link("A", ask_a, 2, 0), Link("B", ask_b, 2, 0)]
for i in range(1, 8):
    words = 0
    stream = chain(links, f"Question {i}", time.monotonic() + 12)
    while True:
        try:
            words += len(next(stream).split())
        except StopIteration as end:
            print(f"{i}. {words:2} words, {end.value} answered")
            break
        except ChainError as err:
            what = "broke off" if err.shown else "failed"
            print(f"{i}. {words:2} words, {what} ({err})")
            break
