"""An outage and the minutes after it, in virtual time.

    python outage.py during [seed]
    python outage.py after [seed]

Needs standin.py and resilient.py beside it. No model is called: the models here are
functions that sleep and fail, but the chain, the breaker and the queue are the real ones.
"""

import asyncio
import math
import random
import selectors
import statistics
import sys

import httpx2
import openai
from resilient import Answer, Breaker
from standin import CHAT, Desk, Job, Queue, chain_of, reply


class Clock(selectors.SelectSelector):
    """Time that stands still while anybody works and jumps ahead when all wait."""
    now = 0.0

    def select(self, timeout=None):
        self.now += timeout or 0
        return super().select(0)


def run(coroutine):
    clock = Clock()
    loop = asyncio.SelectorEventLoop(clock)
    loop.time = lambda: clock.now
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(coroutine)


def now():
    return asyncio.get_running_loop().time()


def failure():
    """A 500, as the SDK raises it."""
    request = httpx2.Request("POST", "http://model")
    return openai.InternalServerError(
        "", response=httpx2.Response(500, request=request), body=None)


# ---- During: five minutes of outage, a chat a second.

async def during(fails, hangs, breaker, seed):
    """Of 300 people: how many were answered, and how many waited for 6 seconds or more."""
    random.seed(seed)
    if breaker:
        breaker.clock = now

    async def model(request, show):
        if random.random() < fails:
            await asyncio.sleep(math.inf if hangs else 0.5)
            raise failure()
        await asyncio.sleep(2)
        return Answer("Hello.", "stop")

    chain = chain_of(model)
    chain.links[0].breaker = breaker
    desk = Desk(chain, Queue(100), clock=now)
    answered = waited = 0

    async def person(i):
        nonlocal answered, waited
        await asyncio.sleep(i)
        begin = now()
        r = await reply(desk, CHAT, f"person {i}", "Hello?")
        answered += r.source == "model"
        waited += now() - begin >= 6

    await asyncio.gather(*(person(i) for i in range(300)))
    return answered, waited


OUTAGES = [("hangs", 1, True), ("1 in 4 fails", 0.25, False), ("1 in 2 fails", 0.5, False)]
BREAKERS = [
    ("none", lambda: None),
    ("default", Breaker),
    ("last link", lambda: chain_of(None).links[0].breaker),
]


def print_during(seed):
    print(f"{'of 300 people':13} {'breaker':9} {'answered':>8} {'wait':>5}")
    for name, fails, hangs in OUTAGES:
        for rule, breaker in BREAKERS:
            answered, waited = run(during(fails, hangs, breaker(), seed))
            print(f"{name:13} {rule:9} {answered:8} {waited:5}")


# ---- After: 150 jobs wait, new ones and people come.

OUTAGE, WATCHED = 300, 300  # seconds
SLOTS = 6  # answers that the provider works on at once
WANTED = 180  # seconds that a job is good for
PATIENCE = 8  # seconds that a person waits


async def after(workers, expiry, newest, seed):
    """Chats answered in percent, and the p95 of all; jobs done in time, late and gone; the
    median age of the first, when they were done."""
    rng = random.Random(seed)
    slots = asyncio.Semaphore(SLOTS)
    gone = 0

    async def ask():
        async with slots:
            await asyncio.sleep(rng.lognormvariate(math.log(2), 0.3))

    def tell(job):
        nonlocal gone
        gone += 1

    queue = Queue(1000, clock=now, tell=tell)
    if not expiry:
        queue.drop = lambda: None
    ages, late, answered, waits = [], 0, 0, []

    async def work(job):
        nonlocal late
        await ask()
        if now() < job.expires:
            ages.append(now() - (job.expires - WANTED))
        else:
            late += 1

    async def worker():
        while now() < WATCHED:
            queue.drop()
            if not queue.jobs:
                await asyncio.sleep(0.1)
                continue
            await work(queue.jobs.pop() if newest else queue.take())

    async def person():
        nonlocal answered
        begin = now()
        try:
            async with asyncio.timeout(PATIENCE):
                await ask()
            answered += 1
        except TimeoutError:
            pass
        waits.append(now() - begin)

    async with asyncio.TaskGroup() as group:
        for asked in range(-OUTAGE, WATCHED, 2):
            job = Job("somebody", "?", asked + WANTED)
            if asked < 0:
                queue.jobs.append(job)
            elif workers:
                group.create_task(at(asked + 0.3, lambda j=job: queue.add(j)))
            else:
                group.create_task(at(asked + 0.3, lambda j=job: work(j)))
        for second in range(WATCHED):
            group.create_task(at(second, person))
        for _ in range(workers):
            group.create_task(worker())
        if not workers:
            for job in queue.jobs:
                group.create_task(work(job))
    p95 = sorted(waits)[len(waits) * 95 // 100]
    return 100 * answered / WATCHED, p95, len(ages), late, gone, statistics.median(ages)


async def at(second, what):
    await asyncio.sleep(second - now())
    result = what()
    if asyncio.iscoroutine(result):
        await result


AFTER = [
    ("all at once", 0, False, False),
    ("4 workers", 4, False, False),
    ("+ expiry", 4, True, False),
    ("+ newest", 4, True, True),
    ("2, expiry", 2, True, False),
]


def print_after(seed):
    print(f"{'':11}{'chats':>5}{'p95':>5}{'done':>5}{'late':>5}{'gone':>5}{'age':>4}")
    for name, workers, expiry, newest in AFTER:
        chats, p95, done, late, gone, age = run(after(workers, expiry, newest, seed))
        print(f"{name:11}{chats:4.0f}%{p95:5.1f}{done:5}{late:5}{gone:5}{age:4.0f}")


if __name__ == "__main__":
    part, seed = sys.argv[1], int(sys.argv[2]) if sys.argv[2:] else 1
    {"during": print_during, "after": print_after}[part](seed)
