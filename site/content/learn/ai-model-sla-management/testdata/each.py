"""Keeps the books of each of the logs that come in, with sla.py, which lies beside it then."""

import json
import sys

from sla import ALERTS, burn, count, downtime, failed, firing, server_error

for log in json.load(sys.stdin):
    burning = [f"{burn(log, now, a[2], 0.999):.6f} {str(firing(log, now, a, 0.999)).lower()}"
               for now in (0, 1810, 1980, 3600, 18600, 27000) for a in ALERTS]
    print(count(log, failed), count(log, server_error), downtime(log), *burning)
