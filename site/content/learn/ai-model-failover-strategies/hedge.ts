import OpenAI from "openai";
import { setTimeout as sleep } from "node:timers/promises";

const options = { apiKey: "any", maxRetries: 0 };
const a = new OpenAI({ ...options, baseURL: process.env.A_BASE_URL });
const b = new OpenAI({ ...options, baseURL: process.env.B_BASE_URL });
const deadlineMs = Number(process.env.DEADLINE_MS ?? 15_000);
const hedgeAt = Number(process.env.HEDGE_AT_MS ?? 2500);

// region: hedged
// Asks B too when A has failed or shown no token in time. The first token
// wins, and the other call is cancelled before it has shown any.
async function hedged(question: string): Promise<string> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const calls: AbortController[] = [];
  const ask = async (client: OpenAI) => {
    const call = new AbortController();
    calls.push(call);
    const signal = AbortSignal.any([call.signal, deadline]);
    return { call, ...(await open(client, question, signal)) };
  };
  let won = false;
  const first = ask(a);
  const failed = new Promise<void>((resolve) => first.catch(() => resolve()));
  const late = sleep(hedgeAt, undefined, { ref: false });
  const second = Promise.race([late, failed]).then(() => {
    if (won) throw new Error("not needed");
    return ask(b);
  });
  const winner = await Promise.any([first, second]);
  won = true;
  for (const call of calls) if (call !== winner.call) call.abort();

  let text = winner.text, end = winner.end;
  for await (const chunk of winner.rest) {
    text += chunk.choices[0]?.delta.content ?? "";
    end = chunk.choices[0]?.finish_reason ?? end;
  }
  // An aborted stream ends without an error, and a cut-off answer too.
  if (end !== "stop") throw new Error(`not whole: ${end}`);
  return text;
}

// Waits for the first text of an answer. The caller reads on in the same stream.
async function open(client: OpenAI, question: string, signal: AbortSignal) {
  const messages = [{ role: "user" as const, content: question }];
  const stream = await client.chat.completions.create(
    { model: "model", stream: true, messages },
    { signal },
  );
  const rest = stream[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await rest.next();
    if (done) throw new Error("no answer");
    const text = value.choices[0]?.delta.content;
    const end = value.choices[0]?.finish_reason;
    if (text) return { text, end, rest: { [Symbol.asyncIterator]: () => rest } };
  }
}
// endregion: hedged

for (const question of process.env.QUESTIONS!.split("|")) {
  const answer = await hedged(question).catch(() => "no answer");
  console.log(`${question}: ${answer}`);
}
