// Sends a question a second (by its own clock) through a breaker in front of A,
// and prints when it switches. The SDKs read the addresses of A and B from
// OPENAI_BASE_URL and ANTHROPIC_BASE_URL.
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

// region: evidence
type Verdict = "well" | "silent" | "counts" | "certain";

// What a failed call to the OpenAI API says about the provider.
function judge(err: unknown): Verdict {
  if (err instanceof OpenAI.APIUserAbortError) return "silent"; // the reader left
  if (!(err instanceof OpenAI.APIError)) return "counts"; // it broke off
  const status = err.status ?? 0; // 0: no connection, or no answer in time
  if ([401, 402, 403, 404].includes(status)) return "certain"; // key or model gone
  if (err.type === "insufficient_quota" || err.code === "credit_balance_exhausted")
    return "certain"; // a 429 that no waiting cures
  if (status === 429) return "silent"; // A is well; our share is used up
  if (status >= 400 && status < 500 && status !== 408 && status !== 409)
    return "silent"; // the request is at fault
  return "counts";
}
// endregion: evidence

// region: breaker
class Breaker {
  state: "closed" | "open" | "half-open" = "closed";
  private since = 0; // when the state began
  private ended: { at: number; failed: boolean }[] = [];
  private row = 0; // failures in a row
  private probes = 0; // calls that were let through
  private now: () => number; // seconds
  private log: (line: string) => void;

  constructor(now: () => number, log: (line: string) => void) {
    this.now = now;
    this.log = log;
  }

  async run<T>(ask: () => Promise<T>, spare: () => Promise<T>): Promise<T> {
    if (this.state === "open" && this.now() - this.since > 30)
      this.become("half-open", "cooled down");
    if (this.state === "open") return spare();
    if (this.state === "half-open" && this.probes >= 10) return spare();
    this.probes++;
    const began = this.since;
    let verdict: Verdict = "well";
    try {
      return await ask();
    } catch (err) {
      verdict = judge(err);
      throw err;
    } finally {
      if (began === this.since) this.end(verdict); // else it is old news
    }
  }

  private end(verdict: Verdict) {
    if (verdict === "silent") {
      this.probes--;
      return;
    }
    const failed = verdict !== "well";
    this.row = failed ? this.row + 1 : 0;
    this.ended.push({ at: this.now(), failed });
    if (this.state === "half-open") {
      if (failed) this.become("open", "a probe failed");
      else if (this.ended.length >= 10)
        this.become("closed", "10 probes were well");
      return;
    }
    this.ended = this.ended.filter(({ at }) => this.now() - at < 60);
    const n = this.ended.length;
    const bad = this.ended.filter((call) => call.failed).length;
    const share = n >= 40 && bad >= n / 5;
    if (failed && (verdict === "certain" || this.row >= 6 || share))
      this.become("open", `${bad} of ${n} failed`);
  }

  private become(state: "closed" | "open" | "half-open", why: string) {
    this.log(`${this.state} -> ${state}: ${why}`);
    this.state = state;
    this.since = this.now();
    this.ended = [];
    this.row = this.probes = 0;
  }
}
// endregion: breaker

const openai = new OpenAI({ maxRetries: 0, timeout: 10_000 });
const anthropic = new Anthropic({ maxRetries: 0, timeout: 10_000 });

let second = 0;
const breaker = new Breaker(
  () => second,
  (line) => console.log(`${String(second).padStart(3)} s  ${line}`),
);
let failed = 0;
for (second = 1; second <= 300; second++) {
  const messages = [{ role: "user" as const, content: `Question ${second}?` }];
  try {
    await breaker.run<unknown>(
      () => openai.chat.completions.create({ model: "model-a", messages }),
      () => anthropic.messages.create({ model: "model-b", max_tokens: 100, messages }),
    );
  } catch {
    failed++;
  }
}
console.log(`${failed} of 300 failed`);
