"""Asks A, and B if A fails or is known to be down; prints who answered, and each switch.

    pip install openai anthropic
    export OPENAI_API_KEY=... ANTHROPIC_API_KEY=...
    python fallback.py "hello" "and again"

The file resilient.py lies beside this one:
https://aiperformanceoptimization.com/reference/
"""

import asyncio
import sys

# region: fallback
import anthropic
import openai
from resilient import (
    MODEL_A, MODEL_B, Breaker, Chain, Link,
    messages, responses)


async def main(prompts):
    a = openai.AsyncOpenAI(max_retries=0)
    b = anthropic.AsyncAnthropic(max_retries=0)
    chain = Chain([
        Link("A", responses(a, MODEL_A),
             Breaker(log=print)),
        Link("B", messages(b, MODEL_B)),
    ])
    for prompt in prompts:
        answer = await chain.ask(prompt)
        print(answer.by, answer.text)
# endregion: fallback


asyncio.run(main(sys.argv[1:]))
