"""Runs the cases of balance_test.go with balance.py and resilient.py, which lie beside it then."""

import asyncio
import json
import os

import openai
from balance import Member, Pool, Quota, affinity, least_open, most_room, two_random
from resilient import chat


def say(*parts):
    print(json.dumps(parts))


def rules():
    members = [Member(f"gpu-{i}", None) for i in range(8)]
    for load in ([0] * 8, [9, 0, 1, 0, 2, 0, 9, 0], [5, 5, 5, 5, 5, 5, 5, 4]):
        for m, n in zip(members, load):
            m.open = n
        say("affinity", *(affinity(members, f"doc {i}").name for i in range(10)))
    say("least", least_open(members).name)
    say("one", two_random(members[:1]).name)
    for m in members:
        m.open = 0
    for name, rule in (("least", least_open), ("affinity", affinity)):
        say(name, "spreads", len({rule(members, "").name for _ in range(200)}) == 8)
    quotas = [Quota(60_000), Quota(20_000)]
    chosen = [most_room(quotas, 8000, 100) for _ in range(12)]
    say("quota", *(quotas.index(q) if q else -1 for q in chosen))
    say("quota", quotas.index(most_room(quotas, 8000, 110)))


async def pool():
    def member(name, url):
        client = openai.AsyncOpenAI(base_url=url, max_retries=0)
        return Member(name, chat(client, name))

    a, b = member("good", os.environ["GOOD"]), member("broken", os.environ["BROKEN"])
    pool = Pool([a], penalty=0.3)
    seen = []

    async def show(text):
        seen.append(a.open)
        pool.members = [b]  # another fleet, while a still answers

    await pool("hello", show)
    await asyncio.sleep(0.01)
    say("stream", set(seen) == {1}, a.open)
    for model in ("broken", "bad"):
        b.model = chat(openai.AsyncOpenAI(base_url=os.environ["BROKEN"], max_retries=0), model)
        try:
            await pool("hello")
        except openai.APIError:
            pass
        await asyncio.sleep(0.05)
        say(model, b.open)
        await asyncio.sleep(0.5)
        say(model, b.open)


rules()
asyncio.run(pool())
