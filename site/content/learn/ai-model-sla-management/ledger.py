import os
from collections import defaultdict

# region: rules
def failed(call):
    """Your users' ledger: whatever they could not use."""
    return not call["usable"]


def server_error(call):
    """What a provider can see itself do: no 429, no request that the client
    gave up on, no bad answer at status 200."""
    return call["status"] >= 500


def downtime(calls):
    """A contract's ledger: minutes with more than 5% server errors, of which
    only runs of five or more in a row count."""
    minutes = defaultdict(list)
    for call in calls:
        minutes[call["second"] // 60].append(call)
    total = in_a_row = 0
    for minute in range(max(minutes, default=-1) + 2):
        calls_in = minutes[minute]
        if sum(map(server_error, calls_in)) * 20 > len(calls_in):
            in_a_row += 1
            continue
        if in_a_row >= 5:
            total += in_a_row
        in_a_row = 0
    return total
# endregion: rules


def read(line):
    """Reads a line like "05:00:15 429 false"."""
    clock, status, usable = line.split()
    hours, minutes, seconds = map(int, clock.split(":"))
    return {"second": hours * 3600 + minutes * 60 + seconds,
            "status": int(status), "usable": usable == "true"}


with open(os.environ["LOG"]) as log:
    calls = [read(line) for line in log]
print(sum(map(failed, calls)), sum(map(server_error, calls)), downtime(calls))
