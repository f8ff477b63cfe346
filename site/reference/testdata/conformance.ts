// Runs the cases of conformance_test.go with resilient.ts, which lies beside it then.

import { readFileSync } from "node:fs";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import {
  Breaker, Budget, Chain, Failed, Link, chat, hedge, messages, responses,
} from "./resilient.ts";

const job = JSON.parse(readFileSync(0, "utf8"));

function models(url: string): Record<string, (model: string) => any> {
  const a = new OpenAI({ baseURL: url + "/v1", apiKey: "any", maxRetries: 0, logLevel: "off" });
  const b = new Anthropic({ baseURL: url, apiKey: "any", maxRetries: 0, logLevel: "off" });
  return {
    chat: (model) => chat(a, model),
    responses: (model) => responses(a, model),
    messages: (model) => messages(b, model),
  };
}

function isJSON(text: string) {
  try {
    JSON.parse(text);
  } catch {
    return false;
  }
  return true;
}

async function run(c: any, a: any, b: any) {
  let links = [new Link("A", a[c.api](c.model), new Breaker(), { limit: c.limit, idle: c.limit })];
  if (!c.alone) links.push(new Link("B", b[c.spare](c.model)));
  if (c.hedge) {
    const budget = new Budget(0.05, c.hedges);
    links = [new Link("A", hedge(a[c.api](c.model), b[c.spare](c.model), c.hedge, budget))];
  }
  const chain = new Chain(links, {
    deadline: c.deadline, backoff: () => 0.001, hold: c.hold, valid: c.json ? isJSON : undefined,
  });
  let shown = "";
  const show = c.stream ? async (text: string) => { shown += text; } : undefined;
  const leave = new AbortController();
  if (c.leave) setTimeout(() => leave.abort(), c.leave * 1000);
  const out: any = { model: c.model };
  let tried;
  try {
    const answer = await chain.ask("What is the answer?", { show, signal: leave.signal });
    Object.assign(out, { text: answer.text, by: answer.by, stop: answer.stop });
    tried = answer.tried;
  } catch (err) {
    if (!(err instanceof Failed)) throw err;
    out.text = err.text;
    tried = err.tried;
  }
  return { ...out, shown, tried };
}

function drive(steps: any[]) {
  let time = 0;
  const permits: number[] = [];
  const log: string[] = [];
  const breaker = new Breaker({
    clock: () => time,
    log: (from, to, why) => log.push(`${time}s ${from} -> ${to}: ${why}`),
  });
  for (const step of steps) {
    time = step.at;
    if (step.allow) {
      permits.push(breaker.allow());
      log.push(`${time}s ${permits.at(-1) ? "yes" : "no"}`);
    } else breaker.record(permits[step.call], step.counts);
  }
  return log;
}

const [a, b] = [models(job.a), models(job.b)];
const waiting = [...job.cases];
async function worker() {
  for (let c; (c = waiting.shift()); ) console.log(JSON.stringify(await run(c, a, b)));
}
await Promise.all(Array.from({ length: 12 }, worker));
for (const { name, steps } of job.breaker)
  console.log(JSON.stringify({ model: name, log: drive(steps) }));
