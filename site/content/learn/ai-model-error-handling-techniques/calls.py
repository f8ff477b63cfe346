"""Asks once for each fault, first with the clients as they come, then with the chain. Its test
counts the calls that arrive."""

import asyncio
import sys

import anthropic
import openai

from resilient import Chain, Failed, Link, chat, messages


async def as_it_comes(client, fault):
    turn = {"role": "user", "content": fault}
    try:
        await client.chat.completions.create(model="as it comes", messages=[turn])
    except openai.APIError:
        pass


async def judged(a, b, fault):
    chain = Chain([Link("A", chat(a, "judged"), limit=1), Link("B", messages(b, "judged"))])
    try:
        await chain.ask(fault)
    except Failed:
        pass


async def main(faults):
    a, b = openai.AsyncOpenAI(timeout=1), anthropic.AsyncAnthropic()
    await asyncio.gather(*(as_it_comes(a, f) for f in faults))
    a, b = a.with_options(max_retries=0), b.with_options(max_retries=0)
    await asyncio.gather(*(judged(a, b, f) for f in faults))


asyncio.run(main(sys.argv[1:]))
