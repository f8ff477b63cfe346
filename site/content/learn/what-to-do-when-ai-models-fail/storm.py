"""A provider slows down for 30 seconds. When does it recover?

    pip install openai anthropic
    python storm.py [seed] [load] [tidy]

Needs resilient.py beside it, whose backoff and budget it uses. No model is called: the
provider is a queue before some places, in virtual time. With tidy, it drops a call
from the queue when its caller has given up; otherwise it does the work for nobody.
"""

import asyncio
import random
import selectors
import sys

from resilient import Budget, backoff

PLACES, FEWER = 10, 2  # answers at once, and while it is slow
QUEUE = 100  # calls; more are refused
SLOW = 60, 90  # from, to; in seconds
WORK = 2.0  # seconds for an answer
PATIENCE = 8.0  # seconds until an attempt is given up
WATCHED = 600
DESIGNS = {  # attempts at a given second, and a budget
    "no retries": (lambda at: 1, None),
    "2 retries": (lambda at: 3, None),
    "off at 4:00": (lambda at: 3 if at < 240 else 1, None),
    "budget": (lambda at: 3, Budget),
}


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


async def storm(design, seed, load, tidy, errors=0.0):
    """For each 30 seconds, the percentage of people answered; and the attempts a person.

    With errors, that share of the attempts fails at once, and nothing is ever slow."""
    rng = random.Random(seed)
    random.seed(seed)  # backoff draws from there
    tries, budget = DESIGNS[design]
    budget = budget and budget()
    waiting, busy, attempts = [], 0, 0
    done = [[0, 0] for _ in range(WATCHED // 30)]

    def places():
        slow = SLOW[0] <= now() < SLOW[1] and not errors
        return FEWER if slow else PLACES

    async def work(answer):
        nonlocal busy
        await asyncio.sleep(WORK * rng.uniform(0.5, 1.5))
        busy -= 1
        if not answer.done():
            answer.set_result(None)

    def start(group):
        nonlocal busy
        while busy < places() and waiting:
            answer = waiting.pop(0)
            if tidy and answer.done():
                continue
            busy += 1
            group.create_task(work(answer)).add_done_callback(
                lambda _: start(group))

    async def ask(group):
        nonlocal attempts
        attempts += 1
        if rng.random() < errors:
            return False
        if len(waiting) >= QUEUE:
            return False
        answer = asyncio.get_running_loop().create_future()
        waiting.append(answer)
        start(group)
        try:
            await asyncio.wait_for(answer, PATIENCE)
            return True
        except TimeoutError:
            return False

    async def person(group):
        slot = done[int(now()) // 30]
        slot[1] += 1
        if budget:
            budget.earn()
        i = 0
        while not await ask(group):
            i += 1
            if i >= tries(now()) or budget and not budget.spend():
                return
            await asyncio.sleep(backoff(i - 1))
        slot[0] += 1

    async with asyncio.TaskGroup() as group:
        while True:
            await asyncio.sleep(rng.expovariate(load * PLACES / WORK))
            if now() >= WATCHED:
                break
            start(group)
            group.create_task(person(group))
    people = sum(n for _, n in done)
    return [100 * ok / n for ok, n in done], attempts / people


def back(share):
    """The time from which on 95% are answered again."""
    n = max((i + 1 for i, s in enumerate(share) if s < 95), default=0)
    return "never" if n == len(share) else f"{n // 2}:{n % 2 * 3}0"


def main(seed=1, load=0.8, tidy=False):
    print(f"{'':11} {'errors':>6} {'back':>6} {'calls':>6}")
    for design in DESIGNS:
        even, _ = run(storm(design, seed, load, tidy, errors=0.1))
        share, calls = run(storm(design, seed, load, tidy))
        print(f"{design:11} {sum(even) / len(even):5.0f}% {back(share):>6} {calls:6.1f}")


if __name__ == "__main__":
    args = sys.argv[1:]
    main(int(args[0]) if args else 1, float(args[1]) if args[1:] else 0.8, "tidy" in args)
