"""Repeats what outage.py measures with other seeds and other assumptions, one JSON a line."""

import json

import outage
from outage import AFTER, BREAKERS, OUTAGES, after, during, run

for seed in (2, 3, 4):
    for name, fails, hangs in OUTAGES:
        for rule, breaker in BREAKERS:
            print(json.dumps({"run": f"{name}, {rule}", "values": run(
                during(fails, hangs, breaker(), seed))}))
    for rule, breaker in BREAKERS:
        print(json.dumps({"run": f"3 in 4 fail, {rule}", "values": run(
            during(0.75, False, breaker(), seed))}))
for seed, slots in ((2, 6), (3, 5), (4, 8)):
    outage.SLOTS = slots
    for name, *policy in AFTER:
        print(json.dumps({"run": name, "values": run(after(*policy, seed))}))
