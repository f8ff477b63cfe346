// Whose failure is it? Judges the calls of the last ten minutes.
//
//   node triage.ts calls.jsonl
//
// It needs Node 22.18 or later and no packages. The log has a line for each attempt, with the kinds of
// https://aiperformanceoptimization.com/reference/ for how it ended.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

type Call = {
  at: number; request: string; model: string;
  kind: string; feature: string; release: string;
};
type Label = "model" | "feature" | "release";

// region: log
/** A log line for each attempt: tried is what
 * resilient.ts gives with Answer and Failed. */
export function lines(
  request: string, feature: string,
  release: string, tried: any[],
) {
  const at = Date.now() / 1000;
  return tried.map(({ link, kind }) =>
    JSON.stringify({ at, request, model: link,
      kind, feature, release }));
}
// endregion: log

const CAUSES: Record<string, string> = {
  quota: "account", auth: "account", forbidden: "account", model_not_found: "account",
  rate_limit: "limit",
  overloaded: "service", server_error: "service", connection: "service",
  timeout: "service", deadline: "service", conflict: "service",
  bad_request: "request", not_found: "request", too_long: "request",
  refusal: "answer", cut_off: "answer", unfinished: "answer", empty: "answer", invalid: "answer",
};
const DO: Record<string, string> = {
  account: "check bill, key, name; switch",
  limit: "retries off, drop batch work",
  service: "retries off, switch 10%",
  request: "undo the change to the request",
  answer: "read ten, then pin or switch",
};

// Else a breaker was open, or nobody waited for the answer.
const made = (c: Call) => c.kind !== "open" && c.kind !== "cancelled";
const failed = (c: Call) => c.kind in CAUSES;
const share = (calls: Call[]) => calls.filter(failed).length / (calls.length || 1);

// region: triage
/** Asks first what you can undo yourself. */
export function triage(log: Call[]) {
  log = log.filter(made);
  const bad = log.filter(failed);
  const [model] = top(bad.map((c) => c.model));
  const a = log.filter(
    (c) => c.model === model);
  if (a.length < 20 || share(a) < 0.05)
    return ["nobody", "few failures"];
  for (const label of
    ["release", "feature"] as const) {
    const name = alone(a, label);
    if (name)
      return ["yours", `undo ${label} ${name}`];
  }
  const ends = a.filter(failed)
    .map((c) => CAUSES[c.kind]);
  const [cause, n] = top(ends);
  if (n < 0.6 * ends.length)
    return ["unclear", "switch 10%, look"];
  const others = log.filter(
    (c) => c.model !== model);
  if (cause === "request")
    return ["yours", DO[cause]];
  if (others.length >= 5 && share(others) > 0.5)
    return ["shared",
      "check DNS, proxy, key"];
  if (cause === "account" || cause === "limit")
    return ["your account's", DO[cause]];
  if (others.length < 5)
    return ["unclear",
      "call by hand; " + DO[cause]];
  return [model + "'s", DO[cause]];
}
// endregion: triage

/** The one name that fails while the others, at the same time, do not. */
function alone(calls: Call[], label: Label) {
  for (const name of names(calls, label)) {
    const its = calls.filter((c) => c[label] === name);
    const others = calls.filter((c) => c[label] !== name && c.at >= its[0].at);
    if (Math.min(its.length, others.length) >= 10 && share(its) > 0.25 && share(others) < 0.05)
      return name;
  }
  return "";
}

const names = (calls: Call[], label: Label) => [...new Set(calls.map((c) => c[label]))].sort();

/** The commonest, and how often it is there. */
function top(all: string[]): [string, number] {
  const n = new Map<string, number>();
  for (const name of all) n.set(name, (n.get(name) ?? 0) + 1);
  const sorted = [...n].sort(([a, i], [b, j]) => j - i || (a < b ? -1 : 1));
  return sorted[0] ?? ["", 0];
}

export function report(log: Call[]) {
  const percent = (calls: Call[]) => (100 * share(calls)).toFixed(0).padStart(4);
  for (const label of ["model", "release", "feature"] as const) {
    for (const name of names(log, label)) {
      const calls = log.filter((c) => c[label] === name);
      const n = String(calls.length).padStart(4);
      console.log(`${label.padEnd(8)} ${name.padEnd(8)} ${n} ${percent(calls)}% fail`);
    }
  }
  const kinds = new Map<string, number>();
  for (const c of log) {
    const row = `${c.model.padEnd(8)} ${c.kind.padEnd(13)}`;
    kinds.set(row, (kinds.get(row) ?? 0) + 1);
  }
  for (const [row, n] of [...kinds].sort(([a, i], [b, j]) => j - i || (a < b ? -1 : 1)))
    console.log(row + String(n).padStart(4));
  const [whose, what] = triage(log);
  console.log(`whose    ${whose}\ndo       ${what}`);
}

const file = process.argv[1] ?? "";
if (import.meta.url === pathToFileURL(file).href) {
  const text = readFileSync(process.argv[2], "utf8");
  const calls: Call[] = text.split("\n").filter((l) => l.trim()).map((l) => JSON.parse(l));
  report(calls.sort((a, b) => a.at - b.at));
}
