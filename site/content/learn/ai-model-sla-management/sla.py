"""What a month's log is worth: your users' books, the
provider's, a contract's; budget burnt and credits.

    python sla.py shift.jsonl

It needs no packages. A line is an attempt, with the
kind and the HTTP status that it ended with:
{"at": 1800, "kind": "overloaded", "status": 503}
Kinds: https://aiperformanceoptimization.com/reference/
"""

import json
import sys
from collections import defaultdict

MONTH = 30 * 24 * 3600.0


# region: failed
def failed(c):
    """Users: what was of no use to them."""
    return c["kind"] not in ("ok", "cancelled")


def server_error(c):
    """The provider: what it sees itself do."""
    return c["status"] >= 500
# endregion: failed


# region: downtime
def downtime(calls, share=0.05, run=5):
    """A contract: minutes with a larger share
    of errors, if so many are in a row."""
    minutes = defaultdict(list)
    for c in calls:
        minutes[int(c["at"] // 60)].append(c)
    total = row = 0
    end = max(minutes, default=-1) + 2
    for m in range(end):
        bad = count(minutes[m], server_error)
        if bad > share * len(minutes[m]):
            row += 1
            continue
        if row >= run:
            total += row
        row = 0
    return total  # minutes
# endregion: downtime


def count(calls, rule):
    return sum(map(rule, calls))


ALERTS = [  # name, windows in seconds, rate
    ("wake, 14.4x", 3600, 300, 14.4),
    ("wake, 6x", 6 * 3600, 1800, 6),
    ("ticket, 1x", 72 * 3600, 6 * 3600, 1),
]


# region: burn
def burn(calls, now, window, slo):
    """How much too fast the budget goes."""
    window = [c for c in calls
              if now - window <= c["at"] < now
              and c["kind"] != "cancelled"]
    bad = count(window, failed)
    return bad / max(1, len(window)) / (1 - slo)


def firing(calls, now, alert, slo):
    _, long, short, rate = alert
    return min(
        burn(calls, now, short, slo),
        burn(calls, now, long, slo)) >= rate
# endregion: burn


# region: credit
BEDROCK = [
    (0.999, 0.10), (0.99, 0.25), (0.95, 1)]


def credit(tiers, availability, charged):
    """What is due: the share of the last tier
    that was missed."""
    due = [share for below, share in tiers
           if availability < below]
    return charged * max(due, default=0)
# endregion: credit


def readings(calls, per_month):
    """A month's availability by each of the books, if the rest of it was clean."""
    return {
        "users": 1 - count(calls, failed) / per_month,
        "provider": 1 - count(calls, server_error) / per_month,
        "contract": 1 - downtime(calls) * 60 / MONTH,
    }


def main(calls, every=15.0, model_bill=8000, revenue=60000):
    print(f"{'':8} {'lost':>6} {'of a month':>10} {'owed':>6} {'owing':>6}")
    lost = {"users": count(calls, failed), "provider": count(calls, server_error),
            "contract": f"{downtime(calls)} min"}
    for name, up in readings(calls, MONTH / every).items():
        print(f"{name:8} {lost[name]:>6} {100 * up:9.3f}% {credit(BEDROCK, up, model_bill):6.0f}"
              f" {credit(BEDROCK, up, revenue):6.0f}")


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        main([json.loads(line) for line in file if line.strip()])
