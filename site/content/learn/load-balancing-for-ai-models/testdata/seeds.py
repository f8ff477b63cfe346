"""Repeats what fleet.py measures with other seeds and loads, one JSON a line."""

import json

from fleet import PREFIX, SPLITS, failing, p99, prefix, quota


def say(run, *values):
    print(json.dumps({"run": run, "values": values}))


for seed, load in ((2, 0.75), (3, 0.75), (2, 0.9)):
    how = {"seed": seed, "load": load, "n": 4000}
    for rule in ("round robin", "least open", "two random"):
        say(f"one, {rule}", p99(rule, **how))
    for gateways in (2, 8):
        for rule in ("least open", "two random"):
            say(f"{gateways}, {rule}", p99(rule, gateways=gateways, **how))
    for own in (False, True):
        for rule in ("least open", "two random"):
            say(f"own {own}, {rule}", p99(rule, poll=5, own=own, **how))
for seed in (2, 3):
    for name in PREFIX:
        say(f"prefix, {name}", *prefix(PREFIX[name], seed, n=3000))
    say("no prefix", *prefix(PREFIX["bound 1.5"], seed, n=3000, documents=0))
    for rule in ("round robin", "least open", "two random"):
        say(f"failing, {rule}", failing(rule, 0, seed), failing(rule, 10, seed))
    for name, split, ask in SPLITS:
        say(f"quota, {name}", quota(split, seed, ask), quota(split, seed, ask, True))
