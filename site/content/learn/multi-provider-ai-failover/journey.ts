// Takes a stored conversation to Anthropic's API, through a tool call there, and back to OpenAI's.
import { readFileSync } from "node:fs";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

type Turn = {
  role: "user" | "assistant";
  by?: string; // the model that wrote it
  text?: string;
  reasoning?: { text: string; signature: string }[];
  calls?: { id: string; name: string; args: unknown }[];
  results?: { call: string; text: string; failed?: boolean }[];
};

// region: anthropic

// The ID under which a reader sees a call: the writer's own if the reader
// wrote the turn, else one that every provider accepts.
function idFor(
  reader: string,
  history: Turn[],
  turn: number,
  call: number,
): string {
  const t = history[turn]!;
  return t.by === reader ? t.calls![call]!.id : `turn${turn}_call${call}`;
}

// Renders a history for the model that will read it.
function toAnthropic(reader: string, history: Turn[]) {
  const out: Anthropic.MessageParam[] = [];
  const ids = new Map<string, string>();
  history.forEach((t, i) => {
    const blocks: Anthropic.ContentBlockParam[] = [];
    const reasoning = t.by === reader ? t.reasoning : undefined;
    for (const { text, signature } of reasoning ?? []) {
      blocks.push({ type: "thinking", thinking: text, signature });
    }
    for (const r of t.results ?? []) {
      blocks.push({
        type: "tool_result",
        tool_use_id: ids.get(r.call)!,
        content: r.text,
        is_error: r.failed ?? false,
      });
    }
    if (t.text?.trim()) blocks.push({ type: "text", text: t.text });
    t.calls?.forEach((c, j) => {
      const id = idFor(reader, history, i, j);
      ids.set(c.id, id);
      blocks.push({ type: "tool_use", id, name: c.name, input: c.args });
    });
    if (blocks.length) {
      out.push({ role: t.role, content: blocks } as Anthropic.MessageParam);
    }
  });
  return out;
}

// endregion: anthropic

// Renders a history for a Chat Completions model, which takes no reasoning back.
function toOpenAI(reader: string, system: string, history: Turn[]): OpenAI.ChatCompletionMessageParam[] {
  const ids = new Map<string, string>();
  const out: OpenAI.ChatCompletionMessageParam[] = [{ role: "system", content: system }];
  history.forEach((t, i) => {
    for (const r of t.results ?? []) {
      const content = r.failed ? `The tool failed: ${r.text}` : r.text;
      out.push({ role: "tool", tool_call_id: ids.get(r.call)!, content });
    }
    if (t.role === "user") {
      if (t.text) out.push({ role: "user", content: t.text });
      return;
    }
    const tool_calls = (t.calls ?? []).map((c, j) => {
      const id = idFor(reader, history, i, j);
      ids.set(c.id, id);
      const args = JSON.stringify(c.args);
      return { id, type: "function" as const, function: { name: c.name, arguments: args } };
    });
    out.push({ role: "assistant", content: t.text ?? "", ...(tool_calls.length ? { tool_calls } : {}) });
  });
  return out;
}

function tally(reader: string, takesReasoning: boolean, history: Turn[], messages: number): string {
  let rewritten = 0;
  let kept = 0;
  let withheld = 0;
  history.forEach((t, i) => {
    t.calls?.forEach((c, j) => (rewritten += idFor(reader, history, i, j) === c.id ? 0 : 1));
    const n = t.reasoning?.length ?? 0;
    if (t.by === reader && takesReasoning) kept += n;
    else withheld += n;
  });
  return `${messages} messages, ${rewritten} ids rewritten, reasoning ${kept} kept and ${withheld} withheld`;
}

const a = new OpenAI({ maxRetries: 0 });
const b = new Anthropic({ maxRetries: 0 });
const stored = JSON.parse(readFileSync(process.env.CONVERSATION!, "utf8"));
const history: Turn[] = stored.turns;

async function askB(): Promise<Turn> {
  const messages = toAnthropic("model-b", history);
  console.log("to B:", tally("model-b", true, history, messages.length));
  const answer = await b.messages.create({
    model: "model-b",
    max_tokens: 300,
    system: stored.system,
    tools: stored.tools.map((t: any) => ({ name: t.name, description: t.description, input_schema: t.schema })),
    messages,
  });
  const turn: Turn = { role: "assistant", by: answer.model, text: "", reasoning: [], calls: [] };
  for (const block of answer.content) {
    if (block.type === "thinking") turn.reasoning!.push({ text: block.thinking, signature: block.signature });
    if (block.type === "text") turn.text += block.text;
    if (block.type === "tool_use") turn.calls!.push({ id: block.id, name: block.name, args: block.input });
  }
  history.push(turn);
  console.log(`   B: ${answer.stop_reason}, ${turn.calls!.map((c) => "call " + c.name)[0] ?? turn.text}`);
  return turn;
}

const called = await askB();
history.push({ role: "user", results: [{ call: called.calls![0]!.id, text: "cancelled" }] });
await askB();

history.push({ role: "user", text: "Thank you." });
const messages = toOpenAI("model-a", stored.system, history);
console.log("to A:", tally("model-a", false, history, messages.length));
const answer = await a.chat.completions.create({ model: "model-a", messages, max_completion_tokens: 300 });
console.log(`   A: ${answer.choices[0]!.finish_reason}, ${answer.choices[0]!.message.content}`);
