"""Logs the attempts of a request with triage.py and resilient.py, which lie beside it then."""

import asyncio

import anthropic
import openai
from resilient import Chain, Failed, Link, chat, messages
from triage import lines


async def main():
    a = Link("A", chat(openai.AsyncOpenAI(max_retries=0), "m"))
    b = Link("B", messages(anthropic.AsyncAnthropic(max_retries=0), "m"))
    try:
        tried = (await Chain([a, b]).ask("Hello")).tried
    except Failed as failed:
        tried = failed.tried
    for line in lines("r1", "chat", "r41", tried):
        print(line)


asyncio.run(main())
