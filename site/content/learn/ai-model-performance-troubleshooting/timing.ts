import OpenAI from "openai";

const openai = new OpenAI();

// region: timing
// One call, in milliseconds: its parts add up to the total.
interface Timing {
  failed: number; // attempts before the last one, and the waits between
  first: number; // from the last attempt's start until the first token
  rest: number; // from the first token to the end
  attempts: string[]; // the status of each, those that the SDK retried too
  output: number; // tokens
}

async function ask(prompt: string, signal: AbortSignal): Promise<Timing> {
  const start = performance.now();
  let asked = start;
  let first = 0;
  let output = 0;
  const attempts: string[] = [];
  // The SDK calls fetch once for each attempt.
  const timed: typeof fetch = async (url, init) => {
    asked = performance.now();
    const n = attempts.push("no answer");
    const response = await fetch(url, init);
    attempts[n - 1] = String(response.status);
    return response;
  };
  const client = openai.withOptions({ fetch: timed });
  const stream = await client.chat.completions.create(
    {
      model: "model",
      messages: [{ role: "user", content: prompt }],
      stream: true,
      stream_options: { include_usage: true },
    },
    { signal }, // without it, a stalled stream never ends
  );
  for await (const { choices, usage } of stream) {
    if (choices[0]?.delta.content) first ||= performance.now();
    output = usage?.completion_tokens ?? output;
  }
  const end = performance.now();
  first ||= end;
  return {
    failed: asked - start,
    first: first - asked,
    rest: end - first,
    attempts,
    output,
  };
}
// endregion: timing

for (let i = 1; i <= 4; i++) {
  const deadline = AbortSignal.timeout(20_000);
  const { attempts, output } = await ask(`Question ${i}`, deadline);
  console.log(`${i}. ${attempts.join(", ")}: ${output} tokens`);
}
