// What a month's log is worth: your users' books, the provider's and a contract's.
//
//   node sla.ts shift.jsonl
//
// It needs Node 22.18 or later and no packages. A line is an attempt, with the kind and the HTTP
// status that it ended with: {"at": 1800, "kind": "overloaded", "status": 503}
// Kinds: https://aiperformanceoptimization.com/reference/

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

type Call = { at: number; kind: string; status: number };

// region: failed
/** Users: what was of no use to them. */
export const failed = (c: Call) =>
  c.kind !== "ok" && c.kind !== "cancelled";

/** The provider: what it sees itself do. */
export const serverError = (c: Call) =>
  c.status >= 500;
// endregion: failed

// region: downtime
/** A contract: minutes with a larger share
 * of errors, if so many are in a row. */
export function downtime(
  calls: Call[], share = 0.05, run = 5,
) {
  const minutes: Call[][] = [];
  for (const c of calls) {
    const m = Math.floor(c.at / 60);
    (minutes[m] ??= []).push(c);
  }
  let total = 0, row = 0;
  for (let m = 0; m <= minutes.length; m++) {
    const all = minutes[m] ?? [];
    const bad = all.filter(serverError).length;
    if (bad > share * all.length) {
      row++;
      continue;
    }
    if (row >= run) total += row;
    row = 0;
  }
  return total; // minutes
}
// endregion: downtime

export const ALERTS = [ // windows in seconds
  { name: "wake, 14.4x", long: 3600,
    short: 300, rate: 14.4 },
  { name: "wake, 6x", long: 6 * 3600,
    short: 1800, rate: 6 },
  { name: "ticket, 1x", long: 72 * 3600,
    short: 6 * 3600, rate: 1 },
];

// region: burn
/** How many times too fast the budget goes. */
export function burn(
  calls: Call[], now: number,
  window: number, slo: number,
) {
  const all = calls.filter((c) =>
    now - window <= c.at && c.at < now
    && c.kind !== "cancelled");
  const bad = all.filter(failed).length;
  return bad / (all.length || 1) / (1 - slo);
}

export const firing = (
  calls: Call[], now: number,
  a: typeof ALERTS[0], slo: number,
) => [a.short, a.long].every((window) =>
  burn(calls, now, window, slo) >= a.rate);
// endregion: burn

const file = process.argv[1] ?? "";
if (import.meta.url === pathToFileURL(file).href) {
  const text = readFileSync(process.argv[2], "utf8");
  const calls: Call[] = text.split("\n").filter((l) => l.trim()).map((l) => JSON.parse(l));
  console.log(calls.filter(failed).length, calls.filter(serverError).length, downtime(calls));
}
