// Your uptime from a log, and what a change would
// do to it. The log has a line for each request:
// {"tried": [["A", "server_error"], ["A", "ok"]]}
//
//   node uptime.ts < calls.jsonl
//   node uptime.ts ladder

import { readFileSync } from "node:fs";

const MEAN_OUTAGE = 150; // minutes

// region: measure
// The fault of the request, or of who asked:
const NOT_COUNTED = [
  "bad_request", "not_found", "too_long",
  "refusal", "cancelled",
];
type Tried = [link: string, kind: string][];

/** The share that fails: of requests, of first
 * retries, of those that used a spare. */
export function measure(requests: Tried[]) {
  const ends: boolean[] = [];
  const retries: boolean[] = [];
  const spares: boolean[] = [];
  for (const tried of requests) {
    const [first, second] = tried;
    const last = tried.at(-1)!;
    if (NOT_COUNTED.includes(last[1])) continue;
    ends.push(last[1] !== "ok");
    if (second?.[0] === first[0])
      retries.push(second[1] !== "ok");
    if (last[0] !== first[0])
      spares.push(last[1] !== "ok");
  }
  return [ends, retries, spares].map((list) =>
    list.filter(Boolean).length /
      Math.max(1, list.length));
}
// endregion: measure

// region: model
const START = {
  scattered: 0.009, // share of attempts
  outages: 0.001, // share of time
  shared: 0.1, // of that, with the spare
  attempts: 1, // for each request
  spare: false, // can answer instead
  minutes: 0, // until traffic has moved
  optional: 0, // can do without a model
  own: 0, // your service's downtime
};

/** The share of requests without an answer. */
export function failing(s: typeof START) {
  let lost = s.outages;
  if (s.spare) {
    const both = s.shared * s.outages;
    const alone = s.outages - both;
    const unmoved = alone * (1 - Math.exp(
      -s.minutes / MEAN_OUTAGE));
    const moved = alone - unmoved;
    lost = both + unmoved + moved * alone;
  }
  lost += s.scattered ** s.attempts;
  lost *= 1 - s.optional;
  return lost + (1 - lost) * s.own;
}
// endregion: model

const LADDER: [string, Partial<typeof START>][] = [
  ["one provider, one attempt", {}],
  ["two retries", { attempts: 3 }],
  ["a person switches in 15 min",
    { spare: true, minutes: 15 }],
  ["failed requests try the spare", { minutes: 0 }],
  ["70% can do without a model", { optional: 0.7 }],
  ["your own service, 99.95%", { own: 0.0005 }],
];

const setup = { ...START };
if (process.argv[2] === "ladder")
  for (const [name, change] of LADDER) {
    Object.assign(setup, change);
    const up = 100 * (1 - failing(setup));
    console.log(
      name.padEnd(30), up.toFixed(3) + "%");
  }
else {
  const lines = readFileSync(0, "utf8").trim();
  console.log(JSON.stringify(measure(
    lines.split("\n").map(
      (line) => JSON.parse(line).tried))));
}
