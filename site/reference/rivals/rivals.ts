// The AI SDK of Vercel in the cases of rivals_test.go.

import { readFileSync } from "node:fs";
import { createOpenAI } from "@ai-sdk/openai";
import { generateText, streamText } from "ai";

const job = JSON.parse(readFileSync(0, "utf8"));
const openai = createOpenAI({ baseURL: job.a + "/v1", apiKey: "any" });

async function ask(c: any) {
  let failure: unknown;
  const args = {
    model: openai.chat(c.model), prompt: "What is the answer?", maxRetries: 1,
    abortSignal: AbortSignal.timeout(12_000),
  };
  if (!c.stream) return (await generateText(args)).text;
  const stream = streamText({ ...args, onError: ({ error }) => { failure = error; } });
  let text = "";
  for await (const part of stream.textStream) text += part;
  if (failure) throw failure;
  return text;
}

async function run(c: any) {
  try {
    return { model: c.model, text: await ask(c) };
  } catch (err: any) {
    const waits = err.name === "TimeoutError" || err.name === "AbortError";
    return { model: c.model, error: waits ? "waits" : err.name };
  }
}

await Promise.all(job.cases.map(async (c: any) => console.log(JSON.stringify(await run(c)))));
