"""The limits and settings of the chain, in real time: prints what a reader has, and who is said to have answered."""

import asyncio
import time

import anthropic
import openai

from resilient import Chain, Failed, Link, chat, messages


async def case(name, links, deadline, prompt, **settings):
    shown = []

    async def show(text):
        shown.append(text)

    began = time.monotonic()
    try:
        by = (await Chain(links, deadline=deadline, **settings).ask(prompt, show)).by
    except Failed as failed:
        by = failed.verdict.kind
    in_time = time.monotonic() - began < deadline + 0.5
    print(f"{name}: {by}, {''.join(shown)!r}, {'in time' if in_time else 'late'}".replace("'", '"'))


async def main():
    a = chat(openai.AsyncOpenAI(max_retries=0), "a")
    b = Link("B", messages(anthropic.AsyncAnthropic(max_retries=0), "b"))
    await case("late text", [Link("A", a, limit=0.5, tries=1), b], 20, "late")
    await case("stall", [Link("A", a, tries=1)], 1, "stall")
    await case("little time", [Link("A", a), b], 7, "good")
    for kind in "too_long", "refusal":
        await case(kind, [Link("A", a), b], 20, kind)
        await case("switch on it", [Link("A", a), b], 20, kind, switch_on={kind})


asyncio.run(main())
