"""Audits a deployment on paper: what is left when one thing after another is gone."""

# region: inventory
PEAK = 60  # requests a minute, all of which matter

# For each way to get an answer: what has to work, and the requests a minute
# that it may carry.
ours = ["prompt release", "gateway", "key store", "egress"]
paths = {
    "vendor A": (ours + ["vendor A account", "vendor A platform", "model A"], 60),
    "model A, cloud": (ours + ["cloud account", "cloud region", "model A"], 40),
    "vendor B": (ours + ["vendor B account", "vendor B platform", "model B"], 20),
}
# endregion: inventory

# region: audit
causes = dict.fromkeys(need for needs, _ in paths.values() for need in needs)
for cause in causes:
    left = {
        name: quota for name, (needs, quota) in paths.items() if cause not in needs
    }
    share = sum(left.values()) / PEAK
    print(f"{cause:<17} {share:>5.0%}  {' + '.join(left) or 'none'}")
# endregion: audit
