"""Meets the same failures without an SDK: the names of the models, which choose
the failure, are in MODELS."""

import http.client
import json
import os
import time
import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime


# region: classify
SPENT = {  # the last two are Anthropic's, the others OpenAI's
    "insufficient_quota", "credit_balance_exhausted",
    "organization_spend_limit_exceeded", "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
    "enforced_spend_limit_reached", "contract_spend_limit_reached",
}
PATIENCE = 2.0  # seconds


def classify_error(status: int, headers, body: bytes) -> str:
    """What to do about a response that is not a 200. A * asks for a person."""
    try:
        error = json.loads(body)["error"]
        details = error.get("details") or {}
        code = error.get("code") or details.get("error_code") or ""
    except (ValueError, KeyError, TypeError, AttributeError):
        error, code = {}, ""  # a gateway's page
    if code in SPENT or error.get("type") == "insufficient_quota":
        return "switch*"
    if code == "context_length_exceeded":
        return "fix"
    match status:
        case 429:
            wait = seconds_to_wait(headers.get("retry-after") or "0")
            return f"retry {wait:g}s" if wait <= PATIENCE else "switch"
        case 401 | 402 | 403 | 404:
            return "switch*"
        case 503 | 504 | 529:
            return "switch"
        case 413:
            return "fix"
        case 408 | 409:
            return "retry"
    return "retry" if status >= 500 else "stop"


def seconds_to_wait(retry_after: str) -> float:
    """Retry-After is a number of seconds or a date; anything else is 0."""
    try:
        return float(retry_after)
    except ValueError:
        pass
    try:
        wait = parsedate_to_datetime(retry_after).timestamp() - time.time()
    except ValueError:
        return 0.0
    return max(wait, 0.0)


def classify_answer(stop: str | None, refusal: str, text: str) -> str:
    """What to do about a 200, by a list of good reasons, not of bad ones."""
    if stop in ("refusal", "content_filter") or refusal:
        return "stop"
    if stop in ("tool_calls", "tool_use"):
        return "use"  # check the arguments before you act on them
    good = stop in ("stop", "end_turn", "stop_sequence")
    return "use" if good and text else "fix"
# endregion: classify


def ask(url: str, headers: dict, body: dict) -> tuple[str, dict]:
    data = json.dumps(body).encode()
    headers = {"content-type": "application/json", **headers}
    request = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return "", json.load(response)
    except urllib.error.HTTPError as err:
        return classify_error(err.code, err.headers, err.read()), {}
    except (OSError, http.client.HTTPException, ValueError):
        return "retry", {}


def openai(model: str) -> str:
    action, answer = ask(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        {"authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        {"model": model, "messages": [{"role": "user", "content": "Is it done?"}]},
    )
    if action:
        return action
    choice = answer["choices"][0]
    message = choice["message"]
    return classify_answer(
        choice["finish_reason"], message.get("refusal") or "", message["content"] or ""
    )


def anthropic(model: str) -> str:
    action, answer = ask(
        os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages",
        {"x-api-key": os.environ["ANTHROPIC_API_KEY"], "anthropic-version": "2023-06-01"},
        {
            "model": model,
            "max_tokens": 400,
            "messages": [{"role": "user", "content": "Is it done?"}],
        },
    )
    if action:
        return action
    text = "".join(block.get("text", "") for block in answer["content"])
    return classify_answer(answer["stop_reason"], "", text)


for model in os.environ["MODELS"].split("|"):
    a, b = openai(model), anthropic(model)
    print(f"{model}: {a if a == b else f'{a} / {b}'}")
