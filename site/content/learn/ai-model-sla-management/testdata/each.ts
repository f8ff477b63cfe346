// Keeps the books of each of the logs that come in, with sla.ts, which lies beside it then.

import { readFileSync } from "node:fs";
import { ALERTS, burn, downtime, failed, firing, serverError } from "./sla.ts";

for (const log of JSON.parse(readFileSync(0, "utf8"))) {
  const burning = [0, 1810, 1980, 3600, 18600, 27000].flatMap((now) => ALERTS.map((a) =>
    `${burn(log, now, a.short, 0.999).toFixed(6)} ${firing(log, now, a, 0.999)}`));
  console.log(log.filter(failed).length, log.filter(serverError).length, downtime(log), ...burning);
}
