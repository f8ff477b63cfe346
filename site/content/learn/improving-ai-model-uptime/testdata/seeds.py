"""What the tests of uptime_test.go ask of uptime.py, one JSON a line."""

import json

from uptime import START, failing, ladder, months, retry


def say(run, *values):
    print(json.dumps({"run": run, "values": values}))


for seed in (2, 3, 4):
    say("one provider", *months(0.1, False, 0, seed, 60_000))
    for minutes in (0, 15, 60):
        say(f"{minutes} min", *months(0.1, True, minutes, seed, 60_000),
            failing(0, 0.001, 0.1, spare=True, minutes=minutes))
for part in (0.0, 0.05, 0.1, 0.25, 0.5, 1.0):
    # Of the 1% that fails, this part is outages.
    start = {"scattered": 0.01 * (1 - part), "outages": 0.01 * part, "shared": 0.1}
    say("part", part, *(1 - lost for _, lost in ladder(start)))
for b in (0.02, 0.05, 0.1, 0.2, 0.5):
    say("shared", b, *(43_200 * failing(0, 0.001, b, spare=True, minutes=m) for m in (0, 15, 60)))
say("own breaker", *(failing(**START | {"attempts": 3, "spare": True, "minutes": m}) for m in (0, 1)))
for time, fails in ((1, 0.01), (0.04, 0.25), (0.01, 1)):
    say("retry", time, fails, *(retry(time, fails, n)[0] for n in (1, 2, 3)), retry(time, fails, 3)[1])
