"""Whose failure is it? Judges the calls of the last ten minutes.

    python triage.py calls.jsonl

It needs no packages. The log has a line for each attempt, with the kinds of
https://aiperformanceoptimization.com/reference/ for how it ended.
"""

import json
import sys
import time
from collections import Counter


# region: log
def lines(request, feature, release, tried):
    """A log line for each attempt: tried is in
    the Answer, or in Failed."""
    for model, v in tried:
        yield json.dumps({
            "at": time.time(),
            "request": request,
            "model": model, "kind": v.kind,
            "feature": feature,
            "release": release})
# endregion: log


# region: causes
CAUSES = {  # of each kind of failure
    "quota": "account", "auth": "account",
    "forbidden": "account",
    "model_not_found": "account",
    "rate_limit": "limit",
    "overloaded": "service",
    "server_error": "service",
    "connection": "service",
    "timeout": "service", "deadline": "service",
    "conflict": "service",
    "bad_request": "request",
    "not_found": "request",
    "too_long": "request",
    "refusal": "answer", "cut_off": "answer",
    "unfinished": "answer", "empty": "answer",
    "invalid": "answer",
}
DO = {
    "account": "check bill, key, name; switch",
    "limit": "retries off, drop batch work",
    "service": "retries off, switch 10%",
    "request": "undo the change to the request",
    "answer": "read ten, then pin or switch",
}
# endregion: causes


def share(calls):
    bad = sum(c["kind"] in CAUSES for c in calls)
    return bad / len(calls) if calls else 0.0


# region: triage
def triage(log):
    """Asks first what you can undo yourself."""
    # No call was made, or nobody waited for it.
    none = "open", "cancelled"
    log = [c for c in log
           if c["kind"] not in none]
    bad = [c for c in log
           if c["kind"] in CAUSES]
    model = top(bad, "model")
    a = of(log, "model", model)
    if len(a) < 20 or share(a) < 0.05:
        return "nobody", "few failures"
    for label in ("release", "feature"):
        name = alone(a, label)
        if name:
            undo = f"undo {label} {name}"
            return "yours", undo
    cause = Counter(CAUSES[c["kind"]] for c in a
                    if c["kind"] in CAUSES)
    failed = cause.total()
    cause, n = cause.most_common(1)[0]
    if n < 0.6 * failed:
        return "unclear", "switch 10%, look"
    others = [c for c in log
              if c["model"] != model]
    if cause == "request":
        return "yours", DO[cause]
    if len(others) >= 5 and share(others) > 0.5:
        return "shared", "check DNS, proxy, key"
    if cause in ("account", "limit"):
        return "your account's", DO[cause]
    if len(others) < 5:
        hand = "call by hand; "
        return "unclear", hand + DO[cause]
    return model + "'s", DO[cause]
# endregion: triage


# region: alone
def alone(calls, label):
    """The one name that fails while the others,
    at the same time, do not."""
    for name in names(calls, label):
        its = of(calls, label, name)
        others = [c for c in calls
                  if c[label] != name
                  and c["at"] >= its[0]["at"]]
        if (min(len(its), len(others)) >= 10
                and share(its) > 0.25
                and share(others) < 0.05):
            return name
    return ""
# endregion: alone


def names(calls, label):
    return sorted({c[label] for c in calls})


def of(calls, label, name):
    return [c for c in calls if c[label] == name]


def top(calls, label):
    n = Counter(c[label] for c in calls)
    return min(n, key=lambda name: (-n[name], name),
               default="")


def report(log):
    for label in ("model", "release", "feature"):
        for name in names(log, label):
            calls = of(log, label, name)
            print(f"{label:8} {name:8} {len(calls):4} {100 * share(calls):4.0f}% fail")
    kinds = Counter((c["model"], c["kind"]) for c in log)
    for (model, kind), n in sorted(kinds.items(), key=lambda k: (-k[1], k[0])):
        print(f"{model:8} {kind:13}{n:4}")
    whose, do = triage(log)
    print(f"whose    {whose}\ndo       {do}")


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        calls = [json.loads(line) for line in file if line.strip()]
    report(sorted(calls, key=lambda c: c["at"]))
