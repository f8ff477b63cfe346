// Asks A, and B if A fails or is known to be down; prints who answered, and each switch.
//
//   npm install openai @anthropic-ai/sdk
//   export OPENAI_API_KEY=... ANTHROPIC_API_KEY=...
//   node fallback.ts "hello" "and again"
//
// The file resilient.ts lies beside this one:
// https://aiperformanceoptimization.com/reference/

// region: fallback
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { Breaker, Chain, Link, messages,
  responses } from "./resilient.ts";

const a = new OpenAI({ maxRetries: 0 });
const b = new Anthropic({ maxRetries: 0 });
const breaker = new Breaker();
breaker.log = console.log;
const chain = new Chain([
  new Link("A",
    responses(a, "gpt-5.5"), breaker),
  new Link("B",
    messages(b, "claude-sonnet-5")),
]);
for (const prompt of process.argv.slice(2)) {
  const answer = await chain.ask(prompt);
  console.log(answer.by, answer.text);
}
// endregion: fallback
