"""Ask language models, and get an answer when one fails.

    pip install openai anthropic
    export OPENAI_API_KEY=... ANTHROPIC_API_KEY=...
    python resilient.py "hello"

The same in Go and TypeScript, and the table of faults
that all three are tested with:
https://aiperformanceoptimization.com/reference/
"""

import asyncio
import os
import random
import sys
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

import anthropic
import httpx2  # what both SDKs speak HTTP with
import openai

MODEL_A = os.getenv("OPENAI_MODEL", "gpt-5.5")
MODEL_B = os.getenv(
    "ANTHROPIC_MODEL", "claude-sonnet-5")


# region: minimum
async def minimum(prompt: str) -> str:
    a = openai.AsyncOpenAI(timeout=10)
    b = anthropic.AsyncAnthropic(timeout=20)
    turn = {"role": "user", "content": prompt}
    try:
        r = await a.chat.completions.create(
            model=MODEL_A, messages=[turn])
        text = r.choices[0].message.content
        stop = r.choices[0].finish_reason
    except openai.APIError as err:
        print("A failed:", err, file=sys.stderr)
        m = await b.messages.create(
            model=MODEL_B, messages=[turn],
            max_tokens=1000)
        text = "".join(c.text for c in m.content
                       if c.type == "text")
        stop = m.stop_reason
    if text and stop in ("stop", "end_turn"):
        return text
    raise RuntimeError(f"not whole: {stop}")
# endregion: minimum


# region: kinds
KINDS = {  # action, and for the breaker
    "ok": ("use", "good"),
    # The provider, or the way to it:
    "rate_limit": ("retry", "no"),
    "quota": ("switch", "at once"),
    "auth": ("switch", "at once"),
    "model_not_found": ("switch", "at once"),
    "forbidden": ("switch", "yes"),
    "overloaded": ("switch", "yes"),
    "timeout": ("switch", "yes"),
    "server_error": ("retry", "yes"),
    "connection": ("retry", "yes"),
    "conflict": ("retry", "no"),
    # The request:
    "bad_request": ("fix", "no"),
    "not_found": ("fix", "no"),
    "too_long": ("fix", "no"),
    # The answer, which came with status 200:
    "refusal": ("stop", "good"),
    "cut_off": ("fix", "good"),
    "unfinished": ("fix", "good"),
    "empty": ("switch", "no"),
    "invalid": ("retry", "no"),
    # The caller, and a breaker:
    "deadline": ("stop", "no"),
    "cancelled": ("stop", "no"),
    "open": ("switch", "no"),
}
# endregion: kinds


# region: verdict
@dataclass(frozen=True)
class Verdict:
    """How a call ended, and what to do."""
    kind: str
    action: str  # use, retry, switch, fix, stop
    counts: str  # good, no, yes, at once
    wait: float = 0.0  # seconds, if it said so


PATIENCE = 2.0  # seconds, with a rate limit


def verdict(kind: str, wait=0.0) -> Verdict:
    action, counts = KINDS[kind]
    if kind == "rate_limit" and wait > PATIENCE:
        action = "switch"
    return Verdict(kind, action, counts, wait)
# endregion: verdict


# region: answer
@dataclass
class Answer:
    text: str
    stop: str  # why, in the provider's words
    refusal: str = ""
    model: str = ""  # the provider's name of it
    turn: list = field(default_factory=list)
    """As it came: history += answer.turn"""
    by: str = ""  # the link that answered
    tried: list = field(default_factory=list)
    """(link, verdict) of each attempt"""
# endregion: answer


# region: codes
WORDS = {  # error codes and types
    "insufficient_quota": "quota",
    "credit_balance_exhausted": "quota",
    "organization_spend_limit_exceeded":
        "quota",
    "organization_usage_limit_exceeded":
        "quota",
    "project_spend_limit_exceeded": "quota",
    "enforced_spend_limit_reached": "quota",
    "contract_spend_limit_reached": "quota",
    "linked_organization_spend_limit_reached":
        "quota",
    "linked_organization_billing_unavailable":
        "quota",
    "billing_error": "quota",
    "rate_limit_exceeded": "rate_limit",
    "rate_limit_error": "rate_limit",
    "slow_down": "rate_limit",
    "model_not_found": "model_not_found",
    "context_length_exceeded": "too_long",
    "request_too_large": "too_long",
    "invalid_request_error": "bad_request",
    "authentication_error": "auth",
    "permission_error": "forbidden",
    "not_found_error": "not_found",
    "timeout_error": "timeout",
    "server_is_overloaded": "overloaded",
    "overloaded_error": "overloaded",
    "server_error": "server_error",
    "api_error": "server_error",
    "error": "server_error",  # without a code
}
STATUSES = {
    401: "auth", 402: "quota", 403: "forbidden",
    404: "not_found", 408: "timeout",
    409: "conflict", 413: "too_long",
    429: "rate_limit", 503: "overloaded",
    504: "timeout", 529: "overloaded",
}
# endregion: codes


# region: classify
class StreamFailed(Exception):
    """An error that came with status 200."""


class ShowFailed(Exception):
    """The reader's side failed."""


def classify(end, valid=None) -> Verdict:
    """Judges an exception or an Answer."""
    if isinstance(end, Answer):
        return verdict(of_answer(end, valid))
    if isinstance(end, asyncio.CancelledError):
        return verdict("cancelled")
    if isinstance(end, (
        TimeoutError, httpx2.TimeoutException,
        openai.APITimeoutError,
        anthropic.APITimeoutError,
    )):
        return verdict("timeout")
    if isinstance(end, (
        openai.APIError, anthropic.APIError,
    )):
        return of_api_error(end)
    if isinstance(end, StreamFailed):
        return verdict(of_error(200, str(end)))
    if isinstance(end, (
        httpx2.HTTPError, ValueError,
    )):
        return verdict("connection")  # or JSON
    raise end  # a bug: no fault of a provider
# endregion: classify


# region: errors
def of_api_error(err) -> Verdict:
    body = err.body
    if not isinstance(body, dict):
        body = {}  # a gateway's page
    error = body.get("error") or body
    details = error.get("details") or {}
    return verdict(of_error(
        getattr(err, "status_code", 200),
        error.get("code")
        or details.get("error_code") or "",
        error.get("type") or "",
        error.get("message") or "",
    ), retry_after(err))


def of_error(status, code, type="", message=""):
    if code in WORDS:
        return WORDS[code]
    if type == "insufficient_quota":
        return "quota"
    # Anthropic has no codes for these two:
    if message.startswith("prompt is too long"):
        return "too_long"
    if status == 404 and (
        message.startswith("model:")
    ):
        return "model_not_found"
    if status in STATUSES:
        return STATUSES[status]
    if status >= 500:
        return "server_error"
    if status >= 400:
        return "bad_request"
    return WORDS.get(type, "connection")
# endregion: errors


# region: answers
def of_answer(a: Answer, valid=None) -> str:
    if a.refusal or a.stop in (
        "refusal", "content_filter",
    ):
        return "refusal"
    if a.stop in ("tool_calls", "tool_use"):
        return "ok"  # check what they ask for
    if a.stop in (
        "length", "max_tokens",
        "max_output_tokens",
        "model_context_window_exceeded",
    ):
        return "cut_off"
    if a.stop not in (
        "stop", "completed",
        "end_turn", "stop_sequence",
    ):
        return "unfinished"  # as pause_turn
    if not a.text.strip():
        return "empty"
    if valid and not valid(a.text):
        return "invalid"
    return "ok"
# endregion: answers


# region: budget
class Budget:
    """Lets a share of the calls be extra."""

    def __init__(self, share=0.1, burst=10.0):
        self.share, self.burst = share, burst
        self.left = burst

    def earn(self):  # at each call
        self.left = min(
            self.burst, self.left + self.share)

    def spend(self) -> bool:
        if self.left < 1:
            return False
        self.left -= 1
        return True
# endregion: budget


# region: retry
def backoff(attempt: int, base=0.5, cap=8.0):
    """Full jitter: below a doubling limit."""
    limit = min(cap, base * 2**attempt)
    return random.uniform(0, limit)


def retry_after(err) -> float:
    """The seconds that a response asks for."""
    response = getattr(err, "response", None)
    if response is None:
        return 0.0
    ms = response.headers.get("retry-after-ms")
    s = response.headers.get("retry-after")
    try:
        wait = (float(ms) / 1000 if ms
                else float(s))
    except (TypeError, ValueError):
        try:
            at = parsedate_to_datetime(s)
            wait = at.timestamp() - time.time()
        except (TypeError, ValueError):
            return 0.0
    return max(0.0, wait)
# endregion: retry


# region: deadline
def now():
    return asyncio.get_running_loop().time()


async def attempt(
    link, request, show, limit, end,
):
    """Asks once: limit is for the first sign of
    work, link.idle for every further one."""

    async def emit(text):
        if watch.expired():
            await asyncio.sleep(0)  # ends here
        watch.reschedule(None)  # is reading
        if text:
            await show(text)
        watch.reschedule(
            min(now() + link.idle, end))

    async with asyncio.timeout(limit) as watch:
        return await link.model(
            request, emit if show else None)


def of_timeout(limit, link, end) -> Verdict:
    """Whose time was up? An attempt with less
    than its limit says nothing of the model."""
    if end - now() < 0.01:  # timers are early
        return verdict("deadline")
    full = limit == link.limit
    return Verdict("timeout", "switch",
                   "yes" if full else "no")
# endregion: deadline


# region: breaker
@dataclass
class Breaker:
    """Opens when a share of the recent calls
    failed, a run, or one that says all will."""
    share: float = 0.2
    minimum: int = 40  # calls, for the share
    window: float = 60.0  # seconds: recent
    run: int = 6
    cooldown: float = 30.0  # seconds, when open
    probes: int = 10  # that must pass to close
    clock: object = time.monotonic
    log: object = None  # of (old, new, why)
    state: str = "closed"
    period: int = 0

    def record_call(self, failed: bool):
        # The window moves on by twelfths.
        step = self.window / 12
        slot = int(self.clock() / step)
        n = self.slots.setdefault(slot, [0, 0])
        n[0] += 1
        n[1] += failed
        self.in_a_row = (
            self.in_a_row + 1 if failed else 0)
        self.slots = {
            s: n for s, n in self.slots.items()
            if s > slot - 12}
        counts = zip(*self.slots.values())
        calls, bad = map(sum, counts)
        if self.in_a_row >= self.run or (
            calls >= self.minimum
            and bad >= self.share * calls
        ):
            why = f"{bad} of {calls} failed"
            self.become("open", why)
    # endregion: breaker

    # region: probes
    def allow(self) -> int:
        """A permit for record, or 0."""
        now = self.clock()
        if self.state == "open":
            if now < self.since + self.cooldown:
                return 0
            self.become("half-open", "cooled down")
        if self.state == "half-open":
            self.probing = [  # one that hangs goes
                t for t in self.probing
                if now < t + self.cooldown]
            used = self.passed + len(self.probing)
            if used >= self.probes:
                return 0
            self.probing.append(now)
        return self.period

    def record_probe(self, counts: str):
        if self.probing:
            self.probing.pop(0)
        if counts == "yes":
            self.become("open", "a probe failed")
        elif counts == "good":
            self.passed += 1
            if self.passed == self.probes:
                self.become(
                    "closed", "the probes passed")
    # endregion: probes

    # region: states
    def record(self, permit: int, counts: str):
        if permit != self.period:
            return  # began under another state
        if counts == "at once":
            self.become("open", "needs a person")
        elif self.state == "half-open":
            self.record_probe(counts)
        elif counts != "no":
            self.record_call(counts == "yes")

    def become(self, state: str, why: str):
        if self.log and state != self.state:
            self.log(self.state, state, why)
        self.state, self.since = state, self.clock()
        self.period += 1
        self.slots = {}  # number: [calls, failed]
        self.in_a_row = 0
        self.passed, self.probing = 0, []

    def __post_init__(self):
        self.become("closed", "")
    # endregion: states


# region: models
def turns(request):
    """A prompt, or the turns of a conversation in the API's own form."""
    if isinstance(request, str):
        return [{"role": "user", "content": request}]
    return request


def chat(client, model, **params):
    """A model asked through Chat Completions."""

    async def ask(request, show=None):
        r = await client.chat.completions.create(
            model=model, messages=turns(request), stream=bool(show), **params)
        if show:
            return await chat_stream(r, show)
        if not hasattr(r, "choices"):
            raise StreamFailed("no JSON")
        m = r.choices[0].message
        return Answer(m.content or "", r.choices[0].finish_reason or "", m.refusal or "",
                      r.model, [m.model_dump(exclude_none=True)])

    return ask


async def chat_stream(stream, show):
    a, calls = Answer("", ""), {}
    async with stream:
        async for chunk in stream:
            a.model = chunk.model or a.model
            for choice in chunk.choices:
                delta = choice.delta
                a.stop = choice.finish_reason or a.stop
                a.text += delta.content or ""
                a.refusal += delta.refusal or ""
                for part in delta.tool_calls or []:
                    add_call(calls, part)
                await show(delta.content or "")
    if not a.stop:
        raise StreamFailed("ended early")
    a.turn = [{"role": "assistant", "content": a.text}]
    if calls:
        a.turn[0]["tool_calls"] = list(calls.values())
    return a


def add_call(calls, part):
    call = calls.setdefault(part.index, {
        "id": part.id, "type": "function", "function": {"name": "", "arguments": ""}})
    for key in call["function"]:
        call["function"][key] += getattr(part.function, key) or ""


def responses(client, model, **params):
    """A model asked through Responses."""

    async def ask(request, show=None):
        r = await client.responses.create(
            model=model, input=turns(request), stream=bool(show), **params)
        if not show:
            return of_response(r)
        final = None
        async with r:
            async for event in r:
                if event.type == "error":
                    raise StreamFailed(event.code or event.type)
                if event.type in ("response.completed", "response.incomplete", "response.failed"):
                    final = event.response
                text = event.type == "response.output_text.delta"
                await show(event.delta if text else "")
        if not final:
            raise StreamFailed("ended early")
        return of_response(final)

    return ask


def of_response(r):
    if not hasattr(r, "output"):
        raise StreamFailed("no JSON")
    if r.status == "failed":
        raise StreamFailed(r.error.code)
    stop, refusal = r.status, ""
    for item in r.output:
        if item.type == "function_call":
            stop = "tool_calls"
        elif item.type == "message":
            refusal += "".join(c.refusal for c in item.content if c.type == "refusal")
    if r.incomplete_details:
        stop = r.incomplete_details.reason
    return Answer(r.output_text, stop, refusal, r.model, list(r.output))


def messages(client, model, **params):
    """A model asked through Messages."""
    params = {"max_tokens": 4000, **params}

    async def ask(request, show=None):
        args = dict(model=model, messages=turns(request), **params)
        if not show:
            return of_message(await client.messages.create(**args))
        stopped = False
        async with client.messages.stream(**args) as stream:
            async for event in stream:
                stopped = stopped or event.type == "message_stop"
                await show(event.text if event.type == "text" else "")
            if not stopped:
                raise StreamFailed("ended early")
            return of_message(await stream.get_final_message())

    return ask


def of_message(r):
    if not hasattr(r, "content"):
        raise StreamFailed("no JSON")
    text = "".join(b.text for b in r.content if b.type == "text")
    turn = {"role": "assistant", "content": r.content}
    return Answer(text, r.stop_reason or "", "", r.model, [turn])
# endregion: models


# region: stream
class Gate:
    """Holds back the first text of an answer:
    while none is shown, it can be replaced."""

    def __init__(self, show, hold):
        self.show, self.hold = show, hold
        self.held, self.shown = "", ""

    async def emit(self, text):
        self.held += text
        size = len(self.held)
        if self.shown or size > self.hold:
            await self.open()

    async def open(self):
        text, self.held = self.held, ""
        self.shown += text
        try:
            if text:
                await self.show(text)
        except Exception as err:
            raise ShowFailed from err
# endregion: stream


# region: links
@dataclass
class Link:
    """A model, and the time it is given."""
    name: str
    model: object  # as chat(client, "gpt-5.5")
    breaker: Breaker | None = None
    limit: float = 20.0  # seconds, see attempt
    idle: float = 10.0
    tries: int = 2


class Failed(Exception):
    """No link gave a whole answer."""

    def __init__(self, verdict, tried, text=""):
        super().__init__(verdict.kind)
        self.verdict = verdict  # the last one
        self.tried = tried
        self.text = text  # what there is of one
# endregion: links


@dataclass
class Chain:
    """Asks its links in order."""
    links: list
    deadline: float = 60.0  # seconds
    hold: int = 0  # characters, before any shows
    valid: object = None  # says if a text is good
    switch_on: tuple = ()  # more kinds that may
    budget: Budget = field(default_factory=Budget)
    backoff: object = backoff

    # region: chain
    async def ask(self, request, show=None):
        """The first whole answer. With show,
        its text goes there as it comes."""
        end = now() + self.deadline
        gate = Gate(show, self.hold)
        tried, left = [], len(self.links)
        self.budget.earn()
        for link in self.links:
            for i in range(link.tries):
                # The later links keep a share.
                share = (end - now()) / left
                a, v = await self.once(
                    link, request, gate, share, end)
                tried.append((link.name, v))
                if v.action == "use":
                    a.by = link.name
                    a.tried = tried
                    return a
                text = gate.shown or a.text
                if gate.shown or self.ends(v):
                    raise Failed(v, tried, text)
                wait = max(v.wait, self.backoff(i))
                if (i + 1 == link.tries
                        or not again(v, left)
                        or now() + wait >= end
                        or not self.budget.spend()):
                    break
                await asyncio.sleep(wait)
            left -= 1
        raise Failed(v, tried)
    # endregion: chain

    # region: once
    async def once(
        self, link, request, gate, share, end,
    ):
        a, v = Answer("", ""), verdict("cancelled")
        breaker = link.breaker
        permit = breaker.allow() if breaker else 1
        if not permit:
            return a, verdict("open")
        gate.held = ""
        emit = gate.emit if gate.show else None
        limit = min(share, link.limit)
        try:
            a = await attempt(
                link, request, emit, limit, end)
            v = classify(a, self.valid)
            if emit and v.action == "use":
                await gate.open()
        except TimeoutError:
            v = of_timeout(limit, link, end)
        except ShowFailed as err:
            raise err.__cause__
        except Exception as err:
            v = classify(err)
        finally:
            if breaker:
                breaker.record(permit, v.counts)
        return a, v
    # endregion: once

    def ends(self, v) -> bool:
        return v.action in ("fix", "stop") and (
            v.kind not in self.switch_on)


def again(v, left) -> bool:
    """A switch is a retry where no link is left."""
    return v.action == "retry" or (
        v.action == "switch" and left == 1
        and v.kind != "open"
        and v.counts != "at once")


# region: hedge
def hedge(first, second, after, budget=None):
    """A model that asks second too when first
    is silent for so many seconds. The budget
    caps that, by default at 5% of the calls."""
    budget = budget or Budget(share=0.05)

    async def ask(request, show=None):
        race = Race(request, show)
        budget.earn()
        race.start(first)
        try:
            ended, _ = await asyncio.wait(
                [*race.tasks, race.leader],
                timeout=after,
                return_when=FIRST)
            if not ended and budget.spend():
                race.start(second)
            return await race.winner()
        finally:
            for task in race.tasks:
                task.cancel()
            await asyncio.gather(
                *race.tasks,
                return_exceptions=True)

    return ask
# endregion: hedge


FIRST = asyncio.FIRST_COMPLETED


# region: race
class Race:
    """Who shows text first, leads."""

    def __init__(self, request, show):
        self.request, self.show = request, show
        self.tasks = []
        self.leader = asyncio.Future()

    def start(self, model):
        n = len(self.tasks)

        async def emit(text):
            lead = self.leader
            if text and not lead.done():
                lead.set_result(n)
            if text and n != lead.result():
                raise asyncio.CancelledError
            await self.show(text)

        self.tasks.append(asyncio.create_task(
            model(self.request,
                  emit if self.show else None)))

    async def winner(self):
        """The leader, or a good answer."""
        running = set(self.tasks)
        while running:
            ended, running = await asyncio.wait(
                running, return_when=FIRST)
            for task in ended:
                if self.wins(task):
                    return task.result()
        return self.tasks[0].result()

    def wins(self, task) -> bool:
        if self.leader.done():
            n = self.leader.result()
            return task is self.tasks[n]
        if task.cancelled() or task.exception():
            return False
        v = classify(task.result())
        return v.action == "use"
# endregion: race


# region: main
async def main(prompt: str) -> int:
    # No retries of the SDKs on top of these.
    a = openai.AsyncOpenAI(max_retries=0)
    b = anthropic.AsyncAnthropic(max_retries=0)
    chain = Chain([
        Link("A", responses(a, MODEL_A),
             Breaker()),
        Link("B", messages(b, MODEL_B)),
    ])

    async def show(text):
        print(text, end="", flush=True)

    try:
        answer = await chain.ask(prompt, show)
        tried = answer.tried
    except Failed as failed:
        tried = failed.tried
    print()
    for name, v in tried:
        print(name, v.kind, v.action,
              file=sys.stderr)
    return v.action != "use"


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1])))
# endregion: main
