// Runs the cases of balance_test.go with balance.ts and resilient.ts, which lie beside it then.

import { setTimeout as sleep } from "node:timers/promises";
import OpenAI from "openai";
import { Member, Quota, affinity, leastOpen, mostRoom, pool, twoRandom } from "./balance.ts";
import { chat } from "./resilient.ts";

const say = (...parts: any[]) => console.log(JSON.stringify(parts));
const none: any = null;
const upTo = (n: number) => [...Array(n).keys()];

const members = upTo(8).map((i) => new Member(`gpu-${i}`, none));
const loads = [[0, 0, 0, 0, 0, 0, 0, 0], [9, 0, 1, 0, 2, 0, 9, 0], [5, 5, 5, 5, 5, 5, 5, 4]];
for (const load of loads) {
  load.forEach((n, i) => (members[i].open = n));
  say("affinity", ...upTo(10).map((i) => affinity(members, `doc ${i}`).name));
}
say("least", leastOpen(members, "").name);
say("one", twoRandom(members.slice(0, 1), "").name);
for (const m of members) m.open = 0;
for (const [name, rule] of [["least", leastOpen], ["affinity", affinity]] as const)
  say(name, "spreads", new Set(upTo(200).map(() => rule(members, "").name)).size === 8);
const quotas = [new Quota(60_000), new Quota(20_000)];
say("quota", ...upTo(12).map(() => quotas.indexOf(mostRoom(quotas, 8000, 100)!)));
say("quota", quotas.indexOf(mostRoom(quotas, 8000, 110)!));

const client = (url?: string) => new OpenAI({ baseURL: url, maxRetries: 0, logLevel: "off" });
const a = new Member("good", chat(client(process.env.GOOD), "good"));
const b = new Member("broken", none);
const fleet = [a];
const ask = pool(fleet, leastOpen, () => "", 0.3);
const signal = new AbortController().signal;
const seen = new Set<number>();
await ask("hello", signal, () => {
  seen.add(a.open);
  fleet[0] = b; // another fleet, while a still answers
});
await sleep(10);
say("stream", seen.size === 1 && seen.has(1), a.open);
for (const model of ["broken", "bad"]) {
  b.model = chat(client(process.env.BROKEN), model);
  await ask("hello", signal).catch(() => {});
  await sleep(50);
  say(model, b.open);
  await sleep(500);
  say(model, b.open);
}
