// Ask language models, and get an answer when one fails.
//
//   npm install openai @anthropic-ai/sdk
//   export OPENAI_API_KEY=... ANTHROPIC_API_KEY=...
//   node resilient.ts "hello"      (Node 22.18 or later)
//
// The same in Go and Python, and the table of faults that all three are tested with:
// https://aiperformanceoptimization.com/reference/

import { pathToFileURL } from "node:url";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

const MODEL_A = process.env.OPENAI_MODEL ?? "gpt-5.5";
const MODEL_B =
  process.env.ANTHROPIC_MODEL ?? "claude-sonnet-5";

// region: minimum
export async function minimum(prompt: string) {
  const a = new OpenAI({ timeout: 10_000 });
  const b = new Anthropic({ timeout: 20_000 });
  const messages = [
    { role: "user" as const, content: prompt },
  ];
  let text, stop;
  try {
    const r = await a.chat.completions.create({
      model: MODEL_A, messages });
    text = r.choices[0].message.content;
    stop = r.choices[0].finish_reason;
  } catch (err) {
    if (!(err instanceof OpenAI.APIError)) throw err;
    console.error("A failed:", err.message);
    const r = await b.messages.create({
      model: MODEL_B, messages, max_tokens: 1000 });
    text = r.content.map((c) =>
      c.type === "text" ? c.text : "").join("");
    stop = r.stop_reason;
  }
  if (!text || !["stop", "end_turn"].includes(stop!))
    throw new Error(`not whole: ${stop}`);
  return text;
}
// endregion: minimum

// region: kinds
type Action =
  "use" | "retry" | "switch" | "fix" | "stop";
type Counts = "good" | "no" | "yes" | "at once";

const KINDS = {
  ok: ["use", "good"],
  // The provider, or the way to it:
  rate_limit: ["retry", "no"],
  quota: ["switch", "at once"],
  auth: ["switch", "at once"],
  model_not_found: ["switch", "at once"],
  forbidden: ["switch", "yes"],
  overloaded: ["switch", "yes"],
  timeout: ["switch", "yes"],
  server_error: ["retry", "yes"],
  connection: ["retry", "yes"],
  conflict: ["retry", "no"],
  // The request:
  bad_request: ["fix", "no"],
  not_found: ["fix", "no"],
  too_long: ["fix", "no"],
  // The answer, which came with status 200:
  refusal: ["stop", "good"],
  cut_off: ["fix", "good"],
  unfinished: ["fix", "good"],
  empty: ["switch", "no"],
  invalid: ["retry", "no"],
  // The caller, and a breaker:
  deadline: ["stop", "no"],
  cancelled: ["stop", "no"],
  open: ["switch", "no"],
} as const;
type Kind = keyof typeof KINDS;
const PATIENCE = 2; // seconds, with a rate limit

/** How a call ended, and what to do. */
export type Verdict = {
  kind: Kind;
  action: Action;
  counts: Counts; // for the breaker
  wait: number; // seconds, the provider's
};

function verdict(kind: Kind, wait = 0): Verdict {
  let [action, counts]: readonly [Action, Counts] =
    KINDS[kind];
  if (kind === "rate_limit" && wait > PATIENCE)
    action = "switch";
  return { kind, action, counts, wait };
}
// endregion: kinds

// region: answer
export class Answer {
  text = "";
  stop = ""; // why, in the provider's words
  refusal = "";
  model = ""; // the provider's name of it
  turn: any[] = []; // as it came: for the history
  by = ""; // the link that answered
  tried: Try[] = []; // each attempt
}
export type Try = { link: string } & Verdict;
// endregion: answer

// region: classify
const WORDS: Record<string, Kind> = {
  insufficient_quota: "quota",
  credit_balance_exhausted: "quota",
  organization_spend_limit_exceeded: "quota",
  organization_usage_limit_exceeded: "quota",
  project_spend_limit_exceeded: "quota",
  enforced_spend_limit_reached: "quota",
  contract_spend_limit_reached: "quota",
  billing_error: "quota",
  rate_limit_exceeded: "rate_limit",
  rate_limit_error: "rate_limit",
  slow_down: "rate_limit",
  model_not_found: "model_not_found",
  context_length_exceeded: "too_long",
  request_too_large: "too_long",
  invalid_request_error: "bad_request",
  authentication_error: "auth",
  permission_error: "forbidden",
  not_found_error: "not_found",
  timeout_error: "timeout",
  server_is_overloaded: "overloaded",
  overloaded_error: "overloaded",
  server_error: "server_error",
  api_error: "server_error",
  error: "server_error", // without a code
};
const STATUSES: Record<number, Kind> = {
  401: "auth", 402: "quota", 403: "forbidden",
  404: "not_found", 408: "timeout",
  409: "conflict", 413: "too_long",
  429: "rate_limit", 503: "overloaded",
  504: "timeout", 529: "overloaded",
};

export class Timeout extends Error {}
/** It was not the provider. */
export class ShowFailed extends Error {}
/** An error that came with status 200. */
export class StreamFailed extends Error {}

/** Judges an error or an Answer. */
export function classify(
  end: unknown, valid?: (text: string) => boolean,
): Verdict {
  if (end instanceof Answer)
    return verdict(ofAnswer(end, valid));
  if (
    end instanceof Timeout ||
    end instanceof OpenAI.APIConnectionTimeoutError ||
    end instanceof Anthropic.APIConnectionTimeoutError
  )
    return verdict("timeout");
  if (
    end instanceof OpenAI.APIUserAbortError ||
    end instanceof Anthropic.APIUserAbortError
  )
    return verdict("cancelled");
  if (end instanceof StreamFailed)
    return verdict(ofError(200, end.message));
  if (
    end instanceof OpenAI.APIError ||
    end instanceof Anthropic.APIError
  ) {
    const body: any = end.error ?? {};
    const error = body.error ?? body;
    const code =
      error.code ?? error.details?.error_code ?? "";
    return verdict(
      ofError(end.status ?? 200, code,
        error.type, error.message),
      retryAfter(end.headers));
  }
  if (end instanceof ShowFailed) throw end.cause;
  if (
    end instanceof TypeError || // fetch's
    end instanceof SyntaxError || // JSON's
    end instanceof OpenAI.OpenAIError ||
    end instanceof Anthropic.AnthropicError
  )
    return verdict("connection");
  throw end; // a bug: no fault of a provider
}

function ofError(
  status: number, code: string,
  type = "", message = "",
): Kind {
  if (WORDS[code]) return WORDS[code];
  if (type === "insufficient_quota") return "quota";
  // Anthropic has no codes for these two:
  if (message.startsWith("prompt is too long"))
    return "too_long";
  if (status === 404 && message.startsWith("model:"))
    return "model_not_found";
  if (STATUSES[status]) return STATUSES[status];
  if (status >= 500) return "server_error";
  if (status >= 400) return "bad_request";
  return WORDS[type] ?? "connection";
}

function ofAnswer(
  a: Answer, valid?: (text: string) => boolean,
): Kind {
  if (a.refusal) return "refusal";
  switch (a.stop) {
    case "refusal":
    case "content_filter":
      return "refusal";
    case "length":
    case "max_tokens":
    case "max_output_tokens":
    case "model_context_window_exceeded":
      return "cut_off";
    case "tool_calls":
    case "tool_use":
      return "ok"; // check what they ask for
    case "stop":
    case "completed":
    case "end_turn":
    case "stop_sequence":
      if (!a.text.trim()) return "empty";
      return !valid || valid(a.text)
        ? "ok" : "invalid";
  }
  return "unfinished"; // as pause_turn
}
// endregion: classify

// region: retry
/** Lets a share of the calls have another. */
export class Budget {
  share; burst; left;

  constructor(share = 0.1, burst = 10) {
    this.share = share;
    this.burst = this.left = burst;
  }

  earn() { // at each call
    this.left = Math.min(
      this.burst, this.left + this.share);
  }

  spend(): boolean {
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}

/** Full jitter below a limit that doubles. */
export function backoff(attempt: number): number {
  const limit = Math.min(8, 0.5 * 2 ** attempt);
  return Math.random() * limit;
}

/** The seconds that a response asks for. */
function retryAfter(headers?: Headers): number {
  const ms = headers?.get("retry-after-ms");
  const s = headers?.get("retry-after");
  let wait = ms ? Number(ms) / 1000 : Number(s ?? 0);
  if (Number.isNaN(wait))
    wait = (Date.parse(s!) - Date.now()) / 1000;
  return Math.max(0, wait || 0);
}
// endregion: retry

// region: deadline
type Show = (text: string) => unknown;
const now = () => performance.now() / 1000;

/** Asks once: limit is for the first sign of work,
 * link.idle for every further one. */
async function attempt(
  link: Link, request: Request, limit: number,
  end: number, show?: Show, signal?: AbortSignal,
): Promise<Answer> {
  const control = new AbortController();
  const abort = () => control.abort(signal!.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
  const expire = () => control.abort(new Timeout());
  let watch = setTimeout(expire, limit * 1000);

  async function emit(text: string) {
    if (control.signal.aborted)
      throw control.signal.reason; // too late
    clearTimeout(watch); // reading is no pause
    if (text) await show!(text);
    const left = Math.min(link.idle, end - now());
    watch = setTimeout(expire, left * 1000);
  }

  try {
    return await link.model(
      request, control.signal, show && emit);
  } catch (err) {
    // The SDKs say "aborted", whoever did it.
    throw control.signal.aborted
      ? control.signal.reason : err;
  } finally {
    clearTimeout(watch);
    signal?.removeEventListener("abort", abort);
  }
}
// endregion: deadline

// region: breaker
/** Opens when a share of the recent calls failed, or
 * a run of them, or one whose error says that all of
 * them will. */
export class Breaker {
  share = 0.2; // of the calls
  minimum = 40; // of calls, for the share
  window = 60; // seconds that are recent
  run = 6;
  cooldown = 30;
  probes = 10; // that must pass to close it
  clock = now;
  log = (from: string, to: string, why: string) => {};

  state = "closed";
  since = 0;
  period = 1;
  slots = new Map<number, [number, number]>();
  inARow = 0;
  passed = 0;
  probing: number[] = [];

  constructor(rules: Partial<Breaker> = {}) {
    Object.assign(this, rules);
  }

  become(state: string, why: string) {
    this.log(this.state, state, why);
    this.state = state;
    this.since = this.clock();
    this.period++;
    this.slots.clear();
    this.inARow = this.passed = 0;
    this.probing = [];
  }

  /** A permit for record, or 0. */
  allow(): number {
    const now = this.clock();
    if (this.state === "open") {
      if (now < this.since + this.cooldown) return 0;
      this.become("half-open", "cooled down");
    }
    if (this.state === "half-open") {
      this.probing = this.probing.filter(
        (t) => now < t + this.cooldown); // not hung
      const used = this.passed + this.probing.length;
      if (used >= this.probes) return 0;
      this.probing.push(now);
    }
    return this.period;
  }

  record(permit: number, counts: Counts) {
    if (permit !== this.period) return; // too late
    if (counts === "at once")
      this.become("open", "needs a person");
    else if (this.state === "half-open")
      this.recordProbe(counts);
    else if (counts !== "no")
      this.recordCall(counts === "yes");
  }

  recordProbe(counts: Counts) {
    this.probing.shift();
    if (counts === "yes")
      this.become("open", "a probe failed");
    else if (counts === "good") {
      this.passed++;
      if (this.passed === this.probes)
        this.become("closed", "all probes passed");
    }
  }

  recordCall(failed: boolean) {
    // The window moves on by twelfths.
    const slot = Math.floor(
      (this.clock() * 12) / this.window);
    const n = this.slots.get(slot) ?? [0, 0];
    this.slots.set(
      slot, [n[0] + 1, n[1] + Number(failed)]);
    this.inARow = failed ? this.inARow + 1 : 0;
    let calls = 0, bad = 0;
    for (const [s, n] of this.slots) {
      if (s <= slot - 12) this.slots.delete(s);
      else (calls += n[0]), (bad += n[1]);
    }
    if (
      this.inARow >= this.run ||
      (calls >= this.minimum &&
        bad >= this.share * calls)
    )
      this.become("open", `${bad} of ${calls} failed, ` +
        `${this.inARow} in a row`);
  }
}
// endregion: breaker

// region: models
/** A prompt, or the turns of a conversation in the API's own form. */
export type Request = string | any[];

/** Asks a provider once. With show, it calls that with each text, and with "" at other signs of work. */
export type Model = (request: Request, signal: AbortSignal, show?: Show) => Promise<Answer>;

function turns(request: Request): any[] {
  return typeof request === "string" ? [{ role: "user", content: request }] : request;
}

function answer(parts: Partial<Answer>): Answer {
  return Object.assign(new Answer(), parts);
}

/** A model asked through Chat Completions. */
export function chat(client: OpenAI, model: string, params: object = {}): Model {
  return async (request, signal, show) => {
    const args = { model, messages: turns(request), ...params };
    if (show) {
      const stream = await client.chat.completions.create({ ...args, stream: true }, { signal });
      return chatStream(stream, show);
    }
    const r = await client.chat.completions.create(args, { signal });
    if (!r.choices) throw new StreamFailed("no JSON");
    const { message, finish_reason } = r.choices[0];
    return answer({
      text: message.content ?? "", stop: finish_reason, refusal: message.refusal ?? "",
      model: r.model, turn: [message],
    });
  };
}

async function chatStream(stream: AsyncIterable<any>, show: Show) {
  const a = new Answer();
  const calls: any[] = [];
  for await (const chunk of stream) {
    a.model = chunk.model;
    for (const { delta, finish_reason } of chunk.choices) {
      a.stop = finish_reason ?? a.stop;
      a.text += delta.content ?? "";
      a.refusal += delta.refusal ?? "";
      for (const part of delta.tool_calls ?? []) {
        const call = (calls[part.index] ??= {
          id: part.id, type: "function", function: { name: "", arguments: "" } });
        call.function.name += part.function?.name ?? "";
        call.function.arguments += part.function?.arguments ?? "";
      }
      await show(delta.content ?? "");
    }
  }
  if (!a.stop) throw new StreamFailed("ended early");
  a.turn = [{ role: "assistant", content: a.text, ...(calls.length && { tool_calls: calls }) }];
  return a;
}

/** A model asked through Responses. */
export function responses(client: OpenAI, model: string, params: object = {}): Model {
  return async (request, signal, show) => {
    const args = { model, input: turns(request), ...params };
    if (!show) return ofResponse(await client.responses.create(args, { signal }));
    const stream = await client.responses.create({ ...args, stream: true }, { signal });
    let last: any;
    for await (const event of stream) {
      if (event.type === "error") throw new StreamFailed(event.code ?? event.type);
      if (["response.completed", "response.incomplete", "response.failed"].includes(event.type))
        last = (event as any).response;
      await show(event.type === "response.output_text.delta" ? event.delta : "");
    }
    return ofResponse(last ?? {});
  };
}

function ofResponse(r: any): Answer {
  if (!r.output) throw new StreamFailed("no JSON, or ended early");
  if (r.status === "failed") throw new StreamFailed(r.error.code);
  const content = r.output.flatMap((item: any) => item.content ?? []);
  const calls = r.output.some((item: any) => item.type === "function_call");
  const join = (key: string) => content.map((part: any) => part[key] ?? "").join("");
  return answer({
    text: join("text"), refusal: join("refusal"), model: r.model, turn: r.output,
    stop: r.incomplete_details?.reason ?? (calls ? "tool_calls" : r.status),
  });
}

/** A model asked through Messages. */
export function messages(client: Anthropic, model: string, params: object = {}): Model {
  return async (request, signal, show) => {
    const args = { model, max_tokens: 4000, messages: turns(request), ...params };
    if (!show) return ofMessage(await client.messages.create(args, { signal }));
    const stream = client.messages.stream(args, { signal });
    let stopped = false;
    for await (const event of stream) {
      stopped ||= event.type === "message_stop";
      const text = event.type === "content_block_delta" && event.delta.type === "text_delta";
      await show(text ? event.delta.text : "");
    }
    if (!stopped) throw new StreamFailed("ended early");
    return ofMessage(await stream.finalMessage());
  };
}

function ofMessage(r: Anthropic.Message): Answer {
  if (!r.content) throw new StreamFailed("no JSON");
  return answer({
    text: r.content.map((c) => (c.type === "text" ? c.text : "")).join(""),
    stop: r.stop_reason ?? "", model: r.model, turn: [{ role: "assistant", content: r.content }],
  });
}
// endregion: models

// region: stream
/** Holds back the first text of an answer: as long as
 * none is shown, it can be replaced. */
class Gate {
  show; hold; held = ""; shown = "";

  constructor(show: Show, hold: number) {
    this.show = show;
    this.hold = hold;
  }

  async emit(text: string) {
    this.held += text;
    if (this.shown || this.held.length > this.hold)
      await this.open();
  }

  async open() {
    const text = this.held;
    this.held = "";
    this.shown += text;
    try {
      if (text) await this.show(text);
    } catch (cause) {
      throw new ShowFailed("show", { cause });
    }
  }
}
// endregion: stream

// region: chain
/** A model, and the time it is given. */
export class Link {
  name; model; breaker;
  limit = 20; // seconds, see attempt
  idle = 10;
  tries = 2;

  constructor(
    name: string, model: Model, breaker?: Breaker,
    rules: Partial<Link> = {},
  ) {
    this.name = name;
    this.model = model;
    this.breaker = breaker;
    Object.assign(this, rules);
  }
}

/** No link gave a whole answer. */
export class Failed extends Error {
  verdict; tried; text;

  constructor(
    verdict: Verdict, tried: Try[], text = "",
  ) {
    super(verdict.kind);
    this.verdict = verdict;
    this.tried = tried;
    this.text = text; // what there is of an answer
  }
}

/** Asks its links in order. */
export class Chain {
  links: Link[];
  deadline = 60;
  hold = 0; // characters, before any is shown
  valid?: (text: string) => boolean;
  switchOn: Kind[] = []; // fix and stop
  budget = new Budget(); // of retries
  backoff = backoff;

  constructor(
    links: Link[], rules: Partial<Chain> = {},
  ) {
    this.links = links;
    Object.assign(this, rules);
  }

  /** The first whole answer. With show, it is
   * streamed there. */
  async ask(
    request: Request,
    { show, signal }: {
      show?: Show; signal?: AbortSignal } = {},
  ): Promise<Answer> {
    const end = now() + this.deadline;
    const gate = show && new Gate(show, this.hold);
    const tried: Try[] = [];
    this.budget.earn();
    for (const [n, link] of this.links.entries()) {
      const later = this.links.length - n - 1;
      for (let i = 0; i < link.tries; i++) {
        // Leave the later links their share.
        const share = (end - now()) / (later + 1);
        const [a, v] = await this.once(
          link, request, share, end, gate, signal);
        tried.push({ link: link.name, ...v });
        if (v.action === "use") {
          a.by = link.name;
          a.tried = tried;
          return a;
        }
        if (gate?.shown || this.ends(v))
          throw new Failed(
            v, tried, gate?.shown || a.text);
        const wait = Math.max(v.wait, this.backoff(i));
        if (
          i + 1 === link.tries || !again(v, later) ||
          now() + wait >= end || !this.budget.spend()
        )
          break;
        await sleep(wait, signal);
      }
    }
    throw new Failed(tried.at(-1)!, tried);
  }

  ends(v: Verdict) {
    return (
      ["fix", "stop"].includes(v.action) &&
      !this.switchOn.includes(v.kind));
  }

  async once(
    link: Link, request: Request, share: number,
    end: number, gate?: Gate, signal?: AbortSignal,
  ): Promise<[Answer, Verdict]> {
    const permit = link.breaker?.allow() ?? 1;
    let a = new Answer();
    if (!permit) return [a, verdict("open")];
    let v = verdict("cancelled");
    const limit = Math.min(share, link.limit);
    try {
      if (gate) gate.held = "";
      a = await attempt(
        link, request, limit, end,
        gate && ((text) => gate.emit(text)), signal);
      v = classify(a, this.valid);
      if (v.action === "use") await gate?.open();
    } catch (err) {
      if (signal?.aborted) v = ofSignal(signal);
      else v = classify(err);
      if (err instanceof Timeout) {
        if (end - now() < 0.01) v = verdict("deadline");
        else if (limit < link.limit)
          v.counts = "no"; // it had too little
      }
    } finally {
      link.breaker?.record(permit, v.counts);
    }
    return [a, v];
  }
}

/** A switch becomes a retry where no link is left. */
function again(v: Verdict, later: number) {
  return v.action === "retry" || (
    !later && v.action === "switch" &&
    v.kind !== "open" && v.counts !== "at once");
}

/** AbortSignal.timeout is a deadline. */
function ofSignal(signal: AbortSignal) {
  return verdict(
    signal.reason?.name === "TimeoutError"
      ? "deadline" : "cancelled");
}

function sleep(s: number, signal?: AbortSignal) {
  return new Promise<void>((done) => {
    const timer = setTimeout(done, s * 1000);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    });
  });
}
// endregion: chain

// region: hedge
/** A model that asks second too when first has said
 * nothing for so many seconds. The budget caps that,
 * by default at 5% of the calls. */
export function hedge(
  first: Model, second: Model, after: number,
  budget = new Budget(0.05),
): Model {
  return async (request, signal, show) => {
    budget.earn();
    let leader = 0; // the one that shows text
    const controls = [0, 1, 2].map(
      () => new AbortController());
    const run = async (who: number, model: Model) => {
      const emit = async (text: string) => {
        if (text && !leader) {
          leader = who;
          controls[3 - who].abort();
        }
        if (leader && leader !== who) return;
        await show!(text);
      };
      try {
        const s = AbortSignal.any(
          [signal, controls[who].signal]);
        const end = await model(
          request, s, show && emit);
        const use = classify(end).action === "use";
        return { who, end, use };
      } catch (end) {
        return { who, end, use: false };
      }
    };
    const one = run(1, first);
    const ends = [one];
    const ended = one.then(() => true);
    const waited = sleep(after, controls[0].signal);
    try {
      if (!(await Promise.race([ended, waited])) &&
          !leader && budget.spend())
        ends.push(run(2, second));
      const won = await Promise.any(ends.map(
        async (end) => {
          const e = await end;
          if (leader ? e.who === leader : e.use)
            return e;
          throw e;
        })).catch(() => one);
      if (won.end instanceof Answer) return won.end;
      throw won.end;
    } finally {
      for (const c of controls) c.abort();
    }
  };
}
// endregion: hedge

// region: main
async function main(prompt: string) {
  // No retries of the SDKs: they would multiply.
  const a = new OpenAI({ maxRetries: 0 });
  const b = new Anthropic({ maxRetries: 0 });
  const chain = new Chain([
    new Link("A", responses(a, MODEL_A), new Breaker()),
    new Link("B", messages(b, MODEL_B)),
  ]);
  let tried: Try[];
  try {
    const show = (text: string) =>
      process.stdout.write(text);
    ({ tried } = await chain.ask(prompt, { show }));
    console.log();
  } catch (err) {
    if (!(err instanceof Failed)) throw err;
    tried = err.tried;
    process.exitCode = 1;
  }
  for (const { link, kind, action } of tried)
    console.error(link, kind, action);
}

if (import.meta.url ===
    pathToFileURL(process.argv[1] ?? "").href)
  await main(process.argv[2]);
// endregion: main
