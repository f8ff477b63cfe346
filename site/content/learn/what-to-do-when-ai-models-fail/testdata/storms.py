"""Runs storm.py, which lies beside it then, with other seeds, loads and providers."""

import json

import storm

for seed, load, tidy in [(1, 0.8, False), (2, 0.8, True), (3, 0.5, False), (1, 0.3, False)]:
    for design in storm.DESIGNS:
        share, calls = storm.run(storm.storm(design, seed, load, tidy))
        print(json.dumps({"run": f"{seed} {load} {tidy}".lower(), "design": design,
                          "back": storm.back(share), "calls": calls, "share": share}))
for seed in (1, 2):
    for design in "no retries", "2 retries", "budget":
        share, calls = storm.run(storm.storm(design, seed, 0.8, False, errors=0.1))
        print(json.dumps({"run": f"errors {seed}", "design": design, "back": "", "calls": calls, "share": share}))
