// Reports each of the logs that come in, with triage.ts, which lies beside it then.

import { readFileSync } from "node:fs";
import { report } from "./triage.ts";

for (const log of JSON.parse(readFileSync(0, "utf8"))) {
  report(log);
  console.log("--");
}
