// Shares requests out among replicas, or quotas.
//
// Put resilient.ts beside it, from
// https://aiperformanceoptimization.com/reference/

import { createHash } from "node:crypto";
import {
  classify, type Model, type Request, type Verdict,
} from "./resilient.ts";

export class Member {
  open = 0; // requests
  name;
  model;

  constructor(name: string, model: Model) {
    this.name = name;
    this.model = model;
  }
}

// region: rules
type Rule =
  (members: Member[], prefix: string) => Member;

const best = (members: Member[]) =>
  members.reduce((a, b) =>
    b.open < a.open ? b : a);

/** The fewest open requests, ties at random. */
export const leastOpen: Rule = (members) =>
  best(shuffled(members));

/** The better of two, where counts are old. */
export const twoRandom: Rule = (members) =>
  best(shuffled(members).slice(0, 2));

/** The same one for the same prefix, unless it
 * has over 1.5 times the mean open. */
export const affinity: Rule =
  (members, prefix) => {
    if (!prefix) return leastOpen(members, "");
    let open = 1;
    for (const m of members) open += m.open;
    const limit = 1.5 * open / members.length;
    const rank = (m: Member) =>
      createHash("sha256").update(
        `${m.name} ${prefix}`).digest("hex");
    return members
      .toSorted((a, b) =>
        rank(a) < rank(b) ? -1 : 1)
      .find((m) => m.open < limit)!;
  };
// endregion: rules

function shuffled(members: Member[]) {
  const list = [...members];
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

// region: pool
/** A model, for a Link, that asks a member.
 * The members may change at any time. */
export function pool(
  members: Member[],
  rule: Rule = leastOpen,
  prefix = (request: Request) => "",
  penalty = 10, // seconds
): Model {
  return async (request, signal, show) => {
    const m = rule(members, prefix(request));
    m.open++;
    let wait = 0;
    try { // returns after the last token
      return await m.model(
        request, signal, show);
    } catch (err) {
      if (!signal.aborted &&
          atFault(classify(err)))
        wait = penalty;
      throw err;
    } finally {
      setTimeout(() => m.open--, wait * 1000)
        .unref();
    }
  };
}

/** A member that fails fast looks idle. */
function atFault({ counts, kind }: Verdict) {
  return counts === "yes" ||
    counts === "at once" ||
    kind === "rate_limit";
}
// endregion: pool

// region: quota
/** Your own account of a provider's limit. */
export class Quota {
  left = 0;
  at = 0; // of left, in seconds
  perMinute; // tokens

  constructor(perMinute: number) {
    this.perMinute = perMinute;
  }

  room(now: number) {
    const minutes = (now - this.at) / 60;
    this.at = now;
    return this.left = Math.min(
      this.perMinute,
      this.left + minutes * this.perMinute);
  }
}

/** Pays for the prompt and max_tokens where the
 * largest part is left after it, or none: wait,
 * since a refusal can cost tokens too. */
export function mostRoom(
  quotas: Quota[], cost: number,
  now = performance.now() / 1000,
): Quota | undefined {
  const part = (q: Quota) =>
    (q.room(now) - cost) / q.perMinute;
  const q = quotas.reduce((a, b) =>
    part(b) > part(a) ? b : a);
  if (q.left < cost) return;
  q.left -= cost;
  return q;
}
// endregion: quota
