// The limits and settings of the chain, in real time: prints what a reader has, and who is said to have answered.

import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { Chain, Failed, Link, chat, messages } from "./resilient.ts";

async function run(name: string, links: Link[], deadline: number, prompt: string,
                   switchOn: any[] = []) {
  let shown = "", by: string;
  const began = performance.now();
  try {
    const show = (text: string) => { shown += text; };
    by = (await new Chain(links, { deadline, switchOn }).ask(prompt, { show })).by;
  } catch (err) {
    if (!(err instanceof Failed)) throw err;
    by = err.verdict.kind;
  }
  const inTime = performance.now() - began < (deadline + 0.5) * 1000;
  console.log(`${name}: ${by}, ${JSON.stringify(shown)}, ${inTime ? "in time" : "late"}`);
}

const a = chat(new OpenAI({ maxRetries: 0 }), "a");
const b = new Link("B", messages(new Anthropic({ maxRetries: 0 }), "b"));
await run("late text", [new Link("A", a, undefined, { limit: 0.5, tries: 1 }), b], 20, "late");
await run("stall", [new Link("A", a, undefined, { tries: 1 })], 1, "stall");
await run("little time", [new Link("A", a), b], 7, "good");
for (const kind of ["too_long", "refusal"]) {
  await run(kind, [new Link("A", a), b], 20, kind);
  await run("switch on it", [new Link("A", a), b], 20, kind, [kind]);
}
