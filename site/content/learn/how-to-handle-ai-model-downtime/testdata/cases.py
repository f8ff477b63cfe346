"""Runs the cases of standin_test.go with standin.py and resilient.py, which lie beside it then."""

import asyncio
import json
import os
import sys

import openai
from resilient import chat
from standin import CHAT, SEARCH, SUMMARY, Desk, Job, Queue, chain_of, reply

FEATURES = {f.name: f for f in (CHAT, SEARCH, SUMMARY)}


async def main():
    client = openai.AsyncOpenAI(max_retries=0)
    for case in json.load(sys.stdin):
        desk = Desk(None, Queue(2), room=2)
        model = None
        for step in case["steps"]:
            if step["model"] != model:
                model = step["model"]
                desk.chain = chain_of(chat(client, model))
            r = await reply(desk, FEATURES[step["feature"]], step["user"], step["question"])
            wait = 30 <= r.retry_after <= 60
            print(json.dumps([r.status, r.source, bool(r.text), wait]))
    # A user who leaves gets no place in the queue.
    desk = Desk(chain_of(chat(client, "ok")), Queue(2))
    task = asyncio.create_task(reply(desk, SUMMARY, "ann", "q"))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    print(json.dumps([len(desk.queue.jobs)]))
    # Jobs that expire in another order than they came in.
    time, told = 0.0, []
    queue = Queue(3, clock=lambda: time, tell=lambda job: told.append(job.question))
    for name, expires in (("long", 300), ("short", 10), ("middle", 100)):
        queue.add(Job("ann", name, expires))
    time = 20.0
    print(json.dumps([queue.take().question, queue.take().question, queue.take(), told]))


asyncio.run(main())
