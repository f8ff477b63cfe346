"""Asks a model, and says how each call ended and what to do about it.

    pip install openai anthropic
    export OPENAI_API_KEY=...
    python handle.py "hello"

The file resilient.py lies beside this one:
https://aiperformanceoptimization.com/reference/
"""

import asyncio
import sys

# region: handle
import openai
from resilient import (
    MODEL_A, classify, responses)


async def judge(call):
    """How a call ended, and what to do."""
    try:
        end = await call
    except Exception as err:
        end = err
    return end, classify(end)


async def main(prompts):
    client = openai.AsyncOpenAI(max_retries=0)
    ask = responses(client, MODEL_A)
    for prompt in prompts:
        end, v = await judge(ask(prompt))
        print(v.action, v.kind, sep=": ")
# endregion: handle


asyncio.run(main(sys.argv[1:]))
