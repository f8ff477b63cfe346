// Asks a model, and says how each call ended and what to do about it.
//
//   npm install openai @anthropic-ai/sdk
//   export OPENAI_API_KEY=...
//   node handle.ts "hello"
//
// The file resilient.ts lies beside this one:
// https://aiperformanceoptimization.com/reference/

// region: handle
import OpenAI from "openai";
import { classify, responses }
  from "./resilient.ts";

const MODEL =
  process.env.OPENAI_MODEL ?? "gpt-5.5";

/** How a call ended, and what to do. */
async function judge(call: Promise<unknown>) {
  const end = await call.catch((err) => err);
  return { end, ...classify(end) };
}

const client = new OpenAI({ maxRetries: 0 });
const ask = responses(client, MODEL);
for (const prompt of process.argv.slice(2)) {
  const v = await judge(ask(prompt));
  console.log(`${v.action}: ${v.kind}`);
}
// endregion: handle
