"""What is left of a deployment when one thing after another is gone.

    python audit.py

Needs no packages. Put your own paths into it.
"""

# region: inventory
PEAK = 60  # requests a minute

OURS = ["client release", "prompt release",
        "gateway", "key store", "egress"]
# For each path: all that has to work, and the
# requests a minute that it may carry.
BEFORE = {
    "A": (OURS + ["A account", "A platform",
                  "model A"], 60),
    "cloud": (OURS + ["cloud account", "region",
                      "model A"], 40),
    "B": (OURS + ["B account", "B platform",
                  "model B"], 20),
}
# endregion: inventory

AFTER = {
    "A": (["client release", "prompt release",
           "gateway", "egress",
           "A account", "A platform",
           "model A"], 60),
    "cloud": (["client release", "prompt release",
               "gateway 2", "egress 2",
               "cloud account", "region",
               "model A"], 60),
    "B": (["client release", "last release",
           "gateway 2", "egress 2",
           "B account", "B platform",
           "model B"], 60),
}


# region: audit
def audit(paths, peak):
    """For each cause: who is left, and which
    share of the peak they may carry."""
    causes = dict.fromkeys(
        need for needs, _ in paths.values()
        for need in needs)
    for cause in causes:
        left = [
            name for name in paths
            if cause not in paths[name][0]]
        quota = sum(
            paths[name][1] for name in left)
        yield cause, quota / peak, left
# endregion: audit


def main():
    for title, paths in (
            ("before", BEFORE), ("after", AFTER)):
        print(f"{title:15} quota  left")
        for cause, share, left in audit(paths, PEAK):
            print(f"{cause:15} {share:5.0%}  "
                  f"{' '.join(left) or 'nobody'}")


if __name__ == "__main__":
    main()
