"""Runs the cases of conformance_test.go with resilient.py, which lies beside it then."""

import asyncio
import json
import os
import sys

import anthropic
import openai

from resilient import (
    Breaker, Budget, Chain, Failed, Link, chat, classify, hedge, messages, minimum, responses)


def models(url):
    a = openai.AsyncOpenAI(base_url=url + "/v1", api_key="any", max_retries=0)
    b = anthropic.AsyncAnthropic(base_url=url, api_key="any", max_retries=0)
    return {
        "chat": lambda model: chat(a, model),
        "responses": lambda model: responses(a, model),
        "messages": lambda model: messages(b, model),
    }


def is_json(text):
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


async def run(case, a, b):
    links = [Link("A", a[case["api"]](case["model"]), Breaker(),
                  limit=case["limit"], idle=case["limit"])]
    if not case["alone"]:
        links.append(Link("B", b[case["spare"]](case["model"])))
    if case["hedge"]:
        links = [Link("A", hedge(a[case["api"]](case["model"]), b[case["spare"]](case["model"]),
                                 case["hedge"], Budget(0.05, case["hedges"])))]
    chain = Chain(links, deadline=case["deadline"], backoff=lambda _: 0.001, hold=case["hold"],
                  valid=is_json if case["json"] else None)
    shown = []

    async def show(text):
        shown.append(text)

    out = {"model": case["model"]}
    task = asyncio.create_task(chain.ask("What is the answer?", show if case["stream"] else None))
    if case["leave"]:
        asyncio.get_running_loop().call_later(case["leave"], task.cancel)
    try:
        answer = await task
        out |= {"text": answer.text, "by": answer.by, "stop": answer.stop}
        tried = answer.tried
    except Failed as failed:
        out |= {"text": failed.text}
        tried = failed.tried
    except asyncio.CancelledError as left:
        tried = [("A", classify(left))]
    out["shown"] = "".join(shown)
    out["tried"] = [{"link": link, "kind": v.kind, "action": v.action, "counts": v.counts,
                     "wait": v.wait} for link, v in tried]
    return out


def drive(steps):
    """What a breaker says in a script of moments."""
    time, permits, log = 0.0, [], []
    breaker = Breaker(clock=lambda: time,
                      log=lambda old, new, why: log.append(f"{time:g}s {old} -> {new}: {why}"))
    for step in steps:
        time = step["at"]
        if step["allow"]:
            permits.append(breaker.allow())
            log.append(f"{time:g}s {'yes' if permits[-1] else 'no'}")
        else:
            breaker.record(permits[step["call"]], step["counts"])
    return log


async def main():
    job = json.load(sys.stdin)
    a, b = models(job["a"]), models(job["b"])
    room = asyncio.Semaphore(12)

    async def one(case):
        async with room:
            print(json.dumps(await run(case, a, b)))

    await asyncio.gather(*(one(case) for case in job["cases"]))
    for script in job["breaker"]:
        print(json.dumps({"model": script["name"], "log": drive(script["steps"])}))


asyncio.run(main())
