"""The plain SDK of OpenAI, with its own retry and with tenacity's, in the cases of rivals_test.go."""

import asyncio
import json
import sys

import openai
from tenacity import (
    AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential)


async def ask(client, case):
    r = await client.chat.completions.create(
        model=case["model"], stream=case["stream"],
        messages=[{"role": "user", "content": "What is the answer?"}])
    if not case["stream"]:
        return r.choices[0].message.content
    return "".join([c.choices[0].delta.content or "" async for c in r if c.choices])


async def run(case, url):
    sdk = case["rival"] == "SDK"
    client = openai.AsyncOpenAI(base_url=url + "/v1", api_key="any", timeout=4, max_retries=int(sdk))
    attempts = AsyncRetrying(
        stop=stop_after_attempt(1 if sdk else 2), wait=wait_random_exponential(max=0.1),
        retry=retry_if_exception_type(openai.APIError), reraise=True)
    try:
        async with asyncio.timeout(12):
            text = await attempts(ask, client, case)
    except TimeoutError:
        return {"error": "waits"}
    except Exception as err:
        return {"error": type(err).__name__}
    return {"text": text or ""}


async def main():
    job = json.load(sys.stdin)
    room = asyncio.Semaphore(16)

    async def one(case):
        async with room:
            print(json.dumps({"model": case["model"], **await run(case, job["a"])}))

    await asyncio.gather(*(one(case) for case in job["cases"]))


asyncio.run(main())
