// Runs the chain against two providers, whose addresses the SDKs read from
// OPENAI_BASE_URL and ANTHROPIC_BASE_URL, and prints who answered.
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

// region: models
type Model = (
  prompt: string,
  signal: AbortSignal,
) => AsyncGenerator<string, string | null>;

const openai = new OpenAI({ maxRetries: 0 });
const anthropic = new Anthropic({ maxRetries: 0 });

// Each yields text, or "" as a sign of work, and returns why the answer
// stopped: null if the provider never said, so that it has broken off.
const askA: Model = async function* (prompt, signal) {
  let stop: string | null = null;
  const stream = await openai.chat.completions.create(
    {
      model: "model-a",
      max_completion_tokens: 400,
      messages: [{ role: "user", content: prompt }],
      stream: true,
    },
    { signal },
  );
  for await (const { choices } of stream) {
    if (choices[0]?.delta.content) yield choices[0].delta.content;
    stop = choices[0]?.finish_reason ?? stop;
  }
  return stop;
};

const askB: Model = async function* (prompt, signal) {
  let stop: string | null = null;
  const stream = await anthropic.messages.create(
    {
      model: "model-b",
      max_tokens: 400,
      messages: [{ role: "user", content: prompt }],
      stream: true,
    },
    { signal },
  );
  for await (const event of stream) {
    if (event.type === "content_block_delta")
      yield event.delta.type === "text_delta" ? event.delta.text : "";
    if (event.type === "message_delta") stop = event.delta.stop_reason;
  }
  return stop;
};
// endregion: models

// region: chain
interface Link {
  name: string;
  ask: Model;
  first: number; // ms to its first text
  need: number; // ms to the end of its answer
}

class ChainError extends Error {
  failed: string[];
  shown: boolean; // text was shown, then the answer broke off
  constructor(failed: string[], shown: boolean) {
    super(failed.join("; "));
    this.failed = failed;
    this.shown = shown;
  }
}

// Yields the text of the first link that answers, returns that link's name.
async function* chain(
  links: Link[], prompt: string, idle: number, deadline: number,
): AsyncGenerator<string, string> {
  const failed: string[] = [];
  const end = AbortSignal.timeout(Math.max(0, deadline - Date.now()));
  for (const link of links) {
    if (deadline - Date.now() < link.need) {
      failed.push(`${link.name}: too little time`);
      continue;
    }
    const silence = new AbortController();
    const wait = (ms: number) => setTimeout(() => silence.abort(), ms);
    let timer = wait(link.first);
    let shown = false;
    try {
      const text = link.ask(prompt, AbortSignal.any([end, silence.signal]));
      for (;;) {
        const { value, done } = await text.next();
        clearTimeout(timer); // do not count the reader's time
        if (done && value === null) throw new Error("broke off");
        if (done) return link.name;
        if (value) {
          shown = true;
          yield value;
        }
        timer = wait(idle);
      }
    } catch (err) {
      const why = silence.signal.aborted ? "silent" : reason(err);
      failed.push(`${link.name}: ${why}`);
      if (shown || end.aborted || follows(err)) {
        throw new ChainError(failed, shown);
      }
    } finally {
      clearTimeout(timer);
      silence.abort(); // frees the connection, also when the reader leaves
    }
  }
  throw new ChainError(failed, false);
}

// Whether the request itself is at fault: every provider would refuse.
function follows(err: unknown): boolean {
  const fromAPI =
    err instanceof OpenAI.APIError || err instanceof Anthropic.APIError;
  return fromAPI && [400, 413, 422].includes(err.status ?? 0);
}
// endregion: chain

function reason(err: unknown): string {
  if (err instanceof OpenAI.APIError || err instanceof Anthropic.APIError) {
    return err.status ? `status ${err.status}` : "connection";
  }
  return err instanceof Error && err.message === "broke off" ? "broke off" : "connection";
}

const links: Link[] = [
  { name: "A", ask: askA, first: 2000, need: 0 },
  { name: "B", ask: askB, first: 2000, need: 0 },
];
for (let i = 1; i <= 7; i++) {
  let words = 0;
  let end: string;
  const stream = chain(links, `Question ${i}`, 2000, Date.now() + 12_000);
  try {
    for (;;) {
      const { value, done } = await stream.next();
      if (done) {
        end = `${value} answered`;
        break;
      }
      words += value.split(" ").filter(Boolean).length;
    }
  } catch (err) {
    if (!(err instanceof ChainError)) throw err;
    end = `${err.shown ? "broke off" : "failed"} (${err.failed.join("; ")})`;
  }
  console.log(`${i}. ${String(words).padStart(2)} words, ${end}`);
}
