"""Prints the uptime after each change. Put your own numbers into the first step."""

from math import exp

MEAN_OUTAGE = 150  # minutes


# region: model
def failing(
    scattered: float,  # share of attempts that fail by themselves
    outages: float,  # share of time in which a provider is down
    shared: float,  # share of that which has a cause in common with the spare
    attempts: int = 1,  # for each request, the first included
    spare: bool = False,  # a second provider can answer
    detect: float = 0,  # minutes of an outage until traffic has moved
    optional: float = 0,  # share of requests answered well without a model
    own: float = 0,  # share of time in which your own service is down
) -> float:
    """The share of requests that get no useful answer."""
    lost = outages
    if spare:
        both = shared * outages
        alone = outages - both
        unmoved = alone * (1 - exp(-detect / MEAN_OUTAGE))
        lost = both + unmoved + (alone - unmoved) * alone
    unanswered = (scattered**attempts + lost) * (1 - optional)
    return unanswered + (1 - unanswered) * own
# endregion: model


changes = [
    ("One provider, one attempt", {"scattered": 0.009, "outages": 0.001, "shared": 0.1}),
    ("Two retries", {"attempts": 3}),
    ("Spare provider, a person switches in 15 min", {"spare": True, "detect": 15}),
    ("A breaker switches in 1 min instead", {"detect": 1}),
    ("Each failed request tries the spare at once", {"detect": 0}),
    ("70% of requests can do without a model", {"optional": 0.7}),
    ("All that, behind your own service at 99.95%", {"own": 0.0005}),
]
setup = {}
for change, numbers in changes:
    setup |= numbers
    print(f"{change:44} {1 - failing(**setup):.3%}")
