"""Shares requests out among replicas, or quotas.

Put resilient.py beside it, from
https://aiperformanceoptimization.com/reference/

    pip install openai anthropic
    python balance.py MODEL http://gpu-0:8000/v1 ...
"""

import asyncio
import random
import sys
import time
from dataclasses import dataclass
from hashlib import sha256

import openai
from resilient import Chain, Link, chat, classify


@dataclass(eq=False)
class Member:
    name: str
    model: object  # as chat(client, "...")
    open: int = 0  # requests


# region: rules
def least_open(members, prefix=""):
    """Fewest open requests, ties at random."""
    return min(members, key=lambda m: (
        m.open, random.random()))


def two_random(members, prefix=""):
    """The better of two, for old counts."""
    two = random.sample(
        members, min(2, len(members)))
    return min(two, key=lambda m: m.open)


def affinity(members, prefix, bound=1.5):
    """The same one for the same prefix, unless
    it has over bound times the mean open."""
    if not prefix:
        return least_open(members)
    mean = (1 + sum(
        m.open for m in members)) / len(members)

    def rank(m):
        name = f"{m.name} {prefix}"
        return sha256(name.encode()).digest()

    members = sorted(members, key=rank)
    return next(m for m in members
                if m.open < bound * mean)
# endregion: rules


# region: pool
@dataclass
class Pool:
    """A model for a Link: it asks a member."""
    members: list  # may change at any time
    rule: object = least_open
    prefix: object = lambda request: ""
    penalty: float = 10  # seconds

    async def __call__(
        self, request, show=None,
    ):
        m = self.rule(
            self.members, self.prefix(request))
        m.open += 1
        wait = 0

        def close():
            m.open -= 1

        try:  # returns after the last token
            return await m.model(request, show)
        except Exception as err:
            if at_fault(classify(err)):
                wait = self.penalty
            raise
        finally:
            loop = asyncio.get_running_loop()
            loop.call_later(wait, close)


def at_fault(v):
    """A member that fails fast looks idle."""
    return v.counts in ("yes", "at once") or (
        v.kind == "rate_limit")
# endregion: pool


# region: quota
@dataclass
class Quota:
    """Your own account of a limit."""
    per_minute: float  # tokens
    left: float = 0
    at: float = 0  # of left

    def room(self, now):
        minutes = (now - self.at) / 60
        self.left = min(
            self.per_minute, self.left
            + minutes * self.per_minute)
        self.at = now
        return self.left


def most_room(quotas, cost, now=None):
    """Pays for the prompt and max_tokens where
    the largest part is left after it, or None:
    wait, since a refusal can cost tokens."""
    if now is None:
        now = time.monotonic()
    q = max(quotas, key=lambda q: (
        q.room(now) - cost) / q.per_minute)
    if q.left < cost:
        return None
    q.left -= cost
    return q
# endregion: quota


async def main(model, urls):
    members = [
        Member(url, chat(openai.AsyncOpenAI(
            base_url=url, max_retries=0), model))
        for url in urls]
    chain = Chain([Link("fleet", Pool(members))])
    answer = await chain.ask("hello")
    print(answer.text)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
