// Runs the cases of standin_test.go with standin.ts and resilient.ts, which lie beside it then.

import { readFileSync } from "node:fs";
import OpenAI from "openai";
import { chat } from "./resilient.ts";
import { CHAT, Desk, Queue, SEARCH, SUMMARY, chainOf, reply } from "./standin.ts";

const features: any = { chat: CHAT, search: SEARCH, summary: SUMMARY };
const client = new OpenAI({ maxRetries: 0, logLevel: "off" });
const say = (...parts: any[]) => console.log(JSON.stringify(parts));

for (const { steps } of JSON.parse(readFileSync(0, "utf8"))) {
  const desk = new Desk(null as any, new Queue(2));
  desk.room = 2;
  let last = "";
  for (const { model, feature, user, question } of steps) {
    if (model !== last) desk.chain = chainOf(chat(client, model));
    last = model;
    const r = await reply(desk, features[feature], user, question);
    const wait = r.retryAfter !== undefined && r.retryAfter >= 30 && r.retryAfter <= 60;
    say(r.status, r.source, !!r.text, wait);
  }
}

// A user who leaves gets no place in the queue.
const left = new Desk(chainOf(chat(client, "ok")), new Queue(2));
await reply(left, SUMMARY, "ann", "q", AbortSignal.abort()).catch(() => {});
say(left.queue.jobs.length);

// Jobs that expire in another order than they came in.
let time = 0;
const told: string[] = [];
const queue = new Queue(3);
queue.clock = () => time;
queue.tell = (job) => told.push(job.question);
const jobs: [string, number][] = [["long", 300], ["short", 10], ["middle", 100]];
for (const [question, expires] of jobs) queue.add({ user: "ann", question, expires });
time = 20;
say(queue.take()!.question, queue.take()!.question, queue.take() ?? null, told);
