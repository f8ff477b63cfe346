"""The rules of balance.py on a simulated fleet of eight replicas.

    python fleet.py rules gateways prefix failing quota

Needs balance.py and resilient.py beside it, and calls no model. Each replica generates four answers
at once, 50 tokens a second each, and keeps other requests waiting, first come, first served.
"""

import heapq
import itertools
import math
import random
import sys
from collections import Counter

from balance import Member, Quota, affinity, least_open, most_room, two_random

REPLICAS, SLOTS = 8, 4
FIRST, PER_TOKEN, TOKENS = 0.2, 0.02, 150
SERVICE = FIRST + (TOKENS - 1) * PER_TOKEN  # of the mean answer
CAPACITY = REPLICAS * SLOTS / SERVICE  # mean answers a second


def round_robin():
    turn = itertools.count()
    return lambda members, prefix="": members[next(turn) % len(members)]


RULES = {  # each makes a rule that starts anew
    "round robin": round_robin,
    "least open": lambda: least_open,
    "two random": lambda: two_random,
}


def jobs(n, load, sigma, rng, documents=0):
    """Arrivals at random: (time, tokens, document). The lengths have the same mean for any sigma."""
    median = TOKENS / math.exp(sigma * sigma / 2)
    popularity = [1 / (k + 1) for k in range(documents)]
    at, out = 0.0, []
    for _ in range(n):
        at += rng.expovariate(load * CAPACITY)
        tokens = round(median * math.exp(sigma * rng.gauss()))
        doc = f"doc {rng.choices(range(documents), popularity)[0]}" if documents else ""
        out.append((at, min(max(1, tokens), 20 * TOKENS), doc))
    return out


def simulate(list, make, gateways=1, poll=0, own=False, slow=0, remembers=0, broken=0, penalty=0):
    """The waits beyond an answer's own time, sorted; requests by replica; hits; failures.

    Each gateway knows only its own requests; or with poll, all of them, as they were at the last
    poll, and with own what it has sent itself since then.
    """
    names = [f"gpu-{i}" for i in range(REPLICAS)]
    views = [[Member(name, None) for name in names] for _ in range(gateways)]
    rules = [make() for _ in range(gateways)]
    free = [[0.0] * SLOTS for _ in names]
    known = [[] for _ in names]
    open_now = [0] * REPLICAS
    ends, waits, calls, hits, failures, polled = [], [], Counter(), 0, 0, -math.inf
    for n, (at, tokens, doc) in enumerate(list):
        while ends and ends[0][0] <= at:
            _, i, g = heapq.heappop(ends)
            open_now[i] -= 1
            if not poll:
                views[g][i].open -= 1
        if poll and at - polled >= poll:
            polled = at
            for view in views:
                for i, m in enumerate(view):
                    m.open = open_now[i]
        g = random.randrange(gateways)
        m = rules[g](views[g], doc)
        i = views[g].index(m)
        if not poll or own:
            m.open += 1
        open_now[i] += 1
        calls[i] += 1
        if i < broken:
            failures += 1
            heapq.heappush(ends, (at + 0.01 + penalty, i, g))
            continue
        takes = alone = FIRST + (tokens - 1) * PER_TOKEN
        if slow and i == 0:
            takes = FIRST + slow * (takes - FIRST)
        if remembers:
            if doc in known[i]:
                known[i].remove(doc)
                hits += 1
            elif doc:
                takes += 3
            known[i] = [doc, *known[i]][:remembers]
        free[i].sort()
        free[i][0] = max(at, free[i][0]) + takes
        heapq.heappush(ends, (free[i][0], i, g))
        waits.append(free[i][0] - at - alone)
    return sorted(waits), calls, hits, failures


def part(waits, share):
    return waits[int(share * (len(waits) - 1))]


def p99(rule, sigma=1, load=0.75, n=5000, seed=1, **how):
    random.seed(seed)
    return part(simulate(jobs(n, load, sigma, random.Random(seed)), RULES[rule], **how)[0], 0.99)


def print_rules():
    print(f"{'p99 wait, s':12}{'even':>7}{'mixed':>7}{'slow':>7}")
    for rule in RULES:
        print(f"{rule:12}{p99(rule, 0):7.1f}{p99(rule):7.1f}{p99(rule, slow=3):7.0f}")


def print_gateways():
    print("gateways,least open,two random,round robin")
    for n in (1, 2, 4, 8, 16):
        print(n, *(f"{p99(rule, gateways=n):.1f}" for rule in
                   ("least open", "two random", "round robin")), sep=",")
    print("polled,least open,two random")
    for own in (False, True):
        print("own added" if own else "as polled", *(
            f"{p99(rule, poll=5, own=own):.1f}" for rule in ("least open", "two random")), sep=",")


PREFIX = {
    "round robin": round_robin,
    "least open": lambda: least_open,
    "no bound": lambda: lambda members, prefix: affinity(members, prefix, 1e9),
    "bound 1.25": lambda: lambda members, prefix: affinity(members, prefix, 1.25),
    "bound 1.5": lambda: affinity,
    "bound 1.75": lambda: lambda members, prefix: affinity(members, prefix, 1.75),
}


def prefix(make, seed=1, load=0.6, n=5000, documents=40):
    """Hits, the waits at p50 and p99, and the share of the busiest replica."""
    random.seed(seed)
    list = jobs(n, load, 1, random.Random(seed), documents)
    waits, calls, hits, _ = simulate(list, make, remembers=8)
    return (100 * hits / n, part(waits, 0.5), part(waits, 0.99), 100 * max(calls.values()) / n)


def print_prefix():
    print(f"{'wait, s':12}{'hits':>5}{'p50':>5}{'p99':>7}{'busiest':>9}")
    for name, make in PREFIX.items():
        hits, p50, p99, busiest = prefix(make)
        print(f"{name:12}{hits:4.0f}%{p50:5.1f}{p99:7.1f}{busiest:8.0f}%")


def failing(rule, penalty, seed=1, n=2000):
    """Of all requests, the percentage that finds the broken one of eight replicas."""
    random.seed(seed)
    list = jobs(n, 0.75, 1, random.Random(seed))
    return 100 * simulate(list, RULES[rule], broken=1, penalty=penalty)[3] / n


def print_failing():
    print(f"{'fail':12}{'no penalty':>12}{'10 s':>8}")
    for rule in RULES:
        print(f"{rule:12}{failing(rule, 0):11.1f}%{failing(rule, 10):7.1f}%")


def quota(split, seed=1, ask=None, refusals_cost=False, n=2000, load=0.9):
    """Of all requests, the percentage that finds no room. Two deployments, 60,000 and 20,000 tokens
    a minute; four of five requests ask for 500 tokens, the fifth for 8,000."""
    rng = random.Random(seed)
    real = [Quota(60_000, 60_000), Quota(20_000, 20_000)]
    mine = [Quota(60_000, 60_000), Quota(20_000, 20_000)]
    mean, now, lost = 0.8 * 500 + 0.2 * 8000, 0.0, 0
    for i in range(n):
        now += rng.expovariate(load * 80_000 / 60 / mean)
        cost = 8000 if rng.random() < 0.2 else 500
        cost = ask or cost
        if split == "most room":
            chosen = most_room(mine, cost, now)
            if chosen is None:
                lost += 1
                continue
            to = real[mine.index(chosen)]
        else:
            to = real[split[i % len(split)]]
        fits = to.room(now) >= cost
        if fits or refusals_cost:
            to.left -= cost
        lost += not fits
    return 100 * lost / n


SPLITS = [("1 to 1", [0, 1], None), ("3 to 1", [0, 0, 1, 0], None),
          ("most room", "most room", None), ("asks 8,000", "most room", 8000)]


def print_quota():
    print(f"{'no room':12}{'refusals free':>14}{'they cost':>11}")
    for name, split, ask in SPLITS:
        free, cost = quota(split, ask=ask), quota(split, ask=ask, refusals_cost=True)
        print(f"{name:12}{free:13.1f}%{cost:10.1f}%")


if __name__ == "__main__":
    parts = {"rules": print_rules, "gateways": print_gateways, "prefix": print_prefix,
             "failing": print_failing, "quota": print_quota}
    for name in sys.argv[1:]:
        parts[name]()
