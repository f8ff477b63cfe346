"""The loss of an account, at five degrees of readiness.

    python drill.py [MINUTES TO DECIDE] [MINUTES FOR THE QUOTA]

It needs no packages. Times are in seconds. Put your own durations into TIERS, from a drill.
"""

import sys
from dataclasses import dataclass

EVERY = 30  # seconds between two requests of users
LOSS = 82 * 60  # after the copy at midnight
ALARM = 5  # refusals of a key that worked
STARTER = 60  # seconds between two calls under a starter quota
CASES = 40  # of the evaluation
ANSWER = 1  # second


# region: tiers
@dataclass
class Tier:
    name: str
    copy: int  # seconds between two copies
    account: int = 0  # until there is one
    quota: int = 0  # until it takes all traffic
    tested: bool = False  # passed last night
    automatic: bool = False  # in the chain


HOUR = 3600
TIERS = [
    Tier("backup only", 24 * HOUR,
         account=2 * HOUR, quota=3 * HOUR),
    Tier("pilot light", HOUR, quota=HOUR),
    Tier("+ tested", HOUR, quota=HOUR,
         tested=True),
    Tier("warm standby", 300, tested=True),
    Tier("automatic", 300, tested=True,
         automatic=True),
]
# endregion: tiers


def drill(tier, decide=15 * 60):
    """The seconds until the first answer and until the last failure, requests that failed,
    and turns of conversations that no copy has."""
    if tier.automatic:
        opened = granted = LOSS
    else:
        decided = LOSS + (ALARM - 1) * EVERY + decide
        granted = decided + tier.quota
        opened = decided + tier.account
    last = -STARTER  # call that the starter quota let through

    def allowed(at):
        nonlocal last
        if at >= granted or at - last >= STARTER:
            last = at
            return True
        return False

    if not tier.tested:
        for _ in range(CASES):
            if opened < granted:
                opened = max(opened, last + STARTER)
            allowed(opened)
            opened += ANSWER
    first, ended, failed = None, LOSS, 0
    for at in range(LOSS, max(opened, granted) + 600, EVERY):
        if at > opened - (opened == LOSS) and allowed(at):
            first = at if first is None else first
        else:
            failed += 1
            ended = at + EVERY
    lost = (LOSS - 1 - (LOSS - 1) // tier.copy * tier.copy) // EVERY + 1
    return first - LOSS, ended - LOSS, failed, lost


def main(decide=15, quota=None):
    print(f"{'minutes until':12} {'first':>5} {'all':>5} {'failed':>7} {'lost':>5}")
    for tier in TIERS:
        if quota is not None and tier.quota:
            tier.quota = quota * 60
        first, ended, failed, lost = drill(tier, decide * 60)
        print(f"{tier.name:13} {first / 60:5.0f} {ended / 60:5.0f} {failed:7} {lost:5}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
