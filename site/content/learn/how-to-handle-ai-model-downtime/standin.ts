// What users get while a model is down.
//
// Put resilient.ts beside it, from
// https://aiperformanceoptimization.com/reference/

import {
  Breaker, Chain, Failed, Link, type Model,
} from "./resilient.ts";

const CANNOT = "The assistant cannot answer this.";
const SORRY = "The assistant is not available. "
  + "Your text is kept.";

export type Reply = {
  status: number;
  source: "model" | "stored" | "queue" | "none";
  text?: string;
  at?: number; // when a stored one was made
  until?: number; // of a job in the queue
  retryAfter?: number; // seconds
};

// region: features
/** What the product decided, in seconds. */
export type Feature = {
  name: string;
  storedFor?: number; // none: never stored
  wantedFor?: number; // none: never queued
};

export const SEARCH: Feature =
  { name: "search", storedFor: 3600 };
export const SUMMARY: Feature =
  { name: "summary", wantedFor: 240 };
export const CHAT: Feature = { name: "chat" };
// endregion: features

const seconds = () => Date.now() / 1000;

type Job = {
  user: string;
  question: string;
  expires: number; // a time, for a restart
};

export class Queue {
  jobs: Job[] = [];
  limit;
  clock = seconds;
  // The owner of an expired job:
  tell = (job: Job) => {};

  constructor(limit: number) {
    this.limit = limit;
  }

  add(job: Job): boolean {
    this.drop();
    if (this.jobs.length >= this.limit)
      return false;
    this.jobs.push(job);
    return true;
  }

  // region: queue
  /** The oldest that is still wanted. */
  take(): Job | undefined {
    this.drop();
    return this.jobs.shift();
  }

  drop() {
    const now = this.clock();
    const [kept, over]: Job[][] = [[], []];
    for (const job of this.jobs)
      (now < job.expires ? kept : over)
        .push(job);
    this.jobs = kept;
    over.forEach(this.tell);
  }
  // endregion: queue
}

// What a model made of the question itself: the
// same question will fare no better later.
// region: reply
const ABOUT_THE_QUESTION = [
  "bad_request", "not_found", "too_long",
  "refusal", "cut_off", "unfinished",
];

export async function reply(
  desk: Desk, feature: Feature, user: string,
  question: string, signal?: AbortSignal,
): Promise<Reply> {
  try {
    const { text } = await desk.chain.ask(
      question, { signal });
    desk.store(feature, user, question, text);
    return {
      status: 200, source: "model", text };
  } catch (err) {
    if (!(err instanceof Failed) ||
        signal?.aborted) throw err; // has left
    const { kind } = err.verdict;
    if (ABOUT_THE_QUESTION.includes(kind))
      return { status: 422, source: "none",
        text: CANNOT };
    return desk.standIn(
      feature, user, question);
  }
}
// endregion: reply

export class Desk {
  answers = new Map<
    string, { text: string; at: number }>();
  clock = seconds;
  room = 10_000; // stored answers
  pause = 30; // seconds, as the breaker's
  chain;
  queue;

  constructor(chain: Chain, queue: Queue) {
    this.chain = chain;
    this.queue = queue;
  }

  store(
    feature: Feature, user: string,
    question: string, text: string,
  ) {
    if (!feature.storedFor) return;
    const key = keyOf(feature, user, question);
    this.answers.delete(key); // to the end
    this.answers.set(
      key, { text, at: this.clock() });
    const [oldest] = this.answers.keys();
    if (this.answers.size > this.room)
      this.answers.delete(oldest);
  }

  // region: standin
  standIn(
    feature: Feature, user: string,
    question: string,
  ): Reply {
    const now = this.clock();
    const key = keyOf(feature, user, question);
    const old = this.answers.get(key);
    const age = feature.storedFor ?? 0;
    if (old && now - old.at < age)
      return { status: 200, source: "stored",
        ...old };
    const wanted = feature.wantedFor ?? 0;
    const until = now + wanted;
    if (until > now && this.queue.add(
        { user, question, expires: until }))
      return { status: 202, source: "queue",
        until };
    const spread = 1 + Math.random();
    return { status: 503, source: "none",
      text: SORRY,
      retryAfter: this.pause * spread };
  }
  // endregion: standin
}

function keyOf(
  feature: Feature, user: string, question: string,
) {
  return JSON.stringify(
    [user, feature.name, question]);
}

// region: chain
/** For a model that has no spare. */
export function chainOf(model: Model) {
  // There is nobody else to ask: open only when
  // nearly all calls fail, and let few people
  // find out if they still do.
  const breaker = new Breaker(
    { share: 0.8, run: 12, probes: 2 });
  // Shorter than the deadline, or no timeout
  // would ever count against the model.
  const link =
    new Link("A", model, breaker, { limit: 6 });
  return new Chain([link], { deadline: 8 });
}
// endregion: chain
