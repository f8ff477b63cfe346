"""Your uptime from a log, and what a change would do to it.

    python uptime.py measure calls.jsonl
    python uptime.py ladder retries outages shared

Needs no packages. The log has a line for each request:
{"tried": [["A", "server_error"], ["A", "ok"]]}
as the reference client says in answer.tried and failed.tried.
"""

import json
import math
import random
import sys

MONTH = 30 * 24 * 60  # minutes
MEAN_OUTAGE = 150  # minutes


# region: measure
NOT_COUNTED = {  # the request, or who asked
    "bad_request", "not_found", "too_long",
    "refusal", "cancelled",
}


def measure(requests):
    """The share that fails: of requests, of
    first retries, of those with a spare."""
    ends, retries, spares = [], [], []
    for tried in requests:
        links = [link for link, _ in tried]
        bad = [k != "ok" for _, k in tried]
        if tried[-1][1] in NOT_COUNTED:
            continue
        ends.append(bad[-1])
        if links[1:] and links[1] == links[0]:
            retries.append(bad[1])
        if links[-1] != links[0]:
            spares.append(bad[-1])
    return [sum(x) / max(1, len(x))
            for x in (ends, retries, spares)]
# endregion: measure


# region: model
def failing(
    scattered,  # share of attempts
    outages,  # share of time
    shared,  # share of that, with the spare
    attempts=1,  # for each request
    spare=False,  # can answer instead
    minutes=0.0,  # until traffic has moved
    optional=0.0,  # can do without a model
    own=0.0,  # your service's downtime
):
    """The share without an answer."""
    lost = outages
    if spare:
        both = shared * outages
        alone = outages - both
        unmoved = alone * (1 - math.exp(
            -minutes / MEAN_OUTAGE))
        moved = alone - unmoved
        lost = both + unmoved + moved * alone
    lost += scattered**attempts
    lost *= 1 - optional
    return lost + (1 - lost) * own
# endregion: model


# region: ladder
START = {"scattered": 0.009, "outages": 0.001,
         "shared": 0.1}
LADDER = [
    ("one provider, one attempt", {}),
    ("two retries", {"attempts": 3}),
    ("a person switches in 15 min",
     {"spare": True, "minutes": 15}),
    ("failed requests try the spare",
     {"minutes": 0}),
    ("70% can do without a model",
     {"optional": 0.7}),
    ("your own service, 99.95%",
     {"own": 0.0005}),
]
# endregion: ladder


def ladder(start=START):
    setup, rows = dict(start), []
    for name, change in LADDER:
        setup |= change
        rows.append((name, failing(**setup)))
    return rows


def print_ladder():
    for name, lost in ladder():
        print(f"{name:30} {1 - lost:8.3%}")


# The share of time in which anything fails, and of attempts that do, then.
SHAPES = [("scattered", 1, 0.01), ("partial", 0.04, 0.25), ("full", 0.01, 1)]


def retry(time, fails, attempts):
    """Uptime, and calls for each request while things fail."""
    calls = sum(fails**n for n in range(attempts))
    return 1 - time * fails**attempts, calls


def print_retries():
    print(f"{'99.0% at first':14}{'1 retry':>10}{'2':>10}{'calls':>6}")
    for name, time, fails in SHAPES:
        one, _ = retry(time, fails, 2)
        two, calls = retry(time, fails, 3)
        print(f"{name:14}{one:10.4%}{two:10.4%}{calls:6.2f}")


def outages(share, rng):
    """The outages of a month from one cause: (begin, end) in minutes."""
    at, out = 0.0, []
    while share:
        at += rng.expovariate(share / MEAN_OUTAGE)
        if at > MONTH:
            break
        out.append((at, at + rng.expovariate(1 / MEAN_OUTAGE)))
    return out


def month(shared, spare, minutes, rng, u=0.001):
    """The minutes of a month in which nobody answers."""
    own = (1 - shared) * u
    lost = sum(end - begin for begin, end in outages(shared * u, rng))
    first, second = outages(own, rng), outages(own, rng)
    for begin, end in first:
        moved = min(end, begin + minutes) if spare else end
        lost += moved - begin
        lost += sum(max(0, min(end, e) - max(moved, b)) for b, e in second)
    return lost


def months(shared, spare, minutes, seed=1, n=200_000):
    """The share of time that is lost, and the share of months below 99.9%."""
    rng = random.Random(seed)
    lost = [month(shared, spare, minutes, rng) for _ in range(n)]
    return sum(lost) / n / MONTH, sum(x > MONTH / 1000 for x in lost) / n


SETUPS = [("one provider", 0.1, False, 0), ("none shared", 0, True, 0),
          ("10% shared", 0.1, True, 0), ("and 1 min", 0.1, True, 1),
          ("and 15 min", 0.1, True, 15), ("and 60 min", 0.1, True, 60)]


def print_outages():
    print(f"{'each is up 99.9%':16} {'uptime':>8} {'bad months':>11}")
    for name, *setup in SETUPS:
        lost, bad = months(*setup)
        print(f"{name:16} {1 - lost:8.4%} {bad:11.1%}")


def interval(k, n):
    """The shares that k of n do not rule out at 95% (Clopper and Pearson)."""
    def at_most(k, p):
        return sum(math.comb(n, i) * p**i * (1 - p)**(n - i) for i in range(k + 1))

    def solve(too_small):
        low, high = 0.0, 1.0
        for _ in range(50):
            mid = (low + high) / 2
            low, high = (mid, high) if too_small(mid) else (low, mid)
        return low

    low = solve(lambda p: 1 - at_most(k - 1, p) < 0.025) if k else 0.0
    high = solve(lambda p: at_most(k, p) > 0.025) if k < n else 1.0
    return low, high


def print_shared():
    for name, k, n in (("OpenAI API", 1, 25), ("claude.ai", 24, 25)):
        low, high = interval(k, n)
        print(f"{name:11} {k:2} of {n} days, {low:5.1%} to {high:5.1%}")


def print_measure(file):
    with open(file) as log:
        lost, retries, spares = measure(json.loads(line)["tried"] for line in log)
    print(f"uptime {1 - lost:.3%}, retries that fail {retries:.1%}, spares that fail {spares:.1%}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        print_measure(sys.argv[2])
    else:
        parts = {"ladder": print_ladder, "retries": print_retries,
                 "outages": print_outages, "shared": print_shared}
        for name in sys.argv[1:] or parts:
            parts[name]()
