// What is left of a deployment when one thing
// after another is gone.
//
//   node audit.ts

// region: inventory
type Path = { needs: string[]; quota: number };
type Paths = Record<string, Path>;

const PEAK = 60; // requests a minute
const OURS = ["client release",
  "prompt release", "gateway", "key store",
  "egress"];

// For each path: all that has to work, and the
// requests a minute that it may carry.
const BEFORE: Paths = {
  A: { needs: [...OURS, "A account",
    "A platform", "model A"], quota: 60 },
  cloud: { needs: [...OURS, "cloud account",
    "region", "model A"], quota: 40 },
  B: { needs: [...OURS, "B account",
    "B platform", "model B"], quota: 20 },
};
// endregion: inventory

const AFTER: Paths = {
  A: { needs: ["client release", "prompt release",
    "gateway", "egress", "A account",
    "A platform", "model A"], quota: 60 },
  cloud: { needs: ["client release",
    "prompt release", "gateway 2", "egress 2",
    "cloud account", "region", "model A"],
    quota: 60 },
  B: { needs: ["client release", "last release",
    "gateway 2", "egress 2", "B account",
    "B platform", "model B"], quota: 60 },
};

// region: audit
/** For each cause: who is left, and which share
 * of the peak they may carry. */
export function* audit(
  paths: Paths, peak: number,
) {
  const list = Object.entries(paths);
  const causes = new Set(
    list.flatMap(([, path]) => path.needs));
  for (const cause of causes) {
    const left = list.filter(([, path]) =>
      !path.needs.includes(cause));
    let quota = 0;
    for (const [, path] of left)
      quota += path.quota;
    yield { cause, share: quota / peak,
      left: left.map(([name]) => name) };
  }
}
// endregion: audit

for (const [title, paths] of
  Object.entries({ before: BEFORE, after: AFTER })) {
  console.log(title.padEnd(15), "quota  left");
  for (const { cause, share, left } of
    audit(paths, PEAK)) {
    const percent = Math.round(100 * share) + "%";
    console.log(cause.padEnd(15),
      percent.padStart(5) + " ",
      left.join(" ") || "nobody");
  }
}
