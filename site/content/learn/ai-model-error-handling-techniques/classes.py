"""Which class the official SDKs raise for a fault. Its test has the providers that fail."""

import asyncio
import sys

import anthropic
import httpx2
import openai

# What the page says of two of the classes:
assert issubclass(anthropic.EnforcedSpendLimitReachedError, anthropic.RateLimitError)
assert not issubclass(httpx2.RemoteProtocolError, anthropic.APIError)

MINI = "gpt-5.5"


async def openai_raises(client, prompt):
    turn = {"role": "user", "content": prompt}
    stream = await client.chat.completions.create(model=MINI, messages=[turn], stream=True)
    async for _ in stream:
        pass


async def anthropic_raises(client, prompt):
    turn = {"role": "user", "content": prompt}
    async with client.messages.stream(model=MINI, messages=[turn], max_tokens=99) as stream:
        async for _ in stream:
            pass


async def name(call):
    try:
        await call
    except Exception as err:
        status = getattr(err, "status_code", "")
        return f"{type(err).__module__.split('.')[0]}.{type(err).__name__} {status}".strip()
    return "nothing"


async def main(prompts):
    a = openai.AsyncOpenAI(max_retries=0, timeout=1)
    b = anthropic.AsyncAnthropic(max_retries=0, timeout=1)
    for prompt in prompts:
        print(prompt, await name(openai_raises(a, prompt)),
              await name(anthropic_raises(b, prompt)), sep="\t")


asyncio.run(main(sys.argv[1:]))
