"""Jobs, and the waits that fleet.py forecasts for them, for rules without chance."""

import json
import random

from balance import affinity
from fleet import jobs, round_robin, simulate

list = jobs(200, 0.9, 1, random.Random(1), documents=40)
print(json.dumps({
    "jobs": [{"at": at, "tokens": tokens, "prefix": doc} for at, tokens, doc in list],
    "waits": {"round robin": simulate(list, round_robin)[0], "affinity": simulate(list, lambda: affinity)[0]},
}))
