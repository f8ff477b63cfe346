// Meets the same failures through the npm SDKs: the names of the models, which
// choose the failure, are in MODELS, the address in the variables of the SDKs.
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

// region: classify
type Action = "use" | "retry" | "switch" | "fix" | "stop";
interface Decision {
  action: Action;
  wait?: number; // ms
  page?: boolean; // it will not end before a person acts
}
interface Result {
  err?: unknown;
  stop: string | null;
  refusal: string;
  text: string;
}

// These codes are OpenAI's, the last two Anthropic's.
const spent = [
  "insufficient_quota", "credit_balance_exhausted",
  "organization_spend_limit_exceeded", "project_spend_limit_exceeded",
  "organization_usage_limit_exceeded",
  "enforced_spend_limit_reached", "contract_spend_limit_reached",
];
const statusOf: Record<string, number> = {
  invalid_request_error: 400, authentication_error: 401, billing_error: 402,
  permission_error: 403, not_found_error: 404, request_too_large: 413,
  rate_limit_error: 429, api_error: 500, server_error: 500,
  service_unavailable_error: 503, timeout_error: 504, overloaded_error: 529,
};

function classify(r: Result, valid = (text: string) => text !== ""): Decision {
  if (r.err !== undefined) return classifyError(r.err);
  if (r.stop === null) return { action: "retry" }; // ended without an end
  if (["refusal", "content_filter"].includes(r.stop)) return { action: "stop" };
  if (r.refusal) return { action: "stop" };
  if (["tool_calls", "tool_use"].includes(r.stop)) return { action: "use" };
  const good = ["stop", "end_turn", "stop_sequence"];
  if (!good.includes(r.stop)) return { action: "fix" }; // cut, paused, or new
  return { action: valid(r.text) ? "use" : "fix" };
}

function classifyError(err: unknown): Decision {
  const openai = err instanceof OpenAI.APIError;
  if (!openai && !(err instanceof Anthropic.APIError)) return { action: "retry" };
  if (err instanceof OpenAI.APIUserAbortError) return { action: "stop" };
  if (err instanceof Anthropic.APIUserAbortError) return { action: "stop" };
  if (err instanceof OpenAI.APIConnectionTimeoutError) return { action: "switch" };
  if (err instanceof Anthropic.APIConnectionTimeoutError) return { action: "switch" };

  const code = (openai ? err.code : err.errorCode) ?? "";
  if (spent.includes(code) || err.type === ("insufficient_quota" as string))
    return { action: "switch", page: true };
  if (code === "context_length_exceeded") return { action: "fix" };
  // An error in a stream has no status of its own.
  const status = err.status ?? statusOf[err.type ?? ""] ?? 0;
  if (status === 429) {
    const seconds = Number(err.headers?.get("retry-after") ?? 0);
    const wait = Number(err.headers?.get("retry-after-ms") ?? seconds * 1000);
    // A date is not a number, so it is no short wait either.
    return wait <= 2000 ? { action: "retry", wait } : { action: "switch" };
  }
  if ([401, 402, 403, 404].includes(status)) return { action: "switch", page: true };
  if ([503, 504, 529].includes(status)) return { action: "switch" };
  if (status === 413) return { action: "fix" };
  if ([0, 408, 409].includes(status) || status >= 500) return { action: "retry" };
  return { action: "stop" };
}
// endregion: classify

const openai = new OpenAI({ maxRetries: 0 });
const anthropic = new Anthropic({ maxRetries: 0 });

async function askOpenAI(model: string): Promise<Result> {
  const r: Result = { stop: null, refusal: "", text: "" };
  try {
    const stream = await openai.chat.completions.create({
      model, stream: true, messages: [{ role: "user", content: "Is it done?" }],
    });
    for await (const { choices } of stream) {
      r.text += choices[0]?.delta.content ?? "";
      r.refusal += choices[0]?.delta.refusal ?? "";
      r.stop = choices[0]?.finish_reason ?? r.stop;
    }
  } catch (err) {
    r.err = err;
  }
  return r;
}

async function askAnthropic(model: string): Promise<Result> {
  const r: Result = { stop: null, refusal: "", text: "" };
  try {
    const stream = await anthropic.messages.create({
      model, stream: true, max_tokens: 400,
      messages: [{ role: "user", content: "Is it done?" }],
    });
    for await (const event of stream) {
      if (event.type === "content_block_delta" && event.delta.type === "text_delta")
        r.text += event.delta.text;
      if (event.type === "message_delta") r.stop = event.delta.stop_reason;
    }
  } catch (err) {
    r.err = err;
  }
  return r;
}

function show(d: Decision): string {
  return d.action + (d.wait ? ` ${d.wait / 1000}s` : "") + (d.page ? "*" : "");
}

for (const model of process.env.MODELS!.split("|")) {
  const a = show(classify(await askOpenAI(model)));
  const b = show(classify(await askAnthropic(model)));
  console.log(`${model}: ${a === b ? a : `${a} / ${b}`}`);
}
