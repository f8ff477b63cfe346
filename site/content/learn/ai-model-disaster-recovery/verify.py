"""May this copy be restored?

    python verify.py FOLDER RELEASE

It needs no packages. RELEASE is the SHA-256 of the
manifest that production ran last, from its log.
"""

import sys
from hashlib import sha256
from pathlib import Path


# region: verify
def digest(file):
    return sha256(file.read_bytes()).hexdigest()


def verify(copy, running):
    """What keeps a copy from being restored."""
    problems, listed = [], {"MANIFEST"}
    manifest = copy / "MANIFEST"
    text = manifest.read_text()
    for line in text.splitlines():
        sum, _, name = line.partition("  ")
        listed.add(name)
        if not (copy / name).is_file():
            problems.append(f"missing {name}")
        elif digest(copy / name) != sum:
            problems.append(f"damaged {name}")
    for file in sorted(copy.rglob("*")):
        name = file.relative_to(copy).as_posix()
        if (file.is_file()
                and name not in listed):
            problems.append(f"unlisted {name}")
    release = digest(manifest)
    if release != running:
        problems.append(f"is release {release}")
    return problems
# endregion: verify


if __name__ == "__main__":
    problems = verify(Path(sys.argv[1]), sys.argv[2])
    print("\n".join(problems) or "restore")
    sys.exit(bool(problems))
