// May this copy be restored?
//
//   node verify.ts FOLDER RELEASE
//
// It needs Node 22.18 or later and no packages. RELEASE is the SHA-256 of the manifest that production
// ran last, from its log.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

// region: verify
const digest = (file: string) =>
  createHash("sha256")
    .update(readFileSync(file)).digest("hex");

/** What keeps a copy from being restored. */
export function verify(
  copy: string, running: string,
) {
  const problems: string[] = [];
  const listed = new Set(["MANIFEST"]);
  const manifest = join(copy, "MANIFEST");
  const text = readFileSync(manifest, "utf8");
  const all = files(copy);
  for (const line of text.split("\n")) {
    const [sum, name] = line.split("  ", 2);
    if (!line) continue;
    listed.add(name);
    if (!all.includes(name))
      problems.push(`missing ${name}`);
    else if (digest(join(copy, name)) !== sum)
      problems.push(`damaged ${name}`);
  }
  for (const name of all)
    if (!listed.has(name))
      problems.push(`unlisted ${name}`);
  const release = digest(manifest);
  if (release !== running)
    problems.push(`is release ${release}`);
  return problems;
}
// endregion: verify

/** The files of a folder, with slashes in their names. */
function files(folder: string) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => name.replaceAll("\\", "/")).sort();
}

const problems = verify(process.argv[2], process.argv[3]);
console.log(problems.join("\n") || "restore");
process.exitCode = problems.length ? 1 : 0;
