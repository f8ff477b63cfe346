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
    turns = [{"role": "user", "content": prompt}]
    try:
        r = await a.chat.completions.create(
            model=MODEL_A, messages=turns)
        text = r.choices[0].message.content
        stop = r.choices[0].finish_reason
    except openai.APIError as err:
        print("A failed:", err, file=sys.stderr)
        m = await b.messages.create(
            model=MODEL_B, messages=turns,
            max_tokens=1000)
        text = "".join(c.text for c in m.content
                       if c.type == "text")
        stop = m.stop_reason
    if not text or stop not in ("stop", "end_turn"):
        raise RuntimeError(f"not whole: {stop}")
    return text
# endregion: minimum


# region: kinds
KINDS = {  # action, what the breaker makes of it
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
PATIENCE = 2.0  # seconds, with a rate limit


@dataclass(frozen=True)
class Verdict:
    """How a call ended, and what to do."""
    kind: str
    action: str  # use, retry, switch, fix, stop
    counts: str  # good, no, yes, at once
    wait: float = 0.0  # seconds, the provider's


def verdict(kind: str, wait=0.0) -> Verdict:
    action, counts = KINDS[kind]
    if kind == "rate_limit" and wait > PATIENCE:
        action = "switch"
    return Verdict(kind, action, counts, wait)
# endregion: kinds


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


# region: classify
WORDS = {  # error codes and types
    "insufficient_quota": "quota",
    "credit_balance_exhausted": "quota",
    "organization_spend_limit_exceeded": "quota",
    "organization_usage_limit_exceeded": "quota",
    "project_spend_limit_exceeded": "quota",
    "enforced_spend_limit_reached": "quota",
    "contract_spend_limit_reached": "quota",
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
TIMEOUTS = (
    TimeoutError, httpx2.TimeoutException,
    openai.APITimeoutError,
    anthropic.APITimeoutError,
)


class StreamFailed(Exception):
    """An error that came with status 200."""


class ShowFailed(Exception):
    """It was not the provider."""


def classify(end, valid=None) -> Verdict:
    """Judges an exception or an Answer."""
    if isinstance(end, ShowFailed):
        raise end.__cause__
    if isinstance(end, Answer):
        return verdict(of_answer(end, valid))
    if isinstance(end, asyncio.CancelledError):
        return verdict("cancelled")
    if isinstance(end, TIMEOUTS):
        return verdict("timeout")
    if isinstance(end, StreamFailed):
        return verdict(of_error(200, str(end)))
    if isinstance(end, (
        openai.APIError, anthropic.APIError,
    )):
        body = end.body
        if not isinstance(body, dict):
            body = {}  # a gateway's page
        error = body.get("error") or body
        details = error.get("details") or {}
        return verdict(of_error(
            getattr(end, "status_code", 200),
            error.get("code")
            or details.get("error_code") or "",
            error.get("type") or "",
            error.get("message") or "",
        ), retry_after(end))
    if isinstance(end, (
        httpx2.HTTPError, ValueError,
    )):
        return verdict("connection")  # or no JSON
    raise end  # a bug: no fault of a provider


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
# endregion: classify


# region: retry
class Budget:
    """Lets a share of the calls have another."""

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


def backoff(attempt: int, base=0.5, cap=8.0):
    """Full jitter below a limit that doubles."""
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
        wait = float(ms) / 1000 if ms else float(s)
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
        watch.reschedule(None)  # reading is no pause
        if text:
            await show(text)
        watch.reschedule(
            min(now() + link.idle, end))

    async with asyncio.timeout(limit) as watch:
        return await link.model(
            request, emit if show else None)


def of_timeout(limit, link, end) -> Verdict:
    """Whose time was up: the request's, or the
    attempt's, which says something about the
    provider only if it had all of it."""
    if end - now() < 0.01:  # timers are early
        return verdict("deadline")
    counts = "yes" if limit == link.limit else "no"
    return Verdict("timeout", "switch", counts)
# endregion: deadline


# region: breaker
class Breaker:
    """Opens when a share of the recent calls
    failed, or a run of them, or one whose error
    says that all of them will."""

    def __init__(
        self, share=0.2, minimum=40, window=60.0,
        run=6, cooldown=30.0, probes=10,
        clock=time.monotonic, log=None,
    ):
        self.share, self.minimum = share, minimum
        self.window, self.run = window, run
        self.cooldown = cooldown
        self.probes = probes
        self.clock, self.log = clock, log
        self.state, self.period = "closed", 0
        self.become("closed", "")

    def become(self, state, why):
        if self.log and state != self.state:
            self.log(self.state, state, why)
        self.state, self.since = state, self.clock()
        self.period += 1
        self.slots = {}  # number: [calls, failed]
        self.in_a_row = 0
        self.passed, self.probing = 0, []

    def allow(self) -> int:
        """A permit for record, or 0."""
        now = self.clock()
        if self.state == "open":
            if now < self.since + self.cooldown:
                return 0
            self.become("half-open", "cooled down")
        if self.state == "half-open":
            self.probing = [  # not those that hang
                t for t in self.probing
                if now < t + self.cooldown]
            used = self.passed + len(self.probing)
            if used >= self.probes:
                return 0
            self.probing.append(now)
        return self.period

    def record(self, permit: int, counts: str):
        if permit != self.period:
            return  # began under another state
        if counts == "at once":
            self.become("open", "needs a person")
        elif self.state == "half-open":
            self.record_probe(counts)
        elif counts != "no":
            self.record_call(counts == "yes")

    def record_probe(self, counts):
        if self.probing:
            self.probing.pop(0)
        if counts == "yes":
            self.become("open", "a probe failed")
        elif counts == "good":
            self.passed += 1
            if self.passed == self.probes:
                self.become(
                    "closed", "all probes passed")

    def record_call(self, failed: bool):
        # The window moves on by twelfths.
        slot = int(self.clock() * 12 / self.window)
        self.slots = {
            s: n for s, n in self.slots.items()
            if s > slot - 12}
        n = self.slots.setdefault(slot, [0, 0])
        n[0] += 1
        n[1] += failed
        self.in_a_row += 1
        if not failed:
            self.in_a_row = 0
        calls = sum(
            n[0] for n in self.slots.values())
        bad = sum(n[1] for n in self.slots.values())
        if self.in_a_row >= self.run or (
            calls >= self.minimum
            and bad >= self.share * calls
        ):
            self.become(
                "open", f"{bad} of {calls} failed,"
                f" {self.in_a_row} in a row")
# endregion: breaker


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
    """Holds back the first text of an answer: as
    long as none is shown, it can be replaced."""

    def __init__(self, show, hold):
        self.show, self.hold = show, hold
        self.held, self.shown = "", ""

    async def emit(self, text):
        self.held += text
        if self.shown or len(self.held) > self.hold:
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


# region: chain
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
        self.verdict, self.tried = verdict, tried
        self.text = text  # what there is of one


class Chain:
    """Asks its links in order."""

    def __init__(
        self, *links, deadline=60.0, hold=0,
        valid=None, switch_on=(), budget=None,
        backoff=backoff,
    ):
        self.links, self.deadline = links, deadline
        self.hold, self.valid = hold, valid
        self.switch_on = switch_on  # fix and stop
        self.budget = budget or Budget()
        self.backoff = backoff

    async def ask(self, request, show=None):
        """The first whole answer. With show, it is
        streamed there; both may be awaited."""
        end = now() + self.deadline
        gate = Gate(show, self.hold) if show else None
        tried = []
        self.budget.earn()
        for n, link in enumerate(self.links):
            later = len(self.links) - n - 1
            for i in range(link.tries):
                # Leave the later links their share.
                share = (end - now()) / (later + 1)
                a, v = await self.once(
                    link, request, gate, share, end)
                tried.append((link.name, v))
                if v.action == "use":
                    a.by, a.tried = link.name, tried
                    return a
                text = gate.shown if gate else a.text
                if gate and gate.shown or self.ends(v):
                    raise Failed(v, tried, text)
                wait = max(v.wait, self.backoff(i))
                if not self.again(
                    v, i, link, later, end - wait,
                ):
                    break
                await asyncio.sleep(wait)
        raise Failed(tried[-1][1], tried)

    def ends(self, v):
        return v.action in ("fix", "stop") and (
            v.kind not in self.switch_on)

    def again(self, v, i, link, later, latest):
        alone = not later and v.counts != "at once"
        return i + 1 < link.tries and (
            v.action == "retry"
            or v.action == "switch" and alone
        ) and v.kind != "open" and now() < latest and self.budget.spend()

    async def once(
        self, link, request, gate, share, end,
    ):
        breaker = link.breaker
        permit = breaker.allow() if breaker else 1
        if not permit:
            return Answer("", ""), verdict("open")
        v = verdict("cancelled")
        a = Answer("", "")
        limit = min(share, link.limit)
        try:
            if gate:
                gate.held = ""
            a = await attempt(
                link, request, gate and gate.emit,
                limit, end)
            v = classify(a, self.valid)
            if gate and v.action == "use":
                await gate.open()
        except TimeoutError:
            v = of_timeout(limit, link, end)
        except Exception as err:
            v = classify(err)
        finally:
            if breaker:
                breaker.record(permit, v.counts)
        return a, v
# endregion: chain


# region: hedge
def hedge(first, second, after, budget=None):
    """A model that asks second too when first has
    said nothing for so many seconds. The budget
    caps that, by default at 5% of the calls."""
    budget = budget or Budget(share=0.05)

    async def ask(request, show=None):
        leader = asyncio.Future()  # shows text

        async def run(model):
            async def emit(text):
                if text and not leader.done():
                    leader.set_result(model)
                if text and leader.result() != model:
                    raise asyncio.CancelledError
                await show(text)

            return await model(
                request, emit if show else None)

        budget.earn()
        one = asyncio.create_task(run(first))
        tasks = {one: first}
        try:
            done, _ = await asyncio.wait(
                [one, leader], timeout=after,
                return_when="FIRST_COMPLETED")
            if not done and budget.spend():
                two = asyncio.create_task(run(second))
                tasks[two] = second
            running = set(tasks)
            while running:
                done, running = await asyncio.wait(
                    running,
                    return_when="FIRST_COMPLETED")
                for task in done:
                    if usable(task) or (
                        leader.done() and
                        leader.result() == tasks[task]
                    ):
                        return task.result()
            return one.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(
                *tasks, return_exceptions=True)

    return ask


def usable(task) -> bool:
    return not task.cancelled() and (
        not task.exception()
        and classify(task.result()).action == "use")
# endregion: hedge


# region: main
async def main(prompt: str):
    # No retries of the SDKs: they would multiply.
    a = openai.AsyncOpenAI(max_retries=0)
    b = anthropic.AsyncAnthropic(max_retries=0)
    chain = Chain(
        Link("A", responses(a, MODEL_A), Breaker()),
        Link("B", messages(b, MODEL_B)),
    )

    async def show(text):
        print(text, end="", flush=True)

    try:
        answer = await chain.ask(prompt, show)
        tried = answer.tried
        print()
    except Failed as failed:
        tried = failed.tried
    for name, v in tried:
        print(name, v.kind, v.action,
              file=sys.stderr)
    return tried[-1][1].action != "use"


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1])))
# endregion: main
