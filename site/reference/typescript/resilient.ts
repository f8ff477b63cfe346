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
export async function minimum(content: string) {
  const a = new OpenAI({ timeout: 10_000 });
  const b = new Anthropic({ timeout: 20_000 });
  const role = "user" as const;
  const messages = [{ role, content }];
  let text, stop;
  try {
    const r = await a.chat.completions.create({
      model: MODEL_A, messages });
    text = r.choices[0].message.content;
    stop = r.choices[0].finish_reason;
  } catch (err) {
    console.error("A failed:", err);
    const r = await b.messages.create({
      model: MODEL_B, messages,
      max_tokens: 1000 });
    text = r.content.map((c) =>
      c.type === "text" ? c.text : "").join("");
    stop = r.stop_reason;
  }
  if (text && /^(stop|end_turn)$/.test(stop!))
    return text;
  throw new Error(`not whole: ${stop}`);
}
// endregion: minimum

// region: kinds
const KINDS = { // action, and for the breaker
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
// endregion: kinds

// region: verdict
type Kind = keyof typeof KINDS;
type Action =
  "use" | "retry" | "switch" | "fix" | "stop";
type Counts = "good" | "no" | "yes" | "at once";

/** How a call ended, and what to do. */
export type Verdict = {
  kind: Kind;
  action: Action;
  counts: Counts; // for the breaker
  wait: number; // seconds, if it said so
};

const PATIENCE = 2; // seconds, rate limits

function verdict(kind: Kind, wait = 0) {
  const [action, counts] = KINDS[kind];
  const v: Verdict =
    { kind, action, counts, wait };
  if (kind === "rate_limit" && wait > PATIENCE)
    v.action = "switch";
  return v;
}
// endregion: verdict

// region: answer
export class Answer {
  text = "";
  stop = ""; // why, in the provider's words
  refusal = "";
  model = ""; // the provider's name of it
  turn: any[] = []; // as it came, for history
  by = ""; // the link that answered
  tried: Try[] = []; // each attempt
}
export type Try = { link: string } & Verdict;
// endregion: answer

// region: codes
const WORDS: Record<string, Kind> = {
  insufficient_quota: "quota",
  credit_balance_exhausted: "quota",
  organization_spend_limit_exceeded: "quota",
  organization_usage_limit_exceeded: "quota",
  project_spend_limit_exceeded: "quota",
  enforced_spend_limit_reached: "quota",
  contract_spend_limit_reached: "quota",
  linked_organization_spend_limit_reached:
    "quota",
  linked_organization_billing_unavailable:
    "quota",
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
// endregion: codes

// region: classify
/** The attempt's time was up. */
export class Timeout extends Error {}
/** An error that came with status 200. */
export class StreamFailed extends Error {}
/** The reader's side failed. */
export class ShowFailed extends Error {}

type Valid = (text: string) => boolean;

/** Judges an error or an Answer. */
export function classify(
  end: unknown, valid?: Valid,
): Verdict {
  if (end instanceof Answer)
    return verdict(ofAnswer(end, valid));
  if (isA(end, Timeout,
          OpenAI.APIConnectionTimeoutError,
          Anthropic.APIConnectionTimeoutError))
    return verdict("timeout");
  if (isA(end, OpenAI.APIUserAbortError,
          Anthropic.APIUserAbortError))
    return verdict("cancelled");
  if (end instanceof OpenAI.APIError ||
      end instanceof Anthropic.APIError)
    return ofAPIError(end);
  if (end instanceof StreamFailed)
    return verdict(ofError(200, end.message));
  if (isA(end, TypeError, SyntaxError,
          OpenAI.OpenAIError,
          Anthropic.AnthropicError))
    return verdict("connection"); // or no JSON
  throw end; // a bug: no fault of a provider
}
// endregion: classify

function isA(end: unknown, ...types: any[]) {
  return types.some((type) => end instanceof type);
}

// region: errors
function ofAPIError(err: any): Verdict {
  const body = err.error ?? {};
  const error = body.error ?? body;
  const code =
    error.code ?? error.details?.error_code;
  return verdict(
    ofError(err.status ?? 200, code ?? "",
      error.type, error.message),
    retryAfter(err.headers));
}

function ofError(
  status: number, code: string,
  type = "", message = "",
): Kind {
  if (WORDS[code]) return WORDS[code];
  if (type === "insufficient_quota")
    return "quota";
  // Anthropic has no codes for these two:
  if (message.startsWith("prompt is too long"))
    return "too_long";
  if (status === 404 &&
      message.startsWith("model:"))
    return "model_not_found";
  if (STATUSES[status]) return STATUSES[status];
  if (status >= 500) return "server_error";
  if (status >= 400) return "bad_request";
  return WORDS[type] ?? "connection";
}
// endregion: errors

// region: answers
function ofAnswer(
  a: Answer, valid?: Valid,
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
// endregion: answers

// region: budget
/** Lets a share of the calls be extra. */
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

// endregion: budget

// region: retry
/** Full jitter: below a doubling limit. */
export function backoff(attempt: number) {
  const limit = Math.min(8, 0.5 * 2 ** attempt);
  return Math.random() * limit;
}

/** The seconds that a response asks for. */
function retryAfter(headers?: Headers): number {
  const ms = headers?.get("retry-after-ms");
  const s = headers?.get("retry-after");
  let wait =
    ms ? Number(ms) / 1000 : Number(s ?? 0);
  if (Number.isNaN(wait))
    wait = (Date.parse(s!) - Date.now()) / 1000;
  return Math.max(0, wait || 0);
}
// endregion: retry

// region: deadline
type Show = (text: string) => unknown;
const now = () => performance.now() / 1000;

/** Asks once: limit is for the first sign of
 * work, link.idle for every further one. */
async function attempt(
  link: Link, request: Request, limit: number,
  end: number, show?: Show, user?: AbortSignal,
): Promise<Answer> {
  const control = new AbortController();
  const { signal } = control;
  const expire = () =>
    control.abort(new Timeout());
  let watch = setTimeout(expire, limit * 1000);

  async function emit(text: string) {
    if (signal.aborted) throw signal.reason;
    clearTimeout(watch); // is reading
    if (text) await show!(text);
    const left = end - now();
    const idle = Math.min(link.idle, left);
    watch = setTimeout(expire, idle * 1000);
  }

  try {
    const signals =
      user ? [signal, user] : [signal];
    return await link.model(
      request, AbortSignal.any(signals),
      show && emit);
  } catch (err) {
    // The SDKs say "aborted", whoever did it.
    throw signal.aborted ? signal.reason : err;
  } finally {
    clearTimeout(watch);
  }
}
// endregion: deadline

// region: breaker
/** Opens when a share of the recent calls
 * failed, or a run of them, or one whose error
 * says that all of them will. */
export class Breaker {
  share = 0.2;
  minimum = 40; // calls, for the share
  window = 60; // seconds: recent
  run = 6;
  cooldown = 30; // seconds, when open
  probes = 10; // that must pass to close
  clock = now;
  log = (...change: string[]) => {};

  recordCall(failed: boolean) {
    // The window moves on by twelfths.
    const step = this.window / 12;
    const now = this.clock();
    const slot = Math.floor(now / step);
    const n = this.slots.get(slot) ?? [0, 0];
    n[0] += 1;
    n[1] += Number(failed);
    this.slots.set(slot, n);
    this.inARow = failed ? this.inARow + 1 : 0;
    let calls = 0, bad = 0;
    for (const [s, n] of this.slots) {
      if (s <= slot - 12) this.slots.delete(s);
      else (calls += n[0]), (bad += n[1]);
    }
    if (this.inARow >= this.run ||
        (calls >= this.minimum &&
         bad >= this.share * calls))
      this.become(
        "open", `${bad} of ${calls} failed`);
  }
  // endregion: breaker

  // region: probes
  /** A permit for record, or 0. */
  allow(): number {
    const now = this.clock();
    if (this.state === "open") {
      if (now < this.since + this.cooldown)
        return 0;
      this.become("half-open", "cooled down");
    }
    if (this.state === "half-open") {
      this.probing = this.probing.filter((t) =>
        now < t + this.cooldown); // hangs: goes
      const used =
        this.passed + this.probing.length;
      if (used >= this.probes) return 0;
      this.probing.push(now);
    }
    return this.period;
  }

  recordProbe(counts: Counts) {
    this.probing.shift();
    if (counts === "yes")
      this.become("open", "a probe failed");
    else if (counts === "good") {
      this.passed++;
      if (this.passed === this.probes)
        this.become(
          "closed", "the probes passed");
    }
  }
  // endregion: probes

  // region: states
  state = "closed";
  since = 0;
  period = 1;
  slots = new Map<number, [number, number]>();
  inARow = 0;
  passed = 0;
  probing: number[] = [];

  record(permit: number, counts: Counts) {
    if (permit !== this.period)
      return; // began under another state
    if (counts === "at once")
      this.become("open", "needs a person");
    else if (this.state === "half-open")
      this.recordProbe(counts);
    else if (counts !== "no")
      this.recordCall(counts === "yes");
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
  // endregion: states

  constructor(rules: Partial<Breaker> = {}) {
    Object.assign(this, rules);
  }
}

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
/** Holds back the first text of an answer:
 * while none is shown, it can be replaced. */
class Gate {
  show; hold; held = ""; shown = "";

  constructor(
    show: Show | undefined, hold: number,
  ) {
    this.show = show;
    this.hold = hold;
  }

  async emit(text: string) {
    this.held += text;
    const size = this.held.length;
    if (this.shown || size > this.hold)
      await this.open();
  }

  async open() {
    const text = this.held;
    this.held = "";
    this.shown += text;
    try {
      if (text) await this.show!(text);
    } catch (cause) {
      throw new ShowFailed("show", { cause });
    }
  }
}
// endregion: stream

// region: links
/** A model, and the time it is given. */
export class Link {
  name; model; breaker;
  limit = 20; // seconds, see attempt
  idle = 10;
  tries = 2;

  constructor(
    name: string, model: Model,
    breaker?: Breaker,
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
    this.verdict = verdict; // the last one
    this.tried = tried;
    this.text = text; // what there is of one
  }
}
// endregion: links

/** Asks its links in order. */
export class Chain {
  links;
  deadline = 60; // seconds
  hold = 0; // characters, before any shows
  valid?: Valid; // says if a text is good
  switchOn: Kind[] = []; // more kinds that may
  budget = new Budget();
  backoff = backoff;

  constructor(links: Link[], rules: Partial<Chain> = {}) {
    this.links = links;
    Object.assign(this, rules);
  }

  // region: chain
  /** The first whole answer; shows it at once. */
  async ask(
    request: Request,
    { show, signal }: Options = {},
  ): Promise<Answer> {
    const end = now() + this.deadline;
    const gate = new Gate(show, this.hold);
    const tried: Try[] = [];
    let left = this.links.length;
    this.budget.earn();
    for (const link of this.links) {
      for (let i = 0; i < link.tries; i++) {
        const share = (end - now()) / left;
        const [a, v] = await this.once(
          link, request, gate, share, end,
          signal);
        tried.push({ link: link.name, ...v });
        if (v.action === "use")
          return Object.assign(
            a, { by: link.name, tried });
        const text = gate.shown || a.text;
        if (gate.shown || this.ends(v))
          throw new Failed(v, tried, text);
        const wait =
          Math.max(v.wait, this.backoff(i));
        if (i + 1 === link.tries ||
            !again(v, left) ||
            now() + wait >= end ||
            !this.budget.spend()) break;
        await sleep(wait, signal);
      }
      left--;
    }
    throw new Failed(tried.at(-1)!, tried);
  }
  // endregion: chain

  // region: once
  async once(
    link: Link, request: Request, gate: Gate,
    share: number, end: number,
    signal?: AbortSignal,
  ): Promise<[Answer, Verdict]> {
    let a = new Answer();
    let v = verdict("cancelled");
    const permit = link.breaker?.allow() ?? 1;
    if (!permit) return [a, verdict("open")];
    gate.held = "";
    const emit =
      gate.show && gate.emit.bind(gate);
    const limit = Math.min(share, link.limit);
    try {
      a = await attempt(
        link, request, limit, end, emit, signal);
      v = classify(a, this.valid);
      if (v.action === "use") await gate.open();
    } catch (err) {
      if (err instanceof ShowFailed)
        throw err.cause;
      if (signal?.aborted) v = ofSignal(signal);
      else if (err instanceof Timeout)
        v = ofTimeout(limit, link, end);
      else v = classify(err);
    } finally {
      link.breaker?.record(permit, v.counts);
    }
    return [a, v];
  }
  // endregion: once

  ends(v: Verdict) {
    return ["fix", "stop"].includes(v.action) &&
      !this.switchOn.includes(v.kind);
  }
}

type Options = { show?: Show; signal?: AbortSignal };

/** A switch is a retry where no link is left. */
function again(v: Verdict, left: number) {
  return v.action === "retry" || (
    v.action === "switch" && left === 1 &&
    v.kind !== "open" && v.counts !== "at once");
}

// region: time-up
/** Whose time was up? An attempt with less than
 * its limit says nothing of the model. */
function ofTimeout(
  limit: number, link: Link, end: number,
): Verdict {
  if (end - now() < 0.01) // timers are early
    return verdict("deadline");
  const full = limit === link.limit;
  return { ...verdict("timeout"),
    counts: full ? "yes" : "no" };
}

/** AbortSignal.timeout is a deadline. */
function ofSignal({ reason }: AbortSignal) {
  return verdict(reason?.name === "TimeoutError"
    ? "deadline" : "cancelled");
}
// endregion: time-up

function sleep(s: number, signal?: AbortSignal) {
  return new Promise<void>((done) => {
    const timer = setTimeout(done, s * 1000);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    });
  });
}

// region: hedge
/** A model that asks second too when first is
 * silent for so many seconds. The budget caps
 * that, by default at 5% of the calls. */
export function hedge(
  first: Model, second: Model, after: number,
  budget = new Budget(0.05),
): Model {
  return async (request, signal, show) => {
    const race =
      new Race(request, signal, show);
    budget.earn();
    const one = race.start(first);
    const over = new AbortController();
    try {
      const ended = await Promise.race([
        one.then(() => true, () => true),
        sleep(after, over.signal)]);
      if (!ended && !race.leader &&
          budget.spend()) race.start(second);
      return await race.winner();
    } finally {
      over.abort();
      for (const c of race.controls) c.abort();
    }
  };
}
// endregion: hedge

// region: race
/** Who shows text first, leads. */
class Race {
  request; signal; show;
  ends: Promise<Answer>[] = [];
  controls: AbortController[] = [];
  leader = 0;

  constructor(
    request: Request, signal: AbortSignal,
    show?: Show,
  ) {
    this.request = request;
    this.signal = signal;
    this.show = show;
  }

  start(model: Model) {
    const control = new AbortController();
    const n = this.controls.push(control);
    const emit = async (text: string) => {
      if (text) this.leader ||= n;
      if (text && this.leader !== n)
        throw new Error("the other one leads");
      await this.show!(text);
    };
    const both = AbortSignal.any(
      [this.signal, control.signal]);
    const end = model(
      this.request, both, this.show && emit);
    this.ends.push(end);
    return end;
  }

  /** The leader, or a good answer. */
  async winner(): Promise<Answer> {
    const each = async (
      end: Promise<Answer>, i: number,
    ) => {
      const good =
        await end.then(usable, () => false);
      const lead = this.leader;
      if (lead ? lead === i + 1 : good)
        return end;
      throw good;
    };
    return Promise.any(this.ends.map(each))
      .catch(() => this.ends[0]);
  }
}
// endregion: race

function usable(end: Answer) {
  return classify(end).action === "use";
}

// region: main
async function main(prompt: string) {
  // No retries of the SDKs on top of these.
  const a = new OpenAI({ maxRetries: 0 });
  const b = new Anthropic({ maxRetries: 0 });
  const chain = new Chain([
    new Link("A", responses(a, MODEL_A),
      new Breaker()),
    new Link("B", messages(b, MODEL_B)),
  ]);
  const show = (text: string) =>
    process.stdout.write(text);
  const { tried } =
    await chain.ask(prompt, { show })
      .catch((err) => {
        if (!(err instanceof Failed)) throw err;
        process.exitCode = 1;
        return err;
      });
  console.log();
  for (const { link, kind, action } of tried)
    console.error(link, kind, action);
}

const [, file = "", prompt] = process.argv;
if (import.meta.url == pathToFileURL(file).href)
  await main(prompt);
// endregion: main
