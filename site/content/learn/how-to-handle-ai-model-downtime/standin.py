"""What users get while a model is down.

Put resilient.py beside it, from
https://aiperformanceoptimization.com/reference/

    pip install openai anthropic
    python standin.py "hello"
"""

import asyncio
import random
import sys
import time
from collections import OrderedDict
from dataclasses import dataclass, field

import openai
from resilient import (
    MODEL_A, Breaker, Chain, Failed, Link, responses)

CANNOT = "The assistant cannot answer this."
SORRY = ("The assistant is not available. "
         "Your text is kept.")


@dataclass
class Reply:
    status: int
    source: str  # model, stored, queue or none
    text: str = ""
    at: float = 0  # when a stored one was made
    until: float = 0  # of a job in the queue
    retry_after: float = 0  # seconds


# region: features
@dataclass(frozen=True)
class Feature:
    """What the product decided, in seconds."""
    name: str
    stored_for: float = 0  # 0: never stored
    wanted_for: float = 0  # 0: never queued


SEARCH = Feature("search", stored_for=3600)
SUMMARY = Feature("summary", wanted_for=240)
CHAT = Feature("chat")
# endregion: features


@dataclass
class Job:
    user: str
    question: str
    expires: float  # a time, for a restart


@dataclass
class Queue:
    limit: int
    clock: object = time.time
    tell: object = None  # of an expired job
    jobs: list = field(default_factory=list)

    def add(self, job) -> bool:
        self.drop()
        if len(self.jobs) >= self.limit:
            return False
        self.jobs.append(job)
        return True

    # region: queue
    def take(self) -> Job | None:
        """The oldest that is still wanted."""
        self.drop()
        if self.jobs:
            return self.jobs.pop(0)

    def drop(self):
        now, kept = self.clock(), []
        for job in self.jobs:
            if now < job.expires:
                kept.append(job)
            elif self.tell:
                self.tell(job)
        self.jobs = kept
    # endregion: queue


# What a model made of the question itself: the
# same question will fare no better later.
# region: reply
ABOUT_THE_QUESTION = {
    "bad_request", "not_found", "too_long",
    "refusal", "cut_off", "unfinished",
}


async def reply(desk, feature, user, question):
    try:
        answer = await desk.chain.ask(question)
    except Failed as failed:
        kind = failed.verdict.kind
        if kind in ABOUT_THE_QUESTION:
            return Reply(422, "none", CANNOT)
        return desk.stand_in(
            feature, user, question)
    desk.store(
        feature, user, question, answer.text)
    return Reply(200, "model", answer.text)
# endregion: reply


@dataclass
class Desk:
    chain: Chain
    queue: Queue
    clock: object = time.time
    room: int = 10_000  # stored answers
    pause: float = 30  # as the breaker's
    answers: OrderedDict = field(
        default_factory=OrderedDict)

    def store(
        self, feature, user, question, text,
    ):
        if not feature.stored_for:
            return
        key = user, feature.name, question
        self.answers[key] = text, self.clock()
        self.answers.move_to_end(key)
        if len(self.answers) > self.room:
            self.answers.popitem(last=False)

    # region: standin
    def stand_in(self, feature, user, question):
        now = self.clock()
        key = user, feature.name, question
        text, at = self.answers.get(
            key, ("", 0))
        age = now - at
        if text and age < feature.stored_for:
            return Reply(
                200, "stored", text, at)
        until = now + feature.wanted_for
        job = Job(user, question, until)
        if until > now and self.queue.add(job):
            return Reply(
                202, "queue", until=until)
        wait = self.pause * random.uniform(1, 2)
        return Reply(503, "none", SORRY,
                     retry_after=wait)
    # endregion: standin


# region: chain
def chain_of(model) -> Chain:
    """For a model that has no spare."""
    # There is nobody else to ask: open only
    # when nearly all calls fail, and let few
    # people find out if they still do.
    breaker = Breaker(
        share=0.8, run=12, probes=2)
    # Shorter than the deadline, or no timeout
    # would ever count against the model.
    link = Link("A", model, breaker, limit=6)
    return Chain([link], deadline=8)
# endregion: chain


async def main(question: str):
    client = openai.AsyncOpenAI(max_retries=0)
    chain = chain_of(responses(client, MODEL_A))
    desk = Desk(chain, Queue(limit=100))
    for feature in SEARCH, SUMMARY, CHAT:
        r = await reply(desk, feature, "me", question)
        print(feature.name, r.status, r.source, r.text)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
